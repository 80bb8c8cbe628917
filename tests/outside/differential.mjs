// Reads what `cargo run -p volens-verify --example differential` writes: whatever we accept, npm `jose` accepts too.
import { createInterface } from "node:readline";
import { judge } from "./judge.mjs";

const kinds = {};
let count = 0;
let wrong = 0;
let head;
let verify;
for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line);
  if (head === undefined) {
    head = said;
    verify = judge(head.jwks);
    continue;
  }
  const answer = await verify(said.token, head);
  const kind = (kinds[said.kind] ??= { cases: 0, ours: 0, theirs: 0 });
  kind.cases += 1;
  kind.ours += said.ours === "ok";
  kind.theirs += answer === "ok";
  count += 1;
  if (said.ours === "ok" && answer !== "ok") {
    wrong += 1;
    console.error(`${said.kind}: we accept and jose says ${answer}: ${said.token}`);
  }
}
console.log(JSON.stringify({ reader: "jose", cases: count, wrong, kinds }));
// Fewer lines than announced means that the writer stopped; no case at all means that nothing was compared.
process.exitCode = count > 0 && count === head.cases && wrong === 0 ? 0 : 1;
