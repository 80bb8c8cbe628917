// Pages under strict policies: nonces, hashes, no WebAssembly, wrong hashes, nothing stored, single-page apps. A flow
// fails at any violation that it did not announce (see `Visitor`).
import { html, hosting } from "./host.mjs";
import { accept, assert, banner, center, opener, ran, reject, status, until } from "./support.mjs";

const rest = "img-src 'self'; connect-src 'self'; frame-src PROVIDER; form-action 'self'; base-uri 'none'";
const types = "require-trusted-types-for 'script'; trusted-types volens";
const nonces = (wasm = " 'wasm-unsafe-eval'") =>
  `default-src 'none'; script-src 'nonce-__NONCE__' 'strict-dynamic'${wasm}; style-src 'nonce-__NONCE__'; ${rest}; ${types}`;
const inline = (text, nonce = "") => `<script type="text/plain" data-category="analytics"${nonce}>${text}</script>`;
const tag = (host) =>
  `<script type="text/plain" data-category="analytics" data-service="insight" data-src="${host.provider}/analytics/tag.js"__N__></script>`;

/** An app that owns everything in its root, and makes its views anew at each route. */
const app = `
  const root = document.querySelector("#app");
  const view = (path) => {
    const heading = document.createElement("h1");
    heading.textContent = path;
    const gated = document.createElement("script");
    gated.type = "text/plain";
    gated.dataset.category = "analytics";
    gated.dataset.src = window.provider + "/analytics/tag.js?" + path;
    const opener = document.createElement("button");
    opener.dataset.volens = "show-preferences";
    opener.textContent = "Cookies";
    root.replaceChildren(heading, gated, opener);
  };
  window.go = (path) => (history.pushState({ app: path }, "", "/app" + path), view(path));
  addEventListener("popstate", ({ state }) => view(state?.app ?? "/"));
  view("/");`;

const flow = hosting({}, async (host) => {
  host.provides("/analytics/tag.js", "window.ran = (window.ran ?? 0) + 1;");
  const sources = (policy) => policy.replace("PROVIDER", host.provider);
  const strict = await host.parts("en", { nonces: true });
  const injected = inline("window.injected = 1");
  const own = inline("window.own = (window.own ?? 0) + 1", ' nonce="__NONCE__"');
  const body = injected + own + tag(host).replace("__N__", ' nonce="__NONCE__"');
  host.page("/nonce", html(strict, { body }), sources(nonces()));
  // Reported, not enforced: what would be refused is a violation all the same.
  host.page("/report", html(strict, { body }), "", { "content-security-policy-report-only": sources(nonces()).replaceAll("__NONCE__", "fixed") });
  host.pages["/report"].html = host.pages["/report"].html.replaceAll("__NONCE__", "fixed");
  host.page("/no-wasm", html(strict, { body }), sources(nonces("")));

  const hashed = await host.parts();
  const [scripts, styles] = [hashed.csp["script-src"].join(" "), hashed.csp["style-src"].join(" ")];
  const hashes = `default-src 'none'; script-src ${scripts} 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' ${styles}; ${rest}; ${types}`;
  const kept = { "cache-control": "public, max-age=600" };
  host.page("/hash", html(hashed, { body: injected + tag(host).replace("__N__", "") }), sources(hashes), kept);

  // Plain pages whose files are not what they should be.
  const broken = (parts, what, wrong) => ({ ...parts, head: parts.head.replace(what, wrong) });
  const loose = await host.parts();
  host.page("/wrong-loader", html(broken(loose, /(loader\.\w+\.js" integrity="sha256-)..../, "$1AAAA")));
  host.page("/wrong-wasm", html(broken(loose, /(\.wasm",\{"integrity":"sha256-)..../, "$1AAAA")));
  host.page("/wrong-glue", html(broken(loose, /("glue":\["[^"]+","sha256-)..../, "$1AAAA")));
  const single = `<div id=app></div><script nonce="__NONCE__">window.provider = "${host.provider}";${app}</script>`;
  // Without its nonce a gated script of the app would not be trusted; with hashes, its address is what counts.
  host.page("/app", html(loose, { body: single.replace(' nonce="__NONCE__"', "") }));
  host.page("/plain", html(loose, { body: tag(host).replace("__N__", "") }));
});

for (const path of ["/nonce", "/report"]) {
  flow(`${path}: asks, takes a yes, opens the center, withdraws`, async ({ visitor, page }) => {
    await visitor.open(path);
    const { position } = await page.locator('[data-volens="sheet"]').evaluate((one) => getComputedStyle(one));
    assert.notEqual(position, "static", "its styles apply");
    await visitor.posting(() => page.locator(accept).click());
    await visitor.told(/You allow everything/);
    await until("the tag", () => ran(page));
    assert.equal(await page.evaluate(() => window.own), 1, "what the page's own server wrote");
    assert.equal(await page.evaluate(() => window.injected), undefined, "what somebody else put there");
    assert.equal(await page.locator('script[type="text/plain"]').count(), 1);
    const dialog = await visitor.openCenter();
    assert.ok((await dialog.evaluate((one) => getComputedStyle(one).borderRadius)) !== "0px", "so do the center's");
    await visitor.flip("analytics");
    const reloaded = page.waitForEvent("load");
    await visitor.save();
    await reloaded;
    await visitor.told(/You allow: Videos, Advertising/);
    assert.equal(await ran(page), undefined);
  });
}

