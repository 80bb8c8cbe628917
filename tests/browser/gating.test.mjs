// What is held back, what is released and when: late markup, frames, foreign addresses, other tabs, pages put aside.
import { accept, assert, banner, center, remembering, settled, stage, until } from "./support.mjs";

const flow = stage();

/** Adds markup as a tag manager would, long after the page has loaded. */
const add = (page, name, data) =>
  page.evaluate(
    ([kind, values]) => {
      const element = document.createElement(kind);
      if (kind === "script") element.type = "text/plain";
      Object.assign(element.dataset, values);
      document.body.append(element);
    },
    [name, data],
  );
const asked = (visitor, end) => visitor.asked().filter((url) => url.endsWith(end)).length;

flow("scripts added late wait for a yes, and run at once after it", async ({ visitor, page, site }) => {
  await visitor.open("/en/privacy");
  await add(page, "script", {
    category: "analytics",
    service: "insight",
    src: `${site.provider}/analytics/tag.js?early`,
  });
  await settled(page);
  assert.equal(asked(visitor, "?early"), 0);
  await visitor.posting(() => page.locator(accept).click());
  await until("the early one", () => asked(visitor, "?early"));
  await add(page, "script", { category: "analytics", src: `${site.provider}/analytics/tag.js?late` });
  await until("the late one", () => asked(visitor, "?late"));
  assert.deepEqual([asked(visitor, "?early"), asked(visitor, "?late")], [1, 1]);
});

flow("an address that is not listed is never released", async ({ visitor, page, site }) => {
  await page.route("**/en/privacy", async (route) => {
    // Inline code needs a nonce, which the pages of this site do not have.
    const response = await route.fetch();
    const inline = '<script type="text/plain" data-category="analytics">window.foreign = 1</script>';
    await route.fulfill({ response, body: (await response.text()).replace("</body>", `${inline}</body>`) });
  });
  await visitor.open("/en/privacy");
  assert.equal(await page.locator('script[data-category="analytics"]:not([data-src])').count(), 1);
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  const foreign = [
    ["analytics", `${site.provider}/foreign/tag.js?not-listed`],
    ["analytics", `${site.provider}/marketing/tag.js?not-listed`], // listed, for another purpose
    ["analytics", `${site.provider}/analytics/../marketing/tag.js?not-listed`],
    ["analytics", `http://localhost:${site.port + 1}/analytics/tag.js?not-listed`],
    ["analytics", "data:text/javascript,window.foreign=1//?not-listed"],
    ["necessary", `${site.provider}/analytics/tag.js?not-listed`],
    ["nonsense", `${site.provider}/analytics/tag.js?not-listed`],
  ];
  for (const [category, src] of foreign) await add(page, "script", { category, src });
  await add(page, "script", {
    category: "analytics",
    service: "reach",
    src: `${site.provider}/analytics/tag.js?not-listed`,
  });
  await add(page, "iframe", { category: "functional", src: `${site.provider}/foreign/frame?not-listed` });
  // The witness comes last: once it has run, the others have been looked at.
  await add(page, "script", { category: "analytics", src: `${site.provider}/analytics/tag.js?witness` });
  await until("the witness", () => asked(visitor, "?witness"));
  await settled(page);
  assert.equal(asked(visitor, "not-listed"), 0);
  assert.equal(await page.evaluate(() => window.foreign), undefined);
});

flow("a film has a placeholder whose button asks for that purpose alone", async ({ visitor, page, site }) => {
  const before = await site.seen("/functional/video");
  await visitor.open("/en/article");
  const place = page.locator(".vo-frame");
  await place.waitFor();
  assert.match(await place.innerText(), /Granit Video Oy.*Videos/s);
  assert.equal(await site.seen("/functional/video"), before);
  const answer = await visitor.posting(() => place.locator("button").click());
  assert.equal(answer.status(), 201);
  assert.deepEqual(answer.request().postDataJSON().purposes, { functional: true });
  await until("the film", async () => (await site.seen("/functional/video")) === before + 1);
  await place.waitFor({ state: "detached" });
  assert.deepEqual(await visitor.state(), { analytics: "undecided", functional: "granted", marketing: "undecided" });
  assert.equal(asked(visitor, "/analytics/tag.js"), 0);

  // A frame added later needs no further question, and one of a withdrawn purpose is put aside again.
  await add(page, "iframe", { category: "functional", src: `${site.provider}/functional/video?late` });
  await until("the late film", () => asked(visitor, "?late"));
  const reloaded = page.waitForEvent("load");
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await reloaded;
  await visitor.told(/You allow nothing/);
  await place.waitFor();
  assert.equal(await site.seen("/functional/video"), before + 2);
});

