// What our styles hold out against, and what they leave to a site: themes, positions, hostile resets, directions,
// text spacing, contrast preferences, print.
import { readFile } from "node:fs/promises";

import { accept, assert, banner, center, opener, reject, stage, status } from "./support.mjs";

const flow = stage();
const positions = ["bottom", "top", "corner"];
const windows = [
  { width: 320, height: 568 },
  { width: 1440, height: 900 },
];
const sheet = "[data-volens=sheet]";
const still = (scene, more = {}) => `/demo/gallery/still?${new URLSearchParams({ scene, ...more })}`;
const place = (page, position) =>
  page.evaluate((one) => (document.querySelector("[data-volens=sheet]").dataset.position = one), position);
const box = (page, selector) => page.locator(selector).evaluate((one) => one.getBoundingClientRect().toJSON());
// The policy binds the page, not the auditor who adds styles to it.
const free = { bypassCSP: true };

/** Yes and no: equal, whole, in the window, on top of everything, readable. */
async function answersHold(page, what) {
  const found = await page.evaluate(
    ([yes, no]) =>
      [yes, no].map((selector) => {
        const one = document.querySelector(selector);
        const style = getComputedStyle(one);
        const { left, top, width, height, right, bottom } = one.getBoundingClientRect();
        const hit = document.elementFromPoint(left + width / 2, top + height / 2);
        const names = ["color", "backgroundColor", "fontSize", "fontWeight", "fontFamily", "lineHeight", "letterSpacing", "textTransform", "padding", "borderTopWidth", "borderTopColor", "borderRadius", "opacity", "boxShadow", "cursor", "textDecorationLine"];
        return {
          look: Object.fromEntries(names.map((name) => [name, style[name]])),
          size: [Math.round(width), Math.round(height)],
          row: Math.round(top),
          large: width >= 60 && height >= 24,
          inside: left >= 0 && top >= 0 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5,
          onTop: one === hit || one.contains(hit),
          whole: one.scrollWidth <= one.clientWidth + 1 && one.scrollHeight <= one.clientHeight + 1,
          filled: style.backgroundColor !== "rgba(0, 0, 0, 0)" && style.color !== style.backgroundColor,
        };
      }),
    [accept, reject],
  );
  const [yes, no] = found;
  assert.deepEqual([no.look, no.size, no.row], [yes.look, yes.size, yes.row], what);
  for (const { large, inside, onTop, whole, filled } of found) {
    assert.deepEqual({ large, inside, onTop, whole, filled }, { large: true, inside: true, onTop: true, whole: true, filled: true }, what);
  }
}

for (const viewport of windows) {
  flow(`stands where the position says, with equal answers: ${viewport.width}`, { viewport }, async ({ visitor, page }) => {
    for (const dir of ["ltr", "rtl"]) {
      for (const position of positions) {
        await visitor.open(still("first-layer", { position }));
        await page.evaluate((one) => {
          document.documentElement.dir = one;
          document.querySelector("[data-volens=sheet]").dir = one;
        }, dir);
        const what = `${position} ${dir}`;
        await answersHold(page, what);
        const [edge, main] = [await box(page, banner), await box(page, "main")];
        if (position === "top") {
          assert.ok(edge.top < 20 && main.top >= edge.bottom, `${what}: the page begins below it`);
        } else {
          assert.ok(viewport.height - edge.bottom < 20 && main.top === 0, what);
        }
        if (position === "corner" && viewport.width > 600) {
          const [near, far] = dir === "ltr" ? [viewport.width - edge.right, edge.left] : [edge.left, viewport.width - edge.right];
          assert.ok(near < 20 && far > viewport.width / 2, `${what}: ${JSON.stringify(edge)}`);
        }
        // It never takes more of the window than half.
        assert.ok(edge.height <= viewport.height / 2, what);
      }
    }
  });
}

