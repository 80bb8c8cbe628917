//! The rules of an import, one by one, and two laws over what stands here already.

use proptest::prelude::*;
use volens_core::import::{Imported, OldText, Outcome, Preset, Reason, Said, Stored, Terms, TermsError};
use volens_core::law::{self, Case, Fact, Purposes};
use volens_core::{
    Basis, Because, DirectMarketing, Kind, Known, PurposeKind, Record, RecordParts, SubjectKind, Timestamp,
};

use super::{NOW, at, purposes, text};

const YES: &str = r#"{"categories":["a"],"revision":1,"services":{"a":[],"b":[]},
    "consentTimestamp":"2026-11-01T00:00:00Z","lastConsentTimestamp":"2026-11-10T00:00:00Z"}"#;

fn terms() -> Terms {
    Terms::new().revision("1", text("n1")).unwrap().purpose("analytics".parse().unwrap(), ["a"], Preset::Off)
}

fn outcome(stored: &Stored, terms: &Terms, purposes: &Purposes, facts: &[Fact]) -> Outcome {
    stored.import(terms, purposes, facts.to_vec(), at(NOW)).remove("analytics").unwrap()
}

/// What becomes of the one purpose, with nothing on record.
fn read(cookie: &str, terms: &Terms) -> Outcome {
    outcome(&Stored::cc_cookie(cookie).unwrap(), terms, &purposes(), &[])
}

fn granted(outcome: Outcome) -> Imported {
    let Outcome::Grant(imported) = outcome else { panic!("{outcome:?}") };
    imported
}

fn refused(outcome: Outcome) -> Imported {
    let Outcome::Refuse(imported) = outcome else { panic!("{outcome:?}") };
    imported
}

fn ask<const N: usize>(reasons: [Reason; N]) -> Outcome {
    Outcome::Ask(reasons.to_vec())
}

fn record(purpose: &str, kind: Kind, recorded: Timestamp, claimed: Option<Timestamp>) -> Fact {
    let parts = RecordParts {
        subject: "s1".parse().unwrap(),
        purpose: purpose.parse().unwrap(),
        kind,
        claimed_at: claimed,
        received_at: recorded,
        recorded_at: recorded,
        notice: "n".parse().unwrap(),
        expires_at: None,
    };
    Fact::Record(Record::new(parts).unwrap())
}

fn one(subject: SubjectKind, marketing: DirectMarketing, bases: &[Basis]) -> Purposes {
    let terms = law::Terms::new(subject, PurposeKind::Consent, marketing, bases.iter().copied()).unwrap();
    Purposes::new(["analytics", "other"].map(|id| (id.parse().unwrap(), terms.clone())))
}

#[test]
fn a_no_takes_back_a_grant_unless_it_is_known_to_be_older() {
    let no =
        r#"{"categories":[],"consentTimestamp":"2026-10-01T00:00:00Z","lastConsentTimestamp":"2026-11-10T00:00:00Z"}"#;
    let undated = r#"{"categories":[]}"#;
    for (cookie, recorded, claimed, expected) in [
        (no, "2026-11-09T00:00:00Z", None, Some(Kind::Withdraw)),
        (no, "2026-11-10T00:00:00Z", None, Some(Kind::Withdraw)),
        (no, "2026-11-11T00:00:00Z", None, None),
        (undated, "2026-11-11T00:00:00Z", None, Some(Kind::Withdraw)),
        // Imported after the no was said, but given before it.
        (no, "2026-11-11T00:00:00Z", Some("2026-11-09T00:00:00Z"), Some(Kind::Withdraw)),
        // A claim of a time later than the record's own counts for nothing.
        (no, "2026-11-09T00:00:00Z", Some("2026-11-11T00:00:00Z"), Some(Kind::Withdraw)),
    ] {
        let facts = [record("analytics", Kind::Grant, at(recorded), claimed.map(at))];
        let found = outcome(&Stored::cc_cookie(cookie).unwrap(), &terms(), &purposes(), &facts);
        match expected {
            Some(kind) => {
                let parts = refused(found).parts("s1".parse().unwrap());
                assert_eq!((parts.kind, parts.received_at), (kind, at(NOW)), "{recorded}");
            }
            None => assert_eq!(found, Outcome::Kept(Because::Granted), "{recorded}"),
        }
    }
    let facts = ["2026-11-09T00:00:00Z", "2026-11-11T00:00:00Z", "2026-12-02T00:00:00Z"]
        .map(|recorded| record("analytics", Kind::Grant, at(recorded), None));
    let no = Stored::cc_cookie(no).unwrap();
    assert_eq!(outcome(&no, &terms(), &purposes(), &facts), Outcome::Kept(Because::Granted));
    // A grant still to come does not stand.
    let to_come = [facts[0].clone(), facts[2].clone()];
    assert_eq!(refused(outcome(&no, &terms(), &purposes(), &to_come)).tool().cookie(), "cc_cookie");
}

