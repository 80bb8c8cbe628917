// Puts a rendered snippet into a page's HTML: for build tools, static sites and servers. The one place in this package
// that knows where the parts belong.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const read = async (folder) => JSON.parse(await readFile(join(folder, "snippet.json"), "utf8"));

const charset = /<meta\s[^>]*charset[^>]*>/i;

const placeAfter = (html, pattern, part) => {
  const found = pattern.exec(html);
  if (!found) return undefined;
  const at = found.index + found[0].length;
  return html.slice(0, at) + part + html.slice(at);
};

/** A browser looks for the charset in the first kilobyte; nothing else may come before the gate. */
const begin = (html, head) => {
  const [said] = charset.exec(html) ?? [];
  if (said && !/<script[\s>]/i.test(html.slice(0, html.indexOf(said)))) return placeAfter(html, charset, head);
  // A script stands before it: both go before that.
  const rest = said ? html.replace(charset, "") : html;
  const both = (said ?? "") + head;
  return placeAfter(rest, /<head(\s[^>]*)?>/i, both) ?? (said && placeAfter(rest, /(?=<script[\s>])/i, both));
};

export const insert = (html, { head, banner, foot }) => {
  const begun = begin(html, head);
  // Early for the keyboard and for screen readers, but after a link that skips to the content.
  const asked = begun && placeAfter(begun, /<body(\s[^>]*)?>(\s*<a\s[^>]*href=["']?#[^>]*>.*?<\/a>)?/is, banner);
  // Where it stands in the text itself: some capitals are longer when they are small.
  const end = [...(asked ?? "").matchAll(/<\/body>/gi)].at(-1)?.index;
  if (end === undefined) throw new Error("volens: the page needs a <head> or <meta charset>, and a <body> that ends");
  return asked.slice(0, end) + foot + asked.slice(end);
};

/** A plugin for Vite: the snippet stands in the first HTML, in development and in the build. */
export const vite = (folder) => ({
  name: "volens",
  // Last, so that nothing moves the gate away from its place.
  transformIndexHtml: { order: "post", handler: async (html) => insert(html, await read(folder)) },
});
