// Where the focus is: early on the first layer, never trapped, never lost, never behind what is ours.
import { accept, assert, banner, center, opener, reject, stage, status, takenOver, until } from "./support.mjs";

const flow = stage();
const sizes = [
  [320, 568],
  [390, 844],
  [844, 390],
  [320, 256],
  [1440, 900],
];
const positions = ["bottom", "top", "corner"];

const place = (page, position) =>
  page.evaluate((one) => (document.querySelector("[data-volens=sheet]").dataset.position = one), position);
const focused = (page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    if (one === document.documentElement) return "html";
    return one.dataset.volens || one.name || one.getAttribute("href") || one.localName;
  });
const onBody = (page) => page.evaluate(() => document.activeElement === document.body || !document.activeElement);

for (const position of positions) {
  flow(`Tab comes to the first layer right after the skip link, and on: ${position}`, async ({ visitor, page }) => {
    await visitor.open();
    await place(page, position);
    const seen = [];
    for (let steps = 0; steps < 7; steps++) {
      await page.keyboard.press("Tab");
      seen.push(await page.evaluate(() => document.activeElement.closest("[data-volens=banner]") !== null));
    }
    assert.deepEqual(seen, [false, true, true, true, true, false, false], "skip link, two answers, two links, the page");
  });
}

flow("the two answers are one Tab apart, and Shift+Tab leads out again", async ({ visitor, page }) => {
  await visitor.open();
  await page.locator(reject).focus();
  await page.keyboard.press("Tab");
  assert.ok(await page.locator(accept).evaluate((one) => one === document.activeElement));
  for (let steps = 0; steps < 2; steps++) await page.keyboard.press("Shift+Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
});

for (const [name, button] of [
  ["reject", reject],
  ["accept", accept],
]) {
  for (const how of ["pointer", "keyboard"]) {
    flow(`after ${name} by ${how} the focus is at the page's main part`, async ({ visitor, page }) => {
      await visitor.open();
      const press = async () => {
        if (how === "pointer") return page.locator(button).click();
        await page.locator(button).focus();
        await page.keyboard.press("Enter");
      };
      const scrolled = () => page.evaluate(() => scrollY);
      await page.evaluate(() => scrollTo({ top: 40, behavior: "instant" }));
      await visitor.posting(press);
      await visitor.told(/Saved/);
      assert.ok(!(await page.locator(banner).isVisible()));
      assert.equal(await focused(page), "main");
      assert.equal(await scrolled(), 40, "nothing moves under the visitor's eyes");
      // The way on: the page's own first link. The message has a button of its own, which does not lose the focus either.
      await page.keyboard.press("Tab");
      assert.ok(await page.evaluate(() => document.activeElement.closest("main").querySelector("a[href]") === document.activeElement));
      await page.locator('[data-volens="hide-status"]').focus();
      await page.keyboard.press("Enter");
      assert.equal(await page.locator(status).innerText(), "");
      assert.equal(await focused(page), "main");
    });
  }
}

flow("a choice made in the first layer that the browser's code has taken over keeps the focus", async ({ visitor, page }) => {
  await visitor.open();
  await takenOver(page);
  await page.locator(reject).focus();
  await visitor.posting(() => page.keyboard.press("Enter"));
  await visitor.told(/Saved/);
  assert.equal(await focused(page), "main");
});

for (const [what, close] of [
  ["Esc", (page) => page.keyboard.press("Escape")],
  ["its button", (page) => page.locator(`${center} .vo-center-head button`).click()],
]) {
  for (const from of [opener, `${banner} [data-volens="show-preferences"]`]) {
    flow(`closing the center by ${what} grants nothing and gives the focus back to ${from}`, async ({ visitor, page, site }) => {
      const before = (await site.records()).length;
      await visitor.open();
      const dialog = await visitor.openCenter(from);
      await close(page);
      await dialog.waitFor({ state: "hidden" });
      assert.ok(await page.locator(from).evaluate((one) => one === document.activeElement));
      assert.equal((await site.records()).length, before);
      assert.equal(await covered(page), null);
    });
  }
}

flow("after a choice in the center the focus is back at an opener that is still there", async ({ visitor, page }) => {
  await visitor.open();
  for (const choose of [() => visitor.save(), () => visitor.posting(() => page.locator(`${center} button[name="reject"]`).click())]) {
    const dialog = await visitor.openCenter(opener);
    await choose();
    await dialog.waitFor({ state: "hidden" });
    await until("the focus", () => page.locator(opener).evaluate((one) => one === document.activeElement));
    assert.equal(await covered(page), null);
  }
});

flow("after a choice in the center the focus is at the page's main part if the opener has gone", async ({ visitor, page }) => {
  await visitor.open();
  const dialog = await visitor.openCenter(`${banner} [data-volens="show-preferences"]`);
  await visitor.save();
  await dialog.waitFor({ state: "hidden" });
  await visitor.told(/Saved/);
  await until("the focus", async () => (await focused(page)) === "main");
});

/** Takes away what matches before the loader sees the page. */
const without = (page, selector) =>
  page.addInitScript((gone) => {
    addEventListener("DOMContentLoaded", () => document.querySelectorAll(gone).forEach((one) => one.replaceWith(...one.childNodes)));
  }, selector);

for (const [gone, then] of [
  ["nothing", "main"],
  ["[data-volens=status]", "main"],
  ["main", "status"],
  ["main, [data-volens=status]", "html"],
]) {
  flow(`a page without ${gone}: the focus that has no opener to go back to is at ${then}`, async ({ visitor, page }) => {
    if (gone !== "nothing") await without(page, gone);
    await visitor.open();
    const dialog = await visitor.openCenter();
    await page.locator(opener).evaluate((one) => one.remove());
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await until("the focus", async () => (await focused(page)) === then);
    // Opened by the page itself, while nothing had the focus.
    await page.evaluate(() => {
      document.activeElement.blur();
      return window.volens.showPreferences();
    });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await until("the focus", async () => (await focused(page)) === then);
    await page.locator(reject).focus();
    await visitor.posting(() => page.keyboard.press("Enter"));
    assert.equal(await focused(page), then);
  });
}

flow("a withdrawal that loads the page anew leaves the focus at its main part", async ({ visitor, page }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  const reloaded = page.waitForEvent("load");
  await page.locator('#cookie-settings button[name="reject"]').focus();
  await visitor.posting(() => page.keyboard.press("Enter"));
  await reloaded;
  await visitor.told(/You allow nothing/);
  assert.equal(await focused(page), "main");
});

flow("a placeholder's button is gone once the film is there, and the film has the focus", async ({ visitor, page }) => {
  await visitor.open("/en/article");
  const allow = page.locator('.vo-frame [data-volens="allow"]');
  await allow.focus();
  await visitor.posting(() => page.keyboard.press("Enter"));
  await visitor.told(/You allow: Videos/);
  await allow.waitFor({ state: "detached" });
  assert.equal(await focused(page), "iframe");
});

/** What of ours covers a part of the focused element, if it is not ours itself. */
const covered = (page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    if (one === document.body || one.closest("[data-volens=sheet]")) return null;
    const { left, top, width, height } = one.getBoundingClientRect();
    // Not the very corners: rounded ones let through what lies below.
    for (const x of [0.2, 0.5, 0.8]) {
      for (const y of [0.2, 0.5, 0.8]) {
        const hit = document.elementFromPoint(left + x * width, top + y * height);
        if (hit?.closest("[data-volens=sheet]")) return `${one.outerHTML.slice(0, 120)} is behind ${hit.className}`;
      }
    }
    return null;
  });

