//! How long something is kept: an ISO 8601 period, a browser session, or without an end.
//!
//! ```
//! use volens_core::period::Period;
//!
//! let half_year: Period = "P6M".parse()?;
//! assert_eq!(half_year.to_string(), "P6M");
//! assert!("half a year".parse::<Period>().is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[cfg(feature = "calendar")]
mod calendar;

/// How long something is kept.
///
/// ```
/// use volens_core::period::Period;
///
/// let year: Period = "P1Y".parse()?;
/// assert!(year > "P90D".parse()?);
/// assert!(year > Period::Session && year < Period::Persistent);
/// assert_eq!(year.to_string(), "P1Y");
/// # Ok::<(), volens_core::period::PeriodError>(())
/// ```
///
/// The order is by approximate length, a month counted as 30.44 days and a year as 365.25; periods of the same length
/// written differently (`P7D`, `P1W`) by their parts, so that equal means same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Period {
    /// Until the browser is closed.
    Session,
    /// A calendar period or duration.
    Span(Span),
    /// Until it is deleted.
    Persistent,
}

/// Years to seconds, as written; never all zero.
///
/// Nothing is carried over: `P14D` has 14 days and no weeks. None of the numbers has more than four digits. The order
/// is that of [`Period`], by length.
///
/// ```
/// use volens_core::period::Period;
///
/// let Period::Span(span) = "P1Y6M".parse::<Period>()? else { panic!("a calendar period") };
/// assert_eq!((span.years(), span.months(), span.days()), (1, 6, 0));
/// # Ok::<(), volens_core::period::PeriodError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span([u32; 7]);

const DATE: [(char, usize); 4] = [('Y', 0), ('M', 1), ('W', 2), ('D', 3)];
const TIME: [(char, usize); 3] = [('H', 4), ('M', 5), ('S', 6)];
const SECONDS: [u64; 7] = [31_557_600, 2_629_800, 604_800, 86_400, 3_600, 60, 1];

/// A text is no period: `P1Y`, `P6M`, `P2W`, `P14D`, `PT30M`, `session` or `persistent`.
///
/// ```
/// use volens_core::period::Period;
///
/// for text in ["P0D", "P1M1Y", "PT1D", "one year"] {
///     assert!(text.parse::<Period>().is_err(), "{text}");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PeriodError;

impl PeriodError {
    /// A stable code, for programs.
    ///
    /// ```
    /// use volens_core::period::Period;
    ///
    /// assert_eq!("P-1D".parse::<Period>().unwrap_err().code(), "bad-period");
    /// ```
    pub const fn code(self) -> &'static str {
        "bad-period"
    }
}

impl fmt::Display for PeriodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a period such as P1Y, P6M, P14D, PT30M, session or persistent")
    }
}

impl std::error::Error for PeriodError {}

impl Span {
    fn part(self, at: usize) -> u32 {
        self.0.get(at).copied().unwrap_or(0)
    }

    /// Years.
    ///
    /// ```
    /// # use volens_core::period::Period;
    /// # let Period::Span(span) = "P2Y".parse::<Period>().unwrap() else { unreachable!() };
    /// assert_eq!(span.years(), 2); // of P2Y
    /// ```
    pub fn years(self) -> u32 {
        self.part(0)
    }

    /// Months.
    ///
    /// ```
    /// # use volens_core::period::Period;
    /// # let Period::Span(span) = "P18M".parse::<Period>().unwrap() else { unreachable!() };
    /// assert_eq!((span.years(), span.months()), (0, 18)); // of P18M
    /// ```
    pub fn months(self) -> u32 {
        self.part(1)
    }

    /// Weeks.
    ///
    /// ```
    /// # use volens_core::period::Period;
    /// # let Period::Span(span) = "P2W".parse::<Period>().unwrap() else { unreachable!() };
    /// assert_eq!((span.weeks(), span.days()), (2, 0)); // of P2W
    /// ```
    pub fn weeks(self) -> u32 {
        self.part(2)
    }

    /// Days.
    ///
    /// ```
    /// # use volens_core::period::Period;
    /// # let Period::Span(span) = "P14D".parse::<Period>().unwrap() else { unreachable!() };
    /// assert_eq!((span.weeks(), span.days()), (0, 14)); // of P14D
    /// ```
    pub fn days(self) -> u32 {
        self.part(3)
    }

    /// Hours.
    ///
    /// ```
    /// # use volens_core::period::Period;
    /// # let Period::Span(span) = "P1DT12H".parse::<Period>().unwrap() else { unreachable!() };
    /// assert_eq!((span.days(), span.hours()), (1, 12)); // of P1DT12H
    /// ```
    pub fn hours(self) -> u32 {
        self.part(4)
    }

    /// Minutes.
    ///
    /// ```
    /// # use volens_core::period::Period;
    /// # let Period::Span(span) = "PT30M".parse::<Period>().unwrap() else { unreachable!() };
    /// assert_eq!((span.months(), span.minutes()), (0, 30)); // of PT30M
    /// ```
    pub fn minutes(self) -> u32 {
        self.part(5)
    }

    /// Seconds.
    ///
    /// ```
    /// # use volens_core::period::Period;
    /// # let Period::Span(span) = "PT90S".parse::<Period>().unwrap() else { unreachable!() };
    /// assert_eq!((span.minutes(), span.seconds()), (0, 90)); // of PT90S
    /// ```
    pub fn seconds(self) -> u32 {
        self.part(6)
    }

