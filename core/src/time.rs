//! Instants in UTC, read and written as RFC 3339. No clock: callers pass the time in.

use alloc::string::{String, ToString as _};
use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};

/// An instant in UTC with nanosecond precision, years 0000 to 9999.
///
/// ```
/// use volens_core::Timestamp;
/// let friday: Timestamp = "2026-11-20T18:00:00+01:00".parse()?;
/// assert_eq!(friday.to_string(), "2026-11-20T17:00:00Z");
/// assert_eq!(friday.unix_seconds(), 1_795_194_000);
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

/// Why a text is not an instant.
///
/// ```
/// use volens_core::{TimeError, Timestamp};
/// let local = "2026-11-21T20:50:30".parse::<Timestamp>();
/// assert_eq!(local, Err(TimeError::MissingOffset));
/// assert_eq!("2026-02-29T00:00:00Z".parse::<Timestamp>(), Err(TimeError::Range));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeError {
    /// Not of the form `2026-11-21T20:50:30Z`.
    Shape,
    /// No offset (`Z`, `+01:00`): the text names no instant.
    MissingOffset,
    /// A month, day, hour, minute, second or offset that does not exist.
    Range,
}

impl TimeError {
    /// A stable code, for programs.
    ///
    /// ```
    /// use volens_core::{TimeError, Timestamp};
    /// assert_eq!("yesterday".parse::<Timestamp>().map_err(TimeError::code), Err("time-shape"));
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Shape => "time-shape",
            Self::MissingOffset => "time-missing-offset",
            Self::Range => "time-range",
        }
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "not a time; expected RFC 3339 such as 2026-11-21T20:50:30Z",
            Self::MissingOffset => "a time without an offset; expected Z or an offset such as +01:00 at its end",
            Self::Range => "a time that does not exist, or one outside the years 0000 to 9999",
        })
    }
}

impl core::error::Error for TimeError {}

const DAY: i64 = 86_400;
const FIRST: i64 = -62_167_219_200; // 0000-01-01T00:00:00Z
const LAST: i64 = 253_402_300_799; // 9999-12-31T23:59:59Z

