//! Other tools' cookies: golden ones, and laws over made and broken ones.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde::Deserialize;
use volens_core::import::{ImportError, MAX_LENGTH, OldText, Outcome, Preset, Reason, Said, Stored, Terms};
use volens_core::law::{self, Purposes};
use volens_core::{Basis, DirectMarketing, Kind, PurposeId, PurposeKind, Record, SubjectKind, Timestamp};

mod rules;

const NOW: &str = "2026-12-01T00:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn text(notice: &str) -> OldText {
    OldText::new(notice.parse().unwrap(), [("en".parse().unwrap(), "words".parse().unwrap())]).unwrap()
}

/// Three device purposes that rest on consent.
fn purposes() -> Purposes {
    let device = law::Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [Basis::Consent]);
    Purposes::new(["analytics", "functional", "marketing"].map(|id| (id.parse().unwrap(), device.clone().unwrap())))
}

/// One cookie: how it came about, what it is mapped to, and what becomes of each purpose. Those marked *run* were
/// written by the library itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    tool: String,
    #[serde(rename = "how")]
    _how: String,
    value: String,
    closed: Option<String>,
    preset: Option<String>,
    decided_at: Option<Timestamp>,
    names: BTreeMap<PurposeId, Vec<String>>,
    expect: Expect,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(untagged)]
enum Expect {
    Outcomes(BTreeMap<PurposeId, String>),
    Error(String),
}

fn read(tool: &str, value: &str, closed: Option<&str>) -> Result<Stored, ImportError> {
    match tool {
        "cc_cookie" => Stored::cc_cookie(value),
        "klaro" => Stored::klaro(value),
        "tarteaucitron" => Stored::tarteaucitron(value),
        "OptanonConsent" => Stored::one_trust(value, closed),
        "CookieConsent" => Stored::cookiebot(value),
        other => panic!("{other}"),
    }
}

fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Grant(_) => "grant".to_owned(),
        Outcome::Refuse(_) => "refuse".to_owned(),
        Outcome::Ask(reasons) => {
            ["ask"].into_iter().chain(reasons.iter().map(|reason| reason.code())).collect::<Vec<_>>().join(" ")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_golden_cookie_becomes_what_its_vector_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/import/cookies.json");
    let vectors: Vec<Vector> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for vector in vectors {
        let preset = if vector.preset.is_some() { Preset::On } else { Preset::Off };
        let terms = Terms::new().revision("1", text("n1")).unwrap().revision("2", text("n2")).unwrap();
        let mut terms = terms.between(at("2026-11-01T00:00:00Z"), at(NOW), text("shown")).unwrap();
        for (purpose, names) in &vector.names {
            terms = terms.purpose(purpose.clone(), names.iter().map(String::as_str), preset);
        }
        let found = match read(&vector.tool, &vector.value, vector.closed.as_deref()) {
            Err(error) => Expect::Error(format!("error {error}")),
            Ok(stored) => {
                let stored = vector.decided_at.map_or_else(|| stored.clone(), |at| stored.clone().decided_at(at));
                let outcomes = stored.import(&terms, &purposes(), [], at(NOW));
                Expect::Outcomes(outcomes.into_iter().map(|(id, outcome)| (id, word(&outcome))).collect())
            }
        };
        assert_eq!(found, vector.expect, "{}: {}", vector.tool, vector.name);
    }
}

#[test]
fn a_value_is_read_up_to_its_limit() {
    let stored = |length: usize| Stored::klaro(&format!("{{\"a\":true{}}}", " ".repeat(length - 10)));
    assert!(stored(MAX_LENGTH).is_ok());
    let error = stored(MAX_LENGTH + 1).unwrap_err();
    assert_eq!(error.to_string(), "klaro: found 8193 bytes, expected at most 8192");
    assert_eq!(error.code(), "import-too-long");
    assert!(Stored::klaro(&"{\"a\":".repeat(1600)).is_err());
    assert!(Stored::klaro(&"[".repeat(MAX_LENGTH)).is_err());
}

