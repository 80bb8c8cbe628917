//! What folds over records allocate.

use volens_core::{Current, Kind, Record, RecordParts, Standings, Timestamp};

fn records(count: i64) -> Vec<Record> {
    let one = |second| {
        let at = Timestamp::from_unix_seconds(second);
        Record::new(RecordParts {
            subject: format!("s{}", second % 5).parse().unwrap(),
            purpose: ["analytics", "marketing"][usize::try_from(second % 2).unwrap()].parse().unwrap(),
            kind: [Kind::Grant, Kind::Withdraw, Kind::Refuse][usize::try_from(second % 3).unwrap()],
            claimed_at: None,
            received_at: at,
            recorded_at: at,
            notice: "n1".parse().unwrap(),
            expires_at: None,
        })
        .unwrap()
    };
    (0..count).map(one).collect()
}

fn allocations(fold: impl FnOnce()) -> u64 {
    allocation_counter::measure(fold).count_total
}

#[test]
fn a_fold_allocates_nothing_for_a_record() {
    let (few, many) = (records(100), records(10_000));
    assert_eq!(allocations(|| assert!(many.iter().collect::<Current<'_>>().record().is_some())), 0);
    let standings =
        |records: &[Record]| allocations(|| assert_eq!(records.iter().collect::<Standings<'_>>().len(), 10));
    assert!(standings(&few) > 0);
    assert_eq!(standings(&few), standings(&many));
}

#[test]
fn standings_keep_subjects_and_purposes_apart() {
    let records = records(20_000);
    let renamed = records.into_iter().zip(0..).map(|(record, at)| {
        let mut parts = record.into_parts();
        parts.subject = format!("s{}", at / 2).parse().unwrap();
        Record::new(parts).unwrap()
    });
    // Each subject has one purpose only, in turns.
    let records: Vec<Record> = renamed.filter(|record| record.recorded_at().unix_seconds() % 4 % 3 == 0).collect();
    let standings: Standings<'_> = records.iter().collect();
    assert_eq!((standings.len(), standings.is_empty()), (records.len(), false));
    assert!(Standings::default().is_empty());
    for record in &records {
        for purpose in ["analytics", "marketing"].map(|id| id.parse().unwrap()) {
            let expected = (*record.purpose() == purpose).then_some(record);
            assert_eq!(standings.get(record.subject(), &purpose).record(), expected);
        }
    }
}
