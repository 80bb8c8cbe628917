// Before any choice: nothing is kept, nobody else is asked, the question is there at the first paint.
import { accept, assert, banner, center, launch, nothingStored, opener, reject, shifts, stage, takenOver, until, Visitor } from "./support.mjs";
import { languages } from "./site.mjs";

const flow = stage();
const paths = ["", "article", "newsletter", "cookies", "privacy", "support", "account"];

flow("a first visit leaves nothing behind and asks nobody else", async ({ visitor, page, site }) => {
  for (const lang of languages) {
    for (const path of lang === "en" ? paths : ["", "article"]) {
      await visitor.open(`/${lang}/${path}`);
      await page.waitForLoadState("networkidle");
      assert.deepEqual(await visitor.storage(), nothingStored, path);
    }
  }
  assert.deepEqual(await visitor.context.cookies(), []);
  assert.deepEqual(visitor.elsewhere(), []);
  assert.deepEqual(
    visitor.asked().filter((url) => url.endsWith(".wasm")),
    [],
    "WASM before anyone asked",
  );
  assert.deepEqual(await site.seen(), {});
  const apis = ["__tcfapi", "__gpp", "__uspapi"];
  assert.deepEqual(await page.evaluate((names) => names.filter((name) => name in window), apis), [], "no TCF, no other framework");
});

flow("no name of ours is one by which blockers hide banners", async ({ visitor, page }) => {
  await visitor.open();
  await visitor.openCenter();
  const names = await page.evaluate(() => {
    const ours = [...document.querySelectorAll("[data-volens=sheet], #cookie-settings, dialog[data-volens]")];
    const all = ours.flatMap((one) => [one, ...one.querySelectorAll("*")]);
    return all.flatMap((one) => [one.id, ...one.classList]).filter(Boolean);
  });
  assert.ok(names.includes("vo-banner") && names.includes("cookie-settings") && names.length > 20);
  const files = visitor.asked().map((url) => new URL(url).pathname.split("/").at(-1));
  assert.ok(files.some((name) => name.startsWith("loader.")) && files.some((name) => name.endsWith(".wasm")));
  const hidden = /^cm($|[-_])|cookie-?(consent|banner|notice|bar|law|popup)|consent-?(banner|popup|modal)|gdpr|cmp/i;
  assert.deepEqual([...names, ...files].filter((name) => hidden.test(name)), []);
});

// In the last two the first layer is a part of the page, which moves up at the click, and then no more.
for (const [where, width, height, position, inPage] of [
  ["390 px", 390, 844, "bottom"],
  ["1280 px", 1280, 800, "bottom"],
  ["1280 px, corner", 1280, 800, "corner"],
  ["390 px, top", 390, 844, "top", true],
  ["a phone on its side", 844, 390, "bottom", true],
]) {
  for (const [word, button, said] of [
    ["no", reject, /You allow nothing/],
    ["yes", accept, /You allow everything/],
  ]) {
    flow(`nothing shifts, at a first visit, after a ${word}, or on the next page: ${where}`, { viewport: { width, height } }, async ({ visitor, page }) => {
      // As the server would have it: before the first paint.
      await page.route(/\/en\/(privacy)?$/, async (route) => {
        const answer = await route.fetch();
        const body = await answer.text();
        await route.fulfill({ response: answer, body: body.replace('data-position="bottom"', `data-position="${position}"`) });
      });
      // The service takes its time: what comes with its answer is not the click's doing.
      await page.route("**/consent/v1/choices", async (route) => {
        await new Promise((done) => setTimeout(done, 1_000));
        await route.continue();
      });
      await visitor.open("/en/");
      await page.waitForLoadState("networkidle");
      assert.equal(await page.locator("[data-volens=sheet]").getAttribute("data-position"), position);
      assert.deepEqual(await shifts(page), [], "at the first visit");
      await visitor.posting(() => page.locator(button).click());
      await visitor.told(said);
      assert.deepEqual(await shifts(page, inPage), [], `after the ${word}`);
      await visitor.open("/en/privacy");
      await page.waitForLoadState("networkidle");
      assert.deepEqual(await shifts(page), [], "on the next page");
      // A shift would be seen.
      await page.evaluate(() => document.querySelector("main").prepend(Object.assign(document.createElement("div"), { style: "height: 200px" })));
      assert.equal((await shifts(page)).length, 1);
    });
  }
}

flow("opening the center moves nothing, with scrollbars that take room, on a long page and on a short one", async ({ site }) => {
  const browser = await launch({ ignoreDefaultArgs: ["--hide-scrollbars"] });
  try {
    for (const short of [false, true]) {
      const visitor = await Visitor.come(browser, site, { bypassCSP: true, viewport: { width: 1000, height: 700 } });
      const { page } = visitor;
      await visitor.open();
      if (short) await page.addStyleTag({ content: "main { display: none !important } body { min-height: 0 !important; padding: 0 !important }" });
      const width = () => page.evaluate(() => document.documentElement.clientWidth);
      const [wide, moved] = [await width(), (await shifts(page)).length];
      assert.equal(wide, short ? 1000 : 985);
      await visitor.openCenter();
      assert.equal(await width(), wide);
      assert.equal((await shifts(page)).length, moved);
      // Nor does a wheel beside it.
      const scrolled = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(scrollY)))));
      const at = await scrolled();
      assert.equal(at > 0, !short);
      await page.mouse.move(20, 300);
      for (let turns = 0; turns < 5; turns++) await page.mouse.wheel(0, -300);
      assert.equal(await scrolled(), at);
      await page.keyboard.press("Escape");
      await page.locator(center).waitFor({ state: "hidden" });
      for (let turns = 0; turns < 5; turns++) await page.mouse.wheel(0, -300);
      if (!short) await until("the page to scroll again", async () => (await scrolled()) < at);
      await visitor.leave();
    }
  } finally {
    await browser.close();
  }
});

