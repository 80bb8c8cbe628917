//! The timeline against a second implementation: a plain scan, written from DESIGN 2.3 sentence by sentence. Of the
//! crate it uses the record types alone.

use std::cmp::Reverse;

use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use volens_core::{Kind, NoticeHash, Record, RecordParts, Timestamp};

/// All that takes part in a question.
struct Question<'a> {
    records: &'a [Record],
    known_at: Option<Timestamp>,
    notice: Option<&'a NoticeHash>,
}

impl Question<'_> {
    /// "`effective` = `recorded_at` for a grant, `received_at` for refuse, withdraw, object, erase."
    fn effective(record: &Record) -> Timestamp {
        if record.kind() == Kind::Grant { record.recorded_at() } else { record.received_at() }
    }

    /// "The answer at T is the last record with `effective ≤ T`."
    fn code_at(&self, at: Timestamp) -> &'static str {
        let mut last: Option<&Record> = None;
        for record in self.records {
            if self.known_at.is_some_and(|known_at| record.recorded_at() > known_at) || Self::effective(record) > at {
                continue;
            }
            last = match last {
                Some(held) if comes_later(held, record) => Some(held),
                _ => Some(record),
            };
        }
        let Some(last) = last else { return "unknown" };
        match last.kind() {
            // "A last grant under another notice than `--notice` is `other-notice`, even if it has also expired."
            Kind::Grant if self.notice.is_some_and(|notice| notice != last.notice()) => "other-notice",
            // "Permitted if it is a grant and T is before its `expires_at` (none: no end)."
            Kind::Grant if last.expires_at().is_none_or(|end| at < end) => "granted",
            Kind::Grant => "expired",
            Kind::Refuse => "refused",
            Kind::Withdraw => "withdrawn",
            Kind::Object => "objected",
            Kind::Erase => "erased",
        }
    }

    /// "`[since, until)` is the longest run of the same answer known at K, open ends left out": the answer can only
    /// turn where a record takes effect or a grant ends, so each such instant is asked.
    fn runs(&self) -> Vec<(Option<Timestamp>, Option<Timestamp>, &'static str)> {
        let known = self.records.iter().filter(|record| self.known_at.is_none_or(|k| record.recorded_at() <= k));
        let mut turns: Vec<Timestamp> =
            known.flat_map(|record| [Some(Self::effective(record)), record.expires_at()]).flatten().collect();
        turns.sort_unstable();
        let mut runs = vec![(None, None, "unknown")];
        for turn in turns {
            let code = self.code_at(turn);
            let last = runs.last_mut().unwrap();
            if last.2 != code {
                last.1 = Some(turn);
                runs.push((Some(turn), None, code));
            }
        }
        runs
    }
}

/// "Order by `effective`, then `recorded_at`, then grant < refuse < withdraw < object < erase; among grants the earlier
/// expiry comes later, then the notice bytewise."
fn comes_later(a: &Record, b: &Record) -> bool {
    let kind = |record: &Record| match record.kind() {
        Kind::Grant => 0,
        Kind::Refuse => 1,
        Kind::Withdraw => 2,
        Kind::Object => 3,
        Kind::Erase => 4,
    };
    let when = |record: &Record| (Question::effective(record), record.recorded_at(), kind(record));
    if when(a) != when(b) || a.kind() != Kind::Grant {
        return when(a) > when(b);
    }
    let end = |record: &Record| Reverse(record.expires_at().map_or(i64::MAX, Timestamp::unix_seconds));
    (end(a), a.notice().as_str()) > (end(b), b.notice().as_str())
}

/// Few instants, so that they collide.
const INSTANTS: u32 = 7;

fn instant(n: u32) -> Timestamp {
    Timestamp::from_unix_seconds(1_790_000_000 + i64::from(n))
}

fn below(random: &mut TestRng, end: u32) -> u32 {
    random.next_u32() % end
}

fn some_records(random: &mut TestRng) -> Vec<Record> {
    let one = |random: &mut TestRng| {
        let kind = [Kind::Grant, Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Erase];
        let received = below(random, INSTANTS);
        let recorded = received + below(random, 3);
        let end = below(random, 5);
        RecordParts {
            subject: "s1".parse().unwrap(),
            purpose: "analytics".parse().unwrap(),
            kind: kind[below(random, 6) as usize],
            claimed_at: (below(random, 4) == 0).then(|| instant(below(random, INSTANTS))),
            received_at: instant(received),
            recorded_at: instant(recorded),
            notice: ["n1", "n2", "N"][below(random, 3) as usize].parse().unwrap(),
            expires_at: (end > 0).then(|| instant(recorded + end - 1)),
        }
    };
    (0..below(random, 11)).map(|_| Record::new(one(random)).unwrap()).collect()
}

#[test]
fn a_plain_scan_agrees_on_a_million_questions() {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut asked = 0;
    let mut seen = std::collections::BTreeMap::<&str, u32>::new();
    while asked < 1_000_000 {
        let records = some_records(&mut random);
        let timeline = volens_core::Timeline::new(records.iter().cloned());
        for known_at in (0..=INSTANTS + 2).map(instant).map(Some).chain([None]) {
            let known = known_at.map_or(volens_core::Known::Everything, volens_core::Known::At);
            for notice in [None, Some("n1".parse().unwrap()), Some("n2".parse().unwrap())] {
                let question = Question { records: &records, known_at, notice: notice.as_ref() };
                let runs = question.runs();
                for _ in 0..8 {
                    let at = instant(below(&mut random, INSTANTS + 6));
                    let expected = runs
                        .iter()
                        .find(|(since, until, _)| since.is_none_or(|s| s <= at) && until.is_none_or(|u| at < u))
                        .unwrap();
                    let answer = timeline.ask(at, known, notice.as_ref());
                    let found = (answer.since(), answer.until(), answer.because().code());
                    assert_eq!(found, *expected, "at {at}, known at {known_at:?}, {notice:?}: {records:#?}");
                    assert_eq!(answer.permitted(), expected.2 == "granted");
                    assert_eq!(question.code_at(at), expected.2);
                    *seen.entry(expected.2).or_default() += 1;
                    asked += 1;
                }
            }
        }
    }
    // Each answer must be among them, and often.
    assert_eq!(seen.len(), 8);
    assert!(seen.values().all(|count| *count > 10_000), "{seen:?}");
}
