// Pictures of banner and center: node tests/browser/shots.mjs OUTDIR
// Not a test: they are for people to look at, in three languages, three widths, light and dark.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { languages, Site } from "./site.mjs";
import { launch, status, Visitor } from "./support.mjs";

const [, , folder] = process.argv;
if (!folder) {
  console.error("usage: node tests/browser/shots.mjs OUTDIR");
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const sizes = { 320: 568, 768: 1024, 1440: 900 };
const [site, browser] = await Promise.all([Site.start(), launch()]);
try {
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of Object.entries(sizes)) {
      for (const lang of languages) {
        const viewport = { width: Number(width), height };
        const visitor = await Visitor.come(browser, site, { colorScheme, viewport, locale: lang, bypassCSP: true });
        const { page } = visitor;
        // This browser hides its scrollbars; room for one behind the open center would be an empty strip. The style
        // that says so is why the policy is bypassed above.
        const style = "html { scrollbar-gutter: auto !important }";
        const shot = (what) =>
          page.screenshot({
            path: join(folder, `${what}-${lang}-${width}-${colorScheme}.png`),
            animations: "disabled",
            style,
          });
        await visitor.open(`/${lang}/`);
        await shot("banner");
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        await shot("foot");
        const dialog = await visitor.openCenter();
        await shot("center");
        await dialog.locator("details").evaluateAll((all) => (all.at(-1).open = true));
        await dialog.locator("details").last().scrollIntoViewIfNeeded();
        await shot("center-unfolded");
        await visitor.flip("functional");
        await visitor.save();
        await page.locator(status).filter({ hasText: /\S/ }).waitFor();
        await shot("said");
        await visitor.open(`/consent/v1/settings?lang=${lang}`);
        await shot("settings");
        await visitor.leave();
        console.log(`${lang} ${width} ${colorScheme}`);
      }
    }
  }
} finally {
  await browser.close();
  await site.remove();
}
