//! Records as JSON lines, the format of `volens evaluate` (DESIGN, section 10): all of them good, or none used.
//!
//! ```
//! let text =
//!     r#"{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
//! assert_eq!(volens_core::lines::parse(text).unwrap().len(), 1);
//! assert!(volens_core::lines::parse(&text.replace("grant", "accept")).is_err());
//! ```

use std::fmt;
use std::str::FromStr;

use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::members::Members;
use crate::{Kind, Record, RecordParts};

const FIELDS: [&str; 8] =
    ["subject", "purpose", "kind", "claimed_at", "received_at", "recorded_at", "notice", "expires_at"];

/// A bad line: where, which field, what was found and what was expected.
///
/// ```
/// use volens_core::lines;
/// let bad = lines::parse("\n[]\n").unwrap_err();
/// assert_eq!(bad[0].to_string(), "2: found another kind of JSON, expected an object");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    line: usize,
    field: Option<String>,
    problem: String,
}

impl BadLine {
    /// The number of the line, from 1.
    ///
    /// ```
    /// # let bad = volens_core::lines::parse("\n[]\n").unwrap_err();
    /// assert_eq!(bad[0].line(), 2); // of "\n[]\n"
    /// ```
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The field at fault; none where the line is no object.
    ///
    /// ```
    /// # use volens_core::lines;
    /// assert_eq!(lines::parse("{}").unwrap_err()[0].field(), Some("received_at"));
    /// assert_eq!(lines::parse("[]").unwrap_err()[0].field(), None);
    /// ```
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What was found, and what was expected; for people, without a line's number or a field's name.
    ///
    /// ```
    /// # use volens_core::lines;
    /// let bad = lines::parse(r#"{"kind":"accept"}"#).unwrap_err();
    /// assert_eq!(bad[0].problem(), "missing, expected a time such as 2026-11-20T09:00:00Z");
    /// ```
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl std::error::Error for BadLine {}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.line)?;
        if let Some(field) = &self.field {
            write!(f, ": {field}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// Reads one record a line; lines of white space alone are passed over. A missing `recorded_at` is `received_at`.
///
/// # Errors
/// Every bad line, and then no record: half a file would answer as if the other half had not happened.
///
/// ```
/// use volens_core::{Kind, lines};
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/letter.jsonl"));
/// let records = lines::parse(text).unwrap();
/// assert_eq!(records[0].kind(), Kind::Grant);
/// assert_eq!(records[0].recorded_at(), records[0].received_at());
/// ```
pub fn parse(text: &str) -> Result<Vec<Record>, Vec<BadLine>> {
    let (mut records, mut bad) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match record(line) {
            Ok(record) => records.push(record),
            Err((field, problem)) => bad.push(BadLine { line: index + 1, field, problem }),
        }
    }
    if bad.is_empty() { Ok(records) } else { Err(bad) }
}

type Problem = (Option<String>, String);

fn record(line: &str) -> Result<Record, Problem> {
    let members = members(line)?;
    if let Some(unknown) = members.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        let expected = format!("unknown field, expected only {}", FIELDS.join(", "));
        return Err((Some(unknown.clone()), expected));
    }
    let received_at = required(&members, "received_at", "a time such as 2026-11-20T09:00:00Z")?;
    let parts = RecordParts {
        subject: required(&members, "subject", "1 to 128 visible characters")?,
        purpose: required(&members, "purpose", "a purpose id such as analytics")?,
        kind: required::<KindName>(&members, "kind", KindName::EXPECTED)?.0,
        claimed_at: optional(&members, "claimed_at", "a time")?,
        received_at,
        recorded_at: optional(&members, "recorded_at", "a time")?.unwrap_or(received_at),
        notice: required(&members, "notice", "the notice's hash")?,
        expires_at: optional(&members, "expires_at", "a time")?,
    };
    Record::new(parts).map_err(|error| {
        let found = members.get(error.field()).unwrap_or(&Value::Null);
        (Some(error.field().to_owned()), format!("found {found}: {error}"))
    })
}

