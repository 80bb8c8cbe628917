// What the rounds say: medians with their spread, ours beside the others, and the promises they keep or break.

/** Every figure of the table. `over`: less the bare page's. */
export const figures = [
  { id: "arrival.visible", title: "banner visible", unit: "ms" },
  { id: "arrival.painted", title: "first contentful paint", unit: "ms" },
  { id: "arrival.bytes", title: "bytes before any interaction", unit: "B", over: true },
  { id: "arrival.requests", title: "requests before any interaction", unit: "", over: true },
  { id: "arrival.blocking", title: "blocking time until 2 s after it is visible", unit: "ms" },
  { id: "arrival.longest", title: "longest task until then", unit: "ms" },
  { id: "arrival.shifts", title: "shifts until then", unit: "" },
  { id: "refusal.took", title: "tap on reject to gone", unit: "ms" },
  { id: "refusal.inp", title: "INP of that tap", unit: "ms" },
  { id: "refusal.blocking", title: "blocking time in the second after it, without the start of WASM", unit: "ms" },
  { id: "refusal.blockingWithWasm", title: "the same with it", unit: "ms" },
  { id: "refusal.longest", title: "longest task then, without the start of WASM", unit: "ms" },
  { id: "refusal.bytes", title: "bytes after the tap", unit: "B" },
  { id: "refusal.shifts", title: "shifts with and after the tap", unit: "" },
  { id: "acceptance.took", title: "tap on accept to gone", unit: "ms" },
  { id: "acceptance.inp", title: "INP of that tap", unit: "ms" },
  { id: "acceptance.blocking", title: "blocking time in the second after it, without the start of WASM", unit: "ms" },
  { id: "acceptance.longest", title: "longest task then, without the start of WASM", unit: "ms" },
  { id: "acceptance.bytes", title: "bytes after the tap", unit: "B" },
  { id: "acceptance.shifts", title: "shifts with and after the tap", unit: "" },
  { id: "settings.took", title: "tap on choose to settings open", unit: "ms" },
  { id: "settings.inp", title: "INP of that tap", unit: "ms" },
  { id: "settings.blocking", title: "blocking time in the second after it, without the start of WASM", unit: "ms" },
  { id: "settings.longest", title: "longest task then, without the start of WASM", unit: "ms" },
  { id: "settings.blockingWithWasm", title: "blocking time then with it", unit: "ms" },
  { id: "settings.longestWithWasm", title: "longest task then with it", unit: "ms" },
  { id: "settings.shifts", title: "shifts with and after the tap", unit: "" },
  { id: "settings.bytes", title: "bytes after the tap", unit: "B" },
  { id: "warm.bytes", title: "returning, next page: bytes", unit: "B", over: true },
  { id: "warm.requests", title: "returning, next page: requests", unit: "", over: true },
  { id: "warm.blocking", title: "returning, next page: blocking time", unit: "ms" },
  { id: "cold.bytes", title: "returning, cache empty: bytes", unit: "B", over: true },
  { id: "cold.requests", title: "returning, cache empty: requests", unit: "", over: true },
  { id: "cold.blocking", title: "returning, cache empty: blocking time", unit: "ms" },
  { id: "short.visible", title: "short page: banner visible", unit: "ms" },
  { id: "short.longest", title: "short page: longest task until 2 s after it is visible", unit: "ms" },
  { id: "shortOwn.longest", title: "short page: four times the processor's time of its longest task", unit: "ms" },
  { id: "shortAgain.longest", title: "short page, returning: longest task", unit: "ms" },
];

const number = (round, id) => id.split(".").reduce((value, key) => value?.[key], round) ?? null;

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Between which two of `numbers` their true median lies, with 95 % confidence whatever their distribution (the sign test).
 * Of fewer than six all are needed, and do not suffice.
 */
export function range(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const n = sorted.length;
  let rank = 0;
  // The chance that at most `rank` of them are below the true median.
  for (let chance = 0.5 ** n, sum = chance; sum <= 0.025; sum += chance) {
    rank++;
    chance *= (n - rank + 1) / rank;
  }
  const low = Math.max(0, rank - 1);
  return [sorted[low], sorted[n - 1 - low]];
}

/** `{figure: {dress: {median, min, max}}}`; a dress that has no such figure is left out. */
export function summary(rounds) {
  const dresses = [...new Set(rounds.map(({ dress }) => dress))];
  const all = (id, dress) =>
    rounds.filter((round) => round.dress === dress).flatMap((round) => number(round, id) ?? []);
  return Object.fromEntries(
    figures.map(({ id, over }) => {
      const bare = over ? median(all(id, "bare")) : 0;
      const cells = dresses.flatMap((dress) => {
        const numbers = all(id, dress).map((value) => value - bare);
        if (!numbers[0] && numbers[0] !== 0) return [];
        return [[dress, { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) }]];
      });
      return [id, Object.fromEntries(cells)];
    }),
  );
}

/**
 * What is promised. What is compared with another dress is compared within a round, where both met the same machine, and
 * has a `range` (see there). One that is not kept may be so by `noise`: its range reaches the limit.
 */
