// A page that a cache has kept from an earlier deploy, with the assets of its day, against the service of today.
//
// `old-page/` is such a page with its loader and its site, `old-center/` a later one of the same site with its center
// too, as they were made on 22 November 2026; none of it is to be made anew. What must hold for 30 days: the old files
// are still there under their names (see `xtask/src/assets.rs`), the old gate reads the cookies of today, and the service
// of today takes what the old page and its center post. A page whose center is gone leads to the settings page.
import { readdir, readFile } from "node:fs/promises";
import { brotliDecompressSync } from "node:zlib";

import { hosting } from "./host.mjs";
import { accept, assert, banner, center, opener, ran, reject, until } from "./support.mjs";

const folder = (name) => new URL(`${name}/`, import.meta.url);
const text = (url) => readFile(url, "utf8");
const placed = (text, port) =>
  text.replaceAll("127.0.0.1:8081", `127.0.0.1:${port + 1}`).replaceAll("localhost:8080", `localhost:${port}`);
const types = { js: "text/javascript", css: "text/css", wasm: "application/wasm" };

const site = await text(new URL("site.toml", folder("old-page")));
const withdraw = '#cookie-settings button[name="reject"]';

for (const old of ["old-page", "old-center"]) {
  const page = await text(new URL("page.html", folder(old)));
  const files = (await readdir(folder(old))).filter((name) => /\.(js|css|br)$/.test(name));

  const flow = hosting({ site: (_, { port }) => placed(site, port) }, async (host) => {
    host.provides("/analytics/tag.js", "window.ran = 1; document.cookie = '_nvi_id=1; Path=/';");
    const { head, banner, foot } = await host.parts();
    const today = placed(page, host.port).replace(/<head>.*<meta/s, () => `<head>${head}<meta`);
    host.page("/old", placed(page, host.port));
    host.page("/mixed", today);
    const parts = [
      [/<div id="cookie-settings".*?<\/form><\/div>/s, foot],
      [/<div data-volens="sheet".*<\/section><\/div>/s, banner],
    ];
    host.page("/new", parts.reduce((html, [was, is]) => html.replace(was, () => is), today));
  });

  const open = async (visitor, path = "/old") => {
    // Where the center of that day is not checked in, what an old page looks for ahead of time is gone.
    if (old === "old-page") visitor.expect(/volens_widget/);
    for (const name of files) {
      await visitor.page.route(`**/${name.replace(/\.br$/, "")}`, async (route) => {
        const raw = await readFile(new URL(name, folder(old)));
        const body = name.endsWith(".br") ? brotliDecompressSync(raw) : raw;
        await route.fulfill({ contentType: types[name.replace(/\.br$/, "").split(".").at(-1)], body });
      });
    }
    await visitor.open(path);
  };

  flow(`${old} asks, takes a no, and is not asked again by a page of today`, async ({ visitor, page }) => {
    await open(visitor);
    assert.ok(await page.locator(banner).isVisible());
    assert.equal((await visitor.posting(() => page.locator(reject).click())).status(), 201);
    await visitor.told(/You allow nothing/);
    for (const path of ["/new", "/old"]) {
      await visitor.open(path);
      assert.ok(!(await page.locator(banner).isVisible()), path);
    }
  });

  flow(`${old} takes a yes under the same notice, and follows a withdrawal made in a page of today`, async ({ visitor, page }) => {
    await open(visitor);
    assert.equal((await visitor.posting(() => page.locator(accept).click())).status(), 201);
    await until("the tag", () => ran(page));
    await visitor.open("/new");
    await until("the tag in the new page", () => ran(page));
    const reloaded = page.waitForEvent("load");
    await visitor.posting(() => page.locator(withdraw).click());
    await reloaded;
    await visitor.told(/You allow nothing/);
    await visitor.open("/old");
    assert.equal(await ran(page), undefined);
    assert.ok(!(await visitor.cookieNames()).includes("_nvi_id"));
  });

  flow(`${old} with a head of today, as where head and banner are kept apart: yes and no go by the form`, async ({ visitor, page }) => {
    for (const [button, word] of [
      [accept, "granted"],
      [withdraw, "refused"],
    ]) {
      await visitor.open("/mixed");
      await page.waitForFunction(() => !Array.isArray(window.volens));
      await Promise.all([page.waitForEvent("load"), page.locator(button).click()]);
      await until(word, async () => (await visitor.state()).analytics === word);
    }
    await visitor.open("/new");
    assert.equal(await ran(page), undefined);
    assert.ok(!(await page.locator(banner).isVisible()));
  });

  flow(`${old}: a choice that it could not send is sent by a page of today`, async ({ visitor, page, host }) => {
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

  flow(`${old} leads to the settings page where its center is gone`, async ({ visitor, page }) => {
    visitor.expect(/Failed to load resource/, /integrity/i, /volens_widget/);
    await open(visitor);
    // Whatever is there today: after 30 days it is not.
    await page.route(/volens_widget/, (route) => route.fulfill({ status: 404 }));
    await page.locator(opener).click();
    await page.waitForURL(/\/consent\/v1\/settings\?/);
    await page.locator('input[name="p.functional"]').check();
    await page.locator('[data-volens="save"]').click();
    await until("the choice", async () => (await visitor.state()).functional === "granted");
  });

  if (old === "old-page") continue;

  flow(`${old} opens its own center on the texts of today, and saves`, async ({ visitor, page }) => {
    await open(visitor);
    const dialog = await visitor.openCenter();
    const fetched = visitor.asked().filter((url) => /volens_widget|\/center\./.test(url));
    assert.deepEqual(fetched.map((url) => files.some((name) => url.endsWith(name.replace(/\.br$/, "")))), [true, true, true], fetched.join());
    await visitor.flip("analytics");
    assert.equal((await visitor.save()).status(), 201);
    await dialog.waitFor({ state: "hidden" });
    await until("the tag", () => ran(page));
    assert.deepEqual(await visitor.state(), { analytics: "granted", functional: "refused", marketing: "refused" });
    // What is on record is what it opens on, and what a page of today knows.
    await visitor.openCenter();
    assert.ok(await page.locator(`${center} input[name="p.analytics"]`).isChecked());
    await visitor.open("/new");
    assert.deepEqual(await page.evaluate(() => window.volens.state().decided), true);
  });
}
