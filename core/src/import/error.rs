//! What can be wrong with a cookie, and with what the site tells of its old banner.

use std::fmt;

use super::{MAX_LENGTH, Tool};
use crate::Timestamp;

/// Why another tool's cookie cannot be read. Nothing is imported then, and everything is asked.
///
/// ```
/// use volens_core::import::Stored;
/// assert_eq!(
///     Stored::tarteaucitron("!gtag=yes").unwrap_err().to_string(),
///     "tarteaucitron: at byte 6: found 'y', expected true, false or wait"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// It is longer than [`MAX_LENGTH`].
    TooLong {
        /// Whose cookie.
        tool: Tool,
        /// Its length in bytes.
        found: usize,
    },
    /// It breaks off, or goes on in another way than the tool writes.
    Form {
        /// Whose cookie.
        tool: Tool,
        /// Where, in bytes from 0; percent-encoding is undone first, unless it is itself at fault.
        at: usize,
        /// What stands there; none: the end.
        found: Option<char>,
        /// What should.
        expected: &'static str,
    },
    /// A field is missing or holds something else.
    Field {
        /// Whose cookie.
        tool: Tool,
        /// The field.
        field: &'static str,
        /// What it holds.
        found: &'static str,
        /// What it should.
        expected: &'static str,
    },
}

impl ImportError {
    /// A stable code.
    ///
    /// ```
    /// use volens_core::import::Stored;
    /// assert_eq!(Stored::klaro("%7B%22matomo").unwrap_err().code(), "import-form");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong { .. } => "import-too-long",
            Self::Form { .. } => "import-form",
            Self::Field { .. } => "import-field",
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { tool, found } => {
                write!(f, "{}: found {found} bytes, expected at most {MAX_LENGTH}", tool.cookie())
            }
            Self::Form { tool, at, found: Some(found), expected } => {
                write!(f, "{}: at byte {at}: found {found:?}, expected {expected}", tool.cookie())
            }
            Self::Form { tool, at, found: None, expected } => {
                write!(f, "{}: at byte {at}: found the end, expected {expected}", tool.cookie())
            }
            Self::Field { tool, field, found, expected } => {
                write!(f, "{}: {field}: found {found}, expected {expected}", tool.cookie())
            }
        }
    }
}

impl std::error::Error for ImportError {}

/// What the caller told of the old banner contradicts itself.
///
/// ```
/// use volens_core::import::TermsError;
/// assert_eq!(TermsError::EmptyPeriod.to_string(), "a period that ends before or as it begins; expected a later end");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TermsError {
    /// Two texts in one language.
    RepeatedLanguage,
    /// Two texts for one revision.
    RepeatedRevision,
    /// A period without an instant in it.
    EmptyPeriod,
    /// Two texts at one time.
    OverlappingPeriods {
        /// When the period begins that was there before.
        from: Timestamp,
        /// When it ends.
        until: Timestamp,
    },
}

impl TermsError {
    /// A stable code.
    ///
    /// ```
    /// assert_eq!(volens_core::import::TermsError::RepeatedRevision.code(), "import-repeated-revision");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::RepeatedLanguage => "import-repeated-language",
            Self::RepeatedRevision => "import-repeated-revision",
            Self::EmptyPeriod => "import-empty-period",
            Self::OverlappingPeriods { .. } => "import-overlapping-periods",
        }
    }
}

impl fmt::Display for TermsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RepeatedLanguage => f.write_str("two texts in one language; expected one for each"),
            Self::RepeatedRevision => f.write_str("two texts for one revision; expected one for each"),
            Self::EmptyPeriod => f.write_str("a period that ends before or as it begins; expected a later end"),
            Self::OverlappingPeriods { from, until } => {
                write!(f, "a period that overlaps the one from {from} until {until}; expected one text at a time")
            }
        }
    }
}

impl std::error::Error for TermsError {}
