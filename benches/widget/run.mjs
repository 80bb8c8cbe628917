// cargo xtask bench widget: every dress in turn, in one browser, from one server.
import { parseArgs } from "node:util";
import { cpus, loadavg } from "node:os";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { dress } from "./dress.mjs";
import { promises, summary, table, verdict } from "./figures.mjs";
import { profile, round } from "./measure.mjs";
import { Server } from "./serve.mjs";
import { Volens } from "./volens.mjs";

const { values: said } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, json: { type: "boolean" }, pictures: { type: "string" } },
});
const count = Number(said.rounds);
// Of fewer a median says little, and its range nothing.
if (!Number.isInteger(count) || count < 7) {
  console.error(`--rounds: found ${said.rounds}, expected a whole number from 7 on`);
  process.exit(2);
}

const needed = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set; run cargo xtask bench widget`);
  return process.env[name];
};
const [bin, web, executablePath] = ["VOLENS_BIN", "VOLENS_WEB", "VOLENS_CHROMIUM"].map(needed);
if (said.pictures) await mkdir(said.pictures, { recursive: true });

const names = ["bare", "static", "ours", "vanilla", "vanilla-start", "klaro"];
const load = [loadavg()[0]];
const rounds = [];
let version;

const server = await Server.start();
let volens;
let browser;
try {
  volens = await Volens.start({ bin, web, origin: server.origin });
  server.pass(volens.address);
  await dress(server, names, { snippet: volens.snippet, web });
  const args = ["--no-sandbox", "--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath, args: [...args, "--disable-component-update", "--disable-sync"] });
  version = browser.version();
  for (let i = 0; i < count; i++) {
    // Each dress takes each place in turn: what a round does to the machine hits all alike.
    for (const name of [...names.slice(i % names.length), ...names.slice(0, i % names.length)]) {
      process.stderr.write(`  round ${i + 1} of ${count}: ${name}\n`);
      const still = async (page, what) => {
        if (said.pictures && i === 0) await page.screenshot({ path: join(said.pictures, `${name}-${what}.png`) });
      };
      rounds.push({ round: i + 1, ...(await round(browser, server.origin, name, still)) });
    }
  }
} finally {
  await browser?.close();
  await volens?.stop();
  await server.stop();
}
load.push(loadavg()[0]);

const found = promises(rounds);
if (said.json) {
  const machine = { processor: cpus()[0].model, processors: cpus().length, load };
  const run = { at: new Date(), chromium: version, node: process.version, machine, profile };
  console.log(JSON.stringify({ ...run, rounds, summary: summary(rounds), promises: found }, null, 1));
} else {
  console.log(`\nChromium ${version}, ${count} rounds, load average ${load.map((one) => one.toFixed(1)).join(" → ")}\n`);
  console.log(`${table(rounds)}\n\n${verdict(found)}`);
}
const broken = found.filter(({ kept }) => !kept);
if (broken[0]) {
  console.error(`\nbroken: ${broken.map(({ promise }) => promise).join("; ")}`);
  process.exitCode = 1;
}
