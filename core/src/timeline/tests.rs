use super::*;
use crate::{RecordParts, Standings};
use proptest::prelude::*;
use std::cell::Cell;

std::thread_local! {
    /// How many records were looked at.
    pub(super) static STEPS: Cell<usize> = const { Cell::new(0) };
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_unix_seconds(1_700_000_000 + minute * 60)
}

fn record(kind: Kind, received: i64, recorded: i64, expires: Option<i64>, notice: &str) -> Record {
    Record::new(RecordParts {
        subject: "s".parse().unwrap(),
        purpose: "analytics".parse().unwrap(),
        kind,
        claimed_at: None,
        received_at: at(received),
        recorded_at: at(recorded),
        notice: notice.parse().unwrap(),
        expires_at: expires.map(at),
    })
    .unwrap()
}

fn grant(minute: i64, expires: Option<i64>) -> Record {
    record(Kind::Grant, minute, minute, expires, "n1")
}

fn withdraw(minute: i64) -> Record {
    record(Kind::Withdraw, minute, minute, None, "n1")
}

fn ask(timeline: &Timeline, minute: i64) -> (Because, Option<Timestamp>, Option<Timestamp>) {
    let answer = timeline.ask(at(minute), Known::Everything, None);
    (answer.because(), answer.since(), answer.until())
}

#[test]
fn nothing_recorded_is_unknown_without_bounds() {
    assert_eq!(ask(&Timeline::new([]), 5), (Because::Unknown, None, None));
}

#[test]
fn intervals_are_half_open() {
    let timeline = Timeline::new([grant(1, Some(10)), withdraw(5)]);
    assert_eq!(ask(&timeline, 0), (Because::Unknown, None, Some(at(1))));
    assert_eq!(ask(&timeline, 1), (Because::Granted, Some(at(1)), Some(at(5))));
    assert_eq!(ask(&timeline, 4), (Because::Granted, Some(at(1)), Some(at(5))));
    assert_eq!(ask(&timeline, 5), (Because::Withdrawn, Some(at(5)), None));
    assert_eq!(ask(&timeline, 99), (Because::Withdrawn, Some(at(5)), None));
}

#[test]
fn a_grant_ends_by_itself() {
    let timeline = Timeline::new([grant(1, Some(10))]);
    assert_eq!(ask(&timeline, 9), (Because::Granted, Some(at(1)), Some(at(10))));
    assert_eq!(ask(&timeline, 10), (Because::Expired, Some(at(10)), None));
}

#[test]
fn a_renewed_grant_is_one_run() {
    let timeline = Timeline::new([grant(1, Some(10)), grant(5, Some(20))]);
    assert_eq!(ask(&timeline, 12), (Because::Granted, Some(at(1)), Some(at(20))));
}

#[test]
fn a_grant_that_ends_when_it_begins_never_counts() {
    let timeline = Timeline::new([grant(1, Some(3)), grant(5, Some(5))]);
    assert_eq!(ask(&timeline, 4), (Because::Expired, Some(at(3)), None));
    assert_eq!(ask(&timeline, 6), (Because::Expired, Some(at(3)), None));
}

#[test]
fn records_stand_in_the_order_of_their_effect_and_once() {
    let letter = record(Kind::Refuse, 2, 9, None, "n1");
    let timeline = Timeline::new([withdraw(5), letter.clone(), grant(1, None), withdraw(5)]);
    assert_eq!(timeline.records(), [grant(1, None), letter, withdraw(5)]);
}

#[test]
fn a_timeline_of_one_subject_and_purpose_leaves_the_others_out() {
    let other = |subject: &str, purpose: &str| {
        let parts = RecordParts {
            subject: subject.parse().unwrap(),
            purpose: purpose.parse().unwrap(),
            ..withdraw(5).into_parts()
        };
        Record::new(parts).unwrap()
    };
    let records = [grant(1, None), other("t", "analytics"), other("s", "marketing"), other("t", "marketing")];
    let timeline = Timeline::of(&"s".parse().unwrap(), &"analytics".parse().unwrap(), records);
    assert_eq!(timeline.records(), [grant(1, None)]);
}

#[test]
fn of_one_instant_the_protective_record_wins() {
    let timeline = Timeline::new([withdraw(5), grant(5, None)]);
    assert_eq!(ask(&timeline, 5).0, Because::Withdrawn);
}

#[test]
fn of_grants_of_one_instant_the_earlier_end_wins_and_no_end_is_the_latest() {
    let timeline = Timeline::new([grant(5, Some(7)), grant(5, Some(9)), grant(5, None)]);
    assert_eq!(ask(&timeline, 8).0, Because::Expired);
}

