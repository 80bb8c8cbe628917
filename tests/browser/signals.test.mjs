// The adapters of `web/signals.js` against the tables of `volens_core::signals`, over all states and all changes; and one
// page of a site that declares them.
import { readFile } from "node:fs/promises";
import test from "node:test";
import { createContext, runInContext } from "node:vm";

import { html, hosting } from "./host.mjs";
import { accept, assert, choices, until } from "./support.mjs";

const read = (path) => readFile(new URL(path, import.meta.url), "utf8");
const vectors = JSON.parse(await read("../vectors/signals.json"));
const [gate, signals] = [await read("../../wasm-widget/web/gate.js"), await read("../../wasm-widget/web/signals.js")];
const { states } = vectors;
/** As JSON has it: arguments objects and lists of another realm are lists. */
const plain = (value) => JSON.parse(JSON.stringify(value, (_, one) => (Object.prototype.toString.call(one) === "[object Arguments]" ? [...one] : one)));

/** A page with nothing in it but gate and adapters; `marks` is what the visitor decided. */
function pageOf(declared, marks, more = {}) {
  const window = { ...more };
  const document = { cookie: "", documentElement: { dataset: {} } };
  const world = createContext({ window, document, navigator: {} });
  Object.defineProperty(world, "dataLayer", { get: () => window.dataLayer });
  Object.defineProperty(world, "fbq", { get: () => window.fbq });
  document.cookie = marks.includes("-") ? "" : `v=1.notice00.${marks}`;
  const config = JSON.stringify({ k: "v", m: choices, n: [["notice00", "111"]], p: choices });
  runInContext(gate.replaceAll("__GATE__", config), world);
  const calls = () => plain(window.dataLayer).filter((one) => !one.event);
  const before = calls().length;
  runInContext(signals.replaceAll("__SIGNALS__", JSON.stringify(declared)), world);
  return {
    window,
    said: () => calls().slice(before),
    /** Where the gate's events stand among all that was said. */
    events: () => plain(window.dataLayer).flatMap(({ event }, i) => (event === "volens_consent" ? [i] : [])),
    choose: (granted) => {
      document.cookie = `v=1.notice00.${marksOf(granted)}`;
      window.volens.signal(window.volens.marks());
    },
  };
}
const marksOf = (granted) => choices.map((id) => (granted.includes(id) ? "1" : "0")).join("");
const words = (calls) => calls.map((call) => call.arguments);
const pairs = states.flatMap((before, i) => states.map((now, j) => [before, i, now, j]));

test("Google: defaults with options, and updates", () => {
  for (const { regions, wait, redact, pass, ...calls } of vectors.google) {
    const more = wait == null ? {} : { wait_for_update: wait };
    const google = { regions: regions.length ? regions : null, more, redact: redact ? 1 : null, pass: pass ? 1 : null };
    const open = pageOf({ google }, "---");
    assert.deepEqual(open.said(), words(calls.default[0]));
    assert.deepEqual(open.events(), [open.window.dataLayer.length - 1], "containers wait for the event: it comes last, once");
    for (const [before, i, now, j] of pairs) {
      const page = pageOf({ google }, marksOf(before));
      // A choice that is known is said again as an update; what follows from it was said with the default.
      const first = [...words(calls.default[i]), words(calls.update[i]).at(-1)];
      assert.deepEqual(page.said(), first, before.join());
      const loaded = page.window.dataLayer.length;
      assert.deepEqual(page.events(), [loaded - 1]);
      page.choose(now);
      assert.deepEqual(page.said().slice(first.length), words(calls.update[j]), `${before} → ${now}`);
      assert.deepEqual(page.events(), [loaded - 1, page.window.dataLayer.length - 1]);
    }
  }
});

test("Microsoft: UET and Clarity", () => {
  for (const [before, i, now, j] of pairs) {
    const page = pageOf({ uet: 1, clarity: 1 }, marksOf(before));
    page.choose(now);
    const { uet, clarity } = vectors;
    const three = [uet.default[i], uet.update[i], uet.update[j]];
    assert.deepEqual(plain(page.window.uetq), words(three).flat(), `${before} → ${now}`);
    assert.deepEqual(plain(page.window.clarity.q), words([clarity[i], clarity[j]]));
  }
  const open = pageOf({ uet: 1 }, "---");
  assert.deepEqual(plain(open.window.uetq), vectors.uet.default[0].arguments);
});

