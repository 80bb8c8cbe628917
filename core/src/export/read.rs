//! Reading exports: what is wrong, and where.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::de::{DeserializeOwned, IntoDeserializer as _, value::Error as WordError, value::StrDeserializer};

use super::json::{Json, item, member};
use crate::{RecordError, Timestamp};

/// Why a text is no export: the field, what was found there and what is expected.
///
/// ```
/// use volens_core::export::AccessExport;
///
/// let error = AccessExport::parse(r#"{"schema": "volens-export", "schema_version": "1"}"#).unwrap_err();
/// assert_eq!(error.path(), "schema_version");
/// assert_eq!(error.to_string(), "schema_version: found a text, expected 1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    path: String,
    reason: Reason,
}

/// What is wrong with a field of an export.
///
/// ```
/// use volens_core::export::{AccessExport, Reason};
///
/// let error = AccessExport::parse(r#"{"id": "a", "id": "b"}"#).unwrap_err();
/// assert_eq!((error.path(), error.reason()), ("id", &Reason::Duplicate));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The text is no JSON; lines and columns count from 1.
    Syntax {
        /// Its line.
        line: usize,
        /// Its column.
        column: usize,
    },
    /// Nested deeper than any export.
    TooDeep,
    /// A member stands twice in one object: readers would differ on which one counts.
    Duplicate,
    /// A field is missing.
    Missing {
        /// What should stand there.
        expected: String,
    },
    /// Another kind of JSON.
    Kind {
        /// What stands there.
        found: &'static str,
        /// What should.
        expected: String,
    },
    /// The right kind of JSON with a value that is not allowed.
    Value {
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// The times of a record contradict each other.
    Record(RecordError),
}

impl ReadError {
    pub(super) const fn new(path: String, reason: Reason) -> Self {
        Self { path, reason }
    }

    pub(super) const fn here(reason: Reason) -> Self {
        Self::new(String::new(), reason)
    }

    #[expect(clippy::needless_pass_by_value, reason = "for map_err")]
    pub(super) fn syntax(error: serde_json::Error) -> Self {
        Self::here(Reason::Syntax { line: error.line(), column: error.column() })
    }

    /// The same, seen from the object around it.
    pub(super) fn in_member(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    /// The same, seen from the list around it.
    pub(super) fn in_item(mut self, at: usize) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("[{at}]{dot}{}", self.path);
        self
    }

