//! What can go wrong in the service itself. A caller's mistake is a [`crate::http::Problem`].

use crate::keys::KeysError;
use std::fmt;
use volens_core::site::Stage;

/// Why the service could not do what it was asked to.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceError {
    /// The store cannot be read or written; nothing was half-written.
    Store(rusqlite::Error),
    /// The store holds something that this version did not write.
    Corrupt,
    /// The data folder holds no store with a published notice yet.
    EmptyStore,
    /// The data folder holds several sites, or not the one that was named; these are there.
    WhichSite(Vec<String>),
    /// The data folder holds what was said at this stage, and the service is of the other.
    OtherStage(Stage),
    /// The keys cannot be used.
    Keys(KeysError),
    /// A grant under a notice that was never published.
    NoticeNotCurrent,
    /// An idempotency key that came with other content, or from another subject.
    KeyReused,
    /// A token for this site would exceed the 4,000 bytes a token may have.
    Unmintable,
    /// The web assets cannot be used.
    Assets(volens_widget::page::AssetsError),
    /// A mail cannot be sent.
    Mail(crate::mail::MailError),
    /// The domain that cookies are to be shared under is one that others register names under.
    PublicSuffix(String),
    /// The site description does not fit the service.
    Site(&'static str),
}

impl ServiceError {
    /// A stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "store-unavailable",
            Self::Corrupt => "store-corrupt",
            Self::EmptyStore => "store-empty",
            Self::WhichSite(_) => "which-site",
            Self::OtherStage(_) => "other-stage",
            Self::Keys(_) => "keys",
            Self::NoticeNotCurrent => "notice-not-current",
            Self::KeyReused => "key-reused",
            Self::Unmintable => "token-too-long",
            Self::Assets(_) => "assets",
            Self::Mail(_) => "mail",
            Self::PublicSuffix(_) => "public-suffix",
            Self::Site(_) => "site",
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => write!(f, "the store cannot be used: {error}"),
            Self::Corrupt => f.write_str("the store holds a row that this version cannot have written"),
            Self::EmptyStore => f.write_str(
                "no store with a published notice; expected volens.sqlite of a service that has started once",
            ),
            Self::WhichSite(sites) => {
                write!(f, "the store holds {}; expected one of them, by its id", sites.join(", "))
            }
            Self::OtherStage(Stage::Live) => {
                f.write_str("the data folder is that of a live service; expected another one for development")
            }
            Self::OtherStage(_) => {
                f.write_str("the data folder was used for development; expected another one for visitors")
            }
            Self::Keys(error) => error.fmt(f),
            Self::NoticeNotCurrent => f.write_str("a grant under a notice that was never published here"),
            Self::KeyReused => {
                f.write_str("this Idempotency-Key came before with other content or for another visitor")
            }
            Self::Unmintable => {
                f.write_str("a token for this site would exceed 4000 bytes; name fewer controllers or purposes")
            }
            Self::Assets(error) => error.fmt(f),
            Self::Mail(error) => error.fmt(f),
            Self::PublicSuffix(domain) => write!(
                f,
                "site.domain: found {domain:?}, under which anyone may register a name, so that browsers keep no cookies for \
                 it; expected a domain of the site's own, such as \"example.{domain}\""
            ),
            Self::Site(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ServiceError {}

impl From<rusqlite::Error> for ServiceError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

impl From<KeysError> for ServiceError {
    fn from(error: KeysError) -> Self {
        Self::Keys(error)
    }
}
