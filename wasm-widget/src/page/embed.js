// What `embed.js` does before its gate: finds the page's language among the site's, and sends for the rest of the snippet,
// which is put into the page once there is a page to put it into. It comes as a document, not as text, so that
// markup needs no Trusted Types policy; the two scripts do, and have one: `volens-embed`.
((gates, url) => {
  const { documentElement: root, currentScript } = document;
  const said = (currentScript.dataset.lang || root.lang).toLowerCase();
  const of = (wanted) => gates.find(([tag]) => tag.toLowerCase() === wanted);
  const primary = said.split("-")[0];
  // `no` is both `nb` and `nn`; who reads one reads the other.
  const kin = /^n[bno]$/.test(primary) ? ["nb", "no", "nn"] : [];
  const [lang, gate] = [said, primary, ...kin].map(of).find(Boolean) ?? gates[0];
  const { nonce } = currentScript;
  const same = (trusted) => trusted;
  let policy = { createScript: same, createScriptURL: same };
  try {
    policy = trustedTypes.createPolicy("volens-embed", policy);
  } catch {}
  const script = (properties) => document.head.append(Object.assign(document.createElement("script"), properties, { nonce }));
  const ask = new XMLHttpRequest();
  ask.responseType = "document";
  ask.open("GET", url + lang);
  const place = () => {
    const { response } = ask;
    // An error page, or none, is no snippet.
    const { content } = response?.querySelector("template") ?? {};
    if (!content) return ask.onerror();
    const take = (selector, from = response) =>
      [...from.querySelectorAll(selector)].map((one) => document.importNode(one, true));
    for (const one of take("style", content)) {
      one.nonce = nonce;
      document.head.append(one);
    }
    const { id, type, text } = content.querySelector("#vo-config");
    script({ id, type, text: policy.createScript(text) });
    if (!document.querySelector("#cookie-settings")) {
      (document.querySelector("[data-volens-foot]") ?? document.body).append(...take("#cookie-settings"));
    }
    // First in the body, as in a page that includes it, but after a link that skips to the content.
    const first = document.body.firstElementChild;
    const sheet = take("[data-volens=sheet]");
    if (first?.matches('a[href^="#"]')) first.after(...sheet);
    else document.body.prepend(...sheet);
    for (const { src, integrity, crossOrigin } of content.querySelectorAll("script[src]")) {
      script({ src: policy.createScriptURL(src), integrity, crossOrigin });
    }
  };
  ask.onload = () => {
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
    else place();
  };
  ask.onerror = () => console.error("volens: " + url + lang + " gave no snippet; nothing that needs consent runs");
  ask.send();
  return gate;
})
