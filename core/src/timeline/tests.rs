use super::*;
use crate::RecordParts;
use proptest::prelude::*;

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

/// DESIGN 2.3 as a plain scan: the greatest record that is known and in effect.
fn scan(records: &[Record], when: Timestamp, known: Known, notice: Option<&NoticeHash>) -> Because {
    let known = |r: &&Record| match known {
        Known::Everything => true,
        Known::At(k) => r.recorded_at() <= k,
    };
    let mut best: Option<&Record> = None;
    for record in records.iter().filter(known).filter(|r| r.effective() <= when) {
        let later = |other: &Record| {
            let rank = |r: &Record| (r.effective(), r.recorded_at(), r.kind() as u8);
            let end = |r: &Record| r.expires_at().map_or(i64::MAX, Timestamp::unix_seconds);
            rank(record)
                .cmp(&rank(other))
                .then(end(other).cmp(&end(record)))
                .then(record.notice().cmp(other.notice()))
                .is_ge()
        };
        if best.is_none_or(later) {
            best = Some(record);
        }
    }
    match best {
        None => Because::Unknown,
        Some(r) if r.kind() == Kind::Grant => match (notice, r.expires_at()) {
            (Some(n), _) if n != r.notice() => Because::OtherNotice,
            (_, Some(end)) if end <= when => Because::Expired,
            _ => Because::Granted,
        },
        Some(r) if r.kind() == Kind::Refuse => Because::Refused,
        Some(r) if r.kind() == Kind::Withdraw => Because::Withdrawn,
        Some(r) if r.kind() == Kind::Object => Because::Objected,
        Some(_) => Because::Erased,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn agrees_with_a_plain_scan(records in any_records(), known in any_known(), pinned in any::<bool>()) {
        let notice: NoticeHash = "n1".parse().unwrap();
        let notice = pinned.then_some(&notice);
        let timeline = Timeline::new(records.clone());
        let answers: Vec<Because> = (-1..20).map(|t| scan(&records, at(t), known, notice)).collect();
        for (t, expected) in (-1i64..20).zip(&answers) {
            let answer = timeline.ask(at(t), known, notice);
            prop_assert_eq!(answer.because(), *expected, "at {}", t);
            let inside = |u: i64| {
                answer.since().is_none_or(|since| since <= at(u)) && answer.until().is_none_or(|until| at(u) < until)
            };
            prop_assert!(inside(t));
            for (u, other) in (-1i64..20).zip(&answers) {
                let between = (-1i64..20)
                    .zip(&answers)
                    .filter(|(v, _)| (t.min(u)..=t.max(u)).contains(v))
                    .all(|(_, answer)| answer == expected);
                prop_assert_eq!(inside(u), between && other == expected, "run of {} at {}", t, u);
            }
        }
    }

    #[test]
    fn a_withdrawal_changes_no_answer_before_it(records in any_records(), when in 0i64..8, known in any_known()) {
        let before = Timeline::new(records.clone());
        let after = Timeline::new(records.into_iter().chain([withdraw(when)]));
        for t in -1..when {
            prop_assert_eq!(
                before.ask(at(t), known, None).because(),
                after.ask(at(t), known, None).because()
            );
        }
        prop_assert!(!after.ask(at(when), Known::Everything, None).permitted()
            || after.last(at(when), Known::Everything).is_some_and(|r| r.recorded_at() > at(when)));
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
