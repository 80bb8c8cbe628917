// Yes and no weigh the same: the same look, the same size, both large enough to be hit.
import { accept, assert, reject } from "./support.mjs";

const names = [
  "color",
  "backgroundColor",
  "borderTopColor",
  "borderTopWidth",
  "borderTopStyle",
  "fontSize",
  "fontWeight",
  "padding",
  "opacity",
  "boxShadow",
  "fontFamily",
  "letterSpacing",
  "textTransform",
  "textDecorationLine",
  "borderRadius",
];

const look = (page, selector) =>
  page.locator(selector).evaluate((one, names) => {
    const style = getComputedStyle(one);
    const { width, height, top } = one.getBoundingClientRect();
    return { look: Object.fromEntries(names.map((name) => [name, style[name]])), width, height, top };
  }, names);

export async function sameWeight(page, what) {
  const [yes, no] = [await look(page, accept), await look(page, reject)];
  assert.deepEqual(no.look, yes.look, what);
  // Columns of a grid may differ by a fraction of a pixel.
  const same = ["width", "height", "top"].every((side) => Math.abs(no[side] - yes[side]) < 0.5);
  assert.ok(same, `${what}: ${JSON.stringify([no, yes])}`);
  assert.ok(yes.height >= 24 && yes.width >= 24, `${what}: WCAG 2.5.8`);
}
