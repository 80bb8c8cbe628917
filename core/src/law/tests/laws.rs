//! What holds for any facts, and a second implementation to agree with.

use super::*;
use crate::{Asked, Choice, NoticeHash, Timeline};
use proptest::prelude::*;
use proptest::sample::select;

const NAMES: [&str; 4] = ["offers", "mails", "visits", "wishes"];
const DRAWN: [&str; 6] = ["offers", "mails", "visits", "visits", "visits", "wishes"];
const END: i64 = 16;

fn every() -> Vec<Processing> {
    NAMES.iter().flat_map(|name| ALL.map(|basis| on(name, basis))).collect()
}

fn any_record() -> impl Strategy<Value = Fact> {
    let kinds =
        select(vec![Kind::Grant, Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Object, Kind::Erase]);
    (select(&DRAWN[..]), kinds, 0i64..9, 0i64..4, prop::option::of(0i64..6)).prop_map(
        |(name, kind, received, delay, life)| {
            let recorded = received + delay;
            said(name, kind, received, recorded, life.map(|life| recorded + life))
        },
    )
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let outcome = select(vec![overruled(), Outcome::Upheld]);
    prop_oneof![
        8 => any_record(),
        4 => (select(&DRAWN[..]), outcome, 0i64..12).prop_map(|(name, outcome, recorded)| ruled(name, outcome, recorded)),
        1 => (0i64..9, 0i64..4).prop_map(|(received, delay)| restricted(received, received + delay)),
        1 => (0i64..12).prop_map(lifted),
    ]
}

fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
    prop::collection::vec(any_fact(), 0..10)
}

fn any_processing() -> impl Strategy<Value = Processing> {
    let interest = on("visits", Basis::LegitimateInterest);
    prop_oneof![2 => select(every()), 1 => Just(interest)]
}

fn any_known() -> impl Strategy<Value = Known> {
    prop::option::of(0i64..12).prop_map(|known| known.map_or(Known::Everything, |known| Known::At(at(known))))
}

fn written(fact: &Fact) -> Timestamp {
    match fact {
        Fact::Record(record) => record.recorded_at(),
        Fact::Ruling(ruling) => ruling.recorded_at(),
        Fact::Restriction(restriction) => restriction.recorded_at(),
        Fact::Lifting(lifting) => lifting.recorded_at(),
    }
}

