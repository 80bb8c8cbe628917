// The published vectors against npm `jose`: it accepts what has to be accepted, and refuses what a general library can
// know. What it cannot know stands in exceptions.json by name, and a name that is not needed is a failure too.
import { readdirSync, readFileSync } from "node:fs";
import { judge } from "./judge.mjs";

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const { general, both, jose } = read("./exceptions.json");
const excused = new Map(
  [both, jose].flatMap((table) => Object.entries(table).flatMap(([why, ids]) => ids.map((id) => [id, why]))),
);
const folder = new URL("../vectors/token/", import.meta.url);
const wrong = [];
let count = 0;
for (const name of readdirSync(folder).filter((name) => name.endsWith(".json")).sort()) {
  const file = read(new URL(name, folder));
  for (const { id, token, jwks, context, expect } of file.vectors) {
    const answer = await judge(typeof jwks === "string" ? file.jwks[jwks] : jwks)(token, context);
    const fits = expect === "ok" ? answer === "ok" : answer !== "ok" || !general.includes(expect);
    if (fits === excused.has(id)) {
      wrong.push(`${id}: expected ${expect}, got ${answer}${fits ? `; excused for nothing: ${excused.get(id)}` : ""}`);
    }
    excused.delete(id);
    count += 1;
  }
}
wrong.push(...[...excused.keys()].map((id) => `${id} is excused and is no vector`));
console.log([...wrong, `jose: ${count} vectors, ${wrong.length} wrong`].join("\n"));
process.exitCode = count > 0 && wrong.length === 0 ? 0 : 1;
