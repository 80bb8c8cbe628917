//! The laws, over random schedules and facts.

use super::*;
use proptest::prelude::*;

fn instants() -> impl Strategy<Value = Timestamp> {
    // Few days, so that things fall together.
    (0i64..1500).prop_map(|day| Timestamp::from_unix_seconds(1_704_067_200 + day * 86_400))
}

fn untils() -> impl Strategy<Value = Until> {
    prop_oneof![3 => instants().prop_map(Until::At), 1 => Just(Until::Open)]
}

fn anchors() -> impl Strategy<Value = Anchor> {
    proptest::sample::select(Anchor::ALL.to_vec())
}

fn terms() -> impl Strategy<Value = Vec<Term>> {
    let periods = proptest::sample::select(vec!["P1M", "P90D", "P14D", "P6M", "P1Y", "P1Y1M"]);
    let anchor = prop_oneof![
        3 => Just(Anchor::Creation),
        2 => Just(Anchor::AccountEnd),
        2 => Just(Anchor::Withdrawal),
        1 => anchors(),
    ];
    proptest::collection::vec((periods, anchor).prop_map(|(period, from)| term(period, from)), 0..4)
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let criterion = prop_oneof![4 => Just(Criterion::None), 1 => Just(Criterion::Stated)];
    (terms(), criterion).prop_map(|(terms, criterion)| Schedule::new(terms, criterion))
}

fn some_hold() -> impl Strategy<Value = Hold> {
    let basis = proptest::sample::select(vec![
        Basis::Consent,
        Basis::Contract,
        Basis::LegalObligation,
        Basis::LegitimateInterest,
        Basis::StrictlyNecessary,
    ]);
    prop_oneof![
        3 => (basis, untils()).prop_map(|(basis, until)| Hold::Basis(basis, until)),
        1 => instants().prop_map(Hold::Proof),
        1 => untils().prop_map(Hold::Restriction),
    ]
}

fn with(facts: Facts, hold: Hold) -> Facts {
    match hold {
        Hold::Basis(basis, until) => facts.basis(basis, until),
        Hold::Proof(until) => facts.proof_until(until),
        Hold::Restriction(until) => facts.restricted(until),
        Hold::Term(..) | Hold::Criterion => unreachable!(),
    }
}

fn some_facts() -> impl Strategy<Value = Facts> {
    let happened = (anchors(), prop_oneof![4 => instants().prop_map(Some), 1 => Just(None)]);
    let happened = proptest::collection::vec(happened, 0..8);
    let ended = proptest::option::of(instants());
    let holds = proptest::collection::vec(some_hold(), 0..3);
    (happened, proptest::option::weighted(0.2, instants()), ended, holds).prop_map(
        |(happened, not_needed, ended, holds)| {
            let mut facts = Facts::new();
            for (anchor, at) in happened {
                facts = match at {
                    Some(at) => facts.at(anchor, at),
                    None => facts.never(anchor),
                };
            }
            if let Some(at) = not_needed {
                facts = facts.not_needed_from(at);
            }
            if let Some(at) = ended {
                facts = facts.consent_ended(at);
            }
            holds.into_iter().fold(facts, with)
        },
    )
}

