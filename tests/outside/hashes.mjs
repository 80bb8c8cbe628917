// Makes hashes again with what JavaScript has: a list of { name, material, hash } on standard input, the names of those
// that differ on standard output. JSON.stringify writes texts and whole numbers as RFC 8785 asks, and JavaScript sorts
// by UTF-16 code units, as it asks too.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
};

const differs = [];
for (const { name, material, hash } of JSON.parse(readFileSync(0, "utf8"))) {
  if (canonical(JSON.parse(material)) !== material) differs.push(`${name}: not canonical`);
  if (createHash("sha256").update(material).digest("base64url") !== hash) differs.push(`${name}: ${hash}`);
}
console.log(JSON.stringify(differs));
