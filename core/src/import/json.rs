//! A JSON object's members in order, the repeated ones too: `serde_json` alone would keep the last.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::text::{decoded, unexpected};
use super::{ImportError, Tool};

pub(super) struct Members(pub(super) Vec<(String, Value)>);

/// The members of an object that may be percent-encoded.
pub(super) fn members(tool: Tool, value: &str) -> Result<Members, ImportError> {
    let text = if value.starts_with('{') { value.into() } else { decoded(tool, value)? };
    serde_json::from_str(&text).map_err(|error| {
        let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        // Columns count from 1, and point behind the last byte where the text breaks off.
        let at = if error.is_eof() { text.len() } else { before + error.column().saturating_sub(1) };
        unexpected(tool, &text, at, "a JSON object")
    })
}

/// What kind of value it is.
pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
