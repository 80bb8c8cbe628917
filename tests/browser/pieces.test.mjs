// A page that arrives in pieces, each painted before the next: over a slow line, from a server that streams, or because a
// slow phone paints while it still reads.
import { hosting, html } from "./host.mjs";
import { assert, banner, shifts, until } from "./support.mjs";

const parts = {};
const flow = hosting({}, async (host) => Object.assign(parts, await host.parts()));

const main = "<main><h1>A page</h1><p>Its words.</p></main>";
for (const [where, page] of [
  ["first in the page", (parts) => html(parts)],
  ["at its top, as a part of it", (parts) => html({ ...parts, banner: parts.banner.replace('"bottom"', '"top"') })],
  ["last in the page", ({ head, foot, banner }) => html({ head, foot: foot + banner, banner: main })],
]) {
  flow(`the first layer shows whole or not at all, and nothing moves: ${where}`, async ({ page: tab, host }) => {
    const whole = page(parts);
    // Between every two tags of the sheet.
    const from = whole.indexOf('<div data-volens="sheet"');
    const to = whole.indexOf("<template", from);
    assert.ok(from > 0 && to > from);
    const sheet = whole.slice(from, to).split(/(?=<)/);
    const pieces = [whole.slice(0, from), ...sheet, whole.slice(to)];
    const send = host.pieces("/pieces", pieces);
    await tab.goto(`${host.origin}/pieces`, { waitUntil: "commit" });

    const shown = [];
    const count = () => tab.evaluate(() => document.getElementsByTagName("*").length);
    for (const piece of pieces.slice(1)) {
      const before = await count();
      send();
      if (/^<[a-z]/.test(piece)) await until("the piece", async () => (await count()) > before);
      await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      if (await tab.locator(banner).isVisible()) shown.push(piece.slice(0, 40));
    }
    await tab.waitForLoadState("load");
    // With the piece after it, and so at once.
    assert.deepEqual(shown, [pieces.at(-1).slice(0, 40)]);
    assert.deepEqual(await shifts(tab), []);
  });
}

flow("a banner that a cache has kept, with nothing after it, shows under a head of today", async ({ visitor, page, host }) => {
  const [, before, section, template, after] = /^(.*?)(<section.*<\/section>)(<template.*<\/template>)(.*)$/s.exec(parts.banner);
  host.page("/kept", html({ ...parts, banner: main, foot: parts.foot + before + template + section + after }));
  await visitor.open("/kept");
  assert.ok(await page.locator(banner).isVisible());
});
