//! `cargo bench -p volens-core`: what a question and a fold cost, from 10³ to 10⁷ records, beside a scan over a `Vec`.
//!
//! `--json` prints JSON, `--up-to N` sets the largest number of records. Figures are medians of rounds in which the
//! contenders take turns, so that a busy machine slows all of them.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a benchmark stops where something is wrong"
)]

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;
use volens_core::{Because, Current, Kind, Known, Record, RecordParts, Standings, Timeline, Timestamp};

const ROUNDS: usize = 9;
/// A round lasts about this long, so that the clock's own cost does not count.
const ROUND: Duration = Duration::from_millis(20);
/// No new round after this long.
const ENOUGH: Duration = Duration::from_secs(20);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let largest = match arguments.iter().position(|argument| argument == "--up-to") {
        Some(at) => arguments.get(at + 1).and_then(|n| n.parse().ok()).expect("--up-to: expected a number of records"),
        None => 10_000_000,
    };
    let sizes: Vec<usize> = (3..8).map(|power| 10_usize.pow(power)).filter(|size| *size <= largest).collect();
    let questions: Vec<_> = sizes.iter().map(|size| questions(*size)).collect();
    let folds: Vec<_> = sizes.iter().map(|size| folds(*size)).collect();
    if arguments.iter().any(|argument| argument == "--json") {
        let rows = |rows: &[Vec<(&str, f64)>]| -> serde_json::Value {
            sizes
                .iter()
                .zip(rows)
                .map(|(size, row)| (size.to_string(), json!(row.iter().copied().collect::<BTreeMap<_, _>>())))
                .collect()
        };
        println!("{}", json!({ "ns_per_question": rows(&questions), "ms_per_fold": rows(&folds) }));
        return;
    }
    table("Questions to one timeline, ns each", &sizes, &questions);
    table("Folds over all records, ms each", &sizes, &folds);
    let now = questions.last().map_or(f64::NAN, |row| row[0].1);
    println!("{:.0} million current-state questions a second on one core", 1000.0 / now);
}

fn table(title: &str, sizes: &[usize], rows: &[Vec<(&str, f64)>]) {
    println!("\n{title}\n");
    let names: Vec<&str> = rows.first().map(|row| row.iter().map(|(name, _)| *name).collect()).unwrap_or_default();
    println!("| records | {} |", names.join(" | "));
    println!("|---:|{}", "---:|".repeat(names.len()));
    for (size, row) in sizes.iter().zip(rows) {
        let cells: Vec<String> = row.iter().map(|(_, figure)| format!("{figure:.3}")).collect();
        println!("| {size} | {} |", cells.join(" | "));
    }
    println!();
}

/// What is measured, under its name; the number of the call varies the question.
type Contender<'a> = (&'static str, Box<dyn FnMut(usize) -> Because + 'a>);

/// ns per question.
fn questions(size: usize) -> Vec<(&'static str, f64)> {
    let records = one_timeline(size);
    let last = records.last().unwrap().recorded_at();
    let timeline = Timeline::new(records.iter().cloned());
    let current = timeline.current();
    let instants: Vec<Timestamp> = {
        let mut random = Random(7);
        (0..4096).map(|_| Timestamp::from_unix_seconds(random.below(size) as i64 * STEP)).collect()
    };
    let instant = |turn: usize| instants[turn % instants.len()];
    let mut contenders: Vec<Contender<'_>> = vec![
        ("now", Box::new(|turn| current.because(black_box(last.plus_seconds(turn as i64)), None))),
        ("now, scan", Box::new(|turn| scan(&records, last.plus_seconds(turn as i64), last.plus_seconds(9)))),
        ("at T", Box::new(|turn| timeline.ask(instant(turn), Known::Everything, None).because())),
        ("at T as known at K", {
            Box::new(|turn| timeline.ask(instant(turn), Known::At(instant(turn / 7)), None).because())
        }),
        ("at T as known at K, scan", Box::new(|turn| scan(&records, instant(turn), instant(turn / 7)))),
    ];
    measure(&mut contenders).into_iter().map(|(name, time)| (name, time * 1e9)).collect()
}

