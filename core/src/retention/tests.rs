use super::*;
use crate::{Basis, Timestamp};

mod laws;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn term(period: &str, from: Anchor) -> Term {
    Term::new(period.parse().unwrap(), from).unwrap()
}

/// `P1M account_end, P1M licence_end, criterion`
fn class(text: &str) -> Schedule {
    let (mut terms, mut criterion) = (Vec::new(), Criterion::None);
    for part in text.split(", ").filter(|part| !part.is_empty()) {
        match part.split_once(' ') {
            Some((period, from)) => {
                let from = Anchor::ALL.into_iter().find(|anchor| anchor.code() == from);
                terms.push(term(period, from.unwrap()));
            }
            None => criterion = Criterion::Stated,
        }
    }
    Schedule::new(terms, criterion)
}

/// `kept 2027-01-01T00:00:00Z by not-needed | proof until …`.
fn said(class: &Schedule, facts: &Facts, now: Timestamp) -> String {
    let verdict = due_for_deletion(class, facts, now);
    let due_at = verdict.due_at().map(|at| format!(" {at}")).unwrap_or_default();
    let ground = match verdict.ground() {
        Some(Ground::Period(term)) => format!(" by {term}"),
        Some(ground) => format!(" by {}", ground.code()),
        None => String::new(),
    };
    let holds = verdict.holds().iter().map(|hold| match (hold, hold.until()) {
        (Hold::Term(term, _), _) => format!(" | {term}"),
        (Hold::Basis(basis, _), Until::At(end)) => format!(" | {basis:?} until {end}"),
        (Hold::Basis(basis, _), Until::Open) => format!(" | {basis:?}"),
        (_, Until::At(end)) => format!(" | {} until {end}", hold.code()),
        (_, Until::Open) => format!(" | {}", hold.code()),
    });
    format!("{}{due_at}{ground}{}", verdict.state().code(), holds.collect::<String>())
}

/// One nanosecond before.
fn just_before(end: Timestamp) -> Timestamp {
    let second = end.plus_seconds(-1).to_string();
    let text = second.trim_end_matches('Z');
    assert!(!text.contains('.'), "whole seconds only");
    at(&format!("{text}.999999999Z"))
}

const START: &str = "2026-01-31T10:00:00Z";