test("Meta: before everything that the pixel is told, whenever it comes", () => {
  /** What Meta's base code does; it does nothing if there is an `fbq` already. */
  const base = (window) => {
    if (window.fbq) throw new Error("Meta's base code would do nothing");
    const n = (window.fbq = function (...args) {
      n.queue.push(args);
    });
    n.queue = [];
    window.fbq("init", "1");
    return n;
  };
  for (const [before, i, now, j] of pairs) {
    const said = (one) => vectors.meta[one].arguments;
    const early = pageOf({ meta: 1 }, marksOf(before));
    const pixel = base(early.window);
    early.choose(now);
    assert.deepEqual(plain(pixel.queue), [said(i), ["init", "1"], said(j)], `${before} → ${now}`);

    const late = pageOf({ meta: 1 }, marksOf(before));
    late.choose(now);
    assert.deepEqual(plain(base(late.window).queue), [said(j), ["init", "1"]], `${before} → ${now}, then the pixel`);

    const heard = [];
    const there = pageOf({ meta: 1 }, marksOf(before), { fbq: (...args) => heard.push(args) });
    there.choose(now);
    assert.deepEqual(plain(heard), [said(i), said(j)]);
  }
});

test("Matomo: cookies, or all", () => {
  for (const [matomo, { require, update }] of Object.entries(vectors.matomo)) {
    for (const [before, i, now, j] of pairs) {
      const page = pageOf({ matomo }, marksOf(before));
      page.choose(now);
      const calls = [require, update[0][i], update[i][j]].filter(Boolean);
      assert.deepEqual(plain(page.window._paq), words(calls).flat(), `${matomo}: ${before} → ${now}`);
    }
  }
});

const flow = hosting(
  { site: (toml) => `${toml}\n[signals]\nvendors = ["uet", "clarity"]\nmatomo = "cookies"\n[signals.google]\nads_data_redaction = "while_denied"\n` },
  async (host) => {
    const parts = await host.parts();
    const [scripts, styles] = [parts.csp["script-src"].join(" "), parts.csp["style-src"].join(" ")];
    host.page("/", html(parts), `default-src 'self'; script-src ${scripts} 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' ${styles}`);
  },
);

flow("a site that declares them tells all, under its policy, and follows the choice", async ({ visitor, page }) => {
  await visitor.open("/");
  const told = () =>
    page.evaluate(() => [window.uetq, window._paq, [...window.clarity.q].at(-1)[1], [...dataLayer].filter(([word]) => word === "set").map((one) => [...one])].map((one) => JSON.parse(JSON.stringify(one)))).catch(() => []);
  await page.evaluate(() => (window.dataLayer = window.dataLayer.map((one) => (one.event ? [] : [...one]))));
  let [uet, matomo, clarity, set] = await told();
  assert.deepEqual(uet, ["consent", "default", { ad_storage: "denied" }]);
  assert.deepEqual(matomo, [["requireCookieConsent"]]);
  assert.deepEqual(clarity, { ad_Storage: "denied", analytics_Storage: "denied" });
  assert.deepEqual(set, [["set", "ads_data_redaction", true]]);
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  await until("Clarity to be told", async () => (await page.evaluate(() => [...window.clarity.q].at(-1)[1].ad_Storage)) === "granted");
  assert.deepEqual(await page.evaluate(() => window._paq.at(-1)), ["setCookieConsentGiven"]);
  assert.deepEqual(await page.evaluate(() => window.uetq.slice(-3)), ["consent", "update", { ad_storage: "granted" }]);
  assert.equal(await page.evaluate(() => [...dataLayer.findLast((one) => one[0] === "set")][2]), false);
});

/** In the way of Meta's base code: a queue, unless there is one, and the first calls. */
const pixel = `<script>
  if (!window.fbq) {
    const n = (window.fbq = function () { n.queue.push([...arguments]); });
    n.queue = [];
    window.sent = n.queue;
  }
  fbq("init", "1");
</script>`;
const telling = hosting({ site: (toml) => `${toml}\n[signals]\nvendors = ["meta"]\nmatomo = "all"\n` }, async (host) => {
  host.page("/", html(await host.parts(), { early: pixel }));
});

telling("Meta and Matomo, in a browser: no before all else, yes when it is said", async ({ visitor, page }) => {
  await visitor.open("/");
  assert.deepEqual(await page.evaluate(() => window.sent), [["consent", "revoke"], ["init", "1"]]);
  assert.deepEqual(await page.evaluate(() => window._paq), [["requireConsent"]]);
  await visitor.posting(() => page.locator(accept).click());
  await visitor.told(/You allow everything/);
  assert.deepEqual(await page.evaluate(() => [window.sent.at(-1), window._paq.at(-1)]), [["consent", "grant"], ["setConsentGiven"]]);
  await visitor.open("/");
  assert.deepEqual(await page.evaluate(() => window.sent), [["consent", "grant"], ["init", "1"]]);
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await visitor.told(/You allow nothing/);
  assert.deepEqual(await page.evaluate(() => [window.sent.at(-1), window._paq.at(-1)]), [["consent", "revoke"], ["forgetConsentGiven"]]);
});
