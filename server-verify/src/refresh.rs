//! Fetches what verifiers rest on, again and again: feature `refresh`.
//!
//! ```no_run
//! use volens_verify::refresh::Refresher;
//! use volens_verify::{LiveKeys, Verifier};
//!
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = LiveKeys::empty();
//! let verifier = Verifier::builder()
//!     .issuer("https://shop.example")
//!     .audience("https://shop.example")
//!     .keys(&keys)
//!     .build()?;
//!
//! let mut refresher = Refresher::new("https://shop.example/.well-known/jwks.json", keys)?
//!     .on_attempt(|outcome| if let Err(problem) = outcome { eprintln!("keys: {problem}") });
//! refresher.load().await?; // if you would rather not start without keys
//! tokio::spawn(refresher.run());
//! # Ok(())
//! # }
//! ```
//!
//! # What it does
//! - One URL, from your configuration: `https`, or `http` to this machine itself. No redirect is followed, no proxy
//!   asked, no cookie kept. An answer of more than 64 KiB, or of more than ten seconds, is none.
//! - **A bad answer never replaces a good one**: what was there stays while the endpoint is down, answers with an error
//!   or with something that cannot be taken, such as a set with a private key in it.
//! - **Not more often than once a minute**, whatever happens, and one at a time. `max-age` of the answer says when the
//!   next is due, between a minute and a quarter of an hour; after a failure a minute, two, four and so on up to that
//!   quarter, each longer by up to half so that many back ends do not come back at once.
//! - **A token with an unknown `kid`** has the set fetched once, ahead of its time but not ahead of that minute. A
//!   `kid` that stayed unknown is not asked for again; a flood of forged ones costs one fetch a minute.
//! - **What was fetched is used for 25 hours** without contact, and then no more: every token is refused
//!   (`unknown-key`) until the endpoint answers again.
//!
//! # Why 25 hours, and why closed
//! The service announces a key 24 hours before it signs with it. For so long after a fetch, therefore, a set holds
//! every key that signs, unless one leaked and was replaced at once. Past that it may lack keys that sign, and, what is
//! worse, still hold one that was withdrawn because it leaked: whoever can keep a back end from the endpoint would
//! decide how long it is believed. The 25th hour is for the retries, so that a day of outage is survived.
//! [`use_for`](Refresher::use_for) sets another bound.
//!
//! The bound holds twice: at each check by the verifier's clock, so also if this task was stopped or the machine slept;
//! and in this task by a clock that nobody sets, so also if the other one is set back.

mod asks;
mod fetch;
mod pace;
mod problem;
mod url;

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};
use volens_core::Timestamp;

use crate::{Clock, KeySet, LiveKeys, SystemClock};

pub use asks::Ask;
pub(crate) use asks::Asks;
pub use fetch::{Fetch, Fetched, Fetching};
pub use problem::{Problem, RefreshError};

use fetch::Http;
use pace::Pace;

/// What fetched bytes are handed to: [`LiveKeys`], or anything else that is published at a URL and signed or public.
///
/// ```no_run
/// use std::sync::{Arc, Mutex};
/// use volens_verify::refresh::{Refresher, Target};
/// use volens_core::Timestamp;
///
/// /// The last list that was good, and until when it is.
/// #[derive(Clone, Default)]
/// struct List(Arc<Mutex<Option<(Vec<u8>, Timestamp)>>>);
///
/// impl Target for List {
///     fn take(&mut self, bytes: &[u8], until: Timestamp) -> Result<(), &'static str> {
///         if bytes.is_empty() {
///             return Err("empty");
///         }
///         *self.0.lock().map_err(|_| "poisoned")? = Some((bytes.to_vec(), until));
///         Ok(())
///     }
///
///     fn expire(&mut self) {
///         if let Ok(mut list) = self.0.lock() {
///             *list = None;
///         }
///     }
/// }
///
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// let list = List::default();
/// tokio::spawn(Refresher::new("https://shop.example/consent/v1/status/1", list.clone())?.run());
/// # Ok(())
/// # }
/// ```
pub trait Target: Send + 'static {
    /// Takes the bytes in, for use until `until`, or says by a code why not: then what was there stays.
    ///
    /// # Errors
    /// A stable name of what is wrong, without anything from the bytes.
    fn take(&mut self, bytes: &[u8], until: Timestamp) -> Result<(), &'static str>;

    /// There was no contact for as long as the last bytes may be used.
    fn expire(&mut self);

    /// How to say that the next fetch is wanted now.
    fn can_ask(&mut self, ask: Ask) {
        drop(ask);
    }
}

impl Target for LiveKeys {
    fn take(&mut self, bytes: &[u8], until: Timestamp) -> Result<(), &'static str> {
        let keys = KeySet::from_jwks(bytes).map_err(|error| error.code())?;
        self.asks().found(|kid| keys.get(kid).is_some());
        self.replace_until(keys, until);
        Ok(())
    }

    fn expire(&mut self) {
        self.clear();
    }

    fn can_ask(&mut self, ask: Ask) {
        self.asks().tell(ask);
    }
}