#[test]
#[allow(clippy::too_many_lines, reason = "a table of cases")]
fn classes_of_data_are_due_when_they_say() {
    use Anchor::{AccountEnd, Creation, LicenceEnd, Withdrawal};
    let facts = Facts::new;
    for (what, kept, facts, due_at, ground) in [
        ("log files", "P1Y creation", facts().at(Creation, at(START)), "2027-01-31T10:00:00Z", "period-ended"),
        ("web analysis", "P1Y creation", facts().at(Creation, at(START)), "2027-01-31T10:00:00Z", "period-ended"),
        ("account", "P1M account_end", facts().at(AccountEnd, at(START)), "2026-02-28T10:00:00Z", "period-ended"),
        ("backups", "P1M creation", facts().at(Creation, at(START)), "2026-02-28T10:00:00Z", "period-ended"),
        ("upload", "P90D creation", facts().at(Creation, at(START)), "2026-05-01T10:00:00Z", "period-ended"),
        ("workspace", "P6M licence_end", facts().at(LicenceEnd, at(START)), "2026-07-31T10:00:00Z", "period-ended"),
        ("newsletter", "", facts().at(Withdrawal, at(START)), START, "consent-ended"),
        (
            "newsletter, with a contract",
            "",
            facts().at(Withdrawal, at(START)).basis(Basis::Contract, Until::At(at("2026-04-01T00:00:00Z"))),
            "2026-04-01T00:00:00Z",
            "consent-ended",
        ),
        (
            "newsletter, with a contract that ended before",
            "",
            facts().at(Withdrawal, at(START)).basis(Basis::Contract, Until::At(at("2025-04-01T00:00:00Z"))),
            START,
            "consent-ended",
        ),
        (
            "newsletter, a month to stop it",
            "P1M withdrawal",
            facts().at(Withdrawal, at(START)),
            "2026-02-28T10:00:00Z",
            "period-ended",
        ),
        (
            "newsletter, a month to stop it, with a longer contract",
            "P1M withdrawal",
            facts().at(Withdrawal, at(START)).basis(Basis::Contract, Until::At(at("2026-04-01T00:00:00Z"))),
            "2026-02-28T10:00:00Z",
            "period-ended",
        ),
        (
            "a year, and a month from withdrawal, with a contract without an end",
            "P1Y creation, P1M withdrawal",
            facts()
                .at(Creation, at("2020-01-31T10:00:00Z"))
                .at(Withdrawal, at(START))
                .basis(Basis::Contract, Until::Open),
            "2026-02-28T10:00:00Z",
            "period-ended",
        ),
        (
            "the same, withdrawn early",
            "P1Y creation, P1M withdrawal",
            facts().at(Creation, at(START)).at(Withdrawal, at(START)).basis(Basis::Contract, Until::Open),
            "2027-01-31T10:00:00Z",
            "period-ended",
        ),
        (
            "the same, without a contract",
            "P1Y creation, P1M withdrawal",
            facts().at(Creation, at(START)).at(Withdrawal, at(START)),
            "2026-02-28T10:00:00Z",
            "period-ended",
        ),
        (
            "a month from a withdrawal that never came lasts as long as the other basis",
            "P1M creation, P1M withdrawal",
            facts()
                .at(Creation, at("2020-01-31T10:00:00Z"))
                .consent_ended(at(START))
                .basis(Basis::Contract, Until::At(at("2026-04-01T00:00:00Z"))),
            "2026-04-01T00:00:00Z",
            "consent-ended",
        ),
        (
            "data that never rested on consent",
            "P1Y creation, P1M withdrawal",
            facts().at(Creation, at(START)).never(Withdrawal).basis(Basis::Contract, Until::Open),
            "2027-01-31T10:00:00Z",
            "period-ended",
        ),
        ("newsletter, consent expired", "P1M withdrawal", facts().consent_ended(at(START)), START, "consent-ended"),
        (
            "newsletter, expired before it was withdrawn",
            "P1M withdrawal",
            facts().consent_ended(at(START)).at(Withdrawal, at("2026-03-01T00:00:00Z")),
            START,
            "consent-ended",
        ),
        (
            "reminders, the later of two",
            "P1M account_end, P1M licence_end",
            facts().at(AccountEnd, at("2026-03-31T00:00:00Z")).at(LicenceEnd, at(START)),
            "2026-04-30T00:00:00Z",
            "period-ended",
        ),
        (
            "reminders, where there was no licence",
            "P1M account_end, P1M licence_end",
            facts().at(AccountEnd, at(START)).never(LicenceEnd),
            "2026-02-28T10:00:00Z",
            "period-ended",
        ),
        (
            "no longer needed before its year is over",
            "P1Y creation",
            facts().at(Creation, at(START)).not_needed_from(at("2026-06-01T00:00:00Z")),
            "2026-06-01T00:00:00Z",
            "not-needed",
        ),
        (
            "withdrawn before its year is over",
            "P1Y creation",
            facts().at(Creation, at(START)).at(Withdrawal, at("2026-06-01T00:00:00Z")),
            "2026-06-01T00:00:00Z",
            "consent-ended",
        ),
        (
            "withdrawn, a contract outlasting its year",
            "P1Y creation",
            facts().at(Creation, at(START)).at(Withdrawal, at(START)).basis(Basis::Contract, Until::Open),
            "2027-01-31T10:00:00Z",
            "period-ended",
        ),
        (
            "a contract does not outlast the period that was promised",
            "P1Y creation",
            facts().at(Creation, at(START)).basis(Basis::Contract, Until::Open),
            "2027-01-31T10:00:00Z",
            "period-ended",
        ),
        (
            "the law wants it longer",
            "P1Y creation",
            facts()
                .at(Creation, at(START))
                .basis(Basis::LegalObligation, Until::At(at("2033-12-31T23:00:00Z")))
                .proof_until(at("2029-01-01T00:00:00Z")),
            "2033-12-31T23:00:00Z",
            "period-ended",
        ),
        (
            "proof for three years more",
            "",
            facts().at(Withdrawal, at(START)).proof_until(at("2029-01-31T10:00:00Z")),
            "2029-01-31T10:00:00Z",
            "consent-ended",
        ),
        (
            "a restriction that was lifted",
            "P1M creation",
            facts().at(Creation, at(START)).restricted(Until::At(at("2026-08-01T00:00:00Z"))),
            "2026-08-01T00:00:00Z",
            "period-ended",
        ),
        ("a criterion that is no longer met", "criterion", facts().not_needed_from(at(START)), START, "not-needed"),
        (
            "the leap day and a year",
            "P1Y creation",
            facts().at(Creation, at("2024-02-29T00:00:00Z")),
            "2025-02-28T00:00:00Z",
            "period-ended",
        ),
        (
            "the last second there is",
            "P1Y creation",
            facts().at(Creation, at("9998-12-31T23:59:59Z")),
            "9999-12-31T23:59:59Z",
            "period-ended",
        ),
    ] {
        let (class, end) = (class(kept), at(due_at));
        let before = due_for_deletion(&class, &facts, just_before(end));
        assert_ne!(before.state(), State::Due, "{what}, just before");
        assert_eq!(before.due_at(), Some(end), "{what}, just before");
        for now in [end, end.plus_seconds(1), end.plus_seconds(86_400 * 365)] {
            let verdict = due_for_deletion(&class, &facts, now);
            assert_eq!(verdict.state(), State::Due, "{what}");
            assert_eq!(verdict.due_at(), Some(end), "{what}");
            assert_eq!(verdict.ground().map(Ground::code), Some(ground), "{what}");
            assert!(verdict.holds().is_empty(), "{what}");
        }
    }
}

