//! The browser's readable summary: the value of `__Host-volens`.

use crate::NoticeHash;
use core::fmt;
use core::str::FromStr;

/// What the summary says of one purpose.
///
/// ```
/// use volens_core::{Mark, Summary};
/// let summary: Summary = "1.Zk3vQ9aB.10-".parse()?;
/// assert_eq!(summary.marks().iter().filter(|mark| **mark == Mark::Granted).count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "one character each on the wire: 1, 0 and -")]
pub enum Mark {
    /// `1`
    Granted,
    /// `0`
    Refused,
    /// `-`
    Undecided,
}

impl Mark {
    const fn as_char(self) -> char {
        match self {
            Self::Granted => '1',
            Self::Refused => '0',
            Self::Undecided => '-',
        }
    }
}

/// `1.` + the first 8 characters of the notice + `.` + one mark per device purpose that needs
/// consent, in id order. It holds no identifier and grants nothing to a back end.
///
/// ```
/// use volens_core::{Mark, Summary};
/// let summary: Summary = "1.Zk3vQ9aB.10-".parse()?;
/// assert_eq!(summary.marks(), [Mark::Granted, Mark::Refused, Mark::Undecided]);
/// assert_eq!(summary.to_string(), "1.Zk3vQ9aB.10-");
/// # Ok::<(), volens_core::SummaryError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    notice: String,
    marks: Vec<Mark>,
}

/// A text that is no summary.
///
/// ```
/// use volens_core::Summary;
/// assert!("1.Zk3vQ9aB.yes".parse::<Summary>().is_err());
/// assert!("1.Zk3vQ9aB.".parse::<Summary>().is_ok()); // a site that asks for nothing
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SummaryError;

impl SummaryError {
    /// A stable code, for programs.
    ///
    /// ```
    /// use volens_core::Summary;
    /// let error = "2.Zk3vQ9aB.1".parse::<Summary>().unwrap_err();
    /// assert_eq!(error.code(), "summary-malformed");
    /// ```
    pub const fn code(self) -> &'static str {
        "summary-malformed"
    }
}

impl fmt::Display for SummaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a summary; expected 1.<8 characters of the notice>.<marks 1, 0 or ->")
    }
}

impl core::error::Error for SummaryError {}

impl Summary {
    /// A summary under `notice` with the marks in id order of their purposes.
    ///
    /// ```
    /// use volens_core::{Mark, NoticeHash, Summary};
    /// let notice: NoticeHash = "Zk3vQ9aBx7mN2pLwR4tYc8hJ5sDfGe0uKiOqWzXvT1A".parse()?;
    /// let summary = Summary::new(&notice, [Mark::Granted, Mark::Undecided]);
    /// assert_eq!(summary.to_string(), "1.Zk3vQ9aB.1-");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(notice: &NoticeHash, marks: impl IntoIterator<Item = Mark>) -> Self {
        Self { notice: notice.short().into(), marks: marks.into_iter().collect() }
    }

    /// The first 8 characters of the notice.
    ///
    /// ```
    /// # use volens_core::Summary;
    /// let summary: Summary = "1.Zk3vQ9aB.10-".parse()?;
    /// assert_eq!(summary.notice(), "Zk3vQ9aB");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn notice(&self) -> &str {
        &self.notice
    }

    /// One mark per device purpose that needs consent, in id order: the order of
    /// [`Manifest::marks`](crate::manifest::Manifest::marks).
    ///
    /// ```
    /// # use volens_core::{Mark, Summary};
    /// let summary: Summary = "1.Zk3vQ9aB.10-".parse()?;
    /// assert_eq!(summary.marks(), [Mark::Granted, Mark::Refused, Mark::Undecided]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }
}

impl FromStr for Summary {
    type Err = SummaryError;

    fn from_str(text: &str) -> Result<Self, SummaryError> {
        let (notice, marks) = text.strip_prefix("1.").and_then(|rest| rest.split_once('.')).ok_or(SummaryError)?;
        let notice: NoticeHash = notice.parse().map_err(|_| SummaryError)?;
        if notice.as_str().len() != 8 {
            return Err(SummaryError);
        }
        let marks: Option<Vec<Mark>> = marks
            .chars()
            .map(|mark| match mark {
                '1' => Some(Mark::Granted),
                '0' => Some(Mark::Refused),
                '-' => Some(Mark::Undecided),
                _ => None,
            })
            .collect();
        Ok(Self::new(&notice, marks.ok_or(SummaryError)?))
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}.", self.notice)?;
        self.marks.iter().try_for_each(|mark| write!(f, "{}", mark.as_char()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_every_other_form() {
        for text in
            ["", "1.", "2.Zk3vQ9aB.1", "1.Zk3vQ9a.1", "1.Zk3vQ9aBc.1", "1.Zk3vQ9aB.2", "1.Zk3vQ9aB", "1.Zk3v;9aB.1"]
        {
            assert_eq!(text.parse::<Summary>(), Err(SummaryError), "{text}");
        }
        assert!("1.Zk3vQ9aB.".parse::<Summary>().is_ok());
    }
}
