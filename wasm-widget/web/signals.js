// Adapters, inline after the gate on sites whose `[signals]` declare them: what the gate tells Google, to others in
// their words. The tables are those of `volens_core::signals`; a test holds this file against them. `__SIGNALS__`
// becomes the declaration:
//   google {regions, more, redact, pass}   uet, clarity, meta 1 if declared   matomo "" for all tracking, "Cookie"
((window, volens, { google, uet, clarity, meta, matomo }) => {
  const { signal } = volens;
  const word = (yes) => (yes ? "granted" : "denied");
  let before = false;

  const gtag = function () {
    dataLayer.push(arguments);
  };
  const types = (ads, analytics, extras, more) => ({
    ad_storage: word(ads),
    ad_user_data: word(ads),
    ad_personalization: word(ads),
    analytics_storage: word(analytics),
    functionality_storage: word(extras),
    personalization_storage: word(extras),
    security_storage: "granted",
    ...more,
  });

  // Meta's base code does nothing where `fbq` is there already, so none is made for it: whatever makes it, the first
  // call through it is ours.
  const pixel = (ads) => {
    const say = () => fbq("consent", ads ? "grant" : "revoke");
    if (window.fbq) return say();
    let made;
    Object.defineProperty(window, "fbq", {
      configurable: true,
      get: () => made,
      set: (value) => {
        made = new Proxy(value, {
          apply: (own, self, words) => {
            if (made) {
              Object.defineProperty(window, "fbq", { value: made, writable: true });
              made = 0;
              own("consent", ads ? "grant" : "revoke");
            }
            return own(...words);
          },
        });
      },
    });
    // What was said in between counts.
    return (now) => (ads = now);
  };
  let early;

  const tell = (marks, first) => {
    const { decided, purposes } = volens.state(marks);
    const [ads, analytics, extras] = ["marketing", "analytics", "functional"].map((id) => purposes[id] === "granted");
    if (google) {
      const { regions, more, redact, pass } = google;
      if (first) {
        if (regions) gtag("consent", "default", types(0, 0, 0, more));
        gtag("consent", "default", types(ads, analytics, extras, { ...more, ...(regions && { region: regions }) }));
      }
      if (redact) gtag("set", "ads_data_redaction", !ads);
      // A later update is the gate's, and follows.
      if (first && pass) gtag("set", "url_passthrough", true);
      if (first && decided) gtag("consent", "update", types(ads, analytics, extras));
    }
    if (uet) {
      const queue = (window.uetq ||= []);
      if (first) queue.push("consent", "default", { ad_storage: word(ads) });
      if (decided || !first) queue.push("consent", "update", { ad_storage: word(ads) });
    }
    if (clarity) {
      window.clarity ||= function () {
        (window.clarity.q ||= []).push(arguments);
      };
      window.clarity("consentv2", { ad_Storage: word(ads), analytics_Storage: word(analytics) });
    }
    if (meta) {
      if (early && !window.fbq) early(ads);
      else early = pixel(ads);
    }
    if (matomo != null) {
      const queue = (window._paq ||= []);
      if (first) queue.push([`require${matomo}Consent`]);
      if (analytics) queue.push([`set${matomo}ConsentGiven`]);
      else if (before) queue.push([`forget${matomo}ConsentGiven`]);
      before = analytics;
    }
  };

  volens.signal = (marks) => {
    // The gate's event is what containers wait for: by then all is said.
    tell(marks);
    signal(marks);
  };
  // At load the gate has said it already, and nobody has heard it.
  const [last] = dataLayer.slice(-1);
  const taken = last.event === "volens_consent" && dataLayer.pop();
  tell(volens.marks(), 1);
  if (taken) dataLayer.push(taken);
})(window, window.volens, __SIGNALS__);
