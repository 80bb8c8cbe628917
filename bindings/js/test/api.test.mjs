// What the package promises beyond the answers of the vectors.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { development, good, packaged } from "./support.mjs";

const { ConfigurationError, Consent, Denied, Grant, Refused, Verifier } = await import(
  pathToFileURL(`${packaged}/index.js`)
);
const { options, token, now } = good;
const verifier = new Verifier(options);
const code = (act) => {
  try {
    return act();
  } catch (error) {
    return `${error.name} ${error.code}`;
  }
};

test("a consent says what was granted, to whom, and until when", () => {
  const consent = verifier.verify(token, now);
  assert.deepEqual(consent.purposes, ["analytics"]);
  assert.equal(consent.has("analytics"), true);
  assert.equal(consent.has("marketing"), false);
  assert.equal(consent.subject, "s-7hK2");
  assert.equal(consent.verifiedAt.getTime(), now);
  assert.equal(consent.expiresAt.getTime(), consent.claims.exp * 1000);
  assert.deepEqual(consent.claims.g, { analytics: 1795293630, marketing: 0 });
  const grant = consent.require("analytics");
  assert.ok(grant instanceof Grant);
  assert.equal(grant.purpose, "analytics");
  assert.equal(grant.grantedAt.getTime(), 1795293630_000);
  assert.equal(grant.consent, consent);
});

test("a refusal tells its code, and one catch has both kinds", () => {
  assert.equal(code(() => verifier.verify(token, now - 1000)), "Refused not-yet-valid");
  const consent = verifier.verify(token, now);
  assert.throws(
    () => consent.require("marketing"),
    (error) =>
      error instanceof Denied &&
      error instanceof Refused &&
      error.code === "not-granted" &&
      error.purpose === "marketing" &&
      error.message === "purpose marketing: not granted",
  );
});

test("what every object has is no purpose", () => {
  const consent = verifier.verify(token, now);
  for (const name of ["constructor", "__proto__", "toString", "has", "", undefined, null, 0, Symbol("x"), ["analytics"]]) {
    assert.equal(consent.has(name), false, String(name));
    assert.equal(code(() => consent.require(name)), "Denied not-granted", String(name));
  }
});

test("what somebody puts on every object grants nothing", () => {
  const everywhere = { consent: { claims: {}, purposes: { marketing: { granted: 1 } } }, granted: 1, jwks: options.jwks, sub: "eve" };
  Object.assign(Object.prototype, everywhere);
  try {
    assert.equal(code(() => verifier.verify("", now)), "Refused malformed");
    const consent = verifier.verify(token, now);
    assert.deepEqual(consent.purposes, ["analytics"]);
    for (const name of ["marketing", "functional"]) {
      assert.equal(consent.has(name), false);
      assert.equal(code(() => consent.require(name)), "Denied not-granted");
    }
    const { issuer, audience } = options;
    assert.equal(code(() => new Verifier({ issuer, audience })), "ConfigurationError missing-keys");
  } finally {
    for (const name of Object.keys(everywhere)) delete Object.prototype[name];
  }
});

test("proof comes from a check, and cannot be changed", () => {
  const consent = verifier.verify(token, now);
  const said = { claims: consent.claims, purposes: { marketing: { granted: 1 } }, verifiedAt: 0, expiresAt: 0 };
  assert.throws(() => new Consent(undefined, said), TypeError);
  assert.throws(() => new Grant(undefined, "marketing", new Date(), consent), TypeError);
  assert.throws(() => consent.purposes.push("marketing"), TypeError);
  assert.throws(() => (consent.claims.g.marketing = 1), TypeError);
  assert.throws(() => (consent.has = () => true), TypeError);
  assert.throws(() => (consent.require("analytics").purpose = "marketing"), TypeError);
});

test("what is no text is refused like a bad one, whatever the cookie parser made of it", () => {
  for (const value of [undefined, null, 0, {}, [token], { toString: () => token }, Buffer.from(token)]) {
    assert.equal(code(() => verifier.verify(value, now)), "Refused malformed");
  }
  for (const value of ["", "\ud800", `${token}\ud800`, `${token}\n`]) {
    assert.equal(code(() => verifier.verify(value, now)), "Refused malformed");
  }
  assert.equal(code(() => verifier.verify("a".repeat(4096), now)), "Refused malformed");
  for (const value of ["a".repeat(4097), "ä".repeat(2049), "a".repeat(50_000_000)]) {
    assert.equal(code(() => verifier.verify(value, now)), "Refused too-long");
  }
});

