//! What can be wrong with a cookie.

use std::fmt;

use super::{MAX_LENGTH, Tool};

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
