// What all flows share: one browser and one site per file, a fresh visitor per flow, and the rule that no flow may
// leave an error or a policy violation in the console that it did not announce.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";

import { chromium } from "playwright-core";

import { Site, until } from "./site.mjs";

export { assert };
export { until } from "./site.mjs";

const flags = [
  "--no-sandbox",
  "--headless=new",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A page whose headers a flow has rewritten comes from no network address. Chromium then takes it for one of the
  // public internet and asks before it may load the pretended providers from 127.0.0.1.
  "--disable-features=LocalNetworkAccessChecks",
];

const executablePath = process.env.VOLENS_CHROMIUM ?? "/usr/bin/chromium";

export const launch = ({ more = [], ...options } = {}) =>
  chromium.launch({ executablePath, args: [...flags, ...more], ...options });

/** A browser of its own with the settings that `folder` holds, as its only context. */
export const profile = (folder, options) =>
  chromium.launchPersistentContext(folder, { executablePath, args: flags, ...options });

export const banner = '[data-volens="banner"]';
export const status = '[data-volens="status"]';
export const center = 'dialog[data-volens="center"]';
export const opener = '#cookie-settings [data-volens="show-preferences"]';
export const accept = `${banner} button[name="accept"]`;
export const reject = `${banner} button[name="reject"]`;
export const choices = ["analytics", "functional", "marketing"];

/** The same word for each choice. */
export const all = (word) => Object.fromEntries(choices.map((purpose) => [purpose, word]));
/** Whether choices are posted there. */
export const post = (url) => url.pathname === "/consent/v1/choices";
export const posts = (visitor) => visitor.requests.filter((one) => one.method() === "POST" && post(new URL(one.url())));
/** The choice on its way, as it is kept. */
export const pending = (page) => page.evaluate(() => localStorage.getItem("volens.pending"));
/** How often a pretended tag ran. */
export const ran = (page) => page.evaluate(() => window.ran);
/** Whatever was set off has been done and painted. */
export const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));

/** Every shift of the page's layout so far, or those only that no click has just asked for. */
export const shifts = (page, unasked = false) =>
  page.evaluate(
    (unasked) =>
      new Promise((done) => {
        const seen = [];
        const note = (list) => seen.push(...list.getEntries().filter(({ hadRecentInput }) => !(unasked && hadRecentInput)));
        new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(seen.map(({ value }) => value)))));
      }),
    unasked,
  );

/** Interest, then away: the first layer changes hands, to the browser's own code. */
export async function takenOver(page) {
  await page.locator(reject).hover();
  await until("the swap", async () => {
    // Over one element and then another: a move within one is no news to it.
    for (const y of [20, 200]) await page.mouse.move(100, y);
    return page.locator(`[data-volens="live"] ${banner}`).count();
  });
}

