use super::google::{AdsDataRedaction, Options, Region, RegionError, UrlPassthrough};
use super::*;
use crate::PurposeId;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

const PURPOSES: [&str; 3] = ["analytics", "functional", "marketing"];

fn id(text: &str) -> PurposeId {
    text.parse().unwrap()
}

fn state(granted: &[&str]) -> Consents {
    let granted: Vec<PurposeId> = granted.iter().map(|text| id(text)).collect();
    Consents::of(&Mapping::default(), &granted)
}

fn json(calls: impl serde::Serialize) -> Json {
    serde_json::to_value(calls).unwrap()
}

#[test]
fn only_an_exact_1_is_the_signal() {
    let none: [&str; 0] = [];
    assert_eq!(Gpc::from_headers(none), Gpc::Absent);
    for value in ["", "0", "01", "1.0", " 1", "1 ", "1,1", "1;q=1", "true", "?1", "\"1\"", "１"] {
        assert_eq!(Gpc::from_headers([value]), Gpc::Absent, "{value:?}");
        assert_eq!(Gpc::from_headers([value, "1"]), Gpc::On, "{value:?}");
        assert_eq!(Gpc::from_headers(["1", value]), Gpc::On, "{value:?}");
    }
    assert_eq!(Gpc::from_headers([&[0x31][..], &[0xff]]), Gpc::On);
    assert_eq!(Gpc::from(Some(false)), Gpc::Absent);
}

/// Every state of the default mapping: what is granted, and the seven statuses in the order of their names
/// (`ad_personalization ad_storage ad_user_data analytics functionality personalization security`).
const STATES: [(&[&str], &str); 8] = [
    (&[], "dddddd g"),
    (&["analytics"], "dddgdd g"),
    (&["functional"], "ddddgg g"),
    (&["marketing"], "gggddd g"),
    (&["analytics", "functional"], "dddggg g"),
    (&["analytics", "marketing"], "ggggdd g"),
    (&["functional", "marketing"], "gggdgg g"),
    (&["analytics", "functional", "marketing"], "gggggg g"),
];

const NAMES: [&str; 7] = [
    "ad_personalization",
    "ad_storage",
    "ad_user_data",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
];

#[test]
fn every_state_is_told_in_full() {
    for (granted, letters) in STATES {
        let word = |letter: char| if letter == 'g' { "granted" } else { "denied" };
        let words: Vec<&str> = letters.chars().filter(|letter| *letter != ' ').map(word).collect();
        let seven: Json = NAMES.iter().zip(&words).map(|(name, word)| ((*name).to_owned(), json!(word))).collect();
        let (ads, analytics) = (words[1], words[3]);
        let state = state(granted);
        let options = Options::default();
        assert_eq!(
            json(google::default(&state, &options)),
            json!([{"global": "gtag", "arguments": ["consent", "default", seven]}])
        );
        assert_eq!(
            json(google::update(&state, &options)),
            json!([{"global": "gtag", "arguments": ["consent", "update", seven]}])
        );
        for (call, command) in [(microsoft::uet_default(&state), "default"), (microsoft::uet_update(&state), "update")]
        {
            assert_eq!(
                json(call),
                json!({"global": "uetq", "method": "push", "arguments": ["consent", command, {"ad_storage": ads}]})
            );
        }
        assert_eq!(
            json(microsoft::clarity(&state)),
            json!({"global": "clarity", "arguments": ["consentv2", {"ad_Storage": ads, "analytics_Storage": analytics}]})
        );
        let grant = if ads == "granted" { "grant" } else { "revoke" };
        assert_eq!(json(meta::consent(&state)), json!({"global": "fbq", "arguments": ["consent", grant]}));
        let processing = match ads {
            "granted" => json!(["dataProcessingOptions", []]),
            _ => json!(["dataProcessingOptions", ["LDU"], 0, 0]),
        };
        assert_eq!(json(meta::data_processing(&state)), json!({"global": "fbq", "arguments": processing}));
        for before in [Consents::nothing(), self::state(&["analytics"])] {
            let verb = match (before.status(ConsentType::AnalyticsStorage), analytics) {
                (_, "granted") => Some("set"),
                (Status::Granted, _) => Some("forget"),
                (Status::Denied, _) => None,
            };
            for (consent, name) in
                [(matomo::Consent::Tracking, "ConsentGiven"), (matomo::Consent::Cookies, "CookieConsentGiven")]
            {
                let call = |verb| json!({"global": "_paq", "method": "push", "arguments": [[format!("{verb}{name}")]]});
                assert_eq!(json(matomo::update(consent, &before, &state)), verb.map(call).unwrap_or_default());
            }
        }
    }
}

#[test]
fn google_settings_go_with_the_calls() {
    let options = Options {
        regions: vec!["SE".parse().unwrap(), "US-CA".parse().unwrap()],
        wait_for_update: Some(500),
        ads_data_redaction: AdsDataRedaction::WhileDenied,
        url_passthrough: UrlPassthrough::On,
    };
    let everywhere = Options { regions: Vec::new(), ..options.clone() };
    let gtag = |name: &str, value: bool| json!({"global": "gtag", "arguments": ["set", name, value]});
    for (granted, redacted) in [(&[][..], true), (&["marketing"], false)] {
        let state = state(granted);
        let calls = json(google::default(&state, &options));
        assert_eq!(calls[0]["arguments"][2].get("region"), None);
        assert_eq!(calls[0], json(google::default(&Consents::nothing(), &everywhere))[0]);
        assert_eq!(calls[1]["arguments"][2]["region"], json!(["SE", "US-CA"]));
        assert_eq!(calls[1]["arguments"][2]["ad_storage"], if redacted { "denied" } else { "granted" });
        for call in [&calls[0], &calls[1]] {
            assert_eq!(call["arguments"][2]["wait_for_update"], json!(500));
        }
        assert_eq!(calls[2], gtag("ads_data_redaction", redacted));
        assert_eq!(calls[3], gtag("url_passthrough", true));
        assert_eq!(calls.as_array().unwrap().len(), 4);
        let calls = json(google::update(&state, &options));
        assert_eq!(calls[0], gtag("ads_data_redaction", redacted), "before what tags act on");
        assert_eq!(calls[1]["arguments"][2].as_object().unwrap().len(), 7);
        assert_eq!(calls.as_array().unwrap().len(), 2);
    }
}