for (const [width, height] of sizes) {
  flow(`nothing that has the focus is behind the first layer: ${width} × ${height}`, { viewport: { width, height }, reducedMotion: "reduce" }, async ({ visitor, page }) => {
    for (const position of positions) {
      for (const key of ["Tab", "Shift+Tab"]) {
        await visitor.open("/en/newsletter");
        await place(page, position);
        const visited = new Set();
        for (let steps = 0; steps < 60; steps++) {
          await page.keyboard.press(key);
          await page.evaluate(() => new Promise(requestAnimationFrame));
          assert.equal(await covered(page), null, `${position}, ${key}`);
          if (await onBody(page)) break;
          visited.add(await page.evaluate(() => document.activeElement.outerHTML));
        }
        assert.ok(visited.size > 15, `only ${visited.size} stops`);
      }
    }
  });

  flow(`nothing that has the focus is behind a message: ${width} × ${height}`, { viewport: { width, height }, reducedMotion: "reduce" }, async ({ visitor, page }) => {
    await visitor.open("/en/newsletter");
    await visitor.posting(() => page.locator(reject).click());
    await visitor.told(/You allow nothing/);
    for (const key of ["Tab", "Shift+Tab"]) {
      await page.evaluate(() => document.activeElement.blur());
      const visited = new Set();
      for (let steps = 0; steps < 60; steps++) {
        await page.keyboard.press(key);
        await page.evaluate(() => new Promise(requestAnimationFrame));
        assert.equal(await covered(page), null, key);
        if (await onBody(page)) break;
        visited.add(await page.evaluate(() => document.activeElement.outerHTML));
      }
      assert.ok(visited.size > 5, `only ${visited.size} stops`);
    }
  });

  flow(`at its end the page has nothing behind the first layer: ${width} × ${height}`, { viewport: { width, height } }, async ({ visitor, page }) => {
    for (const position of positions) {
      await visitor.open();
      await place(page, position);
      await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" }));
      const behind = await page.evaluate(() => {
        const edge = document.querySelector("[data-volens=banner]").getBoundingClientRect();
        const ours = (one) => one.closest("[data-volens=sheet]");
        const last = [...document.querySelectorAll("footer *")].filter((one) => !ours(one) && one.childElementCount === 0);
        return last
          .map((one) => [one, one.getBoundingClientRect()])
          .filter(([, box]) => box.width && box.bottom > edge.top + 1 && box.top < edge.bottom - 1 && box.right > edge.left && box.left < edge.right)
          .map(([one]) => one.outerHTML.slice(0, 80));
      });
      assert.deepEqual(behind, [], position);
    }
  });
}
