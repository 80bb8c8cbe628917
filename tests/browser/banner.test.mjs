// The two answers of the first layer: one click each, and what they do and do not set off.
import { accept, assert, banner, choices, nothingStored, post, reject, stage, status, until } from "./support.mjs";

const flow = stage();

const tags = async (site) => [await site.seen("/analytics/tag.js"), await site.seen("/marketing/tag.js")];

flow("no takes one click, runs nothing and keeps nothing", async ({ visitor, page }) => {
  await visitor.open();
  const answer = await visitor.posting(() => page.locator(reject).click());
  assert.equal(answer.status(), 201);
  await visitor.told(/You allow nothing/);
  assert.ok(!(await page.locator(banner).isVisible()));

  const from = visitor.requests.length;
  for (const path of ["/en/", "/en/article", "/sv/", "/en/account"]) {
    await visitor.open(path);
    await page.waitForLoadState("networkidle");
    assert.ok(!(await page.locator(banner).isVisible()), `asked again on ${path}`);
    assert.deepEqual(await visitor.storage(), nothingStored);
  }
  assert.deepEqual(await visitor.cookieNames(), ["__Host-consent", "__Host-volens"]);
  const later = visitor.asked(from);
  assert.deepEqual(
    later.filter((url) => /\.wasm$|volens_widget/.test(url)),
    [],
    "WASM for one who has decided",
  );
  assert.deepEqual(visitor.elsewhere(), []);
});

flow("all refusers of a day hold the same bytes", async ({ visitor, another }) => {
  const refuse = async (one) => {
    await one.context.clearCookies();
    await one.open();
    await one.posting(() => one.page.locator(reject).click());
    return (await one.context.cookies()).map(({ name, value }) => `${name}=${value}`).sort();
  };
  const other = await another();
  let day, first, second;
  do {
    day = new Date().getUTCDate();
    [first, second] = [await refuse(visitor), await refuse(other)];
  } while (day !== new Date().getUTCDate());
  assert.deepEqual(first, second);
  const token = first.find((cookie) => cookie.startsWith("__Host-consent=")).split(".")[1];
  const claims = JSON.parse(Buffer.from(token, "base64url"));
  for (const name of ["sub", "jti", "status"]) assert.ok(!(name in claims), name);
  assert.equal(claims.iat % 86400, 0);
  assert.equal(claims.exp - claims.iat, 181 * 86400);
});

flow("yes takes one click; providers run after the 201", async ({ visitor, page, site }) => {
  const before = await tags(site);
  let arrived, release;
  const slow = new Promise((resolve) => (release = resolve));
  await page.route(post, async (route) => {
    arrived = true;
    await slow;
    await route.continue();
  });
  await visitor.open();
  await page.locator(accept).click();
  await until("the post", () => arrived);
  // Whatever the click set off has been painted by now.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.deepEqual(await tags(site), before, "a provider ran before the choice was recorded");
  assert.deepEqual(visitor.elsewhere(), []);
  assert.deepEqual(await visitor.cookieNames(), []);
  assert.equal(await page.evaluate(() => window.volens.has("analytics")), false);

  const recorded = page.waitForResponse((answer) => post(new URL(answer.url())));
  release();
  assert.equal((await recorded).status(), 201);
  await visitor.told(/You allow everything/);
  await until("both tags", async () => (await tags(site)).every((count, i) => count === before[i] + 1));
  assert.ok(!(await page.locator(banner).isVisible()));
  await until("their cookies", async () => (await visitor.cookieNames()).includes("_nvi_id"));
  assert.deepEqual(await visitor.state(), Object.fromEntries(choices.map((id) => [id, "granted"])));

  const from = visitor.requests.length;
  await page.reload();
  await until("both tags again", async () => (await tags(site)).every((count, i) => count === before[i] + 2));
  assert.deepEqual(
    visitor.asked(from).filter((url) => /\.wasm$/.test(url)),
    [],
    "WASM for one who has decided",
  );
});

