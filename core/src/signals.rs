//! Signals from browsers, and what to tell others: pure tables.
//!
//! In comes [`Gpc`]. Out goes "state in, calls out": a [`Consents`] says what is granted in the seven words that
//! vendors share, and each vendor's module turns it into the exact [`Call`]s for a page to make.
//!
//! ```
//! use volens_core::signals::{Consents, Mapping, google, microsoft};
//!
//! let granted = ["analytics".parse()?];
//! let state = Consents::of(&Mapping::default(), &granted);
//! let calls = google::update(&state, &google::Options::default());
//! assert_eq!(calls.len(), 1);
//! assert_eq!(
//!     serde_json::to_string(&microsoft::clarity(&state))?,
//!     r#"{"global":"clarity","arguments":["consentv2",{"ad_Storage":"denied","analytics_Storage":"granted"}]}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod call;
mod consents;
mod declared;
pub mod google;
pub mod matomo;
pub mod meta;
pub mod microsoft;

pub use call::{Call, Value};
pub use consents::{ConsentType, Consents, Mapping, Status};
pub use declared::{Declared, Vendor};

/// Global Privacy Control (W3C): the visitor asks that data be neither sold nor shared.
///
/// ```
/// use volens_core::signals::Gpc;
/// assert_eq!(Gpc::from_headers(["1"]), Gpc::On);
/// assert_eq!(Gpc::from(Some(true)), Gpc::On);
/// assert_eq!(Gpc::from(None), Gpc::Absent);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_enums, reason = "the signal is on or it is not there; there is no other value")]
pub enum Gpc {
    /// No signal, which is no consent.
    #[default]
    Absent,
    /// The signal is on.
    On,
}

impl Gpc {
    /// From the values of all `Sec-GPC` headers of a request, as received: one that is exactly `1` is enough, every
    /// other value is ignored.
    ///
    /// ```
    /// use volens_core::signals::Gpc;
    /// assert_eq!(Gpc::from_headers(["0", "1"]), Gpc::On);
    /// assert_eq!(Gpc::from_headers(["1, 1"]), Gpc::Absent);
    /// assert_eq!(Gpc::from_headers([b"true"]), Gpc::Absent);
    /// ```
    pub fn from_headers(values: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        if values.into_iter().any(|value| value.as_ref() == b"1") { Self::On } else { Self::Absent }
    }

    /// On where either is: the header and the property speak for the same browser.
    ///
    /// ```
    /// use volens_core::signals::Gpc;
    /// assert_eq!(Gpc::Absent.or(Gpc::On), Gpc::On);
    /// ```
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Absent, Self::Absent) => Self::Absent,
            _ => Self::On,
        }
    }
}

impl From<Option<bool>> for Gpc {
    /// From `navigator.globalPrivacyControl`; none where the browser does not know it.
    fn from(property: Option<bool>) -> Self {
        if property == Some(true) { Self::On } else { Self::Absent }
    }
}

#[cfg(test)]
mod tests;
