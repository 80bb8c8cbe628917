//! The one place of this crate that reads a clock.

#[cfg(feature = "std")]
use std::time::{SystemTime, UNIX_EPOCH};

use volens_core::Timestamp;

/// Where a verifier takes the present from ([`VerifierBuilder::clock`](crate::VerifierBuilder::clock));
/// [`Verifier::verify_at`](crate::Verifier::verify_at) asks none, it is handed its `now`.
pub trait Clock: Send + Sync + 'static {
    /// The present.
    fn now(&self) -> Timestamp;
}

/// The clock of the operating system.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs, reason = "a unit type that callers name")]
pub struct SystemClock;

#[cfg(feature = "std")]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |m| -m),
        };
        Timestamp::from_unix_millis(millis)
    }
}

impl<F> Clock for F
where
    F: Fn() -> Timestamp + Send + Sync + 'static,
{
    fn now(&self) -> Timestamp {
        self()
    }
}
