//! `tests/vectors/signals.json`: what vendors are told in every state. `web/signals.js` is held against the same file.

use serde_json::{Value, json};
use volens_core::PurposeId;
use volens_core::signals::google::{AdsDataRedaction, Options, UrlPassthrough};
use volens_core::signals::matomo::Consent;
use volens_core::signals::{Consents, Mapping, google, matomo, meta, microsoft};

const STATES: [&[&str]; 8] = [
    &[],
    &["analytics"],
    &["functional"],
    &["marketing"],
    &["analytics", "functional"],
    &["analytics", "marketing"],
    &["functional", "marketing"],
    &["analytics", "functional", "marketing"],
];

fn of(granted: &[&str]) -> Consents {
    let granted: Vec<PurposeId> = granted.iter().map(|id| id.parse().unwrap()).collect();
    Consents::of(&Mapping::default(), &granted)
}

fn each<T: serde::Serialize>(calls: impl Fn(&Consents) -> T) -> Value {
    STATES.map(|granted| serde_json::to_value(calls(&of(granted))).unwrap()).into()
}

fn matomo_calls(consent: Consent) -> Value {
    json!({
        "require": matomo::require(consent),
        "update": each(|before| STATES.map(|now| matomo::update(consent, before, &of(now)))),
    })
}

fn google_calls(options: &Options) -> Value {
    json!({
        "regions": options.regions.iter().map(google::Region::as_str).collect::<Vec<_>>(),
        "wait": options.wait_for_update,
        "redact": options.ads_data_redaction == AdsDataRedaction::WhileDenied,
        "pass": options.url_passthrough == UrlPassthrough::On,
        "default": each(|state| google::default(state, options)),
        "update": each(|state| google::update(state, options)),
    })
}

#[test]
fn the_vectors_are_what_the_tables_say() {
    let regions = || ["SE", "US-CA"].map(|code| code.parse().unwrap()).to_vec();
    let redaction = Options { ads_data_redaction: AdsDataRedaction::WhileDenied, ..Options::default() };
    let all = Options {
        regions: regions(),
        wait_for_update: Some(500),
        url_passthrough: UrlPassthrough::On,
        ..redaction.clone()
    };
    let options = [
        redaction,
        Options { regions: regions(), ..Options::default() },
        Options { wait_for_update: Some(0), ..Options::default() },
        Options { url_passthrough: UrlPassthrough::On, ..Options::default() },
        all,
    ];
    let made = json!({
        "states": STATES,
        "google": options.each_ref().map(google_calls),
        "uet": { "default": each(microsoft::uet_default), "update": each(microsoft::uet_update) },
        "clarity": each(microsoft::clarity),
        "meta": each(meta::consent),
        "matomo": { "Cookie": matomo_calls(Consent::Cookies), "": matomo_calls(Consent::Tracking) },
    });
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/signals.json");
    if std::env::var_os("VOLENS_BLESS").is_some() {
        std::fs::write(path, made.to_string() + "\n").unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(kept, made, "VOLENS_BLESS=1 writes it anew");
}

/// What a site declares reaches the page in the words of the file above.
#[test]
fn a_site_declares_vendors() {
    use volens_core::signals::Vendor;
    use volens_core::site::Site;
    let site = |signals: &str| Site::parse("site.toml", &format!("{}\n{signals}", crate::SHOP));
    assert!(site("").unwrap().signals().is_empty());
    let declared = site(
        "[signals]\nvendors = [\"uet\", \"meta\"]\nmatomo = \"all\"\n[signals.google]\nregion = [\"SE\"]\nwait_for_update = 500\n\
         ads_data_redaction = \"while_denied\"\nurl_passthrough = \"on\"\n",
    )
    .unwrap();
    let declared = declared.signals();
    assert!(declared.tells(Vendor::Uet) && declared.tells(Vendor::Meta) && !declared.tells(Vendor::Clarity));
    assert_eq!(declared.matomo(), Some(Consent::Tracking));
    assert_eq!(declared.google().wait_for_update, Some(500));
    let errors = site(
        "[signals]\nvendors = [\"tiktok\"]\nmatomo = \"yes\"\nbing = \"on\"\n[signals.google]\nregion = [\"EU\"]\nwait_for_update = \"long\"\n",
    )
    .unwrap_err();
    let said: Vec<String> = errors.errors().iter().map(ToString::to_string).collect();
    for key in ["vendors[0]", "matomo", "bing", "google.region[0]", "google.wait_for_update"] {
        assert!(said.iter().any(|one| one.contains(&format!("signals.{key}:"))), "{key}: {said:#?}");
    }
}
