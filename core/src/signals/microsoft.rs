//! Microsoft: Universal Event Tracking (UET) and Clarity.
//!
//! Calls before a tag need what keeps them until it has loaded:
//!
//! ```js
//! window.uetq = window.uetq || [];
//! window.clarity = window.clarity || function () { (window.clarity.q = window.clarity.q || []).push(arguments); };
//! ```
//!
//! ```
//! use volens_core::signals::{Consents, Mapping, microsoft};
//!
//! let call = microsoft::uet_update(&Consents::of(&Mapping::default(), &["marketing".parse()?]));
//! assert_eq!((call.global(), call.method()), ("uetq", Some("push")));
//! assert_eq!(serde_json::to_string(call.arguments())?, r#"["consent","update",{"ad_storage":"granted"}]"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{Call, ConsentType, Consents, Value};

/// UET's default, before its tag: `uetq.push('consent', 'default', {ad_storage})`.
///
/// UET's consent mode knows no other type.
///
/// ```
/// use volens_core::signals::{Consents, microsoft};
/// let call = microsoft::uet_default(&Consents::nothing());
/// assert_eq!(serde_json::to_string(call.arguments())?, r#"["consent","default",{"ad_storage":"denied"}]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn uet_default(state: &Consents) -> Call {
    uet("default", state)
}

/// UET's update, once a choice is known.
///
/// ```
/// use volens_core::signals::{Consents, Mapping, microsoft};
/// let call = microsoft::uet_update(&Consents::of(&Mapping::default(), &["marketing".parse()?]));
/// assert_eq!(serde_json::to_string(call.arguments())?, r#"["consent","update",{"ad_storage":"granted"}]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn uet_update(state: &Consents) -> Call {
    uet("update", state)
}

fn uet(command: &'static str, state: &Consents) -> Call {
    let types = Value::object([("ad_storage", state.status(ConsentType::AdStorage).as_str().into())]);
    Call::push("uetq", ["consent".into(), command.into(), types])
}

/// Clarity, consent API version 2, before its tag and at every change; the capitals are Clarity's own.
///
/// ```
/// use volens_core::signals::{Consents, microsoft};
/// let call = microsoft::clarity(&Consents::nothing());
/// assert_eq!(
///     serde_json::to_string(call.arguments())?,
///     r#"["consentv2",{"ad_Storage":"denied","analytics_Storage":"denied"}]"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn clarity(state: &Consents) -> Call {
    let types = [("ad_Storage", ConsentType::AdStorage), ("analytics_Storage", ConsentType::AnalyticsStorage)];
    let types = Value::object(types.map(|(name, of)| (name, state.status(of).as_str().into())));
    Call::function("clarity", ["consentv2".into(), types])
}
