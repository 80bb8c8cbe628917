// Pictures of the gallery against those checked in under looks/. VOLENS_BLESS=1 takes them anew.
//
// The font is DejaVu Sans, which Debian's Chromium brings along; without it the pictures would show another and the
// test says so. Another build of Chromium may draw edges differently: a pixel counts as different only well beyond
// antialiasing (threshold 0.2), and 0.2 % of them may be; the last test shows that a button moved by 4 px is more. What
// is kept has 16 shades of each colour, a third of the bytes.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";

import { assert, stage } from "./support.mjs";

const flow = stage();
const phone = { width: 390, height: 680 };
const desk = { width: 1024, height: 560 };
const tolerance = 0.002;

// name: scene, size, what differs from the defaults, direction, and what the visitor prefers. Every scene of the gallery
// is among them.
const pictures = {
  "first-layer-phone-light": ["first-layer", phone, { theme: "light" }],
  "first-layer-phone-dark": ["first-layer", phone, { theme: "dark" }],
  "first-layer-phone-brand": ["first-layer", phone, { theme: "brand" }],
  "first-layer-phone-contrast": ["first-layer", phone, { theme: "contrast" }],
  "first-layer-phone-mirrored": ["first-layer", phone, { theme: "light" }, "rtl"],
  "first-layer-phone-top": ["first-layer", phone, { theme: "light", position: "top" }],
  "first-layer-phone-low": ["first-layer", { width: 320, height: 256 }, { theme: "light" }],
  // As they are, not mirrored: Arabic from right to left, the two whose words are long.
  "first-layer-phone-arabic": ["first-layer", phone, { theme: "light", lang: "ar" }],
  "first-layer-phone-greek": ["first-layer", phone, { theme: "light", lang: "el" }],
  "first-layer-phone-german": ["first-layer", phone, { theme: "light", lang: "de" }],
  "center-some-phone-arabic": ["center-some", phone, { theme: "light", lang: "ar" }],
  "first-layer-desk-light": ["first-layer", desk, { theme: "light" }],
  "first-layer-desk-dark": ["first-layer", desk, { theme: "dark" }],
  "first-layer-desk-top": ["first-layer", desk, { theme: "light", position: "top" }],
  "first-layer-desk-corner": ["first-layer", desk, { theme: "light", position: "corner" }],
  "first-layer-desk-corner-mirrored": ["first-layer", desk, { theme: "brand", position: "corner" }, "rtl"],
  "first-layer-phone-gpc": ["first-layer-gpc", phone, { theme: "light" }],
  "center-gpc-phone": ["center-gpc", phone, { theme: "light" }],
  "first-layer-phone-auto-dark": ["first-layer", phone, { theme: "auto" }, null, { colorScheme: "dark" }],
  "first-layer-phone-more-contrast": ["first-layer", phone, { theme: "auto" }, null, { contrast: "more" }],
  "first-layer-phone-forced": ["first-layer", phone, { theme: "auto" }, null, { forcedColors: "active" }],
  "first-layer-desk-forced-dark": ["first-layer", desk, { theme: "auto" }, null, { forcedColors: "active", colorScheme: "dark" }],
  "said-saving-phone": ["said-saving", phone, { theme: "light" }],
  "said-all-desk": ["said-all", desk, { theme: "light" }],
  "said-some-phone-hebrew": ["said-some", phone, { theme: "light", lang: "he" }],
  "said-discarded-desk": ["said-discarded", desk, { theme: "dark", position: "corner" }],
  "said-none-phone": ["said-none", phone, { theme: "light" }],
  "said-provider-desk": ["said-provider", desk, { theme: "dark" }],
  "error-failed-phone": ["error-failed", phone, { theme: "light" }],
  "error-later-desk": ["error-later", desk, { theme: "light", position: "top" }],
  "error-changed-phone": ["error-changed", phone, { theme: "brand", position: "top" }],
  "error-blocked-phone": ["error-blocked", phone, { theme: "light" }],
  "center-all-phone-auto-dark": ["center-all", phone, { theme: "auto" }, null, { colorScheme: "dark" }],
  "center-saving-phone": ["center-saving", phone, { theme: "light" }],
  "center-some-phone-forced": ["center-some", phone, { theme: "auto" }, null, { forcedColors: "active" }],
  "settings-all-phone-finnish": ["settings-all", phone, { theme: "light", lang: "fi" }],
  "settings-many-phone-forced-dark": ["settings-many", phone, { theme: "auto" }, null, { forcedColors: "active", colorScheme: "dark" }],
  "center-phone": ["center", phone, { theme: "light" }],
  "center-some-phone-dark": ["center-some", phone, { theme: "dark" }],
  "center-some-desk-mirrored": ["center-some", desk, { theme: "light" }, "rtl"],
  "center-many-desk": ["center-many", desk, { theme: "light" }],
  "center-failed-phone": ["center-failed", phone, { theme: "contrast" }],
  "placeholder-phone": ["placeholder", phone, { theme: "light" }],
  "settings-some-phone": ["settings-some", phone, { theme: "light" }],
  "settings-some-desk-dark": ["settings-some", desk, { theme: "dark" }],
  "settings-phone-mirrored": ["settings", phone, { theme: "brand" }, "rtl"],
};

