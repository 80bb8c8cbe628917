// Yew does the work it is there for: what it renders is what the page carries, and what it records arrives.
import { accept, assert, banner, center, reject, stage, until } from "./support.mjs";
import { languages, volens } from "./site.mjs";

const flow = stage();

/** From now on the loader's own posts fail. The stack tells whose a call is. */
async function muteLoader(context) {
  await context.addInitScript(() => {
    const real = window.fetch;
    window.posts = [];
    window.fetch = (...call) => {
      if (!String(call[0]).endsWith("/consent/v1/choices")) return real(...call);
      const { stack } = new Error();
      const mine = /\/loader\.\w+\.js/.test(stack)
        ? "loader"
        : /\/volens_widget\.\w+\.js/.test(stack)
          ? "widget"
          : stack;
      window.posts.push(mine);
      return mine === "loader" ? Promise.reject(new TypeError("muted")) : real(...call);
    };
  });
}

flow("with the loader muted, a choice saved in the center arrives", async ({ visitor, page, site }) => {
  await muteLoader(visitor.context);
  await visitor.open();
  await visitor.openCenter();
  await visitor.flip("analytics");
  const answer = await visitor.save();
  assert.equal(answer.status(), 201);
  await page.locator(center).waitFor({ state: "hidden" });
  assert.deepEqual(await page.evaluate(() => window.posts), ["widget"]);
  assert.equal(answer.request().postDataJSON().control, "center");
  assert.deepEqual(await visitor.state(), { analytics: "granted", functional: "refused", marketing: "refused" });
  const proof = await site.evidence({ subject: await visitor.subject() }, "analytics");
  assert.deepEqual([proof.permitted, proof.records[0].channel], [true, "center"]);
  await visitor.told(/You allow: Web analysis/);
  await until("the tag", () => site.seen("/analytics/tag.js"));
});

flow("muting the loader does mute the first layer", async ({ visitor, page }) => {
  await muteLoader(visitor.context);
  await visitor.open();
  await page.locator(reject).focus();
  await page.keyboard.press("Enter");
  await visitor.told(/could not be sent yet/);
  assert.deepEqual(await page.evaluate(() => window.posts), ["loader"]);
  assert.deepEqual(await visitor.cookieNames(), []);
});

flow("Yew takes the first layer over when nobody is at it, and records from it", async ({ visitor, page, site }) => {
  await muteLoader(visitor.context);
  await visitor.open();
  await page.evaluate((selector) => {
    window.served = document.querySelector(selector).cloneNode(true);
    // The demo knows its pages' addresses, the widget does not; and by these the loader knows which clicks are its own.
    window.served.querySelector("[name=return_to]").remove();
    for (const one of window.served.querySelectorAll("button")) ["data-volens", "data-control"].forEach((name) => one.removeAttribute(name));
  }, banner);
  await page.locator(banner).hover({ position: { x: 4, y: 4 } });
  await until("the widget", () => page.locator('[data-volens="live"]').count());
  assert.equal(await page.locator(`[data-volens="live"] ${banner}`).count(), 0, "not under the pointer");
  await page.mouse.move(10, 10);
  await page.locator(`[data-volens="live"] ${banner}`).waitFor();
  assert.equal(await page.locator(banner).count(), 1, "the served one is gone");
  const same = await page.locator(banner).evaluate((live) => {
    const plain = (node) => (node.normalize(), node);
    return plain(window.served).isEqualNode(plain(live.cloneNode(true)));
  });
  assert.ok(same, "the browser renders what the server has rendered");

  await visitor.posting(() => page.locator(accept).click());
  assert.deepEqual(await page.evaluate(() => window.posts), ["widget"]);
  await visitor.told(/You allow everything/);
  assert.equal((await site.evidence({ subject: await visitor.subject() }, "marketing")).records[0].channel, "banner");
});

/** The demo knows its pages' addresses, the command and the browser do not. */
const withoutReturn = (html) => html.replace(/<input [^>]*name="return_to"[^>]*>/g, "");

flow("the page's first layer is what `volens render` prints", async ({ site }) => {
  const toml = await site.toml();
  for (const lang of languages) {
    const page = await (await fetch(`${site.origin}/${lang}/article`)).text();
    for (const part of ["banner", "foot", "head"]) {
      const { code, stdout, stderr } = await volens("render", "--site", toml, "--lang", lang, "--part", part);
      assert.equal(code, 0, stderr);
      const printed = stdout.trim();
      assert.ok(printed.length > 200, `${part} is almost nothing: ${printed}`);
      assert.ok(withoutReturn(page).includes(printed), `the ${part} in ${lang} differs`);
    }
  }
});

flow("the swap never takes a button from under a finger", async ({ visitor, page }) => {
  await visitor.open();
  const box = await page.locator(reject).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForResponse((answer) => answer.url().endsWith(".wasm"));
  await page.mouse.down();
  // The widget is here and ready, and would swap if it could.
  await until("the widget", () => page.locator('[data-volens="live"]').count());
  assert.equal(await page.locator(`[data-volens="live"] ${banner}`).count(), 0);
  const answer = await visitor.posting(() => page.mouse.up());
  assert.equal(answer.status(), 201);
  await visitor.told(/You allow nothing/);
});
