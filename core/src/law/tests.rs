use super::*;
use crate::objection::{Grounds, Lifting, Outcome, Overriding, Restriction, Ruling};
use crate::{DirectMarketing, Kind, Known, PurposeId, PurposeKind, Record, RecordParts, SubjectKind};
use std::sync::LazyLock;

mod laws;

fn id(name: &str) -> PurposeId {
    name.parse().unwrap()
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_unix_seconds(1_700_000_000 + minute * 60)
}

const ALL: [Basis; 5] =
    [Basis::Consent, Basis::Contract, Basis::LegalObligation, Basis::LegitimateInterest, Basis::StrictlyNecessary];

/// Two purposes of direct marketing, one that is none, one preference; each on every basis.
static PURPOSES: LazyLock<Purposes> = LazyLock::new(|| {
    let terms = |kind, marketing| Terms::new(SubjectKind::Account, kind, marketing, ALL).unwrap();
    Purposes::new([
        (id("offers"), terms(PurposeKind::Consent, DirectMarketing::Yes)),
        (id("mails"), terms(PurposeKind::Consent, DirectMarketing::Yes)),
        (id("visits"), terms(PurposeKind::Consent, DirectMarketing::No)),
        (id("wishes"), terms(PurposeKind::Preference, DirectMarketing::No)),
    ])
});

fn on(name: &str, basis: Basis) -> Processing {
    PURPOSES.processing(&id(name), basis).unwrap()
}

fn said(name: &str, kind: Kind, received: i64, recorded: i64, expires: Option<i64>) -> Fact {
    Fact::Record(
        Record::new(RecordParts {
            subject: "s".parse().unwrap(),
            purpose: id(name),
            kind,
            claimed_at: None,
            received_at: at(received),
            recorded_at: at(recorded),
            notice: if received % 2 == 0 { "n1" } else { "n2" }.parse().unwrap(),
            expires_at: expires.map(at),
        })
        .unwrap(),
    )
}

fn overruled() -> Outcome {
    Outcome::Overruled(Grounds::new(Overriding::LegitimateGrounds, "Fraud would go unseen.").unwrap())
}

/// Decided when the purpose was not flagged yet: the only way to an overruling for direct marketing.
fn ruled(name: &str, outcome: Outcome, recorded: i64) -> Fact {
    let basis = Basis::LegitimateInterest;
    let terms = Terms::new(SubjectKind::Account, PurposeKind::Consent, DirectMarketing::No, [basis]).unwrap();
    let before = Purposes::new([(id(name), terms)]).processing(&id(name), basis).unwrap();
    Fact::Ruling(Ruling::new(&before, outcome, at(recorded)).unwrap())
}

fn restricted(received: i64, recorded: i64) -> Fact {
    Fact::Restriction(Restriction::new(at(received), at(recorded)).unwrap())
}

fn lifted(recorded: i64) -> Fact {
    Fact::Lifting(Lifting::new(at(recorded)))
}

fn case(facts: &[Fact]) -> Case {
    Case::new(&PURPOSES, facts.iter().cloned())
}

fn reason(facts: &[Fact], of: &Processing, minute: i64) -> Reason {
    case(facts).ask(of, at(minute), Known::Everything, None).reason()
}

fn reasons(facts: &[Fact], of: &Processing, minutes: core::ops::Range<i64>) -> Vec<&'static str> {
    minutes.map(|minute| reason(facts, of, minute).code()).collect()
}

#[test]
fn errors_say_what_was_found_and_what_is_expected() {
    let all = [LawError::MarketingPreference, LawError::UnknownPurpose, LawError::OtherBasis(Basis::LegalObligation)];
    let texts: Vec<String> = all.iter().map(|error| format!("{}: {error}", error.code())).collect();
    assert_eq!(
        texts,
        [
            "marketing-preference: a preference flagged as direct marketing; expected a consent purpose, or no flag",
            "unknown-purpose: a purpose that is not known; expected one of the site's purposes",
            "other-basis: a purpose that does not rest on legal-obligation; expected a basis that it rests on",
        ]
    );
}

#[test]
fn codes_are_those_of_consent_and_of_the_bases() {
    for because in [
        Because::Granted,
        Because::Refused,
        Because::Withdrawn,
        Because::Objected,
        Because::Erased,
        Because::Expired,
        Because::OtherNotice,
        Because::Unknown,
    ] {
        let reason = Reason::from(because);
        assert_eq!(reason.code(), because.code());
        assert_eq!(reason.permits(Operation::Use), because.permits());
    }
    for basis in ALL.into_iter().filter(|basis| *basis != Basis::Consent) {
        assert_eq!(Reason::without_record(basis).code(), basis.code());
        assert!(Reason::without_record(basis).permits(Operation::Use));
    }
}

