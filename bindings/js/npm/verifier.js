// Options in, answers out. Every decision is made by the WASM; nothing here knows a rule.
import { cores } from "./core.js";

/** Whoever makes a Consent or a Grant has this, and nobody else has: neither can be written by hand. */
const PROOF = Symbol("verified");

const proven = (proof, name) => {
  if (proof !== PROOF) throw new TypeError(`a ${name} is made by a check only`);
};

/** An object with its own members and no others: what somebody puts on `Object.prototype` grants nothing. */
const own = (object) => ({ __proto__: null, ...object });

/** A token that is not accepted. */
export class Refused extends Error {
  constructor({ code, message }) {
    super(message);
    this.code = code;
  }
  get name() {
    return "Refused";
  }
}

/** A token that is accepted, and does not permit the purpose. */
export class Denied extends Refused {
  constructor(purpose, fault) {
    super(fault);
    this.purpose = purpose;
  }
  get name() {
    return "Denied";
  }
}

/** A mistake in the options. */
export class ConfigurationError extends Error {
  constructor({ code, message }) {
    super(message);
    this.code = code;
  }
  get name() {
    return "ConfigurationError";
  }
}

/** A status list that was not taken in. */
export class StatusError extends Error {
  constructor({ code, message }) {
    super(message);
    this.code = code;
  }
  get name() {
    return "StatusError";
  }
}

/** The options, each with a value. */
const given = (options) => {
  // The age alone, without its name, would be no age at all.
  if (options !== undefined && Object(options) !== options) {
    throw new ConfigurationError({ code: "bad-option", message: "options: expected an object" });
  }
  const all = own(options);
  for (const [name, value] of Object.entries(all)) {
    // An environment variable that is not set, a number that is none: JSON drops both, and with them a check that
    // somebody believes in.
    if ((JSON.stringify(value) ?? "null") === "null") {
      throw new ConfigurationError({ code: "bad-option", message: `${name}: no value; give it one or leave it out` });
    }
  }
  return all;
};

const configured = (make) => {
  const compiled = cores();
  try {
    return make(compiled);
  } catch (fault) {
    throw typeof fault === "string" ? new ConfigurationError(JSON.parse(fault)) : fault;
  }
};

const instant = (now) => {
  const millis = Number(now);
  if (!Number.isFinite(millis)) throw new TypeError("now is no time: expected a Date, or milliseconds as Date.now() gives");
  return millis;
};

/** What is longer in UTF-16 is longer in bytes; it is not copied to be measured. */
const atMost = (most, text) => (text.length > most ? "a".repeat(most + 1) : text);

/** The compiled object behind one of these classes; undefined for any other value. */
let listsOf, verifierOf;

export class StatusLists {
  #lists;
  static {
    listsOf = (value) => (Object(value) === value && #lists in value ? value.#lists : undefined);
  }

  constructor(options = {}) {
    const json = JSON.stringify(given(options));
    this.#lists = configured(({ Lists }) => new Lists(json));
  }

  put(uri, token, verifier, now = Date.now()) {
    const by = verifierOf(verifier);
    if (!by) throw new TypeError("verifier: expected a Verifier, which lends its issuer and keys");
    const { times, refused } = own(JSON.parse(this.#lists.put(address(uri), body(token), by, instant(now))));
    if (!times) throw new StatusError(refused);
    const { issuedAt, staleAt, ttl } = own(times);
    return Object.freeze({ issuedAt: new Date(issuedAt), staleAt: new Date(staleAt), ttl });
  }

  remove(uri) {
    this.#lists.remove(address(uri));
  }
}

const address = (uri) => {
  if (typeof uri !== "string") throw new TypeError("uri: expected a text");
  return uri;
};

/** The bytes of a list, or of what is too long for one. */
const body = (token) => {
  const most = 2_097_152;
  if (typeof token === "string") return new TextEncoder().encode(atMost(most, token));
  // By its tag, as it may come from elsewhere.
  if (Object.prototype.toString.call(token) === "[object Uint8Array]") return token.subarray(0, most + 1);
  throw new TypeError("token: expected a text, or its bytes as a Uint8Array");
};

export class Verifier {
  #core;
  static {
    verifierOf = (value) => (Object(value) === value && #core in value ? value.#core : undefined);
  }

  constructor(options) {
    const { jwks, status, ...others } = given(options);
    const lists = listsOf(status);
    if (status !== undefined && !lists) {
      throw new ConfigurationError({ code: "bad-option", message: "status: expected a StatusLists" });
    }
    const keys = typeof jwks === "string" ? jwks : (JSON.stringify(jwks) ?? "");
    const json = JSON.stringify(others);
    this.#core = configured(({ Core }) => (lists ? Core.asking(json, keys, lists) : new Core(json, keys)));
  }

  verify(token, now = Date.now()) {
    const millis = instant(now);
    // A cookie that is absent, or that a parser made something else of.
    if (typeof token !== "string") throw new Refused({ code: "malformed", message: "no token: expected a text" });
    const { consent, refused } = own(JSON.parse(this.#core.verify(atMost(4096, token), millis)));
    if (!consent) throw new Refused(refused);
    return new Consent(PROOF, consent);
  }
}

export class Consent {
  #purposes;

  constructor(proof, { claims, verifiedAt, expiresAt, purposes }) {
    proven(proof, "Consent");
    // A map: an object has members that nobody granted.
    this.#purposes = new Map(Object.entries(purposes).map(([id, decision]) => [id, own(decision)]));
    this.claims = frozen(claims);
    this.subject = own(claims).sub;
    this.verifiedAt = new Date(verifiedAt);
    this.expiresAt = new Date(expiresAt);
    this.purposes = Object.freeze([...this.#purposes].filter(([, { granted }]) => granted !== undefined).map(([id]) => id));
    Object.freeze(this);
  }

  has(purpose) {
    return this.#purposes.get(purpose)?.granted !== undefined;
  }

  require(purpose) {
    const { granted, denied } = this.#purposes.get(purpose) ?? own();
    if (granted !== undefined) return new Grant(PROOF, purpose, new Date(granted), this);
    throw new Denied(purpose, denied ?? { code: "not-granted", message: `purpose ${String(purpose)}: not granted` });
  }
}

export class Grant {
  constructor(proof, purpose, grantedAt, consent) {
    proven(proof, "Grant");
    Object.assign(this, { purpose, grantedAt, consent });
    Object.freeze(this);
  }
}

/** All the way down. */
function frozen(value) {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
