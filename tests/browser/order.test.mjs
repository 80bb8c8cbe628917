// The last word counts: slow answers, several tabs, failures, and what an earlier page has left behind.
import { accept, all, assert, banner, center, choices, opener, pending, post, reject, stage, status, until } from "./support.mjs";

const flow = stage();
const says = (page) => page.evaluate(() => window.volens.state().purposes);
const grants = (route) => Object.values(route.request().postDataJSON()?.purposes ?? {}).includes(true);
const tags = (site) => site.seen("/analytics/tag.js");

/** Holds the answers to posts that grant, after the server has given them, until `go` is called. */
async function slowYes(context) {
  const slow = { seen: 0, answered: 0 };
  const held = new Promise((resolve) => (slow.go = resolve));
  await context.route(post, async (route) => {
    if (route.request().method() !== "POST" || !grants(route)) return route.continue();
    slow.seen++;
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
    slow.answered++;
  });
  return slow;
}

/** Nothing more is to come: all posts are answered, and every tab has heard of it. */
async function settled(pages, slow) {
  await until("the late answer", () => slow.answered === slow.seen);
  await until("nothing on its way", async () => !(await pending(pages[0])));
  for (const page of pages) {
    await page.evaluate(() => navigator.locks.request("volens", () => {}));
    await page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(done))));
  }
}

async function refused(visitor, site, pages, before) {
  for (const page of pages) {
    assert.deepEqual(await says(page), all("refused"));
    assert.doesNotMatch(await page.locator(status).innerText(), /Saving|everything/);
  }
  const words = Object.values(await visitor.state());
  assert.ok(
    words.every((word) => /^(refused|withdrawn)$/.test(word)),
    words.join(),
  );
  assert.equal(await tags(site), before);
}

flow("a late yes does not undo the no that came after it", async ({ visitor, page, site }) => {
  const before = await tags(site);
  const slow = await slowYes(visitor.context);
  await visitor.open();
  await page.locator(accept).click();
  await until("the yes on its way", () => slow.seen);
  await page.locator('#cookie-settings button[name="reject"]').click();
  assert.deepEqual(await says(page), all("refused"), "a no acts at the click");
  // Without turns the no would be done before the yes.
  slow.go();
  await visitor.told(/You allow nothing/);
  await settled([page], slow);
  await refused(visitor, site, [page], before);
});

