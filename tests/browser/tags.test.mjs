// Real tags from npm behind the gate, each against a pretended collector: none runs, asks or writes before its yes; after
// a withdrawal all stop, and what they wrote is gone and stays gone.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { html, hosting } from "./host.mjs";
import { accept, assert, nothingStored, reject, until } from "./support.mjs";

const file = (name) => readFile(createRequire(import.meta.url).resolve(name), "utf8");

/** The three tags as their makers' documentation starts them, each for a purpose of its own. */
const tags = (provider) => ({
  posthog: {
    purpose: "analytics",
    paths: /^\w+ \/analytics\/posthog\//,
    library: "posthog-js/dist/array.full.js",
    start: `posthog.init("phc_test", { api_host: "${provider}/analytics/posthog", persistence: "localStorage+cookie",
      autocapture: true, capture_pageview: true, request_batching: false, disable_session_recording: true, opt_out_useragent_filter: true });`,
  },
  snowplow: {
    purpose: "functional",
    paths: /^\w+ \/functional\/com\.snowplowanalytics/,
    library: "@snowplow/browser-tracker/dist/index.umd.min.js",
    start: `snowplowBrowserTracking.newTracker("sp", "${provider}/functional", { appId: "test", stateStorageStrategy: "cookieAndLocalStorage",
      postPath: "/com.snowplowanalytics.snowplow/tp2", bufferSize: 1 });
      snowplowBrowserTracking.trackPageView(); setInterval(() => snowplowBrowserTracking.trackPageView(), 200);`,
  },
  mixpanel: {
    purpose: "marketing",
    paths: /^\w+ \/marketing\/(track|engage|groups|decide|flags)/,
    library: "mixpanel-browser/dist/mixpanel.umd.js",
    start: `mixpanel.init("token", { api_host: "${provider}/marketing", persistence: "localStorage", track_pageview: true,
      batch_requests: true, batch_flush_interval_ms: 200, ignore_dnt: true, opt_out_tracking_by_default: false });
      setInterval(() => mixpanel.track("still here"), 200);`,
  },
});

/** What they write, as a site's owner finds it in the browser's developer tools and lists it. */
const stored = [
  ["ph_*", "cookie", "insight", "analytics"],
  ["ph_*", "local", "insight", "analytics"],
  ["ph_*", "session", "insight", "analytics"],
  ["__ph_opt_in_out_*", "local", "insight", "analytics"],
  ["dmn_chk_*", "cookie", "insight", "analytics"],
  ["_sp_*", "cookie", "player", "functional"],
  ["_sp_*", "local", "player", "functional"],
  ["snowplow*", "local", "player", "functional"],
  ["mp_*", "cookie", "reach", "marketing"],
  ["mp_*", "local", "reach", "marketing"],
  ["__mp*", "local", "reach", "marketing"],
  ["mp_*", "session", "reach", "marketing"],
  ["mixpanel*", "indexeddb", "reach", "marketing"],
  ["tag_lab", "indexeddb", "reach", "marketing"],
];
const listed = stored.map(
  ([name, kind, service, purpose]) => `
[[cookie]]
name = "${name}"
kind = "${kind}"
service = "${service}"
purpose = "${purpose}"
duration = "P1Y"
party = "first"
${["en", "sv", "da"].map((lang) => `description.${lang} = "Written by a tag of the test."`).join("\n")}
`,
);

const flow = hosting(
  {
    site: (toml, { provider }) =>
      toml.replace(
        'purposes = { functional = "consent" }\nscripts = []',
        `purposes = { functional = "consent" }\nscripts = ["${provider}/functional/"]`,
      ) + listed.join(""),
  },
  async (host) => {
    const all = tags(host.provider);
    let body = "";
    for (const [name, { purpose, library, start }] of Object.entries(all)) {
      const path = `/${purpose}/${name}.js`;
      // A UMD bundle looks for a module system first; in a page there is none.
      host.provides(path, `${await file(library)}\n;${start}\nwindow.started = [...(window.started ?? []), "${name}"];`);
      body += `<script type="text/plain" data-category="${purpose}" data-src="${host.provider}${path}"></script>`;
    }
    const parts = await host.parts();
    for (const path of ["/", "/next"]) host.page(path, html(parts, { body: `${body}<button id=noted>A button</button>` }));
  },
);