#[test]
fn an_objection_is_raised_then_decided_and_a_newer_one_awaits_a_new_decision() {
    let visits = on("visits", Basis::LegitimateInterest);
    let (first, newer) = (said("visits", Kind::Object, 1, 2, None), said("visits", Kind::Object, 5, 5, None));
    let free = "legitimate-interest";
    let raised = "objection-raised";
    assert_eq!(
        reasons(&[first.clone(), ruled("visits", overruled(), 3), newer.clone()], &visits, 0..7),
        [free, raised, raised, free, free, raised, raised]
    );
    assert_eq!(
        reasons(&[first.clone(), ruled("visits", Outcome::Upheld, 3)], &visits, 0..5),
        [free, raised, raised, "objected", "objected"]
    );
    assert_eq!(
        reasons(&[newer, ruled("visits", overruled(), 5)], &visits, 4..7),
        [free, raised, raised],
        "a decision of the same instant does not speak of it"
    );
    let typed_in_late = said("visits", Kind::Object, 0, 6, None);
    let facts = [first, ruled("visits", overruled(), 3), typed_in_late];
    assert_eq!(reason(&facts, &visits, 4).code(), raised);
    assert_eq!(case(&facts).ask(&visits, at(4), Known::At(at(5)), None).reason().code(), free);
}

#[test]
fn any_no_is_an_objection_to_legitimate_interest_and_none_to_a_contract() {
    for kind in [Kind::Refuse, Kind::Withdraw] {
        let facts = [said("visits", kind, 1, 1, None)];
        assert_eq!(reason(&facts, &on("visits", Basis::LegitimateInterest), 2), Reason::ObjectionRaised);
        assert_eq!(reason(&facts, &on("visits", Basis::Contract), 2), Reason::Contract);
    }
}

#[test]
fn an_objection_where_there_is_no_right_to_one_stops_all_the_same_until_it_is_decided() {
    for basis in [Basis::Contract, Basis::LegalObligation, Basis::StrictlyNecessary] {
        let facts = [said("visits", Kind::Object, 1, 1, None), ruled("visits", overruled(), 2)];
        let expected = [basis.code(), "objection-raised", basis.code()];
        assert_eq!(reasons(&facts, &on("visits", basis), 0..3), expected);
    }
}

#[test]
fn a_no_after_an_overruling_is_a_new_objection() {
    let visits = on("visits", Basis::LegitimateInterest);
    let facts = [said("visits", Kind::Object, 1, 1, None), ruled("visits", overruled(), 2)];
    let standing = case(&facts).standing(&visits, at(3), Known::Everything, None);
    let written = crate::Choice::Refuse.record(standing, crate::Asked::Alone);
    assert_eq!(written, Some(Kind::Refuse));
    let facts = [&facts[..], &[said("visits", Kind::Refuse, 4, 4, None)]].concat();
    assert_eq!(reason(&facts, &visits, 5), Reason::ObjectionRaised);
}

#[test]
fn an_objection_outlives_the_purpose_and_the_flag_it_was_made_under() {
    let terms = |flag, basis| Terms::new(SubjectKind::Account, PurposeKind::Consent, flag, [basis]).unwrap();
    let (interest, yes, no) = (Basis::LegitimateInterest, DirectMarketing::Yes, DirectMarketing::No);
    let then = Purposes::new([(id("old"), terms(yes, interest)), (id("mails"), terms(yes, interest))]);
    let today = Purposes::new([(id("mails"), terms(no, interest)), (id("offers"), terms(yes, interest))]);
    let mails = today.processing(&id("mails"), interest).unwrap();
    let offers = today.processing(&id("offers"), interest).unwrap();
    let case = Case::new(&today.with_former(then), [said("old", Kind::Object, 1, 1, None)]);
    for processing in [mails, offers] {
        assert_eq!(case.ask(&processing, at(2), Known::Everything, None).reason(), Reason::Objected);
    }
}

#[test]
fn a_grant_lifts_an_objection_for_its_purpose_and_its_time() {
    let facts = [said("mails", Kind::Object, 1, 1, None), said("offers", Kind::Grant, 2, 2, Some(4))];
    let offers = on("offers", Basis::LegitimateInterest);
    assert_eq!(reasons(&facts, &offers, 1..5), ["objected", "legitimate-interest", "legitimate-interest", "objected"]);
    assert_eq!(reason(&facts, &on("offers", Basis::Consent), 3), Reason::Granted);
    assert_eq!(reason(&facts, &on("mails", Basis::Contract), 3), Reason::Objected);
}

#[test]
fn under_restriction_use_stops_and_storage_goes_on() {
    let facts = [said("visits", Kind::Grant, 1, 1, None), restricted(2, 4), lifted(4), lifted(6)];
    for basis in ALL {
        let verdict = case(&facts).ask(&on("visits", basis), at(3), Known::Everything, None);
        assert_eq!(
            (verdict.reason(), verdict.since(), verdict.until()),
            (Reason::Restricted, Some(at(2)), Some(at(6)))
        );
        assert!(verdict.permits(Operation::Store) && !verdict.permits(Operation::Use));
        let early = case(&facts).ask(&on("visits", basis), at(3), Known::At(at(3)), None);
        assert!(early.permits(Operation::Use));
    }
}

#[test]
fn an_erasure_stops_all_but_what_the_law_demands_under_restriction_too() {
    let facts = [said("visits", Kind::Erase, 2, 2, None), restricted(1, 1), ruled("visits", overruled(), 4)];
    for basis in ALL {
        let expected = if basis == Basis::LegalObligation { Reason::Restricted } else { Reason::Erased };
        assert_eq!(reason(&facts, &on("visits", basis), 5), expected);
    }
    assert_eq!(reason(&facts[..1], &on("visits", Basis::LegalObligation), 5), Reason::LegalObligation);
}
