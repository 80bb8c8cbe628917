// What a web analysis company's tag does. Served from another origin than the page it runs in.
(() => {
  const read = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(name + "="))?.slice(name.length + 1);
  const keep = (name, value, seconds) => {
    document.cookie = `${name}=${value}; Path=/; Max-Age=${seconds}; SameSite=Lax`;
    return value;
  };
  const number = () => crypto.getRandomValues(new Uint32Array(2)).join("");

  const reader = keep("_nvi_id", read("_nvi_id") ?? number(), 365 * 86400);
  const visit = keep("_nvi_visit", read("_nvi_visit") ?? number(), 1800);
  if (!localStorage.getItem("nvi.first")) localStorage.setItem("nvi.first", new Date().toISOString().slice(0, 10));

  fetch(new URL("collect", document.currentScript.src), {
    method: "POST", mode: "no-cors", credentials: "include", keepalive: true,
    body: JSON.stringify({ reader, visit, page: location.pathname }),
  }).catch(() => {});
})();
