//! Which key signs when, and how long it stays published: times alone, no keys and no files.

use volens_core::Timestamp;
use volens_core::token::LIFE;

/// How long a key has to be published before it signs: what caches may keep a key set for. Seconds.
pub const ANNOUNCED: i64 = 86_400;

/// How long a key stays published after it stopped signing: the longest life of a token, which is that of a refusal
/// (dated back to its day's start). Seconds.
pub const KEPT: i64 = LIFE + 86_400;

/// What is known of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// When it was made; of two keys that may sign, the newer does.
    pub(super) made: Timestamp,
    /// From when it may sign.
    pub(super) from: From,
}

/// From when a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// As soon as it was made: the first one, or one after a leak.
    Once,
    /// Not before this, and only when it has been [`ANNOUNCED`]; `published`: since when a service has served it.
    Announced { from: Timestamp, published: Option<Timestamp> },
}

/// What a key is for, at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyState {
    /// Published, or about to be; it signs later.
    #[non_exhaustive]
    Next {
        /// When it begins to sign; `None` as long as no service has started with it, from which the day of
        /// announcement counts.
        from: Option<Timestamp>,
    },
    /// It signs.
    Signing,
    /// It signs no more; tokens that it signed may still be about.
    #[non_exhaustive]
    Retiring {
        /// When the last of them ends.
        until: Timestamp,
    },
    /// Nothing that it signed is valid any more: not published, and its file may go.
    Retired,
}

impl KeyState {
    /// A stable name: `next`, `signing`, `retiring`, `retired`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Next { .. } => "next",
            Self::Signing => "signing",
            Self::Retiring { .. } => "retiring",
            Self::Retired => "retired",
        }
    }
}

impl Times {
    /// When it may begin to sign, if that is known.
    fn start(self) -> Option<Timestamp> {
        match self.from {
            From::Once => Some(self.made),
            From::Announced { from, published } => published.map(|since| from.max(since.plus_seconds(ANNOUNCED))),
        }
    }
}

/// The place of the key that signs at an instant: the newest whose start has come; if none's has (a clock that was set
/// back), the oldest. `all` in the order in which they were made.
pub(super) fn signing(all: &[Times], at: Timestamp) -> Option<usize> {
    let started = all.iter().rposition(|key| key.start().is_some_and(|start| start <= at));
    started.or((!all.is_empty()).then_some(0))
}

/// What each key is for. `all` in the order in which they were made.
pub(super) fn states(all: &[Times], now: Timestamp) -> Vec<KeyState> {
    let signing = signing(all, now);
    (0..all.len())
        .map(|place| {
            if signing == Some(place) {
                return KeyState::Signing;
            }
            let start = all.get(place).and_then(|key| key.start());
            // What is newer and begins, ends it.
            let stop = all.iter().skip(place + 1).filter_map(|newer| newer.start()).min();
            match (start, stop) {
                // Overtaken before it began: it never signed, and never will.
                (_, Some(stop)) if stop <= now && start.is_none_or(|start| start >= stop) && place > 0 => {
                    KeyState::Retired
                }
                (_, Some(stop)) if stop <= now => {
                    let until = stop.plus_seconds(KEPT);
                    if now < until { KeyState::Retiring { until } } else { KeyState::Retired }
                }
                (from, _) => KeyState::Next { from },
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn day(days: i64) -> Timestamp {
        Timestamp::from_unix_seconds(1_800_000_000 + days * DAY)
    }

    fn once(made: i64) -> Times {
        Times { made: day(made), from: From::Once }
    }

    fn announced(made: i64, from: i64, published: Option<i64>) -> Times {
        Times { made: day(made), from: From::Announced { from: day(from), published: published.map(day) } }
    }

    fn codes(all: &[Times], now: Timestamp) -> Vec<&'static str> {
        states(all, now).into_iter().map(KeyState::code).collect()
    }

    #[test]
    fn a_key_is_announced_for_a_day_and_kept_for_181() {
        let all = [once(0), announced(10, 11, Some(10))];
        let just = |at: Timestamp| at.plus_seconds(-1);
        assert_eq!(codes(&all, day(10)), ["signing", "next"]);
        assert_eq!(codes(&all, just(day(11))), ["signing", "next"]);
        assert_eq!(codes(&all, day(11)), ["retiring", "signing"]);
        assert_eq!(states(&all, day(11))[0], KeyState::Retiring { until: day(11 + 181) });
        assert_eq!(codes(&all, just(day(192))), ["retiring", "signing"]);
        assert_eq!(codes(&all, day(192)), ["retired", "signing"]);
    }

    /// The start that was asked for is no use if nobody could fetch the key before.
    #[test]
    fn the_day_counts_from_when_a_service_first_served_it() {
        assert_eq!(codes(&[once(0), announced(10, 11, None)], day(300)), ["signing", "next"]);
        assert_eq!(states(&[once(0), announced(10, 11, None)], day(300))[1], KeyState::Next { from: None });
        let late = [once(0), announced(10, 11, Some(20))];
        assert_eq!(states(&late, day(20)), [KeyState::Signing, KeyState::Next { from: Some(day(21)) }]);
        assert_eq!(codes(&late, day(21)), ["retiring", "signing"]);
    }

    /// After a leak: what waited in the same folder has leaked too.
    #[test]
    fn a_newer_key_that_signs_at_once_overtakes_one_that_waits() {
        let all = [once(0), announced(10, 14, Some(10)), once(12)];
        for at in [12, 14, 100] {
            assert_eq!(codes(&all, day(at)), ["retiring", "retired", "signing"], "{at}");
        }
    }

    #[test]
    fn with_a_clock_set_back_the_oldest_signs() {
        assert_eq!(codes(&[once(0), once(5)], day(-3)), ["signing", "next"]);
        assert_eq!(codes(&[], day(0)), [""; 0]);
    }
}
