//! A period on the calendar, in UTC.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span};

use super::Period;
use crate::Timestamp;

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

impl Period {
    /// The instant at which this period has run, if it begins at `start`; none where it has no fixed length
    /// (`session`, `persistent`) or would end after the year 9999. Feature `calendar`.
    ///
    /// Years and months are added together, then weeks and days, then hours, minutes and seconds. A day that the last
    /// month does not have becomes its last day, as in Regulation (EEC, Euratom) No 1182/71, article 3(2)(c): a month
    /// from 30 January at 23:00 and one from 31 January at 01:00 both end on 28 February, each at its own hour.
    ///
    /// The end falls at the same time of day (UTC) as the beginning, to the nanosecond: the period has then fully run,
    /// and nothing is kept longer than it says. The regulation counts whole days, to the last hour of the last one, and
    /// moves an end on a holiday (article 3(1), (2) and (4)). It governs time limits in acts of the Union; here that
    /// would keep data a day or more longer than promised, and by the days of a time zone that an instant does not have.
    ///
    /// ```
    /// use volens_core::{Timestamp, period::Period};
    ///
    /// let month: Period = "P1M".parse()?;
    /// let start: Timestamp = "2026-01-31T10:00:00Z".parse()?;
    /// assert_eq!(month.after(start), Some("2026-02-28T10:00:00Z".parse()?));
    /// assert_eq!(Period::Persistent.after(start), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn after(&self, start: Timestamp) -> Option<Timestamp> {
        let Self::Span(span) = self else { return None };
        let months = Span::new().try_years(span.years()).ok()?.try_months(span.months()).ok()?;
        let days = Span::new().try_weeks(span.weeks()).ok()?.try_days(span.days()).ok()?;
        let seconds = i64::from(span.hours()) * 3600 + i64::from(span.minutes()) * 60 + i64::from(span.seconds());
        let begin = EPOCH.checked_add(SignedDuration::from_secs(start.unix_seconds())).ok()?;
        let end = begin.checked_add(months).ok()?.checked_add(days).ok()?;
        let end = end.checked_add(SignedDuration::from_secs(seconds)).ok()?;
        // The part of a second stays as it was: no period has one.
        Some(start.plus_seconds(end.duration_since(begin).as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn after(start: &str, period: &str) -> Option<String> {
        let period: Period = period.parse().unwrap();
        period.after(start.parse().unwrap()).map(|end| end.to_string())
    }

    #[test]
    fn ends_are_on_the_calendar() {
        for (start, period, end) in [
            ("2026-01-31T10:00:00Z", "P1M", "2026-02-28T10:00:00Z"),
            ("2028-01-31T10:00:00Z", "P1M", "2028-02-29T10:00:00Z"),
            ("2026-01-30T23:00:00Z", "P1M", "2026-02-28T23:00:00Z"),
            ("2026-01-31T01:00:00Z", "P1M", "2026-02-28T01:00:00Z"),
            ("2026-03-31T10:00:00Z", "P1M", "2026-04-30T10:00:00Z"),
            ("2026-02-28T10:00:00Z", "P1M", "2026-03-28T10:00:00Z"),
            ("2026-08-31T00:00:00Z", "P6M", "2027-02-28T00:00:00Z"),
            ("2024-02-29T00:00:00Z", "P1Y", "2025-02-28T00:00:00Z"),
            ("2024-02-29T00:00:00Z", "P4Y", "2028-02-29T00:00:00Z"),
            ("2096-02-29T00:00:00Z", "P4Y", "2100-02-28T00:00:00Z"),
            ("2023-02-28T00:00:00Z", "P1Y", "2024-02-28T00:00:00Z"),
            // Years and months together: one after the other would give the 28th.
            ("2024-02-29T00:00:00Z", "P1Y1M", "2025-03-29T00:00:00Z"),
            // Months before days: the other way round gives 2026-03-01.
            ("2026-01-30T00:00:00Z", "P1M1D", "2026-03-01T00:00:00Z"),
            ("2026-01-31T00:00:00Z", "P1M1D", "2026-03-01T00:00:00Z"),
            ("2026-01-28T00:00:00Z", "P1M1W", "2026-03-07T00:00:00Z"),
            // Days before hours.
            ("2026-01-31T23:00:00Z", "P1MT2H", "2026-03-01T01:00:00Z"),
            ("2026-01-01T00:00:00Z", "P90D", "2026-04-01T00:00:00Z"),
            ("2028-01-01T00:00:00Z", "P90D", "2028-03-31T00:00:00Z"),
            ("1969-12-31T23:59:59.999999999Z", "PT1S", "1970-01-01T00:00:00.999999999Z"),
            ("0000-01-01T00:00:00Z", "P1Y", "0001-01-01T00:00:00Z"),
            ("2026-01-31T10:00:00.000000001Z", "P1Y2M3W4DT5H6M7S", "2027-04-25T15:06:07.000000001Z"),
            ("9998-12-31T23:59:59.999999999Z", "P1Y", "9999-12-31T23:59:59.999999999Z"),
            ("9999-12-30T23:59:59.999999999Z", "P1D", "9999-12-31T23:59:59.999999999Z"),
            ("0000-12-31T23:59:59Z", "P9999Y", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(after(start, period).as_deref(), Some(end), "{start} + {period}");
        }
    }

    #[test]
    fn no_end_is_better_than_a_wrong_one() {
        for (start, period) in [
            ("9999-01-01T00:00:00Z", "P1Y"),
            ("9999-12-31T00:00:00Z", "P1D"),
            ("9999-12-31T23:59:59.000000001Z", "PT1S"),
            ("2026-01-01T00:00:00Z", "P9999Y9999M9999W9999DT9999H9999M9999S"),
            ("2026-01-01T00:00:00Z", "session"),
            ("2026-01-01T00:00:00Z", "persistent"),
        ] {
            assert_eq!(after(start, period), None, "{start} + {period}");
        }
    }

    /// Days of a month, month after month, with nothing but their lengths.
    fn length(year: i64, month: i64) -> i64 {
        match month {
            2 if year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn agrees_with_a_calendar_counted_by_hand(
            (year, month, day) in (1i64..9998, 1i64..=12, 1i64..=31),
            of_day in 0i64..86_400,
            months in 1i64..100,
            days in 0i64..100,
        ) {
            prop_assume!(day <= length(year, month));
            let (mut y, mut m) = (year, month);
            for _ in 0..months {
                (y, m) = if m == 12 { (y + 1, 1) } else { (y, m + 1) };
            }
            let mut d = day.min(length(y, m));
            for _ in 0..days {
                d += 1;
                if d > length(y, m) {
                    d = 1;
                    (y, m) = if m == 12 { (y + 1, 1) } else { (y, m + 1) };
                }
            }
            let time = format!("T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60);
            let text = if days == 0 { format!("P{months}M") } else { format!("P{months}M{days}D") };
            let expected = (y <= 9999).then(|| format!("{y:04}-{m:02}-{d:02}{time}"));
            prop_assert_eq!(after(&format!("{year:04}-{month:02}-{day:02}{time}"), &text), expected);
        }

        /// Of two starts that clamp to one last day, the later may end at an earlier hour, but on the same day.
        #[test]
        fn a_later_start_never_ends_on_an_earlier_day(
            seconds in 0i64..4_102_444_800,
            later in prop_oneof![0i64..200_000, 0i64..100_000_000],
            (years, months, days) in (1u32..20, 1u32..50, 1u32..400),
        ) {
            let period: Period = format!("P{years}Y{months}M{days}D").parse().unwrap();
            let start = Timestamp::from_unix_seconds(seconds);
            let end = period.after(start).unwrap();
            let later = period.after(start.plus_seconds(later)).unwrap();
            prop_assert!(end > start);
            prop_assert!(later.start_of_day() >= end.start_of_day());
        }
    }
}
