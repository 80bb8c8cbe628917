// A page that Chromium made ahead of time, before a choice that was made elsewhere. No debugger is attached, as one forbids
// prerendering: the pages go on by themselves and report to the pretended provider what they find.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";

import { Host, html } from "./host.mjs";
import { until } from "./site.mjs";
import { assert } from "./support.mjs";

let host;
const report = (words) => `fetch("${host.provider}/report/" + ${words})`;

before(async () => {
  host = await Host.start();
  const parts = await host.parts();
  const [, notice] = /"notice":"([\w-]{8})/.exec(parts.head);
  const yes = { "set-cookie": `__Host-volens=1.${notice}.111; Secure; SameSite=Lax; Path=/; Max-Age=600` };
  host.provides("/analytics/tag.js", "window.ran = 1");
  const gated = `<script type="text/plain" data-category="analytics" data-src="${host.provider}/analytics/tag.js"></script>`;
  // Says what holds whenever that changes, and whether it was made ahead.
  const tell = `<script>
    const ahead = document.prerendering;
    let last;
    setInterval(() => {
      const words = [document.prerendering ? "hidden" : ahead ? "shown" : "loaded", volens.has?.("analytics"), !!window.ran].join("-");
      if (words !== last) ${report("(last = words)")};
    }, 50);
  </script>`;
  host.page("/ahead", html(parts, { body: gated + tell }));
  const rules = '<script type="speculationrules">{"prerender":[{"source":"list","urls":["/ahead"],"eagerness":"immediate"}]}</script>';
  // Goes on when the test says so: the provider's answer to /go/….
  const then = (act) => `${rules}<script>
    const wait = setInterval(async () => {
      if ((await (await fetch("${host.provider}/go")).text()) !== "go") return;
      clearInterval(wait);
      await ${act};
      location.href = "/ahead";
    }, 100);
  </script>`;
  host.page("/yes", html(parts), "", yes);
  host.page("/until-yes", html(parts, { body: then('fetch("/yes")') }));
  host.page("/until-no", html(parts, { body: then("volens.rejectAll()") }), "", yes);
});

after(() => host?.remove());

/** Visits `path` in a browser of its own until the prerendered page has said `first`, then lets it go on until `last`. */
async function visit(path, first, last) {
  host.asked.length = 0;
  host.provides("/go", "wait", "text/plain");
  const profile = await mkdtemp(join(tmpdir(), "volens-prerender-"));
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  const browser = spawn(
    process.env.VOLENS_CHROMIUM ?? "/usr/bin/chromium",
    [...flags, "--disable-features=LocalNetworkAccessChecks", `--user-data-dir=${profile}`, host.origin + path],
    { stdio: "ignore", detached: true },
  );
  const ended = once(browser, "exit");
  const reported = (words) => host.heard(/report/).some((one) => words.test(one));
  try {
    await until(`a page made ahead that says ${first}`, () => reported(first));
    host.provides("/go", "go", "text/plain");
    await until(`it to say ${last} once shown`, () => reported(last));
    return host.heard(/report/).map((one) => one.split("/").at(-1));
  } catch (error) {
    error.message += `\nheard: ${host.asked.filter((one) => !one.endsWith("/go")).join(", ")}`;
    throw error;
  } finally {
    process.kill(-browser.pid, "SIGKILL");
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

test("a page made before any choice follows the yes that came before it was shown", { timeout: 60_000 }, async () => {
  const said = await visit("/until-yes", /hidden-false-false$/, /shown-true-true$/);
  assert.ok(!said.some((words) => words.startsWith("loaded")), `it was shown as it was made: ${said.join(", ")}`);
});

test("a page made under a yes stops at the no that came before it was shown", { timeout: 60_000 }, async () => {
  // What ran in it cannot be taken back but by loading it anew, ahead of its time or when it is shown.
  const said = await visit("/until-no", /hidden-true-true$/, /(shown|loaded)-false-false$/);
  assert.doesNotMatch(said.at(-1), /true/);
});