// Resets that real sites carry, and layouts of <body> that real frameworks bring.
const hostile = {
  "everything zero": "* { margin: 0; padding: 0; border: 0; font: inherit; vertical-align: baseline; box-sizing: content-box }",
  "Tailwind's preflight": `*, ::after, ::before { box-sizing: border-box; margin: 0; padding: 0; border: 0 solid }
    button, input, select, textarea { font: inherit; letter-spacing: inherit; color: inherit; border-radius: 0; background-color: transparent; opacity: 1 }
    button, [type=button], [type=reset], [type=submit] { appearance: button; background-color: transparent; background-image: none }
    a { color: inherit; text-decoration: inherit } ol, ul, menu { list-style: none } [hidden] { display: none }`,
  "normalize.css": `html { line-height: 1.15; -webkit-text-size-adjust: 100% } body { margin: 0 } main { display: block }
    button, input { font-family: inherit; font-size: 100%; line-height: 1.15; margin: 0; overflow: visible } button { text-transform: none }
    button, [type=button], [type=submit] { -webkit-appearance: button } template { display: none }`,
  "buttons unset": "button, a, input, p, section, div { all: unset }",
  "forms as columns": "form * { display: block; width: 100%; float: left; clear: both; margin-bottom: 2em } form button { width: 100%; background: #ccc; color: #ccc }",
  "loud buttons": "button, [type=submit] { background: #0a0; color: #0a0; text-transform: uppercase; letter-spacing: 0.5em; border: 8px double; box-shadow: 0 0 9px red; transform: rotate(3deg) } button:last-child, button + button { background: #eee; font-size: 2em }",
  "the second button is different": "button:nth-of-type(1) { opacity: 0.3; font-size: 8px } [name=reject] { display: none } .page button[type=submit], body button { padding: 0; color: #fff; background: #fff }",
  "links without looks": "a { color: inherit; text-decoration: none; display: inline; font-size: 0 }",
  "sections placed": "section { position: absolute; top: -50px; height: 10px; overflow: hidden; opacity: 0; transform: scale(0.1) } body > div { position: relative; z-index: -1; display: none; max-height: 0 }",
  "tall lines": "* { line-height: 3; text-align: center; letter-spacing: 0.3em; word-spacing: 1em; text-indent: 4em; white-space: nowrap }",
  "body in a row": "body { display: flex; flex-direction: row; place-items: center }",
  "body as a grid": "body { display: grid; grid-template-columns: 200px 1fr; place-items: center; min-height: 100vh }",
  "body cut off": "html, body { height: 100%; overflow: hidden; margin: 0 }",
  "body of inherited oddities": "body { line-height: 3; text-transform: uppercase; letter-spacing: 3px; font: italic 700 30px/3 cursive; text-align: right; color: #fff; cursor: none; visibility: visible; user-select: none; word-break: break-all }",
  "generic children": "body * { max-width: 40px; min-height: 90px; animation: none; filter: blur(9px); clip-path: circle(3px) }",
};

/** What matches `selector` and cannot be seen, hit or read. */
const unusable = (page, selector) =>
  page.locator(selector).evaluateAll((all) => {
    const wrong = (one) => {
      one.scrollIntoView({ block: "nearest" });
      const { left, top, width, height } = one.getBoundingClientRect();
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      const style = getComputedStyle(one);
      return [
        width >= 24 && height >= 24 ? "" : `${width} × ${height}`,
        one.contains(hit) ? "" : `behind ${hit?.outerHTML.slice(0, 60)}`,
        one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && style.opacity === "1" ? "" : "invisible",
        style.filter === "none" && style.clipPath === "none" && style.transform === "none" ? "" : "distorted",
        style.color !== style.backgroundColor ? "" : `${style.color} on itself`,
      ].filter(Boolean);
    };
    return all.length ? all.flatMap((one) => wrong(one).map((what) => `${one.outerHTML.slice(0, 90)}: ${what}`)) : ["nothing there"];
  });

