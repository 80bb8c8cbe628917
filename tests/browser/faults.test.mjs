// What goes wrong in the field, and what a visitor has then. WASM that is missing altogether is in `policy.test.mjs`,
// late and lost answers in `once`, `order` and `underway`.
import { html, hosting } from "./host.mjs";
import { accept, all, assert, banner, center, choices, opener, pending, posts, ran, reject, settled, status, takenOver, until } from "./support.mjs";

const flow = hosting({}, async (host) => {
  host.provides("/analytics/tag.js", "window.ran = (window.ran ?? 0) + 1; document.cookie = '_nvi_id=1; Path=/';");
  const body = `<script type="text/plain" data-category="analytics" data-src="${host.provider}/analytics/tag.js"></script><p>Text of the page.</p>`;
  const parts = await host.parts();
  host.page("/", html(parts, { body }));
  host.page("/sv", html(await host.parts("sv"), { body, lang: "sv" }));
  const loader = /<script src="[^"]+loader[^>]+><\/script>/.exec(parts.head)[0];
  host.page("/twice", html({ ...parts, head: parts.head + loader }, { body }));
  host.page("/all-twice", html({ ...parts, head: parts.head + parts.head }, { body }));
});

// --- WASM ------------------------------------------------------------------------------------------------------------

for (const [what, file] of [
  ["WASM", /\.wasm$/],
  ["glue", /\/volens_widget\.\w+\.js$/],
]) {
  flow(`${what} that does not come: the page answers all the while, and clicks do not pile up`, async ({ visitor, page }) => {
    let go;
    const held = new Promise((resolve) => (go = resolve));
    await page.route(file, async (route) => {
      await held;
      await route.continue();
    });
    await visitor.open("/");
    const asked = page.waitForRequest(file);
    for (let clicks = 0; clicks < 3; clicks++) await page.locator(opener).click();
    await asked;
    // No center yet, which a sign says; the banner below does not wait for it.
    assert.equal(await page.locator(center).count(), 0);
    assert.equal(await page.locator(status).innerText(), "…");
    // The way out if it never comes: the link is a link.
    const [beside] = await Promise.all([visitor.context.waitForEvent("page"), page.locator(opener).click({ button: "middle" })]);
    await beside.waitForURL(/\/consent\/v1\/settings\?/);
    await beside.locator('[data-volens="save"]').waitFor();
    await beside.close();
    assert.equal((await visitor.posting(() => page.locator(reject).click())).status(), 201);
    await visitor.told(/You allow nothing/);
    go();
    await page.locator(center).waitFor();
    await settled(page);
    assert.equal(await page.locator(center).count(), 1);
    assert.equal(visitor.asked().filter((url) => file.test(url)).length, 1);
    await page.keyboard.press("Escape");
    await page.locator(center).waitFor({ state: "hidden" });
    await settled(page);
    assert.ok(!(await page.locator(center).isVisible()), "one Esc is enough");
  });
}

flow("corrupt WASM: the settings page stands in, and the banner works", async ({ visitor, page }) => {
  visitor.expect(/integrity/i, /Wasm|WebAssembly/);
  await page.route(/\.wasm$/, (route) => route.fulfill({ contentType: "application/wasm", body: "\0asm and then rubbish" }));
  await visitor.open("/");
  await page.locator(opener).click();
  await page.waitForURL(/\/consent\/v1\/settings\?/);
  await visitor.open("/");
  assert.equal((await visitor.posting(() => page.locator(accept).click())).status(), 201);
  await until("the tag", () => ran(page));
});

// --- the service -----------------------------------------------------------------------------------------------------

flow("the service is down: a no acts at once and is sent later", async ({ visitor, page, host }) => {
  visitor.expect(/Failed to load resource/);
  await visitor.open("/");
  await host.down();
  try {
    await page.locator(reject).click();
    assert.deepEqual(await page.evaluate(() => window.volens.state().purposes), all("refused"));
    await visitor.told(/could not be sent yet/);
    assert.ok(await pending(page));
  } finally {
    await host.up();
  }
  await visitor.posting(() => visitor.open("/"));
  await until("nothing on its way", async () => !(await pending(page)));
  assert.deepEqual(await visitor.state(), all("refused"));
});

