//! One call in a page, as a value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

/// A call for a page to make: a global function, or a method of a global, with its arguments.
///
/// Serialised as `{"global":"gtag","arguments":[…]}` or `{"global":"_paq","method":"push","arguments":[…]}`, members
/// of objects in bytewise order.
///
/// ```
/// use volens_core::signals::{Consents, microsoft};
/// let call = microsoft::uet_default(&Consents::nothing());
/// assert_eq!(
///     serde_json::to_string(&call)?,
///     r#"{"global":"uetq","method":"push","arguments":["consent","default",{"ad_storage":"denied"}]}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    global: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    arguments: Vec<Value>,
}

impl Call {
    pub(super) fn function<const N: usize>(global: &'static str, arguments: [Value; N]) -> Self {
        Self { global, method: None, arguments: arguments.into() }
    }

    pub(super) fn push<const N: usize>(global: &'static str, arguments: [Value; N]) -> Self {
        Self { global, method: Some("push"), arguments: arguments.into() }
    }

    /// The name of the global.
    ///
    /// ```
    /// use volens_core::signals::{Consents, meta};
    /// assert_eq!(meta::consent(&Consents::nothing()).global(), "fbq");
    /// ```
    pub const fn global(&self) -> &'static str {
        self.global
    }

    /// Its method; none: the global itself is called.
    ///
    /// ```
    /// use volens_core::signals::matomo::{self, Consent};
    /// assert_eq!(matomo::require(Consent::Cookies).method(), Some("push"));
    /// ```
    pub const fn method(&self) -> Option<&'static str> {
        self.method
    }

    /// The arguments, in order.
    ///
    /// ```
    /// use volens_core::signals::{Consents, meta};
    /// assert_eq!(meta::consent(&Consents::nothing()).arguments().len(), 2);
    /// ```
    pub fn arguments(&self) -> &[Value] {
        &self.arguments
    }
}

/// An argument: a text, a whole number, a switch, a list or an object; serialised as the same in JSON.
///
/// ```
/// use volens_core::signals::{Consents, meta};
/// let call = meta::consent(&Consents::nothing());
/// assert_eq!(serde_json::to_string(call.arguments())?, r#"["consent","revoke"]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Value(Inner);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Inner {
    Text(Cow<'static, str>),
    Number(u32),
    Switch(bool),
    List(Vec<Value>),
    Object(BTreeMap<&'static str, Value>),
}

impl Value {
    pub(super) fn list(values: impl IntoIterator<Item = Self>) -> Self {
        Self(Inner::List(values.into_iter().collect()))
    }

    pub(super) fn object(members: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        Self(Inner::Object(members.into_iter().collect()))
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self(Inner::Text(Cow::Borrowed(text)))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self(Inner::Text(Cow::Owned(text)))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self(Inner::Number(number))
    }
}

impl From<bool> for Value {
    fn from(switch: bool) -> Self {
        Self(Inner::Switch(switch))
    }
}
