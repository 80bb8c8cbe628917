// A click is answered in the next frame: no answer of the service, no WASM and no task of the page's own can be what the
// visitor waits for. What a page shows is read a task after that frame, while the post is held back.
import { accept, assert, banner, center, reject, stage, takenOver, until } from "./support.mjs";

const flow = stage();

/** From a click on: what is seen once the frame that follows it has been painted. */
function watch() {
  addEventListener(
    "click",
    () =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
          window.frame = {
            banner: seen('[data-volens="banner"]').length,
            says: seen('[role="status"]').map((one) => one.textContent).join(""),
          };
        };
        port2.postMessage(0);
      }),
    true,
  );
}

const taken = ({ page }) => takenOver(page);

// The question is gone in that frame; a yes is said to be on its way.
const no = (frame) => assert.equal(frame.banner, 0, JSON.stringify(frame));
const yes = (frame) => {
  no(frame);
  assert.match(frame.says, /^Saving/, JSON.stringify(frame));
};

for (const [where, go, root, name, shown] of [
  ["the served first layer", () => {}, banner, "reject", no],
  ["the served first layer", () => {}, banner, "accept", yes],
  ["the first layer that the browser's code has taken over", taken, `[data-volens="live"] ${banner}`, "reject", no],
  ["the first layer that the browser's code has taken over", taken, `[data-volens="live"] ${banner}`, "accept", yes],
  ["the center", ({ visitor }) => visitor.openCenter(), center, "reject", no],
  ["the center", ({ visitor }) => visitor.openCenter(), center, "accept", yes],
]) {
  flow(`answered in the next frame: ${name} in ${where}`, { reducedMotion: "reduce" }, async ({ visitor, page }) => {
    let answer;
    const held = new Promise((resolve) => (answer = resolve));
    await page.addInitScript(watch);
    await page.route("**/consent/v1/choices", async (route) => {
      if (route.request().method() === "POST") await held;
      await route.continue();
    });
    await visitor.open();
    await go({ visitor, page });
    await page.evaluate(() => delete window.frame);
    const done = visitor.posting(() => page.locator(`${root} button[name="${name}"]`).click());
    const frame = await until("the frame", () => page.evaluate(() => window.frame));
    answer();
    assert.equal((await done).status(), 201);
    shown(frame);
    await visitor.told(/Saved/);
  });
}
