//! TOML and JSON as one tree that remembers its lines.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

use super::error::Noted;

/// A value and the line of its key, or of itself in a list.
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

pub(super) enum Value {
    Text(String),
    Integer(i64),
    List(Vec<Node>),
    Table(BTreeMap<String, Node>),
    /// What no key of ours takes, as it is called in an error.
    Other(String),
}

impl Node {
    /// The value as an error calls it.
    pub(super) fn found(&self) -> String {
        match &self.value {
            Value::Text(text) => quoted(text),
            Value::Integer(n) => n.to_string(),
            Value::List(_) => "a list".to_owned(),
            Value::Table(_) => "a table".to_owned(),
            Value::Other(what) => what.clone(),
        }
    }
}

/// A text in quotation marks, cut where it would fill the line.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or(text)),
        None => format!("{text:?}"),
    }
}

/// The offsets at which lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    fn at(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|end| *end < offset)
    }
}

pub(super) fn toml(text: &str, noted: &mut Noted) -> Option<Node> {
    let lines = Lines::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let line = error.span().map_or(1, |span| lines.at(span.start));
        noted.add(line, "syntax", &format!("what TOML does not allow ({})", error.message()), "TOML");
    }
    errors.is_empty().then(|| Node { line: 1, value: from_table(table.into_inner(), &lines) })
}

fn from_table(table: DeTable<'_>, lines: &Lines) -> Value {
    let entries = table.into_iter().map(|(key, value)| {
        let line = lines.at(key.span().start);
        (key.into_inner().into_owned(), Node { line, value: from_toml(value.into_inner(), lines) })
    });
    Value::Table(entries.collect())
}

fn from_toml(value: DeValue<'_>, lines: &Lines) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::Other(number.to_string()), Value::Integer),
        DeValue::Array(values) => {
            let node = |value: toml::Spanned<DeValue<'_>>| {
                let line = lines.at(value.span().start);
                Node { line, value: from_toml(value.into_inner(), lines) }
            };
            Value::List(values.into_iter().map(node).collect())
        }
        DeValue::Table(table) => from_table(table, lines),
        DeValue::Float(number) => Value::Other(number.to_string()),
        DeValue::Boolean(flag) => Value::Other(flag.to_string()),
        DeValue::Datetime(date) => Value::Other(format!("the date {date} without quotation marks")),
    }
}

pub(super) fn json(text: &str, noted: &mut Noted) -> Option<Node> {
    let raw: &RawValue = match serde_json::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            noted.add(error.line().max(1), "syntax", &format!("what JSON does not allow ({error})"), "JSON");
            return None;
        }
    };
    let source = JsonSource { text, lines: Lines::new(text) };
    let node = source.node(raw, DEPTH, noted);
    noted.is_empty().then_some(node)
}

/// A site needs five levels; each more is read again for nothing.
const DEPTH: usize = 16;

struct JsonSource<'a> {
    text: &'a str,
    lines: Lines,
}

impl<'a> JsonSource<'a> {
    /// Each level is read from the slice of the text that its parent kept, which is how its line is known.
    fn node(&self, raw: &'a RawValue, depth: usize, noted: &mut Noted) -> Node {
        let slice = raw.get();
        let line = self.lines.at(slice.as_ptr().addr().saturating_sub(self.text.as_ptr().addr()));
        let bad = |error: &serde_json::Error| Value::Other(format!("what JSON does not allow ({error})"));
        let value = match slice.as_bytes().first() {
            _ if depth == 0 => Value::Other("a value in too many others".to_owned()),
            Some(b'{') => match serde_json::from_str::<Members<'a>>(slice) {
                Ok(Members(members)) => {
                    let mut entries = BTreeMap::new();
                    for (key, raw) in members {
                        let node = self.node(raw, depth - 1, noted);
                        if entries.contains_key(&key) {
                            noted.add(node.line, "syntax", &format!("the member {} twice", quoted(&key)), "each once");
                        }
                        entries.insert(key, node);
                    }
                    Value::Table(entries)
                }
                Err(error) => bad(&error),
            },
            Some(b'[') => match serde_json::from_str::<Vec<&'a RawValue>>(slice) {
                Ok(values) => Value::List(values.into_iter().map(|raw| self.node(raw, depth - 1, noted)).collect()),
                Err(error) => bad(&error),
            },
            Some(b'"') => serde_json::from_str(slice).map_or_else(|error| bad(&error), Value::Text),
            _ => slice.parse().map_or_else(|_| Value::Other(slice.to_owned()), Value::Integer),
        };
        Node { line, value }
    }
}

/// The members of a JSON object, the repeated ones too.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    members.push(entry);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(All)
    }
}
