// Every published vector, through the package as it is shipped.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { test } from "node:test";

const { ConfigurationError, Refused, Verifier } = await import(
  pathToFileURL(`${process.env.VOLENS_NPM_VERIFY}/index.js`)
);

const read = (url) => JSON.parse(readFileSync(url, "utf8"));
const folder = new URL("../../../tests/vectors/token/", import.meta.url);
const open = new Map(
  Object.entries(read(new URL("../../open.json", import.meta.url))).flatMap(([why, ids]) => ids.map((id) => [id, why])),
);

/** What the package says; "key-set" if it takes no such set at all. */
function answer(jwks, { token, context }) {
  const { issuer, audience, now, controller, notices, purpose, leeway } = context;
  const given = Object.fromEntries(Object.entries({ controller, notices, leeway }).filter(([, value]) => value !== undefined));
  try {
    const consent = new Verifier({ issuer, audience, jwks, ...given }).verify(token, now * 1000);
    if (purpose === undefined) return "ok";
    // Asked in all three ways, one answer.
    assert.equal(consent.has(purpose), consent.purposes.includes(purpose));
    if (!consent.has(purpose)) assert.throws(() => consent.require(purpose), Refused);
    return consent.require(purpose).purpose === purpose ? "ok" : "another purpose";
  } catch (error) {
    if (error instanceof ConfigurationError) return "key-set";
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

test("each published vector gets its answer", () => {
  const wrong = [];
  const seen = new Set();
  let count = 0;
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".json")).sort()) {
    const file = read(new URL(name, folder));
    assert.equal(file.schema, 1, name);
    for (const vector of file.vectors) {
      const { id, flags, expect, jwks } = vector;
      const got = answer(typeof jwks === "string" ? file.jwks[jwks] : jwks, vector);
      // Whoever refuses such a set when it is configured never meets the token.
      const expected = flags.includes("key-set") ? "key-set" : expect;
      if (open.has(id)) seen.add(id);
      if ((got === expected) === open.has(id)) {
        wrong.push(got === expected ? `${id} passes now; no longer open` : `${id}: expected ${expected}, got ${got}`);
      }
      // Open or not, what has to be refused is never let through.
      if (got === "ok" && expected !== "ok") wrong.push(`${id} was let through`);
      count += 1;
    }
  }
  wrong.push(...[...open.keys()].filter((id) => !seen.has(id)).map((id) => `${id} is open and is no vector`));
  assert.deepEqual(wrong, []);
  assert.ok(count >= 200, `${count} vectors`);
});
