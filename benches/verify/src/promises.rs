//! What is promised, and whether it is kept.

use serde::Serialize;

use crate::scaling;
use crate::turns::{Contender, Spread};

/// One sentence that a run can break.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Promise {
    #[serde(rename = "promise")]
    pub says: &'static str,
    /// None if the contender is not in this build: a promise that nobody looked at is not kept.
    pub value: Option<f64>,
    pub limit: f64,
    pub kept: bool,
}

impl Promise {
    fn at_most(says: &'static str, value: Option<f64>, limit: f64) -> Self {
        Self { says, value, limit, kept: value.is_some_and(|value| value <= limit) }
    }

    fn at_least(says: &'static str, value: Option<f64>, limit: f64) -> Self {
        Self { says, value, limit, kept: value.is_some_and(|value| value >= limit) }
    }
}

/// All of them, in the order of the table. Differences and ratios are medians over rounds, in which both rows met the
/// same neighbours.
pub fn promises(contenders: &[Contender], scaling: &[scaling::Row]) -> Vec<Promise> {
    let row = |id: &str| contenders.iter().find(|contender| contender.id == id);
    let compared = |left: &str, right: &str, compare: fn(f64, f64) -> f64| {
        Some(Spread::of_pairs(&row(left)?.times, &row(right)?.times, compare).median)
    };
    let micros = |id: &str| Some(row(id)?.spread().median / 1000.0);
    // The slowest of a kind; none if one is missing.
    let slowest = |ids: &[&str]| ids.iter().map(|id| micros(id)).try_fold(0.0, |most: f64, one| Some(most.max(one?)));
    let header = ["header-alg", "header-kid", "header-typ", "header-jku", "header-jwk"];
    let payload = ["payload-exp", "payload-aud"];
    let allocations = |ids: &[&str]| {
        ids.iter().map(|id| u32::try_from(row(id)?.allocations).ok().map(f64::from)).sum::<Option<f64>>()
    };
    let scaled = |id: &str| scaling.iter().find(|row| row.id == id).map(|row| row.of_raw.median);
    vec![
        Promise::at_most(
            "cold, beyond the raw signature, µs",
            compared("cold", "raw", |ours, raw| (ours - raw) / 1000.0),
            3.0,
        ),
        Promise::at_most(
            "cold with the table, of jsonwebtoken's time",
            compared("table", "jsonwebtoken", |ours, theirs| ours / theirs),
            0.6,
        ),
        Promise::at_most("warm, one token, µs", micros("warm"), 1.0),
        Promise::at_most("warm, 10,000 tokens in turn, µs", micros("warm-many"), 1.0),
        Promise::at_most("refused by its header, the slowest, µs", slowest(&header), 0.5),
        Promise::at_most("refused by its header, heap allocations", allocations(&header), 0.0),
        Promise::at_most("refused by its payload, the slowest, µs", slowest(&payload), 3.0),
        Promise::at_least("cold, two threads' gain, of the raw signature's gain", scaled("cold"), 0.95),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(id: &'static str, times: &[f64]) -> Contender {
        let mut contender = Contender::new(id, id, || ());
        contender.times = times.into();
        contender
    }

    fn kept(contenders: &[Contender], promise: &str) -> (Option<f64>, bool) {
        let all = promises(contenders, &[]);
        let found = all.iter().find(|one| one.says.starts_with(promise)).unwrap();
        (found.value, found.kept)
    }

    #[test]
    fn a_promise_is_kept_at_its_limit_and_broken_beyond() {
        let raw = || timed("raw", &[50_000.0, 90_000.0, 50_000.0]);
        assert_eq!(kept(&[raw(), timed("cold", &[53_000.0; 3])], "cold, beyond"), (Some(3.0), true));
        assert_eq!(kept(&[raw(), timed("cold", &[53_100.0; 3])], "cold, beyond"), (Some(3.1), false));
    }

    #[test]
    fn what_is_not_there_keeps_nothing() {
        assert_eq!(kept(&[timed("jsonwebtoken", &[60_000.0])], "cold with the table"), (None, false));
        assert_eq!(
            kept(&[timed("header-alg", &[1.0]), timed("header-kid", &[1.0])], "refused by its header, the"),
            (None, false)
        );
        assert!(promises(&[], &[]).iter().all(|promise| !promise.kept));
    }

    #[test]
    fn the_slowest_of_a_kind_speaks_for_it() {
        let rows = [timed("payload-exp", &[1000.0]), timed("payload-aud", &[3100.0])];
        assert_eq!(kept(&rows, "refused by its payload"), (Some(3.1), false));
    }

    #[test]
    fn one_allocation_breaks_the_promise_of_none() {
        let mut rows =
            ["header-alg", "header-kid", "header-typ", "header-jku", "header-jwk"].map(|id| timed(id, &[1.0]));
        assert_eq!(kept(&rows, "refused by its header, heap"), (Some(0.0), true));
        rows[1].allocations = 1;
        assert_eq!(kept(&rows, "refused by its header, heap"), (Some(1.0), false));
    }

    #[test]
    fn gaining_less_than_raw_signatures_breaks_it() {
        let row = |of_raw| scaling::Row {
            id: "cold",
            title: "cold",
            speed_up: Spread::of([1.5]),
            of_raw: Spread::of([of_raw]),
        };
        let scaled = |of_raw| promises(&[], &[row(of_raw)]).pop().unwrap().kept;
        assert!(scaled(0.95) && !scaled(0.94));
    }
}
