//! Meta's pixel: `fbq`.
//!
//! These calls come before Meta's own script. The stub that opens Meta's base code, which makes `fbq` a function that
//! queues its arguments, must already have run.
//!
//! ```
//! use volens_core::signals::{Consents, meta};
//!
//! let before_the_tag = meta::consent(&Consents::nothing());
//! assert_eq!(before_the_tag.global(), "fbq");
//! assert_eq!(serde_json::to_string(before_the_tag.arguments())?, r#"["consent","revoke"]"#);
//! # Ok::<(), serde_json::Error>(())
//! ```

use super::{Call, ConsentType, Consents, Status, Value};

/// `fbq('consent', …)`, before `init` and at every change: granted only if all three `ad_` types are.
///
/// It is one switch for everything the pixel does: storing, sending user data and personalising.
///
/// ```
/// use volens_core::signals::{Consents, Mapping, meta};
/// let call = meta::consent(&Consents::of(&Mapping::default(), &["marketing".parse()?]));
/// assert_eq!(serde_json::to_string(call.arguments())?, r#"["consent","grant"]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn consent(state: &Consents) -> Call {
    Call::function("fbq", ["consent".into(), if advertising(state) { "grant" } else { "revoke" }.into()])
}

/// `fbq('dataProcessingOptions', …)`, before `init`, under opt-out regimes: Limited Data Use for those who opted out,
/// where Meta finds out the state by itself (`0, 0`).
///
/// ```
/// use volens_core::signals::{Consents, meta};
/// let call = meta::data_processing(&Consents::nothing());
/// assert_eq!(serde_json::to_string(call.arguments())?, r#"["dataProcessingOptions",["LDU"],0,0]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn data_processing(state: &Consents) -> Call {
    if advertising(state) {
        Call::function("fbq", ["dataProcessingOptions".into(), Value::list([])])
    } else {
        Call::function("fbq", ["dataProcessingOptions".into(), Value::list(["LDU".into()]), 0.into(), 0.into()])
    }
}

fn advertising(state: &Consents) -> bool {
    let types = [ConsentType::AdStorage, ConsentType::AdUserData, ConsentType::AdPersonalization];
    types.iter().all(|of| state.status(*of) == Status::Granted)
}
