// `local` mode: a page of a static site, with nothing behind it but files.
import { createServer } from "node:http";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { createContext, runInContext } from "node:vm";

import { siteToml, volens, web } from "./site.mjs";
import { accept, assert, banner, center, launch, opener, reject, until, Visitor } from "./support.mjs";

/** What a provider's script leaves behind. */
const tag =
  "document.cookie = '_nvi_id=1; Path=/'; localStorage.setItem('nvi.first', '1'); window.ran = (window.ran ?? 0) + 1;";
let browser, folder, server, origin, pages;
const asked = [];
const kinds = {
  js: "text/javascript",
  css: "text/css",
  wasm: "application/wasm",
  json: "application/json",
  html: "text/html; charset=utf-8",
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "volens-local-"));
  server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    asked.push(`${request.method} ${pathname}`);
    const name = pathname.split("/").at(-1);
    const made = { "/": pages.index, "/other": pages.index, "/analytics/tag.js": tag }[pathname];
    const folders = { "/assets/": web(), "/consent/v1/": folder };
    try {
      const body = made ?? (await readFile(join(folders[pathname.slice(0, -name.length)], name)));
      const kind = made === pages.index ? "html" : name.split(".").at(-1);
      const policy = kind === "html" ? { "content-security-policy": pages.policy } : {};
      response.writeHead(request.method === "GET" ? 200 : 405, { "content-type": kinds[kind], ...policy }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  origin = `http://localhost:${port}`;
  const toml = join(folder, "site.toml");
  // The provider is this server under its other name.
  await writeFile(toml, (await siteToml(port)).replaceAll(`127.0.0.1:${port + 1}`, `127.0.0.1:${port}`));
  const words = ["render", "--site", toml, "--lang", "en", "--mode", "local", "--web-url", "/assets", "--out", folder];
  const { code, stderr } = await volens(...words);
  assert.equal(code, 0, stderr);
  const part = (name) => readFile(join(folder, name), "utf8");
  const [head, foot, question, csp] = [
    await part("head.html"),
    await part("foot.html"),
    await part("banner.html"),
    JSON.parse(await part("csp.json")),
  ];
  pages = {
    index: `<!doctype html><html lang=en><meta charset=utf-8><title>Static</title><link rel=icon href="data:,">${head}
      <body>${question}<main><h1>A static page</h1></main>${foot}
      <script type="text/plain" data-category="analytics" data-service="insight" data-src="http://127.0.0.1:${port}/analytics/tag.js"></script>
      </body></html>`,
    policy: `default-src 'none'; img-src data:; connect-src 'self'; style-src 'self' ${csp["style-src"].join(" ")};
      script-src ${csp["script-src"].join(" ")} 'strict-dynamic' 'wasm-unsafe-eval'; form-action 'self'; require-trusted-types-for 'script'; trusted-types volens`.replace(
      /\s+/g,
      " ",
    ),
  };
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await new Promise((done) => server.close(done));
  await rm(folder, { recursive: true, force: true });
});

const flow = (name, body) =>
  test(name, { timeout: 60_000 }, async () => {
    asked.length = 0;
    const visitor = await Visitor.come(browser, { origin });
    await body(visitor, visitor.page);
    // Files are read; nothing is ever sent.
    assert.deepEqual(
      asked.filter((one) => !one.startsWith("GET ")),
      [],
    );
    await visitor.leave();
  });
const kept = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("volens.local")));

flow("no is kept by this browser alone", async (visitor, page) => {
  await visitor.open("/");
  assert.ok(await page.locator(banner).isVisible());
  assert.deepEqual((await visitor.storage()).local, []);
  await page.locator(reject).click();
  await visitor.told(/You allow nothing/);
  assert.deepEqual((await kept(page)).purposes, { analytics: false, functional: false, marketing: false });
  const files = asked.length;
  await visitor.open("/other");
  assert.ok(!(await page.locator(banner).isVisible()));
  assert.deepEqual(
    asked.slice(files).filter((one) => /wasm|tag\.js/.test(one)),
    [],
  );
  assert.deepEqual(await visitor.context.cookies(), []);
});

flow("yes releases after it is written, and is said to be no proof", async (visitor, page) => {
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  await visitor.open("/");
  await page.locator(accept).click();
  await visitor.told(/You allow everything/);
  assert.deepEqual((await kept(page)).purposes, { analytics: true, functional: true, marketing: true });
  await until("the tag", () => page.evaluate(() => window.ran));
  assert.ok(
    said.some((text) => /no proof/.test(text)),
    said.join("\n"),
  );
});

