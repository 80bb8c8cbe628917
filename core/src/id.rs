//! Identifiers: one newtype each, made only by parsing.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Serialize};

/// Why a text is not an identifier.
///
/// ```
/// use volens_core::{IdError, PurposeId};
/// assert_eq!("Web analysis".parse::<PurposeId>(), Err(IdError::Character));
/// assert_eq!("".parse::<PurposeId>(), Err(IdError::Empty));
/// ```
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
    /// A stable code, for programs.
    ///
    /// ```
    /// use volens_core::{IdError, PurposeId};
    /// assert_eq!("a".repeat(49).parse::<PurposeId>().map_err(IdError::code), Err("id-too-long"));
    /// ```
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
    ($(#[$doc:meta])* $name:ident, $max:literal, $fits:path, $such_as:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            ///
            /// ```
            #[doc = concat!("let id: volens_core::", stringify!($name), " = \"", $such_as, "\".parse()?;")]
            #[doc = concat!("assert_eq!(id.as_str(), \"", $such_as, "\");")]
            /// # Ok::<(), volens_core::IdError>(())
            /// ```
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
    ///
    /// ```
    /// use volens_core::PurposeId;
    /// assert!("marketing_mail".parse::<PurposeId>().is_ok());
    /// assert!("Marketing".parse::<PurposeId>().is_err());
    /// ```
    PurposeId,
    48,
    is_slug,
    "analytics"
);
identifier!(
    /// A service that processes for a purpose: `[a-z][a-z0-9_-]*`, at most 48 characters.
    ///
    /// ```
    /// use volens_core::ServiceId;
    /// assert!("web-shop".parse::<ServiceId>().is_ok());
    /// assert!("web shop".parse::<ServiceId>().is_err());
    /// ```
    ServiceId,
    48,
    is_slug,
    "counter"
);
identifier!(
    /// A class of data with its own retention: `[a-z][a-z0-9_-]*`, at most 48 characters.
    ///
    /// ```
    /// use volens_core::ClassId;
    /// assert!("order_history".parse::<ClassId>().is_ok());
    /// assert!("2fa".parse::<ClassId>().is_err()); // begins with a digit
    /// ```
    ClassId,
    48,
    is_slug,
    "visits"
);
identifier!(
    /// A language tag (BCP 47): letters, digits and hyphens, a primary subtag of 2 or 3 lower-case letters.
    ///
    /// Only its shape is checked, not whether anybody speaks it. At most 35 characters.
    ///
    /// ```
    /// use volens_core::Lang;
    /// assert!("pt-BR".parse::<Lang>().is_ok());
    /// assert!("pt_BR".parse::<Lang>().is_err());
    /// ```
    Lang,
    35,
    is_language,
    "sv-FI"
);
identifier!(
    /// A subject: a random pseudonym, 1 to 128 bytes without white space or control characters.
    ///
    /// The caller draws it at random. A customer number or an address would do for the parser, but names a person.
    ///
    /// ```
    /// use volens_core::SubjectId;
    /// assert!("s-7hK2pQ".parse::<SubjectId>().is_ok());
    /// assert!("Eva Berg".parse::<SubjectId>().is_err());
    /// ```
    SubjectId,
    128,
    is_visible,
    "s-7hK2pQ"
);
identifier!(
    /// The hash of a notice's material facts: base64url, at most 64 characters; 43 when made here (SHA-256).
    ///
    /// ```
    /// use volens_core::NoticeHash;
    /// assert!("Zk3vQ9aBx7mN2pLwR4tYc8hJ5sDfGe0uKiOqWzXvT1A".parse::<NoticeHash>().is_ok());
    /// assert!("n+1".parse::<NoticeHash>().is_err()); // `+` is base64, not base64url
    /// ```
    NoticeHash,
    64,
    is_base64url,
    "Zk3vQ9aB"
);
identifier!(
    /// The hash of the exact text served in one language: base64url, at most 64 characters; 43 when made here
    /// (SHA-256).
    ///
    /// ```
    /// use volens_core::TextHash;
    /// assert!("t-4Lm8".parse::<TextHash>().is_ok());
    /// assert!("".parse::<TextHash>().is_err());
    /// ```
    TextHash,
    64,
    is_base64url,
    "t-4Lm8"
);

impl Lang {
    /// Whether it is written from right to left: by its script if the tag names one, else by its usual one.
    ///
    /// ```
    /// use volens_core::Lang;
    /// let rtl = |tag: &str| tag.parse::<Lang>().is_ok_and(|lang| lang.is_rtl());
    /// assert!(rtl("ar") && rtl("he-IL") && rtl("az-Arab"));
    /// assert!(!rtl("en") && !rtl("ar-Latn") && !rtl("tr-AR")); // AR is Argentina
    /// ```
    pub fn is_rtl(&self) -> bool {
        let mut parts = self.0.split('-');
        let primary = parts.next().unwrap_or_default();
        match parts.find(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphabetic())) {
            Some(script) => RTL_SCRIPTS.iter().any(|known| known.eq_ignore_ascii_case(script)),
            None => RTL_LANGUAGES.contains(&primary),
        }
    }

    /// `rtl` or `ltr`, as HTML's attribute `dir` names it.
    ///
    /// ```
    /// use volens_core::Lang;
    /// assert_eq!("ar".parse::<Lang>()?.dir(), "rtl");
    /// assert_eq!("sv-FI".parse::<Lang>()?.dir(), "ltr");
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    pub fn dir(&self) -> &'static str {
        if self.is_rtl() { "rtl" } else { "ltr" }
    }
}

/// ISO 15924, those in use today.
const RTL_SCRIPTS: [&str; 9] = ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Syrc", "Thaa"];

/// Languages whose usual script is one of these (Unicode CLDR, likely subtags).
const RTL_LANGUAGES: [&str; 15] =
    ["ar", "ckb", "dv", "fa", "he", "ks", "lrc", "mzn", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"];

impl NoticeHash {
    /// The first 8 characters, as the browser's summary names the notice.
    ///
    /// ```
    /// use volens_core::NoticeHash;
    /// let notice: NoticeHash = "Zk3vQ9aBx7mN2pLwR4tYc8hJ5sDfGe0uKiOqWzXvT1A".parse()?;
    /// assert_eq!(notice.short(), "Zk3vQ9aB");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
