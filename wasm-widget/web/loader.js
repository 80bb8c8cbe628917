// The loader: releases what was allowed, posts first-layer choices, fetches the center when it is wanted.
// The gate has run before it and left kept(), marks(), state() and signal() on `window.volens`. Its configuration, made by
// `page/config.rs`, is kept flat, as this file is counted in bytes:
//   ids, titles  of the choices   services [id, purpose, provider, [allowed URLs], 1 if it stops by event]
//   items        [name, kind, [purposes that list it], its provider if only that one can delete it]
(() => {
  const gate = window.volens;
  const { currentScript, documentElement: root } = document;
  const { nonce } = currentScript;
  const { userActivation } = navigator;
  const listen = (name, act) => document.addEventListener(name, act);
  const find = (selector) => document.querySelector(selector);
  const config = JSON.parse(find("#vo-config").textContent);
  const { ids, titles, services, say: words } = config;
  const PENDING = "volens.pending";

  let marks = gate.marks();
  let pending; // a choice on its way, for browsers that block localStorage
  let flight = {}; // its post
  let left = []; // what only a provider can delete, to be said
  let stale; // a withdrawn service ran in this page
  let center; // the WASM, once asked for
  const ran = new Set();

  // --- what was said -----------------------------------------------------------------------------------------------

  const mark = (id) => marks[ids.indexOf(id)];
  const by = (ids, value) => Object.fromEntries(ids.map((id) => [id, value(id)]));
  const has = (id) => config.always.includes(id) || mark(id) === "1";
  const state = () => gate.state(marks);
  const waiting = () => gate.kept(PENDING) || pending;
  const forget = () => gate.kept(PENDING, (pending = null));
  const emit = (name, detail = state()) => document.dispatchEvent(new CustomEvent("volens:" + name, { detail }));
  const settled = (first) => {
    if (!state().decided) return;
    if (first) emit("first-consent");
    emit("consent");
  };
  const fill = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key]);
  const say = (text = "") => {
    const status = find("[data-volens=status]");
    if (status) status.textContent = text;
  };

  // --- releasing ---------------------------------------------------------------------------------------------------

  const absolute = (src) => new URL(src, document.baseURI).href;
  const allows = (urls, url) => urls.some((one) => (one.endsWith("/") ? url.startsWith(one) : url === one));
  const serviceOf = ({ dataset: { category, service, src } }) =>
    services.find(
      ([id, purpose, , urls]) =>
        purpose === category && (!service || service === id) && (!src || allows(urls, absolute(src))),
    );

  let policy = {
    createScriptURL: (url) => {
      if (url === absolute(config.glue[0]) || services.some(([, purpose, , urls]) => has(purpose) && allows(urls, url))) return url;
      throw Error(url);
    },
    createScript: (text) => text, // called below only, for a script with the page's nonce
  };
  try {
    policy = trustedTypes.createPolicy("volens", policy);
  } catch {}

  const release = () => {
    for (const old of document.querySelectorAll("script[data-category],iframe[data-src]")) {
      const { category, src, type } = old.dataset;
      const service = serviceOf(old);
      const allowed = has(category);
      const box = old.previousSibling;
      const boxed = box?.className === "vo-frame";
      let fresh;
      if (!service) continue;
      if (old.localName === "iframe") {
        if (!allowed && !boxed) {
          const values = { provider: service[2], purpose: titles[ids.indexOf(category)] };
          const place = find("#vo-frame").content.firstChild.cloneNode(true);
          for (const one of place.children) {
            one.textContent = fill(one.textContent, values);
            one.value = category;
          }
          fresh = old.cloneNode();
          fresh.removeAttribute("src");
          old.replaceWith(place, fresh);
        }
        if (!allowed || old.src) continue;
        if (boxed) box.remove();
        old.src = absolute(src);
      } else {
        // An inline script is trusted only by the nonce that the page's own server gave to it and to the loader.
        if (!allowed || old.type !== "text/plain" || (nonce ? old.nonce !== nonce : !src)) continue;
        fresh = document.createElement("script");
        for (const { name, value } of old.attributes) {
          if (!/^(type|src|nonce|on.*)$/.test(name)) fresh.setAttribute(name, value);
        }
        if (type) fresh.type = type;
        fresh.nonce = nonce;
        fresh.async = old.async;
        if (src) fresh.src = policy.createScriptURL(absolute(src));
        else fresh.text = policy.createScript(old.text);
        old.replaceWith(fresh);
      }
      ran.add(category + service[0]);
    }
  };

  // --- deleting ----------------------------------------------------------------------------------------------------

  // A cookie is gone only if domain and path are those it was set with, which no script can read.
  const dropCookie = (name) => {
    const secure = location.protocol === "https:" ? ";Secure" : "";
    for (let path = location.pathname; path; path = path.replace(/\/$|[^/]+$/, "")) {
      for (let domain = "." + location.hostname; domain; domain = domain.replace(/^.[^.]*/, "")) {
        document.cookie = `${name}=;Max-Age=0;Path=${path}${secure};Domain=${domain}`;
      }
      document.cookie = `${name}=;Max-Age=0;Path=${path}${secure}`;
    }
  };

  // Deletes what no allowed purpose lists. Of what was allowed until now, notes what only a provider can delete.
  const wipe = (lost) => {
    for (const [name, kind, purposes, provider] of config.items) {
      if (purposes.some(has)) continue;
      if (provider) {
        if (purposes.some((id) => lost.includes(id))) left.push(`${name} (${provider})`);
        continue;
      }
      const drop = (names, remove) =>
        names.forEach((one) => (name.endsWith("*") ? one.startsWith(name.slice(0, -1)) : one === name) && remove(one));
      try {
        const area = window[kind + "Storage"];
        if (area) drop(Object.keys(area), (one) => area.removeItem(one));
        if (kind === "cookie") drop(document.cookie.split(/=[^;]*;? ?/), dropCookie);
        if (kind === "cache") caches.keys().then((names) => drop(names, (one) => caches.delete(one)));
        if (kind === "indexeddb") {
          indexedDB.databases().then((all) => drop(all.map((one) => one.name), (one) => indexedDB.deleteDatabase(one)));
        }
      } catch {}
    }
  };

  // --- following ---------------------------------------------------------------------------------------------------

  // Reads again what holds and acts on the difference: deletes what is over, releases what is new.
  const sync = () => {
    const before = marks;
    marks = gate.marks(pending);
    if (marks === before) return;
    gate.signal("update", marks);
    const lost = ids.filter((id, i) => before[i] === "1" && !has(id));
    wipe(lost);
    for (const [service, purpose, , , event] of services) {
      if (!lost.includes(purpose) || !ran.delete(purpose + service)) continue;
      if (event) emit("withdraw", { purpose, service });
      // The outcome of the post is worth a moment's wait, not more.
      else stale ||= setTimeout(failed, 2000);
    }
    release();
    emit("change");
    settled(!/\d/.test(before));
  };

  // Says `text`. In a page that must be loaded again it is handed on in the history entry: no storage, and gone with
  // the tab.
  const finish = (text) => {
    if (left[0]) text += " " + fill(words.provider, { names: left.join(", ") });
    left = [];
    if (!stale) return say(text);
    history.replaceState({ ...history.state, volens: text }, "");
    location.reload();
  };

  const summary = () => {
    const names = titles.filter((_, i) => has(ids[i]));
    return fill(names[0] ? (names[ids.length - 1] ? words.all : words.some) : words.none, { names: names.join(", ") });
  };

  // After what another tab did, or another page while this one was put aside.
  const follow = () => {
    sync();
    if (stale) finish(summary());
  };

  // --- recording ---------------------------------------------------------------------------------------------------

  const recorded = () => {
    forget();
    const arrived = config.local ? gate.kept("volens.local") : document.cookie.includes(config.cookie + "=");
    // A browser that keeps nothing is not asked again in this page, and nothing runs in it.
    if (!arrived) pending = { body: { purposes: by(ids, () => false) } };
    sync();
    finish(arrived ? summary() : words.blocked);
  };

  const grants = ({ purposes }) => Object.values(purposes).includes(true);
  const failed = () => finish(grants(waiting().body) ? words.failed : words.later);

  const post = async ({ key, body }) => {
    const { purposes } = body;
    let response = {};
    if (config.local) {
      const old = gate.kept("volens.local");
      const all = { ...(old?.notice === body.notice && old.purposes), ...purposes };
      gate.kept("volens.local", { ...body, purposes: all, exp: Date.now() + 15552e6 });
      console.info("volens: kept here only, no proof");
      response.ok = true;
    } else {
      try {
        response = await fetch(config.endpoint + "/choices", {
          method: "POST",
          keepalive: true,
          headers: { "Content-Type": "application/json", "Idempotency-Key": key },
          body: JSON.stringify(body),
        });
      } catch {}
    }
    flight = {};
    const { ok, status } = response;
    // Not if a newer choice has taken its place meanwhile.
    if ((waiting()?.key ?? key) !== key) return !!ok;
    if (ok) {
      recorded();
    } else if (status === 409) {
      forget();
      if (grants(body)) await refuse(body);
      finish(words.changed);
    } else {
      failed();
      if (/^4(?!29)/.test(status)) forget();
    }
    return !!ok;
  };

  // The no in a choice whose text has changed, or that is too old: a no counts at any time and under any text, a yes
  // is asked for again.
  const refuse = ({ purposes, control }) => {
    const refused = Object.keys(purposes).filter((id) => !purposes[id]);
    return refused[0] ? decide(by(refused, () => false), control) : forget();
  };

  const send = (sent) => {
    if (flight.key !== sent.key) flight = { key: sent.key, done: post(sent) };
    return flight.done;
  };

  const decide = (purposes, control) => {
    const { notice, lang, text } = config;
    const content = (body) => JSON.stringify({ ...body, claimed_at: 0 });
    const body = { notice, lang, text, control, purposes, claimed_at: new Date() };
    let sent = waiting();
    if (!sent?.key || content(sent.body) !== content(body)) {
      sent = { key: crypto.getRandomValues(new BigUint64Array(2)).join("-"), body };
    }
    gate.kept(PENDING, (pending = sent));
    say(words.saving);
    sync();
    return send(sent);
  };

  // A yes needs a person: neither a timer nor a click made by a script counts.
  const answer = async (ids, yes, control = "api", event) => {
    if (yes && !((event ? event.isTrusted : userActivation) && (userActivation ?? event).isActive !== false)) {
      console.warn("volens: a grant needs a click");
      return false;
    }
    return decide(by(ids.filter(mark), () => yes), control);
  };
  const all = (...rest) => answer(ids, ...rest);

  // --- first layer and center --------------------------------------------------------------------------------------

  // An element of ours, not import(): 'strict-dynamic' lets a script that was allowed by its hash add elements, while
  // import() counts as inserted by the parser. It can also be held to its own hash.
  const fetchCenter = () =>
    (center ||= new Promise((done, fail) => {
      const script = document.createElement("script");
      const [src, integrity] = config.glue;
      script.nonce = nonce;
      script.integrity = integrity;
      script.src = policy.createScriptURL(absolute(src));
      script.onload = done;
      script.onerror = fail;
      document.head.append(script);
    }).then(async () => {
      const glue = volensCenter; // the glue's one global
      await glue({ module_or_path: fetch(config.wasm[0], { integrity: config.wasm[1] }) });
      await glue.load();
      return glue;
    }));
  const open = (opener = document.activeElement) =>
    fetchCenter().then(
      (glue) => {
        glue.open(marks, opener);
        emit("ui", { center: true });
      },
      () => location.assign(config.settings),
    );
  const show = () => {
    root.dataset.volens = "ask";
    emit("ui", { banner: true });
  };

  const ahead = () => fetchCenter().catch(() => {});
  for (const type of ["pointerover", "focusin"]) find("[data-volens=banner]")?.addEventListener(type, ahead, { once: true });

  listen("submit", (event) => {
    const { submitter, target } = event;
    if (event.defaultPrevented || !submitter || !target.closest("[data-volens=banner],#cookie-settings")) return;
    event.preventDefault();
    all(submitter.name === "accept", target.control.value, event);
  });
  listen("click", (event) => {
    const target = event.target.closest("[data-volens]");
    const act = {
      "show-preferences": () => open(target),
      "accept-all": () => all(true, "page", event),
      "reject-all": () => all(false, "page"),
      allow: () => answer([target.value], true, "placeholder", event),
      "hide-status": () => say(),
    }[target?.dataset.volens];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // The center records by itself and says so.
  listen("volens:pending", ({ detail }) => {
    pending = JSON.parse(detail);
    sync();
  });
  listen("volens:recorded", recorded);
  listen("volens:failed", () => stale && failed());

  for (const type of ["storage", "pageshow", "visibilitychange"]) addEventListener(type, follow);

  // --- API ---------------------------------------------------------------------------------------------------------

  const api = (window.volens = {
    push: (fn) => fn(api),
    show,
    showPreferences: () => open(),
    acceptAll: () => all(true),
    rejectAll: () => all(false),
    accept: (id) => answer([id], true),
    reject: (id) => answer([id], false),
    has,
    state,
    reset: () => all(false).then(show),
    on: (name, fn) => {
      const hear = ({ detail }) => fn(detail);
      listen((name = "volens:" + name), hear);
      return () => document.removeEventListener(name, hear);
    },
  });

  // --- begin -------------------------------------------------------------------------------------------------------

  const handed = history.state?.volens;
  if (handed) {
    history.replaceState({ ...history.state, volens: undefined }, "");
    say(handed);
  }
  wipe([]);
  release();
  new MutationObserver(release).observe(root, { childList: true, subtree: true });
  const retry = () => {
    const sent = waiting();
    if (sent?.key) grants(sent.body) && new Date() - new Date(sent.body.claimed_at) > 864e5 ? refuse(sent.body) : send(sent);
  };
  addEventListener("online", retry);
  retry();
  gate.forEach(api.push);
  emit("ready");
  settled();
})();