for (const [name, css] of Object.entries(hostile)) {
  flow(`survives a site's own styles: ${name}`, free, async ({ visitor, page }) => {
    for (const viewport of windows) {
      await page.setViewportSize(viewport);
      for (const position of positions) {
        await visitor.open(still("first-layer", { position }));
        await page.addStyleTag({ content: css });
        // In a row or grid of the site's making a bar at the top is one of the site's columns.
        const column = position === "top" && /^body (in a row|as a grid)$/.test(name);
        if (column) await page.addStyleTag({ content: "body { flex-wrap: wrap; grid-template-columns: 1fr }" });
        await answersHold(page, `${name}, ${position}, ${viewport.width}`);
        for (const link of ["[data-volens=show-preferences]", ".vo-link:not([data-volens])"]) {
          const { height, width, line } = await page.locator(`${banner} ${link}`).evaluate((one) => ({
            ...one.getBoundingClientRect().toJSON(),
            line: getComputedStyle(one).textDecorationLine,
          }));
          assert.ok(height >= 24 && width >= 24, `${link}: ${width} × ${height}`);
          assert.equal(line, "underline");
        }
      }
    }
    await page.setViewportSize(windows[1]);
    for (const [scene, parts] of [
      ["center", [`${center} .vo-buttons button`, `${center} input[role=switch]`, `${center} summary`]],
      ["said-none", [".vo-status", opener, "#cookie-settings button"]],
      ["placeholder", [".vo-frame button"]],
    ]) {
      // That one clips the site's own main part and footer, and all that is in them.
      if (name === "generic children" && scene !== "center") continue;
      await visitor.open(still(scene));
      await page.addStyleTag({ content: css });
      for (const part of parts) assert.deepEqual(await unusable(page, part), [], `${name}, ${scene}`);
    }
    await visitor.open(still("center"));
    await page.addStyleTag({ content: css });
    const sizes = await page.locator(`${center} .vo-buttons button`).evaluateAll((all) =>
      all.map((one) => {
        const { width, height } = one.getBoundingClientRect();
        const { color, backgroundColor, opacity, fontSize } = getComputedStyle(one);
        return [Math.round(width), Math.round(height), color, backgroundColor, opacity, fontSize].join(" ");
      }),
    );
    assert.equal(new Set(sizes).size, 1, sizes.join("\n"));
  });
}