const folder = new URL("looks/", import.meta.url);
const out = new URL("../../target/looks/", import.meta.url);

const style = `:root { --vo-font: 'DejaVu Sans' }
  .still, .vo-page, .vo-page * { font-family: 'DejaVu Sans' !important }
  code { font-family: 'DejaVu Sans Mono' !important }`;

async function show(visitor, page, [scene, viewport, choice, dir, prefers]) {
  await page.setViewportSize(viewport);
  if (prefers) await page.emulateMedia(prefers);
  await visitor.open(`/demo/gallery/still?${new URLSearchParams({ scene, lang: "en", ...choice })}`);
  await page.addStyleTag({ content: style });
  if (dir) await page.locator("html, [dir]").evaluateAll((all, one) => all.forEach((part) => (part.dir = one)), dir);
  const fonts = await page.evaluate(() => {
    const pen = document.createElement("canvas").getContext("2d");
    return ["'DejaVu Sans', monospace", "'DejaVu Sans', serif", "monospace"].map((font) => {
      pen.font = `40px ${font}`;
      return pen.measureText("Cookie settings, 0123456789 – mmmiiilll").width;
    });
  });
  assert.ok(fonts[0] === fonts[1] && fonts[0] !== fonts[2], "DejaVu Sans is not installed: apt-get install fonts-dejavu-core");
  return page.screenshot({ animations: "disabled", caret: "hide" });
}

/** How much of the picture differs, and where. */
function compare(shot, kept) {
  const { width, height, data } = PNG.sync.read(shot);
  assert.deepEqual([width, height], [kept.width, kept.height]);
  const difference = new PNG({ width, height });
  const pixels = pixelmatch(data, kept.data, difference.data, width, height, { threshold: 0.2 });
  return { share: pixels / (width * height), difference };
}

function coarse(shot) {
  const picture = PNG.sync.read(shot);
  picture.data.forEach((value, place) => (picture.data[place] = Math.round(value / 17) * 17));
  return PNG.sync.write(picture, { colorType: 2, deflateLevel: 9 });
}

const options = { deviceScaleFactor: 1, bypassCSP: true, reducedMotion: "reduce" };

for (const [name, picture] of Object.entries(pictures)) {
  flow(`looks as before: ${name}`, options, async ({ visitor, page }) => {
    const shot = await show(visitor, page, picture);
    const file = new URL(`${name}.png`, folder);
    if (process.env.VOLENS_BLESS) {
      await mkdir(folder, { recursive: true });
      await writeFile(file, coarse(shot));
    }
    const { share, difference } = compare(shot, PNG.sync.read(await readFile(file)));
    if (share > tolerance) {
      await mkdir(out, { recursive: true });
      const [actual, diff] = [new URL(`${name}.actual.png`, out), new URL(`${name}.diff.png`, out)];
      await writeFile(actual, shot);
      await writeFile(diff, PNG.sync.write(difference));
      const paths = [actual, diff, file].map(fileURLToPath).join("\n");
      assert.fail(`${(100 * share).toFixed(2)} % of the pixels differ:\n${paths}`);
    }
  });
}

flow("every scene of the gallery has its picture", async ({ visitor, page }) => {
  await visitor.open("/demo/gallery");
  const scenes = await page.locator("[data-scene]").evaluateAll((all) => [...new Set(all.map((one) => one.dataset.scene))]);
  assert.ok(scenes.length > 20);
  const shown = Object.values(pictures).map(([scene]) => scene);
  assert.deepEqual(scenes.filter((scene) => !shown.includes(scene)), []);
});

flow("every scene is there in every language", async ({ visitor, page, site }) => {
  await visitor.open("/demo/gallery");
  const listed = (name) => page.locator(`a[data-${name}]`).evaluateAll((all, key) => all.map((one) => one.dataset[key]), name);
  const [scenes, langs, themes] = await Promise.all(["scene", "lang", "theme"].map(listed));
  for (const [i, lang] of langs.entries()) {
    for (const [j, scene] of scenes.entries()) {
      const theme = themes[(i + j) % themes.length];
      const answer = await fetch(`${site.origin}/demo/gallery/still?${new URLSearchParams({ scene, lang, theme })}`);
      assert.equal(answer.status, 200, `${scene}, ${lang}, ${theme}`);
      assert.match(await answer.text(), new RegExp(`<html (class="[a-z]+" )?lang="${lang}"`));
    }
  }
});

flow("a button that moves by 4 px is seen", options, async ({ visitor, page }) => {
  for (const name of ["first-layer-phone-light", "first-layer-desk-light"]) {
    await show(visitor, page, pictures[name]);
    await page.addStyleTag({ content: ":root .vo-banner .vo-button[name=reject] { translate: 0 4px }" });
    const moved = await page.screenshot({ animations: "disabled" });
    const { share } = compare(moved, PNG.sync.read(await readFile(new URL(`${name}.png`, folder))));
    assert.ok(share > tolerance, `${name}: ${share}`);
  }
});
