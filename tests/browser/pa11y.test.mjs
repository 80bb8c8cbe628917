// pa11y (HTML_CodeSniffer and its own axe) on what visitors meet: both layers and the settings page, light, dark and
// under forced colours, in both directions. It drives a browser of its own.
import { after, before } from "node:test";

import pa11y from "pa11y";
import puppeteer from "puppeteer";

import { assert, banner, center, opener, stage } from "./support.mjs";

const flow = stage();
let browser;
before(async () => {
  browser = await puppeteer.launch({
    executablePath: process.env.VOLENS_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--headless=new", "--disable-gpu"],
  });
});
after(() => browser?.close());

const looks = {
  light: [{ name: "prefers-color-scheme", value: "light" }],
  dark: [{ name: "prefers-color-scheme", value: "dark" }],
  "forced colours": [{ name: "forced-colors", value: "active" }],
};
const places = {
  "first layer": async (page, site) => {
    await page.goto(`${site.origin}/en/`, { waitUntil: "load" });
    await page.waitForSelector(banner, { visible: true });
  },
  center: async (page, site) => {
    await page.goto(`${site.origin}/en/`, { waitUntil: "load" });
    await page.click(opener);
    await page.waitForSelector(`${center}[open]`, { visible: true });
    await page.$$eval(`${center} details`, (all) => all.forEach((one) => (one.open = true)));
  },
  "settings page": async (page, site) => {
    await page.goto(`${site.origin}/consent/v1/settings?lang=en`, { waitUntil: "load" });
    await page.$$eval("details", (all) => all.forEach((one) => (one.open = true)));
  },
};

for (const [place, go] of Object.entries(places)) {
  for (const [look, features] of Object.entries(looks)) {
    for (const dir of ["ltr", "rtl"]) {
      flow(`pa11y finds nothing: ${place}, ${look}, ${dir}`, async ({ site }) => {
        const context = await browser.createBrowserContext();
        try {
          const page = await context.newPage();
          await page.setBypassCSP(true);
          const session = await page.createCDPSession();
          await session.send("Emulation.setEmulatedMedia", { features });
          await go(page, site);
          await page.$$eval("html, [dir]", (all, one) => all.forEach((part) => (part.dir = one)), dir);
          const { issues, documentTitle } = await pa11y(page.url(), {
            browser,
            page,
            ignoreUrl: true,
            runners: ["axe", "htmlcs"],
            standard: "WCAG2AA",
            timeout: 60_000,
          });
          assert.ok(documentTitle, "it looked at a page");
          // What axe leaves to a person, "cannot determine the contrast" above all, is measured in styles.test.mjs.
          const found = issues.filter(({ runnerExtras }) => !runnerExtras.needsFurtherReview);
          assert.deepEqual(
            found.map(({ code, selector, context: html }) => `${code} ${selector} ${html}`),
            [],
          );
        } finally {
          await context.close();
        }
      });
    }
  }
}
