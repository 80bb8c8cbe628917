// `local` mode, inline before the gate on sites that have no service: this browser's own record in the place of the
// service's answers and of its readable cookie. `__GATE__` becomes the gate's configuration.
((volens, { k: name, m: ids }) => {
  const key = "volens.local";
  const record = () => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {}
  };

  // As `document.cookie` would say it.
  volens.cookies = () => {
    const { exp, notice, purposes } = record() ?? {};
    if (!(exp > Date.now())) return "";
    return `${name}=1.${notice.slice(0, 8)}.${ids.map((id) => ({ true: 1, false: 0 })[purposes[id]] ?? "-").join("")}`;
  };

  // As `fetch` would post it, and no sooner: the loader does the unseen part of a click in a task of its own. What this
  // page does not ask for stays as it was said, if under the same notice.
  volens.post = async (url, { body }) => {
    await new Promise((done) => setTimeout(done));
    const old = record();
    const said = JSON.parse(body);
    said.purposes = { ...(old?.notice === said.notice && old.purposes), ...said.purposes };
    try {
      localStorage.setItem(key, JSON.stringify({ ...said, exp: Date.now() + 15552e6 }));
    } catch {
      // A full storage takes nothing new; what was said before must not outlive what is said now. It goes only then:
      // other tabs would act on a moment without it.
      try {
        localStorage.removeItem(key);
      } catch {}
    }
    console.warn("volens: no proof");
    return { ok: true };
  };
})((window.volens ||= []), __GATE__);