impl Timestamp {
    /// The instant this many seconds after 1970-01-01T00:00:00Z, held within the years 0000 to 9999.
    ///
    /// ```
    /// use volens_core::Timestamp;
    /// assert_eq!(Timestamp::from_unix_seconds(1_795_194_000).to_string(), "2026-11-20T17:00:00Z");
    /// assert_eq!(Timestamp::from_unix_seconds(i64::MAX).to_string(), "9999-12-31T23:59:59Z");
    /// ```
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        let seconds = if seconds < FIRST {
            FIRST
        } else if seconds > LAST {
            LAST
        } else {
            seconds
        };
        Self { seconds, nanos: 0 }
    }

    /// The instant this many milliseconds after 1970-01-01T00:00:00Z, its seconds held within the years 0000 to 9999.
    ///
    /// ```
    /// use volens_core::Timestamp;
    /// assert_eq!(Timestamp::from_unix_millis(1_500).to_string(), "1970-01-01T00:00:01.500Z");
    /// ```
    #[expect(clippy::cast_possible_truncation, reason = "a remainder below 1000")]
    pub const fn from_unix_millis(millis: i64) -> Self {
        let mut at = Self::from_unix_seconds(millis.div_euclid(1000));
        at.nanos = millis.rem_euclid(1000) as u32 * 1_000_000;
        at
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    ///
    /// ```
    /// use volens_core::Timestamp;
    /// let at: Timestamp = "1970-01-01T00:00:01.9Z".parse()?;
    /// assert_eq!(at.unix_seconds(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z, rounded down.
    ///
    /// ```
    /// use volens_core::Timestamp;
    /// let at: Timestamp = "1970-01-01T00:00:01.9Z".parse()?;
    /// assert_eq!(at.unix_millis(), 1_900);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn unix_millis(self) -> i64 {
        self.seconds * 1000 + (self.nanos / 1_000_000) as i64
    }

    /// This instant moved by whole seconds, held within the years 0000 to 9999.
    ///
    /// ```
    /// use volens_core::Timestamp;
    /// let at: Timestamp = "2026-02-28T23:59:59.5Z".parse()?;
    /// assert_eq!(at.plus_seconds(1).to_string(), "2026-03-01T00:00:00.500Z");
    /// assert_eq!(at.plus_seconds(-86_400).to_string(), "2026-02-27T23:59:59.500Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        let mut at = Self::from_unix_seconds(self.seconds.saturating_add(seconds));
        at.nanos = self.nanos;
        at
    }

    /// Midnight (UTC) of the same day.
    ///
    /// ```
    /// use volens_core::Timestamp;
    /// let evening_in_malmo: Timestamp = "2026-06-02T00:30:00+02:00".parse()?;
    /// assert_eq!(evening_in_malmo.start_of_day().to_string(), "2026-06-01T00:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn start_of_day(self) -> Self {
        Self::from_unix_seconds(self.seconds - self.seconds.rem_euclid(DAY))
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// RFC 3339, section 5.6: four-digit year, `T` (or a space), up to nine digits of fraction, offset required.
    /// A leap second `:60` is read as the last instant before the next minute, so that order holds.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        if has_expanded_year(text) {
            return Err(TimeError::Range);
        }
        let mut rest = Reader(text.as_bytes());
        let year = rest.number(4)?;
        rest.one_of(b"-")?;
        let month = rest.number(2)?;
        rest.one_of(b"-")?;
        let day = rest.number(2)?;
        rest.one_of(b"Tt ")?;
        let hour = rest.number(2)?;
        rest.one_of(b":")?;
        let minute = rest.number(2)?;
        rest.one_of(b":")?;
        let mut second = rest.number(2)?;
        let mut nanos = rest.fraction()?;
        let offset = rest.offset()?;
        if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
            return Err(TimeError::Range);
        }
        if hour > 23 || minute > 59 || second > 60 {
            return Err(TimeError::Range);
        }
        if second == 60 {
            (second, nanos) = (59, 999_999_999);
        }
        let seconds = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset;
        if !(FIRST..=LAST).contains(&seconds) {
            return Err(TimeError::Range);
        }
        Ok(Self { seconds, nanos })
    }
}

/// A year that ISO 8601 writes with a sign or with more than four digits.
fn has_expanded_year(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    let year = unsigned.split('-').next().unwrap_or_default();
    year.len() >= 4 && year.bytes().all(|byte| byte.is_ascii_digit()) && (unsigned != text || year.len() > 4)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn one_of(&mut self, allowed: &[u8]) -> Result<(), TimeError> {
        match self.next() {
            Some(byte) if allowed.contains(&byte) => Ok(()),
            _ => Err(TimeError::Shape),
        }
    }

    fn number(&mut self, digits: u32) -> Result<i64, TimeError> {
        let mut value = 0;
        for _ in 0..digits {
            match self.next() {
                Some(byte @ b'0'..=b'9') => value = value * 10 + i64::from(byte - b'0'),
                _ => return Err(TimeError::Shape),
            }
        }
        Ok(value)
    }

    fn fraction(&mut self) -> Result<u32, TimeError> {
        if self.0.first() != Some(&b'.') {
            return Ok(0);
        }
        self.next();
        let (mut nanos, mut scale) = (0, 1_000_000_000);
        while let Some(byte @ b'0'..=b'9') = self.0.first().copied() {
            self.next();
            scale /= 10;
            if scale == 0 {
                return Err(TimeError::Shape);
            }
            nanos += u32::from(byte - b'0') * scale;
        }
        if scale == 1_000_000_000 { Err(TimeError::Shape) } else { Ok(nanos) }
    }

    fn offset(&mut self) -> Result<i64, TimeError> {
        let sign = match self.next() {
            None => return Err(TimeError::MissingOffset),
            Some(b'Z' | b'z') if self.0.is_empty() => return Ok(0),
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) => return Err(TimeError::Shape),
        };
        let hours = self.number(2)?;
        self.one_of(b":")?;
        let minutes = self.number(2)?;
        if !self.0.is_empty() {
            return Err(TimeError::Shape);
        }
        if hours > 23 || minutes > 59 {
            return Err(TimeError::Range);
        }
        Ok(sign * (hours * 3600 + minutes * 60))
    }
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