/// The rules of the module's page as a plain scan of the facts, without timelines.
fn scan(facts: &[Fact], of: &Processing, now: Timestamp, known: Known, notice: Option<&NoticeHash>) -> &'static str {
    let facts: Vec<&Fact> = facts
        .iter()
        .filter(|fact| match known {
            Known::Everything => true,
            Known::At(known) => written(fact) <= known,
        })
        .collect();
    let marketing = ["offers", "mails"];
    let flagged = marketing.contains(&of.purpose().as_str());
    let records: Vec<&Record> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Record(record) if record.effective() <= now => Some(record),
            _ => None,
        })
        .filter(|record| {
            let covers = flagged && record.kind() == Kind::Object && marketing.contains(&record.purpose().as_str());
            record.purpose() == of.purpose() || covers
        })
        .collect();
    let last = records.iter().max_by_key(|record| {
        let end = record.expires_at().map_or(i64::MAX, Timestamp::unix_seconds);
        let notice = record.notice().as_str();
        (record.effective(), record.recorded_at(), record.kind() as u8, -end, notice)
    });
    let runs = |grant: &Record| grant.kind() == Kind::Grant && grant.expires_at().is_none_or(|end| now < end);
    let granted = last.is_some_and(|last| runs(last));
    let demanded = of.basis() == Basis::LegalObligation;
    let erased = !granted && !demanded && records.iter().any(|record| record.kind() == Kind::Erase);

    let open = |restriction: &Restriction| {
        restriction.received_at() <= now
            && !facts.iter().any(|fact| {
                matches!(fact, Fact::Lifting(lifting)
                    if lifting.recorded_at() <= now && lifting.recorded_at() > restriction.recorded_at())
            })
    };
    let restricted = facts.iter().any(|fact| matches!(fact, Fact::Restriction(restriction) if open(restriction)));
    if restricted && !erased {
        return "restricted";
    }
    if of.basis() == Basis::Consent {
        return match last {
            None => "unknown",
            Some(last) => match last.kind() {
                Kind::Grant if notice.is_some_and(|notice| notice != last.notice()) => "other-notice",
                Kind::Grant if granted => "granted",
                Kind::Grant => "expired",
                Kind::Refuse => "refused",
                Kind::Withdraw => "withdrawn",
                Kind::Object => "objected",
                Kind::Erase => "erased",
            },
        };
    }
    if erased {
        return "erased";
    }
    let interest = of.basis() == Basis::LegitimateInterest;
    let mut answer = of.basis().code();
    for objection in records.iter().filter(|record| match record.kind() {
        Kind::Object => !granted,
        Kind::Refuse | Kind::Withdraw => !granted && (flagged || interest),
        _ => false,
    }) {
        let decisions = facts.iter().filter_map(|fact| match fact {
            Fact::Ruling(ruling) if ruling.purpose() == of.purpose() => Some(ruling),
            _ => None,
        });
        let newest = decisions
            .filter(|ruling| ruling.recorded_at() > objection.recorded_at() && ruling.recorded_at() <= now)
            .max_by_key(|ruling| (ruling.recorded_at(), *ruling.outcome() == Outcome::Upheld));
        match newest.map(Ruling::outcome) {
            _ if flagged => return "objected",
            Some(Outcome::Upheld) if answer != "objection-raised" => answer = "objected",
            Some(_) => {}
            _ => answer = "objection-raised",
        }
    }
    answer
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn agrees_with_a_plain_scan_on_answer_and_interval(
        facts in any_facts(), of in any_processing(), known in any_known(), when in -1i64..END, pinned in any::<bool>(),
    ) {
        let notice: NoticeHash = "n1".parse().unwrap();
        let notice = pinned.then_some(&notice);
        let scan = |minute: i64| scan(&facts, &of, at(minute), known, notice);
        let expected = scan(when);
        let verdict = case(&facts).ask(&of, at(when), known, notice);
        prop_assert_eq!(verdict.reason().code(), expected);
        prop_assert!(verdict.permits(Operation::Store) || !verdict.permits(Operation::Use));
        let since = (-1..=when).rev().take_while(|minute| scan(*minute) == expected).last().unwrap();
        let until = (when..=END + 4).find(|minute| scan(*minute) != expected);
        prop_assert_eq!(verdict.since(), (since >= 0).then(|| at(since)));
        prop_assert_eq!(verdict.until(), until.map(at));
    }

    #[test]
    fn nothing_changes_an_answer_before_it(
        facts in any_facts(), known in any_known(), of in any_processing(), when in 0i64..12, delay in 0i64..4,
        which in 0usize..6,
    ) {
        let name = of.purpose().as_str();
        let new = [
            said(name, Kind::Withdraw, when, when + delay, None),
            said(name, Kind::Object, when, when + delay, None),
            restricted(when, when + delay),
            lifted(when),
            ruled(name, overruled(), when),
            ruled(name, Outcome::Upheld, when),
        ];
        let before = case(&facts);
        let after = case(&[facts, vec![new[which].clone()]].concat());
        for minute in -1..when {
            let ask = |case: &Case| case.ask(&of, at(minute), known, None).reason();
            prop_assert_eq!(ask(&before), ask(&after), "at {}", minute);
        }
    }

    #[test]
    fn what_is_written_later_changes_no_answer_as_it_was_known(
        facts in any_facts(), of in any_processing(), known in 0i64..12, minute in -1..END,
    ) {
        let then: Vec<Fact> = facts.iter().filter(|fact| written(fact) <= at(known)).cloned().collect();
        let (then, now) = (case(&then), case(&facts));
        let ask = |case: &Case, known| case.ask(&of, at(minute), known, None);
        prop_assert_eq!(ask(&then, Known::Everything), ask(&now, Known::At(at(known))));
    }

    #[test]
    fn accept_all_never_lifts_an_objection(facts in any_facts(), of in any_processing(), now in 0i64..12) {
        let mut facts: Vec<Fact> = facts.into_iter().filter(|fact| written(fact) <= at(now)).collect();
        let ask = |case: &Case| case.ask(&of, at(now), Known::Everything, None).reason();
        let before = case(&facts);
        let standing = before.standing(&of, at(now), Known::Everything, None);
        let ungranted = before.timeline(of.purpose()).is_some_and(|timeline| {
            let mut records = timeline.records().iter().rev().take_while(|record| record.kind() != Kind::Grant);
            records.any(|record| record.kind() == Kind::Object)
        });
        if let Some(kind) = Choice::Grant.record(standing, Asked::Together) {
            // Nothing stands where the objection was overruled.
            prop_assert!(!ungranted || standing == Because::Unknown);
            facts.push(said(of.purpose().as_str(), kind, now, now, None));
        }
        let objected = [Reason::Objected, Reason::ObjectionRaised];
        if objected.contains(&ask(&before)) {
            prop_assert!(objected.contains(&ask(&case(&facts))));
            prop_assert_eq!(Choice::Grant.record(standing, Asked::Alone), Some(Kind::Grant));
        }
    }

    #[test]
    fn an_objection_to_marketing_covers_all_of_it_and_nothing_else(
        facts in any_facts(), name in select(vec!["offers", "mails"]), of in any_processing(),
    ) {
        let before = case(&facts);
        let after = case(&[facts, vec![said(name, Kind::Object, END, END, None)]].concat());
        for minute in [END, END + 9] {
            let ask = |case: &Case| case.ask(&of, at(minute), Known::Everything, None);
            if of.direct_marketing() == DirectMarketing::Yes {
                prop_assert!(!ask(&after).permits(Operation::Use));
                prop_assert!(matches!(ask(&after).reason(), Reason::Objected | Reason::Restricted | Reason::Erased));
            } else {
                prop_assert_eq!(ask(&before), ask(&after));
            }
        }
    }

    #[test]
    fn a_decision_never_touches_marketing(
        facts in any_facts(), name in select(vec!["offers", "mails"]), basis in select(&ALL[..]), when in 0i64..END,
        known in any_known(), minute in -1..END,
    ) {
        let of = on(name, basis);
        let before = case(&facts);
        let after = case(&[facts, vec![ruled(name, overruled(), when)]].concat());
        let ask = |case: &Case| case.ask(&of, at(minute), known, None);
        prop_assert_eq!(ask(&before), ask(&after));
    }

    #[test]
    fn withdrawing_from_marketing_touches_no_preference(
        facts in any_facts(), name in select(vec!["offers", "mails"]), basis in select(&ALL[..]), when in 0i64..END,
        kind in select(vec![Kind::Withdraw, Kind::Object, Kind::Refuse]), minute in -1..END,
    ) {
        let wish = on("wishes", basis);
        let before = case(&facts);
        let after = case(&[facts, vec![said(name, kind, when, when, None)]].concat());
        let ask = |case: &Case| case.ask(&wish, at(minute), Known::Everything, None);
        prop_assert_eq!(ask(&before), ask(&after));
    }

    #[test]
    fn order_and_duplicates_do_not_matter(
        (facts, shuffled) in any_facts().prop_flat_map(|facts| {
            let doubled = [facts.clone(), facts.clone()].concat();
            (Just(facts), Just(doubled).prop_shuffle())
        }),
    ) {
        prop_assert_eq!(case(&facts), case(&shuffled));
    }

    #[test]
    fn on_consent_alone_it_is_the_answer_of_the_timeline(
        facts in prop::collection::vec(any_record(), 0..8), known in any_known(), pinned in any::<bool>(),
        minute in -1..END,
    ) {
        let notice: NoticeHash = "n1".parse().unwrap();
        let notice = pinned.then_some(&notice);
        let of = on("visits", Basis::Consent);
        let timeline = Timeline::new(facts.iter().filter_map(|fact| match fact {
            Fact::Record(record) if record.purpose() == of.purpose() => Some(record.clone()),
            _ => None,
        }));
        let case = case(&facts);
        let (ours, theirs) = (case.ask(&of, at(minute), known, notice), timeline.ask(at(minute), known, notice));
        prop_assert_eq!(ours.reason(), theirs.because().into());
        prop_assert_eq!((ours.since(), ours.until()), (theirs.since(), theirs.until()));
    }
}
