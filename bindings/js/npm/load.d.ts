export * from "./index.js";

/**
 * Makes the verifier ready, from the compiled module that a worker's bundler imports, or from its bytes. Once; a second
 * call does nothing.
 */
export function load(source: WebAssembly.Module | BufferSource): void;
