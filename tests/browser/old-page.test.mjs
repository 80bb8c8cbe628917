// A page that a cache has kept from an earlier deploy, with the assets of its day, against the service of today.
//
// `old-page/` is such a page with its loader and its site, as they were made on 22 November 2026; none of it is to be
// made anew. What must hold for 30 days: the old loader is still there under its name (see `xtask/src/assets.rs`), the old
// gate reads the cookies of today, and the service of today takes what the old page posts. A page whose center is gone
// leads to the settings page.
import { readdir, readFile } from "node:fs/promises";

import { hosting } from "./host.mjs";
import { accept, assert, banner, opener, reject, until } from "./support.mjs";

const kept = (name) => readFile(new URL(`old-page/${name}`, import.meta.url), "utf8");
const placed = (text, port) =>
  text.replaceAll("127.0.0.1:8081", `127.0.0.1:${port + 1}`).replaceAll("localhost:8080", `localhost:${port}`);

const site = await kept("site.toml");
const [loader] = (await readdir(new URL("old-page/", import.meta.url))).filter((name) => name.startsWith("loader."));

const flow = hosting({ site: (_, { port }) => placed(site, port) }, async (host) => {
  host.provides("/analytics/tag.js", "window.ran = 1; document.cookie = '_nvi_id=1; Path=/';");
  host.page("/old", placed(await kept("page.html"), host.port));
  const { head, banner, foot } = await host.parts();
  const mixed = placed(await kept("page.html"), host.port).replace(/<head>.*<meta/s, `<head>${head}<meta`);
  host.page("/mixed", mixed);
  host.page("/new", mixed.replace(/<div id="cookie-settings".*?<\/form><\/div>/s, foot).replace(/<div data-volens="sheet".*<\/section><\/div>/s, banner));
});

const open = async (visitor, path = "/old") => {
  // The center of that day is not checked in: what an old page looks for ahead of time is gone.
  visitor.expect(/volens_widget/);
  await visitor.page.route(`**/${loader}`, async (route) => route.fulfill({ contentType: "text/javascript", body: await kept(loader) }));
  await visitor.open(path);
};
const ran = (page) => page.evaluate(() => window.ran);

flow("asks, takes a no, and is not asked again by a page of today", async ({ visitor, page }) => {
  await open(visitor);
  assert.ok(await page.locator(banner).isVisible());
  assert.equal((await visitor.posting(() => page.locator(reject).click())).status(), 201);
  await visitor.told(/You allow nothing/);
  for (const path of ["/new", "/old"]) {
    await visitor.open(path);
    assert.ok(!(await page.locator(banner).isVisible()), path);
  }
});

flow("takes a yes under the same notice, and follows a withdrawal made in a page of today", async ({ visitor, page }) => {
  await open(visitor);
  assert.equal((await visitor.posting(() => page.locator(accept).click())).status(), 201);
  await until("the tag", () => ran(page));
  await visitor.open("/new");
  await until("the tag in the new page", () => ran(page));
  const reloaded = page.waitForEvent("load");
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await reloaded;
  await visitor.told(/You allow nothing/);
  await visitor.open("/old");
  assert.equal(await ran(page), undefined);
  assert.ok(!(await visitor.cookieNames()).includes("_nvi_id"));
});

flow("where head and banner are kept apart, and only the head is of today, yes and no go by the form", async ({ visitor, page }) => {
  for (const [button, word] of [
    [accept, "granted"],
    ['#cookie-settings button[name="reject"]', "refused"],
  ]) {
    await visitor.open("/mixed");
    await page.waitForFunction(() => !Array.isArray(window.volens));
    await page.locator(button).click();
    await page.waitForLoadState();
    await until(word, async () => (await visitor.state()).analytics === word);
  }
  await visitor.open("/new");
  assert.equal(await ran(page), undefined);
  assert.ok(!(await page.locator(banner).isVisible()));
});

flow("a choice that an old page could not send is sent by a page of today", async ({ visitor, page, host }) => {
  visitor.expect(/Failed to load resource/);
  await open(visitor);
  await host.down();
  try {
    await page.locator(reject).click();
    await visitor.told(/could not be sent yet/);
  } finally {
    await host.up();
  }
  await visitor.posting(() => visitor.open("/new"));
  await until("nothing on its way", () => page.evaluate(() => !localStorage.getItem("volens.pending")));
  assert.equal((await visitor.state()).analytics, "refused");
});

flow("leads to the settings page where its center is gone", async ({ visitor, page }) => {
  visitor.expect(/Failed to load resource/, /integrity/i);
  // Its glue and WASM may be those of today, by chance: after 30 days they are not.
  await page.route(/volens_widget/, (route) => route.fulfill({ status: 404 }));
  await open(visitor);
  await page.locator(opener).click();
  await page.waitForURL(/\/consent\/v1\/settings\?/);
  await page.locator('input[name="p.functional"]').check();
  await page.locator('[data-volens="save"]').click();
  await until("the choice", async () => (await visitor.state()).functional === "granted");
});
