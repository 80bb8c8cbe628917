// Readable, reachable, equal: by axe, by size, on small screens, in forced colours, and for robots that refuse.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { assert, banner, center, choices, opener, reject, stage, status, until } from "./support.mjs";
import { languages } from "./site.mjs";
import { sameWeight } from "./weight.mjs";

const flow = stage();
const require = createRequire(import.meta.url);
const source = (name) => readFile(require.resolve(name), "utf8");
const paths = ["", "article", "newsletter", "cookies", "privacy", "support", "account"];
const phone = { viewport: { width: 320, height: 568 } };

async function axe(page, what) {
  await page.evaluate(await source("axe-core"));
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
  const { violations, passes } = await page.evaluate(
    (runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }),
    tags,
  );
  // It is off unless its tag is asked for.
  assert.ok([...violations, ...passes].some(({ id }) => id === "target-size"));
  const found = violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join("\n  ")}`,
  );
  assert.deepEqual(found, [], what);
}

for (const colorScheme of ["light", "dark"]) {
  // The policy binds the page, not the auditor.
  const options = { colorScheme, bypassCSP: true };
  // Colours do not depend on the language.
  const spoken = colorScheme === "light" ? languages : ["sv"];
  flow(`axe finds nothing on any page: ${colorScheme}`, options, async ({ visitor, page }) => {
    for (const lang of spoken) {
      for (const path of paths) {
        await visitor.open(`/${lang}/${path}`);
        await axe(page, `/${lang}/${path}`);
      }
      await visitor.open(`/consent/v1/settings?lang=${lang}`);
      await axe(page, `settings in ${lang}`);
    }
    await visitor.open("/demo/outbox");
    await axe(page, "outbox");
  });

  flow(
    `axe finds nothing in the center, opened and unfolded, nor after a choice: ${colorScheme}`,
    options,
    async ({ visitor, page }) => {
      for (const lang of spoken) {
        // An open page follows its cookies.
        await page.goto("about:blank");
        await visitor.context.clearCookies();
        await visitor.open(`/${lang}/article`);
        const dialog = await visitor.openCenter();
        await axe(page, `center in ${lang}`);
        await dialog.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
        await visitor.flip("marketing");
        await axe(page, `center in ${lang}, unfolded`);
        await visitor.save();
        await until("it to be said", () => page.locator(status).innerText());
        await axe(page, `said in ${lang}`);
      }
    },
  );
}

for (const options of [
  {},
  { colorScheme: "dark" },
  { forcedColors: "active" },
  { forcedColors: "active", colorScheme: "dark" },
  { contrast: "more" },
]) {
  flow(`axe finds nothing on both layers and the settings page, in both directions: ${JSON.stringify(options)}`, { ...options, bypassCSP: true }, async ({ visitor, page }) => {
    const turn = (dir) => page.locator("html, [dir]").evaluateAll((all, one) => all.forEach((part) => (part.dir = one)), dir);
    for (const dir of ["ltr", "rtl"]) {
      await visitor.open("/en/article");
      await turn(dir);
      await axe(page, `first layer, ${dir}`);
      const dialog = await visitor.openCenter();
      await dialog.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
      await axe(page, `center, ${dir}`);
      await visitor.open("/consent/v1/settings?lang=en");
      await turn(dir);
      await axe(page, `settings page, ${dir}`);
    }
  });
}

flow("axe finds nothing in the gallery: every scene, language, theme and position", { bypassCSP: true }, async ({ visitor, page }) => {
  await visitor.open("/demo/gallery");
  await axe(page, "index");
  const listed = (name) => page.locator(`a[data-${name}]`).evaluateAll((all, key) => all.map((one) => one.dataset[key]), name);
  const [scenes, langs, themes, positions] = await Promise.all(["scene", "lang", "theme", "position"].map(listed));
  assert.ok(scenes.length > 20 && langs.length === 32 && themes.length === 5 && positions.length === 3);
  // Each value of each list once at least, not every combination.
  const stills = [
    ...scenes.map((scene, i) => ({ scene, theme: themes[i % 5], position: positions[i % 3], lang: langs[i % langs.length] })),
    ...langs.flatMap((lang) => ["first-layer", "center"].map((scene) => ({ scene, lang }))),
  ];
  for (const one of stills) {
    const address = `/demo/gallery/still?${new URLSearchParams(one)}`;
    await visitor.open(address);
    await axe(page, address);
  }
  visitor.expect(/404/);
  assert.equal((await page.goto("/demo/gallery/still?scene=nowhere")).status(), 404);
  assert.equal((await page.goto("/demo/gallery?lang=xx")).status(), 404);
});

flow("the first layer is a region, takes no focus and says it once", async ({ visitor, page }) => {
  await visitor.open();
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
  await page.getByRole("region", { name: "Cookie choice" }).waitFor();
  assert.equal(await page.locator(`${banner}[aria-modal], ${banner}[role=dialog]`).count(), 0);
  assert.equal(await page.locator(status).getAttribute("role"), "status");
  assert.equal(await page.locator(status).count(), 1);
});

const words = (text) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

for (const lang of languages) {
  flow(
    `the first layer is short, small and out of the way: ${lang}`,
    { ...phone, locale: lang },
    async ({ visitor, page }) => {
      for (const path of lang === "en" ? paths : ["", "cookies"]) {
        await visitor.open(`/${lang}/${path}`);
        const text = await page.locator(banner).evaluate((one) => {
          const copy = one.cloneNode(true);
          copy.querySelectorAll("button, a, .vo-gpc").forEach((part) => part.remove());
          return copy.textContent;
        });
        assert.ok(words(text) <= 45, `${words(text)} words: ${text}`);
        const box = await page.locator(banner).boundingBox();
        assert.ok(box.height <= 568 / 2, `${box.height} px of 568`);
        assert.ok(box.y + box.height <= 568);
        // All of it can be seen: nothing is cut off or scrolled away.
        const cut = await page
          .locator(`${banner}, ${banner} *`)
          .evaluateAll((all) =>
            all
              .filter((one) => one.scrollHeight > one.clientHeight + 1 && getComputedStyle(one).overflowY !== "visible")
              .map((one) => one.className),
          );
        assert.deepEqual(cut, [], "words hidden behind a scrollbar");
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        for (const part of [opener, '#cookie-settings button[name="reject"]']) {
          const uncovered = await page.locator(part).evaluate((one) => {
            const { left, top, width, height } = one.getBoundingClientRect();
            const hit = document.elementFromPoint(left + width / 2, top + height / 2);
            return one === hit || one.contains(hit);
          });
          assert.ok(uncovered, `${part} is covered on /${lang}/${path}`);
        }
      }
    },
  );
}

const zoomed = { viewport: { width: 320, height: 256 } };
flow("nothing scrolls sideways on 1280 px at 400 %", zoomed, async ({ visitor, page }) => {
  const fits = async (what) => {
    const beyond = await page.evaluate((width) => {
      const wide = document.documentElement.scrollWidth > width;
      // A table of data may scroll in a box of its own (WCAG 1.4.10).
      const out = (one) => one.getBoundingClientRect().right > width + 0.5 && !one.closest(".scroll > *");
      return wide
        ? [
            "scrolls sideways",
            ...[...document.querySelectorAll("body *")].filter(out).map((one) => one.outerHTML.slice(0, 200)),
          ]
        : [];
    }, zoomed.viewport.width);
    assert.deepEqual(beyond, [], what);
  };
  for (const lang of languages) {
    for (const path of paths) {
      await visitor.open(`/${lang}/${path}`);
      await fits(`/${lang}/${path}`);
    }
    await visitor.open(`/consent/v1/settings?lang=${lang}`);
    await fits(`settings in ${lang}`);
    await visitor.open(`/${lang}/`);
    const dialog = await visitor.openCenter();
    await dialog.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
    await fits(`center in ${lang}`);
    const inner = await dialog.evaluate((one) =>
      [one, ...one.querySelectorAll("*")]
        .filter((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible")
        .map((part) => part.className),
    );
    assert.deepEqual(inner, [], `scrolls sideways inside the center in ${lang}`);
    await dialog.locator('[data-volens="save"]').scrollIntoViewIfNeeded();
    assert.ok(await dialog.locator('[data-volens="save"]').isVisible());
  }
});

for (const options of [
  {},
  phone,
  { colorScheme: "dark" },
  { forcedColors: "active" },
  { viewport: { width: 1440, height: 900 } },
]) {
  flow(`yes and no look the same: ${JSON.stringify(options)}`, options, async ({ visitor, page }) => {
    for (const lang of languages) {
      await visitor.open(`/${lang}/`);
      await sameWeight(page, lang);
    }
  });
}

flow("in forced colours edges and states can still be seen", { forcedColors: "active" }, async ({ visitor, page }) => {
  await visitor.open();
  const edges = (selector) =>
    page.locator(selector).evaluateAll((all) =>
      all.map((one) => {
        const { borderTopStyle, borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(one);
        return borderTopStyle !== "none" && parseFloat(borderTopWidth) > 0 && borderTopColor !== backgroundColor;
      }),
    );
  assert.deepEqual(await edges(`${banner}, ${banner} button`), [true, true, true]);
  await visitor.openCenter();
  const shot = (locator) => locator.screenshot({ animations: "disabled" });
  const box = page.locator(`${center} input[name="p.analytics"]`);
  const off = await shot(box);
  await visitor.flip("analytics");
  await page.mouse.move(0, 0);
  assert.ok(!off.equals(await shot(box)), "on and off look the same");
  assert.ok((await edges(`${center} .vo-buttons button`)).every(Boolean));
});

flow("with reduced motion nothing moves", { reducedMotion: "reduce" }, async ({ visitor, page }) => {
  await visitor.open();
  await visitor.openCenter();
  const moving = await page.locator(`${banner}, ${banner} *, ${center}, ${center} *`).evaluateAll((all) =>
    all
      .filter((one) => {
        const { animationName, animationDuration, transitionDuration } = getComputedStyle(one);
        const lasts = (value) => value.split(",").some((part) => parseFloat(part) > 0.01);
        return (animationName !== "none" && lasts(animationDuration)) || lasts(transitionDuration);
      })
      .map((one) => one.className || one.localName),
  );
  assert.deepEqual(moving, []);
});

flow("DuckDuckGo's autoconsent finds the question and says no", async ({ visitor, page, site }) => {
  const received = [];
  await page.exposeBinding("autoconsentSendMessage", async ({ frame }, message) => {
    received.push(message);
    const answer = (reply) => frame.evaluate((one) => window.autoconsentReceiveMessage(one), reply);
    if (message.type === "init") {
      const config = {
        enabled: true,
        autoAction: "optOut",
        disabledCmps: [],
        enablePrehide: false,
        detectRetries: 20,
        enableHeuristicDetection: true,
        heuristicMode: "reject",
      };
      await answer({
        type: "initResp",
        config,
        rules: JSON.parse(await source("@duckduckgo/autoconsent/rules/rules.json")),
      });
    }
    if (message.type === "eval")
      await answer({ id: message.id, type: "evalResp", result: await frame.evaluate(message.code) });
  });
  const before = (await site.records()).length;
  await visitor.open();
  const bundle = require
    .resolve("@duckduckgo/autoconsent/rules/rules.json")
    .replace("rules/rules.json", "dist/autoconsent.playwright.js");
  await page.evaluate(await readFile(bundle, "utf8"));
  await visitor.told(/You allow nothing/).catch((error) => {
    throw new Error(`${error.message}\n${JSON.stringify(received)}`);
  });
  const done = await until("its verdict", () => received.find(({ type }) => type === "optOutResult"));
  assert.deepEqual([done.cmp, done.result], ["HEURISTIC-REJECT", true]);
  assert.deepEqual(
    (await site.records()).slice(before).map(({ purpose, kind }) => [purpose, kind]),
    choices.map((id) => [id, "refuse"]),
  );
  assert.deepEqual(visitor.elsewhere(), []);
});
