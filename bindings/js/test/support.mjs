// One good token of the published vectors, and the package in a project that has installed it.
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const packaged = process.env.VOLENS_NPM_VERIFY;

const read = (name) => JSON.parse(readFileSync(new URL(`../../../tests/vectors/token/${name}.json`, import.meta.url), "utf8"));
const file = read("time");
const { token, context } = file.vectors.find(({ id }) => id === "time-iat-now");

/** The same from a developer's machine. */
export const development = read("header").vectors.find(({ id }) => id === "header-typ-dev").token;

/** Grants analytics, refuses marketing. */
export const good = {
  token,
  now: context.now * 1000,
  options: { issuer: context.issuer, audience: context.audience, jwks: file.jwks.main },
};

/** A folder in which `@volens/verify` resolves as it does for whoever installs it. */
export function project() {
  const folder = mkdtempSync(join(tmpdir(), "volens-verify-"));
  mkdirSync(join(folder, "node_modules/@volens"), { recursive: true });
  symlinkSync(packaged, join(folder, "node_modules/@volens/verify"));
  return folder;
}