/// Fetches one URL on time and hands what it gets to its [`Target`]; see the [module](self) for the rules.
///
/// One for each target: of two for the same [`LiveKeys`], the later one hears of unknown keys.
pub struct Refresher<T> {
    fetch: Box<dyn Fetch>,
    target: T,
    pace: Pace,
    clock: Arc<dyn Clock>,
    told: Option<Told>,
    ask: Ask,
    /// When the last attempt began.
    began: Option<Instant>,
    /// When the next one is due, unless asked for before.
    due: Instant,
    failures: u32,
    /// Until when the last bytes may be used; none as long as there are none to use.
    end: Option<Instant>,
}

type Told = Box<dyn FnMut(Result<(), Problem>) + Send>;

impl<T: Target> Refresher<T> {
    /// Fetches from this URL, for this target.
    ///
    /// # Errors
    /// Neither `https` nor `http` to a loopback host, or with a user in it.
    pub fn new(url: &str, target: T) -> Result<Self, RefreshError> {
        Ok(Self::with(Http::new(url)?, target))
    }

    /// The same, where the endpoint's certificate comes from authorities of your own (PEM, one or more) instead of the
    /// public ones.
    ///
    /// # Errors
    /// As [`new`](Self::new); no certificate in `authorities`, or one that cannot be read.
    pub fn trusting(authorities: &[u8], url: &str, target: T) -> Result<Self, RefreshError> {
        Ok(Self::with(Http::new(url)?.trusting(authorities)?, target))
    }

    /// Fetches in a way of your own, for instance through a proxy. What is said of redirects and sizes is then yours
    /// to keep; the ten seconds are kept here.
    pub fn with(fetch: impl Fetch, mut target: T) -> Self {
        let ask = Ask::new();
        target.can_ask(ask.clone());
        Self {
            fetch: Box::new(fetch),
            target,
            pace: Pace::default(),
            clock: Arc::new(SystemClock),
            told: None,
            ask,
            began: None,
            due: Instant::now(),
            failures: 0,
            end: None,
        }
    }

    /// How often, in place of at most once a minute and at least every 15: `most_often` and `least_often` are the
    /// times from the beginning of one attempt to that of the next.
    ///
    /// # Errors
    /// Not 10 s ≤ `most_often` ≤ `least_often`, or four times `least_often` is more than what was fetched may be used.
    pub fn every(self, most_often: Duration, least_often: Duration) -> Result<Self, RefreshError> {
        Ok(Self { pace: self.pace.every(most_often, least_often)?, ..self })
    }

    /// For how long without contact the last answer may be used, in place of 25 hours.
    ///
    /// # Errors
    /// Less than four times the longest time between two attempts, or more than 400 days.
    pub fn use_for(self, life: Duration) -> Result<Self, RefreshError> {
        Ok(Self { pace: self.pace.use_for(life)?, ..self })
    }

    /// Takes the present from the clock that the verifier has; without this call, from the system.
    #[must_use]
    pub fn clock(self, clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// Hears how each attempt went: for logs and alarms. Nothing fetched is told.
    #[must_use]
    pub fn on_attempt(self, told: impl FnMut(Result<(), Problem>) + Send + 'static) -> Self {
        Self { told: Some(Box::new(told)), ..self }
    }

    /// One attempt, now or as soon as there may be one.
    ///
    /// # Errors
    /// Why there is nothing new.
    pub async fn load(&mut self) -> Result<(), Problem> {
        sleep_until(self.earliest()).await;
        self.attempt().await
    }

    /// Attempts on time, for ever: for `tokio::spawn`. Dropped, it fetches no more, and what was fetched last is used
    /// until its time.
    pub async fn run(mut self) -> Infallible {
        loop {
            self.wait().await;
            // Heard by `on_attempt`; the next is due either way.
            let _told = self.attempt().await;
        }
    }

    fn earliest(&self) -> Instant {
        self.began.map_or_else(Instant::now, |began| began + self.pace.most_often())
    }

    async fn wait(&mut self) {
        let mut due = self.due;
        loop {
            tokio::select! {
                biased;
                () = sleep_until(self.end.unwrap_or(due)), if self.end.is_some_and(|end| end <= due) => {
                    self.end = None;
                    self.target.expire();
                }
                () = sleep_until(due) => return,
                () = self.ask.asked() => due = due.min(self.earliest()),
            }
        }
    }

    async fn attempt(&mut self) -> Result<(), Problem> {
        self.ask.begin();
        let (began, present) = (Instant::now(), self.clock.now());
        self.began = Some(began);
        let fetched = timeout(Pace::TIMEOUT, self.fetch.fetch()).await.unwrap_or(Err(Problem::Timeout));
        let outcome = fetched.and_then(|fetched| {
            let life = self.pace.left(fetched.age).ok_or(Problem::TooOld)?;
            let until = present.plus_seconds(i64::try_from(life.as_secs()).unwrap_or_default());
            self.target.take(&fetched.bytes, until).map_err(Problem::Refused)?;
            Ok((began + life, began + self.pace.fresh(fetched.max_age, fetched.age)))
        });
        if let Ok((end, due)) = outcome {
            (self.end, self.due, self.failures) = (Some(end), due, 0);
        } else {
            self.failures = self.failures.saturating_add(1);
            self.due = began + self.pace.retry(self.failures, pace::chance());
        }
        let outcome = outcome.map(|_| ());
        if let Some(told) = &mut self.told {
            told(outcome);
        }
        outcome
    }
}

impl<T: fmt::Debug> fmt::Debug for Refresher<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refresher")
            .field("target", &self.target)
            .field("pace", &self.pace)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}
