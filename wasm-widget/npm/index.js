// `window.volens` for modules. Importing it touches nothing: on a server every function does nothing, and what asks
// says no.

const inPage = typeof document !== "undefined";
const queue = () => (window.volens ||= []);
/** The API, once the loader has run. */
const now = () => (inPage && window.volens?.has ? window.volens : undefined);

export const push = (fn) => {
  if (inPage) queue().push(fn);
};

export const ready = () => new Promise(push);

export const on = (name, fn) => {
  if (!inPage) return () => {};
  const hear = ({ detail }) => fn(detail);
  document.addEventListener("volens:" + name, hear);
  return () => document.removeEventListener("volens:" + name, hear);
};

export const has = (purpose) => now()?.has(purpose) ?? false;
export const state = () => now()?.state() ?? { decided: false, purposes: {} };

// At once where that is possible: a click counts for a few seconds only.
const call =
  (name) =>
  async (...words) =>
    (now() ?? (await ready()))[name](...words);
export const show = call("show");
export const showPreferences = call("showPreferences");
export const acceptAll = call("acceptAll");
export const rejectAll = call("rejectAll");
export const accept = call("accept");
export const reject = call("reject");
export const reset = call("reset");

export const watch = (fn) => {
  let stopped = false;
  const tell = () => stopped || fn(state());
  push(tell);
  const stop = on("change", tell);
  return () => {
    stopped = true;
    stop();
  };
};

export const whenGranted = (purpose, start) => {
  let end;
  let runs = false;
  const stop = () => {
    if (!runs) return;
    runs = false;
    end?.();
  };
  const unwatch = watch(() => {
    if (!has(purpose)) return stop();
    if (runs) return;
    runs = true;
    end = start() ?? undefined;
  });
  return () => {
    unwatch();
    stop();
  };
};

// --- for pages whose HTML cannot carry the snippet -------------------------------------------------------------------

let loading;

export const load = ({ endpoint = "/consent/v1", lang, nonce } = {}) => {
  if (!inPage || document.querySelector("#vo-config")) return ready();
  loading ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    const url = endpoint + "/embed.js";
    const same = (text) => text;
    const policy = globalThis.trustedTypes?.createPolicy("volens-load", { createScriptURL: same });
    if (lang) script.dataset.lang = lang;
    if (nonce) script.nonce = nonce;
    script.src = policy?.createScriptURL(url) ?? url;
    script.onerror = () => fail(new Error(`volens: ${url} does not answer`));
    push(done);
    document.head.append(script);
  });
  return loading;
};