flow("every property of the documented theme changes the style it names, and no other is there", free, async ({ visitor, page }) => {
  const shows = {
    "--vo-bg": ["first-layer", banner, "backgroundColor", "rgb(1, 2, 3)"],
    "--vo-fg": ["first-layer", `${banner} .vo-lead`, "color", "rgb(1, 2, 3)"],
    "--vo-muted": ["first-layer", `${banner} p:not(.vo-lead)`, "color", "rgb(1, 2, 3)"],
    "--vo-line": ["first-layer", banner, "borderTopColor", "rgb(1, 2, 3)"],
    "--vo-soft": ["placeholder", ".vo-frame", "backgroundColor", "rgb(1, 2, 3)"],
    "--vo-accent": ["first-layer", reject, "backgroundColor", "rgb(1, 2, 3)"],
    "--vo-accent-fg": ["first-layer", reject, "color", "rgb(1, 2, 3)"],
    "--vo-radius": ["first-layer", banner, "borderTopLeftRadius", "3px"],
    "--vo-font": ["first-layer", banner, "fontFamily", "monospace"],
    "--vo-size": ["first-layer", banner, "fontSize", "21px"],
    "--vo-layer": ["first-layer", sheet, "zIndex", "7"],
    "--vo-foot-fg": ["said-none", opener, "color", "rgb(1, 2, 3)"],
    "--vo-room": ["first-layer", "body", "paddingBottom", "222px"],
  };
  const readme = await readFile(new URL("../../wasm-widget/README.md", import.meta.url), "utf8");
  const documented = [...readme.matchAll(/^\| `(--vo-[a-z-]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(documented, Object.keys(shows));
  for (const css of ["banner.css", "center.css"]) {
    const text = await readFile(new URL(`../../wasm-widget/web/${css}`, import.meta.url), "utf8");
    // Those that end with a hyphen are our own.
    const read = new Set([...text.matchAll(/var\((--vo-[a-z-]*[a-z])\b(?!-)/g)].map(([, name]) => name));
    for (const name of read) assert.ok(documented.includes(name), `${name} in ${css} is not documented`);
  }
  for (const [name, [scene, selector, property, value]] of Object.entries(shows)) {
    await visitor.open(still(scene));
    const now = () => page.locator(selector).first().evaluate((one, what) => getComputedStyle(one)[what], property);
    const before = await now();
    assert.notEqual(before, value, `${name} has an effect to show`);
    await page.addStyleTag({ content: `:root { ${name}: ${value} }` });
    assert.equal(await now(), value, name);
  }
});

flow("the themes light and dark of the gallery are the defaults that browsers choose by themselves", async ({ visitor, page }) => {
  const colours = (theme) =>
    visitor.open(still("center-some", { theme })).then(() =>
      page.locator(`${banner}, ${center}, ${center} *`).evaluateAll((all) =>
        all.map((one) => {
          const { color, backgroundColor, borderTopColor } = getComputedStyle(one);
          return [color, backgroundColor, borderTopColor].join();
        }),
      ),
    );
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await colours(colorScheme), await colours("auto"));
  }
  assert.notDeepEqual(await colours("light"), await colours("dark"));
});

flow("what is ours is written the way its language is, whatever the page says", async ({ visitor, page }) => {
  await visitor.open("/demo/gallery");
  const offered = await page.locator("a[data-lang]").evaluateAll((all) => all.map((one) => [one.dataset.lang, one.dataset.dir]));
  assert.ok(offered.length === 32);
  for (const [lang, dir] of offered) {
    const locale = new Intl.Locale(lang);
    assert.equal(dir, (locale.textInfo ?? locale.getTextInfo()).direction, lang);
    await visitor.open(still("center", { lang }));
    await page.evaluate((other) => (document.documentElement.dir = other), dir === "rtl" ? "ltr" : "rtl");
    const directions = await page
      .locator(`${banner}, ${center}, #cookie-settings, .vo-status`)
      .evaluateAll((all) => all.map((one) => [one.lang, getComputedStyle(one).direction]));
    assert.deepEqual(directions, Array(4).fill([lang, dir]));
    await visitor.open(still("settings", { lang }));
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), dir);
  }
});

flow("the center that the browser renders is written the way of the sheet", async ({ visitor, page }) => {
  await visitor.open();
  await page.evaluate(() => (document.querySelector("[data-volens=sheet]").dir = "rtl"));
  const dialog = await visitor.openCenter();
  assert.equal(await dialog.evaluate((one) => getComputedStyle(one).direction), "rtl");
  const [title, close] = [await box(page, "#vo-center-title"), await box(page, `${center} .vo-center-head .vo-close`)];
  assert.ok(close.right < title.left, "the close button is at the other side");
});