#[test]
fn what_holds_data_back_is_said() {
    use Anchor::{AccountEnd, Creation, LicenceEnd, Withdrawal};
    let now = at("2026-06-01T00:00:00Z");
    let facts = Facts::new;
    for (kept, facts, expected) in [
        // An anchor that has not happened.
        ("P1M account_end", facts(), "open | P1M from account_end"),
        ("P1M account_end", facts().at(Creation, at(START)), "open | P1M from account_end"),
        ("P1M account_end, P1M licence_end", facts().at(AccountEnd, at(START)), "open | P1M from licence_end"),
        ("P1M licence_end", facts().never(LicenceEnd), "review by no-period"),
        (
            "P1M licence_end, P1Y account_end",
            facts().never(LicenceEnd).never(AccountEnd).basis(Basis::Contract, Until::Open),
            "review by no-period",
        ),
        ("P1M licence_end, criterion", facts().never(LicenceEnd), "review by no-period | criterion"),
        (
            "P1M licence_end",
            facts().never(LicenceEnd).consent_ended(at("2026-09-01T00:00:00Z")),
            "kept 2026-09-01T00:00:00Z by consent-ended",
        ),
        ("P1M withdrawal", facts(), "open | P1M from withdrawal"),
        // An anchor that lies ahead.
        (
            "P6M licence_end",
            facts().at(LicenceEnd, at("2026-08-31T00:00:00Z")),
            "kept 2027-02-28T00:00:00Z by P6M from licence_end | P6M from licence_end",
        ),
        // Past the year 9999.
        ("P9999Y creation", facts().at(Creation, at(START)), "open | P9999Y from creation"),
        // Criteria.
        ("criterion", facts(), "review | criterion"),
        ("P1Y creation, criterion", facts().at(Creation, at(START)), "kept | P1Y from creation | criterion"),
        (
            "P1M creation, P1M account_end, criterion",
            facts().at(Creation, at(START)),
            "open | P1M from account_end | criterion",
        ),
        ("P1M creation, criterion", facts().at(Creation, at(START)), "review | criterion"),
        (
            "criterion",
            facts().consent_ended(at("2026-09-01T00:00:00Z")),
            "review 2026-09-01T00:00:00Z by consent-ended | criterion",
        ),
        ("criterion", facts().consent_ended(at(START)), "due 2026-01-31T10:00:00Z by consent-ended"),
        (
            "criterion",
            facts().not_needed_from(at(START)).proof_until(at("2029-01-01T00:00:00Z")),
            "kept 2029-01-01T00:00:00Z by not-needed | proof until 2029-01-01T00:00:00Z",
        ),
        // Another basis.
        ("", facts().at(Withdrawal, at(START)).basis(Basis::Contract, Until::Open), "open | Contract"),
        ("", facts().basis(Basis::Contract, Until::Open), "open"),
        (
            "P1Y creation",
            facts()
                .at(Creation, at(START))
                .at(Withdrawal, at(START))
                .basis(Basis::LegitimateInterest, Until::At(at("2026-07-01T00:00:00Z")))
                .basis(Basis::Contract, Until::At(at("2026-05-01T00:00:00Z"))),
            "kept 2026-07-01T00:00:00Z by consent-ended | P1Y from creation | LegitimateInterest until 2026-07-01T00:00:00Z",
        ),
        (
            "P1M creation",
            facts()
                .at(Creation, at(START))
                .at(Withdrawal, at(START))
                .basis(Basis::Contract, Until::Open)
                .basis(Basis::LegalObligation, Until::Open),
            "open by P1M from creation | LegalObligation",
        ),
        // Restriction and proof.
        (
            "P1M creation",
            facts().at(Creation, at(START)).restricted(Until::Open).proof_until(at("2026-07-01T00:00:00Z")),
            "open by P1M from creation | restriction | proof until 2026-07-01T00:00:00Z",
        ),
    ] {
        assert_eq!(said(&class(kept), &facts, now), expected, "{kept}: {facts:?}");
    }
}