test("now is a date, or milliseconds, or the present", () => {
  assert.ok(verifier.verify(token, new Date(now)).has("analytics"));
  // A fraction of the second before it was issued.
  assert.equal(code(() => verifier.verify(token, now - 0.5)), "Refused not-yet-valid");
  for (const value of [NaN, Infinity, -Infinity, new Date(NaN), "yesterday", {}]) {
    assert.throws(() => verifier.verify(token, value), TypeError);
  }
  // Beyond all years: held at the ends, and nothing is valid there.
  assert.equal(code(() => verifier.verify(token, 1e300)), "Refused expired");
  assert.equal(code(() => verifier.verify(token, -1e300)), "Refused not-yet-valid");
  // This token lives from 2026-11-21 for 180 days.
  const present = Date.now() < now ? "Refused not-yet-valid" : Date.now() < now + 180 * 86_400_000 ? "now" : "Refused expired";
  assert.equal(code(() => verifier.verify(token).constructor === Consent && "now"), present);
});

test("a mistake in the options shows when the verifier is made", () => {
  const made = (changes) => code(() => new Verifier({ ...options, ...changes }) && "made");
  const without = (name) => Object.fromEntries(Object.entries(options).filter(([key]) => key !== name));
  assert.equal(made({ controller: "nordvakt", notices: ["abc"], leeway: 300, refusals: "early" }), "made");
  assert.equal(made({ jwks: JSON.stringify(options.jwks) }), "made");
  assert.equal(code(() => new Verifier(without("issuer"))), "ConfigurationError missing-issuer");
  assert.equal(code(() => new Verifier(without("audience"))), "ConfigurationError missing-audience");
  assert.equal(code(() => new Verifier(without("jwks"))), "ConfigurationError missing-keys");
  assert.equal(code(() => new Verifier()), "ConfigurationError missing-issuer");
  for (const wrong of [null, "https://nordvakt.example", true]) {
    assert.equal(code(() => new Verifier(wrong)), "ConfigurationError bad-option", String(wrong));
  }
  assert.equal(made({ notices: [] }), "ConfigurationError missing-notices");
  for (const leeway of [301, 0.5, -1]) assert.equal(made({ leeway }), "ConfigurationError bad-leeway", leeway);
  for (const wrong of [
    { issuer: 1 },
    { notices: "abc" },
    { notices: ["a b"] },
    { leeway: "60" },
    { leeway: NaN },
    { refusals: "late" },
    { dangerous: true },
    // Names that are nearly right would be checks that nobody makes.
    { notice: ["abc"] },
    { controllers: "nordvakt" },
    // And so would a variable of the environment that is not set.
    { controller: undefined },
    { notices: null },
    { leeway: undefined },
    { leeway: Infinity },
    { controller: () => "nordvakt" },
    { notices: [undefined] },
  ]) {
    assert.equal(made(wrong), "ConfigurationError bad-option", JSON.stringify(wrong));
  }
  assert.equal(made({ jwks: "keys" }), "ConfigurationError not-a-key-set");
  assert.equal(made({ jwks: { keys: [] } }), "ConfigurationError no-key");
  const [key] = options.jwks.keys;
  assert.equal(made({ jwks: { keys: [{ ...key, kid: "1" }] } }), "ConfigurationError bad-key");
  assert.equal(made({ jwks: { keys: [{ ...key, d: "AA" }] } }), "ConfigurationError bad-key");
  assert.ok(!(new ConfigurationError({}) instanceof Refused), "a mistake of the program is no refusal");
});

test("tokens of a developer's machine are another kind, in both directions", () => {
  const careless = new Verifier({ ...options, dangerous: "development-tokens" });
  assert.equal(code(() => careless.verify(token, now)), "Refused wrong-type");
  assert.equal(code(() => verifier.verify(development, now)), "Refused wrong-type");
  assert.ok(careless.verify(development, now).has("analytics"));
});

test("with refusals early the same tokens pass", () => {
  const early = new Verifier({ ...options, refusals: "early" });
  assert.ok(early.verify(token, now).has("analytics"));
  const [header, claims] = token.split(".");
  const spoilt = `${header}.${claims}.${"A".repeat(86)}`;
  assert.equal(code(() => verifier.verify(spoilt, now - 1000)), "Refused bad-signature");
  assert.equal(code(() => early.verify(spoilt, now - 1000)), "Refused not-yet-valid");
});
