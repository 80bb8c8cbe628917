// What others write into the browser releases nothing, and what others post changes nothing.
import { accept, assert, banner, post, reject, stage, status, until } from "./support.mjs";

const flow = stage();

async function notice8(site) {
  return (await (await fetch(`${site.origin}/consent/v1/choices`)).json()).notice.slice(0, 8);
}

/** The page has loaded, the loader has run, and nothing was released. */
async function nothingRuns(visitor) {
  const from = visitor.requests.length;
  await visitor.open();
  await visitor.page.waitForLoadState("networkidle");
  assert.equal(await visitor.page.evaluate(() => window.volens.has("analytics")), false);
  assert.ok(await visitor.page.locator(banner).isVisible(), "the visitor is still asked");
  assert.deepEqual(visitor.elsewhere(from), []);
}

flow("cookies of a subdomain, and of other names, release nothing", async ({ visitor, page, site }) => {
  const value = `1.${await notice8(site)}.111`;
  const sub = `http://forger.localhost:${site.port}/`;
  // One at a time: two of a name would cancel each other out.
  const forgeries = [
    ["volens", "; Domain=localhost; Path=/"],
    ["__Host-volens", "; Domain=localhost; Secure; Path=/"],
    ["__host-volens", "; Domain=localhost; Secure; Path=/"],
    ["__Secure-volens", "; Domain=localhost; Secure; Path=/"],
    ["", "; Domain=localhost; Path=/"],
  ];
  for (const [name, rest] of forgeries) {
    const cookie = `${name}=${name ? "" : "__Host-volens="}${value}`;
    await visitor.context.clearCookies();
    await page.route(sub, (route) =>
      route.fulfill({
        contentType: "text/html",
        headers: { "set-cookie": cookie + rest },
        body: "<!doctype html><link rel=icon href=data:,>",
      }),
    );
    await page.goto(sub);
    await page.evaluate((text) => (document.cookie = text), cookie + rest);
    await nothingRuns(visitor);
    // The same by a script of the site's own host, which does reach the jar wherever the browser lets it.
    await page.evaluate((text) => (document.cookie = text), cookie + rest);
    await page.evaluate((text) => (document.cookie = text), `${cookie}; Path=/`);
    if (name === "volens") assert.notEqual(await page.evaluate(() => document.cookie), "", "the forgery is in the jar");
    await nothingRuns(visitor);
    await page.unrouteAll({ behavior: "wait" });
  }
});

flow("a summary that is there twice counts as absent", async ({ visitor, page, site }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(reject).click());
  const value = `1.${await notice8(site)}.111`;
  // A partitioned cookie lives beside the other one of its name.
  await page.evaluate((text) => (document.cookie = `__Host-volens=${text}; Secure; Path=/; Partitioned`), value);
  const twice = await page.evaluate(() => document.cookie.match(/__Host-volens=/g).length);
  assert.equal(twice, 2, "the browser does hold two");
  await nothingRuns(visitor);
});

flow("a summary of another notice or of another shape counts as absent", async ({ visitor, site }) => {
  const notice = await notice8(site);
  for (const value of [
    "1.AAAAAAAA.111",
    `2.${notice}.111`,
    `1.${notice}.11`,
    `1.${notice}.1111`,
    `1.${notice}.11x`,
    "111",
    "",
  ]) {
    await visitor.context.clearCookies();
    await visitor.write("__Host-volens", value);
    await nothingRuns(visitor);
  }
});

flow("a summary alone opens nothing on the server", async ({ visitor, site }) => {
  const count = async () => (await (await fetch(`${site.origin}/demo/views`)).json()).readers;
  const before = await count();
  const value = `1.${await notice8(site)}.111`;
  await visitor.write("__Host-volens", value);
  await visitor.write("__Host-consent", "eyJhbGciOiJub25lIiwidHlwIjoiY29uc2VudCtqd3QifQ.eyJnIjp7ImFuYWx5dGljcyI6MX19.");
  const answer = await visitor.context.request.get("/en/");
  assert.equal(answer.status(), 200);
  assert.equal(await count(), before);
  assert.ok(!(await visitor.cookieNames()).includes("nv_views"));
  assert.deepEqual(await visitor.state(), { analytics: "undecided", functional: "undecided", marketing: "undecided" });
});

flow("another site's form and script change nothing", async ({ visitor, page, site }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  const { notice } = await (await visitor.context.request.get("/consent/v1/choices")).json();
  const [before, cookies] = [await site.records(), (await visitor.cookies())["__Host-consent"].value];

  const evil = `${site.provider}/evil`;
  const form = `<form method=post action="${site.origin}/consent/v1/choices">
    <input name=notice value="${notice}"><input name=lang value=en><button name=reject value=all>win</button></form>`;
  await page.route(evil, (route) =>
    route.fulfill({ contentType: "text/html", body: `<!doctype html><link rel=icon href=data:,>${form}` }),
  );
  visitor.expect(/status of 403/);
  for (const policy of ["", "no-referrer"]) {
    await page.goto(evil);
    if (policy)
      await page.evaluate(
        (one) =>
          document.head.append(Object.assign(document.createElement("meta"), { name: "referrer", content: one })),
        policy,
      );
    const [answer] = await Promise.all([
      page.waitForResponse((one) => post(new URL(one.url()))),
      page.locator("button").click(),
    ]);
    assert.equal(answer.status(), 403);
    assert.equal((await answer.json()).code, "cross-site");
  }
  await page.goto(evil);
  const scripted = page.waitForResponse((one) => post(new URL(one.url())));
  await page.evaluate(
    ([url, body]) =>
      fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams(body) }),
    [`${site.origin}/consent/v1/choices`, { notice, lang: "en", reject: "all" }],
  );
  assert.equal((await scripted).status(), 403);
  assert.deepEqual(await site.records(), before);
  assert.equal((await visitor.cookies())["__Host-consent"].value, cookies);
});

for (const javaScriptEnabled of [false, true]) {
  const how = javaScriptEnabled ? "with" : "without";
  flow(
    `under Referrer-Policy: no-referrer the site's own form works, ${how} script`,
    { javaScriptEnabled },
    async ({ visitor, page }) => {
      await page.route(/\/en\/article$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, headers: { ...response.headers(), "referrer-policy": "no-referrer" } });
      });
      const answer = await visitor.open("/en/article");
      assert.equal(await answer.headerValue("referrer-policy"), "no-referrer");
      const posted = await visitor.posting(() => page.locator(reject).click());
      assert.equal(await posted.request().headerValue("referer"), null);
      assert.equal(posted.status(), javaScriptEnabled ? 201 : 303);
      if (javaScriptEnabled) await visitor.told(/^Saved/);
      else await page.waitForURL(/\/en\/article$/);
      assert.equal((await visitor.state()).marketing, "refused");
    },
  );
}

flow("a token altered by one bit is ignored and replaced", async ({ visitor, page, site, another }) => {
  const other = await another();
  await other.open();
  await other.posting(() => other.page.locator(accept).click());
  const token = (await other.cookies())["__Host-consent"].value;
  // One bit of the signature turned.
  const parts = token.split(".");
  const signature = Buffer.from(parts[2], "base64url");
  signature[0] ^= 1;
  const forged = [parts[0], parts[1], signature.toString("base64url")].join(".");
  await visitor.write("__Host-consent", forged);
  assert.equal((await visitor.state()).analytics, "undecided");
  await visitor.open();
  await visitor.posting(() => page.locator(accept).click());
  await until("the answer to be shown", () => page.locator(status).innerText());
  assert.notEqual(await visitor.subject(), await other.subject());
});
