// The gate: inline in <head>, before anything else. It reads what the visitor decided, says so on <html> before the
// first paint, and sets consent signals before any tag can listen. `__GATE__` becomes its configuration:
//   k  name of the summary cookie       l  1 if this browser alone remembers (localStorage)
//   m  ids of the site's choices        p  ids of those this page asks for
//   n  [first 8 characters of a notice, "1" per choice whose grant still counts, its choices if not `m`]
((window, document, config) => {
  const queue = (window.volens ||= []);
  const root = document.documentElement;

  // In `local` mode another script has put itself in the place of the service.
  queue.cookies ||= () => document.cookie;

  // When it is, and what is on record: a yes that was said under another state of things does not count later.
  queue.now = () => new Date().toDateString() + summary();

  // The summary cookie, or cookies, which are then none.
  const summary = () => queue.cookies().split("; ").filter((pair) => pair.startsWith(config.k + "=")) + "";

  const name = "volens.pending";

  // One mark per choice: "1" granted, "0" refused, "-" not decided. A refusal on its way counts, a grant does not; with
  // `said` one on its way is no longer "-".
  queue.marks = (said = 0) => {
    const sent = queue.waiting()?.body.purposes;
    const [, notice, found] = /^[^=]+=1\.([\w-]{8})\.([01-]*)$/.exec(summary()) || [];
    const [, valid, ids = config.m] = config.n.find((one) => one[0] === notice) || [];
    return config.p
      .map((id) => {
        const i = ids.indexOf(id);
        if (sent?.[id] <= said) return "0";
        return !valid || found.length !== ids.length || (found[i] === "1" && valid[i] !== "1") ? "-" : (found[i] ?? "-");
      })
      .join("");
  };

  // The choice on its way; what is none is dropped. `pending` is one that localStorage does not take.
  queue.waiting = () => {
    const one = queue.kept(name);
    return /^[\w-]{22,}$/.test(one?.key) && one.body?.purposes ? one : queue.kept(name, null) || queue.pending;
  };

  // The marks in words.
  queue.state = (marks) => {
    const words = { 0: "refused", 1: "granted", "-": "undecided" };
    return { decided: !marks.includes("-"), purposes: Object.fromEntries(config.p.map((id, i) => [id, words[marks[i]]])) };
  };

  // Shows the first layer while something of it is not answered, or `anyway`. A yes on its way is an answer for a day.
  queue.ask = (anyway) => {
    const today = (queue.waiting()?.was + "").startsWith(new Date().toDateString());
    root.dataset.volens = anyway || queue.marks(today).includes("-") ? "ask" : "decided";
  };

  // What localStorage keeps, after keeping `value` or forgetting (null); nothing where it is blocked or holds something
  // else.
  queue.kept = (key, value) => {
    try {
      if (value) localStorage.setItem(key, JSON.stringify(value));
      if (value === null) localStorage.removeItem(key);
      return JSON.parse(localStorage.getItem(key));
    } catch {
      // Where nothing more can be kept, what is over goes, and only there: other tabs act on a moment without it.
      return value && queue.kept(key, null);
    }
  };

  // Keeps `one`; null: nothing is on its way. One without a key is not to be sent: this page alone keeps it.
  queue.hold = (one) => {
    if (one) (queue.newest = one.key), (one.was = queue.now());
    queue.pending = queue.kept(name, one) && one.key ? null : one;
  };

  // Tells tag managers: Google Consent Mode v2, all seven types, and an event with the marks in words.
  queue.signal = (marks, first) => {
    const { decided, purposes } = queue.state(marks);
    // First, as what a page has made of `dataLayer` may throw.
    queue.ask();
    const says = (id) => (purposes[id] === "granted" ? "granted" : "denied");
    const ads = says("marketing"), extras = says("functional");
    const tell = function () {
      (window.dataLayer = window.dataLayer || []).push(arguments);
    };
    const types = {
      ad_storage: ads,
      ad_user_data: ads,
      ad_personalization: ads,
      analytics_storage: says("analytics"),
      functionality_storage: extras,
      personalization_storage: extras,
      security_storage: "granted",
    };
    if (first) tell("consent", "default", types);
    // A choice that is known is said again on every page.
    if (decided || !first) tell("consent", "update", types);
    dataLayer.push({ event: "volens_consent", volens: purposes });
  };

  if (navigator.globalPrivacyControl) root.dataset.volensGpc = "";
  queue.signal(queue.marks(), 1);
})(window, document, __GATE__);