#[test]
fn an_import_never_prolongs_a_consent() {
    let cookie = |ends: i64| {
        let given = "\"consentTimestamp\":\"2026-11-01T00:00:00Z\"";
        Stored::cc_cookie(&format!("{{\"categories\":[\"a\"],\"revision\":1,{given},\"expirationTime\":{ends}}}"))
    };
    let terms =
        Terms::new().revision("1", text("n1")).unwrap().purpose("analytics".parse().unwrap(), ["a"], Preset::Off);
    for (terms, ends, expected) in [
        (terms.clone(), 1_900_000_000_000, "2027-04-30T00:00:00Z"),
        (terms.clone(), 1_800_000_000_000, "2027-01-15T08:00:00Z"),
        (terms.clone().lasting_days(31), 1_900_000_000_000, "2026-12-02T00:00:00Z"),
    ] {
        let outcomes = cookie(ends).unwrap().import(&terms, &purposes(), [], at(NOW));
        let Some(Outcome::Grant(imported)) = outcomes.get("analytics") else { panic!("{outcomes:?}") };
        let record = Record::new(imported.parts("s1".parse().unwrap())).unwrap();
        assert_eq!(record.claimed_at(), Some(at("2026-11-01T00:00:00Z")));
        assert_eq!((record.effective(), record.expires_at()), (at(NOW), Some(at(expected))));
        assert_eq!((record.notice().as_str(), imported.text().unwrap().as_str()), ("n1", "words"));
    }
    let outcomes = cookie(1_900_000_000_000).unwrap().import(&terms.lasting_days(30), &purposes(), [], at(NOW));
    assert_eq!(outcomes.get("analytics"), Some(&Outcome::Ask(vec![Reason::Expired])));
}

#[test]
fn a_purpose_without_names_is_asked() {
    let terms = Terms::new().purpose("analytics".parse().unwrap(), [], Preset::Off);
    let outcomes = Stored::klaro("{}").unwrap().import(&terms, &purposes(), [], at(NOW));
    assert_eq!(outcomes.get("analytics"), Some(&Outcome::Ask(vec![Reason::UnknownCategory])));
}

/// What a tool could have written, and what is true of it.
#[derive(Clone, Debug)]
struct Made {
    tool: &'static str,
    value: String,
    closed: Option<String>,
    said: Vec<(String, Said)>,
    time: Option<i64>,
    act: bool,
}

const NAMES: [&str; 4] = ["preferences", "statistics", "marketing", "necessary"];

/// Unix seconds from years before the cookie's end until after now, and now and then nonsense.
fn times() -> impl Strategy<Value = Option<i64>> {
    let now = at(NOW).unix_seconds();
    prop_oneof![
        2 => Just(None),
        6 => (now - 200 * 86_400..now + 20 * 86_400).prop_map(Some),
        1 => any::<i32>().prop_map(|seconds| Some(i64::from(seconds))),
    ]
}

