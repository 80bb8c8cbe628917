// One visitor's way through one dress: arrives, refuses, comes back twice and to a short page; another accepts, a third
// opens the settings, a fourth arrives at the short page, a fifth too, with no brake on the processor.
import { first, hooks, next, short } from "./dress.mjs";
import { probe } from "./probe.mjs";

/** A middling phone on a slow network. */
export const profile = {
  viewport: { width: 390, height: 844 },
  cpu: 4,
  network: { latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 },
};

/** How long a page is watched after its banner shows, and after anything else: what comes late counts too. */
const ARRIVAL = 2000;
const AFTER = 1000;
/** A wait that takes longer has failed; no figure depends on it. */
const PATIENCE = 30_000;

/**
 * Everything about `name` in one round, one visitor after the other: a page under the brake keeps a processor busy even when
 * it does nothing. `still`: called with the page once its banner shows, for pictures.
 */
export async function round(browser, origin, name, still = async () => {}) {
  const { button, accept, choose } = hooks[name];
  const fresh = async (look, cpu) => {
    const visitor = await Visitor.come(browser, origin, name, cpu);
    try {
      return await look(visitor);
    } finally {
      await visitor.context.close();
    }
  };
  const tapped = (selector, outcome) =>
    selector &&
    fresh(async (visitor) => {
      await visitor.visit(first(name), true);
      const found = await visitor.tap(selector, outcome);
      await still(visitor.page, outcome);
      return found;
    });

  const seen = await fresh(async (visitor) => {
    const arrival = await visitor.visit(first(name), Boolean(button));
    await still(visitor.page, "banner");
    const refusal = button && (await visitor.tap(button, "gone"));
    // Another page: it comes over the wire, its files are there already.
    const warm = await visitor.visit(next(name), false);
    await still(visitor.page, "returning");
    await visitor.wire.send("Network.clearBrowserCache");
    const cold = await visitor.visit(next(name), false);
    const shortAgain = await visitor.visit(short(name), false);
    return { arrival, refusal, warm, cold, shortAgain };
  });
  const acceptance = await tapped(accept, "gone");
  const settings = await tapped(choose, "opened");
  const shortFirst = await fresh(async (visitor) => {
    const found = await visitor.visit(short(name), Boolean(button));
    await still(visitor.page, "short");
    return found;
  });
  const own = await fresh((visitor) => visitor.longestTask(browser, short(name)), 1);
  const shortOwn = { longest: own * profile.cpu };
  return { dress: name, ...seen, acceptance, settings, short: shortFirst, shortOwn };
}

class Visitor {
  static async come(browser, origin, name, cpu = profile.cpu) {
    const visitor = new Visitor();
    visitor.origin = origin;
    const { viewport, network } = profile;
    visitor.context = await browser.newContext({ viewport, isMobile: true, hasTouch: true, locale: "en" });
    await visitor.context.addInitScript(probe, hooks[name]);
    visitor.page = await visitor.context.newPage();
    visitor.page.setDefaultTimeout(PATIENCE);
    // A page of the same origin, before the brakes are on: what is measured is a page, not the start of a process.
    await visitor.page.goto(`${origin}/before`);
    visitor.wire = await visitor.context.newCDPSession(visitor.page);
    await visitor.wire.send("Network.enable");
    await visitor.wire.send("Network.emulateNetworkConditions", { offline: false, ...network });
    await visitor.wire.send("Emulation.setCPUThrottlingRate", { rate: cpu });
    visitor.count();
    return visitor;
  }

