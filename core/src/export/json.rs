//! JSON that is written as it was read: members in their order, numbers in their own digits, nothing lost.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde_json::value::RawValue;

use super::read::{ReadError, Reason};
use crate::members::Members;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// In the digits it was written with.
    Number(String),
    Text(String),
    List(Vec<Json>),
    /// Each name once, in the order of the text.
    Object(Vec<(String, Json)>),
}

/// Exports need twelve levels; a bound keeps a hostile text from exhausting the stack.
const DEPTH: usize = 64;

impl Json {
    /// Reads a text, to the end.
    pub(super) fn parse(text: &str) -> Result<Self, ReadError> {
        read(serde_json::from_str(text).map_err(ReadError::syntax)?, DEPTH)
    }

    /// An object of the members that are not null.
    pub(super) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        let there = members.into_iter().filter(|(_, value)| *value != Self::Null);
        Self::Object(there.map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// A list; null where it is empty, so that an object leaves it out.
    pub(super) fn some(items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<Self> = items.into_iter().collect();
        if items.is_empty() { Self::Null } else { Self::List(items) }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is the same value; two ways to write an instant are one.
    pub(super) fn says(&self, other: &Self) -> bool {
        let time = |json: &Self| json.as_text().and_then(|text| text.parse::<crate::Timestamp>().ok());
        self == other || time(self).is_some_and(|instant| time(other) == Some(instant))
    }

    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// What it is, in words.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    fn write(&self, out: &mut impl fmt::Write, indent: usize) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(digits) => out.write_str(digits),
            Self::Text(text) => quoted(text, out),
            Self::List(items) if items.is_empty() => out.write_str("[]"),
            Self::List(items) => {
                let mut open = "[";
                for item in items {
                    line(out, open, indent + 1)?;
                    item.write(out, indent + 1)?;
                    open = ",";
                }
                line(out, "", indent)?;
                out.write_char(']')
            }
            Self::Object(members) if members.is_empty() => out.write_str("{}"),
            Self::Object(members) => {
                let mut open = "{";
                for (name, value) in members {
                    line(out, open, indent + 1)?;
                    quoted(name, out)?;
                    out.write_str(": ")?;
                    value.write(out, indent + 1)?;
                    open = ",";
                }
                line(out, "", indent)?;
                out.write_char('}')
            }
        }
    }
}

/// Two spaces a level and a line feed at the end; the same value is always the same bytes.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)?;
        f.write_char('\n')
    }
}

fn line(out: &mut impl fmt::Write, mark: &str, indent: usize) -> fmt::Result {
    const SPACES: &str =
        "\n                                                                                                ";
    out.write_str(mark)?;
    match SPACES.get(..=indent * 2) {
        Some(spaces) => out.write_str(spaces),
        None => write!(out, "\n{:1$}", "", indent * 2),
    }
}

fn quoted(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    if text.contains('"') || text.contains('\\') || text.bytes().any(|byte| byte < b' ') {
        return out.write_str(&serde_json::Value::from(text).to_string());
    }
    out.write_char('"')?;
    out.write_str(text)?;
    out.write_char('"')
}

/// The path of a member: `site.controllers`.
pub(super) fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The path of an item: `records[0]`.
pub(super) fn item(path: &str, at: usize) -> String {
    format!("{path}[{at}]")
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<crate::Timestamp> for Json {
    fn from(at: crate::Timestamp) -> Self {
        Self::Text(at.to_string())
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl FromIterator<Self> for Json {
    fn from_iter<I: IntoIterator<Item = Self>>(items: I) -> Self {
        Self::List(items.into_iter().collect())
    }
}

fn read(value: &RawValue, depth: usize) -> Result<Json, ReadError> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'{' | b'[') if depth == 0 => Err(ReadError::here(Reason::TooDeep)),
        Some(b'{') => {
            let Members::<&RawValue>(members) = serde_json::from_str(text).map_err(ReadError::syntax)?;
            let mut seen = BTreeSet::new();
            let read_one = |(name, value): (String, &RawValue)| {
                if !seen.insert(name.clone()) {
                    return Err(ReadError::here(Reason::Duplicate).in_member(&name));
                }
                let value = read(value, depth - 1).map_err(|error| error.in_member(&name))?;
                Ok((name, value))
            };
            members.into_iter().map(read_one).collect::<Result<_, _>>().map(Json::Object)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(ReadError::syntax)?;
            let read_one = |(at, item)| read(item, depth - 1).map_err(|error: ReadError| error.in_item(at));
            items.into_iter().enumerate().map(read_one).collect()
        }
        Some(b'"') => serde_json::from_str(text).map(Json::Text).map_err(ReadError::syntax),
        _ => Ok(match text {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "null" => Json::Null,
            digits => Json::Number(digits.to_owned()),
        }),
    }
}
