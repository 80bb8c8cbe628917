// The names of vanilla-cookieconsent 3 on top of `window.volens`. The site is described by `site.toml`, asked by the
// banner in the page and answered by the visitor, so much of a configuration has nothing left to say; what it asks for
// and does not get is said on the console. docs/embedding.md has the table.
import * as volens from "./index.js";

const warn = (text) => console.warn(`volens/cookieconsent: ${text}`);
const list = (one) => (Array.isArray(one) ? one : one === undefined ? [] : [one]);
const bannerOf = () => document.querySelector('[data-volens="banner"]');
const centerOf = () => document.querySelector('dialog[data-volens="center"]');

let config = { categories: {}, language: { default: "", translations: {} } };
let stops = [];
/** What callbacks were last told: the accepted categories, or none before the first choice. */
let told;
/** Set by `reset(true)`: what is on record then is the withdrawal, and the visitor is asked again. */
let forgotten = false;
/** Above zero while one call of ours makes several choices, which callbacks hear of once. */
let busy = 0;
let last = "";

// --- what holds ------------------------------------------------------------------------------------------------------

const names = () => Object.keys(config.categories);
const accepted = () => names().filter(volens.has);
const rejected = () => names().filter((name) => !volens.has(name));
const servicesOf = (category) => Object.keys(config.categories[category]?.services ?? {});
const bySet = (categories) =>
  Object.fromEntries(names().map((name) => [name, categories.includes(name) ? servicesOf(name) : []]));

export const acceptedCategory = (name) => volens.has(name);
export const acceptedService = (service, category) => volens.has(category) && servicesOf(category).includes(service);
export const validConsent = () => volens.state().decided && !forgotten;

export const getUserPreferences = () => {
  // Who has not answered has neither accepted nor rejected anything.
  const valid = validConsent();
  const [yes, no] = valid ? [accepted(), rejected()] : [[], []];
  const freely = yes.filter((name) => !config.categories[name].readOnly);
  return {
    acceptType: !valid ? "" : no.length === 0 ? "all" : freely.length === 0 ? "necessary" : "custom",
    acceptedCategories: yes,
    rejectedCategories: no,
    acceptedServices: bySet(yes),
    rejectedServices: bySet(no),
  };
};

export const getCookie = (field) => {
  const yes = validConsent() ? accepted() : [];
  const cookie = {
    categories: yes,
    revision: config.revision ?? 0,
    data: null,
    // Who refuses holds no identifier, and who agrees holds one that scripts cannot read.
    consentId: "",
    consentTimestamp: last,
    lastConsentTimestamp: last,
    languageCode: bannerOf()?.lang || config.language.default,
    services: bySet(yes),
    expirationTime: 0,
  };
  return field ? cookie[field] : cookie;
};

export const getConfig = (field) => (field ? config[field] : config);

// --- callbacks -------------------------------------------------------------------------------------------------------

const tell = (name, detail) => {
  config["on" + name]?.(detail);
  window.dispatchEvent(new CustomEvent("cc:on" + name, { detail }));
};
const shown = (modalName) => tell("ModalShow", { modalName });
const hidden = (modalName) => tell("ModalHide", { modalName });

const clear = (category) => {
  if (config.autoClearCookies === false) return;
  const { autoClear, services = {} } = config.categories[category];
  for (const { cookies = [] } of [autoClear ?? {}, ...Object.values(services)]) {
    for (const { name, path, domain } of cookies) eraseCookies(name, path, domain);
  }
};

/** Compares what holds with what was told. `seen`: whether the visitor chose in this page, and not before it. */
const follow = (seen = true) => {
  const { decided, purposes } = volens.state();
  // After a reset, a page without a yes is heard of for the withdrawal, which nobody has answered with.
  if (busy || !decided || (forgotten && !Object.values(purposes).includes("granted"))) return;
  const before = told;
  told = accepted();
  const changed = names().filter((name) => told.includes(name) !== !!before?.includes(name));
  if (before && !changed.length) return;
  if (seen) last = new Date().toISOString();
  forgotten = false;
  const cookie = getCookie();
  if (!before) {
    if (seen) tell("FirstConsent", { cookie });
    tell("Consent", { cookie });
  } else {
    const changedServices = Object.fromEntries(changed.map((name) => [name, servicesOf(name)]));
    tell("Change", { cookie, changedCategories: changed, changedServices });
  }
  for (const name of changed) {
    const yes = told.includes(name);
    for (const service of Object.values(config.categories[name].services ?? {}))
      yes ? service.onAccept?.() : service.onReject?.();
  }
  // A first refusal clears too: what an older banner let through is still there.
  for (const name of names()) if (!told.includes(name)) clear(name);
  if (seen && !before) hidden("consentModal");
};

// --- run -------------------------------------------------------------------------------------------------------------

const buttons = {
  "show-preferencesModal": () => showPreferences(),
  "show-consentModal": () => show(),
  "accept-all": () => acceptCategory("all"),
  "accept-necessary": () => acceptCategory([]),
};
const press = (event) => {
  const act = buttons[event.target.closest?.("[data-cc]")?.dataset.cc];
  if (!act) return;
  event.preventDefault();
  act();
};
const listen = (target, name, fn, capture) => {
  target.addEventListener(name, fn, capture);
  stops.push(() => target.removeEventListener(name, fn, capture));
};

