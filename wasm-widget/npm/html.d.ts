/** What `volens render --json` prints. */
export interface Snippet {
  head: string;
  banner: string;
  foot: string;
  csp?: { "script-src": string[]; "style-src": string[] };
}

/** Reads what `volens render --out FOLDER` wrote; in Node only. */
export function read(folder: string): Promise<Snippet>;
/**
 * Puts the parts where they belong: the head after `<meta charset>`, the banner first in the body, after a
 * skip link, the foot at its end. Where a script stands before the charset, both go before that script.
 */
export function insert(html: string, snippet: Snippet): string;
/** A plugin for Vite: the snippet stands in the first HTML, in development and in the build. */
export function vite(folder: string): {
  name: string;
  transformIndexHtml: { order: "post"; handler: (html: string) => Promise<string> };
};
