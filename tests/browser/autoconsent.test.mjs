// DuckDuckGo's autoconsent as its extension runs it where it has no rule for a site: heuristics alone find the question,
// press "no", and confirm it. They know the word for it in Swedish, but neither Swedish nor Danish words for the question.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

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

for (const lang of ["en"]) {
  flow(`finds the question and says no: ${lang}`, async ({ visitor, page, site }) => {
    const received = [];
    const of = (type) => received.find((one) => one.type === type);
    await page.exposeBinding("autoconsentSendMessage", async ({ frame }, message) => {
      received.push(message);
      const answer = (reply) => frame.evaluate((one) => window.autoconsentReceiveMessage(one), reply);
      if (message.type === "init") await answer({ type: "initResp", config, rules: { autoconsent: [] } });
      if (message.type === "eval") await answer({ id: message.id, type: "evalResp", result: await frame.evaluate(message.code) });
    });
    const before = (await site.records()).length;
    await visitor.open(`/${lang}/`);
    await page.evaluate(await readFile(bundle, "utf8"));
    const done = await until("its verdict", () => of("optOutResult")).catch((error) => {
      throw new Error(`${error.message}\n${JSON.stringify(received)}`);
    });
    assert.deepEqual([done.cmp, done.result], ["HEURISTIC-REJECT", true]);
    await until("the banner to go", async () => !(await page.locator(banner).isVisible()));
    await until("the records", async () => (await site.records()).length > before);
    assert.deepEqual(
      (await site.records()).slice(before).map(({ purpose, kind, control }) => [purpose, kind, control]),
      choices.map((id) => [id, "refuse", "banner"]),
    );
    assert.deepEqual(visitor.elsewhere(), []);
    const confirmed = await until("its confirmation", () => of("autoconsentDone"));
    assert.equal(confirmed.cmp, "HEURISTIC-REJECT");
  });
}
