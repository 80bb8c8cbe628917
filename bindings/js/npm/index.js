// With the WASM in this file: for Node, and wherever compiling at run time is allowed.
import wasm from "./volens_verify.wasm";
import { load } from "./core.js";

load(wasm);

export * from "./verifier.js";
