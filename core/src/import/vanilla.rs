//! vanilla-cookieconsent: 3 writes `services`, `consentTimestamp`, `lastConsentTimestamp`, `expirationTime`; 2 wrote
//! `level` beside `categories`, `consent_date`, `last_consent_update`. Both write at a choice and never before.

use std::collections::BTreeSet;

use serde_json::Value;

use super::json::{kind, members};
use super::stored::Absent;
use super::{ImportError, Reason, Said, Stored, Tool};
use crate::Timestamp;

const TOOL: Tool = Tool::VanillaCookieconsent;

pub(super) fn read(value: &str) -> Result<Stored, ImportError> {
    let mut stored = Stored { absent: Absent::No, ..Stored::new(TOOL) };
    let (mut accepted, mut services, mut seen) = (None, Vec::new(), BTreeSet::new());
    for (field, value) in members(TOOL, value)?.0 {
        match (field.as_str(), &value) {
            ("categories" | "level", value) => {
                let listed = names(value)?;
                accepted = Some(accepted.map_or_else(|| listed.clone(), |other: BTreeSet<_>| &other & &listed));
            }
            ("services", Value::Object(known)) => services.extend(known.clone()),
            ("revision", Value::Number(revision)) => stored.revision = Some(revision.to_string()),
            ("languageCode", Value::String(lang)) => stored.lang = lang.parse().ok(),
            ("consentTimestamp" | "consent_date", Value::String(at)) => stored.first = at.parse().ok(),
            ("lastConsentTimestamp" | "last_consent_update", Value::String(at)) => stored.last = at.parse().ok(),
            ("expirationTime", Value::Number(at)) => stored.ends = at.as_i64().map(Timestamp::from_unix_millis),
            _ => {}
        }
        if !seen.insert(field) {
            stored.doubts.insert(Reason::NoPositiveAct);
        }
    }
    let Some(accepted) = accepted else { return Err(field("nothing")) };
    for name in &accepted {
        stored.say(name, Said::Yes);
    }
    for (category, listed) in &services {
        for service in names(listed).unwrap_or_default() {
            stored.say(&format!("{category}/{service}"), Said::Yes);
            if accepted.contains(category) {
                stored.say(category, Said::Partly);
            }
        }
    }
    // Version 3 names every category that it had; one that came later was refused by nobody.
    if !services.is_empty() {
        stored.absent = Absent::NoWithin(services.into_iter().map(|(category, _)| category).collect());
    }
    Ok(stored)
}

/// A list of texts.
fn names(value: &Value) -> Result<BTreeSet<String>, ImportError> {
    let Value::Array(values) = value else { return Err(field(kind(value))) };
    let name = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| field("a list with other things in it"));
    values.iter().map(name).collect()
}

const fn field(found: &'static str) -> ImportError {
    ImportError::Field { tool: TOOL, field: "categories", found, expected: "a list of texts" }
}
