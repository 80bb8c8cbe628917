// `volens serve --dev`: cookies that a browser takes on http://localhost whatever it thinks of `Secure`.
import test, { after, before } from "node:test";

import { Front } from "./front.mjs";
import { accept, assert, banner, launch, opener, Visitor } from "./support.mjs";

let browser, front;

before(async () => {
  front = await Front.start({ serve: ["--dev"] });
  // As the service itself would make it.
  front.put("/page", await front.render("--dev"));
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await front?.remove();
});

test("a choice holds, in cookies that are taken for no others", { timeout: 60_000 }, async () => {
  const visitor = await Visitor.come(browser, front);
  const { page } = visitor;
  await visitor.open("/page");
  assert.equal((await visitor.posting(() => page.locator(accept).click())).status(), 201);
  await visitor.told(/You allow everything/);
  const cookies = await visitor.cookies();
  assert.deepEqual(Object.keys(cookies).sort(), ["dev-consent", "dev-volens"]);
  for (const { secure, sameSite } of Object.values(cookies)) assert.deepEqual([secure, sameSite], [false, "Lax"]);
  await visitor.open("/page");
  assert.ok(!(await page.locator(banner).isVisible()));
  assert.equal(await page.evaluate(() => window.volens.has("analytics")), true);
  // The page lists what it keeps by the names it has here.
  const dialog = await visitor.openCenter(opener);
  await dialog.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
  assert.match(await dialog.innerText(), /dev-consent[^]*dev-volens/);
  await visitor.leave();
});
