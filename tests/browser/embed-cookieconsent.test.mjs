// A site that had vanilla-cookieconsent and changed one import.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test, { after, before } from "node:test";

import { Embedded, npmPackage } from "./embed.mjs";
import { accept, assert, banner, center, launch, reject, until, Visitor } from "./support.mjs";

let site, browser;

// The configuration is one of vanilla-cookieconsent's own documentation, with what this site has.
const script = `
import * as CookieConsent from "/cookieconsent.js";
window.CookieConsent = CookieConsent;
window.log = [];
const note = (name) => (detail) => log.push([name, detail]);
for (const name of ["FirstConsent", "Consent", "Change", "ModalShow", "ModalHide", "ModalReady"]) {
  addEventListener("cc:on" + name, ({ detail }) => log.push(["event " + name, detail]));
}
window.start = (more) => CookieConsent.run({
  categories: {
    necessary: { enabled: true, readOnly: true },
    analytics: {
      autoClear: { cookies: [{ name: /^_old/ }] },
      services: { stats: { onAccept: () => log.push(["accept stats"]), onReject: () => log.push(["reject stats"]) } },
    },
    marketing: {},
  },
  language: { default: "en", translations: { en: { consentModal: {}, preferencesModal: { sections: [] } } } },
  onFirstConsent: note("FirstConsent"),
  onConsent: note("Consent"),
  onChange: note("Change"),
  onModalShow: note("ModalShow"),
  onModalHide: note("ModalHide"),
  ...more,
});
await start(window.more);
window.started = true;
if (location.search === "?forced") setTimeout(() => CookieConsent.acceptCategory("all"));
`;

before(async () => {
  [browser, site] = await Promise.all([launch(), Embedded.start()]);
  const module = async (name) => ({ body: await readFile(join(npmPackage(), name), "utf8"), type: "text/javascript" });
  const { head, foot, banner: question } = await site.parts();
  const page = (more) => `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<title>Switched</title>
    <link rel="icon" href="data:,"><script>window.more = ${more}</script><script type="module">${script}</script></head>
    <body><main><h1>Switched</h1>
    <button data-cc="show-preferencesModal">Settings</button><button data-cc="accept-all">All</button>
    <button data-cc="accept-necessary">Necessary</button>
    <button onclick="CookieConsent.acceptCategory('analytics')">Some</button>
    <button onclick="CookieConsent.acceptService('stats', 'analytics')">Service</button>
    </main>${foot}${question}</body></html>`;
  await site.host({
    "/": page("{}"),
    "/quiet": page("{ autoShow: false }"),
    "/odd": page(
      '{ mode: "opt-out", disablePageInteraction: true, categories: { nothing: {}, marketing: { enabled: true }, analytics: { readOnly: true } } }',
    ),
    "/cookieconsent.js": await module("cookieconsent.js"),
    "/index.js": await module("index.js"),
    "/late.js": { body: "window.late = 1", type: "text/javascript" },
  });
});
after(async () => {
  await browser?.close();
  await site?.remove();
});

const flow = (name, body) =>
  test(name, { timeout: 60_000 }, async () => {
    const visitor = await Visitor.come(browser, site);
    const { page } = visitor;
    const warned = [];
    page.on("console", (message) => message.type() === "warning" && warned.push(message.text()));
    const open = async (path = "/") => {
      await visitor.open(path);
      await until("run()", () => page.evaluate(() => window.started));
    };
    const press = (name) => page.getByRole("button", { name, exact: true }).click();
    /** The names of what was called since the last look, window events apart. */
    const heard = () => page.evaluate(() => log.splice(0).filter(([name]) => !name.startsWith("event")));
    const names = async () => (await heard()).map(([name]) => name);
    const waitFor = (name) => until(name, () => page.evaluate((name) => log.some(([one]) => one === name), name));
    const cc = (name, ...words) => page.evaluate(([name, words]) => CookieConsent[name](...words), [name, words]);
    await body({ visitor, page, warned, open, press, heard, names, waitFor, cc });
    await visitor.leave();
  });

flow(
  "yes is told once as the first consent, and again on every page",
  async ({ page, open, heard, names, waitFor, cc }) => {
    await open();
    assert.deepEqual(await heard(), [["ModalShow", { modalName: "consentModal" }]]);
    assert.deepEqual(
      [await cc("validConsent"), await cc("acceptedCategory", "analytics"), await cc("acceptedCategory", "necessary")],
      [false, false, true],
    );
    await page.locator(accept).click();
    await waitFor("accept stats");
    await waitFor("ModalHide");
    const log = await page.evaluate(() => log.splice(0));
    assert.deepEqual(
      log.map(([name]) => name),
      [
        "FirstConsent",
        "event FirstConsent",
        "Consent",
        "event Consent",
        "accept stats",
        "ModalHide",
        "event ModalHide",
      ],
    );
    const { cookie } = log[0][1];
    assert.deepEqual(cookie.categories, ["necessary", "analytics", "marketing"]);
    assert.deepEqual(cookie.services, { necessary: [], analytics: ["stats"], marketing: [] });
    assert.deepEqual([cookie.languageCode, cookie.consentId, cookie.revision], ["en", "", 0]);
    assert.ok(Math.abs(Date.parse(cookie.lastConsentTimestamp) - Date.now()) < 60_000);
    assert.deepEqual(log[1][1], log[0][1], "callbacks and window events say the same");
    assert.equal((await cc("getUserPreferences")).acceptType, "all");
    assert.deepEqual(
      [
        await cc("validConsent"),
        await cc("acceptedService", "stats", "analytics"),
        await cc("acceptedService", "other", "analytics"),
      ],
      [true, true, false],
    );
    assert.deepEqual(await cc("getCookie", "categories"), cookie.categories);

    await open();
    assert.deepEqual(await names(), ["Consent", "accept stats"]);
  },
);