#[test]
fn a_letter_counts_from_its_arrival_as_known_from_its_entry() {
    let (monday, friday) = (10, 50);
    let letter = record(Kind::Withdraw, monday, friday, None, "n1");
    let timeline = Timeline::new([grant(1, None), letter]);
    let tuesday = at(20);
    assert!(timeline.ask(tuesday, Known::At(at(49)), None).permitted());
    assert!(!timeline.ask(tuesday, Known::At(at(friday)), None).permitted());
    assert!(timeline.ask(at(9), Known::Everything, None).permitted());
}

#[test]
fn a_grant_under_another_notice_does_not_count_even_when_it_has_ended() {
    let timeline = Timeline::new([grant(1, Some(3))]);
    let wanted: NoticeHash = "n2".parse().unwrap();
    for minute in [1, 2, 3, 9] {
        let answer = timeline.ask(at(minute), Known::Everything, Some(&wanted));
        assert_eq!(answer.because(), Because::OtherNotice);
        assert_eq!((answer.since(), answer.until()), (Some(at(1)), None));
    }
}

#[test]
fn a_grant_still_to_come_does_not_count_and_a_no_still_to_come_does() {
    let (grant, withdrawal) = (grant(5, None), withdraw(7));
    let mut current: Current<'_> = [&grant].into_iter().collect();
    assert_eq!(current.because(at(4), None), Because::Unknown);
    assert_eq!(current.because(at(5), None), Because::Granted);
    current.take(&withdrawal);
    assert_eq!(current.because(at(4), None), Because::Withdrawn);
    assert_eq!(Current::default().because(at(4), None), Because::Unknown);
}

/// The most records that one question looks at, over all minutes.
fn steps(records: impl IntoIterator<Item = Record>, known: Known, until: i64) -> usize {
    let timeline = Timeline::new(records);
    let asked = (0..until).map(|minute| {
        STEPS.set(0);
        timeline.ask(at(minute), known, None);
        STEPS.get()
    });
    asked.max().unwrap()
}

#[test]
fn a_question_looks_at_few_records_however_long_the_history_or_the_run() {
    const N: i64 = 1000;
    let few = 12;
    let minutes = 0..N;
    let renewed_early = minutes.clone().map(|minute| grant(minute, Some(minute + 30)));
    assert!(steps(renewed_early.clone(), Known::Everything, N + 40) <= few);
    assert!(steps(renewed_early, Known::At(at(N / 2)), N + 40) <= few);
    let renewed_at_the_end = minutes.clone().map(|minute| grant(minute, Some(minute + 1)));
    assert!(steps(renewed_at_the_end, Known::Everything, N + 40) <= few);
    let without_end = minutes.clone().map(|minute| grant(minute, None));
    assert!(steps(without_end, Known::Everything, N) <= few);
    let notice = |minute: i64| if minute % 2 == 0 { "n1" } else { "n2" };
    let refused_again =
        minutes.clone().map(|minute| record(Kind::Refuse, minute, minute, Some(minute), notice(minute)));
    assert!(steps(refused_again, Known::At(at(N / 2)), N) <= few);
    let in_turns = minutes.clone().map(|minute| if minute % 2 == 0 { grant(minute, None) } else { withdraw(minute) });
    assert!(steps(in_turns, Known::Everything, N) <= few);
    // All at one instant, and each looked at by nobody but the sort.
    let at_once = minutes.map(|end| record(Kind::Grant, 5, 5, Some(5 + end), "n1"));
    assert!(steps(at_once, Known::Everything, 10) <= few);
}

prop_compose! {
    fn any_record()(
        kind in prop::sample::select(vec![Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Erase]),
        received in 0i64..8,
        delay in 0i64..4,
        life in prop::option::of(0i64..5),
        notice in prop::sample::select(vec!["n1", "n2"]),
        claimed in prop::option::of(0i64..8),
    ) -> Record {
        let recorded = received + delay;
        let mut parts = record(kind, received, recorded, life.map(|life| recorded + life), notice).into_parts();
        parts.claimed_at = claimed.map(at);
        Record::new(parts).unwrap()
    }
}

fn any_records() -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec(any_record(), 0..8)
}

