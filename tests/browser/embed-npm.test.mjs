// The npm package as a developer gets it: imported without a window, type-checked, and loading the banner by itself.
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";

import { Embedded, npmPackage, run } from "./embed.mjs";
import { volens } from "./site.mjs";
import { accept, assert, banner, launch, reject, until, Visitor } from "./support.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
let folder;

before(async () => {
  // A project that has the package installed, and nothing of this repository around it.
  folder = await mkdtemp(join(tmpdir(), "volens-npm-"));
  await mkdir(join(folder, "node_modules/@volens"), { recursive: true });
  await cp(npmPackage(), join(folder, "node_modules/@volens/widget"), { recursive: true });
  await symlink(join(here, "node_modules/vanilla-cookieconsent"), join(folder, "node_modules/vanilla-cookieconsent"));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
});
after(() => rm(folder, { recursive: true, force: true }));

const node = (code) => run(process.execPath, ["--input-type=module", "-e", code], { cwd: folder });

test("imports where there is no window, and does nothing there", async () => {
  const said = await node(`
    import * as volens from "@volens/widget";
    import * as cookieconsent from "@volens/widget/cookieconsent";
    import { insert } from "@volens/widget/html";
    volens.push(() => { throw new Error("pushed"); });
    volens.ready().then(() => { throw new Error("ready"); });
    volens.watch(() => { throw new Error("watched"); })();
    volens.whenGranted("analytics", () => { throw new Error("granted"); })();
    volens.on("change", () => {})();
    await cookieconsent.run({ categories: {}, language: { default: "en", translations: {} } });
    console.log(JSON.stringify([volens.has("analytics"), volens.state(), cookieconsent.validConsent(), typeof window]));
    console.log(insert("<html><head><meta charset=utf-8><title>T</title></head><body>B</body></html>", { head: "1", foot: "2", banner: "3" }));
  `);
  const [answers, html] = said.trim().split("\n");
  assert.deepEqual(JSON.parse(answers), [false, { decided: false, purposes: {} }, false, "undefined"]);
  assert.equal(html, "<html><head><meta charset=utf-8>1<title>T</title></head><body>3B2</body></html>");
});

test("it carries its licence and those of what is compiled in", async () => {
  const packed = await run("npm", ["pack", "--dry-run", "--json", "--offline", "--loglevel=error"], { cwd: npmPackage() });
  const names = JSON.parse(packed)[0].files.map(({ path }) => path);
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.txt"]) assert.ok(names.includes(name), name);
  const notices = await readFile(join(npmPackage(), "THIRD-PARTY.txt"), "utf8");
  for (const said of ["yew 0.", "wasm-bindgen 0.", "Rust's standard library", "Permission is hereby granted"]) assert.ok(notices.includes(said), said);
  assert.ok(!notices.includes("volens"), "ours are files of their own");
});

test("a page without the places for a snippet is an error", async () => {
  const said = await node(`
    import { insert } from "@volens/widget/html";
    for (const html of ["<body></body>", "<head></head>", "<head></head><body>"]) {
      try { insert(html, { head: "", foot: "", banner: "" }); console.log("none"); } catch (error) { console.log(error.message); }
    }
    const parts = { head: "1", foot: "2", banner: "3" };
    console.log(insert("<head class=a></head><body></body>", parts));
    const skip = '<head></head><body class="b">\\n<a class="skip" href="#main">Skip</a><a href="#x">X</a></body>';
    console.log(insert(skip, parts).replace("\\n", "\\\\n"));
    // Capitals that are longer when they are small, an end in other letters, and a word about it before.
    console.log(insert("<head></head><body><p>\u0130\u0130\u0130 &lt;/body></BODY>", parts));
    for (const head of ['<head id="h"><style></style><script>T</script><meta charset="utf-8"></head>', "<script>T</script><meta charset=utf-8>"]) {
      console.log(insert(head + "<body></body>", parts));
    }
  `);
  assert.deepEqual(said.trim().split("\n"), [
    ...Array(3).fill("volens: the page needs a <head> or <meta charset>, and a <body> that ends"),
    "<head class=a>1</head><body>32</body>",
    '<head>1</head><body class="b">\\n<a class="skip" href="#main">Skip</a>3<a href="#x">X</a>2</body>',
    "<head>1</head><body>3<p>\u0130\u0130\u0130 &lt;/body>2</BODY>",
    // A tag manager stood before the charset: the gate goes before it, and the charset stays in the first kilobyte.
    '<head id="h"><meta charset="utf-8">1<style></style><script>T</script></head><body>32</body>',
    "<meta charset=utf-8>1<script>T</script><body>32</body>",
  ]);
});

