//! The refresher, in simulated time and on the wire.

mod other;
mod outage;
mod unknown;
mod wire;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use volens_core::Timestamp;
use volens_verify::refresh::{Fetch, Fetched, Fetching, Problem, Refresher};
use volens_verify::{LiveKeys, Verifier, VerifyError};

use crate::forge::{ISSUER, now};
use crate::live::set;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// An endpoint that answers as it is told, and a back end that fetches from it; the time is tokio's, paused.
#[derive(Clone)]
struct World {
    began: Instant,
    /// By how much the wall clock was set, in seconds.
    stepped: Arc<AtomicI64>,
    endpoint: Arc<Mutex<Endpoint>>,
    keys: LiveKeys,
    verifier: Verifier,
}

struct Endpoint {
    answer: Result<Fetched, Problem>,
    takes: Duration,
    /// When it was asked.
    asked: Vec<Instant>,
    /// How many ask at this moment.
    at_once: u32,
    outcomes: Vec<Result<(), Problem>>,
}

impl World {
    /// The endpoint serves these keys; nobody has asked yet.
    fn new(numbers: &[u8]) -> Self {
        let (began, stepped) = (Instant::now(), Arc::<AtomicI64>::default());
        let keys = LiveKeys::empty();
        let endpoint = Endpoint {
            answer: Ok(served(numbers)),
            takes: Duration::ZERO,
            asked: Vec::new(),
            at_once: 0,
            outcomes: Vec::new(),
        };
        let builder = Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(&keys).clock(wall(began, &stepped));
        let verifier = builder.cache(100.try_into().unwrap()).build().unwrap();
        Self { began, stepped, endpoint: Arc::new(Mutex::new(endpoint)), keys, verifier }
    }

    fn refresher(&self) -> Refresher<LiveKeys> {
        let world = self.clone();
        Refresher::with(self.clone(), self.keys.clone())
            .clock(wall(self.began, &self.stepped))
            .on_attempt(move |outcome| world.endpoint.lock().unwrap().outcomes.push(outcome))
    }

    fn start(&self) {
        tokio::spawn(self.refresher().run());
    }

    /// Goes to this time after the beginning, and lets what is due then be done.
    async fn at(&self, after: Duration) {
        sleep_until(self.began + after).await;
        sleep(Duration::from_millis(1)).await;
    }

    fn serves(&self, answer: Result<Fetched, Problem>) {
        self.endpoint.lock().unwrap().answer = answer;
    }

    fn takes(&self, time: Duration) {
        self.endpoint.lock().unwrap().takes = time;
    }

    fn fetches(&self) -> usize {
        self.endpoint.lock().unwrap().asked.len()
    }

    /// When it was asked, in whole seconds since the beginning.
    fn asked_at(&self) -> Vec<u64> {
        self.endpoint.lock().unwrap().asked.iter().map(|at| (*at - self.began).as_secs()).collect()
    }

    fn outcomes(&self) -> Vec<Result<(), Problem>> {
        self.endpoint.lock().unwrap().outcomes.clone()
    }

    fn says(&self, token: &str) -> &'static str {
        self.verifier.verify(token).map_or_else(VerifyError::code, |_| "ok")
    }

    fn step_clock(&self, seconds: i64) {
        self.stepped.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Fetch for World {
    fn fetch(&mut self) -> Fetching<'_> {
        Box::pin(async {
            let takes = {
                let mut endpoint = self.endpoint.lock().unwrap();
                endpoint.asked.push(Instant::now());
                endpoint.at_once += 1;
                assert_eq!(endpoint.at_once, 1, "one at a time");
                endpoint.takes
            };
            let _leaving = Leaving(&self.endpoint);
            sleep(takes).await;
            self.endpoint.lock().unwrap().answer.clone()
        })
    }
}

/// Also when the fetch is given up.
struct Leaving<'e>(&'e Mutex<Endpoint>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().at_once -= 1;
    }
}

fn wall(began: Instant, stepped: &Arc<AtomicI64>) -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let stepped = Arc::clone(stepped);
    move || {
        let since = i64::try_from(began.elapsed().as_secs()).unwrap();
        now().plus_seconds(since + stepped.load(Ordering::Relaxed))
    }
}

/// As the service serves it: fresh for a minute.
fn served(numbers: &[u8]) -> Fetched {
    Fetched::new(set(numbers).to_jwks()).max_age(MINUTE)
}
