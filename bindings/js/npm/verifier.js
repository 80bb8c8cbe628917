// Options in, answers out. Every decision is made by the WASM; nothing here knows a rule.
import { core } from "./core.js";

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

export class Verifier {
  #core;

  constructor(options) {
    const { jwks, ...others } = own(options);
    for (const [name, value] of Object.entries(own(options))) {
      // An environment variable that is not set, a number that is none: JSON drops both, and with them a check that
      // somebody believes in.
      if ((JSON.stringify(value) ?? "null") === "null") {
        throw new ConfigurationError({ code: "bad-option", message: `${name}: no value; give it one or leave it out` });
      }
    }
    const keys = typeof jwks === "string" || jwks === undefined ? jwks : JSON.stringify(jwks);
    const Core = core();
    try {
      this.#core = new Core(JSON.stringify(others), keys ?? "");
    } catch (fault) {
      throw typeof fault === "string" ? new ConfigurationError(JSON.parse(fault)) : fault;
    }
  }

  verify(token, now = Date.now()) {
    const millis = Number(now);
    if (!Number.isFinite(millis)) throw new TypeError("now is no time: expected a Date, or milliseconds as Date.now() gives");
    // A cookie that is absent, or that a parser made something else of.
    if (typeof token !== "string") throw new Refused({ code: "malformed", message: "no token: expected a text" });
    // What is longer in UTF-16 is longer in bytes; it is not copied to be measured.
    const text = token.length > 4096 ? "a".repeat(4097) : token;
    const { consent, refused } = own(JSON.parse(this.#core.verify(text, millis)));
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
