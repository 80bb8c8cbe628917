//! Matomo: `_paq.push([…])`.
//!
//! ```
//! use volens_core::signals::{Consents, matomo::{self, Consent}};
//!
//! let before_the_tag = matomo::require(Consent::Tracking);
//! assert_eq!(serde_json::to_string(before_the_tag.arguments())?, r#"[["requireConsent"]]"#);
//! let after_a_refusal = matomo::update(Consent::Tracking, &Consents::nothing());
//! assert_eq!(serde_json::to_string(after_a_refusal.arguments())?, r#"[["forgetConsentGiven"]]"#);
//! # Ok::<(), serde_json::Error>(())
//! ```

use super::{Call, ConsentType, Consents, Status, Value};

/// What Matomo waits for.
///
/// ```
/// use volens_core::signals::matomo::{self, Consent};
/// assert_ne!(matomo::require(Consent::Tracking), matomo::require(Consent::Cookies));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consent {
    /// Consent to be counted at all: without it no request is made.
    Tracking,
    /// Consent to cookies: without it requests are made, and no cookie is set.
    Cookies,
}

/// The call before `trackPageView`, on every page.
///
/// ```
/// use volens_core::signals::matomo::{self, Consent};
/// let call = matomo::require(Consent::Tracking);
/// assert_eq!(serde_json::to_string(call.arguments())?, r#"[["requireConsent"]]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn require(consent: Consent) -> Call {
    push(match consent {
        Consent::Tracking => "requireConsent",
        Consent::Cookies => "requireCookieConsent",
    })
}

/// The call once a choice is known, again on every page: `set…`, not `remember…`, for the choice is remembered here.
///
/// ```
/// use volens_core::signals::Consents;
/// use volens_core::signals::matomo::{self, Consent};
/// let call = matomo::update(Consent::Cookies, &Consents::nothing());
/// assert_eq!(serde_json::to_string(call.arguments())?, r#"[["forgetCookieConsentGiven"]]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn update(consent: Consent, state: &Consents) -> Call {
    push(match (consent, state.status(ConsentType::AnalyticsStorage)) {
        (Consent::Tracking, Status::Granted) => "setConsentGiven",
        (Consent::Tracking, Status::Denied) => "forgetConsentGiven",
        (Consent::Cookies, Status::Granted) => "setCookieConsentGiven",
        (Consent::Cookies, Status::Denied) => "forgetCookieConsentGiven",
    })
}

fn push(method: &'static str) -> Call {
    Call::push("_paq", [Value::list([method.into()])])
}
