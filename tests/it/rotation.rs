//! Four hundred days of a service that changes its keys and a back end that fetches them, in simulated time.
//!
//! The service restarts every day, changes its key every thirty, and its endpoint fails now and then, once for a whole
//! day across a change of keys. Clocks jump. Whatever the service signs, the back end believes, as long as the token
//! lives; what a leaked key signed, it does not.

use crate::support::disk;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use volens_core::Timestamp;
use volens_core::token::{Claims, Issue};
use volens_server::keys::{KeyInfo, Keys};
use volens_verify::refresh::{Fetch, Fetched, Fetching, Problem, Refresher};
use volens_verify::{LiveKeys, Verifier, VerifyError};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const SITE: &str = "https://shop.example";

/// 1 September 2026, 12:00.
fn begin() -> Timestamp {
    Timestamp::from_unix_seconds(1_788_264_000)
}

/// A wall clock: simulated time, set ahead or back by so many seconds.
#[derive(Clone)]
struct Wall {
    began: Instant,
    set: Arc<AtomicI64>,
}

impl Wall {
    fn new() -> Self {
        Self { began: Instant::now(), set: Arc::default() }
    }

    fn now(&self) -> Timestamp {
        let since = i64::try_from(self.began.elapsed().as_secs()).unwrap();
        begin().plus_seconds(since + self.set.load(Ordering::Relaxed))
    }

    fn set(&self, seconds: i64) {
        self.set.store(seconds, Ordering::Relaxed);
    }
}

/// The service: its folder and what it has loaded from there.
struct Service {
    data: PathBuf,
    keys: Keys,
}

impl Service {
    fn start(data: PathBuf, now: Timestamp) -> Self {
        Self { keys: Keys::open(&data, now).unwrap(), data }
    }

    fn restart(&mut self, now: Timestamp) {
        self.keys = Keys::open(&self.data, now).unwrap();
    }

    /// The token of one who refuses, dated to the start of the day, as it is minted.
    fn mint(&self, now: Timestamp) -> Token {
        let issue = Issue {
            origin: SITE.to_owned(),
            controllers: vec![],
            policy: "1".to_owned(),
            notice: "n".parse().unwrap(),
            text: "t".parse().unwrap(),
            lang: "en".parse().unwrap(),
            jurisdiction: "eu".to_owned(),
        };
        let claims = Claims::refused(issue, now, []);
        Token { text: self.keys.sign(&claims).unwrap(), end: Timestamp::from_unix_seconds(claims.exp) }
    }
}

struct Token {
    text: String,
    end: Timestamp,
}

/// The endpoint: what the service has loaded, unless it is down.
#[derive(Clone)]
struct Endpoint(Arc<Mutex<(Option<String>, usize)>>);

impl Endpoint {
    fn serve(&self, service: &Service, down: bool) {
        self.0.lock().unwrap().0 = (!down).then(|| service.keys.public().unwrap().to_jwks());
    }
}

impl Fetch for Endpoint {
    fn fetch(&mut self) -> Fetching<'_> {
        let mut endpoint = self.0.lock().unwrap();
        endpoint.1 += 1;
        let answer = endpoint.0.clone().map(|jwks| Fetched::new(jwks).max_age(Duration::from_hours(1)));
        Box::pin(async move { answer.ok_or(Problem::Unreachable) })
    }
}

/// By how much the clock of the back end is off, in seconds, at this hour: never more than its leeway.
fn skew(hour: i64) -> i64 {
    match hour / 24 {
        // A leap second: the last second of a day is told twice.
        121.. if hour == 121 * 24 => -1,
        30 | 31 => 300,
        60..=62 => -300,
        90 => {
            if hour % 2 == 0 {
                240
            } else {
                -240
            }
        }
        _ => 0,
    }
}