// Howard Hinnant, "chrono-compatible low-level date algorithms": days_from_civil and civil_from_days.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.seconds.div_euclid(DAY));
        let of_day = self.seconds.rem_euclid(DAY);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match self.nanos {
            0 => {}
            n if n % 1_000_000 == 0 => write!(f, ".{:03}", n / 1_000_000)?,
            n if n % 1000 == 0 => write!(f, ".{:06}", n / 1000)?,
            n => write!(f, ".{n:09}")?,
        }
        f.write_str("Z")
    }
}

impl TryFrom<String> for Timestamp {
    type Error = TimeError;
    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(at: Timestamp) -> Self {
        at.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error(text: &str) -> TimeError {
        text.parse::<Timestamp>().unwrap_err()
    }

    #[test]
    fn refuses_what_names_no_instant() {
        assert_eq!(error("2026-11-21T20:50:30"), TimeError::MissingOffset);
        assert_eq!(error("2026-11-21"), TimeError::Shape);
        assert_eq!(error("10000-01-01T00:00:00Z"), TimeError::Range);
        assert_eq!(error("+10000-01-01T00:00:00Z"), TimeError::Range);
        assert_eq!(error("-0001-01-01T00:00:00Z"), TimeError::Range);
        assert_eq!(error("20261121T205030Z"), TimeError::Shape);
        assert_eq!(error("999-01-01T00:00:00Z"), TimeError::Shape);
        assert_eq!(error("9999-13-01T00:00:00Z"), TimeError::Range);
        assert_eq!(error("2026-02-29T00:00:00Z"), TimeError::Range);
        assert_eq!(error("2026-11-21T24:00:00Z"), TimeError::Range);
        assert_eq!(error("9999-12-31T23:59:59-01:00"), TimeError::Range);
        assert_eq!(error("2026-11-21T20:50:30.Z"), TimeError::Shape);
        assert_eq!(error("2026-11-21T20:50:30Z "), TimeError::Shape);
    }

    #[test]
    fn one_instant_in_two_offsets_is_one() {
        let a: Timestamp = "2026-11-21T21:50:30.5+01:00".parse().unwrap();
        let b: Timestamp = "2026-11-21T20:50:30.500Z".parse().unwrap();
        assert_eq!(a, b);
        assert_eq!(a.to_string(), "2026-11-21T20:50:30.500Z");
    }

    #[test]
    fn a_leap_second_keeps_its_order() {
        let leap: Timestamp = "2016-12-31T23:59:60Z".parse().unwrap();
        assert!(leap > "2016-12-31T23:59:59.5Z".parse().unwrap());
        assert!(leap < "2017-01-01T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn a_day_starts_at_midnight() {
        let at = Timestamp::from_unix_millis(-1);
        assert_eq!(at.to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(at.start_of_day().to_string(), "1969-12-31T00:00:00Z");
    }

    proptest! {
        #[test]
        fn agrees_with_jiff(seconds in FIRST..LAST - 2 * DAY, nanos in 0u32..1_000_000_000) {
            let ours = Timestamp { seconds, nanos };
            let theirs: jiff::Timestamp = ours.to_string().parse().unwrap();
            let before_the_epoch = i64::from(theirs.subsec_nanosecond() < 0);
            prop_assert_eq!(theirs.as_second() - before_the_epoch, seconds);
            prop_assert_eq!(ours.to_string().parse::<Timestamp>().unwrap(), ours);
        }
    }
}