for (const [where, go, no] of [
  ["in the first layer", () => {}, `${banner} button[name="reject"]`],
  ["in the center", (visitor) => visitor.openCenter(), `${center} button[name="reject"]`],
  ["at the foot", () => {}, '#cookie-settings button[name="reject"]'],
]) {
  flow(`a no loads no film that was held back: ${where}`, async ({ visitor, page, site }) => {
    const before = await site.seen("/functional/video");
    await visitor.open("/en/article");
    await page.locator(".vo-frame").waitFor();
    await go(visitor);
    await visitor.posting(() => page.locator(no).click());
    await visitor.told(/You allow nothing/);
    await settled(page);
    assert.equal(await page.locator("iframe[src]").count(), 0);
    assert.ok(await page.locator(".vo-frame").isVisible());
    await visitor.open("/en/article");
    await page.locator(".vo-frame").waitFor();
    assert.equal(await site.seen("/functional/video"), before);
  });
}

flow("frames added before a yes get a placeholder too", async ({ visitor, page, site }) => {
  await visitor.open("/da/privacy");
  await add(page, "iframe", { category: "functional", src: `${site.provider}/functional/video?added` });
  await page.locator(".vo-frame").waitFor();
  assert.equal(asked(visitor, "?added"), 0);
  await visitor.posting(() => page.locator(accept).click());
  await until("the frame", () => asked(visitor, "?added"));
  await page.locator(".vo-frame").waitFor({ state: "detached" });
});

flow("other tabs follow, both ways", async ({ visitor, page, site }) => {
  const other = await visitor.context.newPage();
  await visitor.open("/en/");
  await other.goto("/en/privacy");
  await visitor.posting(() => page.locator(accept).click());
  const has = (id) => other.evaluate((one) => window.volens.has(one), id);
  await until("the yes in the other tab", () => has("analytics"));
  await until("its tag", () => other.evaluate(() => document.cookie.includes("_nvi_id")));
  assert.equal(await other.evaluate(() => document.documentElement.dataset.volens), "decided");

  const reloaded = other.waitForEvent("load");
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await reloaded;
  await until("the no in the other tab", async () => !(await has("analytics").catch(() => true)));
  await until("the deletion", async () => !(await visitor.cookieNames()).some((name) => name.startsWith("_nv")));
  await other.waitForLoadState("networkidle");
  const seen = await site.seen();
  await other.reload();
  await other.waitForLoadState("networkidle");
  assert.deepEqual(await site.seen(), seen);
});

flow("a page put aside follows when it comes back", ({ site }) =>
  remembering(site, async ({ visitor, page }) => {
    await visitor.open("/en/");
    await visitor.posting(() => page.locator(accept).click());
    await visitor.told(/You allow everything/);
    await until("the tag", async () => (await visitor.cookieNames()).includes("_nvi_id"));
    await page.evaluate(() => {
      window.first = true;
      addEventListener("pageshow", ({ persisted }) => sessionStorage.setItem("test.persisted", String(persisted)));
    });
    await page.goto("/en/privacy");
    // No tab tells the sleeping page about this withdrawal: it is made past all of them.
    const { notice } = await (await visitor.context.request.get("/consent/v1/choices")).json();
    const purposes = { analytics: false, functional: false, marketing: false };
    await until("the page that is open", () => page.evaluate(() => document.readyState === "complete"));
    const reloaded = page.waitForEvent("load");
    const answer = await visitor.context.request.post("/consent/v1/choices", { data: { notice, purposes } });
    assert.equal(answer.status(), 201);
    // The open page hears of it by its cookie; only then back to the one that sleeps.
    await reloaded;
    await visitor.told(/You allow nothing/);
    const tags = await site.seen("/analytics/tag.js");
    await page.goBack({ waitUntil: "commit" });
    await until("the page to be loaded anew without it", () =>
      page
        .evaluate(() => !window.first && window.volens.state?.().decided && !window.volens.has("analytics"))
        .catch(() => false),
    );
    assert.equal(
      await page.evaluate(() => sessionStorage.getItem("test.persisted")),
      "true",
      "it did come out of the cache",
    );
    await until("the deletion", async () => !(await visitor.cookieNames()).includes("_nvi_id"));
    assert.equal(await site.seen("/analytics/tag.js"), tags);
  }),
);

flow("consent signals are there before any tag, and follow", async ({ visitor, page }) => {
  await visitor.open();
  const signals = () => page.evaluate(() => window.dataLayer.filter(({ event }) => !event).map((entry) => [...entry]));
  const [[command, kind, first]] = await signals();
  assert.deepEqual([command, kind], ["consent", "default"]);
  assert.deepEqual(
    Object.entries(first).filter(([, value]) => value === "granted"),
    [["security_storage", "granted"]],
  );
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  const last = (await signals()).at(-1);
  assert.equal(last[1], "update");
  assert.deepEqual([...new Set(Object.values(last[2]))], ["granted"]);
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await visitor.told(/You allow nothing/);
  assert.equal((await signals()).at(-1)[2].ad_storage, "denied");
});
