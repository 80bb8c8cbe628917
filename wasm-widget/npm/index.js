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

export const load = (options) => {
  if (!inPage) return ready();
  if (document.querySelector("#vo-config")) return ready();
  return (loading ??= insert(options).catch((error) => {
    loading = undefined;
    throw error;
  }));
};

async function insert({ endpoint = "/consent/v1", lang = document.documentElement.lang, nonce = "", snippet } = {}) {
  const parts = snippet ?? (await fetchParts(`${endpoint}/snippet?lang=${encodeURIComponent(lang)}`));
  const policy = policyOf();
  const nodes = (html) => {
    const template = document.createElement("template");
    template.innerHTML = policy.createHTML(html);
    // Scripts that a parser made from a string never run.
    for (const old of template.content.querySelectorAll("script")) {
      const fresh = document.createElement("script");
      // Set by name for the sake of Trusted Types, which look at `src`.
      for (const { name, value } of old.attributes) if (name !== "src") fresh.setAttribute(name, value);
      if (old.hasAttribute("src")) fresh.src = policy.createScriptURL(old.getAttribute("src"));
      else if (fresh.type) fresh.textContent = policy.createScript(old.text);
      else fresh.text = policy.createScript(old.text);
      old.replaceWith(fresh);
    }
    if (nonce) for (const one of template.content.querySelectorAll("script, style")) one.nonce = nonce;
    return template.content;
  };
  // The loader looks for the banner, so the banner comes first.
  document.body.append(nodes(parts.foot), nodes(parts.banner));
  const head = nodes(parts.head);
  const failed = new Promise((_, fail) => {
    head.querySelector("script[src]").onerror = () => fail(new Error("volens: the loader could not be loaded"));
  });
  document.head.append(head);
  return Promise.race([ready(), failed]);
}

async function fetchParts(url) {
  const answer = await fetch(url, { credentials: "omit" });
  if (!answer.ok) throw new Error(`volens: ${url} answers ${answer.status}`);
  return answer.json();
}

/** What the site's own service rendered is passed on as it is, under a name that a policy must list. */
function policyOf() {
  const same = (text) => text;
  const rules = { createHTML: same, createScript: same, createScriptURL: same };
  return globalThis.trustedTypes?.createPolicy("volens-load", rules) ?? rules;
}
