// The configuration of Klaro: the same purposes, texts and stored items as in site.toml.
var klaroConfig = {
  version: 1,
  lang: "en",
  privacyPolicy: "/privacy",
  acceptAll: true,
  showNoticeTitle: true,
  translations: {
    en: {
      acceptAll: "Accept all",
      decline: "Reject all",
      acceptSelected: "Save",
      privacyPolicyUrl: "/privacy",
      consentNotice: {
        title: "Fyrtidning AB asks: may we count visits, show videos and measure our advertising?",
        description:
          "3 providers take part. Saying no changes nothing on this page, and you can change your mind at the foot of every page.",
        learnMore: "Choose",
      },
      consentModal: { title: "Cookie settings", description: "Switch on what you allow." },
      ok: "Accept all",
      insight: { title: "Web analysis", description: "Counts which pages are read and where readers leave, so that we can improve them." },
      player: { title: "Videos", description: "Shows our films in a player from another company, which learns your IP address." },
      reach: { title: "Advertising", description: "Tells an advertising company that you were here, so that we see which of our ads work." },
      purposes: { analytics: "Web analysis", functional: "Videos", marketing: "Advertising" },
    },
  },
  services: [
    { name: "insight", purposes: ["analytics"], cookies: ["_in_id", "_in_visit"] },
    { name: "player", purposes: ["functional"] },
    { name: "reach", purposes: ["marketing"], cookies: [/^_re_/] },
  ],
};
