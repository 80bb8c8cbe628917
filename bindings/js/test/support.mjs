// One good token of the published vectors, and the package in a project that has installed it.
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const packaged = process.env.VOLENS_NPM_VERIFY;

const read = (name) => JSON.parse(readFileSync(new URL(`../../../tests/vectors/token/${name}.json`, import.meta.url), "utf8"));

/** A vector, and how to configure a verifier for it. */
export function named(theme, id) {
  const { jwks, vectors } = read(theme);
  const { token, context } = vectors.find((vector) => vector.id === id);
  const { issuer, audience, now } = context;
  return { token, context, now: now * 1000, options: { issuer, audience, jwks: jwks.main } };
}

/** The same from a developer's machine. */
export const development = named("header", "header-typ-dev").token;

/** Grants analytics, refuses marketing. */
export const good = named("time", "time-iat-now");

/** A folder in which `@volens/verify` resolves as it does for whoever installs it. */
export function project() {
  const folder = mkdtempSync(join(tmpdir(), "volens-verify-"));
  mkdirSync(join(folder, "node_modules/@volens"), { recursive: true });
  symlinkSync(packaged, join(folder, "node_modules/@volens/verify"));
  return folder;
}
