// A context as an edge worker's: no Node, no network, and no compiling of WebAssembly.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const packaged = process.env.VOLENS_NPM_VERIFY;
const good = JSON.parse(process.env.VOLENS_GOOD);
const context = vm.createContext({ TextDecoder, TextEncoder }, { codeGeneration: { strings: false, wasm: false } });

async function entry(name) {
  const module = new vm.SourceTextModule(readFileSync(join(packaged, name), "utf8"), { context });
  await module.link(() => Promise.reject(new Error("it imports something")));
  await module.evaluate();
  return module.namespace;
}

const inline = await entry("index.js").catch((error) => error.name);
const { Verifier, load } = await entry("load.js");
load(new WebAssembly.Module(readFileSync(join(packaged, "volens_verify.wasm"))));
const verifier = new Verifier(good.options);
let refused;
try {
  verifier.verify(good.token, good.now + 181 * 86_400_000);
} catch (error) {
  refused = error.code;
}
console.log(JSON.stringify({ inline, purposes: verifier.verify(good.token, good.now).purposes, refused }));
