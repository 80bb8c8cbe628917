// Every variant of a site passes what its first layer has to pass, and a choice made in it says so.
import test, { after, before } from "node:test";

import { Front } from "./front.mjs";
import { volens } from "./site.mjs";
import { accept, assert, banner, center, launch, opener, reject, Visitor } from "./support.mjs";
import { sameWeight } from "./weight.mjs";

// Answers of very different lengths in every place: what is written may not weigh.
const variants = {
  top: `position = "top"`,
  corner: `position = "corner"`,
  short: `texts.reject_all.en = "No"\ntexts.accept_all.en = "Yes, you may do all of this on this site"`,
  long: `position = "corner"\ntexts.reject_all.en = "No, please do nothing of the kind here"\ntexts.accept_all.en = "OK"`,
};
const shown = [undefined, ...Object.keys(variants)];
let browser, front;

before(async () => {
  const declared = Object.entries(variants).map(([id, says]) => `\n[[variant]]\nid = "${id}"\n${says}\n`);
  front = await Front.start({ more: declared.join("") });
  for (const id of shown) front.put(`/${id ?? "own"}`, await front.render(...(id ? ["--variant", id] : [])));
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await front?.remove();
});

const flow = (name, options, body) =>
  test(name, { timeout: 60_000 }, async () => {
    const visitor = await Visitor.come(browser, front, options);
    try {
      await body(visitor, visitor.page);
    } catch (error) {
      if (visitor.problems.length) error.message += `\nconsole: ${visitor.problems.join("\n")}`;
      throw error;
    }
    await visitor.leave();
  });

const phone = { viewport: { width: 320, height: 568 } };
for (const options of [{}, phone, { colorScheme: "dark" }, { forcedColors: "active" }, { viewport: { width: 1440, height: 900 } }]) {
  flow(`yes and no weigh the same in every variant: ${JSON.stringify(options)}`, options, async (visitor, page) => {
    for (const id of shown) {
      await visitor.open(`/${id ?? "own"}`);
      await sameWeight(page, id);
      // Both at once, in the first layer, with nothing to scroll or unfold.
      const { width, height } = page.viewportSize();
      for (const button of [accept, reject]) {
        const box = await page.locator(button).boundingBox();
        const inside = box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
        assert.ok(inside, `${id}: ${button} ${JSON.stringify(box)}`);
        assert.ok(!(await page.locator(button).isDisabled()));
      }
      assert.equal(await page.locator(`${banner} input[type=checkbox]`).count(), 0, "nothing is ticked beforehand");
    }
  });
}

flow("a choice says which variant it was made in, in the first layer and in the center", {}, async (visitor, page) => {
  const proof = async () => {
    const { "__Host-consent": token } = await visitor.cookies();
    const { sub } = JSON.parse(Buffer.from(token.value.split(".")[1], "base64url"));
    const words = ["--data", front.data, "--subject", sub, "--purpose", "analytics", "--at"];
    const { stdout } = await volens("evidence", ...words, new Date(Date.now() + 60_000).toISOString(), "--json");
    return JSON.parse(stdout);
  };
  for (const id of shown) {
    await visitor.context.clearCookies();
    await visitor.open(`/${id ?? "own"}`);
    const sent = (await visitor.posting(() => page.locator(accept).click())).request().postDataJSON();
    assert.equal(sent.variant, id);
    await visitor.told(/You allow everything/);
    assert.deepEqual((await proof()).records.at(-1).variant, id);

    await visitor.context.clearCookies();
    await visitor.open(`/${id ?? "own"}`);
    await visitor.openCenter(opener);
    const answer = await visitor.posting(() => page.locator(`${center} button[name="accept"]`).click());
    assert.equal(answer.request().postDataJSON().variant, id);
    await visitor.told(/You allow everything/);
    const { records, text } = await proof();
    assert.deepEqual(records.at(-1).variant, id);
    if (id === "short") assert.equal(text.labels.reject_all, "No");
  }
});

flow("the first layer that the widget takes over keeps its place and words", {}, async (visitor, page) => {
  await visitor.open("/long");
  await page.locator(reject).hover();
  await page.locator("[data-volens=live] dialog").waitFor({ state: "attached" });
  await page.mouse.move(5, 5);
  await page.locator(`[data-volens="live"] [data-volens="banner"]`).waitFor();
  assert.equal(await page.locator("[data-volens=sheet]").getAttribute("data-position"), "corner");
  assert.equal(await page.locator(reject).innerText(), "No, please do nothing of the kind here");
  await sameWeight(page, "taken over");
});
