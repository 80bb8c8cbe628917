//! What goes wrong: in the configuration, and in an attempt.

use std::fmt;

/// Why an attempt brought nothing new. What was there before stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No connection.
    Unreachable,
    /// A connection, but none that proves whose it is.
    Tls,
    /// Not done in ten seconds.
    Timeout,
    /// A redirect, which is not followed.
    Redirect,
    /// Another status than 200.
    Status(u16),
    /// Not HTTP/1.1, or in an encoding that was not asked for, or cut short.
    NotHttp,
    /// More than 64 KiB.
    TooLarge,
    /// From a cache that has held it for too long to be used.
    TooOld,
    /// The target does not take it, for the reason with this code (of a [`KeySetError`](crate::KeySetError) for keys).
    Refused(&'static str),
}

impl Problem {
    /// The stable name, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Redirect => "redirect",
            Self::Status(_) => "status",
            Self::NotHttp => "not-http",
            Self::TooLarge => "too-large",
            Self::TooOld => "too-old",
            Self::Refused(_) => "refused",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("the endpoint cannot be reached"),
            Self::Tls => f.write_str("the endpoint's certificate does not prove whose it is"),
            Self::Timeout => f.write_str("the endpoint did not answer within 10 seconds"),
            Self::Redirect => f.write_str("the endpoint redirects, which is not followed: configure where it leads"),
            Self::Status(status) => write!(f, "the endpoint answered with status {status}, expected 200"),
            Self::NotHttp => f.write_str("the endpoint's answer is not whole, or not HTTP/1.1 without encoding"),
            Self::TooLarge => f.write_str("the endpoint's answer has more than 64 KiB"),
            Self::TooOld => f.write_str("the endpoint's answer lay in a cache for too long to be used"),
            Self::Refused(code) => write!(f, "the endpoint's answer cannot be used: {code}"),
        }
    }
}

impl std::error::Error for Problem {}

/// A mistake in a refresher's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshError {
    /// A URL that is not fetched.
    Url,
    /// Times that do not fit one another.
    Pace,
    /// No certificates to trust.
    Authorities,
}

impl RefreshError {
    /// The stable name, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Url => "bad-url",
            Self::Pace => "bad-pace",
            Self::Authorities => "bad-authorities",
        }
    }
}

impl fmt::Display for RefreshError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "not a URL to fetch, expected https, or http to this machine, and no user in it",
            Self::Pace => {
                "not a pace, expected 10 s ≤ most often ≤ least often, and four times that ≤ use without contact ≤ 400 days"
            }
            Self::Authorities => "no certificate authorities, expected one or more certificates as PEM, and an https URL",
        })
    }
}

impl std::error::Error for RefreshError {}