#[tokio::test(start_paused = true)]
async fn four_hundred_days_of_keys() {
    let (service_clock, clock) = (Wall::new(), Wall::new());
    let mut service = Service::start(disk::folder("rotation"), service_clock.now());
    let endpoint = Endpoint(Arc::new(Mutex::new((None, 0))));
    endpoint.serve(&service, false);
    let keys = LiveKeys::empty();
    let told = clock.clone();
    let verifier = Verifier::builder().issuer(SITE).audience(SITE).keys(&keys).clock(move || told.now());
    let verifier = verifier.leeway(Duration::from_mins(5)).cache(1000.try_into().unwrap()).build().unwrap();
    let told = clock.clone();
    let refresher = Refresher::with(endpoint.clone(), keys.clone()).clock(move || told.now());
    // Once an hour, which is less often than is wise. A day of outage is then survived with an hour before it and an hour
    // and a half after it, in which nothing is due.
    let refresher = refresher.every(Duration::from_mins(1), Duration::from_hours(1)).unwrap();
    tokio::spawn(refresher.use_for(Duration::from_hours(27)).unwrap().run());

    let says = |token: &Token| verifier.verify(&token.text).map_or_else(VerifyError::code, |_| "ok");
    let mut live: Vec<Token> = Vec::new();
    let (mut ended, mut most_keys, mut down_for) = (0, 0, 0);
    for hour in 0..400 * 24 {
        let since = Duration::from_secs(u64::try_from(hour * HOUR).unwrap());
        sleep_until(service_clock.began + since).await;
        let day = hour / 24;
        // The service's own clock was wrong for a day, by two hours each way.
        service_clock.set(match day {
            149 => 2 * HOUR,
            151 => -2 * HOUR,
            _ => 0,
        });
        clock.set(skew(hour) + service_clock.set.load(Ordering::Relaxed));
        let now = service_clock.now();
        if hour % 24 == 0 {
            if day % 30 == 28 {
                Keys::rotate(&service.data, now, now.plus_seconds(2 * DAY)).unwrap();
            }
            service.restart(now);
            Keys::prune(&service.data, now).unwrap();
        }
        // The new key of day 28 of each thirty signs from day 30 on; on 210 nobody can fetch it for a day.
        let down = (209 * 24 + 12..210 * 24 + 12).contains(&hour) || hour % 97 == 50;
        down_for = if down { down_for + 1 } else { 0 };
        endpoint.serve(&service, down);
        // Let a fetch that is due be made; nothing else takes time.
        sleep_until(service_clock.began + since + Duration::from_secs(1)).await;
        let token = service.mint(now);
        assert_eq!(says(&token), "ok", "day {day}, hour {hour}, down for {down_for} hours");
        most_keys = most_keys.max(keys.kids().len());
        if hour % 24 == 13 {
            live.push(token);
            live.retain(|token| {
                // What lies within the leeway is not looked at.
                if clock.now().plus_seconds(300) < token.end {
                    assert_eq!(says(token), "ok", "day {day}, a token that ends at {}", token.end);
                    return true;
                }
                if clock.now().plus_seconds(-300) < token.end {
                    return true;
                }
                assert!(["expired", "unknown-key"].contains(&says(token)), "day {day}");
                ended += 1;
                false
            });
        }
    }
    // All that could end has ended, and all keys but those of the last half year are gone.
    assert_eq!((ended, live.len()), (400 - 181, 181));
    // One that signs, and of those that stopped in the last 181 days 7, or 6 and one that comes.
    assert_eq!(most_keys, 8);
    let fetches = endpoint.0.lock().unwrap().1;
    assert!((9_600..10_500).contains(&fetches), "{fetches}");

    // The key leaks: another one signs at once, the leaked one's file goes, and what it signed is not believed.
    let now = service_clock.now();
    let signing =
        |keys: &[KeyInfo]| keys.iter().find(|key| key.state.code() == "signing").map(|key| key.file.clone()).unwrap();
    let leaked = signing(&Keys::list(&service.data, now).unwrap());
    Keys::add(&service.data, now).unwrap();
    std::fs::remove_file(leaked).unwrap();
    service.restart(now);
    endpoint.serve(&service, false);
    let newest = live.pop().unwrap();
    assert_eq!(says(&newest), "ok", "nobody has heard yet");
    tokio::time::sleep(Duration::from_hours(1)).await;
    assert_eq!(says(&newest), "unknown-key");
}