fn any_known() -> impl Strategy<Value = Known> {
    prop::option::of(0i64..12).prop_map(|k| k.map_or(Known::Everything, |k| Known::At(at(k))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_withdrawal_changes_no_answer_before_it(
        records in any_records(), when in 0i64..8, delay in 0i64..4, known in any_known()
    ) {
        let before = Timeline::new(records.clone());
        let withdrawal = record(Kind::Withdraw, when, when + delay, None, "n1");
        let after = Timeline::new(records.into_iter().chain([withdrawal]));
        for t in -1..when {
            prop_assert_eq!(
                before.ask(at(t), known, None).because(),
                after.ask(at(t), known, None).because()
            );
        }
        prop_assert!(!after.ask(at(when), Known::Everything, None).permitted());
    }

    #[test]
    fn what_is_written_later_changes_nothing_that_was_known_before(records in any_records(), new in any_record()) {
        let before = Timeline::new(records.clone());
        let after = Timeline::new(records.into_iter().chain([new.clone()]));
        for known in (-1..12).map(at).filter(|known| *known < new.recorded_at()) {
            for t in -1..20 {
                let known = Known::At(known);
                prop_assert_eq!(before.ask(at(t), known, None), after.ask(at(t), known, None));
            }
        }
    }

    #[test]
    fn unknown_is_not_permitted(records in any_records(), known in any_known(), when in -1i64..20) {
        let notice: NoticeHash = "n1".parse().unwrap();
        let in_force = |record: &&Record| {
            let written = match known {
                Known::Everything => true,
                Known::At(k) => record.recorded_at() <= k,
            };
            written
                && record.kind() == Kind::Grant
                && record.notice() == &notice
                && record.recorded_at() <= at(when)
                && record.expires_at().is_none_or(|end| at(when) < end)
        };
        if !records.iter().any(|record| in_force(&record)) {
            prop_assert!(!Timeline::new(records).ask(at(when), known, Some(&notice)).permitted());
        }
    }

    #[test]
    fn a_grant_after_a_withdrawal_needs_a_record_of_its_own(records in any_records(), when in 0i64..8) {
        let granted_later = |record: &Record| record.kind() == Kind::Grant && record.effective() >= at(when);
        let kept = records.into_iter().filter(|record| !granted_later(record));
        let timeline = Timeline::new(kept.chain([withdraw(when)]));
        for t in when..20 {
            prop_assert!(!timeline.ask(at(t), Known::Everything, None).permitted());
        }
    }

    #[test]
    fn merging_is_commutative_associative_and_idempotent(
        a in any_records(), b in any_records(), c in any_records()
    ) {
        let [a, b, c] = [a, b, c].map(Timeline::new);
        let both = a.clone().merge(b.clone());
        prop_assert_eq!(&both, &b.clone().merge(a.clone()));
        prop_assert_eq!(&both.clone().merge(a.clone()), &both);
        prop_assert_eq!(&a.clone().merge(a.clone()), &a);
        prop_assert_eq!(both.clone().merge(c.clone()), a.clone().merge(b.clone().merge(c.clone())));
        for record in a.records().iter().chain(b.records()) {
            prop_assert!(both.records().contains(record));
        }
        let [x, y, z] = [&a, &b, &c].map(Timeline::current);
        prop_assert_eq!(x.merge(y), both.current());
        prop_assert_eq!(x.merge(y), y.merge(x));
        prop_assert_eq!(x.merge(x), x);
        prop_assert_eq!(x.merge(y).merge(z), x.merge(y.merge(z)));
    }

    #[test]
    fn what_stands_now_is_the_answer_after_the_last_record(records in any_records(), later in 0i64..20, pinned in any::<bool>()) {
        let notice: NoticeHash = "n1".parse().unwrap();
        let notice = pinned.then_some(&notice);
        let timeline = Timeline::new(records.clone());
        let mut folded = Current::default();
        folded.extend(&records);
        prop_assert_eq!(folded, timeline.current());
        prop_assert_eq!(folded, records.iter().collect());
        let standings: Standings<'_> = records.iter().collect();
        prop_assert_eq!(standings.get(&"s".parse().unwrap(), &"analytics".parse().unwrap()), folded);
        let last = folded.record().map_or(at(0), Record::effective);
        for now in [last, last.plus_seconds(later * 60)] {
            prop_assert_eq!(folded.because(now, notice), timeline.ask(now, Known::Everything, notice).because());
        }
        let before = folded.because(last.plus_seconds(-1), None);
        prop_assert!(!before.permits());
    }

    #[test]
    fn order_and_duplicates_do_not_matter(records in any_records(), known in any_known(), seed in any::<prop::sample::Index>()) {
        let timeline = Timeline::new(records.clone());
        let mut shuffled = records.clone();
        if !shuffled.is_empty() {
            let turn = seed.index(shuffled.len());
            shuffled.rotate_left(turn);
            shuffled.reverse();
            shuffled.push(records[turn].clone());
        }
        let other = Timeline::new(shuffled);
        for t in -1..20 {
            prop_assert_eq!(timeline.ask(at(t), known, None), other.ask(at(t), known, None));
        }
    }

    #[test]
    fn the_claimed_time_moves_no_answer(records in any_records(), claimed in 0i64..20) {
        let moved = records.iter().cloned().map(|record| {
            let mut parts = record.into_parts();
            parts.claimed_at = Some(at(claimed));
            Record::new(parts).unwrap()
        });
        let (timeline, moved) = (Timeline::new(records.clone()), Timeline::new(moved));
        for t in -1..20 {
            prop_assert_eq!(timeline.ask(at(t), Known::Everything, None), moved.ask(at(t), Known::Everything, None));
        }
    }
}
