//! Two threads against one: what is shared must not make them wait for each other.

use std::hint::black_box;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ed25519_dalek::Signature;
use volens_core::token::Parts;
use volens_verify::Verifier;

use crate::ours::{configured, remembering, visitors};
use crate::tokens::Signer;
use crate::turns::{Spread, calls_of};

/// How long one measurement takes.
const TURN: Duration = Duration::from_millis(2);
const THREADS: u32 = 2;

/// Work that threads do together. It is told which thread does it and how often.
struct Work<'a> {
    id: &'static str,
    title: &'static str,
    call: Box<dyn Fn(u32, u32) + Sync + 'a>,
    calls: u32,
    speed_ups: Vec<f64>,
}

impl<'a> Work<'a> {
    fn new(id: &'static str, title: &'static str, call: impl Fn(u32, u32) + Sync + 'a) -> Self {
        let calls = calls_of(TURN, &mut |calls| call(0, calls));
        Self { id, title, call: Box::new(call), calls, speed_ups: Vec::new() }
    }

    /// Seconds from the first thread's start to the last one's end.
    fn took(&self, threads: u32) -> f64 {
        let ready = AtomicU32::new(0);
        let one = |thread: u32| {
            // Awake, so that both begin at once.
            ready.fetch_add(1, Ordering::SeqCst);
            while ready.load(Ordering::SeqCst) < threads {
                spin_loop();
            }
            let began = Instant::now();
            (self.call)(thread, self.calls);
            (began, Instant::now())
        };
        let times: Vec<_> = thread::scope(|scope| {
            let started: Vec<_> = (0..threads).map(|thread| scope.spawn(move || one(thread))).collect();
            started.into_iter().map(|thread| thread.join().expect("a thread that ends")).collect()
        });
        let first = times.iter().map(|(began, _)| *began).min().expect("a thread");
        let last = times.iter().map(|(_, ended)| *ended).max().expect("a thread");
        (last - first).as_secs_f64()
    }

    /// Each thread does as much as the one alone.
    fn take_turn(&mut self) {
        let alone = self.took(1);
        self.speed_ups.push(f64::from(THREADS) * alone / self.took(THREADS));
    }
}

/// One row: how much more two threads do than one, and that as a part of what raw signatures gain.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub id: &'static str,
    pub title: &'static str,
    pub speed_up: Spread,
    pub of_raw: Spread,
}

pub fn measure(rounds: u32) -> Vec<Row> {
    let warm = remembering();
    let tokens = visitors(&warm);
    let key = Signer::Issuer.ed25519().verifying_key();
    let signed: Vec<_> = tokens
        .iter()
        .map(|token| {
            let parts = Parts::split(token).expect("three parts");
            (parts.signing_input, Signature::from_bytes(&parts.signature().expect("base64url").expect("64 bytes")))
        })
        .collect();
    let cold = configured().build().expect("a verifier");
    #[cfg(feature = "table")]
    let table = configured().precomputed().build().expect("a verifier");
    // Each thread begins elsewhere.
    let all_in_turn = |verifier: &Verifier, thread: u32, calls: u32| {
        for token in from(&tokens, thread).take(calls as usize) {
            black_box(verifier.verify(black_box(token))).expect("a true token");
        }
    };
    let mut all = [
        Work::new("raw", "ed25519-dalek 3.0 `verify_strict`", |thread, calls| {
            for (input, signature) in from(&signed, thread).take(calls as usize) {
                black_box(key.verify_strict(black_box(input.as_bytes()), signature)).expect("a true signature");
            }
        }),
        Work::new("cold", "ours, cold", |thread, calls| all_in_turn(&cold, thread, calls)),
        #[cfg(feature = "table")]
        Work::new("table", "ours, cold, with the table", |thread, calls| all_in_turn(&table, thread, calls)),
        Work::new("warm", "ours, warm: both threads one token", |_, calls| {
            for _ in 0..calls {
                black_box(warm.verify(black_box(&tokens[0]))).expect("a true token");
            }
        }),
        Work::new("warm-many", "ours, warm: 10,000 tokens in turn, each thread elsewhere", |thread, calls| {
            all_in_turn(&warm, thread, calls);
        }),
    ];
    for _ in 0..rounds {
        all.iter_mut().for_each(Work::take_turn);
    }
    let raw = all[0].speed_ups.clone();
    let row = |work: &Work<'_>| Row {
        id: work.id,
        title: work.title,
        speed_up: Spread::of(work.speed_ups.iter().copied()),
        of_raw: Spread::of_pairs(&work.speed_ups, &raw, |ours, raw| ours / raw),
    };
    all.iter().map(row).collect()
}

/// All in turn, again and again, from the thread's own share on.
fn from<T>(all: &[T], thread: u32) -> impl Iterator<Item = &T> {
    let (before, after) = all.split_at(thread as usize * all.len() / THREADS as usize);
    after.iter().chain(before).cycle()
}
