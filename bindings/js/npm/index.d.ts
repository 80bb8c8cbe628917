/** A JWK set (RFC 7517), as served at `/.well-known/jwks.json`. */
export interface Jwks {
  keys: readonly object[];
}

export interface VerifierOptions {
  /** Who must have issued the token (`iss`), byte by byte: the first origin of the site. */
  issuer: string;
  /** For whom (`aud`): for the browser's cookie the first origin of the site, for a service its name in `site.toml`. */
  audience: string;
  /** The keys that may have signed it: JSON or what `JSON.parse` made of it. */
  jwks: string | Jwks;
  /** The controller you act for, by its id in `site.toml`: a consent counts only for those its text named. */
  controller?: string;
  /** The notices under which a grant counts; without this, any. */
  notices?: readonly string[];
  /** By how much clocks may differ: whole seconds, at most 300; 0 unless given. */
  leeway?: number;
  /** Where it stands which tokens were withdrawn since; without this a token that names a list is `status-unknown`. */
  status?: StatusLists;
  /** `"early"`: refuses for the reason that is cheapest to find instead of the first in the order of the codes. */
  refusals?: "in-order" | "early";
  /** Accepts the tokens of `volens serve --dev` **and no others**. On a developer's own machine, nowhere else. */
  dangerous?: "development-tokens";
}

/** Why a token is refused as a whole, in the order in which it is looked at. */
export type RefusedCode =
  | "too-long"
  | "malformed"
  | "forbidden-header"
  | "wrong-type"
  | "wrong-alg"
  | "unknown-key"
  | "bad-signature"
  | "wrong-issuer"
  | "wrong-audience"
  | "wrong-controller"
  | "not-yet-valid"
  | "expired"
  | "status-unknown"
  | "status-stale"
  | "withdrawn";

/** Why an accepted token does not permit a purpose. */
export type DeniedCode = "other-notice" | "not-granted";

/** The token is not accepted: there is no consent. {@link Denied} is one too, so that one `catch` has both. */
export class Refused extends Error {
  protected constructor();
  readonly code: RefusedCode | DeniedCode;
}

/** The token is accepted and does not permit the purpose. */
export class Denied extends Refused {
  private constructor();
  readonly code: DeniedCode;
  readonly purpose: string;
}

/** Why a status list is not taken in, in the order in which it is looked at. */
export type StatusCode =
  | "too-long"
  | "forbidden-header"
  | "wrong-type"
  | "wrong-alg"
  | "unknown-key"
  | "bad-signature"
  | "malformed"
  | "wrong-issuer"
  | "wrong-list"
  | "not-yet-valid"
  | "bad-compression"
  | "too-large"
  | "older-list";

/** The list is not taken in; the one that is at hand, if there is one, stays. No {@link Refused}: no visitor sent it. */
export class StatusError extends Error {
  private constructor();
  readonly code: StatusCode;
}

/** A mistake in the options, told when the verifier or the lists are made. */
export class ConfigurationError extends Error {
  private constructor();
  readonly code:
    | "missing-issuer"
    | "missing-audience"
    | "missing-keys"
    | "missing-notices"
    | "bad-leeway"
    | "bad-status-age"
    | "bad-option"
    | "not-a-key-set"
    | "no-key"
    | "bad-key";
}

/** Checks tokens of one issuer for one audience. No network, no files. */
export class Verifier {
  /** @throws {ConfigurationError} */
  constructor(options: VerifierOptions);

  /**
   * Verifies a token, at the present or at `now`: a `Date`, or milliseconds as `Date.now()` gives.
   *
   * What is no text is refused as `malformed`: hand over what your cookie parser found, absent or not.
   *
   * @throws {Refused}
   */
  verify(token: string | null | undefined, now?: Date | number): Consent;
}

/**
 * The status lists that you have fetched: one for all verifiers, also for those you make later, for new keys.
 *
 * Nothing here fetches. Ask at an address of your own configuration, never at one that a token names.
 */
export class StatusLists {
  #private;
  /**
   * `maxAge`: how old a list may be, since it was signed: whole seconds, 1 to 86400; 300 unless given. So long a
   * withdrawal may stay unseen.
   *
   * @throws {ConfigurationError}
   */
  constructor(options?: { maxAge?: number });

  /**
   * Takes in the list that came from `uri`: the body of the answer, as text or bytes. The verifier lends its issuer and
   * keys; `now` is as in {@link Verifier.verify}.
   *
   * @throws {StatusError}
   */
  put(uri: string, token: string | Uint8Array, verifier: Verifier, now?: Date | number): ListTimes;

  /** Drops the list of this address: its service says that there is none any more (404). */
  remove(uri: string): void;
}

/** The times of a list that was taken in. */
export interface ListTimes {
  /** When it was signed. */
  readonly issuedAt: Date;
  /** The first instant at which it tells nothing any more, if no newer one comes; it may be past. */
  readonly staleAt: Date;
  /** After how many seconds its maker wants to be asked again. */
  readonly ttl: number | undefined;
}

/**
 * A verified token. That there is one says that it is genuine and valid, not that anything was granted: a refusal is a
 * valid token too. It holds for the moment of its verification.
 */
export class Consent {
  /** Names the type: no object literal passes for it. */
  #private;
  private constructor();
  /** Whether the purpose is granted. */
  has(purpose: string): boolean;
  /** Proof that it is, to hand to what needs it. @throws {Denied} */
  require<P extends string>(purpose: P): Grant<P>;
  /** The purposes that are granted. */
  readonly purposes: readonly string[];
  /** The subject's pseudonym; none if nothing is granted. */
  readonly subject: string | undefined;
  readonly verifiedAt: Date;
  /** When the token ends. A `Consent` kept longer has to be verified again. */
  readonly expiresAt: Date;
  /** All that the token claims; `claims.g` is what was said, {@link has} is what counts. */
  readonly claims: Claims;
}

/** Proof that the purpose was granted: `function countView(path: string, grant: Grant<"analytics">)`. */
export class Grant<P extends string = string> {
  #private;
  private constructor();
  readonly purpose: P;
  readonly grantedAt: Date;
  readonly consent: Consent;
}

/** As they stand in the token; times are Unix seconds. */
export interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly sub?: string;
  readonly iat: number;
  readonly nbf?: number;
  readonly exp: number;
  readonly jti?: string;
  readonly ctl: readonly string[];
  readonly pol: string;
  readonly ntc: string;
  readonly txt: string;
  readonly lang: string;
  readonly jur: string;
  readonly src: string;
  /** The second of the grant, or 0 for refused. */
  readonly g: Readonly<Record<string, number>>;
  readonly status?: { readonly status_list: { readonly idx: number; readonly uri: string } };
}