for (const [how, answer] of [
  [
    "answers 503",
    (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"code":"unavailable"}' }),
  ],
  ["is not there", (route) => route.abort("connectionrefused")],
]) {
  flow(`yes to a server that ${how} runs nothing, and the banner says so`, async ({ visitor, page, site }) => {
    visitor.expect(/Failed to load resource/);
    const before = await site.seen("/analytics/tag.js");
    await page.route(post, answer);
    await visitor.open();
    await page.locator(accept).click();
    await visitor.told(/could not be saved/);
    assert.ok(await page.locator(status).isVisible());
    assert.ok(await page.locator(banner).isVisible(), "the question is still open");
    await page.waitForLoadState("networkidle");
    assert.deepEqual(visitor.elsewhere(), []);
    assert.deepEqual(await visitor.cookieNames(), []);
    assert.equal(await page.evaluate(() => window.volens.has("analytics")), false);

    // And the second try goes through.
    await page.unrouteAll({ behavior: "wait" });
    assert.equal((await visitor.posting(() => page.locator(accept).click())).status(), 201);
    await until("the tag", async () => (await site.seen("/analytics/tag.js")) > before);
  });
}

flow("a no counts at the click, whatever the server does", async ({ visitor, page }) => {
  visitor.expect(/Failed to load resource/);
  await page.route(post, (route) => route.fulfill({ status: 503 }));
  await visitor.open();
  await page.locator(reject).click();
  await visitor.told(/counts already in this browser/);
  assert.ok(!(await page.locator(banner).isVisible()));
  assert.deepEqual(await page.evaluate(() => window.volens.state().purposes), {
    analytics: "refused",
    functional: "refused",
    marketing: "refused",
  });
});

flow("a script cannot say yes for a person", async ({ visitor, page, site }) => {
  const before = (await site.records()).length;
  // In the page's own time: what a debugger evaluates counts as a person's act.
  await page.addInitScript(() => {
    (window.volens ||= []).push(async (api) => {
      document.querySelector("[data-volens=banner] button[name=accept]").click();
      window.granted = await Promise.all([api.acceptAll(), api.accept("analytics")]);
    });
  });
  await visitor.open();
  const granted = await page.waitForFunction(() => window.granted).then((handle) => handle.jsonValue());
  assert.deepEqual(granted, [false, false]);
  assert.equal((await site.records()).length, before);
  assert.deepEqual(await visitor.cookieNames(), []);
  // A no needs nobody.
  assert.equal(await page.evaluate(() => window.volens.rejectAll()), true);
  assert.deepEqual(await visitor.state(), Object.fromEntries(choices.map((id) => [id, "refused"])));
});

flow("the API tells what happens", async ({ visitor, page }) => {
  await page.addInitScript(() => {
    window.heard = [];
    (window.volens ||= []).push((api) => {
      for (const name of ["ready", "first-consent", "consent", "change", "ui"])
        api.on(name, () => window.heard.push(name));
    });
  });
  await visitor.open();
  assert.deepEqual(await page.evaluate(() => window.heard), ["ready"]);
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  assert.deepEqual(await page.evaluate(() => window.heard), ["ready", "change", "first-consent", "consent"]);
  const { decided, purposes } = await page.evaluate(() => window.volens.state());
  assert.equal(decided, true);
  assert.deepEqual(purposes, Object.fromEntries(choices.map((id) => [id, "granted"])));
});

flow("the API asks for one purpose at a time", async ({ visitor, page }) => {
  await visitor.open();
  // Evaluated by a debugger, which counts as a person's act.
  assert.equal(await page.evaluate(() => window.volens.accept("functional")), true);
  assert.deepEqual(await visitor.state(), { analytics: "undecided", functional: "granted", marketing: "undecided" });
  assert.ok(await page.locator(banner).isVisible(), "the rest is still asked");
  assert.equal(await page.evaluate(() => window.volens.reject("functional")), true);
  // Nothing is granted any more: this browser now holds a refuser's token, which tells no withdrawal from a refusal.
  assert.equal((await visitor.state()).functional, "refused");
  assert.equal(await visitor.subject(), undefined);
});

