// A choice on its way: pages that are left and come to meanwhile, other tabs, answers to older ones.
import { html, hosting } from "./host.mjs";
import { accept, all, assert, banner, pending, posts, ran, reject, remembering, settled, until } from "./support.mjs";

// In Swedish there is one choice less.
const site = (toml) => toml.replace(/\[purpose\.functional\][^[]*/, (purpose) => purpose.replaceAll(/^\w+\.sv = .*\n/gm, ""));

const flow = hosting({ site }, async (host) => {
  host.provides("/analytics/tag.js", "window.ran = (window.ran ?? 0) + 1;");
  const body = `<script type="text/plain" data-category="analytics" data-src="${host.provider}/analytics/tag.js"></script><p>Text of the page.</p>`;
  host.page("/", html(await host.parts(), { body }));
  host.page("/sv", html(await host.parts("sv"), { body, lang: "sv" }));
});

for (const [word, button, mark] of [
  ["no", reject, "refused"],
  ["yes", accept, "granted"],
]) {
  flow(`the page is left during the click: the ${word} arrives once all the same`, async ({ visitor, page, host }) => {
    await visitor.open("/");
    await page.locator(button).evaluate((one) => one.addEventListener("click", () => setTimeout(() => (location.href = "/sv"))));
    await page.locator(button).click();
    await page.waitForURL("**/sv");
    await until("the choice on record", async () => (await visitor.state()).analytics === mark);
    await until("nothing on its way", async () => !(await pending(page)));
    await until("the banner gone", async () => !(await page.locator(banner).isVisible()));
    if (word === "yes") await until("the tag", () => ran(page));
    else assert.deepEqual(host.heard(), []);
    const keys = new Set(posts(visitor).map((one) => one.headers()["idempotency-key"]));
    assert.equal(keys.size, 1);
  });
}

flow("two tabs say yes and both fail: both are asked again", async ({ visitor, page }) => {
  visitor.expect(/Failed to load resource/);
  await visitor.open("/");
  const beside = await visitor.context.newPage();
  await beside.goto("/sv");
  let fail;
  const held = new Promise((resolve) => (fail = resolve));
  await visitor.context.route("**/consent/v1/choices", async (route) => {
    await held;
    await route.abort();
  });
  for (const tab of [page, beside]) {
    await tab.locator(accept).click();
    await until("the question to go", async () => !(await tab.locator(banner).isVisible()));
  }
  fail();
  for (const tab of [page, beside]) await until("the question", () => tab.locator(banner).isVisible());
  assert.equal(await pending(page), null);
});

flow("the center of a page with a choice less posts and decides nothing of that", async ({ visitor }) => {
  await visitor.open("/sv");
  await visitor.openCenter();
  await visitor.flip("analytics");
  const { purposes } = (await visitor.save()).request().postDataJSON();
  assert.deepEqual(purposes, { analytics: true, marketing: false });
  assert.deepEqual(await visitor.state(), { analytics: "granted", functional: "undecided", marketing: "refused" });
});

/** Notes from now on whether the page asks. */
const watch = () => {
  window.said = [];
  const note = () => window.said.push(document.documentElement.dataset.volens);
  new MutationObserver(note).observe(document, { attributeFilter: ["data-volens"], subtree: true });
};
const said = (page) => page.evaluate(() => [...new Set(window.said)]);

/** Says yes on one page and leaves it; the answer waits until `go` is called, the next page is open. */
async function left({ visitor, page, host }) {
  await page.addInitScript(watch);
  const go = host.hold();
  await visitor.open("/");
  await page.locator(accept).click();
  await until("the yes on its way", () => pending(page));
  await visitor.open("/sv");
  await until("the yes to be asked for again", () => posts(visitor)[1]);
  await settled(page);
  assert.ok(!(await page.locator(banner).isVisible()));
  const { purposes } = await page.evaluate(() => window.volens.state());
  assert.deepEqual(purposes, { analytics: "undecided", marketing: "undecided" });
  assert.equal(await ran(page), undefined);
  return go;
}

flow("a page left during a yes: the next one does not ask while the answer is due", async (flow) => {
  const { visitor, page } = flow;
  const go = await left(flow);
  go();
  await until("the tag", () => ran(page));
  await visitor.told(/Du tillåter allt/);
  assert.deepEqual(await said(page), ["decided"], "the question was never shown");
  assert.equal(new Set(posts(visitor).map((one) => one.headers()["idempotency-key"])).size, 1);
  assert.deepEqual(await visitor.state(), all("granted"), "what that page does not ask for too");
});

flow("a yes in the center that fails after it was closed is said on the page", async ({ visitor, page, host }) => {
  visitor.expect(/Failed to load resource/);
  await visitor.open("/");
  const dialog = await visitor.openCenter();
  const go = host.hold();
  await dialog.locator('button[name="accept"]').click();
  await until("the yes on its way", () => posts(visitor)[0]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.ok(!(await page.locator(banner).isVisible()));
  await host.down();
  go();
  await visitor.told(/could not be saved/);
  assert.ok(await page.locator(banner).isVisible());
  await host.up();
});

flow("a page left during a yes for one that was put aside: that one sends it, and does not ask", ({ host }) =>
  remembering(host, async ({ visitor, page }) => {
    await visitor.open("/sv");
    await page.evaluate(() => (window.aside = true));
    await page.goto("/");
    const go = host.hold();
    await page.locator(accept).click();
    await until("the yes on its way", () => posts(visitor)[0]);
    await page.goBack({ waitUntil: "commit" });
    await until("the yes to be asked for again", () => posts(visitor)[1]);
    assert.ok(await page.evaluate(() => window.aside), "it did come out of the cache");
    assert.ok(!(await page.locator(banner).isVisible()));
    go();
    await until("the tag", () => ran(page));
    await until("nothing on its way", async () => !(await pending(page)));
  }),
);

flow("a page left during a yes that fails: the next one asks then", async (flow) => {
  const { visitor, page, host } = flow;
  visitor.expect(/Failed to load resource/);
  const go = await left(flow);
  await host.down();
  go();
  await page.locator(banner).waitFor();
  await visitor.told(/kunde inte sparas/);
  assert.equal(await pending(page), null);
  await host.up();
  await visitor.open("/");
  assert.ok(await page.locator(banner).isVisible());
});

flow("a page left during a yes, and come to on another day: asked again", async (flow) => {
  const { visitor, page } = flow;
  const go = await left(flow);
  await page.evaluate(() => {
    const old = JSON.parse(localStorage.getItem("volens.pending"));
    window.addEventListener("pagehide", () => localStorage.setItem("volens.pending", JSON.stringify({ ...old, was: "long ago" })));
  });
  const from = posts(visitor).length;
  await visitor.open("/");
  await page.locator(banner).waitFor();
  assert.equal(await pending(page), null);
  assert.equal(posts(visitor).length, from);
  go();
});

flow("a no to one purpose whose answer comes during a yes to all does not bring the question back", async ({ visitor, page, host }) => {
  await visitor.open("/");
  const first = host.hold();
  await page.evaluate(() => void window.volens.reject("marketing"));
  await until("the no on its way", () => posts(visitor)[0]);
  await page.evaluate(watch);
  await page.locator(accept).click();
  await until("the question to go", async () => !(await page.locator(banner).isVisible()));
  const second = host.hold();
  first();
  await until("the yes on its way", () => posts(visitor)[1]);
  await until("the no on record", async () => (await visitor.cookies())["__Host-volens"]?.value.endsWith("0"));
  await settled(page);
  second();
  await visitor.told(/You allow everything/);
  assert.deepEqual(await said(page), ["decided"]);
});

flow("a question that the page asks again stays until it is answered", async ({ visitor, page }) => {
  await visitor.open("/");
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route("**/consent/v1/choices", async (route) => {
    await held;
    await route.continue();
  });
  const posted = visitor.posting(() => page.locator(reject).click());
  await until("the question to go", async () => !(await page.locator(banner).isVisible()));
  await page.evaluate(() => window.volens.show());
  await page.locator(reject).focus();
  go();
  assert.equal((await posted).status(), 201);
  await visitor.told(/You allow nothing/);
  await settled(page);
  assert.ok(await page.locator(banner).isVisible());
  assert.ok(await page.locator(reject).evaluate((one) => one === document.activeElement));
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  assert.ok(!(await page.locator(banner).isVisible()));
});
