/** As bundlers for workers import it. */
declare const module: WebAssembly.Module;
export default module;
