// DuckDuckGo's autoconsent as its extension runs it where it has no rule for a site: heuristics alone find the question,
// press "no", and confirm it. Of our languages they know words for both in English, German, French and Dutch. In
// Spanish, Italian, Polish, Portuguese and Swedish they know our word for "no", but find a question only by phrases such
// as "utilizamos cookies", which ours does not say: it says what would happen. For the others they have no words.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { html, hosting } from "./host.mjs";
import { assert, banner, choices, stage, until } from "./support.mjs";

const flow = stage();
const bundle = createRequire(import.meta.url)
  .resolve("@duckduckgo/autoconsent/rules/rules.json")
  .replace("rules/rules.json", "dist/autoconsent.playwright.js");

const config = {
  enabled: true,
  autoAction: "optOut",
  disabledCmps: [],
  enablePrehide: false,
  enableCosmeticRules: false,
  enableGeneratedRules: false,
  detectRetries: 20,
  enableHeuristicDetection: true,
  enableHeuristicAction: true,
  heuristicMode: "reject",
};

/** Lets it loose on the page; its own last word, with all that it said before. */
async function runs(page) {
  const received = [];
  const of = (type) => received.find((one) => one.type === type);
  await page.exposeBinding("autoconsentSendMessage", async ({ frame }, message) => {
    received.push(message);
    const answer = (reply) => frame.evaluate((one) => window.autoconsentReceiveMessage(one), reply);
    if (message.type === "init") await answer({ type: "initResp", config, rules: { autoconsent: [] } });
    if (message.type === "eval") await answer({ id: message.id, type: "evalResp", result: await frame.evaluate(message.code) });
  });
  await page.evaluate(await readFile(bundle, "utf8"));
  const done = await until("its verdict", () => of("optOutResult")).catch((error) => {
    throw new Error(`${error.message}\n${JSON.stringify(received)}`);
  });
  assert.deepEqual([done.cmp, done.result], ["HEURISTIC-REJECT", true]);
  await until("the banner to go", async () => !(await page.locator(banner).isVisible()));
  const confirmed = await until("its confirmation", () => of("autoconsentDone"));
  assert.equal(confirmed.cmp, "HEURISTIC-REJECT");
}

flow("finds the question and says no: the demo", async ({ visitor, page, site }) => {
  const before = (await site.records()).length;
  await visitor.open("/en/");
  await runs(page);
  await until("the records", async () => (await site.records()).length > before);
  assert.deepEqual(
    (await site.records()).slice(before).map(({ purpose, kind, control }) => [purpose, kind, control]),
    choices.map((id) => [id, "refuse", "banner"]),
  );
  assert.deepEqual(visitor.elsewhere(), []);
});

const known = ["en", "de", "fr", "nl"];
const every = new URL("../sites/every-language.toml", import.meta.url);
const inBuiltInWords = hosting(
  { site: (_, { port }) => readFileSync(every, "utf8").replaceAll("localhost:8080", `localhost:${port}`) },
  async (host) => {
    for (const lang of known) host.page(`/${lang}`, html(await host.parts(lang), { lang }));
  },
);

for (const lang of known) {
  inBuiltInWords(`finds the question and says no, in built-in words: ${lang}`, async ({ visitor, page }) => {
    await visitor.open(`/${lang}`);
    await runs(page);
    await until("the record", async () => (await visitor.state()).analytics === "refused");
    assert.deepEqual(visitor.elsewhere(), []);
  });
}
