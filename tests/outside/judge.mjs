// What npm `jose` says to a token, with every check configured that it has.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// One pinned installation serves the browser tests and this.
const installed = createRequire(new URL("../browser/package.json", import.meta.url));
const { createLocalJWKSet, jwtVerify } = await import(pathToFileURL(installed.resolve("jose")));

/** @returns {(token: string, context: object) => Promise<string>} "ok", or its own code for a refusal */
export function judge(jwks) {
  const keys = createLocalJWKSet(jwks);
  return async (token, { issuer, audience, now, leeway = 0 }) => {
    try {
      await jwtVerify(token, keys, {
        issuer,
        audience,
        typ: "consent+jwt",
        algorithms: ["EdDSA", "Ed25519", "ES256"],
        requiredClaims: ["iss", "aud", "iat", "exp"],
        currentDate: new Date(now * 1000),
        clockTolerance: leeway,
        // Without an age it does not look at `iat`; this one nobody reaches.
        maxTokenAge: 1e12,
      });
      return "ok";
    } catch (error) {
      return error.code ?? String(error);
    }
  };
}
