// Verifies tokens with npm `jose`, given a JWKS: { jwks, cases: [{ token, issuer, audience }] } on standard input,
// a list of { claims } or { error } on standard output.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// One pinned installation serves the browser tests and this.
const installed = createRequire(new URL("../browser/package.json", import.meta.url));
const { createLocalJWKSet, jwtVerify } = await import(pathToFileURL(installed.resolve("jose")));

const { jwks, cases } = JSON.parse(readFileSync(0, "utf8"));
const keys = createLocalJWKSet(jwks);
const answers = [];
for (const { token, issuer, audience } of cases) {
  try {
    const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: "consent+jwt" });
    answers.push({ claims: payload });
  } catch (error) {
    answers.push({ error: error.code ?? String(error) });
  }
}
console.log(JSON.stringify(answers));
