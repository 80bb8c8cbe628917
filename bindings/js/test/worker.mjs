// A context as an edge worker's: no Node, no network, no compiling of WebAssembly. In it runs what the documentation shows.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const packaged = process.env.VOLENS_NPM_VERIFY;
const good = JSON.parse(process.env.VOLENS_GOOD);
const page = readFileSync(new URL("../../../docs/verify-elsewhere.md", import.meta.url), "utf8");
const [node, worker, status] = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);

/** A context at a given moment, in which `code` runs with the package's entry `name`. */
async function run(code, name, { now = good.now, wasm = false, ...globals } = {}) {
  const context = vm.createContext({ TextDecoder, TextEncoder, ...globals }, { codeGeneration: { strings: false, wasm } });
  vm.runInContext(`Date.now = () => ${now};`, context);
  const entry = new vm.SourceTextModule(readFileSync(join(packaged, name), "utf8"), { context });
  const module = new WebAssembly.Module(readFileSync(join(packaged, "volens_verify.wasm")));
  const compiled = new vm.SyntheticModule(["default"], () => compiled.setExport("default", module), { context });
  const modules = { "@volens/verify/volens_verify.wasm": compiled, [`@volens/verify${name === "load.js" ? "/load" : ""}`]: entry };
  const main = new vm.SourceTextModule(code, { context });
  await main.link((specifier) => modules[specifier] ?? Promise.reject(new Error(`it imports ${specifier}`)));
  await main.evaluate();
  return main.namespace;
}

const { issuer, audience, jwks } = good.options;
const later = good.now + 181 * 86_400_000;

/** What the page's worker answers to a cookie header. */
async function answer(cookie, now) {
  const { default: handler } = await run(worker, "load.js", { now, Request, Response });
  const request = new Request(issuer, { headers: cookie === undefined ? {} : { cookie } });
  return (await handler.fetch(request, { ISSUER: issuer, JWKS: JSON.stringify(jwks) })).text();
}

const cookie = `__Host-consent=${good.token}`;
const { mayCount } = await run(node, "index.js", { wasm: true, issuer, audience, jwks });

/** The page's refresher over a service that lists `lists` (status and body by address), and what a token gets then. */
const { context: stated, ...listed } = JSON.parse(process.env.VOLENS_LISTED);
async function standing(lists) {
  const asked = [];
  const fetch = async (uri) => {
    asked.push(uri);
    const names = { status_lists: [...Object.keys(lists), "https://evil.example/1", `${issuer}/consent/v1/statusquo`] };
    const [status, body] = uri === `${issuer}/consent/v1/status` ? [200, JSON.stringify(names)] : lists[uri];
    return new Response(body, { status });
  };
  const { refresh, verifier } = await run(status, "index.js", { wasm: true, fetch, now: listed.now, issuer, audience, jwks });
  const pause = await refresh();
  try {
    return [pause, asked.length, verifier.verify(listed.token).purposes.join()];
  } catch ({ code }) {
    return [pause, asked.length, code];
  }
}
const [[uri, list]] = Object.entries(stated.status.lists);

console.log(
  JSON.stringify({
    inline: await run(node, "index.js").catch((error) => error.name),
    status: {
      clear: await standing({ [uri]: [200, list] }),
      forged: await standing({ [uri]: [200, `${list}A`] }),
      gone: await standing({ [uri]: [404, ""] }),
      down: await standing({ [uri]: [503, ""] }),
    },
    node: [mayCount(good.token), mayCount(undefined)],
    worker: {
      granted: await answer(`a=b; ${cookie}; c=d`),
      none: await answer(undefined),
      twice: await answer(`${cookie}; ${cookie}`),
      other: await answer(`x${cookie}`),
      later: await answer(cookie, later),
    },
  }),
);
