//! JSON that is written as it was read: members in their order, numbers in their own digits, nothing lost.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde::de::IgnoredAny;

use super::read::{ReadError, Reason};

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
        // That it is JSON is for others to know; here its pieces are cut out, numbers with their own digits.
        serde_json::from_str::<IgnoredAny>(text).map_err(ReadError::syntax)?;
        Scanner { rest: text }.value(DEPTH)
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

/// What is left of a text that is known to be JSON.
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn value(&mut self, depth: usize) -> Result<Json, ReadError> {
        self.rest = self.rest.trim_ascii_start();
        match self.rest.as_bytes().first() {
            Some(b'{' | b'[') if depth == 0 => Err(ReadError::here(Reason::TooDeep)),
            Some(b'{') => self.object(depth),
            Some(b'[') => {
                let mut items = Vec::new();
                while self.more(']') {
                    items.push(self.value(depth - 1).map_err(|error| error.in_item(items.len()))?);
                }
                Ok(Json::List(items))
            }
            Some(b'"') => self.text().map(Json::Text),
            _ => Ok(match self.token(|c| matches!(c, ',' | ']' | '}') || c.is_ascii_whitespace()) {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                "null" => Json::Null,
                digits => Json::Number(digits.to_owned()),
            }),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, ReadError> {
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut seen = BTreeSet::new();
        while self.more('}') {
            let name = self.text()?;
            if !seen.insert(name.clone()) {
                return Err(ReadError::here(Reason::Duplicate).in_member(&name));
            }
            self.token(|c| c == ':');
            self.skip();
            let value = self.value(depth - 1).map_err(|error| error.in_member(&name))?;
            members.push((name, value));
        }
        Ok(Json::Object(members))
    }

    /// Passes the bracket or comma before the next item; at the closing bracket, passes that.
    fn more(&mut self, close: char) -> bool {
        self.rest = self.rest.trim_ascii_start();
        if !self.rest.starts_with(close) {
            self.skip();
            self.rest = self.rest.trim_ascii_start();
            if !self.rest.starts_with(close) {
                return true;
            }
        }
        self.skip();
        false
    }

    fn skip(&mut self) {
        let mut characters = self.rest.chars();
        characters.next();
        self.rest = characters.as_str();
    }

    fn token(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let (token, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        token
    }

    fn text(&mut self) -> Result<String, ReadError> {
        self.rest = self.rest.trim_ascii_start();
        let mut end = 1;
        while let Some(at) = self.rest.get(end..).and_then(|rest| rest.find('"')) {
            let before = self.rest.get(1..end + at).unwrap_or_default();
            end += at + 1;
            if (before.len() - before.trim_end_matches('\\').len()) % 2 == 0 {
                break;
            }
        }
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        match text.get(1..end - 1) {
            Some(plain) if !plain.contains('\\') => Ok(plain.to_owned()),
            // Half of a surrogate pair is JSON and no text.
            _ => serde_json::from_str(text).map_err(ReadError::syntax),
        }
    }
}
