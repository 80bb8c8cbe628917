// Every published vector, through the package as it is shipped.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { test } from "node:test";

const { ConfigurationError, Refused, StatusError, StatusLists, Verifier } = await import(
  pathToFileURL(`${process.env.VOLENS_NPM_VERIFY}/index.js`)
);

const read = (url) => JSON.parse(readFileSync(url, "utf8"));
const folder = new URL("../../../tests/vectors/token/", import.meta.url);

/** Lists that are none are not taken in. */
function putAll(lists, status, verifier, now) {
  for (const [uri, list] of Object.entries(status.lists)) {
    try {
      lists.put(uri, list, verifier, now);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }
}

/** What the package says; "key-set" if it takes no such set at all. */
function answer(jwks, { token, context }) {
  const { issuer, audience, controller, notices, purpose, leeway, status } = context;
  const now = context.now * 1000;
  const given = Object.fromEntries(Object.entries({ controller, notices, leeway }).filter(([, value]) => value !== undefined));
  try {
    const lists = status && new StatusLists({ maxAge: status.max_staleness });
    const verifier = new Verifier({ issuer, audience, jwks, ...given, ...(lists && { status: lists }) });
    if (lists) putAll(lists, status, verifier, now);
    const consent = verifier.verify(token, now);
    if (purpose === undefined) return "ok";
    // Asked in all three ways, one answer.
    assert.equal(consent.has(purpose), consent.purposes.includes(purpose));
    if (!consent.has(purpose)) assert.throws(() => consent.require(purpose), Refused);
    return consent.require(purpose).purpose === purpose ? "ok" : "another purpose";
  } catch (error) {
    // Of the codes of a set, and no other mistake.
    if (error instanceof ConfigurationError && ["not-a-key-set", "no-key", "bad-key"].includes(error.code)) return "key-set";
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

test("each published vector gets its answer", () => {
  const wrong = [];
  let count = 0;
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".json")).sort()) {
    const file = read(new URL(name, folder));
    assert.equal(file.schema, 1, name);
    for (const vector of file.vectors) {
      const { id, flags, expect, jwks } = vector;
      const got = answer(typeof jwks === "string" ? file.jwks[jwks] : jwks, vector);
      // Whoever refuses such a set when it is configured never meets the token.
      const expected = flags.includes("key-set") ? "key-set" : expect;
      if (got !== expected) wrong.push(`${id}: expected ${expected}, got ${got}`);
      count += 1;
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(count >= 200, `${count} vectors`);
});