/// ms per fold over all records.
fn folds(size: usize) -> Vec<(&'static str, f64)> {
    let records = one_timeline(size);
    let many = many_subjects(size);
    let mut contenders: Vec<Contender<'_>> = vec![
        ("one subject: Current", {
            Box::new(|_| records.iter().collect::<Current<'_>>().because(Timestamp::from_unix_seconds(0), None))
        }),
        ("one subject: scan", Box::new(|_| scan(&records, NEVER, NEVER))),
        ("many subjects: Standings", {
            Box::new(|_| {
                black_box(many.iter().collect::<Standings<'_>>().len());
                Because::Unknown
            })
        }),
        ("many subjects: a Vec for each, scanned", {
            Box::new(|_| {
                let mut by_pair = HashMap::<_, Vec<&Record>>::new();
                for record in &many {
                    by_pair.entry((record.subject(), record.purpose())).or_default().push(record);
                }
                for records in by_pair.values() {
                    black_box(scan(records.iter().copied(), NEVER, NEVER));
                }
                Because::Unknown
            })
        }),
    ];
    measure(&mut contenders).into_iter().map(|(name, time)| (name, time * 1e3)).collect()
}

/// The median seconds of one call of each, taken in turns.
fn measure(contenders: &mut [Contender<'_>]) -> Vec<(&'static str, f64)> {
    let mut calls = vec![1_usize; contenders.len()];
    for (calls, (_, call)) in calls.iter_mut().zip(contenders.iter_mut()) {
        while *calls < 1 << 24 && time(*calls, call) < ROUND / 2 {
            *calls *= 2;
        }
    }
    let began = Instant::now();
    let mut times = vec![Vec::new(); contenders.len()];
    // At least three rounds, however long they take.
    for round in 0..ROUNDS {
        if round > 2 && began.elapsed() > ENOUGH {
            break;
        }
        for ((calls, times), (_, call)) in calls.iter().zip(&mut times).zip(contenders.iter_mut()) {
            times.push(time(*calls, call).as_secs_f64() / *calls as f64);
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    contenders.iter().zip(times).map(|((name, _), times)| (*name, median(times))).collect()
}

fn time(calls: usize, call: &mut dyn FnMut(usize) -> Because) -> Duration {
    let began = Instant::now();
    for turn in 0..calls {
        black_box(call(black_box(turn)));
    }
    began.elapsed()
}

/// Every record is looked at; the greatest that is known and in effect answers.
fn scan<'a>(records: impl IntoIterator<Item = &'a Record>, at: Timestamp, known_at: Timestamp) -> Because {
    let key = |record: &Record| (record.effective(), record.recorded_at(), record.kind());
    let last = records
        .into_iter()
        .filter(|record| record.recorded_at() <= known_at && record.effective() <= at)
        .max_by_key(|record| key(record));
    match last.map(|record| (record.kind(), record.expires_at())) {
        None => Because::Unknown,
        Some((Kind::Grant, Some(end))) if end <= at => Because::Expired,
        Some((Kind::Grant, _)) => Because::Granted,
        Some((Kind::Refuse, _)) => Because::Refused,
        Some((Kind::Withdraw, _)) => Because::Withdrawn,
        Some((Kind::Object, _)) => Because::Objected,
        Some((Kind::Erase, _)) => Because::Erased,
    }
}

/// Seconds between records.
const STEP: i64 = 60;
/// After all records.
const NEVER: Timestamp = Timestamp::from_unix_seconds(i64::MAX);

/// One subject that changes its mind all the time; one no in ten came by letter, up to a week before it was written.
fn one_timeline(size: usize) -> Vec<Record> {
    let mut random = Random(1);
    (0..size)
        .map(|at| {
            let kind = [Kind::Grant, Kind::Grant, Kind::Grant, Kind::Refuse, Kind::Withdraw][random.below(5)];
            let delay = if random.below(10) == 0 { random.below(7 * 86_400) } else { 0 };
            record("7d1f6a52c0e94b3f", "analytics", kind, at as i64 * STEP, delay as i64)
        })
        .collect()
}

/// Four purposes a subject, two to three records each, in the order in which they were written.
fn many_subjects(size: usize) -> Vec<Record> {
    let mut random = Random(2);
    let subjects: Vec<String> = (0..(size / 10).max(1)).map(|_| format!("{:016x}", random.next())).collect();
    (0..size)
        .map(|at| {
            let purpose = ["analytics", "functional", "marketing", "newsletter"][random.below(4)];
            let kind = [Kind::Grant, Kind::Refuse, Kind::Withdraw][random.below(3)];
            record(&subjects[random.below(subjects.len())], purpose, kind, at as i64, 0)
        })
        .collect()
}

fn record(subject: &str, purpose: &str, kind: Kind, second: i64, delay: i64) -> Record {
    let recorded_at = Timestamp::from_unix_seconds(second);
    Record::new(RecordParts {
        subject: subject.parse().unwrap(),
        purpose: purpose.parse().unwrap(),
        kind,
        claimed_at: None,
        received_at: recorded_at.plus_seconds(-delay),
        recorded_at,
        notice: "qL8R4QIcQ_ZsRqOAbeRfcZhilN_MksRtDaErMA7FhBs".parse().unwrap(),
        expires_at: (kind == Kind::Grant).then(|| recorded_at.plus_seconds(180 * 86_400)),
    })
    .unwrap()
}

/// `SplitMix64`: the same records in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}
