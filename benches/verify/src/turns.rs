//! Contenders taking turns, so that what else the machine does meets all of them alike.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::tokens::Trial;

/// How long one turn takes, after which another is on: so short that most turns end before the system takes the
/// processor away, and medians do not know of the others.
const TURN: Duration = Duration::from_micros(300);

/// One row of the table: something that is called again and again.
pub struct Contender {
    pub id: &'static str,
    pub title: String,
    /// What one call takes from the heap.
    pub allocations: u64,
    pub bytes: u64,
    turn: Box<dyn FnMut(u32)>,
    calls: u32,
    /// Nanoseconds of a call, one for each round.
    pub times: Vec<f64>,
}

impl Contender {
    /// `call` has been shown to do its work.
    pub fn new<T>(id: &'static str, title: impl Into<String>, mut call: impl FnMut() -> T + 'static) -> Self {
        // What is made once is not counted.
        black_box(call());
        let heap = allocation_counter::measure(|| drop(black_box(call())));
        let mut turn = Box::new(move |calls: u32| {
            for _ in 0..calls {
                black_box(call());
            }
        });
        let calls = calls_of(TURN, &mut turn);
        let (allocations, bytes) = (heap.count_total, heap.bytes_total);
        Self { id, title: title.into(), allocations, bytes, turn, calls, times: Vec::new() }
    }

    /// One that has to accept what is true and to refuse what is spoilt; timed is the first. `judge` checks a token,
    /// `right` says whether it was read as it was written.
    pub fn accepting<T: 'static, E: fmt::Debug + 'static>(
        id: &'static str,
        title: &str,
        trial: Trial,
        judge: impl Fn(&str) -> Result<T, E> + 'static,
        right: impl Fn(&T) -> bool,
    ) -> Self {
        for token in &trial.valid {
            match judge(token) {
                Ok(read) => assert!(right(&read), "{title} reads a true token wrongly"),
                Err(error) => panic!("{title} refuses a true token: {error:?}"),
            }
        }
        for (how, token) in &trial.spoilt {
            assert!(judge(token).is_err(), "{title} accepts {how}");
        }
        let mut next = InTurn::new(trial.valid);
        Self::new(id, title, move || judge(black_box(next.next())))
    }

    /// Nanoseconds of a call.
    pub fn spread(&self) -> Spread {
        Spread::of(self.times.iter().copied())
    }

    fn take_turn(&mut self) {
        // What others left in the processor's caches is not its fault.
        (self.turn)(self.calls / 8 + 1);
        let began = Instant::now();
        (self.turn)(self.calls);
        self.times.push(began.elapsed().as_secs_f64() * 1e9 / f64::from(self.calls));
    }
}

/// Things of a kind, one after the other, from the first again after the last.
pub struct InTurn<T> {
    things: Vec<T>,
    at: usize,
}

impl<T> InTurn<T> {
    pub fn new(things: Vec<T>) -> Self {
        Self { things, at: 0 }
    }

    pub fn next(&mut self) -> &T {
        let at = self.at;
        self.at = if at + 1 == self.things.len() { 0 } else { at + 1 };
        &self.things[at]
    }
}

/// How many calls fill the time.
pub fn calls_of(time: Duration, turn: &mut impl FnMut(u32)) -> u32 {
    let mut calls = 1;
    loop {
        let began = Instant::now();
        turn(calls);
        let took = began.elapsed();
        if took * 4 >= time || calls > u32::MAX / 8 {
            let calls = u128::from(calls) * time.as_nanos() / took.as_nanos().max(1);
            return u32::try_from(calls).unwrap_or(u32::MAX).max(1);
        }
        calls *= 2;
    }
}

/// Lets each contender have its turn in each round; each round begins with another one.
pub fn take(contenders: &mut [Contender], rounds: u32) {
    for _ in 0..rounds {
        for contender in contenders.iter_mut() {
            contender.take_turn();
        }
        contenders.rotate_left(1);
    }
    contenders.rotate_right(rounds as usize % contenders.len().max(1));
}

/// Median, least and most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        assert!(!values.is_empty(), "no round was run");
        values.sort_by(f64::total_cmp);
        let half = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) };
        Self { median, least: values[0], most: values[values.len() - 1] }
    }

    /// Of what each round says about two of its rows: both met the same neighbours.
    pub fn of_pairs(left: &[f64], right: &[f64], compare: impl Fn(f64, f64) -> f64) -> Self {
        assert_eq!(left.len(), right.len(), "both had their turn in each round");
        Self::of(left.iter().zip(right).map(|(left, right)| compare(*left, *right)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        assert_eq!(Spread::of([4.0, 1.0, 3.0]), Spread { median: 3.0, least: 1.0, most: 4.0 });
        assert_eq!(Spread::of([4.0, 1.0, 3.0, 2.0]), Spread { median: 2.5, least: 1.0, most: 4.0 });
    }

    #[test]
    fn pairs_are_compared_within_their_round() {
        // A neighbour was busy in the second round: it slowed both.
        let difference = Spread::of_pairs(&[52.0, 92.0, 51.0], &[50.0, 90.0, 50.0], |a, b| a - b);
        assert_eq!(difference, Spread { median: 2.0, least: 1.0, most: 2.0 });
    }

    #[test]
    fn every_contender_has_its_turn_in_every_round_and_ends_where_it_stood() {
        let mut all: Vec<_> = ["a", "b", "c"].map(|id| Contender::new(id, id, || std::hint::black_box(1))).into();
        take(&mut all, 4);
        assert_eq!(all.iter().map(|one| (one.id, one.times.len())).collect::<Vec<_>>(), [("a", 4), ("b", 4), ("c", 4)]);
    }

    #[test]
    fn after_the_last_comes_the_first() {
        let mut three = InTurn::new(vec![1, 2, 3]);
        assert_eq!([(); 5].map(|()| *three.next()), [1, 2, 3, 1, 2]);
    }

    #[test]
    #[should_panic(expected = "x accepts spoilt")]
    fn who_accepts_what_is_spoilt_is_not_timed() {
        let trial = Trial { valid: vec!["true".into()], spoilt: vec![("spoilt", "false".into())] };
        Contender::accepting("x", "x", trial, |_| Ok::<_, ()>(()), |()| true);
    }

    #[test]
    #[should_panic(expected = "x refuses a true token")]
    fn who_refuses_what_is_true_is_not_timed() {
        let trial = Trial { valid: vec!["true".into()], spoilt: vec![] };
        Contender::accepting("x", "x", trial, |_| Err::<(), _>(()), |()| true);
    }

    #[test]
    fn what_a_call_takes_from_the_heap_is_counted() {
        assert_eq!(Contender::new("x", "x", || ()).allocations, 0);
        let one = Contender::new("x", "x", || vec![0_u8; 100]);
        assert_eq!((one.allocations, one.bytes), (1, 100));
    }
}