for (const [where, go, button] of [
  ["the served first layer", () => {}, accept],
  ["the first layer that the browser's code has taken over", ({ page }) => takenOver(page), `[data-volens="live"] ${accept}`],
  ["the center", ({ visitor }) => visitor.openCenter(), `${center} button[name="accept"]`],
]) {
  flow(`the service is down: a yes permits nothing, before and after, and is asked for again: ${where}`, async ({ visitor, page, host }) => {
    visitor.expect(/Failed to load resource/);
    await visitor.open("/");
    await go({ visitor, page });
    let fail;
    const held = new Promise((resolve) => (fail = resolve));
    await page.route("**/consent/v1/choices", async (route) => {
      await held;
      await route.abort();
    });
    await page.locator(button).click();
    await until("the question to go", async () => !(await page.locator(banner).isVisible()));
    assert.deepEqual(await page.evaluate(() => window.volens.state()), { decided: false, purposes: all("undecided") });
    fail();
    await until("the message", async () => /could not be saved/.test(await page.locator(status).textContent()));
    await until("the question", () => page.locator(banner).isVisible());
    await page.unroute("**/consent/v1/choices");
    await visitor.open("/");
    await settled(page);
    assert.deepEqual([await ran(page), host.heard(), await pending(page)], [undefined, [], null]);
    assert.deepEqual(await visitor.state(), all("undecided"));
    assert.ok(await page.locator(banner).isVisible());
  });
}

flow("the text has changed since: a yes is asked for again", async ({ visitor, page, host }) => {
  visitor.expect(/Failed to load resource/);
  await visitor.open("/");
  await page.route("**/consent/v1/choices", (route) => route.fulfill({ status: 409, contentType: "application/problem+json", body: "{}" }));
  await page.locator(accept).click();
  await visitor.told(/text has changed/);
  assert.ok(await page.locator(banner).isVisible());
  assert.deepEqual([await ran(page), host.heard(), await pending(page)], [undefined, [], null]);
});

// --- markup that others have changed ---------------------------------------------------------------------------------

flow("a blocker takes the banner away: nothing is asked, nothing runs, settings still open", async ({ visitor, page, host }) => {
  await page.addInitScript(() =>
    addEventListener("DOMContentLoaded", () => document.querySelector("[data-volens=banner]").remove()),
  );
  await visitor.open("/");
  assert.equal(await page.locator(banner).count(), 0);
  const dialog = await visitor.openCenter();
  await dialog.locator('button[name="accept"]').waitFor();
  assert.deepEqual(host.heard(), []);
  await visitor.posting(() => dialog.locator('button[name="reject"]').click());
  assert.deepEqual(await visitor.state(), all("refused"));
});

flow("a blocker hides the banner: undecided is not a yes", async ({ visitor, page, host }) => {
  await page.addInitScript(() =>
    addEventListener("DOMContentLoaded", () => {
      const sheet = document.createElement("style");
      sheet.append("[data-volens=banner],.vo-banner{display:none!important}");
      document.head.append(sheet);
    }),
  );
  await visitor.open("/");
  assert.ok(!(await page.locator(banner).isVisible()));
  await page.mouse.wheel(0, 2000);
  await settled(page);
  assert.deepEqual([host.heard(), posts(visitor)], [[], []]);
  assert.deepEqual(await page.evaluate(() => window.volens.state()), { decided: false, purposes: all("undecided") });
  await visitor.openCenter();
});

flow("a blocker takes the buttons away: the page has no error, and the foot still says no", async ({ visitor, page }) => {
  await page.addInitScript(() =>
    addEventListener("DOMContentLoaded", () => document.querySelector("[data-volens=banner] .vo-buttons").remove()),
  );
  await visitor.open("/");
  await page.locator(`${banner} .vo-words`).click();
  await settled(page);
  assert.deepEqual(posts(visitor), []);
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  assert.deepEqual(await visitor.state(), all("refused"));
});

