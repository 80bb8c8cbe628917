// The widget's benchmark still runs, and finds what it is there to find. Its times are for `cargo xtask bench widget`;
// bytes and requests are the same on every machine, so what is promised of them is tested here.
import test, { after, before } from "node:test";

import { dress } from "../../benches/widget/dress.mjs";
import { median, promises, range, summary, table, verdict } from "../../benches/widget/figures.mjs";
import { round } from "../../benches/widget/measure.mjs";
import { Server } from "../../benches/widget/serve.mjs";
import { Volens } from "../../benches/widget/volens.mjs";
import { built, web } from "./site.mjs";
import { assert, launch } from "./support.mjs";

const names = ["bare", "static", "ours"];
const shared = {};

before(async () => {
  [shared.browser, shared.server] = await Promise.all([launch(), Server.start()]);
  const { server } = shared;
  const bin = built("VOLENS_BIN", "target/debug/volens");
  shared.volens = await Volens.start({ bin, web: web(), origin: server.origin });
  server.pass(shared.volens.address);
  await dress(server, names, { snippet: shared.volens.snippet, web: web() });
});
after(async () => {
  await shared.browser?.close();
  await shared.volens?.stop();
  await shared.server?.stop();
});

test("one page in three dresses: what it weighs, and that nothing more comes", { timeout: 300_000 }, async () => {
  const { browser, server } = shared;
  const rounds = [];
  // One by one: a browser makes one trace at a time.
  for (const name of names) rounds.push(await round(browser, server.origin, name));
  const [bare, plain, ours] = rounds;
  const over = (figure) => summary(rounds)[figure].ours.median;

  assert.equal(bare.arrival.visible, null);
  assert.equal(plain.arrival.requests, bare.arrival.requests);
  assert.equal(ours.arrival.requests, bare.arrival.requests + 1, JSON.stringify(ours.arrival.files));
  assert.ok(over("arrival.bytes") <= 8000, `${over("arrival.bytes")} B before any interaction`);
  assert.ok(over("warm.bytes") <= 4500, `${over("warm.bytes")} B for a returning visitor`);
  assert.equal(over("warm.requests"), 0, "all is in the cache");
  for (const where of ["arrival", "warm", "cold"]) {
    assert.ok(!ours[where].wasm, `WASM for one who did not ask for the settings: ${where}`);
  }
  assert.ok(ours.settings.wasm, "the settings are made of it");
  for (const visit of [ours.arrival, ours.refusal, ours.acceptance, ours.settings, ours.warm, ours.cold, ours.short, ours.shortAgain]) assert.equal(visit.shifts, 0, JSON.stringify(visit.moved));
  for (const { shortOwn } of rounds) assert.ok(shortOwn.longest > 0);
  for (const { took } of [plain.refusal, plain.acceptance, ours.refusal, ours.acceptance, ours.settings]) assert.ok(took > 0);
});

const seen = (dress, more = {}) => ({
  dress,
  arrival: { visible: 400, bytes: 7000, blocking: 10, longest: 60, shifts: 0 },
  refusal: { inp: 40, blocking: 0, longest: 0, shifts: 0 },
  acceptance: { inp: 40, blocking: 0, longest: 0, shifts: 0 },
  settings: { inp: 40, blocking: 0, longest: 50, shifts: 0 },
  warm: { bytes: 5000, wasm: false },
  cold: { bytes: 7000, wasm: false },
  short: { longest: 0 },
  shortOwn: { longest: 40 },
  shortAgain: { longest: 0 },
  ...more,
});
const others = [
  seen("bare", { arrival: { bytes: 5000, longest: 60 } }),
  seen("static"),
  seen("vanilla", { arrival: { visible: 1000, bytes: 20000, blocking: 50, shifts: 0 } }),
];