    /// The field's path, as `records[0].kind`; empty for the whole document.
    ///
    /// ```
    /// use volens_core::export::AccessExport;
    /// assert_eq!(AccessExport::parse("[]").unwrap_err().path(), "");
    /// ```
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it.
    ///
    /// ```
    /// use volens_core::export::{AccessExport, Reason};
    /// let error = AccessExport::parse("{").unwrap_err();
    /// assert_eq!(error.reason(), &Reason::Syntax { line: 1, column: 1 });
    /// ```
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }

    /// A stable code.
    ///
    /// ```
    /// use volens_core::export::AccessExport;
    /// assert_eq!(AccessExport::parse("{}").unwrap_err().code(), "missing");
    /// ```
    pub const fn code(&self) -> &'static str {
        match self.reason {
            Reason::Syntax { .. } => "syntax",
            Reason::TooDeep => "too-deep",
            Reason::Duplicate => "duplicate",
            Reason::Missing { .. } => "missing",
            Reason::Kind { .. } => "kind",
            Reason::Value { .. } => "value",
            Reason::Record(error) => error.code(),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.path.is_empty() { "the document" } else { &self.path })?;
        match &self.reason {
            Reason::Syntax { line, column } => write!(f, ": found no JSON at line {line}, column {column}"),
            Reason::TooDeep => f.write_str(": nested too deep, expected at most 64 levels"),
            Reason::Duplicate => f.write_str(": found twice, expected once"),
            Reason::Missing { expected } => write!(f, ": missing, expected {expected}"),
            Reason::Kind { found, expected } => write!(f, ": found {found}, expected {expected}"),
            Reason::Value { found, expected } => write!(f, ": found {found}, expected {expected}"),
            Reason::Record(error) => write!(f, ": {error}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// A JSON Schema of this crate; the words of the specification that these files use.
pub(super) struct Schema(LazyLock<Json>);

impl Schema {
    /// Of a file that the tests read: a text that is no JSON would refuse every document.
    pub(super) const fn new(read: fn() -> Json) -> Self {
        Self(LazyLock::new(read))
    }

    /// Checks a document against it.
    pub(super) fn check(&self, value: &Json) -> Result<(), ReadError> {
        self.check_at(&self.0, value)
    }

    /// Checks a document against one of its definitions.
    pub(super) fn check_as(&self, name: &str, value: &Json) -> Result<(), ReadError> {
        let node = self.0.get("$defs").and_then(|known| known.get(name)).unwrap_or(&Json::Null);
        self.check_at(node, value)
    }

    fn resolved<'a>(&'a self, node: &'a Json) -> &'a Json {
        let Some(path) = node.get("$ref").and_then(Json::as_text) else { return node };
        let steps = path.trim_start_matches("#/").split('/');
        steps.fold(&*self.0, |node, step| node.get(step).unwrap_or(&Json::Null))
    }

    fn check_at(&self, node: &Json, value: &Json) -> Result<(), ReadError> {
        let node = self.resolved(node);
        let expected = node.get("type").and_then(Json::as_text).unwrap_or_default();
        let fits = match value {
            Json::Object(_) => expected == "object",
            Json::List(_) => expected == "array",
            Json::Text(_) => expected == "string",
            Json::Bool(_) => expected == "boolean",
            Json::Number(digits) => expected == "integer" && digits.parse::<i64>().is_ok(),
            Json::Null => false,
        };
        if !fits {
            return Err(ReadError::here(Reason::Kind { found: value.kind(), expected: words(node) }));
        }
        let allowed = node.get("enum").map(Json::items).or_else(|| node.get("const").map(std::slice::from_ref));
        if allowed.is_some_and(|allowed| !allowed.contains(value)) {
            return Err(unlike(value, words(node)));
        }
        if node.get("format").and_then(Json::as_text) == Some("date-time") {
            let text = value.as_text().unwrap_or_default();
            text.parse::<Timestamp>().map_err(|error| unlike(value, wanted(&error)))?;
        }
        if node.get("minItems").is_some() && value.items().is_empty() {
            return Err(unlike(value, words(node)));
        }
        if let Json::List(items) = value {
            let node = node.get("items").unwrap_or(&Json::Null);
            for (at, value) in items.iter().enumerate() {
                self.check_at(node, value).map_err(|error| error.in_item(at))?;
            }
        }
        let Json::Object(members) = value else { return Ok(()) };
        let properties = node.get("properties").unwrap_or(&Json::Null);
        for (name, value) in members {
            if let Some(node) = properties.get(name).or_else(|| node.get("additionalProperties")) {
                self.check_at(node, value).map_err(|error| error.in_member(name))?;
            }
        }
        for name in node.get("required").map(Json::items).unwrap_or_default().iter().filter_map(Json::as_text) {
            if value.get(name).is_none() {
                let expected = properties.get(name).map(|node| words(self.resolved(node))).unwrap_or_default();
                return Err(ReadError::here(Reason::Missing { expected }).in_member(name));
            }
        }
        Ok(())
    }
}

/// What a schema asks for, in words.
fn words(node: &Json) -> String {
    if let Some(only) = node.get("const") {
        return only.to_string().trim_end().to_owned();
    }
    if let Some(allowed) = node.get("enum") {
        let allowed: Vec<&str> = allowed.items().iter().filter_map(Json::as_text).collect();
        return format!("one of {}", allowed.join(", "));
    }
    match node.get("type").and_then(Json::as_text) {
        Some("object") => "an object",
        Some("array") if node.get("minItems").is_some() => "a list with something in it",
        Some("array") => "a list",
        Some("integer") => "a whole number",
        Some("boolean") => "a boolean",
        _ if node.get("format").is_some() => "a time such as 2026-11-20T09:00:00Z",
        _ => "a text",
    }
    .to_owned()
}

/// What an error of ours expects: its text from `expected` on, or all of it.
fn wanted(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    text.split_once("expected ").map_or_else(|| format!("another: it {text}"), |(_, wanted)| wanted.to_owned())
}

fn unlike(value: &Json, expected: String) -> ReadError {
    let found: String = match value {
        Json::Text(text) => format!("{:?}", text.chars().take(80).collect::<String>()),
        Json::List(items) if items.is_empty() => "an empty list".to_owned(),
        Json::List(items) if items.iter().all(|item| item.as_text().is_some()) => {
            items.iter().filter_map(Json::as_text).collect::<Vec<_>>().join(", ")
        }
        Json::List(items) => format!("a list of {}", items.len()),
        Json::Object(_) => "an object".to_owned(),
        other => other.to_string().trim_end().to_owned(),
    };
    ReadError::here(Reason::Value { found, expected })
}

/// A place in a document that fits its schema.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    pub(super) json: &'a Json,
    pub(super) path: String,
}

impl<'a> At<'a> {
    pub(super) const fn root(json: &'a Json) -> Self {
        Self { json, path: String::new() }
    }

    pub(super) fn get(&self, name: &str) -> Option<Self> {
        Some(Self { json: self.json.get(name)?, path: member(&self.path, name) })
    }

    pub(super) fn need(&self, name: &str) -> Result<Self, ReadError> {
        let missing = || ReadError::new(member(&self.path, name), Reason::Missing { expected: "a value".to_owned() });
        self.get(name).ok_or_else(missing)
    }

    pub(super) fn items(&self) -> impl Iterator<Item = Self> {
        let path = self.path.clone();
        self.json.items().iter().enumerate().map(move |(at, json)| Self { json, path: item(&path, at) })
    }

    pub(super) fn text(&self) -> Result<&'a str, ReadError> {
        let kind = || Reason::Kind { found: self.json.kind(), expected: "a text".to_owned() };
        self.json.as_text().ok_or_else(|| ReadError::new(self.path.clone(), kind()))
    }

    pub(super) fn parse<T: FromStr<Err: fmt::Display>>(&self) -> Result<T, ReadError> {
        self.text()?.parse::<T>().map_err(|error| self.unlike(wanted(&error)))
    }

    /// A word of one of our enums.
    pub(super) fn word<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        let words: StrDeserializer<'_, WordError> = self.text()?.into_deserializer();
        T::deserialize(words).map_err(|error| self.unlike(error.to_string()))
    }

    /// An error at this place.
    pub(super) fn wrong(&self, expected: &str) -> ReadError {
        self.unlike(expected.to_owned())
    }

    fn unlike(&self, expected: String) -> ReadError {
        ReadError { path: self.path.clone(), ..unlike(self.json, expected) }
    }
}