flow("a blocker takes the message's place away: yes and no act, are posted and wiped all the same", async ({ visitor, page }) => {
  await page.addInitScript(() =>
    addEventListener("DOMContentLoaded", () => document.querySelector("[data-volens=status]").remove()),
  );
  await visitor.open("/");
  await page.locator(accept).focus();
  await visitor.posting(() => page.keyboard.press("Enter"));
  await until("the tag", () => ran(page));
  assert.ok(!(await page.locator(banner).isVisible()));
  await page.evaluate(() => window.volens.show());
  await page.locator(reject).focus();
  const reloaded = page.waitForEvent("load");
  assert.equal((await visitor.posting(() => page.keyboard.press("Enter"))).status(), 201);
  await reloaded;
  await until("the deletion", async () => !(await visitor.cookieNames()).includes("_nvi_id"));
  assert.equal((await visitor.state()).analytics, "refused");
  assert.ok(!(await page.locator(banner).isVisible()));
});

flow("a page whose dataLayer throws: a no goes through all the same, first and later", async ({ visitor, page }) => {
  const spoil = () =>
    page.evaluate(() => {
      window.dataLayer.push = () => {
        throw new Error("no more of this");
      };
    });
  await visitor.open("/");
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag", () => ran(page));
  await visitor.told(/You allow everything/);
  await spoil();
  const reloaded = page.waitForEvent("load");
  assert.equal((await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click())).status(), 201);
  await reloaded;
  await visitor.told(/You allow nothing/);
  await until("the deletion", async () => !(await visitor.cookieNames()).includes("_nvi_id"));

  await visitor.context.clearCookies();
  await visitor.open("/");
  await spoil();
  assert.equal((await visitor.posting(() => page.locator(reject).click())).status(), 201);
  await visitor.told(/You allow nothing/);
  assert.ok(!(await page.locator(banner).isVisible()));
  assert.deepEqual(await visitor.state(), all("refused"));
});

/** As a browser's translator does: each text is taken out and put back, changed, in two elements. */
const translate = (page) =>
  page.evaluate(() => {
    document.documentElement.lang = "en";
    document.documentElement.classList.add("translated-ltr");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim() && !walker.currentNode.parentNode.matches("script, font *")) texts.push(walker.currentNode);
    for (const text of texts) {
      const [outer, inner] = [document.createElement("font"), document.createElement("font")];
      inner.append(`translated: ${text.data}`);
      outer.append(inner);
      text.replaceWith(outer);
    }
  });

flow("a page that the browser translated records the language and the text that were served", async ({ visitor, page }) => {
  await visitor.open("/sv");
  const served = await page.evaluate(() => JSON.parse(document.querySelector("#vo-config").textContent).shown);
  assert.equal(served.lang, "sv");
  await translate(page);
  assert.match(await page.locator(banner).innerText(), /translated/);
  await page.locator(`${banner} .vo-words`).hover();
  const answer = await visitor.posting(() => page.locator(`${reject} font font`).click());
  const { lang, text, notice } = answer.request().postDataJSON();
  assert.deepEqual({ lang, text, notice }, { lang: "sv", text: served.text, notice: served.notice });
  assert.equal(answer.status(), 201);
});

