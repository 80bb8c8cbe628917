import type { Snippet } from "./index.js";

/** Reads what `volens render --out FOLDER` wrote; in Node only. */
export function read(folder: string): Promise<Snippet>;
/** Puts the parts where they belong: the head after `<meta charset>`, foot and banner at the end of the body. */
export function insert(html: string, snippet: Snippet): string;
/** A plugin for Vite: the snippet stands in the first HTML, in development and in the build. */
export function vite(folder: string): {
  name: string;
  transformIndexHtml: { order: "post"; handler: (html: string) => Promise<string> };
};