test("a promise that is kept is kept, and each can be broken", () => {
  const broken = (ours) =>
    promises([...others, ours])
      .filter(({ kept }) => !kept)
      .map(({ promise }) => promise);
  const kept = seen("ours");
  assert.deepEqual(broken(kept), []);
  const worse = (part, figures) => broken({ ...kept, [part]: { ...kept[part], ...figures } });
  assert.deepEqual(worse("arrival", { visible: 461 }), ["banner visible, of the static banner's time"]);
  assert.deepEqual(worse("arrival", { visible: 501 }).length, 2);
  assert.deepEqual(worse("arrival", { bytes: 13001 }), ["bytes before any interaction"]);
  assert.deepEqual(worse("arrival", { blocking: 51 }), ["blocking time at arrival, beyond vanilla-cookieconsent's, ms"]);
  for (const part of ["arrival", "refusal", "acceptance", "settings"]) {
    assert.deepEqual(worse(part, { shifts: 0.001 }), ["shifts at arrival and after each tap, in any round"]);
  }
  assert.deepEqual(worse("arrival", { longest: 61 }), ["longest task at arrival, beyond the bare page's, ms"]);
  assert.deepEqual(worse("short", { longest: 51 }), ["longest task at arrival on a short page, ms"]);
  assert.deepEqual(worse("shortOwn", { longest: 51 }), ["longest task at arrival on a short page, by the processor's time, ms"]);
  assert.deepEqual(worse("shortAgain", { longest: 51 }), ["longest task there for a returning visitor, ms"]);
  for (const part of ["refusal", "acceptance", "settings"]) {
    assert.deepEqual(worse(part, { longest: 51 }), ["longest task after a tap, without the start of WASM, ms"]);
  }
  assert.deepEqual(worse("acceptance", { inp: 41 }), ["INP of the acceptance, beyond vanilla-cookieconsent's, ms"]);
  assert.deepEqual(worse("acceptance", { blocking: 1 }), ["blocking time at the acceptance, beyond vanilla-cookieconsent's, ms"]);
  assert.deepEqual(worse("refusal", { inp: 41 }), ["INP of the refusal, beyond vanilla-cookieconsent's, ms"]);
  assert.deepEqual(worse("settings", { inp: 41 }), ["INP of opening the settings, beyond vanilla-cookieconsent's, ms"]);
  assert.deepEqual(worse("refusal", { blocking: 1 }), ["blocking time at the refusal, beyond vanilla-cookieconsent's, ms"]);
  assert.deepEqual(worse("settings", { blocking: 1 }), ["blocking time at the settings, beyond vanilla-cookieconsent's, ms"]);
  assert.deepEqual(worse("warm", { bytes: 9501 }), ["bytes for a returning visitor, cache warm"]);
  assert.deepEqual(worse("warm", { wasm: true }), ["returning visits with WASM"]);
  assert.deepEqual(worse("cold", { wasm: true }), ["returning visits with WASM"]);
});

const settings = (all) => all.find(({ promise }) => promise.startsWith("blocking time at the settings"));

test("a promise that compares does so within a round", () => {
  const slow = (dress, blocking) => seen(dress, { settings: { inp: 40, blocking, longest: 0, shifts: 0 } });
  const busy = [100, 0, 0].flatMap((more) => [
    seen("bare"),
    seen("static"),
    slow("vanilla", more + 5),
    slow("ours", more),
  ]);
  assert.equal(settings(promises(busy)).value, -5);
  assert.throws(() => promises(busy.slice(0, -1)), /vanilla has 3 rounds and ours 2/);
});

test("a promise that noise may have broken says so", () => {
  const found = (...beyond) => {
    const rounds = beyond.flatMap((more) => [
      seen("bare"),
      seen("static"),
      seen("vanilla", { settings: { inp: 40, blocking: 100, longest: 0, shifts: 0 } }),
      seen("ours", { settings: { inp: 40, blocking: 100 + more, longest: 0, shifts: 0 } }),
    ]);
    const all = promises(rounds);
    const { kept, noise } = settings(all);
    return [kept, noise, verdict(all).split("\n").find((line) => line.includes("time at the settings"))];
  };
  const line = (words) => `| blocking time at the settings, beyond vanilla-cookieconsent's, ms | ${words} |`;
  assert.deepEqual(found(9, 1, 8, 2, 7, 3), [false, false, line("5 | 1 to 9 | 0 | **broken**")]);
  assert.deepEqual(found(9, 0, 8, 2, 7, 3), [false, true, line("5 | 0 to 9 | 0 | **broken**, within noise")]);
  assert.deepEqual(found(9, -9, 8, -8, 7, -7), [true, false, line("0 | -9 to 9 | 0 | kept")]);
});

test("the range of a median is that of the sign test", () => {
  // Rank k of n, from the tables for 95 %.
  for (const [n, k] of [[6, 1], [8, 1], [9, 2], [11, 2], [12, 3], [15, 4], [25, 8], [31, 10], [100, 40]]) {
    const numbers = Array.from({ length: n }, (_, i) => n - i);
    assert.deepEqual(range(numbers), [k, n + 1 - k], `${n}`);
  }
  assert.deepEqual(range([3, 1]), [1, 3]);
});

test("medians, spread and ratios are those of the rounds", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 2, 9]), 3);
  const visible = (dress, visible) => ({ dress, arrival: { visible } });
  const rounds = [visible("ours", 100), visible("ours", 300), visible("ours", 110), visible("static", 220)];
  assert.deepEqual(summary(rounds)["arrival.visible"], {
    ours: { median: 110, min: 100, max: 300 },
    static: { median: 220, min: 220, max: 220 },
  });
  assert.match(table(rounds), /^\| banner visible, ms \| 110 \(100–300\) \| 220 \(220–220\) \| 0\.50 \|$/m);
});