flow("a site's theme is there from the first frame on, and stays when the browser's code takes over", { bypassCSP: true }, async ({ visitor, page }) => {
  await page.route(/\/en\/$/, async (route) => {
    const answer = await route.fetch();
    const theme = "<style>:root { --vo-accent: #a0134f; --vo-bg: #fffef0 }</style></head>";
    await route.fulfill({ response: answer, body: (await answer.text()).replace("</head>", () => theme) });
  });
  await page.addInitScript((selectors) => {
    window.colours = [];
    const look = () => {
      const seen = selectors.map((one) => document.querySelector(one)).map((one) => one && getComputedStyle(one).backgroundColor);
      if (seen[0]) window.colours.push(seen.join());
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, [accept, banner]);
  await visitor.open("/en/");
  await takenOver(page);
  await page.locator(`[data-volens="live"] ${accept}`).waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const colours = await page.evaluate(() => window.colours);
  assert.ok(colours.length > 5);
  assert.deepEqual([...new Set(colours)], ["rgb(160, 19, 79),rgb(255, 254, 240)"]);
});

flow("the largest paint waits for no script", async ({ visitor, page }) => {
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route(/\/loader\..*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.addInitScript(() => {
    window.largest = [];
    new PerformanceObserver((list) => window.largest.push(...list.getEntries().map(({ size }) => size))).observe({
      type: "largest-contentful-paint",
      buffered: true,
    });
  });
  const opened = visitor.open();
  const before = await until("a first paint", async () => {
    const sizes = await page.evaluate(() => window.largest).catch(() => []);
    return (sizes?.length && (await page.locator(reject).isVisible()) && sizes) || false;
  });
  go();
  await opened;
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  assert.deepEqual(await page.evaluate(() => window.largest), before, "nothing larger came with the script");
});

flow("without script the banner is in the first paint", { javaScriptEnabled: false }, async ({ visitor, page }) => {
  // Nothing but the page itself arrives: what is seen now is what a first paint shows.
  visitor.expect(/Failed to load resource/);
  await page.route(/.*/, (route) => (route.request().isNavigationRequest() ? route.continue() : route.abort()));
  for (const lang of languages) {
    await visitor.open(`/${lang}/`);
    for (const part of [banner, accept, reject]) {
      const box = await page.locator(part).boundingBox();
      const { width, height } = page.viewportSize();
      assert.ok(box && box.x >= 0 && box.y >= 0, part);
      assert.ok(box.x + box.width <= width && box.y + box.height <= height, `${part} lies outside the window`);
    }
    assert.ok(await page.locator(opener).isVisible(), "the way back is at the foot");
  }
  assert.deepEqual(await visitor.context.cookies(), []);
  assert.deepEqual(visitor.elsewhere(), []);
});

flow("a decided visitor sees no flash of the banner", async ({ visitor, page }) => {
  await visitor.open();
  await visitor.posting(() => page.locator(reject).click());
  // The gate alone must hide it: the loader never arrives.
  visitor.expect(/Failed to load resource/);
  await page.route(/\/loader\..*\.js$/, (route) => route.abort());
  await page.reload();
  assert.equal(await page.locator("html").getAttribute("data-volens"), "decided");
  assert.ok(!(await page.locator(banner).isVisible()));
});

flow("the page is the same bytes for everybody", async ({ visitor, page, another, site }) => {
  const yes = await another();
  await yes.open();
  await yes.posting(() => yes.page.locator(accept).click());
  await visitor.open();
  await visitor.posting(() => page.locator(reject).click());
  const jar = async (one) =>
    (await one.context.cookies(site.origin)).map(({ name, value }) => `${name}=${value}`).join("; ");
  const [granted, refused] = [await jar(yes), await jar(visitor)];
  assert.match(granted, /__Host-volens=1\.[\w-]{8}\.111/);
  assert.match(refused, /__Host-volens=1\.[\w-]{8}\.000/);
  for (const lang of languages) {
    for (const path of paths) {
      const get = async (cookie) => {
        const answer = await fetch(`${site.origin}/${lang}/${path}`, { headers: cookie ? { cookie } : {} });
        assert.equal(answer.status, 200);
        assert.ok(!/cookie/i.test(answer.headers.get("vary") ?? ""), "no Vary: Cookie");
        return { body: await answer.text(), policy: answer.headers.get("content-security-policy") };
      };
      const fresh = await get();
      assert.deepEqual(await get(refused), fresh, `/${lang}/${path} for a refuser`);
      assert.deepEqual(await get(granted), fresh, `/${lang}/${path} for one who agreed`);
    }
  }
});
