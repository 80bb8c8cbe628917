// One article in six dresses. Each says how it goes into the page and how a visitor finds its buttons.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const read = (name) => readFile(new URL(name, import.meta.url), "utf8");
const packaged = (name) => read(`node_modules/${name}`);
/** The path of this bench's own article in `dress`, and of another page of the same site. */
export const first = (dress) => `/${dress}/article`;
export const next = (dress) => `/${dress}/next`;
/** That of a page with next to nothing of its own, where what a banner costs is not hidden behind the page. */
export const short = (dress) => `/${dress}/short`;

/** What each dress adds to the page, as `{head, start, foot, end}`; its own files go to the server first. */
const parts = {
  bare: async () => ({}),

  // Written by hand, no more than it takes; a script at the end alone would let it flash before it is hidden.
  static: async () => ({
    head: `<style>${await read("page/static.css")}</style><script>if(/\\bsaid=/.test(document.cookie))document.documentElement.className="said"</script>`,
    end: await read("page/static.html"),
  }),

  async ours(server, { snippet, web }) {
    const listed = JSON.parse(await readFile(join(web, "assets.json"), "utf8"));
    for (const { file } of Object.values(listed)) server.put(`/consent/v1/web/${file}`, await readFile(join(web, file)));
    // As our own pages say: the banner is first in <body>.
    return { head: snippet.head, start: snippet.banner, foot: snippet.foot };
  },

  // One bundle of library and configuration, found by the preload scanner in <head>: two requests side by side where
  // its start page, with a configuration that imports the library, has three of which two wait for one another.
  async vanilla(server) {
    const script = server.putHashed("vanilla", "js", await bundle("page/vanilla.mjs"));
    const style = server.putHashed("vanilla", "css", await packaged("vanilla-cookieconsent/dist/cookieconsent.css"));
    return {
      // No transitions, as its page on looks describes.
      head: `<link rel="stylesheet" href="${style}"><style>#cc-main{--cc-modal-transition-duration:0s}</style><script type="module" src="${script}"></script>`,
      foot: '<button type="button" data-cc="show-preferencesModal">Cookie settings</button>',
    };
  },

  // Its start page, word for word: styles in <head>, a module at the end that imports the library.
  async "vanilla-start"(server) {
    const library = server.putHashed("vanilla-library", "js", await packaged("vanilla-cookieconsent/dist/cookieconsent.umd.js"));
    const style = server.putHashed("vanilla-library", "css", await packaged("vanilla-cookieconsent/dist/cookieconsent.css"));
    const source = await read("page/vanilla.mjs");
    const config = source.replace(/^import .*$/m, `import "${library}";`);
    const script = server.putHashed("vanilla-config", "js", await minified(config));
    return {
      head: `<link rel="stylesheet" href="${style}">`,
      foot: '<button type="button" data-cc="show-preferencesModal">Cookie settings</button>',
      end: `<script type="module" src="${script}"></script>`,
    };
  },

  // Deferred in <head>, with the configuration inline: one request.
  async klaro(server) {
    const script = server.putHashed("klaro", "js", await packaged("klaro/dist/klaro.js"));
    return {
      head: `<script>${(await minified(await read("page/klaro-config.js"))).trim()}</script><script defer src="${script}"></script>`,
      foot: '<button type="button" onclick="return klaro.show()">Cookie settings</button>',
    };
  },
};

/** How a visitor finds "reject", "accept", "choose" and the opened settings. */
export const hooks = {
  bare: {},
  static: { button: "#no", accept: "#yes" },
  ours: {
    button: '[data-volens="banner"] button[name="reject"]',
    accept: '[data-volens="banner"] button[name="accept"]',
    choose: '[data-volens="banner"] [data-volens="show-preferences"]',
    center: 'dialog[data-volens="center"] [data-volens="save"]',
  },
  vanilla: {
    button: '#cc-main .cm button[data-role="necessary"]',
    accept: '#cc-main .cm button[data-role="all"]',
    choose: '#cc-main .cm button[data-role="show"]',
    center: '#cc-main .pm button[data-role="save"]',
  },
  klaro: {
    button: ".klaro .cn-decline",
    accept: ".klaro .cookie-notice .cm-btn-success",
    choose: ".klaro .cn-learn-more",
    center: ".klaro .cm-btn-accept",
  },
};
hooks["vanilla-start"] = hooks.vanilla;

/** Puts the pages of `names` on `server`. `ours` is what volens.mjs rendered, and the folder with its web assets. */
export async function dress(server, names, ours) {
  const [article, little] = await Promise.all(["page/article.html", "page/short.html"].map(read));
  server.put("/before", "<!doctype html><title>Before</title><p>Before", "html");
  server.put("/site.css", await read("page/site.css"));
  for (const name of names) {
    const add = await parts[name](server, ours);
    const page = fill(article, add);
    server.put(first(name), page, "html");
    server.put(next(name), fill(another(article), add), "html");
    server.put(short(name), fill(little, add), "html");
  }
}

/** Functions, as the texts hold `$`. */
const fill = (article, { head = "", start = "", foot = "", end = "" }) =>
  article
    .replace("<!--head-->", () => head)
    .replace("<!--start-->", () => start)
    .replace("<!--foot-->", () => foot)
    .replace("<!--end-->", () => end);

/** Another page of the same length: the parts of the article in another order. */
function another(article) {
  const [before, ...rest] = article.split("<!--part-->");
  const after = rest.pop();
  return [before.replace("last keeper", "first keeper"), ...rest.reverse(), after].join("");
}

// esbuild is loaded where a peer needs it: a run without peers does without their packages.
async function bundle(file) {
  const { build } = await import("esbuild");
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const options = { bundle: true, minify: true, format: "esm", target: "es2020", write: false };
  const { outputFiles } = await build({ entryPoints: [entry], ...options });
  return outputFiles[0].text;
}

async function minified(source) {
  const { transform } = await import("esbuild");
  return (await transform(source, { minify: true, target: "es2020" })).code;
}
