// A browser that blocks all cookies, by its own setting and not by a script of the test: Chromium then refuses web storage
// and locks to the page as well. A choice is still one click, acts, and the page is honest about what it can keep.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";

import { Host, html } from "./host.mjs";
import { accept, assert, banner, center, profile, reject, status, Visitor } from "./support.mjs";

let host, folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "volens-no-cookies-"));
  await mkdir(join(folder, "Default"));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(folder, "Default/Preferences"), JSON.stringify(preferences));
  host = await Host.start();
  host.provides("/analytics/tag.js", "window.ran = 1");
  const body = `<script type="text/plain" data-category="analytics" data-src="${host.provider}/analytics/tag.js"></script>`;
  const parts = await host.parts();
  host.page("/", html(parts, { body }));
  host.page("/next", html(parts, { body }));
});

after(async () => {
  await host?.remove();
  await rm(folder, { recursive: true, force: true });
});

const flow = (name, options, body) =>
  test(name, { timeout: 60_000 }, async () => {
    const visitor = await Visitor.come({ newContext: (more) => profile(folder, more) }, host, options);
    host.asked.length = 0;
    try {
      await body(visitor, visitor.page);
    } catch (error) {
      if (visitor.problems.length) error.message += `\nconsole: ${visitor.problems.join("\n")}`;
      throw error;
    } finally {
      await visitor.leave();
    }
  });

const held = async (visitor) => (await visitor.context.cookies()).map(({ name }) => name);

for (const [name, button] of [
  ["no", reject],
  ["yes", accept],
]) {
  flow(`cookies blocked by the browser: ${name} is one click, and the page says that it cannot be kept`, {}, async (visitor, page) => {
    await visitor.open("/");
    assert.equal(await page.evaluate(() => ((document.cookie = "a=1"), document.cookie)), "", "the setting holds");
    const storage = () => {
      try {
        return String(localStorage);
      } catch (error) {
        return error.name;
      }
    };
    assert.equal(await page.evaluate(storage), "SecurityError");
    assert.equal((await visitor.posting(() => page.locator(button).click())).status(), 201);
    await visitor.told(/does not store cookies/);
    assert.ok(!(await page.locator(banner).isVisible()), "not asked again in this page");
    assert.deepEqual(await page.evaluate(() => [window.volens.has("analytics"), window.ran]), [false, undefined]);
    // The next page knows nothing, and asks.
    await visitor.open("/next");
    assert.ok(await page.locator(banner).isVisible());
    assert.equal(await page.locator(status).innerText(), "");
    assert.deepEqual(host.heard(), []);
    assert.deepEqual(await held(visitor), []);
  });
}

flow("cookies blocked by the browser: the center opens and says the same", {}, async (visitor, page) => {
  await visitor.open("/");
  const dialog = await visitor.openCenter();
  await visitor.flip("analytics");
  assert.equal((await visitor.save()).status(), 201);
  await dialog.waitFor({ state: "hidden" });
  await visitor.told(/does not store cookies/);
  assert.deepEqual(host.heard(), []);
  assert.equal(await page.locator(center).isVisible(), false);
});

flow("cookies blocked by the browser, and no script: the form leads back to a page that works", { javaScriptEnabled: false }, async (visitor, page) => {
  for (const button of [reject, accept]) {
    await visitor.open("/");
    const answer = page.waitForResponse((one) => one.request().method() === "POST");
    await page.locator(button).click();
    assert.equal((await answer).status(), 303);
    await page.waitForURL(`${host.origin}/`);
    assert.ok(await page.locator(banner).isVisible(), "nothing is known, so it asks");
    assert.ok(await page.locator("h1").isVisible());
    assert.deepEqual(await held(visitor), []);
  }
  await visitor.open("/consent/v1/settings?lang=en");
  await page.locator('input[name="p.analytics"]').check();
  await page.locator('[data-volens="save"]').click();
  await page.waitForURL(/saved=1/);
  await visitor.told(/does not store cookies/);
  assert.ok(!(await page.locator('input[name="p.analytics"]').isChecked()));
  assert.deepEqual(host.heard(), []);
});