flow("a yes to one purpose that fails does not hide that the yes to all before it arrived", async ({ visitor, page, site }) => {
  visitor.expect(/Failed to load resource/);
  const before = await tags(site);
  let go;
  const held = new Promise((resolve) => (go = resolve));
  let posts = 0;
  await visitor.context.route(post, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    if (++posts > 1) return route.fulfill({ status: 503 });
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  await visitor.open("/en/article");
  await page.locator(accept).click();
  await until("the first post", () => posts);
  await page.locator('.vo-frame [data-volens="allow"]').click();
  go();
  await visitor.told(/could not be saved/);
  assert.deepEqual(await says(page), all("granted"));
  await until("the tags", async () => (await tags(site)) > before);
  assert.ok(!(await page.locator(banner).isVisible()));
});

flow("nor does a late yes from the banner undo a no from the center", async ({ visitor, page, site }) => {
  const before = await tags(site);
  const slow = await slowYes(visitor.context);
  await visitor.open();
  await page.locator(accept).click();
  await until("the yes on its way", () => slow.seen);
  const dialog = await visitor.openCenter();
  await dialog.locator('button[name="reject"]').click();
  await until("the no to count", async () => (await says(page)).analytics === "refused");
  slow.go();
  await visitor.told(/You allow nothing/);
  await settled([page], slow);
  await refused(visitor, site, [page], before);
});

flow("nor a late yes from the center a no from the banner", async ({ visitor, page, site }) => {
  const before = await tags(site);
  const slow = await slowYes(visitor.context);
  await visitor.open();
  const dialog = await visitor.openCenter();
  await dialog.locator('button[name="accept"]').click();
  await until("the yes on its way", () => slow.seen);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.evaluate(() => window.volens.rejectAll() && undefined);
  assert.deepEqual(await says(page), all("refused"));
  slow.go();
  await visitor.told(/You allow nothing/);
  await settled([page], slow);
  await refused(visitor, site, [page], before);
});

flow("nor a late yes in one tab a no in another", async ({ visitor, page, site }) => {
  const before = await tags(site);
  const slow = await slowYes(visitor.context);
  const other = await visitor.context.newPage();
  await visitor.open();
  await other.goto("/en/privacy");
  await page.locator(accept).click();
  await until("the yes on its way", () => slow.seen);
  await other.locator(reject).click();
  await until("the first tab to follow", async () => (await says(page)).analytics === "refused");
  slow.go();
  await other.locator(status).filter({ hasText: /You allow nothing/ }).waitFor();
  await settled([page, other], slow);
  await refused(visitor, site, [page, other], before);
});

flow("a no that waits for its turn survives the yes that comes after it", async ({ visitor, page }) => {
  const slow = await slowYes(visitor.context);
  await visitor.open();
  await page.locator(accept).click();
  await until("the yes on its way", () => slow.seen);
  await page.evaluate(() => window.volens.reject("analytics") && undefined);
  await page.mouse.click(5, 5);
  await page.evaluate(() => window.volens.accept("functional") && undefined);
  assert.deepEqual(JSON.parse(await pending(page)).body.purposes, { functional: true, analytics: false });
  slow.go();
  await visitor.told(/You allow: Videos, Advertising/);
  await settled([page], slow);
  assert.deepEqual(await says(page), { analytics: "refused", functional: "granted", marketing: "granted" });
});

flow("a yes that is said to have failed is never sent again", async ({ visitor, page, site }) => {
  visitor.expect(/Failed to load resource/);
  const before = await tags(site);
  await page.route(post, (route) => route.fulfill({ status: 503 }));
  await visitor.open();
  await page.locator(accept).click();
  await visitor.told(/could not be saved/);
  assert.equal(await pending(page), null);
  const dialog = await visitor.openCenter();
  await visitor.flip("marketing");
  await visitor.save();
  await dialog.getByText(/could not be saved/).waitFor();
  assert.deepEqual(JSON.parse(await pending(page)).body.purposes, { analytics: false, functional: false });
  await page.unrouteAll({ behavior: "wait" });
  await page.goto("/consent/v1/settings?lang=en");
  await page.locator('button[name="reject"]').click();
  await page.locator(status).waitFor();
  await visitor.posting(() => visitor.open("/en/privacy"));
  await until("nothing on its way", async () => !(await pending(page)));
  assert.deepEqual(await says(page), all("refused"));
  assert.deepEqual(await visitor.state(), all("refused"));
  assert.equal(await tags(site), before);
});

flow("a yes whose page was closed is not sent over a no that was said since", async ({ visitor, page, site }) => {
  const before = await tags(site);
  const lost = [];
  await page.route(post, (route) => (route.request().isNavigationRequest() ? route.continue() : void lost.push(route)));
  await visitor.open();
  await page.locator(accept).click();
  await until("the yes on its way", () => lost[0]);
  // A plain page, which knows nothing of what another one has kept.
  await page.goto("/consent/v1/settings?lang=en");
  await page.locator('button[name="reject"]').click();
  await page.locator(status).waitFor();
  // It has never reached the server, and never will.
  await lost[0].abort().catch(() => {});
  await page.unrouteAll();
  const from = visitor.requests.length;
  await visitor.open("/en/privacy");
  await until("nothing on its way", async () => !(await pending(page)));
  await page.evaluate(() => navigator.locks.request("volens", () => {}));
  assert.deepEqual(await says(page), all("refused"));
  assert.ok(!visitor.asked(from).some((url) => url.endsWith("/choices")));
  assert.equal(await tags(site), before);
});

flow("what is no choice of this site is neither posted nor claimed", async ({ visitor, page }) => {
  await visitor.open();
  const from = visitor.requests.length;
  await page.mouse.click(5, 5);
  const answers = await page.evaluate(async () => [
    await window.volens.accept("unknown"),
    await window.volens.reject("unknown"),
  ]);
  assert.deepEqual(answers, [false, false]);
  assert.equal(await page.locator(status).innerText(), "");
  assert.equal(await pending(page), null);
  assert.ok(!visitor.asked(from).some((url) => url.endsWith("/choices")));
  assert.ok(await page.locator(banner).isVisible());
});

flow("a no that the server will never take is not promised for later", async ({ visitor, page }) => {
  visitor.expect(/Failed to load resource/);
  await page.route(post, (route) => route.fulfill({ status: 400 }));
  await visitor.open();
  await page.locator(reject).click();
  await visitor.told(/could not be saved/);
  assert.equal(await pending(page), null);
  assert.deepEqual(await says(page), all("refused"), "it still counts in this page");
  const dialog = await visitor.openCenter();
  await dialog.locator('button[name="reject"]').click();
  await dialog.getByText(/could not be saved/).waitFor();
  assert.equal(await pending(page), null);
});

for (const garbage of ['{"key":"x"}', '{"key":"0123456789012345678901"}', "[]", "1", "{"]) {
  flow(`what is kept under our name but is no choice is dropped: ${garbage}`, async ({ visitor, page }) => {
    await visitor.open();
    await page.evaluate((text) => localStorage.setItem("volens.pending", text), garbage);
    const from = visitor.requests.length;
    await visitor.open("/en/privacy");
    assert.deepEqual(await says(page), all("undecided"));
    assert.ok(!visitor.asked(from).some((url) => url.endsWith("/choices")));
    if (garbage !== "{") assert.equal(await pending(page), null);
    const answer = await visitor.posting(() => page.locator(reject).click());
    assert.equal(answer.status(), 201);
    await visitor.told(/You allow nothing/);
  });
}

flow("what is kept under our name and means to change all objects changes none", async ({ visitor, page }) => {
  visitor.expect(/status of 4\d\d/);
  await visitor.open();
  await page.evaluate(() => {
    const yes = '{"__proto__":{"polluted":true,"analytics":true},"constructor":{"prototype":{"polluted":true}}}';
    localStorage.setItem("volens.pending", `{"key":"0123456789012345678901","was":1,"__proto__":{"polluted":1},"body":{"control":"banner","purposes":${yes}}}`);
  });
  await visitor.open("/en/privacy");
  await until("it is gone", async () => (await pending(page)) === null);
  assert.deepEqual(await page.evaluate(() => [{}.polluted, {}.analytics, Object.prototype.polluted]), [null, null, null].map(() => undefined));
  assert.deepEqual(await says(page), all("undecided"));
  assert.deepEqual(await visitor.state(), all("undecided"));
  assert.equal((await visitor.posting(() => page.locator(reject).click())).status(), 201);
});

flow("a page that must be loaded anew survives another tab's tidying", async ({ visitor, page }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag", async () => (await visitor.cookieNames()).includes("_nvi_id"));
  await page.route(post, () => {}); // an answer that never comes
  await page.evaluate(() => {
    window.volens.rejectAll();
    localStorage.removeItem("volens.pending");
  });
  await page.waitForEvent("load");
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

flow("under a newer notice the center shows nothing as granted", async ({ visitor, page }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  let notice = "A".repeat(43);
  await page.route("**/consent/v1/manifest*", async (route) => {
    const response = await route.fetch();
    const manifest = await response.json();
    for (const purpose of manifest.purposes) if (purpose.id === "marketing") purpose.id = "mood";
    notice ??= manifest.notice;
    await route.fulfill({ response, json: { ...manifest, notice } });
  });
  const boxes = async () => {
    await visitor.open("/en/privacy");
    await page.locator(opener).click();
    await page.locator(center).waitFor();
    return page
      .locator(`${center} input[name^="p."]`)
      .evaluateAll((every) => Object.fromEntries(every.map((box) => [box.name.slice(2), box.checked])));
  };
  assert.deepEqual(await boxes(), { analytics: false, functional: false, mood: false });
  // By name, not by place, under the same one.
  notice = undefined;
  assert.deepEqual(await boxes(), { analytics: true, functional: true, mood: false });
});
