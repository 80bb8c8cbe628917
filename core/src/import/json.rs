//! What tools write as JSON.

use serde::de::Deserialize;
use serde_json::Value;

use super::text::{decoded, unexpected};
use super::{ImportError, Tool};
pub(super) use crate::members::Members;

/// A value; if it is an object, its members are all there too.
#[derive(serde::Deserialize)]
#[serde(untagged)]
pub(super) enum Field {
    Object(Members<Value>),
    Other(Value),
}

/// The members of an object that may be percent-encoded.
pub(super) fn members<V: for<'de> Deserialize<'de>>(tool: Tool, value: &str) -> Result<Members<V>, ImportError> {
    let text = if value.starts_with('{') { value.into() } else { decoded(tool, value)? };
    serde_json::from_str(&text).map_err(|error| {
        let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        // Columns count from 1, and point behind the last byte where the text breaks off.
        let at = if error.is_eof() { text.len() } else { before + error.column().saturating_sub(1) };
        unexpected(tool, &text, at, "a JSON object")
    })
}

/// What kind of value it is.
pub(super) const fn kind(value: &Field) -> &'static str {
    match value {
        Field::Object(_) | Field::Other(Value::Object(_)) => "an object",
        Field::Other(Value::Null) => "null",
        Field::Other(Value::Bool(_)) => "true or false",
        Field::Other(Value::Number(_)) => "a number",
        Field::Other(Value::String(_)) => "a text",
        Field::Other(Value::Array(_)) => "a list",
    }
}
