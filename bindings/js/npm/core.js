// The compiled verifier: one instance, made from what an entry of this package hands over.
import * as glue from "./glue.js";

let loaded = false;

export function load(source) {
  if (loaded) return;
  // By its tag: a module that was compiled elsewhere is no instance of the class here.
  const compiled = Object.prototype.toString.call(source) === "[object WebAssembly.Module]";
  const module = compiled ? source : new WebAssembly.Module(source);
  const { exports } = new WebAssembly.Instance(module, { "./volens_verify_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  loaded = true;
}

export function cores() {
  if (!loaded) throw new Error("no verifier yet: call load(module) first, see the README of volens-verify");
  return glue;
}
