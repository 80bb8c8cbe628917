// What a screen reader says, in its order, against what is checked in under spoken/. VOLENS_BLESS=1 writes it anew.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { assert, banner, opener, reject, stage } from "./support.mjs";

const flow = stage();
const reader = createRequire(import.meta.url).resolve("@guidepup/virtual-screen-reader/browser.js");

/** Everything said from the start of `selector` to its end, or the first `limit` phrases. */
async function spoken(page, selector, limit = 400) {
  await page.route("**/reader.js", async (route) =>
    route.fulfill({ contentType: "text/javascript", body: await readFile(reader, "utf8") }),
  );
  return page.evaluate(
    async ([where, most]) => {
      const { virtual } = await import("/reader.js");
      await virtual.start({ container: document.querySelector(where) });
      const first = await virtual.lastSpokenPhrase();
      // It begins again at the start after the end.
      for (let said = 0; said < most; said++) {
        await virtual.next();
        if ((await virtual.lastSpokenPhrase()) === first) break;
      }
      const log = await virtual.spokenPhraseLog();
      await virtual.stop();
      return log;
    },
    [selector, limit],
  );
}

async function compare(name, phrases) {
  const text = `${phrases.join("\n")}\n`;
  const file = new URL(`spoken/${name}.txt`, import.meta.url);
  if (process.env.VOLENS_BLESS) {
    await mkdir(new URL(".", file), { recursive: true });
    await writeFile(file, text);
  }
  assert.equal(text, await readFile(file, "utf8"), name);
}

const free = { bypassCSP: true };

flow("the first layer comes right after the skip link", free, async ({ visitor, page }) => {
  await visitor.open();
  const said = await spoken(page, "body", 16);
  const at = (part) => said.findIndex((one) => one.includes(part));
  assert.ok(at("Skip to content") < at("Cookie choice") && at("Cookie choice") < at("Reject all"), said.join("\n"));
  assert.ok(!said.some((one) => one.includes("banner, landmark")) || at("Reject all") < at("banner, landmark"));
});

flow("the first layer as it is spoken", free, async ({ visitor, page }) => {
  await visitor.open();
  await compare("first-layer", await spoken(page, "[data-volens=sheet]"));
});

flow("the center as it is spoken", free, async ({ visitor, page }) => {
  await visitor.open();
  await visitor.openCenter(opener);
  await compare("center", await spoken(page, "[data-volens=center]"));
});

// From right to left nothing changes its place for the ear.
flow("both layers as they are spoken in Arabic", free, async ({ visitor, page }) => {
  await visitor.open("/demo/gallery/still?scene=center-some&lang=ar");
  await compare("center-arabic", await spoken(page, "[data-volens=center]"));
  await visitor.open("/demo/gallery/still?scene=first-layer&lang=ar");
  await compare("first-layer-arabic", await spoken(page, "[data-volens=sheet]"));
});

flow("the message after a choice as it is spoken", free, async ({ visitor, page }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(reject).click());
  await visitor.told(/Saved/);
  const said = await spoken(page, "[data-volens=sheet]");
  assert.ok(!said.some((one) => one.includes("Reject all")), "the first layer is gone for the ear too");
  await compare("message", said);
  assert.ok(!(await page.locator(banner).isVisible()));
});
