// Without it: for workers that compile modules at deployment and not later.
export { load } from "./core.js";
export * from "./verifier.js";
