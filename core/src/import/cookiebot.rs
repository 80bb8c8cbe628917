//! Cookiebot: `{stamp:'…',necessary:true,…}`, names without quotes and texts in single ones.

use super::text::{decoded, unexpected};
use super::{ImportError, Reason, Said, Stored, Tool};
use crate::Timestamp;

const TOOL: Tool = Tool::Cookiebot;
const CATEGORIES: [&str; 4] = ["necessary", "preferences", "statistics", "marketing"];

pub(super) fn read(value: &str) -> Result<Stored, ImportError> {
    let text = decoded(TOOL, value)?;
    let mut stored = Stored::new(TOOL);
    let all = match text.as_ref() {
        "0" => Some(Said::No),
        "-1" => Some(Said::Open),
        _ => None,
    };
    if let Some(said) = all {
        for category in CATEGORIES.into_iter().skip(1) {
            stored.say(category, said);
        }
        return Ok(stored);
    }
    let (mut explicit, mut twice, mut seen) = (false, false, Vec::new());
    for (name, value) in pairs(&text)? {
        match name {
            name if CATEGORIES.contains(&name) => stored.say(
                name,
                match value {
                    "true" => Said::Yes,
                    "false" => Said::No,
                    _ => Said::Open,
                },
            ),
            "method" => explicit = value == "explicit",
            "utc" => stored.first = value.parse().ok().map(Timestamp::from_unix_millis),
            _ => {}
        }
        twice |= seen.contains(&name);
        seen.push(name);
    }
    if !seen.iter().any(|name| CATEGORIES.contains(name)) {
        let expected = "true or false";
        return Err(ImportError::Field { tool: TOOL, field: "marketing", found: "nothing", expected });
    }
    if !explicit {
        stored.doubts.insert(Reason::NoPositiveAct);
    }
    if twice {
        stored.doubts.insert(Reason::Unreadable);
    }
    Ok(stored)
}

/// `{name:value,…}`, a value being quoted or going on until a comma or the end.
fn pairs(text: &str) -> Result<Vec<(&str, &str)>, ImportError> {
    let fail = |rest: &str, expected| unexpected(TOOL, text, text.len() - rest.len(), expected);
    let mut rest = text.strip_prefix('{').ok_or_else(|| fail(text, "{, 0 or -1"))?;
    let mut pairs = Vec::new();
    loop {
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let (name, after) = rest.split_at(rest.len() - name.len());
        let after = after.strip_prefix(':').filter(|_| !name.is_empty()).ok_or_else(|| fail(after, "a name and :"))?;
        let value;
        (value, rest) = match after.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').ok_or_else(|| fail("", "'"))?,
            None => after.split_at(after.find([',', '}']).unwrap_or(after.len())),
        };
        pairs.push((name, value));
        rest = match rest.strip_prefix(',') {
            Some(next) => next,
            None if rest == "}" => return Ok(pairs),
            None => return Err(fail(rest, ", or } and the end")),
        };
    }
}