#[test]
fn regions_are_countries_and_their_parts() {
    for code in ["SE", "GB", "US-CA", "FR-75C", "ES-M"] {
        assert_eq!(code.parse::<Region>().unwrap().as_str(), code);
    }
    for code in ["", "S", "SWE", "se", "US-", "US-ca", "US-CALI", "US_CA", "US-CA-1", "Å"] {
        assert_eq!(code.parse::<Region>(), Err(RegionError::Shape), "{code:?}");
    }
    assert_eq!("EU".parse::<Region>(), Err(RegionError::NotACountry));
    assert_eq!("UK".parse::<Region>(), Err(RegionError::NotACountry));
    for (error, code, text) in [
        (
            RegionError::Shape,
            "region-shape",
            "not a region; expected a code of ISO 3166 in capitals such as SE or US-CA",
        ),
        (
            RegionError::NotACountry,
            "region-not-a-country",
            "the code of no country; expected each country by itself, the United Kingdom as GB",
        ),
    ] {
        assert_eq!((error.code(), error.to_string().as_str()), (code, text));
    }
}

/// The consent types that a call says are granted.
fn told(call: &Json) -> BTreeSet<String> {
    let name = |text: &str| text.to_ascii_lowercase();
    match (call["global"].as_str().unwrap(), call["arguments"].as_array().unwrap().as_slice()) {
        ("fbq", [kind, yes, ..]) if kind == "consent" && yes == "grant" => NAMES[..3].iter().map(|n| name(n)).collect(),
        ("fbq", [kind, none]) if kind == "dataProcessingOptions" && none == &json!([]) => {
            NAMES[..3].iter().map(|n| name(n)).collect()
        }
        ("_paq", [list]) if list[0].as_str().unwrap().starts_with("set") => [name("analytics_storage")].into(),
        (_, arguments) => {
            let objects = arguments.iter().filter_map(Json::as_object).flatten();
            objects.filter(|(_, value)| *value == "granted").map(|(of, _)| name(of)).collect()
        }
    }
}

fn every_call(state: &Consents) -> Vec<Call> {
    let options = Options { ads_data_redaction: AdsDataRedaction::WhileDenied, ..Options::default() };
    let regional = Options { regions: vec!["SE".parse().unwrap()], ..Options::default() };
    let mut calls = google::default(state, &options);
    calls.extend(google::default(state, &regional));
    calls.extend(google::update(state, &options));
    calls.extend([microsoft::uet_default(state), microsoft::uet_update(state), microsoft::clarity(state)]);
    calls.extend([meta::consent(state), meta::data_processing(state)]);
    for consent in [matomo::Consent::Tracking, matomo::Consent::Cookies] {
        calls.push(matomo::require(consent));
        calls.extend(
            [&Consents::nothing(), state].into_iter().filter_map(|before| matomo::update(consent, before, state)),
        );
    }
    calls
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn nothing_is_told_granted_that_is_not(
        rows in prop::collection::vec((0usize..3, prop::collection::vec(prop::sample::select(ConsentType::ALL), 0..4)), 0..5),
        granted in prop::sample::subsequence(PURPOSES.to_vec(), 0..=3),
    ) {
        let rows: Vec<(&str, Vec<ConsentType>)> = rows.into_iter().map(|(at, types)| (PURPOSES[at], types)).collect();
        let mapping = Mapping::new(rows.iter().map(|(purpose, types)| (id(purpose), types.clone())));
        let ids: Vec<PurposeId> = granted.iter().map(|text| id(text)).collect();
        let state = Consents::of(&mapping, &ids);
        // A type is granted if a granted purpose stands for it, and no other purpose withholds it.
        let allowed: BTreeSet<&str> = ConsentType::ALL
            .iter()
            .filter(|of| {
                let mut named = rows.iter().filter(|(_, types)| types.contains(of)).peekable();
                named.peek().is_some() && named.all(|(purpose, _)| granted.contains(purpose))
            })
            .map(|of| of.as_str())
            .chain(["security_storage"])
            .collect();
        for call in every_call(&state) {
            for name in told(&json(&call)) {
                prop_assert!(allowed.contains(name.as_str()), "{} in {}", name, json(call));
            }
        }
        for of in ConsentType::ALL {
            prop_assert_eq!(state.status(*of) == Status::Granted, allowed.contains(of.as_str()));
        }
        // An update after a default of the same state repeats all seven.
        let options = Options { wait_for_update: Some(1), ..Options::default() };
        let (default, update) = (json(google::default(&state, &options)), json(google::update(&state, &options)));
        for name in NAMES {
            prop_assert!(update[0]["arguments"][2][name].is_string());
            prop_assert_eq!(&default[0]["arguments"][2][name], &update[0]["arguments"][2][name]);
        }
    }
}
