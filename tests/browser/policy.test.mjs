// The site's Content-Security-Policy, and what is left of the widget where WASM is refused.
import { accept, assert, banner, center, opener, reject, stage } from "./support.mjs";

const flow = stage();
const page_ = (url) => /^\/(en|sv|da)\//.test(url.pathname);

const directives = (header) =>
  Object.fromEntries(
    header
      .split(";")
      .map((one) => one.trim().split(/\s+/))
      .map(([name, ...sources]) => [name, sources]),
  );

flow("is strict on every page", async ({ site }) => {
  for (const path of ["", "article", "newsletter", "cookies", "privacy", "support", "account", "no-such-page"]) {
    const answer = await fetch(`${site.origin}/en/${path}`);
    const header = answer.headers.get("content-security-policy");
    const policy = directives(header);
    assert.deepEqual(policy["default-src"], ["'none'"], path);
    assert.doesNotMatch(header, /unsafe-inline|'unsafe-eval'|unsafe-hashes|\*|data:|blob:/, path);
    const [more, hashes] = [[], []];
    for (const source of policy["script-src"]) (/^'sha(256|384|512)-/.test(source) ? hashes : more).push(source);
    assert.deepEqual(more.sort(), ["'strict-dynamic'", "'wasm-unsafe-eval'"], path);
    assert.ok(hashes.length >= 2, path);
    for (const source of policy["style-src"]) assert.match(source, /^'self'$|^'sha256-/, path);
    assert.deepEqual(policy["require-trusted-types-for"], ["'script'"], path);
    assert.deepEqual(policy["trusted-types"], ["volens"], path);
    assert.deepEqual(policy["base-uri"], ["'none'"], path);
    assert.deepEqual(policy["frame-ancestors"], ["'none'"], path);
    // Inline scripts and styles are those that the hashes name; no handlers, no style attributes.
    const html = await answer.text();
    assert.doesNotMatch(html, /<[^>]+\s(on\w+|style)=/i, path);
  }
});

flow("does let the browser refuse what it does not name", async ({ visitor, page }) => {
  visitor.expect(
    /Content Security Policy/i,
    /^This document requires 'Trusted/,
    /^violation: (script-src|require-trusted-types-for|trusted-types) /,
  );
  // In the page's own time: what a debugger evaluates is exempt.
  await page.addInitScript(() =>
    addEventListener("load", () => {
      const outcome = (act) => {
        try {
          return act();
        } catch (error) {
          return error.name;
        }
      };
      const script = document.createElement("script");
      window.outcomes = {
        evaluated: outcome(() => (0, eval)("1 + 1")),
        handed: outcome(() => (script.text = "window.inline = 1")),
        address: outcome(() => (script.src = "/x.js")),
        html: outcome(() => (document.createElement("p").innerHTML = "<b>")),
        policy: outcome(() => trustedTypes.createPolicy("other", {})),
        again: outcome(() => trustedTypes.createPolicy("volens", {})),
      };
      script.append("window.inline = 1");
      document.body.append(script);
    }),
  );
  await visitor.open();
  const outcomes = await page.waitForFunction(() => window.outcomes).then((handle) => handle.jsonValue());
  assert.deepEqual(outcomes, {
    evaluated: "EvalError",
    handed: "TypeError",
    address: "TypeError",
    html: "TypeError",
    policy: "TypeError",
    again: "TypeError",
  });
  assert.equal(await page.evaluate(() => window.inline), undefined);
});

const refusals = {
  "404 for the WASM": async (visitor) => {
    visitor.expect(/Failed to load resource/, /integrity/);
    await visitor.page.route(/\.wasm$/, (route) => route.fulfill({ status: 404 }));
  },
  "404 for its glue": async (visitor) => {
    visitor.expect(/Failed to load resource/);
    await visitor.page.route(/volens_widget\.\w+\.js$/, (route) => route.fulfill({ status: 404 }));
  },
  "no 'wasm-unsafe-eval'": async (visitor) => {
    visitor.expect(/WebAssembly/, /violation: script-src wasm-eval/);
    await visitor.page.route(page_, async (route) => {
      const response = await route.fetch();
      const headers = response.headers();
      const name = "content-security-policy";
      assert.match(headers[name], / 'wasm-unsafe-eval'/);
      headers[name] = headers[name].replace(" 'wasm-unsafe-eval'", "");
      await route.fulfill({ response, headers });
    });
  },
};

for (const [how, refuse] of Object.entries(refusals)) {
  for (const [button, said] of [
    [accept, "granted"],
    [reject, "refused"],
  ]) {
    flow(`${how}: the banner records all the same (${said})`, async ({ visitor, page }) => {
      await refuse(visitor);
      await visitor.open();
      await page.locator(banner).hover();
      const answer = await visitor.posting(() => page.locator(button).click());
      assert.equal(answer.status(), 201);
      await visitor.told(/^Saved/);
      assert.equal((await visitor.state()).analytics, said);
    });
  }

  flow(`${how}: the settings page stands in for the center`, async ({ visitor, page }) => {
    await refuse(visitor);
    await visitor.open("/sv/article");
    await page.locator(opener).click();
    await page.waitForURL(/\/consent\/v1\/settings\?/);
    assert.equal(await page.locator("html").getAttribute("lang"), "sv");
    assert.equal(await page.locator(center).count(), 0);
    await page.locator('input[name="p.functional"]').check();
    await page.locator('[data-volens="save"]').click();
    await visitor.told(/Videor/);
    await page.locator("main > p > a").first().click();
    await page.waitForURL(/\/sv\/article$/);
    assert.deepEqual(await visitor.state(), { analytics: "refused", functional: "granted", marketing: "refused" });
    assert.ok(!(await page.locator(banner).isVisible()));
  });
}