/** A visitor with an empty browser. */
export class Visitor {
  static async come(browser, site, options = {}) {
    const visitor = new Visitor();
    visitor.site = site;
    visitor.requests = [];
    visitor.problems = [];
    visitor.announced = [];
    const context = await browser.newContext({ baseURL: site.origin, locale: "en", ...options });
    context.setDefaultTimeout(15_000);
    context.on("request", (request) => visitor.requests.push(request));
    context.on("weberror", (error) => visitor.problems.push(`uncaught: ${error.error().stack}`));
    context.on("console", (message) => {
      if (message.type() === "error") visitor.problems.push(`${message.text()} (${message.location().url})`);
    });
    // A violation is an event even where the console is silent about it.
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) =>
        console.error(`violation: ${effectiveDirective} ${blockedURI} ${sourceFile}`),
      );
    });
    visitor.context = context;
    visitor.page = await context.newPage();
    return visitor;
  }

  /** Console messages that belong to what the flow provokes. */
  expect(...patterns) {
    this.announced.push(...patterns);
  }

  async leave() {
    await this.context.close();
    const unexpected = this.problems.filter((text) => !this.announced.some((pattern) => pattern.test(text)));
    assert.deepEqual(unexpected, [], "console errors and policy violations");
  }

  async open(path = "/en/") {
    const answer = await this.page.goto(path);
    assert.equal(answer.status(), 200, path);
    return answer;
  }

  /** Addresses asked for so far, or since `from` requests. */
  asked(from = 0) {
    return this.requests.slice(from).map((request) => request.url());
  }

  /** Addresses beyond the site's own origin. Beacons of earlier flows may still arrive at the providers; these may not. */
  elsewhere(from = 0) {
    return this.asked(from).filter((url) => new URL(url).origin !== this.site.origin);
  }

  /** Waits for the answer to a post of choices that `act` causes. */
  async posting(act) {
    const [answer] = await Promise.all([
      this.page.waitForResponse(
        (one) => one.url().endsWith("/consent/v1/choices") && one.request().method() === "POST",
      ),
      act(),
    ]);
    return answer;
  }

  /** What the service says about this browser's choice: `granted`, `refused`, … by purpose. */
  async state() {
    const answer = await this.context.request.get("/consent/v1/choices");
    assert.equal(answer.status(), 200);
    const { purposes } = await answer.json();
    return Object.fromEntries(Object.entries(purposes).map(([id, { status }]) => [id, status]));
  }

  async cookies() {
    const all = await this.context.cookies();
    return Object.fromEntries(all.map((cookie) => [cookie.name, cookie]));
  }

  /** Writes a cookie as the site's own server would. Playwright's `addCookies` cannot write those named `__Host-…`. */
  async write(name, value) {
    const debug = await this.context.newCDPSession(this.page);
    const cookie = { name, value, url: this.site.origin, path: "/", secure: true, sameSite: "Lax" };
    const { success } = await debug.send("Network.setCookie", cookie);
    assert.ok(success, `${name}=${value} is no cookie`);
    await debug.detach();
  }

  async cookieNames() {
    return Object.keys(await this.cookies()).sort();
  }

  /** Who the token says this is, if it names anybody. */
  async subject() {
    const { "__Host-consent": token } = await this.cookies();
    return JSON.parse(Buffer.from(token.value.split(".")[1], "base64url")).sub;
  }

  /** All storage that the page's origin has, besides cookies; names only. */
  async storage() {
    return this.page.evaluate(async () => ({
      local: Object.keys(localStorage).sort(),
      session: Object.keys(sessionStorage).sort(),
      databases: (await indexedDB.databases()).map(({ name }) => name).sort(),
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }));
  }

  /** Waits until the status says something that fits. */
  async told(pattern) {
    const place = this.page.locator(status);
    await place.filter({ hasText: pattern }).waitFor();
    return place.innerText();
  }

  async openCenter(from = opener) {
    await this.page.locator(from).click();
    const dialog = this.page.locator(center);
    await dialog.waitFor();
    return dialog;
  }

  async flip(...purposes) {
    for (const purpose of purposes) await this.page.locator(`${center} input[name="p.${purpose}"]`).click();
  }

  async save() {
    return this.posting(() => this.page.locator(`${center} [data-volens="save"]`).click());
  }
}

/** A visitor with a back/forward cache, as browsers have it; Playwright switches it off. */
export async function remembering(site, body) {
  const browser = await launch({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  try {
    const visitor = await Visitor.come(browser, site);
    await body({ visitor, page: visitor.page });
    await visitor.leave();
  } finally {
    await browser.close();
  }
}

export const nothingStored = { local: [], session: [], databases: [], caches: [], workers: 0 };

/** One browser and one site for the flows of a file. Returns `flow(name, [options], body)`. */
export function stage() {
  const shared = {};
  before(async () => {
    [shared.browser, shared.site] = await Promise.all([launch(), Site.start()]);
  });
  after(async () => {
    await shared.browser?.close();
    await shared.site?.remove();
  });
  return (name, ...rest) => {
    const body = rest.pop();
    const [options] = rest;
    test(name, { timeout: 120_000 }, async () => {
      const come = (more) => Visitor.come(shared.browser, shared.site, { ...options, ...more });
      const visitor = await come();
      const others = [];
      const another = async (more) => {
        others.push(await come(more));
        return others.at(-1);
      };
      try {
        await body({ visitor, page: visitor.page, another, ...shared });
      } catch (error) {
        // The console often holds the cause.
        if (visitor.problems.length) error.message += `\nconsole: ${visitor.problems.join("\n")}`;
        throw error;
      } finally {
        if (!visitor.page.isClosed()) await visitor.page.unrouteAll({ behavior: "ignoreErrors" });
      }
      for (const one of [visitor, ...others]) await one.leave();
    });
  };
}