export function promises(rounds) {
  const table = summary(rounds);
  const of = (id) => table[id].ours.median;
  const ours = rounds.filter(({ dress }) => dress === "ours");
  const most = (...ids) => Math.max(...ids.map((id) => table[id].ours.max));
  const ranged = (numbers) => ({ value: median(numbers), range: range(numbers) });
  const paired = (id, dress, compare) => {
    const other = rounds.filter((one) => one.dress === dress);
    if (other.length !== ours.length) throw new Error(`${dress} has ${other.length} rounds and ours ${ours.length}`);
    return ranged(ours.map((round, i) => compare(number(round, id), number(other[i], id))));
  };
  const times = (id, dress) => paired(id, dress, (a, b) => a / b);
  const beyond = (id, dress = "vanilla") => paired(id, dress, (a, b) => a - b);
  // The longest that a round has of them.
  const longestOf = (...ids) => ranged(ours.map((round) => Math.max(...ids.map((id) => number(round, id)))));
  const taps = ["refusal.longest", "acceptance.longest", "settings.longest"];
  const all = [
    ["banner visible, of vanilla-cookieconsent's time", times("arrival.visible", "vanilla"), 0.5],
    ["banner visible, of the static banner's time", times("arrival.visible", "static"), 1.15],
    ["bytes before any interaction", { value: of("arrival.bytes") }, 8000],
    ["bytes for a returning visitor, cache warm", { value: of("warm.bytes") }, 4500],
    ["returning visits with WASM", { value: ours.filter(({ warm, cold }) => warm.wasm || cold.wasm).length }, 0],
    ["INP of the refusal, beyond vanilla-cookieconsent's, ms", beyond("refusal.inp"), 0],
    ["INP of the acceptance, beyond vanilla-cookieconsent's, ms", beyond("acceptance.inp"), 0],
    ["INP of opening the settings, beyond vanilla-cookieconsent's, ms", beyond("settings.inp"), 0],
    ["blocking time at arrival, beyond vanilla-cookieconsent's, ms", beyond("arrival.blocking"), 0],
    ["blocking time at the refusal, beyond vanilla-cookieconsent's, ms", beyond("refusal.blocking"), 0],
    ["blocking time at the acceptance, beyond vanilla-cookieconsent's, ms", beyond("acceptance.blocking"), 0],
    ["blocking time at the settings, beyond vanilla-cookieconsent's, ms", beyond("settings.blocking"), 0],
    ["longest task at arrival, beyond the bare page's, ms", beyond("arrival.longest", "bare"), 0],
    ["longest task at arrival on a short page, ms", longestOf("short.longest"), 50],
    ["longest task at arrival on a short page, by the processor's time, ms", longestOf("shortOwn.longest"), 50],
    ["longest task there for a returning visitor, ms", longestOf("shortAgain.longest"), 50],
    ["longest task after a tap, without the start of WASM, ms", longestOf(...taps), 50],
    ["shifts at arrival and after each tap, in any round", { value: most(...["arrival", "refusal", "acceptance", "settings"].map((part) => part + ".shifts")) }, 0],
  ];
  return all.map(([promise, { value, range = [value, value] }, limit]) => {
    const kept = value <= limit;
    return { promise, value, range, limit, kept, noise: !kept && range[0] <= limit };
  });
}

/** The table as Markdown, so that it can be recorded as it is. */
export function table(rounds) {
  const cells = summary(rounds);
  const dresses = [...new Set(rounds.map(({ dress }) => dress))];
  const others = ["static", "vanilla", "vanilla-start", "klaro"].filter((dress) => dresses.includes(dress));
  const rows = figures.map(({ id, title, unit, over }) => {
    const row = cells[id];
    const cell = (dress) => (row[dress] ? `${short(row[dress].median)} (${short(row[dress].min)}–${short(row[dress].max)})` : "–");
    const ratio = (dress) => {
      const [a, b] = [row.ours?.median, row[dress]?.median];
      return a === undefined || b === undefined || (b === 0 && a === 0) ? "–" : b === 0 ? "∞" : (a / b).toFixed(2);
    };
    const name = [title, unit && `, ${unit}`, over && ", beyond the bare page's"].filter(Boolean).join("");
    return [name, ...dresses.map(over ? (dress) => (dress === "bare" ? "–" : cell(dress)) : cell), ...others.map(ratio)];
  });
  const head = ["median (least–most)", ...dresses, ...others.map((dress) => `ours / ${dress}`)];
  const line = (words) => `| ${words.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i ? "---:" : "---"))), ...rows.map(line)].join("\n");
}

/** The promises as Markdown. */
export const verdict = (promises) =>
  [
    "| promise | measured | 95 % range | limit | |",
    "| --- | ---: | ---: | ---: | --- |",
    ...promises.map(({ promise, value, range: [low, high], limit, kept, noise }) => {
      const between = low === high ? "–" : `${short(low)} to ${short(high)}`;
      const word = kept ? "kept" : noise ? "**broken**, within noise" : "**broken**";
      return `| ${promise} | ${short(value)} | ${between} | ${short(limit)} | ${word} |`;
    }),
  ].join("\n");

const short = (value) =>
  Number.isInteger(value) ? value.toLocaleString("en") : Math.abs(value) < 10 ? value.toFixed(3).replace(/0+$/, "") : Math.round(value).toLocaleString("en");
