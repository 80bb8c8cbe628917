// Puts a rendered snippet into a page's HTML: for build tools, static sites and servers. The one place in this package
// that knows where the parts belong.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const read = async (folder) => JSON.parse(await readFile(join(folder, "snippet.json"), "utf8"));

const placeAfter = (html, pattern, part) => {
  const found = pattern.exec(html);
  if (!found) return undefined;
  const at = found.index + found[0].length;
  return html.slice(0, at) + part + html.slice(at);
};

export const insert = (html, { head, banner, foot }) => {
  // A browser looks for the charset in the first kilobyte; nothing else may come before the gate.
  const begun = placeAfter(html, /<meta\s[^>]*charset[^>]*>/i, head) ?? placeAfter(html, /<head(\s[^>]*)?>/i, head);
  // Early for the keyboard and for screen readers, but after a link that skips to the content.
  const asked = begun && placeAfter(begun, /<body(\s[^>]*)?>(\s*<a\s[^>]*href=["']?#[^>]*>.*?<\/a>)?/is, banner);
  const end = asked?.toLowerCase().lastIndexOf("</body>") ?? -1;
  if (end < 0) throw new Error("volens: the page needs a <head> or <meta charset>, and a <body> that ends");
  return asked.slice(0, end) + foot + asked.slice(end);
};

/** A plugin for Vite: the snippet stands in the first HTML, in development and in the build. */
export const vite = (folder) => ({
  name: "volens",
  // Last, so that nothing moves the gate away from its place.
  transformIndexHtml: { order: "post", handler: async (html) => insert(html, await read(folder)) },
});