/// The rules again, asked at one instant and not computed ahead.
fn due_by_the_letter(class: &Schedule, facts: &Facts, now: Timestamp) -> bool {
    let over = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    let bases = || facts.holds().iter().filter(|hold| matches!(hold, Hold::Basis(..)) && hold.until().lasts(now));
    let kept_by_law = facts.holds().iter().any(|hold| match hold {
        Hold::Basis(Basis::LegalObligation, until) | Hold::Restriction(until) => until.lasts(now),
        Hold::Proof(at) => *at > now,
        _ => false,
    });
    let consent_lasts = !over(facts.consent_end());
    let withdrawn = !consent_lasts && facts.consent_end() == facts.anchor(Anchor::Withdrawal);
    let lasts = |term: &Term| match term.from() {
        Anchor::Withdrawal if !withdrawn => consent_lasts || bases().next().is_some(),
        _ => !over(facts.end_of(*term)),
    };
    let terms: Vec<Term> = class.terms().iter().copied().filter(|term| !facts.never_happens(term.from())).collect();
    let ended = !terms.is_empty() && !terms.iter().any(lasts) && class.criterion() == Criterion::None;
    let promised = withdrawn && terms.iter().any(|term| term.from() == Anchor::Withdrawal && lasts(term));
    let baseless = !consent_lasts && !promised && bases().next().is_none();
    !kept_by_law && (ended || over(facts.not_needed()) || baseless)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn due_is_what_the_rules_say(class in schedules(), facts in some_facts(), now in instants()) {
        let verdict = due_for_deletion(&class, &facts, now);
        prop_assert_eq!(verdict.state() == State::Due, due_by_the_letter(&class, &facts, now));
        if let Some(at) = verdict.due_at() {
            prop_assert!(!due_by_the_letter(&class, &facts, at.plus_seconds(-1)));
            prop_assert!(due_by_the_letter(&class, &facts, at));
        }
        prop_assert!(verdict.state() != State::Due || verdict.holds().is_empty());
    }

    /// Once each period has run from an anchor that happened, only what the law keeps keeps it.
    #[test]
    fn periods_that_have_run_are_not_prolonged(
        terms in terms().prop_filter("some", |terms| !terms.is_empty()), facts in some_facts(),
    ) {
        let ends: Option<Vec<Timestamp>> = terms.iter().map(|term| facts.end_of(*term)).collect();
        let kept = facts.holds().iter().filter(|hold| match hold {
            Hold::Basis(basis, _) => *basis == Basis::LegalObligation,
            _ => true,
        });
        let kept: Option<Vec<Timestamp>> = kept.map(|hold| match hold.until() {
            Until::At(end) => Some(end),
            Until::Open => None,
        }).collect();
        let promised = terms.iter().any(|term| term.from() == Anchor::Withdrawal);
        if let (Some(ends), Some(kept)) = (ends, kept) && (!promised || facts.withdrawn().is_some()) {
            let end = ends.into_iter().chain(kept).max().unwrap();
            let verdict = due_for_deletion(&Schedule::new(terms, Criterion::None), &facts, end);
            prop_assert_eq!(verdict.state(), State::Due);
        }
    }

    /// A criterion counts once no period runs, and not before.
    #[test]
    fn a_review_waits_for_the_periods(class in schedules(), facts in some_facts(), now in instants()) {
        let verdict = due_for_deletion(&class, &facts, now);
        let runs = verdict.holds().iter().any(|hold| matches!(hold, Hold::Term(..)));
        prop_assert!(verdict.state() != State::Review || !runs);
        let said = verdict.ground().is_some() || verdict.holds().contains(&Hold::Criterion);
        prop_assert!(verdict.state() != State::Review || said);
        // What is open says why: a beginning that has not come, something that holds, or consent that lasts.
        let lasting = class.terms().is_empty() && facts.consent_end().is_none_or(|end| end > now);
        prop_assert!(verdict.state() != State::Open || lasting || !verdict.holds().is_empty(), "{verdict:?}");
    }

    /// What has become due stays due, for the same reason and since the same instant.
    #[test]
    fn time_never_takes_it_back(
        class in schedules(), facts in some_facts(), now in instants(), later in 0i64..400_000_000,
    ) {
        let then = due_for_deletion(&class, &facts, now);
        let after = due_for_deletion(&class, &facts, now.plus_seconds(later));
        prop_assert!(then.state() != State::Due || then == after);
        prop_assert_eq!((then.due_at(), then.ground()), (after.due_at(), after.ground()));
    }

    #[test]
    fn a_hold_never_makes_it_due_earlier(
        class in schedules(), facts in some_facts(), hold in some_hold(), now in instants(),
    ) {
        let without = due_for_deletion(&class, &facts, now);
        let held = due_for_deletion(&class, &with(facts, hold), now);
        match (without.due_at(), held.due_at()) {
            (Some(without), Some(held)) => prop_assert!(held >= without),
            (without, held) => prop_assert!(held.is_none(), "{without:?} became {held:?}"),
        }
    }

    /// Never before its first reason, never past its latest.
    #[test]
    fn it_is_kept_from_its_first_reason_to_its_last_at_most(class in schedules(), facts in some_facts()) {
        let verdict = due_for_deletion(&class, &facts, Timestamp::from_unix_seconds(0));
        let ends = class.terms().iter().filter_map(|term| facts.end_of(*term));
        let reasons: Vec<Timestamp> = ends.chain(facts.not_needed()).chain(facts.consent_end()).collect();
        let holds = facts.holds().iter().filter_map(|hold| match hold.until() {
            Until::At(at) => Some(at),
            Until::Open => None,
        });
        if let Some(at) = verdict.due_at() {
            prop_assert!(Some(at) >= reasons.iter().copied().min());
            prop_assert!(Some(at) <= reasons.iter().copied().chain(holds).max());
        }
    }

    #[test]
    fn a_window_only_closes(at in instants(), now in instants(), later in 0i64..400_000_000) {
        let window = ContactWindow::new(term("P14D", Anchor::TrialEnd)).unwrap();
        let facts = Facts::new().at(Anchor::TrialEnd, at);
        let closes = at.plus_seconds(14 * 86_400);
        prop_assert_eq!(window.at(&facts, now).is_open(), now < closes);
        prop_assert!(window.at(&facts, now).is_open() || !window.at(&facts, now.plus_seconds(later)).is_open());
    }
}
