// One script against the real vanilla-cookieconsent 3.1.0 and against our layer: what is told, and what is answered.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test, { after, before } from "node:test";

import { Embedded, npmPackage } from "./embed.mjs";
import { assert, launch, until, Visitor } from "./support.mjs";

const script = `
import * as CookieConsent from "/cookieconsent.js";
window.log = [];
const note = (name) => (detail) => log.push([name, detail.cookie.categories, detail.changedCategories ?? null]);
const buttons = { acceptAllBtn: "All", acceptNecessaryBtn: "None", showPreferencesBtn: "More", savePreferencesBtn: "Save" };
window.start = () => CookieConsent.run({
  hideFromBots: false,
  categories: { necessary: { enabled: true, readOnly: true }, analytics: { services: { stats: {} } }, marketing: {} },
  language: { default: "en", translations: { en: {
    consentModal: { title: "Cookies", ...buttons },
    preferencesModal: { title: "Cookies", ...buttons, sections: [] },
  } } },
  onFirstConsent: note("FirstConsent"),
  onConsent: note("Consent"),
  onChange: note("Change"),
});
window.look = () => {
  const { acceptType, acceptedCategories, rejectedCategories, acceptedServices } = CookieConsent.getUserPreferences();
  return {
    told: log.splice(0),
    valid: CookieConsent.validConsent(),
    accepted: ["analytics", "marketing", "nothing"].map(CookieConsent.acceptedCategory),
    service: CookieConsent.acceptedService("stats", "analytics"),
    preferences: { acceptType, acceptedCategories, rejectedCategories, acceptedServices },
  };
};
window.again = () => {
  CookieConsent.reset(true);
  return start();
};
await start();
window.started = true;
`;
let site, browser;

before(async () => {
  [browser, site] = await Promise.all([launch(), Embedded.start()]);
  const { head, foot, banner } = await site.parts();
  const read = async (path) => ({ body: await readFile(path, "utf8"), type: "text/javascript" });
  const page = (own = { head: "", foot: "", banner: "" }, module = "/cookieconsent.js") => `<!doctype html><html lang="en">
    <head><meta charset="utf-8">${own.head}<title>Same</title><link rel="icon" href="data:,">
    <script type="module">${script.replace("/cookieconsent.js", module)}</script></head>
    <body>${own.banner}<main><h1>Same</h1><button data-cc="accept-all">Yes</button><button data-cc="accept-necessary">No</button></main>${own.foot}</body></html>`;
  await site.host({
    "/ours": page({ head, foot, banner }),
    "/import-only": page(undefined),
    "/theirs": page(undefined, "/theirs.js"),
    "/cookieconsent.js": await read(join(npmPackage(), "cookieconsent.js")),
    "/index.js": await read(join(npmPackage(), "index.js")),
    "/theirs.js": await read(new URL("node_modules/vanilla-cookieconsent/dist/cookieconsent.esm.js", import.meta.url)),
  });
});
after(async () => {
  await browser?.close();
  await site?.remove();
});

/** Plays `steps`: what is done, and until how many callbacks are heard. */
async function play(path, steps) {
  const visitor = await Visitor.come(browser, site);
  const { page } = visitor;
  await visitor.open(path);
  await until("run()", () => page.evaluate(() => window.started));
  const seen = [["at first", await page.evaluate(() => look())]];
  for (const [name, told] of steps) {
    if (name === "reset") await page.evaluate(() => again());
    else await page.getByRole("button", { name, exact: true }).click();
    await until(`${name} to be told`, () => page.evaluate((told) => log.length >= told, told));
    // Ours asks the service: nothing more is on its way after this.
    await page.evaluate(() => navigator.locks.request("volens", () => {}));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    seen.push([name, await page.evaluate(() => look())]);
  }
  await visitor.leave();
  return seen;
}

const stories = {
  "yes to all, then no, then yes": [["Yes", 2], ["No", 1], ["Yes", 1]],
  "no, then yes": [["No", 2], ["Yes", 1]],
  "yes, a reset, and yes again": [["Yes", 2], ["reset", 0], ["Yes", 2]],
  "no, a reset, and yes": [["No", 2], ["reset", 0], ["Yes", 2]],
};
for (const [name, steps] of Object.entries(stories)) {
  test(`the same is told and answered: ${name}`, { timeout: 60_000 }, async () => {
    const theirs = await play("/theirs", steps);
    assert.deepEqual(await play("/ours", steps), theirs);
    assert.deepEqual(await play("/import-only", steps), theirs, "with the changed import alone");
  });
}