flow("the center works from files, and withdraws", async (visitor, page) => {
  await visitor.open("/");
  await page.locator(accept).click();
  await until("the tag", () => page.evaluate(() => window.ran));
  await page.locator(opener).click();
  await page.locator(center).waitFor();
  await visitor.flip("analytics");
  const reloaded = page.waitForEvent("load");
  await page.locator(`${center} [data-volens="save"]`).click();
  await reloaded;
  await visitor.told(/You allow: Videos, Advertising/);
  assert.deepEqual((await kept(page)).purposes, { analytics: false, functional: true, marketing: true });
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.deepEqual(await visitor.context.cookies(), []);
  assert.deepEqual((await visitor.storage()).local, ["volens.local"]);
});

const full = () =>
  (Storage.prototype.setItem = () => {
    throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
  });
const refusals = {
  "the foot": (page) => page.locator('#cookie-settings button[name="reject"]').click(),
  "the center": async (page) => {
    await page.locator(opener).click();
    await page.locator(`${center} button[name="reject"]`).click();
  },
};
for (const [place, refuse] of Object.entries(refusals)) {
  flow(`a no at ${place} ends a yes where storage is full`, async (visitor, page) => {
    await visitor.open("/");
    await page.locator(accept).click();
    await until("the tag", () => page.evaluate(() => window.ran));
    await page.addInitScript(full);
    await page.evaluate(full);
    const reloaded = page.waitForEvent("load");
    await refuse(page);
    await reloaded;
    await visitor.open("/other");
    await until("the loader", () => page.evaluate(() => Boolean(window.volens.has)));
    assert.deepEqual(await page.evaluate(() => [window.volens.has("analytics"), window.ran]), [false, undefined]);
    assert.equal(await kept(page), null);
    assert.ok(await page.locator(banner).isVisible(), "nobody claims to remember");
  });
}

flow("another tab never sees a record that is half written", async (visitor, page) => {
  const other = await visitor.context.newPage();
  await visitor.open("/");
  await other.goto("/other");
  await other.evaluate(() => {
    window.heard = [];
    addEventListener("storage", ({ key, newValue }) => key === "volens.local" && heard.push(newValue && JSON.parse(newValue).purposes.marketing), true);
  });
  await page.bringToFront();
  await page.locator(accept).click();
  await visitor.told(/You allow everything/);
  await page.locator(opener).click();
  await page.locator(center).waitFor();
  await visitor.flip("marketing");
  await page.locator(`${center} [data-volens="save"]`).click();
  await visitor.told(/You allow: /);
  await page.evaluate(() => window.volens.reject("functional"));
  await until("the last of them", () => other.evaluate(() => heard.length >= 3));
  // A moment without one would be a withdrawal: the services of the other tab would be stopped, and it loaded again.
  assert.deepEqual(await other.evaluate(() => heard), [true, false, false]);
});

test("what stands in for the service answers no sooner than in a task of its own", async () => {
  const script = await readFile(new URL("../../wasm-widget/web/local.js", import.meta.url), "utf8");
  const stored = new Map();
  const localStorage = {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
    removeItem: (key) => stored.delete(key),
  };
  const window = {};
  const world = createContext({ window, localStorage, setTimeout, console: { warn: () => {} } });
  runInContext(script.replaceAll("__GATE__", JSON.stringify({ k: "v", m: ["analytics"] })), world);
  const order = [];
  const answer = window.volens.post("", { body: JSON.stringify({ notice: "n".repeat(43), purposes: { analytics: true } }) });
  setTimeout(() => order.push("the next task"));
  answer.then(({ ok }) => order.push(ok));
  await answer;
  assert.deepEqual([window.volens.cookies(), stored.size], ["v=1.nnnnnnnn.1", 1]);
  await until("both", () => order.length === 2);
  assert.deepEqual(order, [true, "the next task"]);
  // A task of its own, not the rest of the click's.
  let answered = false;
  window.volens.post("", { body: '{"notice":"n","purposes":{}}' }).then(() => (answered = true));
  for (let turns = 0; turns < 100; turns++) await undefined;
  assert.equal(answered, false);
});
