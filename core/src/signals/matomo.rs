//! Matomo: `_paq.push([…])`. Before the first call the page makes `window._paq = window._paq || []`.
//!
//! ```
//! use volens_core::signals::{Consents, Mapping, matomo::{self, Consent}};
//!
//! let (nothing, granted) = (Consents::nothing(), Consents::of(&Mapping::default(), &["analytics".parse()?]));
//! let before_the_tag = matomo::require(Consent::Tracking);
//! assert_eq!(serde_json::to_string(before_the_tag.arguments())?, r#"[["requireConsent"]]"#);
//! assert!(matomo::update(Consent::Tracking, &nothing, &nothing).is_none()); // a refusal needs no more than that
//! let withdrawal = matomo::update(Consent::Tracking, &granted, &nothing);
//! assert!(serde_json::to_string(&withdrawal)?.contains(r#"[["forgetConsentGiven"]]"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
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

/// The call that goes with what stood `before` and stands `now`; none: [`require`] says enough.
///
/// While granted it is made on every page: `set…`, not `remember…`, for the choice is remembered here. `forget…` goes
/// out once, at a withdrawal, and never at a refusal: on `forgetConsentGiven` Matomo stores the cookie
/// `mtm_consent_removed` for thirty years. That cookie belongs in the list of cookies; a later `setConsentGiven`
/// deletes it. `forgetCookieConsentGiven` stores none.
///
/// ```
/// use volens_core::signals::matomo::{self, Consent};
/// use volens_core::signals::{Consents, Mapping};
/// let (nothing, granted) = (Consents::nothing(), Consents::of(&Mapping::default(), &["analytics".parse()?]));
/// let said = |before, now| serde_json::to_string(&matomo::update(Consent::Cookies, before, now));
/// assert!(said(&nothing, &granted)?.contains("setCookieConsentGiven"));
/// assert!(said(&granted, &nothing)?.contains("forgetCookieConsentGiven"));
/// assert_eq!(matomo::update(Consent::Cookies, &nothing, &nothing), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn update(consent: Consent, before: &Consents, now: &Consents) -> Option<Call> {
    let analytics = ConsentType::AnalyticsStorage;
    let method = match (consent, before.status(analytics), now.status(analytics)) {
        (_, Status::Denied, Status::Denied) => return None,
        (Consent::Tracking, _, Status::Granted) => "setConsentGiven",
        (Consent::Tracking, Status::Granted, Status::Denied) => "forgetConsentGiven",
        (Consent::Cookies, _, Status::Granted) => "setCookieConsentGiven",
        (Consent::Cookies, Status::Granted, Status::Denied) => "forgetCookieConsentGiven",
    };
    Some(push(method))
}

fn push(method: &'static str) -> Call {
    Call::push("_paq", [Value::list([method.into()])])
}