test("every file it lists is there, with the hash it lists", async () => {
  const at = join(folder, "node_modules/@volens/widget");
  const { exports } = JSON.parse(await readFile(join(at, "package.json"), "utf8"));
  for (const target of Object.values(exports).flatMap((one) =>
    typeof one === "string" ? [one] : Object.values(one),
  )) {
    if (!target.includes("*")) await readFile(join(at, target));
  }
  const assets = JSON.parse(await readFile(join(at, "assets/assets.json"), "utf8"));
  assert.deepEqual(Object.keys(assets).sort(), [
    "banner_css",
    "center_css",
    "gate",
    "glue",
    "loader",
    "local",
    "signals",
    "wasm",
  ]);
  for (const { file, sri } of Object.values(assets)) {
    const hash = createHash("sha256")
      .update(await readFile(join(at, "assets", file)))
      .digest("base64");
    assert.equal(`sha256-${hash}`, sri, file);
  }
});

const tsc = async (file, more) => {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "es2022",
    module: "nodenext",
    lib: ["es2022", "dom"],
    types: [],
    ...more,
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  return run(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "--pretty", "false"], { cwd: folder });
};

test("a strict TypeScript project uses it, and its mistakes are found", async () => {
  await writeFile(
    join(folder, "right.ts"),
    `import { accept, has, load, on, watch, whenGranted, type Volens, type VolensState } from "@volens/widget";
import { insert, read, vite } from "@volens/widget/html";
export const api: Promise<Volens> = load({ endpoint: "/consent/v1", lang: "en", nonce: "n" });
export const stop: () => void = on("withdraw", ({ purpose, service }) => console.log(purpose.length, service.length));
on("ui", ({ center }) => center);
export const seen: VolensState[] = [];
watch((state) => seen.push(state));
whenGranted("analytics", () => () => {});
whenGranted("analytics", () => {});
export const yes: boolean = has("analytics");
export const granted: Promise<boolean> = accept("analytics");
export const html = async () => insert("<head></head><body></body>", await read("snippet"));
export const plugin = vite("snippet");
window.volens;
`,
  );
  await tsc("right.ts");
  await writeFile(
    join(folder, "wrong.ts"),
    `import { has, on } from "@volens/widget";
on("chnge", () => {});
on("change", ({ colour }) => colour);
has(1);
`,
  );
  await assert.rejects(tsc("wrong.ts"), ({ message }) => {
    assert.deepEqual(
      [...message.matchAll(/wrong\.ts\((\d)/g)].map(([, line]) => line),
      ["2", "3", "4"],
      message,
    );
    return true;
  });
});

test("the compatibility layer is what vanilla-cookieconsent declares itself to be", async () => {
  await writeFile(
    join(folder, "same.ts"),
    `import * as theirs from "vanilla-cookieconsent";
import * as ours from "@volens/widget/cookieconsent";
export const all: typeof theirs = ours;
// The other way round only for what a site reads.
export const preferences: theirs.UserPreferences = ours.getUserPreferences();
export const cookie: theirs.CookieValue = ours.getCookie();
export const config = (given: theirs.CookieConsentConfig): ours.CookieConsentConfig => given;
export const categories: string[] = ours.getCookie("categories");
`,
  );
  await tsc("same.ts", { module: "esnext", moduleResolution: "bundler" });
  // The declarations promise no more than the module has, and no less.
  const said = await node(`
    import * as ours from "@volens/widget/cookieconsent";
    import theirs from "vanilla-cookieconsent";
    const names = (one) => Object.keys(one).filter((name) => typeof one[name] === "function").sort();
    console.log(JSON.stringify([names(ours), names(theirs)]));
  `);
  const [ours, theirs] = JSON.parse(said);
  assert.deepEqual(ours, theirs);
  assert.equal(ours.length, 19);
});

test(
  "a page whose HTML carries nothing gets the banner from the service, under a strict policy too",
  { timeout: 60_000 },
  async () => {
    const site = await Embedded.start();
    const browser = await launch();
    try {
      const policy =
        `default-src 'none'; img-src data:; connect-src 'self'; form-action 'self'; style-src 'self' 'nonce-abc';
      script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; require-trusted-types-for 'script';
      trusted-types volens volens-embed volens-load`.replace(/\s+/g, " ");
      const index = await readFile(join(npmPackage(), "index.js"), "utf8");
      const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bare</title><link rel="icon" href="data:,">
      <script type="text/plain" nonce="abc" data-category="analytics" data-src="/stats/tag.js"></script>
      <script type="module" nonce="abc">
        import { load, whenGranted } from "/volens.js";
        window.log = [];
        whenGranted("analytics", () => { log.push("start"); return () => log.push("end"); });
        const [one, two] = await Promise.all([load({ nonce: "abc" }), load({ nonce: "abc" })]);
        window.same = one === two;
      </script></head><body><h1>Bare</h1></body></html>`;
      const { code, stdout, stderr } = await volens("render", "--site", site.toml, "--lang", "en", "--json", "--nonce", "abc");
      assert.equal(code, 0, stderr);
      const parts = JSON.parse(stdout);
      const included = page.replace('<script type="text/plain"', `${parts.head}$&`).replace("<body>", `$&${parts.banner}`).replace("</body>", `${parts.foot}$&`);
      await site.host({
        "/": { body: page, headers: { "content-security-policy": policy } },
        "/volens.js": { body: index, type: "text/javascript" },
        "/included": { body: included, headers: { "content-security-policy": policy.replace(/ volens-.*/, "") } },
        "/stats/tag.js": { body: "window.statsRan = 1;", type: "text/javascript" },
      });
      const visitor = await Visitor.come(browser, site);
      await visitor.open("/");
      await visitor.page.locator(banner).waitFor();
      await until("load", () => visitor.page.evaluate(() => window.same));
      assert.equal(await visitor.page.locator(banner).count(), 1);
      await visitor.page.locator(accept).click();
      await visitor.told(/You allow everything/);
      await until("the tag", () => visitor.page.evaluate(() => window.statsRan));
      assert.deepEqual(await visitor.page.evaluate(() => window.log), ["start"]);
      // What comes back later begins by itself.
      await visitor.open("/");
      await until("what waits for a yes", () => visitor.page.evaluate(() => window.log?.length));
      await visitor.leave();

      const other = await Visitor.come(browser, site);
      await other.open("/");
      // A click before that is the form's, and leads to another page.
      await until("load", () => other.page.evaluate(() => window.same));
      await other.page.locator(reject).click();
      await other.told(/You allow nothing/);
      assert.deepEqual(await other.page.evaluate(() => window.log), []);
      await other.leave();

      // Where the snippet stands in the HTML, load() adds no script and needs no policy of its own.
      const third = await Visitor.come(browser, site);
      await third.open("/included");
      await until("load", () => third.page.evaluate(() => window.same !== undefined));
      await third.page.locator(accept).click();
      await until("what waits for a yes", () => third.page.evaluate(() => window.log.length));
      assert.deepEqual(third.asked().filter((url) => /embed\.js/.test(url)), []);
      await third.leave();
    } finally {
      await browser.close();
      await site.remove();
    }
  },
);