// WCAG 2.2, 1.4.12: the values of the criterion, as its bookmarklet sets them.
const spaced = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }`;

for (const viewport of [...windows, { width: 390, height: 844 }, { width: 320, height: 256 }]) {
  flow(`with text spaced out nothing is lost: ${viewport.width} × ${viewport.height}`, { ...free, viewport }, async ({ visitor, page }) => {
    const scenes = ["first-layer", "said-provider", "center-many", "placeholder", "settings-some"];
    // Beside English: from right to left, two whose words are long, and one without spaces between them.
    for (const [lang, scene] of ["en", "ar", "de", "el", "ja"].flatMap((lang) => scenes.map((scene) => [lang, scene]))) {
      await visitor.open(still(scene, { lang }));
      await page.addStyleTag({ content: spaced });
      const lost = await page.evaluate(() => {
        const ours = [...document.querySelectorAll("[class^=vo-], [class^=vo-] *, .vo-page *")].filter((one) => one.getClientRects().length);
        const clipped = (one) => {
          const { overflowX, overflowY } = getComputedStyle(one);
          const hides = (value) => value === "hidden" || value === "clip";
          return (hides(overflowX) && one.scrollWidth > one.clientWidth + 1) || (hides(overflowY) && one.scrollHeight > one.clientHeight + 1);
        };
        const spilled = (one) => one.localName === "button" && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
        const sideways = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
        return [...sideways, ...ours.filter((one) => clipped(one) || spilled(one)).map((one) => one.outerHTML.slice(0, 100))];
      });
      assert.deepEqual(lost, [], `${scene}, ${lang}`);
      // What does not fit is scrolled to, with the answers always in sight.
      if (scene === "first-layer" && viewport.height > 400) await answersHold(page, `spaced out, ${lang}`);
    }
  });
}

flow("everything to press is at least 24 × 24", { viewport: { width: 320, height: 568 } }, async ({ visitor, page }) => {
  const scenes = ["first-layer", "said-all", "center-many", "placeholder", "settings-many"];
  // The two with the shortest words, and one from right to left.
  for (const [lang, scene] of ["en", "ja", "zh", "he"].flatMap((lang) => scenes.map((scene) => [lang, scene]))) {
    await visitor.open(still(scene, { lang }));
    const small = await page.locator(".vo-sheet, .vo-foot, .vo-frame, .vo-page").evaluateAll((roots) =>
      roots
        .flatMap((root) => [...root.querySelectorAll("a, button, input:not([type=hidden]), summary")])
        .filter((one) => one.getClientRects().length)
        .map((one) => [one, one.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 24 || height < 24)
        .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 80)} ${width} × ${height}`),
    );
    assert.deepEqual(small, [], `${scene}, ${lang}`);
  }
});

flow("who asks for more contrast gets it", async ({ visitor, page }) => {
  await page.emulateMedia({ contrast: "more" });
  for (const theme of ["light", "dark", "brand"]) {
    await visitor.open(still("center", { theme }));
    const colours = await page.evaluate((where) => {
      const style = (selector) => getComputedStyle(document.querySelector(selector));
      return [style(`${where} .vo-intro`).color, style(where).color, style(where).borderTopColor];
    }, center);
    assert.equal(new Set(colours).size, 1, `${theme}: ${colours}`);
  }
});

flow("on paper there is no banner, no message, no center and no room kept for them", async ({ visitor, page }) => {
  for (const scene of ["first-layer", "said-all", "error-failed", "center"]) {
    await visitor.open(still(scene));
    await page.emulateMedia({ media: "print" });
    for (const part of [banner, status, center, "#cookie-settings"]) {
      for (const one of await page.locator(part).all()) assert.ok(!(await one.isVisible()), `${scene}: ${part}`);
    }
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).paddingBottom), "0px");
    await page.emulateMedia({ media: "screen" });
  }
});

flow("a message and the first layer stand beside each other, and neither hides the end of the page", async ({ visitor, page }) => {
  for (const viewport of windows) {
    await page.setViewportSize(viewport);
    for (const position of positions) {
      await visitor.open(still("error-failed", { position }));
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      const [said, asked, foot] = [await box(page, ".vo-status"), await box(page, banner), await box(page, "#cookie-settings")];
      const apart = (one, other) => one.bottom <= other.top + 0.5 || other.bottom <= one.top + 0.5 || one.right <= other.left || other.right <= one.left;
      assert.ok(apart(said, asked) && apart(said, foot) && apart(asked, foot), `${position} ${viewport.width}`);
    }
  }
});