const complain = () => {
  if (config.mode === "opt-out") warn('mode "opt-out" is not known: nothing runs before a yes');
  if (config.disablePageInteraction) warn("disablePageInteraction is not known: the page stays usable");
  const { purposes } = volens.state();
  for (const [name, { enabled, readOnly }] of Object.entries(config.categories)) {
    if (!(name in purposes) && !volens.has(name))
      warn(`category "${name}" is no purpose in site.toml: it is never accepted`);
    else if (readOnly && name in purposes)
      warn(`category "${name}" is not strictly necessary in site.toml: the visitor decides`);
    else if (enabled && !readOnly) warn(`category "${name}": enabled is not known, nothing is ticked beforehand`);
  }
};

export const run = async (options) => {
  if (typeof document === "undefined" || stops.length) return;
  config = { ...options, categories: options.categories ?? {}, language: options.language ?? config.language };
  // Held until the loader is there: a second call finds the first.
  stops = [() => {}];
  const mine = stops;
  await volens.load();
  if (stops !== mine) return;
  complain();
  listen(document, "click", press);
  // `close` does not bubble.
  listen(document, "close", ({ target }) => target === centerOf() && hidden("preferencesModal"), true);
  stops.push(
    volens.on("change", () => follow()),
    volens.on("ui", ({ banner, center }) => {
      if (banner && !bannerOf()?.hidden) shown("consentModal");
      if (!center) return;
      tell("ModalReady", { modalName: "preferencesModal", modal: centerOf() });
      shown("preferencesModal");
    }),
  );
  if (validConsent()) return follow(false);
  const banner = bannerOf();
  if (!banner) return;
  tell("ModalReady", { modalName: "consentModal", modal: banner });
  if (config.autoShow === false) banner.hidden = true;
  // Right after a reset it shows once the withdrawal is on record, and says so itself.
  else if (document.documentElement.dataset.volens === "ask") shown("consentModal");
};

// --- what it does ----------------------------------------------------------------------------------------------------

/** One answer per category; callbacks hear of all of them once. */
const choose = async (yes, no) => {
  busy++;
  try {
    // A no first: it needs nobody's click.
    const answers = [];
    if (no.length && !yes.length) answers.push(volens.rejectAll());
    else if (yes.length && !no.length) answers.push(volens.acceptAll());
    else answers.push(...no.map(volens.reject), ...yes.map(volens.accept));
    const done = await Promise.all(answers);
    if (yes.length && done.includes(false))
      warn("a category is granted by the visitor's own click only, and only once it is on record");
  } finally {
    busy--;
    follow();
  }
};

export const acceptCategory = (categories, excluded = []) => {
  const { purposes } = volens.state();
  const asked = Object.keys(purposes);
  if (categories === undefined) return warn("acceptCategory() without a category: the center saves its own switches");
  const wanted = categories === "all" ? asked : list(categories);
  const yes = asked.filter((name) => wanted.includes(name) && !excluded.includes(name));
  choose(
    yes,
    asked.filter((name) => !yes.includes(name)),
  );
};

export const acceptService = (services, category) => {
  const all = servicesOf(category);
  if (!services || !all.length) return false;
  const wanted = services === "all" ? all : list(services);
  if (!wanted.length) volens.reject(category);
  else if (all.every((name) => wanted.includes(name)))
    volens.accept(category).then((done) => done || warn("a service is granted by the visitor's own click only"));
  else warn(`services of "${category}" are decided together; nothing was changed`);
};

export const show = () => {
  const banner = bannerOf();
  if (banner) banner.hidden = false;
  volens.show();
};
export const hide = () => {
  const banner = bannerOf();
  if (!banner || banner.hidden) return;
  banner.hidden = true;
  hidden("consentModal");
};
export const showPreferences = () => void volens.showPreferences();
export const hidePreferences = () => centerOf()?.close();

export const reset = (eraseCookie = false) => {
  for (const stop of stops) stop();
  stops = [];
  told = undefined;
  last = "";
  if (!eraseCookie) return;
  forgotten = true;
  volens.reset();
};

export const setLanguage = async (code) => {
  if (code === getCookie("languageCode")) return true;
  warn("the language is that of the page: open the page that is in it");
  return false;
};

export const setCookieData = () => {
  warn("setCookieData: the choice holds nothing else; keep data of your own under a name that site.toml lists");
  return false;
};

// --- helpers that need no consent ------------------------------------------------------------------------------------

const cookieNames = () =>
  document.cookie
    .split("; ")
    .filter(Boolean)
    .map((pair) => pair.split("="));

export const validCookie = (name) =>
  name === (config.cookie?.name ?? "cc_cookie")
    ? validConsent()
    : cookieNames().some(([one, value]) => one === name && value);

export const eraseCookies = (cookies, path = "/", domain = location.hostname) => {
  for (const [name] of cookieNames()) {
    if (!list(cookies).some((one) => (one instanceof RegExp ? one.test(name) : one === name))) continue;
    for (const scope of ["", `;Domain=${domain}`, `;Domain=.${domain.replace(/^\./, "")}`]) {
      document.cookie = `${name}=;Path=${path};Max-Age=0${isSecureContext ? ";Secure" : ""}${scope}`;
    }
  }
};

export const loadScript = (src, attributes = {}) =>
  new Promise((done) => {
    const there = [...document.querySelectorAll("script[src]")].some((one) => one.getAttribute("src") === src);
    if (there) return done(true);
    const script = document.createElement("script");
    for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
    script.onload = () => done(true);
    script.onerror = () => {
      script.remove();
      done(false);
    };
    try {
      script.src = src;
    } catch {
      warn(
        `loadScript: this page's policy asks for a trusted address; write <script type="text/plain" data-src="${src}"> instead`,
      );
      return done(false);
    }
    document.head.append(script);
  });
