// Pages that harm the loader, on purpose or not: what they break must not release what waits for a yes, nor keep a
// choice from acting.
import { html, hosting } from "./host.mjs";
import { accept, assert, banner, reject, until } from "./support.mjs";

const gated = (src, more = "") => `<script type="text/plain" data-category="analytics" data-src="${src}"${more}></script>`;
const events = `<script>
  window.told = [];
  for (const name of ["ready", "first-consent", "consent", "change", "withdraw"]) {
    document.addEventListener("volens:" + name, () => told.push(name));
  }
</script>`;
const told = (page, name) => page.evaluate((name) => window.told.filter((one) => one === name).length, name);
const runs = (page) => page.evaluate(() => window.ran ?? 0);

// Insight stops when it is told to, without a new page.
const site = (toml) => toml.replace(/(\[service\.insight\][\s\S]*?on_withdraw = )"reload"/, '$1"event"');

const flow = hosting({ site }, async (host) => {
  host.provides("/analytics/tag.js", "window.ran = (window.ran ?? 0) + 1;");
  host.provides("/evil.js", "window.evil = 1;", "text/javascript");
  host.provides("/functional/film", "<p>A film.</p>", "text/html");
  const tag = `${host.provider}/analytics/tag.js`;
  const parts = await host.parts();
  const page = (path, body, early = events) => host.page(path, html(parts, { early, body }));
  page("/plain", gated(tag));
  page("/clobbered", `<img name="currentScript" nonce="x" alt="">${gated(`${host.provider}/evil.js`, ' nonce="x"')}${gated(tag)}`);
  page("/unreadable", gated("https://%CDN%/x.js") + gated("//") + gated(tag));
  page("/broken-queue", gated(tag), `<script>(window.volens ||= []).push(() => { throw new Error("not ours"); }, () => (window.second = 1));</script>${events}`);
  const film = `<iframe src="about:blank" title="A film" data-category="functional" data-service="player" data-src="${host.provider}/functional/film"></iframe>`;
  page("/lazy", film);
});

flow("an element that calls itself document.currentScript lends no nonce", async ({ visitor, page, host }) => {
  await visitor.open("/clobbered");
  assert.equal(await page.evaluate(() => document.currentScript.localName), "img", "it is clobbered");
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag that is listed", () => runs(page));
  await visitor.told(/You allow everything/);
  assert.deepEqual(host.heard(/evil/), []);
});

flow("an address that cannot be read keeps back itself alone", async ({ visitor, page }) => {
  await visitor.open("/unreadable");
  assert.equal(await told(page, "ready"), 1);
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag behind it", () => runs(page));
});

flow("a queued callback that throws stops nobody else", async ({ visitor, page }) => {
  visitor.expect(/not ours/);
  await visitor.open("/broken-queue");
  await until("the next callback", () => page.evaluate(() => window.second));
  assert.equal(await told(page, "ready"), 1);
});

flow("a frame that shows about:blank until then is a frame like any other", async ({ visitor, page }) => {
  await visitor.open("/lazy");
  await visitor.posting(() => page.locator(accept).click());
  await page.frameLocator("iframe").getByText("A film.").waitFor();
  await visitor.open("/lazy");
  await page.frameLocator("iframe").getByText("A film.").waitFor();
});

flow("the first consent is told once, also if it says no to something", async ({ visitor, page }) => {
  await visitor.open("/plain");
  await visitor.openCenter();
  await visitor.flip("analytics");
  await visitor.save();
  await until("the tag", () => runs(page));
  await until("the first consent", () => told(page, "first-consent"));
  await visitor.posting(() => page.evaluate(() => void window.volens.reject("analytics")));
  await visitor.open("/plain");
  assert.equal(await told(page, "first-consent"), 0, "not again on the next page");
});

flow("the same answer again closes a banner that was shown again", async ({ visitor, page }) => {
  await visitor.open("/plain");
  await visitor.posting(() => page.locator(reject).click());
  await page.locator(banner).waitFor({ state: "hidden" });
  for (const again of ["show", "reset"]) {
    await page.evaluate((again) => window.volens[again]() && undefined, again);
    await page.locator(banner).waitFor();
    await visitor.posting(() => page.locator(reject).click());
    await page.locator(banner).waitFor({ state: "hidden" });
  }
});

flow("a second withdrawal in one page is told like the first", async ({ visitor, page }) => {
  await visitor.open("/plain");
  await visitor.posting(() => page.locator(accept).click());
  await until("the tag", () => runs(page));
  for (const times of [1, 2]) {
    await visitor.posting(() => page.evaluate(() => void window.volens.rejectAll()));
    assert.equal(await told(page, "withdraw"), times);
    await page.locator("h1").click();
    await visitor.posting(() => page.evaluate(() => void window.volens.acceptAll()));
    await visitor.told(/You allow everything/);
  }
});