/** The contrast of every text and control of ours with what it stands on (WCAG 1.4.3, 1.4.11), where it is too low. */
const tooPale = (page) =>
  page.evaluate(() => {
    const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((one) => (one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const ratio = (one, other) => {
      const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
      return (high + 0.05) / (low + 0.05);
    };
    const ground = (one) => {
      for (; one; one = one.parentElement) {
        const colour = parse(getComputedStyle(one).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
      }
      return [255, 255, 255];
    };
    const found = [];
    const ours = document.querySelectorAll("[class^=vo-], [class^=vo-] *, .vo-page *");
    for (const one of ours) {
      if (!one.getClientRects().length || one.closest("[aria-disabled]")) continue;
      const style = getComputedStyle(one);
      const text = [...one.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim());
      const on = ground(one);
      if (text && ratio(parse(style.color), on) < 4.5) found.push(`text ${one.outerHTML.slice(0, 90)} ${style.color} on ${on}`);
      if (one.matches("input[role=switch]") && ratio(parse(style.borderTopColor), ground(one.parentElement)) < 3) found.push(`switch ${one.name} ${style.borderTopColor}`);
      if (one.matches("button.vo-button") && style.borderTopColor === "rgba(0, 0, 0, 0)" && ratio(on, ground(one.parentElement)) < 3) found.push(`button ${on}`);
    }
    return [ours.length, found];
  });

for (const options of [{}, { colorScheme: "dark" }, { contrast: "more" }, { forcedColors: "active" }, { forcedColors: "active", colorScheme: "dark" }]) {
  flow(`text keeps 4.5:1 and controls 3:1 in every theme: ${JSON.stringify(options)}`, options, async ({ visitor, page }) => {
    for (const theme of ["auto", "light", "dark", "brand", "contrast"]) {
      for (const scene of ["first-layer", "error-failed", "center-many", "center-some", "placeholder", "settings-some"]) {
        await visitor.open(still(scene, { theme }));
        const [count, pale] = await tooPale(page);
        assert.ok(count > 5);
        assert.deepEqual(pale, [], `${scene}, ${theme}`);
      }
    }
  });
}

for (const viewport of [...windows, { width: 390, height: 844 }, { width: 768, height: 1024 }]) {
  flow(`in every language the first layer and the center fit: ${viewport.width}`, { viewport }, async ({ visitor, page }) => {
    await visitor.open("/demo/gallery");
    const langs = await page.locator("a[data-lang]").evaluateAll((all) => all.map((one) => one.dataset.lang));
    for (const lang of langs) {
      // A card in the corner is as wide everywhere.
      for (const position of viewport.width === 1440 ? ["bottom", "corner"] : ["bottom"]) {
        await visitor.open(still("first-layer", { lang, position }));
        const what = `${lang}, ${position}`;
        await answersHold(page, what);
        const hidden = await page.locator(".vo-words").evaluate((one) => one.scrollHeight - one.clientHeight);
        assert.ok(hidden <= 1, `${what}: ${hidden} px of words behind a scrollbar`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what}: sideways`);
      }
      await visitor.open(still("first-layer-gpc", { lang }));
      await answersHold(page, `${lang}, Global Privacy Control`);
      const more = await page.locator(".vo-words").evaluate((one) => one.scrollHeight - one.clientHeight);
      // On the smallest phones its last line may have to be scrolled to.
      assert.ok(more <= (viewport.width === 320 ? 120 : 1), `${lang}, Global Privacy Control: ${more} px of words behind a scrollbar`);
      await visitor.open(still("first-layer", { lang }));
      // 400 % zoom: there the first layer is a part of the page.
      if (viewport.width === 320) {
        await page.setViewportSize({ width: 320, height: 256 });
        await page.locator(reject).scrollIntoViewIfNeeded();
        await answersHold(page, `${lang}, zoomed`);
        const whole = await page.locator(`${banner}, ${banner} .vo-words`).evaluateAll((all) => all.every((one) => one.scrollHeight <= one.clientHeight + 1 && one.scrollWidth <= one.clientWidth + 1));
        assert.ok(whole && (await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)), `${lang}, zoomed`);
        await page.setViewportSize(viewport);
      }
      // What fits there fits wider windows.
      if (viewport.width !== 320) continue;
      await visitor.open(still("center-many", { lang }));
      const spilled = await page.locator(`${center} *`).evaluateAll((all) =>
        all
          .filter((one) => one.scrollWidth > one.clientWidth + 1 && !["CODE", "INPUT"].includes(one.tagName) && one.clientWidth)
          .map((one) => one.outerHTML.slice(0, 90)),
      );
      assert.deepEqual(spilled, [], `${lang}, center`);
    }
  });
}