#[test]
fn a_yes_says_nothing_over_what_stands_and_a_no_adds_nothing_to_a_no() {
    let (yes, no) = (Stored::cc_cookie(YES).unwrap(), Stored::cc_cookie(r#"{"categories":[]}"#).unwrap());
    for (kind, standing) in [
        (Kind::Grant, Because::Granted),
        (Kind::Refuse, Because::Refused),
        (Kind::Withdraw, Because::Withdrawn),
        (Kind::Object, Because::Objected),
        (Kind::Erase, Because::Erased),
    ] {
        let facts = [record("analytics", kind, at("2026-10-01T00:00:00Z"), None)];
        assert_eq!(outcome(&yes, &terms(), &purposes(), &facts), Outcome::Kept(standing));
        if kind != Kind::Grant {
            assert_eq!(outcome(&no, &terms(), &purposes(), &facts), Outcome::Kept(standing));
        }
    }
}

#[test]
fn an_objection_is_not_lifted() {
    let yes = Stored::cc_cookie(YES).unwrap();
    let long_ago = at("2026-10-01T00:00:00Z");
    // To direct marketing under another purpose, and the banner's own no on a legitimate interest.
    let marketing = one(SubjectKind::Device, DirectMarketing::Yes, &[Basis::Consent]);
    let objected = [record("other", Kind::Object, long_ago, None)];
    assert_eq!(outcome(&yes, &terms(), &marketing, &objected), Outcome::Kept(Because::Objected));
    granted(outcome(&yes, &terms(), &purposes(), &objected));
    let interest = one(SubjectKind::Device, DirectMarketing::No, &[Basis::Consent, Basis::LegitimateInterest]);
    let refused = [record("analytics", Kind::Refuse, long_ago, None)];
    assert_eq!(outcome(&yes, &terms(), &interest, &refused), Outcome::Kept(Because::Objected));
}

#[test]
fn a_banner_grants_device_purposes_on_consent_alone_and_refuses_any() {
    let (yes, no) = (Stored::cc_cookie(YES).unwrap(), Stored::cc_cookie(r#"{"categories":[]}"#).unwrap());
    let of = |subject, basis| one(subject, DirectMarketing::No, &[basis]);
    for (purposes, expected) in [
        (of(SubjectKind::Account, Basis::Consent), vec![Reason::NotDevice]),
        (of(SubjectKind::Address, Basis::Contract), vec![Reason::NotDevice, Reason::NotConsent]),
        (of(SubjectKind::Device, Basis::LegitimateInterest), vec![Reason::NotConsent]),
        (Purposes::default(), vec![Reason::UnknownPurpose]),
    ] {
        assert_eq!(outcome(&yes, &terms(), &purposes, &[]), Outcome::Ask(expected));
        refused(outcome(&no, &terms(), &purposes, &[]));
    }
    let codes = [Reason::Unreadable, Reason::UnknownPurpose, Reason::NotDevice, Reason::NotConsent].map(Reason::code);
    assert_eq!(codes, ["unreadable", "unknown-purpose", "not-device", "not-consent"]);
}

#[test]
fn refusals_that_would_be_lost_are_named() {
    let stored = Stored::cc_cookie(r#"{"categories":["necessary"],"services":{"necessary":[],"ads":[]}}"#).unwrap();
    assert_eq!(stored.refused_and_unnamed(&Terms::new()).collect::<Vec<_>>(), ["ads"]);
    let terms = Terms::new().purpose("marketing".parse().unwrap(), ["ads"], Preset::Off);
    assert_eq!(stored.refused_and_unnamed(&terms).count(), 0);
}

#[test]
fn the_last_choice_is_the_evidence_and_the_first_sets_the_end() {
    let parts = granted(read(YES, &terms())).parts("s1".parse().unwrap());
    assert_eq!(parts.claimed_at, Some(at("2026-11-10T00:00:00Z")));
    assert_eq!(parts.expires_at, Some(at("2027-04-30T00:00:00Z")));
    let two = r#"{"level":["a"],"revision":1,"consent_date":"2026-11-01T00:00:00Z","last_consent_update":"2026-11-10T00:00:00Z"}"#;
    assert_eq!(granted(read(two, &terms())).parts("s1".parse().unwrap()), parts);
    let longest = terms().lasting_days(u16::MAX);
    assert_eq!(granted(read(YES, &longest)).parts("s1".parse().unwrap()), parts);
}

#[test]
fn the_text_is_the_one_in_the_language_of_the_choice() {
    let cookie = |lang: &str| YES.replace(r#""revision":1"#, &format!(r#""revision":1,"languageCode":"{lang}""#));
    let both = [("en", "words"), ("sv", "ord")].map(|(lang, text)| (lang.parse().unwrap(), text.parse().unwrap()));
    let both = Terms::new().revision("1", OldText::new("n1".parse().unwrap(), both).unwrap()).unwrap();
    let both = both.purpose("analytics".parse().unwrap(), ["a"], Preset::Off);
    assert_eq!(granted(read(&cookie("sv"), &both)).text().unwrap().as_str(), "ord");
    assert_eq!(read(&cookie("da"), &both), ask([Reason::NoText]));
    assert_eq!(read(YES, &both), ask([Reason::NoText]));
    assert_eq!(read(&cookie("da"), &terms()), ask([Reason::NoText]));
    assert_eq!(granted(read(YES, &terms())).text().unwrap().as_str(), "words");

    let no = cookie("sv").replace(r#"["a"]"#, "[]");
    let imported = refused(read(&no, &both));
    assert_eq!(imported.text().unwrap().as_str(), "ord");
    assert_eq!(imported.parts("s1".parse().unwrap()).notice.as_str(), "n1");
    let imported = refused(read(&no.replace("sv", "da"), &both));
    assert_eq!((imported.text(), imported.parts("s1".parse().unwrap()).notice.as_str()), (None, "n1"));
}

#[test]
fn a_revision_has_its_own_text_and_a_period_its_bounds() {
    let shown = |from, until| {
        let terms = Terms::new().between(at(from), at(until), text("shown")).unwrap();
        terms.purpose("analytics".parse().unwrap(), ["a"], Preset::Off)
    };
    let (first, last) = ("2026-11-01T00:00:00Z", "2026-11-10T00:00:00Z");
    let wide = shown("2026-01-01T00:00:00Z", NOW);
    assert_eq!(read(YES, &wide), ask([Reason::NoText]));
    let unnumbered = YES.replace(r#""revision":1,"#, "");
    granted(read(&unnumbered, &wide));
    granted(read(&unnumbered, &shown(first, "2026-11-10T00:00:01Z")));
    assert_eq!(read(&unnumbered, &shown(first, last)), ask([Reason::NoText]));
    assert_eq!(read(&unnumbered, &shown("2026-11-01T00:00:01Z", NOW)), ask([Reason::NoText]));
    // Cookiebot's `ver` names none.
    let bot = Stored::cookiebot("{statistics:true,method:'explicit',ver:1,utc:1795306351350}").unwrap();
    assert_eq!(bot.revision(), None);
    let numbered = Terms::new().revision("1", text("n1")).unwrap();
    let numbered = numbered.purpose("analytics".parse().unwrap(), ["statistics"], Preset::Off);
    assert_eq!(outcome(&bot, &numbered, &purposes(), &[]), ask([Reason::NoText]));
}

#[test]
fn terms_that_contradict_themselves_are_errors() {
    let (a, b, c) = (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"), at("2026-03-01T00:00:00Z"));
    let terms = Terms::new().between(b, c, text("n")).unwrap();
    terms.clone().between(a, b, text("n")).unwrap().between(c, at(NOW), text("n")).unwrap();
    let inside = terms.clone().between(a, b.plus_seconds(1), text("n")).unwrap_err();
    let lang = ("en".parse().unwrap(), "words".parse().unwrap());
    let twice = OldText::new("n".parse().unwrap(), [lang.clone(), lang]).unwrap_err();
    let again = Terms::new().revision("1", text("n")).unwrap().revision("1", text("n")).unwrap_err();
    for (error, code, text) in [
        (
            inside,
            "import-overlapping-periods",
            "a period that overlaps the one from 2026-02-01T00:00:00Z until 2026-03-01T00:00:00Z; expected one text at a \
             time",
        ),
        (twice, "import-repeated-language", "two texts in one language; expected one for each"),
        (again, "import-repeated-revision", "two texts for one revision; expected one for each"),
        (
            TermsError::EmptyPeriod,
            "import-empty-period",
            "a period that ends before or as it begins; expected a later end",
        ),
    ] {
        assert_eq!((error.code(), error.to_string().as_str()), (code, text));
    }
    assert_eq!(Terms::new().between(a, a, text("n")).unwrap_err(), TermsError::EmptyPeriod);
}

#[test]
fn what_cannot_be_read_is_never_a_plain_yes() {
    let with = |field: &str| YES.replace(r#""revision":1"#, &format!(r#""revision":1,{field}"#));
    granted(read(&with(r#""expirationTime":1900000000000,"languageCode":"en","data":[7]"#), &terms()));
    for cookie in [
        with(r#""expirationTime":1900000000000.5"#),
        with(r#""expirationTime":"1900000000000""#),
        with(r#""expirationTime":null"#),
        with(r#""languageCode":"""#),
        with(r#""languageCode":7"#),
        with(r#""revision":1"#),
        with(r#""consent_date":"2026-11-01T00:00:00Z""#),
        with(r#""expirationTime":1900000000000,"expirationTime":1900000000000"#),
        YES.replace("2026-11-10T00:00:00Z", "yesterday"),
        YES.replace(r#""2026-11-10T00:00:00Z""#, "1795306351350"),
        YES.replace(r#""b":[]"#, r#""b":[7,"pixel"]"#),
        YES.replace(r#""b":[]"#, r#""b":{"pixel":false}"#),
        YES.replace(r#""b":[]"#, r#""b":["pixel"]"#),
        YES.replace(r#""b":[]"#, r#""b":[],"b":[]"#),
        YES.replace(r#"{"a":[],"b":[]}"#, "[]"),
    ] {
        assert_eq!(read(&cookie, &terms()), ask([Reason::Unreadable]), "{cookie}");
        refused(read(&cookie.replace(r#""categories":["a"]"#, r#""categories":[]"#), &terms()));
    }
    let revision = YES.replace(r#""revision":1"#, r#""revision":"1""#);
    assert_eq!(read(&revision, &terms()), ask([Reason::NoText, Reason::Unreadable]));
    let other = YES.replace(r#""a"],"#, r#""a","b"],"#).replace(r#""b":[]"#, r#""b":[7]"#);
    assert_eq!(read(&other, &terms()), ask([Reason::Unreadable]));
    let services =
        |services: &str| Stored::cc_cookie(&format!(r#"{{"categories":["ads"],"services":{services}}}"#)).unwrap();
    let broken = services(r#"{"ads":[7,"pixel"]}"#);
    assert_eq!((broken.said("ads"), broken.said("ads/pixel")), (Some(Said::Partly), None));
    let twice = services(r#"{"ads":["pixel","other"],"ads":["other"]}"#);
    assert_eq!((twice.said("ads/pixel"), twice.said("ads/other")), (Some(Said::No), Some(Said::Yes)));
    let without = services(r#"{"video":["pixel"]}"#);
    assert_eq!(without.said("video/pixel"), Some(Said::No));
}

#[test]
fn a_name_may_hold_a_slash() {
    let stored = Stored::cc_cookie(r#"{"categories":["c/d"],"services":{"a/b":[],"c/d":["e"]}}"#).unwrap();
    for (name, said) in [
        ("a/b", Some(Said::No)),
        ("a/b/pixel", Some(Said::No)),
        ("c/d/e", Some(Said::Yes)),
        ("c/d/f", Some(Said::No)),
        ("a", None),
        ("a/bc", None),
        ("a/c", None),
    ] {
        assert_eq!(stored.said(name), said, "{name}");
    }
}

#[test]
fn one_trust_counts_only_what_it_knows_to_be_off() {
    let terms = Terms::new().between(at("2026-11-01T00:00:00Z"), at(NOW), text("n1")).unwrap();
    let terms = terms.purpose("analytics".parse().unwrap(), ["C2"], Preset::Off);
    let closed = Some("2026-11-22T00:12:31.724Z");
    let found = |rest: &str, closed| {
        let stored = Stored::one_trust(&format!("groups=C2:1&interactionCount=1{rest}"), closed).unwrap();
        outcome(&stored, &terms, &purposes(), &[])
    };
    for field in ["isGpcEnabled", "browserGpcFlag", "AwaitingReconsent"] {
        let reason = if field == "AwaitingReconsent" { Reason::AwaitingReconsent } else { Reason::SignalAgainst };
        for off in ["0", "false"] {
            granted(found(&format!("&{field}={off}"), closed));
        }
        for on in ["=1", "=true", "=TRUE", "=yes", "=2", "=", ""] {
            assert_eq!(found(&format!("&{field}{on}"), closed), ask([reason]), "{field}{on}");
        }
    }
    let none = ask([Reason::NoTime, Reason::NoText, Reason::NoPositiveAct]);
    assert_eq!((found("", None), found("", Some("yesterday"))), (none.clone(), none));
    // Off with no interaction counted is a no; with none made, nobody's.
    let off = |rest: &str, closed| outcome(&Stored::one_trust(rest, closed).unwrap(), &terms, &purposes(), &[]);
    refused(off("groups=C2:0", None));
    assert_eq!(off("groups=C2:0&interactionCount=0", None), ask([Reason::Unanswered]));
    refused(off("groups=C2:0&interactionCount=0", Some("yesterday")));
    refused(off("groups=C2:0&interactionCount=0&browserGpcFlag=1", None));
}

#[test]
fn a_name_that_comes_twice_is_no_plain_yes() {
    let terms = Terms::new().between(at("2026-11-01T00:00:00Z"), at(NOW), text("n1")).unwrap();
    let terms = terms.purpose("analytics".parse().unwrap(), ["a"], Preset::Off);
    let found = |stored: Stored| outcome(&stored.decided_at(at("2026-11-10T00:00:00Z")), &terms, &purposes(), &[]);
    granted(found(Stored::klaro(r#"{"a":true,"b":true}"#).unwrap()));
    assert_eq!(found(Stored::klaro(r#"{"a":true,"a":true}"#).unwrap()), ask([Reason::Unreadable]));
    granted(found(Stored::tarteaucitron("!a=true!b=true").unwrap()));
    assert_eq!(found(Stored::tarteaucitron("!a=true!a=true").unwrap()), ask([Reason::Unreadable]));
}

#[test]
fn a_switch_that_stood_on_counts_whenever_it_is_named() {
    let id = || "analytics".parse().unwrap();
    let stood_on = ask([Reason::NoPositiveAct]);
    assert_eq!(read(YES, &terms().purpose(id(), [], Preset::On)), stood_on);
    assert_eq!(read(YES, &terms().purpose(id(), [], Preset::On).purpose(id(), [], Preset::Off)), stood_on);
}

/// Up to four records on two purposes, by day of November 2026.
fn history() -> impl Strategy<Value = Vec<(bool, Kind, i64, Option<i64>)>> {
    let kinds = [Kind::Grant, Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Erase];
    let record = (any::<bool>(), prop::sample::select(kinds.to_vec()), 0..30i64, prop::option::of(0..30i64));
    prop::collection::vec(record, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// After the import's record is written, no grant stands over a later no, and no objection is lifted; a yes is
    /// recorded only where nothing stood.
    #[test]
    fn an_import_keeps_every_no(
        history in history(),
        yes in any::<bool>(),
        said in prop::option::of(0..30i64),
        marketing in prop_oneof![Just(DirectMarketing::Yes), Just(DirectMarketing::No)],
        bases in prop::sample::subsequence(vec![Basis::Consent, Basis::Contract, Basis::LegitimateInterest], 0..=3),
    ) {
        let day = |day: i64| at("2026-11-01T00:00:00Z").plus_seconds(day * 86_400);
        let mut facts: Vec<Fact> = history.iter().map(|(own, kind, recorded, claimed)| {
            record(if *own { "analytics" } else { "other" }, *kind, day(*recorded), claimed.map(day))
        }).collect();
        let purposes = one(SubjectKind::Device, marketing, &bases);
        let terms = Terms::new().between(day(0), day(30), text("n1")).unwrap();
        let terms = terms.purpose("analytics".parse().unwrap(), ["a"], Preset::Off);
        let stored = Stored::klaro(&format!("{{\"a\":{yes}}}")).unwrap();
        let stored = said.map_or_else(|| stored.clone(), |said| stored.clone().decided_at(day(said)));
        let standings = |facts: &[Fact]| -> Vec<Because> {
            let case = Case::new(&purposes, facts.to_vec());
            let one = |basis| purposes.processing(&"analytics".parse().unwrap(), basis).unwrap();
            bases.iter().map(|basis| case.standing(&one(*basis), at(NOW), Known::Everything, None)).collect()
        };
        let before = standings(&facts);
        let found = outcome(&stored, &terms, &purposes, &facts);
        match &found {
            Outcome::Grant(imported) => {
                prop_assert!(yes && said.is_some() && bases.contains(&Basis::Consent));
                prop_assert!(before.iter().all(|because| *because == Because::Unknown));
                prop_assert_eq!(imported.parts("s1".parse().unwrap()).claimed_at, said.map(day));
            }
            Outcome::Refuse(_) => prop_assert!(!yes),
            Outcome::Ask(_) => prop_assert!(yes && before.iter().all(|because| *because == Because::Unknown)),
            _ => {}
        }
        if let Outcome::Grant(imported) | Outcome::Refuse(imported) = &found {
            facts.push(Fact::Record(Record::new(imported.parts("s1".parse().unwrap())).unwrap()));
        }
        let after = standings(&facts);
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(*before != Because::Objected || *after == Because::Objected);
            if !yes && *after == Because::Granted {
                // It stands only if it was surely given after the no.
                let last = history.iter().filter(|(own, kind, ..)| *own && *kind == Kind::Grant).map(|(.., recorded, _)| *recorded).max();
                prop_assert!(said < last && said.is_some());
            }
        }
    }
}
