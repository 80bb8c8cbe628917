// The pictures of the README: node tests/browser/pictures.mjs, from the demo, into docs/pictures/.
import { mkdir, writeFile } from "node:fs/promises";

import { PNG } from "pngjs";

import { Site } from "./site.mjs";
import { banner, launch, Visitor } from "./support.mjs";

const folder = new URL("../../docs/pictures/", import.meta.url);
const phone = { width: 390, height: 680 };
const desk = { width: 1024, height: 560 };
const still = (query) => `/demo/gallery/still?${new URLSearchParams(query)}`;
const shown = (page) => page.locator(banner).waitFor();

const pictures = {
  "banner-phone": ["/en/", { viewport: phone }, shown],
  "banner-dark": ["/en/", { viewport: desk, colorScheme: "dark" }, shown],
  center: [
    "/en/",
    { viewport: { width: 720, height: 640 } },
    async (page, visitor) => {
      await visitor.openCenter();
      await visitor.flip("functional");
    },
  ],
  "banner-arabic": [still({ scene: "first-layer", lang: "ar", theme: "light" }), { viewport: phone }, shown],
};

/** 32 shades of each colour are enough for a picture of an interface, at half the bytes. */
function small(shot) {
  const picture = PNG.sync.read(shot);
  picture.data.forEach((value, place) => (picture.data[place] = Math.round((value * 31) / 255) * (255 / 31)));
  return PNG.sync.write(picture, { colorType: 2, deflateLevel: 9 });
}

await mkdir(folder, { recursive: true });
const [site, browser] = await Promise.all([Site.start(), launch()]);
try {
  for (const [name, [path, options, act]] of Object.entries(pictures)) {
    const visitor = await Visitor.come(browser, site, { ...options, bypassCSP: true, reducedMotion: "reduce" });
    await visitor.open(path);
    await act(visitor.page, visitor);
    await visitor.page.mouse.move(1, 1);
    const shot = await visitor.page.screenshot({ animations: "disabled" });
    await writeFile(new URL(`${name}.png`, folder), small(shot));
    await visitor.leave();
  }
} finally {
  await browser.close();
  await site.remove();
}