#[test]
fn a_contact_window_closes_and_keeps_nothing() {
    let window = ContactWindow::new(term("P14D", Anchor::TrialEnd)).unwrap();
    let facts = Facts::new().at(Anchor::TrialEnd, at("2026-02-20T08:00:00Z"));
    let closes = at("2026-03-06T08:00:00Z");
    for now in [at("2026-02-01T00:00:00Z"), at("2026-02-20T08:00:00Z"), just_before(closes)] {
        assert_eq!(window.at(&facts, now), Window::Open { closes: Some(closes) });
    }
    for now in [closes, closes.plus_seconds(1)] {
        assert_eq!(window.at(&facts, now), Window::Closed { since: Some(closes) });
    }
    assert_eq!(window.at(&Facts::new(), closes), Window::Open { closes: None });
    assert_eq!(window.at(&Facts::new().never(Anchor::TrialEnd), closes), Window::Closed { since: None });
    let late = Facts::new().at(Anchor::TrialEnd, at("9999-12-31T00:00:00Z"));
    assert_eq!(window.at(&late, closes), Window::Open { closes: None });
}

#[test]
fn of_several_windows_one_that_is_open_is_enough() {
    use Anchor::{LicenceEnd, TrialEnd};
    let windows = [("P14D", TrialEnd), ("P1M", LicenceEnd)];
    let windows = windows.map(|(period, from)| ContactWindow::new(term(period, from)).unwrap());
    let (trial, licence) = (at("2026-02-15T08:00:00Z"), at("2026-02-28T08:00:00Z"));
    let now = at("2026-02-20T08:00:00Z");
    let facts = |day: &str| Facts::new().at(TrialEnd, at(day));
    for (facts, expected) in [
        (
            facts("2026-02-01T08:00:00Z").at(LicenceEnd, at("2026-01-28T08:00:00Z")),
            Window::Open { closes: Some(licence) },
        ),
        (facts("2026-02-01T08:00:00Z"), Window::Open { closes: None }),
        (facts("2026-02-01T08:00:00Z").never(LicenceEnd), Window::Closed { since: Some(trial) }),
        (Facts::new().never(TrialEnd).never(LicenceEnd), Window::Closed { since: None }),
    ] {
        assert_eq!(Window::of(windows, &facts, now), expected, "{facts:?}");
        assert_eq!(Window::of(windows.into_iter().rev(), &facts, now), expected, "{facts:?}");
    }
    assert_eq!(Window::of([], &Facts::new(), now), Window::Closed { since: None });
}

#[test]
fn errors_say_what_is_wrong() {
    let no_length = Term::new(Period::Persistent, Anchor::Creation).unwrap_err();
    let after = ContactWindow::new(term("P14D", Anchor::Withdrawal)).unwrap_err();
    for (error, code, text) in [
        (
            no_length,
            "term-no-length",
            "the period persistent has no length; expected one such as P1Y, P6M, P14D or PT30M",
        ),
        (
            after,
            "contact-after-withdrawal",
            "a contact window that begins with withdrawal, when contact ends; expected another anchor",
        ),
    ] {
        assert_eq!((error.code(), error.to_string().as_str()), (code, text));
    }
}

#[test]
fn of_several_instants_the_latest_counts_and_before_never() {
    let (early, late) = (at(START), at("2026-06-01T00:00:00Z"));
    let facts = Facts::new;
    let latest = facts().at(Anchor::Request, late);
    assert_eq!(facts().at(Anchor::Request, early).at(Anchor::Request, late), latest);
    assert_eq!(facts().at(Anchor::Request, late).at(Anchor::Request, early), latest);
    assert_eq!(facts().never(Anchor::Request).at(Anchor::Request, late), latest);
    assert_eq!(facts().at(Anchor::Request, late).never(Anchor::Request), latest);
    assert_eq!(facts().consent_ended(late).consent_ended(early), facts().consent_ended(late));
    assert_eq!(facts().not_needed_from(late).not_needed_from(early), facts().not_needed_from(late));
}
