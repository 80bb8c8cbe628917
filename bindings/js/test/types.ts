// Compiled, never run: each `@ts-expect-error` has to be one.
import { ConfigurationError, Consent, Denied, Grant, Refused, StatusError, StatusLists, Verifier } from "@volens/verify";
import * as bare from "@volens/verify/load";
import module from "@volens/verify/volens_verify.wasm";

bare.load(module);
bare.load(new Uint8Array());
const sameTypes: Verifier = new bare.Verifier({ issuer: "i", audience: "a", jwks: { keys: [] } });

function countView(path: string, proof: Grant<"analytics">): Date {
  return proof.grantedAt ?? path;
}

function serve(verifier: Verifier, cookie: string | undefined): void {
  let consent: Consent;
  try {
    consent = verifier.verify(cookie);
  } catch (error) {
    if (error instanceof Denied) error.purpose satisfies string;
    if (error instanceof Refused) error.code satisfies string;
    if (error instanceof ConfigurationError) error.code satisfies string;
    return;
  }
  countView("/", consent.require("analytics"));
  // @ts-expect-error proof of something else
  countView("/", consent.require("marketing"));
  // @ts-expect-error not proof at all
  countView("/", { purpose: "analytics", grantedAt: new Date(), consent });
  // @ts-expect-error made by a check only
  new Consent();
  // @ts-expect-error nothing is changed afterwards
  consent.purposes.push("marketing");
  // @ts-expect-error seconds or milliseconds, but no text
  verifier.verify(cookie, "now");
}

new Verifier({ issuer: "i", audience: "a", jwks: "{}", controller: "c", notices: ["n"], leeway: 60, refusals: "early" });
// @ts-expect-error no keys
new Verifier({ issuer: "i", audience: "a" });
// @ts-expect-error a name that is not one of the options
new Verifier({ issuer: "i", audience: "a", jwks: "{}", notice: ["n"] });
// @ts-expect-error danger has to be spelt out
new Verifier({ issuer: "i", audience: "a", jwks: "{}", dangerous: true });

const status = new StatusLists({ maxAge: 180 });
const asking = new Verifier({ issuer: "i", audience: "a", jwks: "{}", status });

function refresh(uri: string, body: string | Uint8Array): number {
  try {
    const { staleAt, ttl } = status.put(uri, body, asking, new Date());
    return Math.min(ttl ?? 60, staleAt.getTime());
  } catch (error) {
    if (error instanceof StatusError) error.code satisfies string;
    // @ts-expect-error not why a token is refused
    if (error instanceof StatusError) error.code === "status-stale";
    return 5;
  }
}

// @ts-expect-error lists, and not the options of lists
new Verifier({ issuer: "i", audience: "a", jwks: "{}", status: { maxAge: 180 } });
// @ts-expect-error a name that is not one of the options
new StatusLists({ max_age: 180 });
// @ts-expect-error nobody who lends issuer and keys
status.put("u", "", status);

export { refresh, sameTypes, serve };
