// A tag manager right behind the snippet, which answers at once: it must find every signal set before its first line,
// on every page, and hear of a choice when it is made.
import { html, hosting } from "./host.mjs";
import { accept, assert, choices, reject, until } from "./support.mjs";

/** Pretends to be one: takes down what the queue held at its first line, then listens to what is pushed. */
const manager = `
  const first = window.dataLayer.map((entry) => (entry.event ? entry : [...entry]));
  window.manager = { first, later: [] };
  const push = dataLayer.push;
  dataLayer.push = (...entries) => {
    for (const entry of entries) window.manager.later.push(entry.event ? entry : [...entry]);
    return push.apply(dataLayer, entries);
  };`;

const flow = hosting({}, async (host) => {
  host.provides("/manager.js", manager);
  const parts = await host.parts();
  const early = `<script src="${host.provider}/manager.js"></script>`;
  for (const path of ["/", "/other"]) host.page(path, html(parts, { early }));
});

const seven = (...granted) =>
  Object.fromEntries(
    [
      ["ad_storage", "marketing"],
      ["ad_user_data", "marketing"],
      ["ad_personalization", "marketing"],
      ["analytics_storage", "analytics"],
      ["functionality_storage", "functional"],
      ["personalization_storage", "functional"],
      ["security_storage", "necessary"],
    ].map(([type, purpose]) => [type, purpose === "necessary" || granted.includes(purpose) ? "granted" : "denied"]),
  );
const event = (word) => ({
  event: "volens_consent",
  volens: Object.fromEntries(choices.map((id) => [id, word])),
});
const first = (page) => page.evaluate(() => window.manager.first);
const later = (page) => page.evaluate(() => window.manager.later);

flow("finds all seven defaults and the event at its first line", async ({ visitor, page }) => {
  await visitor.open("/");
  assert.deepEqual(await first(page), [["consent", "default", seven()], event("undecided")]);
});

flow("hears a no in the frame of its click", async ({ visitor, page }) => {
  await visitor.open("/");
  await page.evaluate(() =>
    addEventListener("click", () => requestAnimationFrame(() => (window.inFrame = structuredClone(window.manager.later)))),
  );
  await visitor.posting(() => page.locator(reject).click());
  const heard = [["consent", "update", seven()], event("refused")];
  assert.deepEqual(await page.evaluate(() => window.inFrame), heard);
  await visitor.told(/You allow nothing/);
  assert.deepEqual(await later(page), heard, "once");
});

flow("hears a yes when it is on record, not before", async ({ visitor, page }) => {
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route("**/consent/v1/choices", async (route) => {
    await held;
    await route.continue();
  });
  await visitor.open("/");
  const posted = page.waitForRequest("**/consent/v1/choices");
  await page.locator(accept).click();
  await posted;
  assert.deepEqual(await later(page), []);
  go();
  await visitor.told(/You allow everything/);
  assert.deepEqual(await later(page), [["consent", "update", seven(...choices)], event("granted")]);
});

flow("is told what was chosen before on every page", async ({ visitor, page }) => {
  await visitor.open("/");
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  for (const path of ["/other", "/"]) {
    await visitor.open(path);
    const state = seven(...choices);
    assert.deepEqual(await first(page), [["consent", "default", state], ["consent", "update", state], event("granted")]);
  }
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await visitor.told(/You allow nothing/);
  await visitor.open("/other");
  assert.deepEqual(await first(page), [["consent", "default", seven()], ["consent", "update", seven()], event("refused")]);
});

flow("hears of one purpose at a time", async ({ visitor, page }) => {
  await visitor.open("/");
  await page.evaluate(() => window.volens.accept("functional"));
  await until("the update", async () => (await later(page)).length === 2);
  assert.deepEqual(await later(page), [
    ["consent", "update", seven("functional")],
    { event: "volens_consent", volens: { analytics: "undecided", functional: "granted", marketing: "undecided" } },
  ]);
});
