//! Two threads against one: what is shared must not make them wait for each other.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use ed25519_dalek::Signature;
use volens_core::token::Parts;

use crate::ours::{configured, remembering, visitors};
use crate::tokens::{Signer, claims, minted};
use crate::turns::{Spread, calls_of};

/// How long one measurement takes.
const TURN: Duration = Duration::from_millis(10);
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
        let ready = Barrier::new(threads as usize);
        let one = |thread: u32| {
            ready.wait();
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
    let token = minted(&claims(0), Signer::Issuer);
    let parts = Parts::split(&token).expect("three parts");
    let signature = Signature::from_bytes(&parts.signature().expect("base64url").expect("64 bytes"));
    let key = Signer::Issuer.ed25519().verifying_key();
    let cold = configured().build().expect("a verifier");
    #[cfg(feature = "table")]
    let table = configured().precomputed().build().expect("a verifier");
    let warm = remembering();
    let tokens = visitors(&warm);
    let verify = |verifier: &volens_verify::Verifier, token: &str| {
        black_box(verifier.verify(black_box(token))).expect("a true token");
    };
    let mut all = [
        Work::new("raw", "ed25519-dalek 3.0 `verify_strict`", |_, calls| {
            for _ in 0..calls {
                black_box(key.verify_strict(black_box(parts.signing_input.as_bytes()), &signature))
                    .expect("a true signature");
            }
        }),
        Work::new("cold", "ours, cold", |_, calls| (0..calls).for_each(|_| verify(&cold, &token))),
        #[cfg(feature = "table")]
        Work::new("table", "ours, cold, with the table", |_, calls| (0..calls).for_each(|_| verify(&table, &token))),
        Work::new("warm", "ours, warm: both threads one token", |_, calls| {
            (0..calls).for_each(|_| verify(&warm, &tokens[0]));
        }),
        Work::new("warm-many", "ours, warm: 10,000 tokens, each thread at another", |thread, calls| {
            let begin = thread as usize * tokens.len() / THREADS as usize;
            tokens.iter().cycle().skip(begin).take(calls as usize).for_each(|token| verify(&warm, token));
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
