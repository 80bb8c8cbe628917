// The configuration of vanilla-cookieconsent: the same purposes, texts and stored items as in site.toml.
import * as CookieConsent from "vanilla-cookieconsent";

CookieConsent.run({
  // Its default hides the banner from every browser that a program drives, this one too.
  hideFromBots: false,
  categories: {
    necessary: { enabled: true, readOnly: true },
    analytics: { autoClear: { cookies: [{ name: "_in_id" }, { name: "_in_visit" }] } },
    functional: {},
    marketing: { autoClear: { cookies: [{ name: /^_re_/ }] } },
  },
  language: {
    default: "en",
    translations: {
      en: {
        consentModal: {
          title: "Fyrtidning AB asks: may we count visits, show videos and measure our advertising?",
          description:
            "3 providers take part. Saying no changes nothing on this page, and you can change your mind at the foot of every page.",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Reject all",
          showPreferencesBtn: "Choose",
          footer: '<a href="/privacy">Privacy notice</a>',
        },
        preferencesModal: {
          title: "Cookie settings",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Reject all",
          savePreferencesBtn: "Save",
          closeIconLabel: "Close",
          sections: [
            {
              title: "Strictly necessary",
              description: "Remembers what you chose here.",
              linkedCategory: "necessary",
            },
            {
              title: "Web analysis",
              description: "Counts which pages are read and where readers leave, so that we can improve them.",
              linkedCategory: "analytics",
            },
            {
              title: "Videos",
              description: "Shows our films in a player from another company, which learns your IP address.",
              linkedCategory: "functional",
            },
            {
              title: "Advertising",
              description: "Tells an advertising company that you were here, so that we see which of our ads work.",
              linkedCategory: "marketing",
            },
          ],
        },
      },
    },
  },
});