flow("what the browser's code shows is translated too: it opens, switches and saves as ever", async ({ visitor, page, host }) => {
  await visitor.open("/sv");
  const served = await page.evaluate(() => JSON.parse(document.querySelector("#vo-config").textContent).shown);
  // Its own first layer, then its center; both are drawn again after that.
  await takenOver(page);
  await translate(page);
  assert.match(await page.locator(`[data-volens="live"] ${banner}`).innerText(), /translated/);
  const dialog = await visitor.openCenter(`${banner} [data-volens="show-preferences"] font font`);
  await translate(page);
  assert.match(await dialog.innerText(), /translated/);
  await visitor.flip("analytics", "marketing", "marketing");
  const answer = await visitor.save();
  const { lang, text, notice, purposes } = answer.request().postDataJSON();
  assert.deepEqual({ lang, text, notice }, { lang: "sv", text: served.text, notice: served.notice });
  assert.deepEqual(purposes, { analytics: true, functional: false, marketing: false });
  assert.equal(answer.status(), 201);
  await dialog.waitFor({ state: "hidden" });
  await until("the tag", () => ran(page));
  assert.deepEqual(await visitor.state(), { analytics: "granted", functional: "refused", marketing: "refused" });
  assert.equal(host.heard(/tag/).length, 1);
  // And again, over what is left of it.
  await visitor.openCenter();
  assert.ok(await page.locator(`${center} input[name="p.analytics"]`).isChecked());
  await translate(page);
  await visitor.flip("analytics");
  const reloaded = page.waitForEvent("load");
  await visitor.save();
  await reloaded;
  assert.equal((await visitor.state()).analytics, "refused", "with everything taken back");
});

// --- clocks ----------------------------------------------------------------------------------------------------------

for (const [how, years] of [
  ["slow", -1],
  ["fast", 1],
]) {
  flow(`a clock that is a year ${how}: the choice stands as ever`, async ({ visitor, page }) => {
    await page.addInitScript((shift) => {
      const Right = Date;
      window.Date = class extends Right {
        constructor(...words) {
          super(...(words.length ? words : [Right.now() + shift]));
        }
        static now() {
          return Right.now() + shift;
        }
      };
    }, years * 365 * 86_400_000);
    await visitor.open("/");
    const answer = await visitor.posting(() => page.locator(accept).click());
    assert.equal(answer.status(), 201);
    const claimed = new Date(answer.request().postDataJSON().claimed_at);
    assert.ok(Math.abs(claimed - Date.now()) > 300 * 86_400_000, "the page's clock is wrong");
    await visitor.told(/You allow everything/);
    await until("the tag", () => ran(page));
    // The service goes by its own clock.
    const { purposes } = await (await visitor.context.request.get("/consent/v1/choices")).json();
    assert.ok(Math.abs(new Date(purposes.analytics.since) - Date.now()) < 3_600_000, purposes.analytics.since);
    await visitor.open("/");
    assert.ok(!(await page.locator(banner).isVisible()));
    const reloaded = page.waitForEvent("load");
    await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
    await reloaded;
    await visitor.told(/You allow nothing/);
    assert.equal((await visitor.state()).analytics, "refused");
    assert.equal(await ran(page), undefined);
  });
}

// --- the browser -----------------------------------------------------------------------------------------------------

flow("localStorage that is full or throws at each touch", async ({ visitor, page }) => {
  await page.addInitScript(() => {
    for (const name of ["getItem", "setItem", "removeItem"]) {
      Storage.prototype[name] = () => {
        throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
      };
    }
  });
  await visitor.open("/");
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag", () => ran(page));
  const dialog = await visitor.openCenter();
  const reloaded = page.waitForEvent("load");
  await visitor.posting(() => dialog.locator('button[name="reject"]').click());
  await reloaded;
  await visitor.told(/You allow nothing/);
  assert.equal((await visitor.state()).analytics, "refused");
});

for (const path of ["/twice", "/all-twice"]) {
  flow(`${path}: the loader is in the page twice, and each click counts once`, async ({ visitor, page, host }) => {
    await visitor.open(path);
    await visitor.posting(() => page.locator(accept).first().click());
    await visitor.told(/You allow everything/);
    await until("the tag", () => ran(page));
    await settled(page);
    assert.equal(await ran(page), 1);
    assert.equal(posts(visitor).length, 1);
    assert.equal(host.heard(/tag/).length, 1);
    await visitor.openCenter();
    assert.equal(await page.locator(center).count(), 1);
  });
}