fn made() -> impl Strategy<Value = Made> {
    let said = prop::collection::vec(prop_oneof![3 => Just(Said::Yes), 1 => Just(Said::No)], 4);
    (0..5usize, said, times(), any::<bool>()).prop_map(|(tool, said, time, act)| {
        let said: Vec<(String, Said)> = NAMES.iter().map(|name| (*name).to_owned()).zip(said).collect();
        let rfc = |seconds: i64| Timestamp::from_unix_seconds(seconds).to_string();
        let list = |one: &dyn Fn(&str, bool) -> String, between: &str| {
            said.iter().map(|(name, said)| one(name, *said == Said::Yes)).collect::<Vec<_>>().join(between)
        };
        let (tool, value, closed, time, act) = match tool {
            0 => {
                let yes: Vec<&str> =
                    said.iter().filter(|(_, said)| *said == Said::Yes).map(|(name, _)| name.as_str()).collect();
                let at = time.map(rfc);
                let cookie = serde_json::json!({"categories": yes, "consentTimestamp": at});
                ("cc_cookie", cookie.to_string(), None, time, true)
            }
            1 => {
                let value = format!("{{{}}}", list(&|name, yes| format!("\"{name}\":{yes}"), ","));
                ("klaro", value, None, None, true)
            }
            2 => ("tarteaucitron", list(&|name, yes| format!("!{name}={yes}"), ""), None, None, true),
            3 => {
                let groups = list(&|name, yes| format!("{name}%3A{}", u8::from(yes)), "%2C");
                let value = format!("isGpcEnabled=0&interactionCount={}&groups={groups}", u8::from(act));
                ("OptanonConsent", value, Some(time.map_or_else(|| "never".to_owned(), rfc)), time, act)
            }
            _ => {
                let utc = time.map_or_else(String::new, |time| format!(",utc:{}", time * 1000));
                let method = if act { "explicit" } else { "implied" };
                let list = list(&|name, yes| format!("{name}:{yes}"), ",");
                ("CookieConsent", format!("{{{list},method:'{method}'{utc}}}"), None, time, act)
            }
        };
        Made { tool, value, closed, said, time, act }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// No import yields a grant unless all three proofs are there, and with them it does; no refusal is lost.
    #[test]
    fn a_grant_needs_all_three_proofs_and_no_refusal_is_lost(
        made in made(),
        preset in prop_oneof![Just(Preset::Off), Just(Preset::On)],
        shown in (0..250i64, 1..250i64),
        picked in prop::collection::vec(prop::sample::select(&NAMES[..]), 1..3),
    ) {
        let now = at(NOW);
        let (from, until) = (now.plus_seconds(-86_400 * shown.0), now.plus_seconds(-86_400 * (shown.0 - shown.1)));
        let purpose: PurposeId = "marketing".parse().unwrap();
        let terms = Terms::new().between(from, until, text("shown")).unwrap();
        let terms = terms.purpose(purpose.clone(), picked.clone(), preset);
        let stored = read(made.tool, &made.value, made.closed.as_deref()).unwrap();
        let outcome = stored.import(&terms, &purposes(), [], now).remove(&purpose).unwrap();

        let said: Vec<Said> =
            made.said.iter().filter(|(name, _)| picked.contains(&name.as_str())).map(|(_, said)| *said).collect();
        let given = made.time.map(Timestamp::from_unix_seconds);
        let proven = given.is_some_and(|given| {
            let known = given <= now && given >= at("1995-01-01T00:00:00Z");
            let text = from <= given && given < until;
            known && text && given.plus_seconds(180 * 86_400) > now
        }) && made.act && preset == Preset::Off;
        match outcome {
            Outcome::Refuse(imported) => {
                prop_assert!(said.contains(&Said::No));
                let record = Record::new(imported.parts("s".parse().unwrap())).unwrap();
                prop_assert_eq!((record.kind(), record.effective()), (Kind::Refuse, now));
            }
            Outcome::Grant(imported) => {
                prop_assert!(proven && said.iter().all(|said| *said == Said::Yes));
                let record = Record::new(imported.parts("s".parse().unwrap())).unwrap();
                prop_assert_eq!((record.kind(), record.effective(), record.claimed_at()), (Kind::Grant, now, given));
                prop_assert_eq!(record.expires_at(), given.map(|given| given.plus_seconds(180 * 86_400)));
            }
            Outcome::Ask(reasons) => {
                prop_assert!(!reasons.is_empty());
                prop_assert!(!proven && !said.contains(&Said::No));
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }

    /// Bytes from anywhere are read or refused; what is read refuses wherever it says no, even if it is broken else.
    #[test]
    fn whatever_comes_is_read_or_refused(
        text in prop_oneof![
            any::<String>(),
            prop::collection::vec(any::<u8>(), 0..200).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            r#"[{}\[\]":,'a0%2-]{0,60}"#,
            r"(![a-c%]=(true|false|wait|x)?){0,4}",
            r"((groups|hosts|interactionCount|a)=([A-C][:%,]?[0-2],?){0,3}&?){0,4}",
            r"\{((marketing|utc|method|ver):('[a-z]*'|true|false|[0-9]{0,25}),?){0,4}\}?",
            r#"\{("(categories|services|revision|a)":(\["[a-c]"\]|\{"a":\["x"\]\}|true|1e400|null),?){0,4}\}?"#,
        ],
    ) {
        let terms = Terms::new()
            .revision("1", self::text("n1"))
            .unwrap()
            .purpose("analytics".parse().unwrap(), ["a", "A", "marketing"], Preset::Off);
        for tool in ["cc_cookie", "klaro", "tarteaucitron", "OptanonConsent", "CookieConsent"] {
            match read(tool, &text, Some(&text)) {
                Err(error) => prop_assert!(error.to_string().starts_with(tool)),
                Ok(stored) => {
                    let outcomes = stored.import(&terms, &purposes(), [], at(NOW));
                    prop_assert!(!matches!(outcomes["analytics"], Outcome::Grant(_)));
                    let refused = ["a", "A", "marketing"].iter().any(|name| stored.said(name) == Some(Said::No));
                    prop_assert_eq!(refused, matches!(outcomes["analytics"], Outcome::Refuse(_)));
                }
            }
        }
    }

    /// A cookie cut short, or with one byte changed, never says yes where the whole one said no. (In OneTrust's a digit
    /// is all the difference: it is only cut.)
    #[test]
    fn damage_never_turns_a_no_into_a_yes(
        made in made(),
        place in any::<prop::sample::Index>(),
        byte in any::<Option<u8>>(),
    ) {
        let mut bytes = made.value.clone().into_bytes();
        let place = place.index(bytes.len());
        match byte.filter(|_| made.tool != "OptanonConsent") {
            Some(byte) => bytes[place] = byte,
            None => bytes.truncate(place),
        }
        let stored = String::from_utf8(bytes).ok().and_then(|value| {
            read(made.tool, &value, made.closed.as_deref()).ok()
        });
        for (name, _) in made.said.iter().filter(|(_, said)| *said == Said::No) {
            prop_assert_ne!(stored.as_ref().and_then(|stored| stored.said(name)), Some(Said::Yes));
        }
    }
}
