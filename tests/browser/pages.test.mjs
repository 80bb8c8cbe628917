// Pages that were put aside, or are open beside the one in which the choice is made; and the line for browsers that send
// Global Privacy Control.
import { byEventsAlone } from "./events.mjs";
import { html, hosting } from "./host.mjs";
import { accept, assert, banner, center, ran, reject, remembering, until } from "./support.mjs";

const withdraw = '#cookie-settings button[name="reject"]';

const flow = hosting({}, async (host) => {
  host.provides("/analytics/tag.js", "window.ran = (window.ran ?? 0) + 1; document.cookie = '_nvi_id=1; Path=/';");
  const parts = await host.parts();
  const body = `<script type="text/plain" data-category="analytics" data-src="${host.provider}/analytics/tag.js"></script>`;
  host.page("/", html(parts, { body }));
  host.page("/next", html(parts));
});

const has = (page) => page.evaluate(() => window.volens.has?.("analytics")).catch(() => undefined);

/** What each of two tabs has besides cookies to hear of the other. */
const means = {
  "storage and cookies": () => {},
  "cookies alone, localStorage being blocked": () => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  },
  "storage alone, as in browsers that do not tell of cookies": () => {
    delete window.cookieStore;
    Object.defineProperty(window, "cookieStore", { value: undefined });
  },
};

const ways = {
  foot: () => {},
  center: (visitor) => visitor.openCenter(),
};
const buttons = { foot: withdraw, center: `${center} button[name="reject"]` };

for (const [what, script] of Object.entries(means)) {
  for (const [where, go] of Object.entries(ways)) {
    flow(`a withdrawal acts in other tabs at once, by ${what}, from the ${where}`, async ({ visitor, page }) => {
      await visitor.context.addInitScript(script);
      await visitor.open("/");
      await visitor.posting(() => page.locator(accept).click());
      await until("the tag", () => ran(page));
      const others = [];
      for (let tabs = 0; tabs < 2; tabs++) {
        const other = await visitor.context.newPage();
        await other.addInitScript(byEventsAlone);
        await other.goto("/");
        await until("the tag in the other tab", () => ran(other));
        others.push(other);
      }
      await page.bringToFront();
      await go(visitor);
      await visitor.posting(() => page.locator(buttons[where]).click());
      for (const other of others) {
        await until("the other tab without the tag", async () => (await has(other)) === false && !(await ran(other).catch(() => 1)));
        const acted = await other.evaluate(() => sessionStorage.getItem("test.acted"));
        assert.match(acted ?? "by something else", /^(storage|change)$/, "in the event's own handler");
      }
      await until("the deletion", async () => !(await visitor.cookieNames()).includes("_nvi_id"));
    });
  }
}

flow("within a second a withdrawn service is gone from all tabs, however long the service takes to answer", async ({ visitor, page }) => {
  await visitor.context.addInitScript(() => {
    const { setTimeout } = window;
    window.setTimeout = (act, wait, ...words) => (wait > 1000 ? 0 : setTimeout(act, wait, ...words));
  });
  await visitor.open("/");
  await visitor.posting(() => page.locator(accept).click());
  const other = await visitor.context.newPage();
  await other.goto("/");
  for (const tab of [page, other]) await until("the tag", () => ran(tab));
  await visitor.context.route("**/consent/v1/choices", () => {});
  await page.bringToFront();
  await page.locator(withdraw).click();
  for (const tab of [page, other]) {
    await until("the page without the tag", async () => (await has(tab)) === false && !(await ran(tab).catch(() => 1)));
  }
  assert.ok(!(await visitor.cookieNames()).includes("_nvi_id"));
});

flow("a page that was put aside acts on a withdrawal made in another page since", ({ host }) =>
  remembering(host, async ({ visitor, page }) => {
    await visitor.open("/");
    await visitor.posting(() => page.locator(accept).click());
    await until("the tag", () => ran(page));
    await page.evaluate(() => addEventListener("pageshow", ({ persisted }) => sessionStorage.setItem("test.persisted", persisted)));
    await page.goto("/next");
    await visitor.posting(() => page.locator(withdraw).click());
    await visitor.told(/You allow nothing/);
    const heard = host.heard(/tag/).length;
    await page.goBack({ waitUntil: "commit" });
    await until("the page anew, without the tag", async () => (await has(page)) === false && !(await ran(page).catch(() => 1)));
    assert.equal(await page.evaluate(() => sessionStorage.getItem("test.persisted")), "true", "it did come out of the cache");
    assert.equal(host.heard(/tag/).length, heard);
  }),
);

for (const [signal, shown] of [
  [true, true],
  [false, false],
  [undefined, false],
]) {
  flow(`Global Privacy Control ${signal}: the first layer ${shown ? "says that it is honoured" : "says nothing of it"}`, async ({ visitor, page, host }) => {
    await page.addInitScript((value) => {
      if (value !== undefined) Object.defineProperty(navigator, "globalPrivacyControl", { value });
    }, signal);
    await visitor.open("/");
    const line = page.locator(`${banner} .vo-gpc`);
    assert.equal(await line.isVisible(), shown);
    assert.equal(await page.evaluate(() => "volensGpc" in document.documentElement.dataset), shown);
    if (shown) assert.match(await line.innerText(), /Global Privacy Control/);
    assert.deepEqual(host.heard(), []);
    // The widget's own first layer takes over; the line is in it too.
    await page.locator(`${banner} .vo-words`).hover();
    await page.mouse.move(5, 5);
    await page.locator("[data-volens=live]").waitFor({ state: "attached" });
    await page.locator("h1").hover();
    await page.dispatchEvent("h1", "pointerover");
    await page.locator(`[data-volens=live] ${banner}`).waitFor();
    assert.equal(await page.locator(`[data-volens=live] .vo-banner .vo-gpc`).isVisible(), shown);
    // A yes that is said all the same counts: the signal is a default, not a lock.
    if (!shown) return;
    assert.equal((await visitor.posting(() => page.locator(accept).click())).status(), 201);
    await until("the tag", () => ran(page));
    assert.equal((await visitor.state()).analytics, "granted");
  });
}
