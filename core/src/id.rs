//! Identifiers: one newtype each, made only by parsing.

use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};

/// Why a text is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdError {
    /// Nothing was given.
    Empty,
    /// Longer than the identifier may be.
    TooLong,
    /// A character that this identifier may not hold.
    Character,
}

impl IdError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "id-empty",
            Self::TooLong => "id-too-long",
            Self::Character => "id-character",
        }
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty, expected an identifier",
            Self::TooLong => "longer than an identifier may be",
            Self::Character => "holds a character that this identifier may not have",
        })
    }
}

impl core::error::Error for IdError {}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $max:literal, $fits:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                if text.is_empty() {
                    return Err(IdError::Empty);
                }
                if text.len() > $max {
                    return Err(IdError::TooLong);
                }
                if !$fits(&text) {
                    return Err(IdError::Character);
                }
                Ok(Self(text))
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(String::from(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl core::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

identifier!(
    /// A purpose of processing: `[a-z][a-z0-9_-]*`, at most 48 characters.
    PurposeId,
    48,
    is_slug
);
identifier!(
    /// A service that processes for a purpose: `[a-z][a-z0-9_-]*`, at most 48 characters.
    ServiceId,
    48,
    is_slug
);
identifier!(
    /// A class of data with its own retention: `[a-z][a-z0-9_-]*`, at most 48 characters.
    ClassId,
    48,
    is_slug
);
identifier!(
    /// A language tag (BCP 47): letters, digits and hyphens, a primary subtag of 2 or 3 lower-case letters.
    Lang,
    35,
    is_language
);
identifier!(
    /// A subject: a random pseudonym, 1 to 128 bytes without white space or control characters.
    SubjectId,
    128,
    is_visible
);
identifier!(
    /// The hash of a notice's material facts: base64url, 43 characters when made here (SHA-256).
    NoticeHash,
    64,
    is_base64url
);
identifier!(
    /// The hash of the exact text served in one language: base64url, 43 characters when made here (SHA-256).
    TextHash,
    64,
    is_base64url
);

impl NoticeHash {
    /// The first 8 characters, as the browser's summary names the notice.
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }
}

fn is_slug(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn is_visible(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

fn is_base64url(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_and_refuses() {
        assert!("analytics".parse::<PurposeId>().is_ok());
        assert_eq!("".parse::<PurposeId>(), Err(IdError::Empty));
        assert_eq!("Analytics".parse::<PurposeId>(), Err(IdError::Character));
        assert_eq!("1st".parse::<PurposeId>(), Err(IdError::Character));
        assert_eq!("a".repeat(49).parse::<PurposeId>(), Err(IdError::TooLong));
        assert!("pt-BR".parse::<Lang>().is_ok());
        assert_eq!("EN".parse::<Lang>(), Err(IdError::Character));
        assert_eq!("a b".parse::<SubjectId>(), Err(IdError::Character));
        assert_eq!("n+1".parse::<NoticeHash>(), Err(IdError::Character));
    }

    #[test]
    fn a_short_notice_is_eight_characters() {
        let notice: NoticeHash = "abcdefghijkl".parse().unwrap();
        assert_eq!(notice.short(), "abcdefgh");
        assert_eq!("abc".parse::<NoticeHash>().unwrap().short(), "abc");
    }
}
