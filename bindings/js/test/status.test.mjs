// Status lists: what is taken in, what it says of a token, and for how long.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { named, packaged } from "./support.mjs";

const { ConfigurationError, Refused, StatusError, StatusLists, Verifier } = await import(
  pathToFileURL(`${packaged}/index.js`)
);
const URI = "https://nordvakt.example/consent/v1/status/1";
const { token, now, options } = named("status", "status-valid");
const listOf = (id) => named("status", id).context.status.lists[URI];
/** Signed 30 seconds before now, and 121. */
const [clear, set, earlier] = ["status-valid", "status-withdrawn", "status-stale"].map(listOf);

const start = (changes) => {
  const lists = new StatusLists(changes);
  return { lists, verifier: new Verifier({ ...options, status: lists }) };
};
const code = (act) => {
  try {
    act();
    return "ok";
  } catch (error) {
    return `${error.name} ${error.code}`;
  }
};

test("a list says what was withdrawn since", () => {
  const { lists, verifier } = start();
  const said = (at = now) => code(() => verifier.verify(token, at));
  assert.equal(said(), "Refused status-unknown");
  const times = lists.put(URI, earlier, verifier, now);
  assert.deepEqual(times, { issuedAt: new Date(now - 121_000), staleAt: new Date(now + 179_001), ttl: 60 });
  assert.deepEqual([said(), said(now + 179_000), said(now + 179_001)], ["ok", "ok", "Refused status-stale"]);
  lists.put(URI, Buffer.from(set), verifier, new Date(now));
  assert.equal(said(), "Refused withdrawn");
  // An older copy from a cache, and one of the same second.
  assert.equal(code(() => lists.put(URI, earlier, verifier, now)), "StatusError older-list");
  lists.put(URI, clear, verifier, now);
  assert.equal(said(), "Refused withdrawn");
  lists.remove(`${URI}2`);
  assert.equal(said(), "Refused withdrawn");
  lists.remove(URI);
  assert.equal(said(), "Refused status-unknown");
});

test("lists outlive the verifier that took them in, and are nobody else's", () => {
  const { lists, verifier } = start({ maxAge: 120 });
  lists.put(URI, clear, verifier, now);
  assert.ok(new Verifier({ ...options, status: lists }).verify(token, now));
  for (const other of [new Verifier(options), start().verifier]) {
    assert.equal(code(() => other.verify(token, now)), "Refused status-unknown");
  }
  assert.equal(code(() => verifier.verify(token, now + 90_001)), "Refused status-stale");
});

test("what is no list is not taken in, with a code, and what is at hand stays", () => {
  const { lists, verifier } = start();
  lists.put(URI, clear, verifier, now);
  const codes = {
    "status-list-forged": "bad-signature",
    "status-list-forged-name": "unknown-key",
    "status-list-unsigned": "wrong-alg",
    "status-list-typ": "wrong-type",
    "status-list-typ-consent": "wrong-type",
    "status-list-sub": "wrong-list",
    "status-list-bits-3": "malformed",
    "status-list-no-zlib": "bad-compression",
    "status-list-truncated": "bad-compression",
    "status-list-checksum": "bad-compression",
    "status-list-no-list": "malformed",
    "status-list-nonsense": "malformed",
    "status-list-consent": "wrong-type",
  };
  for (const [id, expected] of Object.entries(codes)) {
    assert.equal(code(() => lists.put(URI, listOf(id), verifier, now)), `StatusError ${expected}`, id);
  }
  const put = (list, at = now) => code(() => lists.put(URI, list, verifier, at));
  assert.equal(put(clear, now - 330_001), "StatusError not-yet-valid");
  assert.equal(put("a".repeat(2_097_152)), "StatusError malformed");
  for (const long of ["a".repeat(2_097_153), new Uint8Array(2_097_153), "ä".repeat(1_048_577), "a".repeat(50_000_000)]) {
    assert.equal(put(long), "StatusError too-long");
  }
  assert.ok(!(new StatusError({}) instanceof Refused), "no visitor sent it");
  assert.throws(() => lists.put(URI, "", verifier, now), { message: /^not a status list: / });
  assert.ok(verifier.verify(token, now));
});

test("a mistake of the program is none of the list", () => {
  const { lists, verifier } = start();
  for (const [uri, list, by, at] of [
    [undefined, clear, verifier, now],
    [new URL(URI), clear, verifier, now],
    [URI, undefined, verifier, now],
    [URI, { toString: () => clear }, verifier, now],
    [URI, clear, undefined, now],
    [URI, clear, {}, now],
    [URI, clear, lists, now],
    [URI, clear, verifier, NaN],
  ]) {
    assert.throws(() => lists.put(uri, list, by, at), TypeError);
  }
  assert.throws(() => lists.remove(), TypeError);
  assert.equal(code(() => verifier.verify(token, now)), "Refused status-unknown");
});

test("the present is the caller's too", () => {
  const { lists, verifier } = start();
  const expected = Date.now() < now - 330_000 ? "StatusError not-yet-valid" : "ok";
  assert.equal(code(() => lists.put(URI, clear, verifier)), expected);
});

test("a mistake in the options shows when the lists or the verifier are made", () => {
  const made = (changes) => code(() => new StatusLists(changes));
  for (const good of [undefined, {}, { maxAge: 1 }, { maxAge: 86_400 }]) assert.equal(made(good), "ok");
  for (const maxAge of [0, 86_401, 0.5, -1]) assert.equal(made({ maxAge }), "ConfigurationError bad-status-age", maxAge);
  for (const wrong of [{ maxAge: "60" }, { maxAge: NaN }, { maxAge: undefined }, { maxage: 60 }, { ttl: 60 }, 60, "60", null]) {
    assert.equal(made(wrong), "ConfigurationError bad-option", JSON.stringify(wrong));
  }
  for (const status of [undefined, null, {}, { maxAge: 60 }, "lists", new Verifier(options)]) {
    assert.throws(() => new Verifier({ ...options, status }), ConfigurationError);
  }
  const everywhere = new StatusLists();
  Object.prototype.maxAge = 86_400;
  Object.prototype.status = everywhere;
  try {
    assert.equal(made({}), "ok");
    const { lists, verifier } = start({});
    lists.put(URI, clear, verifier, now);
    assert.equal(code(() => verifier.verify(token, now + 300_000)), "Refused status-stale");
    everywhere.put(URI, clear, verifier, now);
    assert.equal(code(() => new Verifier({ ...options }).verify(token, now)), "Refused status-unknown");
  } finally {
    delete Object.prototype.maxAge;
    delete Object.prototype.status;
  }
});