flow("a page in a cache is held by hashes: the same bytes, the same policy", async ({ visitor, page }) => {
  await visitor.open("/hash");
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag", () => ran(page));
  assert.equal(await page.evaluate(() => window.injected), undefined);
  await visitor.openCenter();
});

flow("an inert script that is put in later stays dead without the nonce", async ({ visitor, page }) => {
  visitor.expect(/'TrustedScript' assignment/, /violation: require-trusted-types-for/); // the browser's own objection
  await visitor.open("/nonce");
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag", () => ran(page));
  await page.evaluate(() => {
    for (const nonce of ["", "guessed"]) {
      const script = document.createElement("script");
      script.type = "text/plain";
      script.dataset.category = "analytics";
      script.append("window.injected = 1");
      if (nonce) script.nonce = nonce;
      document.body.append(script);
    }
    return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  });
  assert.equal(await page.evaluate(() => window.injected), undefined);
});

flow("without 'wasm-unsafe-eval' the banner and the settings page do it all", async ({ visitor, page }) => {
  visitor.expect(/WebAssembly/, /violation: script-src wasm-eval/);
  await visitor.open("/no-wasm");
  await page.locator(opener).click();
  await page.waitForURL(/\/consent\/v1\/settings\?/);
  await page.locator('input[name="p.analytics"]').check();
  await page.locator('[data-volens="save"]').click();
  await page.locator(status).waitFor();
  await visitor.open("/no-wasm");
  assert.ok(!(await page.locator(banner).isVisible()));
  await until("the tag", () => ran(page));
});

flow("a loader that is not the one named never runs, and the form still says no", async ({ visitor, page }) => {
  visitor.expect(/integrity/);
  await visitor.open("/wrong-loader");
  assert.ok(Array.isArray(await page.evaluate(() => window.volens)));
  await page.locator(reject).click();
  await until("the banner to go", async () => !(await page.locator(banner).isVisible()));
  assert.deepEqual(await visitor.state(), { analytics: "refused", functional: "refused", marketing: "refused" });
});

for (const path of ["/wrong-wasm", "/wrong-glue"]) {
  flow(`${path} is not run either; the settings page stands in`, async ({ visitor, page }) => {
    visitor.expect(/integrity/i);
    await visitor.open(path);
    await page.locator(opener).click();
    await page.waitForURL(/\/consent\/v1\/settings\?/);
    await page.goto(path);
    assert.equal((await visitor.posting(() => page.locator(reject).click())).status(), 201);
  });
}

/** Storage of all kinds as where the browser's settings forbid it. */
const blocked = () => {
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
    Object.defineProperty(window, name, {
      get() {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  }
};

flow("where storage is blocked, a choice is still one click and stands", async ({ visitor, page }) => {
  await page.addInitScript(blocked);
  await visitor.open("/plain");
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  await until("the tag", () => ran(page));
  const reloaded = page.waitForEvent("load");
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await reloaded;
  await visitor.told(/You allow nothing/);
  assert.equal(await ran(page), undefined);
});

flow("where cookies are blocked too, nothing runs and the page says why", async ({ visitor, page }) => {
  await page.addInitScript(blocked);
  await page.addInitScript(() => {
    Object.defineProperty(document, "cookie", { get: () => "", set() {} });
  });
  await visitor.open("/plain");
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/does not store cookies/);
  assert.equal(await ran(page), undefined);
  assert.ok(!(await page.locator(banner).isVisible()), "not asked again in this page");
});

flow("a single-page app replaces its views; the banner stays outside, and late markup is gated", async ({ visitor, page, host }) => {
  await visitor.open("/app");
  await page.evaluate(() => window.go("/one"));
  assert.ok(await page.locator(banner).isVisible());
  assert.deepEqual(host.heard(), []);
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  await until("the tag of this view", () => host.heard(/analytics/).length === 1);
  await page.evaluate(() => window.go("/two"));
  await until("the tag of the next", () => host.heard(/analytics/).length === 2);
  await page.goBack();
  await until("and of the one before", () => host.heard(/analytics/).length === 3);
  // The app's own entry in the history is left as it was.
  assert.equal(await page.evaluate(() => history.state.app), "/one");
  assert.ok(!(await page.locator(banner).isVisible()));
  await page.locator('#app [data-volens="show-preferences"]').click();
  await page.locator(center).waitFor();
  await visitor.flip("analytics");
  const reloaded = page.waitForEvent("load");
  await page.route("**/app/**", (route) => route.fulfill({ contentType: "text/html", body: host.pages["/app"].html }));
  await visitor.save();
  await reloaded;
  await visitor.told(/You allow: Videos, Advertising/);
  const heard = host.heard(/analytics/).length;
  await page.evaluate(() => window.go("/three"));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  assert.equal(host.heard(/analytics/).length, heard);
});

flow("a framework that replaces all of <body> loses the banner, not the choice; the page can show it again", async ({ visitor, page }) => {
  await visitor.open("/plain");
  await page.evaluate(() => {
    const kept = [...document.querySelectorAll("[data-volens=sheet],#cookie-settings")];
    document.body.replaceChildren(document.createElement("main"));
    window.back = () => document.body.append(...kept);
  });
  // Without its status the page has no place to say anything; the API answers all the same.
  assert.equal(await page.evaluate(() => window.volens.rejectAll()), true);
  assert.equal((await visitor.state()).analytics, "refused");
  await page.evaluate(() => (window.back(), window.volens.show()));
  assert.ok(await page.locator(banner).isVisible());
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
});
