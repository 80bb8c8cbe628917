// Sibling hosts over https: www and shop of one domain, the service on a host of its own, and a host that is not listed.
// The certificate is made for this run and trusted by nobody; the browser is told not to mind.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as ask } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { promisify } from "node:util";

import { byEventsAlone } from "./events.mjs";
import { freePair, siteToml, until, volens, volensBinary, web } from "./site.mjs";
import { accept, assert, banner, center, launch, ran, Visitor } from "./support.mjs";

const run = promisify(execFile);
const hosts = ["www", "shop", "api", "blog"];
let browser, folder, service, server, port, pages;
const tag = "http://127.0.0.1:20001/analytics/tag.js";
const origin = (host) => `https://${host}.volens.test:${port}`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "volens-siblings-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  await run("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=volens.test".split(" "),
    ...["-addext", "subjectAltName=DNS:*.volens.test", "-keyout", key, "-out", certificate],
  ]);
  const behind = await freePair();
  const tls = { key: await readFile(key), cert: await readFile(certificate) };
  server = createServer(tls, (request, response) => {
    const name = request.headers.host.split(".")[0];
    if (name === "consent") {
      const { url: path, method, headers } = request;
      const onward = ask({ host: "127.0.0.1", port: behind, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    } else if (hosts.includes(name) && pages[request.url]) {
      const { html, policy } = pages[request.url];
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }).end(html);
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = server.address().port;
  const toml = join(folder, "site.toml");
  const described = (await siteToml(20000)).replace(
    /origins = .*\n/,
    `origins = ["${origin("www")}", "${origin("shop")}", "${origin("api")}"]\nendpoint = "${origin("consent")}/consent/v1"\n`,
  );
  const shared = described.replace('cookie_scope = "host"', 'cookie_scope = "domain"\ndomain = "volens.test"');
  assert.notEqual(described, shared);
  await writeFile(toml, shared);

  service = spawn(
    volensBinary(),
    ["serve", "--site", toml, "--data", join(folder, "data"), "--web", web(), "--listen", `127.0.0.1:${behind}`],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  await until("the service", () =>
    fetch(`http://127.0.0.1:${behind}/healthz`).then(
      (answer) => answer.ok,
      () => service.exitCode === null && false,
    ),
  );
  const { code, stdout, stderr } = await volens("render", "--site", toml, "--lang", "en", "--json");
  assert.equal(code, 0, stderr);
  const parts = JSON.parse(stdout);
  const sources = (directive) => parts.csp[directive].join(" ");
  const page = {
    html: `<!doctype html><html lang=en><head>${parts.head}<meta charset=utf-8><title>Page</title><link rel=icon href="data:,"></head>
      <body>${parts.banner}<main><h1>A page</h1><script type="text/plain" data-category="analytics" data-src="${tag}"></script></main>${parts.foot}</body></html>`,
    // What the snippet asks for, and no more.
    policy: `default-src 'none'; img-src data:; script-src ${sources("script-src")} 'strict-dynamic' 'wasm-unsafe-eval'; ${[
      "style-src",
      "connect-src",
      "form-action",
    ]
      .map((directive) => `${directive} ${sources(directive)}`)
      .join("; ")} 'self'; require-trusted-types-for 'script'; trusted-types volens`,
  };
  const own = origin("consent");
  const one = {
    html: `<!doctype html><html lang=en><head><script nonce=n src="${own}/consent/v1/embed.js"></script><meta charset=utf-8><title>Page</title><link rel=icon href="data:,"></head>
      <body><main><h1>A page</h1></main></body></html>`,
    policy: `default-src 'none'; img-src data:; script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'nonce-n' ${own};
      connect-src ${own}; form-action ${own}; require-trusted-types-for 'script'; trusted-types volens volens-embed`.replace(/\s+/g, " "),
  };
  pages = { "/": page, "/one-tag": one };
  browser = await launch({ more: ["--host-resolver-rules=MAP *.volens.test 127.0.0.1"] });
});

after(async () => {
  await browser?.close();
  server?.close();
  server?.closeAllConnections();
  if (service?.exitCode === null) {
    service.kill();
    await once(service, "exit");
  }
  await rm(folder, { recursive: true, force: true });
});

/** A tag that keeps what it writes for all hosts of the domain, beside a cookie of this host alone. */
const tagged = (visitor) =>
  visitor.context.route(tag, (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: `window.ran = 1;
        document.cookie = "_nvi_id=1; Path=/; Domain=.volens.test; Secure";
        document.cookie = "_nvi_visit=1; Path=/; Secure";`,
    }),
  );

const flow = (name, options, body) =>
  test(name, { timeout: 60_000 }, async () => {
    const visitor = await Visitor.come(browser, { origin: origin("www") }, { ignoreHTTPSErrors: true, ...options });
    await tagged(visitor);
    try {
      await body(visitor, visitor.page);
    } catch (error) {
      if (visitor.problems.length) error.message += `\nconsole: ${visitor.problems.join("\n")}`;
      throw error;
    }
    await visitor.leave();
  });

const at = (visitor, host) => visitor.open(`${origin(host)}/`);
const says = (page) => page.evaluate(() => window.volens.state().purposes);
const everything = (word) => ({ analytics: word, functional: word, marketing: word });

flow("a yes on www holds on shop and api, a no on shop holds on www", {}, async (visitor, page) => {
  await at(visitor, "www");
  const answer = await visitor.posting(() => page.locator(accept).click());
  assert.equal(answer.status(), 201);
  assert.equal(new URL(answer.url()).origin, origin("consent"));
  await visitor.told(/You allow everything/);
  const cookies = (await visitor.context.cookies()).filter(({ name }) => !name.startsWith("_nvi"));
  assert.deepEqual(cookies.map(({ name }) => name).sort(), ["__Secure-consent", "__Secure-volens"]);
  for (const { domain, secure } of cookies) assert.deepEqual([domain, secure], [".volens.test", true]);

  for (const host of ["shop", "api"]) {
    await at(visitor, host);
    assert.ok(!(await page.locator(banner).isVisible()), host);
    assert.deepEqual(await says(page), everything("granted"), host);
  }
  // In the center of shop: WASM, its styles and its texts come from the service's host, and it posts there.
  await at(visitor, "shop");
  await visitor.openCenter();
  assert.equal(await page.locator(center).evaluate((one) => getComputedStyle(one).position), "fixed", "styled");
  const changed = await visitor.posting(() => page.locator(`${center} button[name="reject"]`).click());
  assert.equal(changed.status(), 201);
  await visitor.told(/You allow nothing/);
  await at(visitor, "www");
  assert.deepEqual(await says(page), everything("refused"));
  assert.ok(!(await page.locator(banner).isVisible()));
});

const kept = async (visitor) => (await visitor.context.cookies()).filter(({ name }) => name.startsWith("_nvi")).map(({ name, domain }) => `${name} ${domain}`);

flow("what a tag on www kept for the whole domain goes with a withdrawal on shop", {}, async (visitor, page) => {
  await at(visitor, "www");
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag", () => ran(page));
  assert.deepEqual((await kept(visitor)).sort(), ["_nvi_id .volens.test", "_nvi_visit www.volens.test"]);
  await at(visitor, "shop");
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await visitor.told(/You allow nothing/);
  await until("what is shop's own, and the domain's", async () => !/_nvi_id|shop/.test(await kept(visitor)));
  // What only www can reach goes when www is seen again.
  await at(visitor, "www");
  await until("the rest", async () => (await kept(visitor)).length === 0);
  assert.equal(await ran(page), undefined);
});

flow("a withdrawal on shop acts at once in a tab of www", {}, async (visitor, page) => {
  await at(visitor, "shop");
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  const other = await visitor.context.newPage();
  await other.addInitScript(byEventsAlone);
  await other.goto(`${origin("www")}/`);
  await until("the tag in the other tab", () => ran(other));
  await page.bringToFront();
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await until("www without the tag", () => other.evaluate(() => window.volens.has?.("analytics") === false && !window.ran).catch(() => false));
  assert.equal(await other.evaluate(() => sessionStorage.getItem("test.acted")), "change", "in the handler of the cookie's change");
  await until("the deletion on both", async () => (await kept(visitor)).length === 0);
});

flow("one tag on www asks for a service on a host of its own, under nonces and Trusted Types", {}, async (visitor, page) => {
  await visitor.open(`${origin("www")}/one-tag`);
  await page.locator(banner).waitFor();
  await until("the loader", () => page.evaluate(() => !Array.isArray(window.volens)));
  const scripts = await page.evaluate(() => [...document.querySelectorAll("script[src*=loader]")].map((one) => [one.crossOrigin, /^sha256-/.test(one.integrity)]));
  assert.deepEqual(scripts, [["anonymous", true]]);
  const answer = await visitor.posting(() => page.locator(accept).click());
  assert.deepEqual([answer.status(), new URL(answer.url()).origin], [201, origin("consent")]);
  await visitor.told(/You allow everything/);
  await visitor.openCenter();
  await visitor.posting(() => page.locator(`${center} button[name="reject"]`).click());
  await visitor.told(/You allow nothing/);
  assert.deepEqual(await says(page), everything("refused"));
});

flow("a form without script leads back to its own host", { javaScriptEnabled: false }, async (visitor, page) => {
  await at(visitor, "shop");
  await page.locator(accept).click();
  await page.waitForURL(`${origin("shop")}/`);
  assert.equal((await visitor.cookies())["__Secure-volens"].value.split(".").at(-1), "111");
  await at(visitor, "www");
  assert.ok(!(await page.locator(banner).isVisible()), "the service's styles hide it");
});

flow("a host that is not listed reads and writes nothing", {}, async (visitor, page) => {
  visitor.expect(/CORS policy/, /Failed to load resource/, /violation|Refused|Content Security/);
  await at(visitor, "www");
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  const before = await visitor.cookies();
  // Its page holds the same snippet, copied. Even its loader is not read.
  await at(visitor, "blog");
  const tried = await page.evaluate(async (url) => {
    const refused = (promise) => promise.then(() => "read", () => "refused");
    const post = (headers) => fetch(url, { method: "POST", credentials: "include", headers, body: "reject=all&notice=x" });
    return [
      await refused(fetch(url, { credentials: "include" })),
      await refused(post({ "Idempotency-Key": "a".repeat(22) })),
      await refused(post({ "Content-Type": "application/x-www-form-urlencoded" })),
      typeof window.volens.show,
    ];
  }, `${origin("consent")}/consent/v1/choices`);
  assert.deepEqual(tried, ["refused", "refused", "refused", "undefined"]);
  assert.deepEqual(await visitor.cookies(), before, "the plain form post was answered with 403");
  await at(visitor, "www");
  assert.deepEqual(await says(page), everything("granted"));
});