  /** Counts what comes over the wire; what the cache answers is no request. */
  count() {
    const { wire } = this;
    const asked = new Map();
    wire.on("Network.requestWillBeSent", ({ requestId, request }) => {
      if (!request.url.startsWith("data:")) asked.set(requestId, { url: request.url, bytes: 0, open: true });
    });
    const cached = (id) => {
      const one = asked.get(id);
      if (one) one.cached = true;
    };
    wire.on("Network.requestServedFromCache", ({ requestId }) => cached(requestId));
    wire.on("Network.responseReceived", ({ requestId, response }) => response.fromDiskCache && cached(requestId));
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const one = asked.get(requestId);
      if (one) Object.assign(one, { bytes: encodedDataLength, open: false });
    });
    wire.on("Network.loadingFailed", ({ requestId }) => {
      const one = asked.get(requestId);
      if (one) Object.assign(one, { open: false, failed: true });
    });
    this.asked = asked;
  }

  /** What came over the wire since the last time. */
  async tally() {
    const all = this.asked;
    await until("the network to fall silent", () => [...all.values()].every(({ open }) => !open));
    const sent = [...all.values()].filter(({ cached }) => !cached);
    all.clear();
    const failed = sent.filter((one) => one.failed);
    if (failed[0]) throw new Error(`did not arrive: ${failed.map(({ url }) => url).join(", ")}`);
    return {
      requests: sent.length,
      bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0),
      wasm: [...sent].some(({ url }) => url.endsWith(".wasm")),
      files: sent.map(({ url, bytes }) => [new URL(url).pathname, bytes]),
    };
  }

  /** Goes to `path`, waits until it is there, with the banner if it `asks`, and watches on. */
  async visit(path, asks) {
    const { page } = this;
    await page.goto(this.origin + path, { waitUntil: "load" });
    if (asks) await page.waitForFunction(() => "visible" in window.bench);
    const watched = asks ? ARRIVAL : AFTER;
    await pause(watched);
    const seen = await page.evaluate(() => window.bench);
    if (!asks && "visible" in seen) throw new Error(`${path}: the banner shows to one who has decided`);
    const end = (seen.visible ?? seen.painted) + watched;
    return {
      visible: seen.visible ?? null,
      painted: seen.painted,
      ...(await this.tally()),
      ...thread(seen, 0, end),
      ...shifts(seen, 0),
    };
  }

  /**
   * Goes to `path`; the processor's time, in ms, that the page's longest task took. Unlike a clock it does not count what
   * the task waits for; under the browser's brake it would count the brake.
   */
  async longestTask(browser, path) {
    await browser.startTracing(this.page, { categories: ["toplevel", "blink.user_timing"] });
    await this.page.goto(this.origin + path, { waitUntil: "load" });
    await pause(AFTER);
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
    // What came before is the page that is left, and the browser's way to this one.
    const begun = traceEvents.filter(({ name }) => name === "domLoading").reduce((a, b) => (a?.ts > b.ts ? a : b), undefined);
    const here = ({ pid, tid, ts }) => pid === begun?.pid && tid === begun.tid && ts > begun.ts;
    const tasks = traceEvents.filter((event) => event.name === "ThreadControllerImpl::RunTask" && event.tdur && here(event));
    if (!tasks[0]) throw new Error("the trace has no task of the page");
    return Math.max(...tasks.map(({ tdur }) => tdur)) / 1000;
  }

  /** Taps on `selector`, waits for `outcome` and watches on. */
  async tap(selector, outcome) {
    const { page } = this;
    const box = await page.locator(selector).boundingBox();
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForFunction((outcome) => outcome in window.bench, outcome);
    await pause(AFTER);
    const seen = await page.evaluate(() => window.bench);
    return {
      took: seen[outcome] - seen.tapped,
      // The longest of the tap's events, as INP counts; shorter than it reports is no interaction that anybody feels.
      inp: Math.max(0, ...seen.inputs.filter(({ interactionId }) => interactionId).map(({ duration }) => duration)),
      ...(await this.tally()),
      ...thread(seen, seen.tapped, seen[outcome] + AFTER),
      ...shifts(seen, seen.tapped),
    };
  }
}

/** What kept the main thread in tasks that end between `from` and `to`: all, and without the start of WASM. */
function thread({ tasks, wasm }, from, to) {
  const due = tasks.filter(({ startTime, duration }) => startTime + duration > from && startTime < to);
  const others = due.filter((task) => !wasm.some(({ start, end }) => task.startTime < end && start < task.startTime + task.duration));
  const blocked = (tasks) => tasks.reduce((sum, { duration }) => sum + duration - 50, 0);
  const longest = (tasks) => Math.max(0, ...tasks.map(({ duration }) => duration));
  return { blocking: blocked(others), longest: longest(others), blockingWithWasm: blocked(due), longestWithWasm: longest(due) };
}

/** What moved from then on. All of it: a browser forgives what moves after a tap, or after the window has changed its size. */
function shifts(seen, from) {
  const moved = seen.moved.filter(({ startTime }) => startTime >= from);
  return { shifts: moved.reduce((sum, { value }) => sum + value, 0), moved };
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(what, ask) {
  const end = Date.now() + PATIENCE;
  while (!ask()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(25);
  }
}