flow("markup with data-volens answers like the banner", async ({ visitor, page, site }) => {
  const before = (await site.records()).length;
  await visitor.open();
  await page.evaluate(() => {
    for (const what of ["accept-all", "reject-all"]) {
      const button = document.createElement("button");
      button.dataset.volens = button.id = button.textContent = what;
      document.querySelector("main").prepend(button);
    }
  });
  await visitor.posting(() => page.locator("#accept-all").click());
  await visitor.told(/You allow everything/);
  const reloaded = page.waitForEvent("load");
  await visitor.posting(() => page.locator("#reject-all").click());
  await reloaded;
  await visitor.told(/You allow nothing/);
  const kinds = (await site.records()).slice(before).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["grant", "grant", "grant", "withdraw", "withdraw", "withdraw"]);
});

flow(
  "a browser's Global Privacy Control is written into the record",
  { extraHTTPHeaders: { "sec-gpc": "1" } },
  async ({ visitor, page, site }) => {
    await visitor.open();
    const answer = await visitor.posting(() => page.locator(accept).click());
    assert.equal(answer.status(), 201);
    const proof = await site.evidence({ subject: await visitor.subject() }, "analytics");
    assert.deepEqual(proof.records[0].signals, { gpc: true });
  },
);

/** The page as an earlier deploy made it: asked under a notice that this server never published. */
const yesterday = (page) =>
  page.route("**/en/", async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    const [, notice] = /"notice":"([\w-]{43})"/.exec(text);
    // The inline gate holds the first 8 characters and its hash is in the policy, so they stay.
    await route.fulfill({ response, body: text.replaceAll(notice, notice.slice(0, 8) + "A".repeat(35)) });
  });

flow("a yes under a text that is not ours any more is not taken, and said so", async ({ visitor, page, site }) => {
  visitor.expect(/status of 409/);
  const before = (await site.records()).length;
  await yesterday(page);
  await visitor.open();
  const answer = await visitor.posting(() => page.locator(accept).click());
  assert.equal(answer.status(), 409);
  await visitor.told(/text has changed/);
  assert.equal((await site.records()).length, before);
  assert.deepEqual(visitor.elsewhere(), []);
  assert.equal(await page.evaluate(() => localStorage.getItem("volens.pending")), null);
});

flow("a no counts under any text", async ({ visitor, page, site }) => {
  const before = (await site.records()).length;
  await yesterday(page);
  await visitor.open();
  const answer = await visitor.posting(() => page.locator(reject).click());
  assert.equal(answer.status(), 201);
  assert.match(answer.request().postDataJSON().notice, /A{35}$/);
  assert.equal((await site.records()).length, before + 3);
  await visitor.told(/You allow nothing/);
});

flow("a browser that keeps nothing gets a working page and an honest message", async ({ visitor, page }) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
    }
  });
  // As where cookies are blocked: what the server sets does not arrive.
  await page.route(post, async (route) => {
    const request = route.request();
    const headers = {
      "content-type": "application/json",
      "idempotency-key": await request.headerValue("idempotency-key"),
    };
    const answer = await fetch(request.url(), { method: "POST", headers, body: request.postData() });
    await route.fulfill({ status: answer.status, contentType: "application/json", body: await answer.text() });
  });
  await visitor.open();
  await page.locator(accept).click();
  await visitor.told(/does not store cookies/);
  assert.ok(!(await page.locator(banner).isVisible()), "not asked again in this page");
  assert.deepEqual(visitor.elsewhere(), []);
  assert.equal(await page.evaluate(() => window.volens.has("analytics")), false);
  await visitor.openCenter();
});