    fn approx_seconds(self) -> u64 {
        self.0.iter().zip(SECONDS).map(|(n, unit)| u64::from(*n) * unit).sum()
    }
}

impl Period {
    /// The approximate length in days, rounded down; none where there is no fixed length.
    ///
    /// A month counts as 30.44 days, a year as 365.25: for comparing and showing, not for a date on which something is
    /// due.
    ///
    /// ```
    /// use volens_core::period::Period;
    ///
    /// assert_eq!("P1Y".parse::<Period>()?.approx_days(), Some(365));
    /// assert_eq!("PT30M".parse::<Period>()?.approx_days(), Some(0));
    /// assert_eq!(Period::Session.approx_days(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn approx_days(&self) -> Option<u64> {
        match self {
            Self::Span(span) => Some(span.approx_seconds() / 86_400),
            Self::Session | Self::Persistent => None,
        }
    }

    /// The approximate length in seconds; none where there is no fixed length.
    ///
    /// A month counts as 30.44 days, a year as 365.25.
    ///
    /// ```
    /// use volens_core::period::Period;
    ///
    /// assert_eq!("PT30M".parse::<Period>()?.approx_seconds(), Some(1_800));
    /// assert_eq!(Period::Persistent.approx_seconds(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn approx_seconds(&self) -> Option<u64> {
        match self {
            Self::Span(span) => Some(span.approx_seconds()),
            Self::Session | Self::Persistent => None,
        }
    }
}

impl Ord for Span {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.approx_seconds(), self.0).cmp(&(other.approx_seconds(), other.0))
    }
}

impl PartialOrd for Span {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        match text {
            "session" => return Ok(Self::Session),
            "persistent" => return Ok(Self::Persistent),
            _ => {}
        }
        let body = text.strip_prefix('P').ok_or(PeriodError)?;
        let (date, time) = match body.split_once('T') {
            Some((_, "")) => return Err(PeriodError),
            Some((date, time)) => (date, time),
            None => (body, ""),
        };
        let mut parts = [0; 7];
        read(date, &DATE, &mut parts)?;
        read(time, &TIME, &mut parts)?;
        if parts == [0; 7] { Err(PeriodError) } else { Ok(Self::Span(Span(parts))) }
    }
}

/// Reads `1Y6M` with units in order, each at most once, numbers of at most 4 digits without leading zeros.
fn read(mut text: &str, units: &[(char, usize)], parts: &mut [u32; 7]) -> Result<(), PeriodError> {
    let mut units = units.iter();
    while !text.is_empty() {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = text.split_at(digits);
        if digits == 0 || digits > 4 || number.starts_with('0') {
            return Err(PeriodError);
        }
        let mut letters = rest.chars();
        let letter = letters.next().ok_or(PeriodError)?;
        let (_, at) = units.find(|(unit, _)| *unit == letter).ok_or(PeriodError)?;
        *parts.get_mut(*at).ok_or(PeriodError)? = number.parse().map_err(|_| PeriodError)?;
        text = letters.as_str();
    }
    Ok(())
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = match self {
            Self::Session => return f.write_str("session"),
            Self::Persistent => return f.write_str("persistent"),
            Self::Span(span) => span,
        };
        f.write_str("P")?;
        for (unit, at) in DATE {
            part(f, span.part(at), unit)?;
        }
        if TIME.iter().any(|(_, at)| span.part(*at) > 0) {
            f.write_str("T")?;
        }
        for (unit, at) in TIME {
            part(f, span.part(at), unit)?;
        }
        Ok(())
    }
}

fn part(f: &mut fmt::Formatter<'_>, n: u32, unit: char) -> fmt::Result {
    if n == 0 { Ok(()) } else { write!(f, "{n}{unit}") }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_periods_survive_a_round_trip() {
        for text in ["P1Y", "P6M", "P2W", "P14D", "P1Y2M3W4D", "PT30M", "P1DT12H", "PT90S", "session", "persistent"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "P", "PT", "P0D", "1Y", "P1", "PY", "P1Y1Y", "P1M1Y", "P1YT", "P01D", "P1.5D", "p1y", "P-1D", "P1H",
            "-P1Y", "P-1Y", "-P-1Y", "P1Y-1D", "+P1Y", "P0Y", "PT0S", "PT1D", "P10000D", "Session", "P1Y ", "forever",
            "P1å",
        ] {
            assert_eq!(text.parse::<Period>(), Err(PeriodError), "{text}");
        }
    }

    #[test]
    fn order_is_by_length() {
        let mut periods: Vec<Period> =
            ["persistent", "P13M", "PT30M", "P1Y", "session", "P90D", "P1D"].map(|text| text.parse().unwrap()).into();
        periods.sort();
        let texts: Vec<String> = periods.iter().map(Period::to_string).collect();
        assert_eq!(texts, ["session", "PT30M", "P1D", "P90D", "P1Y", "P13M", "persistent"]);
        let spans = periods.iter().filter_map(|period| match period {
            Period::Span(span) => Some(span),
            Period::Session | Period::Persistent => None,
        });
        assert!(spans.is_sorted());
        assert_eq!("P7D".parse::<Period>().unwrap().approx_days(), Some(7));
        assert_ne!("P7D".parse::<Period>(), "P1W".parse::<Period>());
    }

    #[test]
    fn the_error_says_what_is_expected() {
        assert_eq!(PeriodError.to_string(), "not a period such as P1Y, P6M, P14D, PT30M, session or persistent");
    }
}