const started = (page) => page.evaluate(() => window.started?.toSorted() ?? []);
const names = Object.keys(tags("")).sort();
const others = async (visitor) => (await visitor.cookieNames()).filter((name) => !/^__Host-(consent|volens)$/.test(name));
const heard = (host) =>
  Object.fromEntries(Object.entries(tags("")).map(([name, { paths }]) => [name, host.heard(paths).length]));
/** Long enough for each tag's own rhythm of 200 ms to be missed: a wait for nothing to happen has no other end. */
const quiet = (page) => page.evaluate(() => new Promise((done) => setTimeout(done, 1200)));

flow("none of them runs, asks or writes before a yes, nor after a no", async ({ visitor, page, host }) => {
  await visitor.open("/");
  await page.locator("#noted").click();
  await quiet(page);
  assert.deepEqual([await started(page), host.heard(), visitor.elsewhere()], [[], [], []]);
  assert.deepEqual(await visitor.storage(), nothingStored);
  assert.deepEqual(await visitor.cookieNames(), []);
  await visitor.posting(() => page.locator(reject).click());
  await visitor.told(/You allow nothing/);
  await visitor.open("/next");
  await quiet(page);
  assert.deepEqual([await started(page), host.heard(), visitor.elsewhere()], [[], [], []]);
  assert.deepEqual(await visitor.storage(), nothingStored);
  assert.deepEqual(await others(visitor), []);
});

flow("each runs by its own purpose alone", async ({ visitor, page, host }) => {
  for (const [name, { purpose }] of Object.entries(tags(""))) {
    await visitor.open("/");
    const before = heard(host);
    await page.evaluate((id) => window.volens.accept(id), purpose);
    await until(`${name} to report`, async () => heard(host)[name] > before[name]);
    assert.deepEqual(await started(page), [name]);
    const reloaded = page.waitForEvent("load");
    await page.evaluate((id) => void window.volens.reject(id), purpose);
    await reloaded;
    await visitor.told(/You allow nothing/);
  }
});

flow("after a withdrawal all stop; what they wrote is gone, and stays gone", async ({ visitor, page, host }) => {
  await visitor.open("/");
  await visitor.posting(() => page.locator(accept).click());
  await until("all of them", async () => (await started(page)).length === names.length);
  assert.deepEqual(await started(page), names);
  await until("their reports", () => Object.values(heard(host)).every(Boolean));
  await page.locator("#noted").click();
  const wrote = { ...(await visitor.storage()), cookies: await others(visitor) };
  // Each of them did write: otherwise there is nothing to delete.
  const found = JSON.stringify(wrote);
  for (const trace of [/ph_phc_test/, /_sp_/, /mp_/]) assert.match(found, trace);

  const reloaded = page.waitForEvent("load");
  await visitor.posting(() => page.locator('#cookie-settings button[name="reject"]').click());
  await reloaded;
  await visitor.told(/You allow nothing/);
  const last = heard(host);
  for (const path of [undefined, "/next", "/"]) {
    if (path) await visitor.open(path);
    await quiet(page);
    assert.deepEqual(await started(page), []);
    assert.deepEqual({ ...(await visitor.storage()), cookies: await others(visitor) }, { ...nothingStored, cookies: [] });
  }
  assert.deepEqual(heard(host), last);
});

flow("one of them is withdrawn: the others go on with what is theirs", async ({ visitor, page, host }) => {
  await visitor.open("/");
  await visitor.posting(() => page.locator(accept).click());
  await until("their reports", () => Object.values(heard(host)).every(Boolean));
  const { mixpanel: _, ...before } = heard(host);
  const reloaded = page.waitForEvent("load");
  await page.evaluate(() => void window.volens.reject("marketing"));
  await reloaded;
  await visitor.told(/You allow: Web analysis, Videos/);
  const { mixpanel } = heard(host);
  await until("the others", async () => (await started(page)).length === 2);
  await page.locator("#noted").click(); // which PostHog captures
  await until("the others to report again", () => Object.keys(before).every((name) => heard(host)[name] > before[name]));
  assert.deepEqual(await started(page), ["posthog", "snowplow"]);
  assert.equal(heard(host).mixpanel, mixpanel);
  const kept = JSON.stringify({ ...(await visitor.storage()), cookies: await others(visitor) });
  assert.match(kept, /ph_phc_test/);
  assert.doesNotMatch(kept, /mp_|mixpanel/);
});
