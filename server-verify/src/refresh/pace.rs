//! When to fetch: durations alone.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use super::RefreshError;

/// How often, and for how long without contact.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    most_often: Duration,
    least_often: Duration,
    life: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            most_often: Duration::from_mins(1),
            least_often: Duration::from_mins(15),
            life: Duration::from_hours(25),
        }
    }
}

/// What is used longer than the longest life of a token and a key is not refreshed but kept.
const LONGEST_LIFE: Duration = Duration::from_hours(400 * 24);

impl Pace {
    /// What a whole attempt may take; never more than from one to the next.
    pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

    pub(super) fn every(self, most_often: Duration, least_often: Duration) -> Result<Self, RefreshError> {
        Self { most_often, least_often, ..self }.checked()
    }

    pub(super) fn use_for(self, life: Duration) -> Result<Self, RefreshError> {
        Self { life, ..self }.checked()
    }

    fn checked(self) -> Result<Self, RefreshError> {
        let ordered = Self::TIMEOUT <= self.most_often && self.most_often <= self.least_often;
        // Failing once or twice must not end what was good.
        let enough = self.least_often.checked_mul(4).is_some_and(|least| least <= self.life);
        if ordered && enough && self.life <= LONGEST_LIFE { Ok(self) } else { Err(RefreshError::Pace) }
    }

    pub(super) fn most_often(&self) -> Duration {
        self.most_often
    }

    /// For how long an answer may be used that lay in caches for `age`.
    pub(super) fn left(&self, age: Duration) -> Option<Duration> {
        self.life.checked_sub(age).filter(|left| *left >= self.least_often)
    }

    /// After how long an answer is asked for again.
    pub(super) fn fresh(&self, max_age: Option<Duration>, age: Duration) -> Duration {
        let due = max_age.map_or(self.least_often, |max_age| max_age.saturating_sub(age));
        due.clamp(self.most_often, self.least_often)
    }

    /// After how long to try again after so many failures; `chance` is any number.
    pub(super) fn retry(&self, failures: u32, chance: u32) -> Duration {
        let doubled =
            1_u32.checked_shl(failures.saturating_sub(1)).and_then(|times| self.most_often.checked_mul(times));
        let wait = doubled.map_or(self.least_often, |wait| wait.min(self.least_often));
        wait + (wait / 2).mul_f64(f64::from(chance) / f64::from(u32::MAX))
    }
}

/// A number that differs from one back end to the next; nothing secret rests on it.
pub(super) fn chance() -> u32 {
    let drawn = RandomState::new().hash_one(());
    u32::try_from(drawn >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn an_answer_says_when_within_bounds() {
        let fresh = |max_age: Option<u64>, age: u64| {
            Pace::default().fresh(max_age.map(Duration::from_secs), Duration::from_secs(age)).as_secs()
        };
        assert_eq!(fresh(None, 0), 900);
        for (max_age, age, expected) in
            [(0, 0, 60), (59, 0, 60), (61, 0, 61), (300, 100, 200), (300, 400, 60), (900, 0, 900), (86_400, 0, 900)]
        {
            assert_eq!(fresh(Some(max_age), age), expected, "{max_age} {age}");
        }
        assert_eq!(fresh(Some(u64::MAX), 0), 900);
    }

    #[test]
    fn retries_double_and_differ_within_bounds() {
        let pace = Pace::default();
        let minutes = |failures| pace.retry(failures, 0).as_secs() / 60;
        assert_eq!([1, 2, 3, 4, 5, 6, 33, u32::MAX].map(minutes), [1, 2, 4, 8, 15, 15, 15, 15]);
        assert_eq!(pace.retry(1, u32::MAX), MINUTE * 3 / 2);
        for failures in 1..40 {
            let wait = pace.retry(failures, chance());
            assert!(wait >= pace.retry(failures, 0) && wait <= pace.retry(failures, 0) * 3 / 2);
        }
        assert!((0..40).map(|_| chance()).any(|drawn| drawn != chance()));
    }

    #[test]
    fn a_day_of_outage_is_survived() {
        let pace = Pace::default();
        // The last contact was as long ago as can be, and the first attempt after the outage comes as late as can be.
        let longest = pace.least_often + Duration::from_hours(24) + pace.retry(u32::MAX, u32::MAX) + Pace::TIMEOUT;
        assert!(longest < pace.life);
    }

    #[test]
    fn what_cannot_work_is_refused() {
        let every = |most, least| Pace::default().every(Duration::from_secs(most), Duration::from_secs(least)).is_ok();
        assert!(every(10, 10) && every(10, 3600) && every(22_500, 22_500));
        assert!(!every(9, 10) && !every(11, 10) && !every(22_501, 22_501) && !every(10, u64::MAX));
        let life = |hours| Pace::default().use_for(Duration::from_hours(hours)).is_ok();
        assert!(life(1) && life(400 * 24) && !life(0) && !life(400 * 24 + 1));
    }

    #[test]
    fn what_lay_in_caches_is_used_for_less() {
        let left = |hours| Pace::default().left(Duration::from_hours(hours));
        assert_eq!(left(0), Some(Duration::from_hours(25)));
        assert_eq!(left(24), Some(Duration::from_hours(1)));
        assert_eq!((left(25), left(26)), (None, None));
    }
}