flow("no is told too, clears, and leaves no identifier", async ({ visitor, page, open, names, waitFor, cc }) => {
  await open();
  await page.evaluate(() => (document.cookie = "_old_id=1; Path=/"));
  await names();
  await page.locator(reject).click();
  await waitFor("ModalHide");
  assert.deepEqual(await names(), ["FirstConsent", "Consent", "ModalHide"]);
  assert.deepEqual(await cc("getUserPreferences"), {
    acceptType: "necessary",
    acceptedCategories: ["necessary"],
    rejectedCategories: ["analytics", "marketing"],
    acceptedServices: { necessary: [], analytics: [], marketing: [] },
    rejectedServices: { necessary: [], analytics: ["stats"], marketing: [] },
  });
  assert.doesNotMatch(await page.evaluate(() => document.cookie), /_old_id/);
  await until("the record", async () => (await visitor.cookies())["__Host-consent"]);
  assert.equal(await visitor.subject(), undefined);
});

flow(
  "a selection is told once, a change by what it changed",
  async ({ page, open, press, heard, names, waitFor, cc }) => {
    await open();
    await names();
    await press("Some");
    await waitFor("FirstConsent");
    assert.deepEqual(await names(), ["FirstConsent", "Consent", "accept stats", "ModalHide"]);
    assert.equal((await cc("getUserPreferences")).acceptType, "custom");
    assert.deepEqual(await cc("getCookie", "categories"), ["necessary", "analytics"]);

    await press("All");
    await waitFor("Change");
    let [[, change]] = await heard();
    assert.deepEqual([change.changedCategories, change.changedServices], [["marketing"], { marketing: [] }]);

    // Marketing has no services here: nothing is said of it, neither yes nor no.
    for (const services of ["all", "nobody", []]) assert.equal(await cc("acceptService", services, "marketing"), false);
    assert.equal(await cc("acceptService", undefined, "analytics"), false);
    assert.deepEqual([await cc("acceptedCategory", "marketing"), await heard()], [true, []]);

    await press("Necessary");
    await waitFor("Change");
    const log = await heard();
    assert.deepEqual(
      log.map(([name]) => name),
      ["Change", "reject stats"],
    );
    [[, change]] = log;
    assert.deepEqual(change.changedCategories, ["analytics", "marketing"]);
    assert.deepEqual(change.changedServices, { analytics: ["stats"], marketing: [] });

    await press("Service");
    await waitFor("accept stats");
    assert.ok(await cc("acceptedService", "stats", "analytics"));
    await cc("acceptService", [], "analytics");
    await waitFor("reject stats");
    assert.ok(!(await cc("acceptedCategory", "analytics")));
    assert.ok(!(await page.locator(banner).isVisible()));
  },
);