/// The members of the line's object, each once.
fn members(line: &str) -> Result<Map<String, Value>, Problem> {
    let whole = |problem: String| (None, problem);
    let mut reader = serde_json::Deserializer::from_str(line);
    let members: Members<Value> =
        serde::Deserialize::deserialize(&mut reader).map_err(|error: serde_json::Error| {
            let at = error.column();
            whole(match error.classify() {
                Category::Data => "found another kind of JSON, expected an object".to_owned(),
                Category::Eof => format!("found a line cut off after column {at}, expected a whole object"),
                _ => format!("found no JSON at column {at}, expected an object"),
            })
        })?;
    reader
        .end()
        .map_err(|error| whole(format!("found more at column {}, expected the end of the line", error.column())))?;
    let mut once = Map::new();
    for (name, value) in members.0 {
        if once.contains_key(&name) {
            return Err((Some(name), "found twice, expected once".to_owned()));
        }
        once.insert(name, value);
    }
    Ok(once)
}

fn required<T>(members: &Map<String, Value>, name: &str, expected: &str) -> Result<T, Problem>
where
    T: FromStr<Err: fmt::Display>,
{
    optional(members, name, expected)?.ok_or_else(|| (Some(name.to_owned()), format!("missing, expected {expected}")))
}

/// A field that is not there or is `null`.
fn optional<T>(members: &Map<String, Value>, name: &str, expected: &str) -> Result<Option<T>, Problem>
where
    T: FromStr<Err: fmt::Display>,
{
    let problem = |text: String| (Some(name.to_owned()), text);
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            text.parse().map(Some).map_err(|error| problem(format!("found {text:?}: {error}")))
        }
        Some(other) => Err(problem(format!("found {other}, expected {expected} as text"))),
    }
}

struct KindName(Kind);

impl KindName {
    const EXPECTED: &str = "one of grant, refuse, withdraw, object, erase";
}

impl FromStr for KindName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Erase]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .map(Self)
            .ok_or_else(|| format!("expected {}", Self::EXPECTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        r#"{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;

    fn bad(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from));
        let bad = parse(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert_eq!(bad.len(), 1);
        bad[0].to_string()
    }

    #[test]
    fn recorded_at_is_received_at_if_missing() {
        for more in ["", r#""recorded_at":null,"#, r#""recorded_at":"2026-03-01T10:00:00+01:00","#] {
            let records = parse(&GOOD.replacen('{', &format!("{{{more}"), 1)).unwrap();
            assert_eq!(records[0].recorded_at(), records[0].received_at());
        }
    }

    #[test]
    fn empty_lines_are_passed_over_and_every_bad_line_is_named() {
        let text = format!("\n{GOOD}\r\n  \nx\n{GOOD}\n[]\n");
        let bad = parse(&text).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            bad,
            ["4: found no JSON at column 1, expected an object", "6: found another kind of JSON, expected an object"]
        );
        assert_eq!(
            parse(&format!("{GOOD}{GOOD}")).unwrap_err()[0].problem(),
            "found more at column 105, expected the end of the line"
        );
        assert_eq!(parse(&format!("{GOOD}\n\n{GOOD}")).unwrap().len(), 2);
        assert_eq!(parse("").unwrap(), []);
    }

    #[test]
    fn a_bad_field_is_named_with_what_was_found_and_expected() {
        assert_eq!(
            bad(r#""kind":"grant""#, r#""kind":"accept""#),
            "1: kind: found \"accept\": expected one of grant, refuse, withdraw, object, erase"
        );
        assert_eq!(bad(r#""subject":"s1","#, ""), "1: subject: missing, expected 1 to 128 visible characters");
        assert_eq!(
            bad(r#""subject":"s1""#, r#""subject":7"#),
            "1: subject: found 7, expected 1 to 128 visible characters as text"
        );
        assert_eq!(
            bad(r#""subject":"s1""#, r#""subject":"s1","subject":"s2""#),
            "1: subject: found twice, expected once"
        );
        assert!(
            bad("09:00:00Z", "09:00:00")
                .starts_with("1: received_at: found \"2026-03-01T09:00:00\": a time without an offset")
        );
        assert!(
            bad(r#""notice""#, r#""recieved_at":"x","notice""#)
                .starts_with("1: recieved_at: unknown field, expected only subject,")
        );
        assert!(bad("}", r#","recorded_at":"2026-02-28T09:00:00Z"}"#).starts_with("1: received_at: "));
    }

    #[test]
    fn a_line_cut_short_is_bad() {
        for end in 1..GOOD.len() {
            let bad = parse(&format!("{GOOD}\n{}", &GOOD[..end])).unwrap_err();
            assert_eq!(
                bad[0].to_string(),
                format!("2: found a line cut off after column {end}, expected a whole object")
            );
        }
    }
}
