// The loader: releases what was allowed, posts first-layer choices, fetches the center when it is wanted.
// The gate has run before it and left on `window.volens` what is called as `gate` here. Its configuration, made by
// `page/config.rs`, is kept flat, and the order of its functions is that which compresses best, as this file is counted in
// bytes:
//   ids, titles  of the choices   services [id, purpose, provider, pattern of allowed URLs, 1 if it stops by event]
//   shown        notice, text and language, as posted
//   items        [pattern of names, kind, [purposes that list it], name and provider if only that one can delete it]
(() => {
  const gate = window.volens;
  if (!gate.forEach) return; // the loader again
  const root = document.documentElement;
  const { userActivation, locks } = navigator;
  const find = (selector) => document.querySelector(selector);
  const listen = addEventListener;
  // Of the first element with this id. `document.currentScript` may be any element that calls itself so.
  const { nonce, textContent } = find("#vo-config");
  const config = JSON.parse(textContent);
  const { ids, titles, services, say: words } = config;

  let marks = gate.marks();
  let left = []; // what only a provider can delete, to be said
  let first = !/\d/.test(marks); // nothing was said before
  let stale; // a withdrawn service ran in this page
  let asked; // by the page itself, whatever is on record
  let center; // the WASM, once asked for
  const ran = new Set();
  const flights = {}; // posts by key

  // --- what was said -----------------------------------------------------------------------------------------------

  const state = () => gate.state(marks);
  const fill = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key]);
  const has = (id) => config.always.includes(id) || mark(id) === "1";

  const waiting = gate.waiting;
  const settled = () => {
    if (!state().decided) return;
    if (first) emit("first-consent");
    first = false;
    emit("consent");
  };

  const emit = (name, detail = state()) => document.dispatchEvent(new CustomEvent("volens:" + name, { detail, bubbles: true }));
  const by = (ids, value) => Object.fromEntries(ids.map((id) => [id, value(id)]));

  const mark = (id) => marks[ids.indexOf(id)];

  // From what is `gone` the focus goes on to the page's main part, never to nowhere. It does not scroll there.
  const rest = (gone) => {
    const place = find("main") ?? find("[data-volens=status]") ?? root;
    if (!document.activeElement?.matches(gone)) return;
    place.tabIndex |= 0;
    place.focus({ focusVisible: false, preventScroll: true });
  };

  const say = (text) => {
    for (const status of document.querySelectorAll("[data-volens=status]")) status.textContent = text;
  };

  const same = (one) => one;

  // --- releasing ---------------------------------------------------------------------------------------------------

  const absolute = (src) => new URL(src, document.baseURI).href;

  const release = () => {
    for (const old of document.querySelectorAll("script[data-category],iframe[data-src]")) try {
      const { category, type, src } = old.dataset;
      const service = serviceOf(old);
      const allowed = has(category);
      const box = old.previousSibling;
      const boxed = box?.className === "vo-frame";
      let fresh;
      if (!service) continue;
      if (old.localName === "iframe") {
        if (!boxed && !allowed) {
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
        if (!allowed) continue;
        old.src = absolute(src);
        delete old.dataset.src;
        if (boxed) {
          if (box.matches(":focus-within")) old.focus();
          box.remove();
        }
      } else {
        // An inline script is trusted only by the nonce that the page's own server gave to it and to the loader.
        if (!allowed || old.type !== "text/plain" || (nonce ? old.nonce !== nonce : !src)) continue;
        fresh = document.createElement("script");
        for (const { name, value } of old.attributes) {
          if (!/^(src|type|nonce|on.*)$/.test(name)) fresh.setAttribute(name, value);
        }
        if (type) fresh.type = type;
        fresh.nonce = nonce;
        fresh.async = old.async;
        if (src) fresh.src = policy.createScriptURL(absolute(src));
        else fresh.text = policy.createScript(old.text);
        old.replaceWith(fresh);
      }
      ran.add(category + service[0]);
    } catch {} // what cannot be read keeps back itself alone
  };

  const serviceOf = ({ nonce: given, dataset: { category, service, src } }) =>
    services.find(
      ([id, purpose, , urls]) =>
        category === purpose &&
        (!service || service === id) &&
        (!src || absolute(src).match(urls) || (nonce && nonce === given)),
    );

  // Called in this file only, with what has passed the test, and for the glue.
  let policy = { createScript: same, createScriptURL: same };
  try {
    policy = trustedTypes.createPolicy("volens", policy);
  } catch {}

  // --- asking, recording, following ------------------------------------------------------------------------------------

  const recorded = () => {
    const arrived = gate.cookies().includes(config.cookie);
    // A browser that keeps nothing is not asked again in this page, and nothing runs in it.
    gate.hold(arrived ? null : { body: { purposes: by(ids, () => false) } });
    sync();
    finish(arrived ? summary() : words.blocked);
  };

  // After what another tab did, or another page while this one was put aside.
  const follow = () => {
    sync();
    waiting() || ask(stale && finish(summary()));
  };

  // Shows the first layer, or takes it away.
  const ask = () => {
    gate.ask(asked);
    rest("[data-volens=decided] [data-volens=banner] *");
  };

  // A yes needs a person: neither a timer nor a click made by a script counts.
  const answer = async (some, yes, control = "api", event) => {
    const known = some.filter(mark);
    if (!known[0] || (yes && !((event?.isTrusted ?? userActivation) && (userActivation ?? event).isActive !== false))) {
      console.warn("volens: refused");
      return false;
    }
    const sent = decide(by(known, () => yes), control);
    if (known[ids.length - 1]) ask((asked = 0));
    return sent;
  };

  const hand = (volens) => history.replaceState({ ...history.state, volens }, 0);

  // A cookie is gone only if domain and path are those it was set with, which no script can read.
  const dropCookie = (name) => {
    const secure = isSecureContext ? ";Secure" : "";
    for (let path = location.pathname; path; path = path.replace(/\/$|[^/]+$/, "")) {
      for (let domain = "." + location.hostname; domain; domain = domain.replace(/^.[^.]*/, "")) {
        document.cookie = `${name}=;Max-Age=0;Path=${path}${secure};Domain=${domain}`;
      }
      document.cookie = `${name}=;Max-Age=0;Path=${path}${secure}`;
    }
  };

  const grants = ({ purposes }) => Object.values(purposes).includes(true);

  // `purposes` and what was refused before and is still on its way: a no counts at any time and under any text. What
  // says the same as the last one keeps its key, so that it arrives once.
  const draft = (purposes, control) => {
    const old = waiting();
    const said = old?.key && old.body.purposes;
    const named = Object.keys({ ...purposes, ...said }).filter((id) => id in purposes || !said[id]);
    const body = { ...config.shown, control, purposes: by(named, (id) => !!purposes[id]), claimed_at: old?.body.claimed_at };
    const sent = { key: old?.key, body, was: gate.now() };
    if (JSON.stringify(sent) !== JSON.stringify(old)) {
      sent.key = crypto.getRandomValues(new BigUint64Array(2)).join("-");
      body.claimed_at = new Date();
    }
    gate.hold(named[0] ? sent : null);
  };

  const summary = () => {
    const names = titles.filter((_, i) => marks[i] === "1");
    return fill(words[names[0] ? (names[ids.length - 1] ? "all" : "some") : "none"], { names: names.join(", ") });
  };

  const all = (yes, control, event) => answer(ids, yes, control, event);

  // Says `text`. In a page that must be loaded again it is handed on in the history entry: no storage, and gone with
  // the tab.
  const finish = (text) => {
    ask();
    if (left[0]) text += " " + fill(words.provider, { names: left.join(", ") });
    left = [];
    if (!stale) return say(text);
    hand(text);
    location.reload();
  };

  // Deletes what no allowed purpose lists. Of what was allowed until now, notes what only a provider can delete.
  const wipe = (lost) => {
    for (const [name, kind, purposes, provider] of config.items) {
      if (purposes.some(has)) continue;
      if (provider) {
        if (purposes.some((id) => lost.includes(id))) left.push(provider);
        continue;
      }
      const drop = (names, remove) =>
        names.forEach((one) => one.match(name) && remove(one));
      try {
        const area = window[kind + "Storage"];
        if (area) drop(Object.keys(area), (one) => area.removeItem(one));
        if (kind === "cookie") drop(document.cookie.split(/=[^;]*;? ?|; /), dropCookie);
        if (kind === "cache") caches.keys().then((names) => drop(names, (one) => caches.delete(one)), same);
        if (kind === "indexeddb") {
          indexedDB.databases().then((all) => drop(all.map(({ name }) => name), (one) => indexedDB.deleteDatabase(one)), same);
        }
      } catch {}
    }
  };

  // Reads again what holds and acts on the difference: deletes what is over, releases what is new. After a click, which
  // brings the words for it, only what is seen is in its frame, the rest right behind it.
  const sync = (saving) => {
    const before = marks;
    marks = gate.marks();
    if (marks === before) return saving && say(saving);
    // What a page has made of its queues must not keep a no from acting.
    try {
      gate.signal(marks);
    } catch {}
    // Whatever the page had asked has been answered.
    asked = 0;
    ask();
    const lost = ids.filter((id, i) => before[i] === "1" && !has(id));
    const act = () => {
      say(saving);
      for (const [service, purpose, , , event] of services) {
        if (!lost.includes(purpose) || !ran.has(purpose + service)) continue;
        if (event) emit("withdraw", { purpose, service });
        // The outcome of the post is worth a moment's wait, not more: the next page asks for it again.
        else stale ||= setTimeout(finish, 900, words.saving);
      }
      wipe(lost);
      release();
      emit("change");
      settled();
    };
    saving ? setTimeout(act) : act();
  };

  const post = async ({ body, key }, again) => {
    let response = {};
    const call = async () => {
      // What is sent again may have been answered in another tab while this one waited for its turn.
      if (again && key !== waiting()?.key) return;
      try {
        response = await (gate.post || fetch)(config.choices, {
          credentials: "include",
          method: "POST",
          headers: { "Idempotency-Key": key, "Content-Type": "application/json" },
          keepalive: true,
          body: JSON.stringify(body),
        });
        await response.text();
      } catch {
        // A page that is on its way out gets no further, and has shown nothing.
        await new Promise(setTimeout);
      }
    };
    // One at a time, in the order of the clicks: here, in the center, in all tabs.
    await (locks?.request("volens", call).catch(call) ?? call());
    delete flights[key];
    if (key !== (waiting()?.key ?? (again || gate.newest))) {
      // A newer choice speaks for itself, in its own tab.
      if (key === gate.newest) say();
    } else if (response.ok) {
      recorded();
    } else {
      const yes = grants(body);
      const changed = response.status === 409;
      const never = /^4(00|22)/.test(response.status);
      // A yes that is said to have failed is over; a no acts in this page and is sent later, unless it never can be.
      if (yes) await (changed ? decide : draft)({}, body.control);
      else if (never) gate.hold({ body });
      sync();
      finish(words[changed ? "changed" : yes || never ? "failed" : "later"]);
    }
    return !!response.ok;
  };

  const decide = (purposes, control) => {
    draft(purposes, control);
    const sent = waiting();
    if (!sent) return;
    sync(words.saving);
    return send(sent);
  };

  const send = (sent, again) => (flights[sent.key] ||= post(sent, again));

  // --- first layer and center --------------------------------------------------------------------------------------

  // An element of ours, not import(): 'strict-dynamic' lets a script that was allowed by its hash add elements, while
  // import() counts as inserted by the parser. It can also be held to its own hash.
  const load = async () => {
    const script = document.createElement("script");
    const [src, integrity] = config.glue;
    const wasm = fetch(...config.wasm);
    script.nonce = nonce;
    // Whatever it is set to, "anonymous": the hash of what comes from another host is checked only if it may be read.
    script.crossOrigin = script.integrity = integrity;
    script.src = policy.createScriptURL(src);
    // Side by side; what fails is heard of below.
    wasm.catch(same);
    await new Promise((done, fail) => {
      script.onerror = fail;
      script.onload = done;
      document.head.append(script);
    });
    // The glue's one global.
    await volensCenter({ module_or_path: wasm });
    await volensCenter.load();
  };

  const open = (opener = document.activeElement) => {
    // Something is seen to happen in the frame of the click.
    say("…");
    return (center ||= load()).then(
      () =>
        volensCenter.open(
          marks,
          () => {
            opener.focus();
            rest("[data-volens=center] *,body");
          },
          say(),
        ),
      () => location.assign(config.settings, say()),
    );
  };

  const show = () => {
    asked = 1;
    ask();
    emit("ui", { banner: true });
  };

  // Not for a hand that is already on its way to yes or no.
  const ahead = () => setTimeout(() => gate.newest || (center ||= load()).catch(() => {}), 300);

  for (const type of ["pointerover", "focusin"]) find("[data-volens=banner]")?.addEventListener(type, ahead);

  listen("click", (event) => {
    const target = event.target.closest("[data-volens]") ?? root;
    const { volens, control = "page" } = target.dataset;
    const act = {
      "accept-all": () => all(true, control, event),
      "hide-status": () => rest("*", say()),
      allow: () => answer([target.value], true, "placeholder", event),
      "reject-all": () => all(false, control),
      // With such a key the link is one, to a page of its own.
      [(target.href && (event.ctrlKey || event.metaKey)) || "show-preferences"]: () => open(target),
    }[volens];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // The center records by itself and says so.
  listen("volens:pending", ({ detail }) => {
    gate.hold(JSON.parse(detail));
    sync();
    asked &&= !waiting();
    ask();
  });
  listen("volens:failed", ({ detail }) => finish(detail));
  listen("volens:recorded", ({ detail }) => detail === gate.newest && recorded());

  // `visibilitychange` is also what a prerendered page hears when it is shown.
  for (const type of ["visibilitychange", "storage", "pageshow"]) listen(type, follow);
  // Other tabs tell of a choice on its way by `storage`, and of one on record by its cookie, where storage is blocked too.
  window.cookieStore?.addEventListener("change", () => waiting() || follow());

  // --- API ---------------------------------------------------------------------------------------------------------

  const api = (window.volens = {
    accept: (id) => answer([id], true),
    show,
    has,
    reject: (id) => answer([id], false),
    rejectAll: () => all(false),
    acceptAll: () => all(true),
    showPreferences: () => open(),
    state,
    reset: () => all(false).then(show),
    push: async (fn) => fn(api),
    on: (name, fn) => {
      const hear = ({ detail }) => fn(detail);
      listen((name = "volens:" + name), hear);
      return () => removeEventListener(name, hear);
    },
  });

  // --- begin -------------------------------------------------------------------------------------------------------

  history.state?.volens && rest("body", hand(say(history.state.volens)));
  wipe([]);
  release();
  new MutationObserver(release).observe(root, { subtree: true, childList: true });
  const retry = () => {
    const sent = waiting();
    if (!sent?.key) return;
    // A yes of another day, or older than what was said on a page without the loader, is asked for again.
    if (grants(sent.body) && sent.was !== gate.now()) decide({}, sent.body.control);
    else send(sent, true);
    ask();
  };

  listen("online", retry);
  // A page that was put aside sends what another one has left on its way since.
  listen("pageshow", retry);
  retry();
  gate.forEach(api.push);
  emit("ready");
  settled();
})();