flow("a script alone grants nothing", async ({ visitor, page, warned, open, names, cc }) => {
  await open("/?forced");
  await until("the warning", () => warned.some((text) => /visitor's own click/.test(text)));
  assert.deepEqual([await cc("validConsent"), await cc("acceptedCategory", "analytics")], [false, false]);
  assert.ok(await page.locator(banner).isVisible());
  assert.deepEqual(await names(), ["ModalShow"]);
  assert.deepEqual(await visitor.cookieNames(), []);
});

flow("both layers are shown and hidden", async ({ page, open, press, heard, names, waitFor, cc }) => {
  await open();
  await names();
  await cc("hide");
  assert.ok(!(await page.locator(banner).isVisible()));
  assert.ok(!(await cc("validConsent")), "hiding says nothing");
  await cc("show");
  assert.ok(await page.locator(banner).isVisible());
  assert.deepEqual(await heard(), [
    ["ModalHide", { modalName: "consentModal" }],
    ["ModalShow", { modalName: "consentModal" }],
  ]);

  await press("Settings");
  await page.locator(center).waitFor();
  await waitFor("ModalShow");
  await cc("hidePreferences");
  await page.locator(center).waitFor({ state: "hidden" });
  await waitFor("ModalHide");
  assert.deepEqual(await heard(), [
    ["ModalShow", { modalName: "preferencesModal" }],
    ["ModalHide", { modalName: "preferencesModal" }],
  ]);

  await open("/quiet");
  assert.ok(!(await page.locator(banner).isVisible()));
  assert.deepEqual(await names(), []);
  await cc("show", true);
  assert.ok(await page.locator(banner).isVisible());
});

flow("reset withdraws, asks again, and begins anew", async ({ visitor, page, open, names, waitFor, cc }) => {
  await open();
  await page.locator(accept).click();
  await waitFor("ModalHide");
  await names();
  await cc("reset", true);
  await page.locator(banner).waitFor();
  await until("the withdrawal", async () => !(await visitor.subject()));
  assert.deepEqual([await cc("validConsent"), await cc("acceptedCategory", "analytics")], [false, false]);
  assert.deepEqual(await names(), [], "nobody is told after a reset");
  await page.evaluate(() => start());
  assert.deepEqual(await names(), ["ModalShow"]);
  await page.locator(accept).click();
  await waitFor("FirstConsent");
  assert.ok(await cc("acceptedCategory", "marketing"));

  await cc("reset");
  assert.ok(await cc("acceptedCategory", "marketing"), "without `true` the choice stays");
});

flow("a reset and a new start in one go ask a visitor who has said nothing", async ({ visitor, page, open, heard, names, waitFor, cc }) => {
  await open();
  const nothing = { acceptType: "", acceptedCategories: [], rejectedCategories: [], acceptedServices: { necessary: [], analytics: [], marketing: [] } };
  const preferences = { ...nothing, rejectedServices: nothing.acceptedServices };
  assert.deepEqual(await cc("getUserPreferences"), preferences, "before any answer");
  await page.locator(accept).click();
  await waitFor("ModalHide");
  await names();
  await page.evaluate(() => {
    CookieConsent.reset(true);
    return start();
  });
  await page.locator(banner).waitFor();
  await until("the withdrawal", async () => !(await visitor.subject()));
  assert.deepEqual(await heard(), [["ModalShow", { modalName: "consentModal" }]]);
  assert.deepEqual([await cc("validConsent"), await cc("getUserPreferences")], [false, preferences]);
  await page.locator(accept).click();
  await waitFor("ModalHide");
  assert.deepEqual(await names(), ["FirstConsent", "Consent", "accept stats", "ModalHide"]);
  assert.ok(await cc("validConsent"));
});

flow("a banner that is hidden stays so when its nodes change hands", async ({ page, open, press, waitFor, cc }) => {
  const settled = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  const taken = `[data-volens=live] ${banner}`;
  await open("/quiet");
  await press("Settings");
  await page.locator(center).waitFor();
  await cc("hidePreferences");
  await page.locator(center).waitFor({ state: "hidden" });
  for (const name of ["Necessary", "All"]) {
    await page.getByRole("button", { name, exact: true }).hover();
    await settled();
  }
  assert.ok(!(await page.locator(banner).isVisible()));
  await cc("show");
  assert.ok(await page.locator(banner).isVisible());
  await page.locator("h1").hover();
  await page.locator(taken).waitFor();
  await cc("hide");
  await page.getByRole("button", { name: "All", exact: true }).hover();
  await settled();
  assert.ok(!(await page.locator(banner).isVisible()));
});

flow("what cannot be had is said", async ({ warned, open, cc }) => {
  await open("/odd");
  for (const pattern of [
    /opt-out/,
    /disablePageInteraction/,
    /"nothing" is no purpose/,
    /"marketing": enabled/,
    /"analytics" is not strictly necessary/,
  ]) {
    assert.ok(
      warned.some((text) => pattern.test(text)),
      `${pattern} in ${warned.join("\n")}`,
    );
  }
  assert.deepEqual(
    [await cc("acceptedCategory", "analytics"), await cc("acceptedCategory", "nothing")],
    [false, false],
  );
  warned.length = 0;
  assert.deepEqual(
    [await cc("setCookieData", { value: 1 }), await cc("setLanguage", "sv"), await cc("setLanguage", "en")],
    [false, false, true],
  );
  assert.equal(warned.length, 2, warned.join("\n"));
});

flow("the helpers that need no consent", async ({ page, open, cc }) => {
  await open();
  await page.evaluate(() => {
    for (const name of ["a_1", "a_2", "b"]) document.cookie = `${name}=1; Path=/`;
  });
  assert.deepEqual(
    [await cc("validCookie", "b"), await cc("validCookie", "c"), await cc("validCookie", "cc_cookie")],
    [true, false, false],
  );
  await page.evaluate(() => CookieConsent.eraseCookies([/^a_/, "c"]));
  assert.equal(await page.evaluate(() => document.cookie), "b=1");
  assert.deepEqual(
    [await cc("loadScript", "/late.js", { id: "late" }), await page.evaluate(() => window.late)],
    [true, 1],
  );
  assert.equal(await page.locator("script#late").count(), 1);
  assert.ok(await cc("loadScript", "/late.js"));
  assert.equal(await page.locator("script#late").count(), 1, "once");
  assert.equal((await cc("getConfig", "language")).default, "en");
  assert.deepEqual(Object.keys((await cc("getConfig")).categories), ["necessary", "analytics", "marketing"]);
});
