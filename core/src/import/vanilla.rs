//! vanilla-cookieconsent: 3 writes `services`, `consentTimestamp`, `lastConsentTimestamp`, `expirationTime`; 2 wrote
//! `level` beside `categories`, `consent_date`, `last_consent_update`. Both write at a choice and never before.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::json::{Field, Members, kind, members};
use super::stored::Absent;
use super::{ImportError, Reason, Said, Stored, Tool};
use crate::Timestamp;

const TOOL: Tool = Tool::VanillaCookieconsent;

pub(super) fn read(value: &str) -> Result<Stored, ImportError> {
    let mut stored = Stored { absent: Absent::No, ..Stored::new(TOOL) };
    let (mut accepted, mut services, mut seen) = (None, Vec::new(), BTreeSet::new());
    for (field, value) in members::<Field>(TOOL, value)?.0 {
        let readable = match (field.as_str(), value) {
            ("categories" | "level", value) => {
                let expected = "a list of texts";
                let listed = match &value {
                    Field::Other(Value::Array(list)) => names(list).ok_or("a list with other things in it"),
                    other => Err(kind(other)),
                };
                let listed =
                    listed.map_err(|found| ImportError::Field { tool: TOOL, field: "categories", found, expected })?;
                accepted = Some(accepted.map_or_else(|| listed.clone(), |other: BTreeSet<_>| &other & &listed));
                true
            }
            ("services", Field::Object(Members(known))) => {
                services.extend(known);
                true
            }
            ("revision", Field::Other(Value::Number(revision))) => {
                stored.revision = Some(revision.to_string());
                true
            }
            ("languageCode", Field::Other(Value::String(lang))) => keep(&mut stored.lang, lang.parse().ok()),
            ("consentTimestamp" | "consent_date", Field::Other(Value::String(at))) => {
                keep(&mut stored.first, at.parse().ok())
            }
            ("lastConsentTimestamp" | "last_consent_update", Field::Other(Value::String(at))) => {
                keep(&mut stored.last, at.parse().ok())
            }
            ("expirationTime", Field::Other(Value::Number(at))) => {
                keep(&mut stored.ends, at.as_i64().map(Timestamp::from_unix_millis))
            }
            (field, _) => !FIELDS.contains(&field),
        };
        if !seen.insert(field) || !readable {
            stored.doubts.insert(Reason::Unreadable);
        }
    }
    let Some(accepted) = accepted else {
        let expected = "a list of texts";
        return Err(ImportError::Field { tool: TOOL, field: "categories", found: "nothing", expected });
    };
    for name in &accepted {
        stored.say(name, Said::Yes);
    }
    read_services(&mut stored, &accepted, services);
    Ok(stored)
}

/// What must be readable where it is there at all.
const FIELDS: [&str; 8] = [
    "services",
    "revision",
    "languageCode",
    "consentTimestamp",
    "consent_date",
    "lastConsentTimestamp",
    "last_consent_update",
    "expirationTime",
];

/// Version 3 names every category that it had, and the services accepted in each.
fn read_services(stored: &mut Stored, accepted: &BTreeSet<String>, services: Vec<(String, Value)>) {
    // A category that came later was refused by nobody.
    if !services.is_empty() {
        stored.absent = Absent::NoWithin(BTreeSet::new());
    }
    let mut known: BTreeMap<String, Option<BTreeSet<String>>> = BTreeMap::new();
    for (category, listed) in services {
        let listed = listed.as_array().and_then(|list| names(list));
        let listed = match known.remove(&category) {
            Some(before) => {
                stored.doubts.insert(Reason::Unreadable);
                before.zip(listed).map(|(before, listed)| &before & &listed)
            }
            None => listed,
        };
        known.insert(category, listed);
    }
    for (category, listed) in known {
        let yes = accepted.contains(&category);
        let none = listed.as_ref().is_some_and(BTreeSet::is_empty);
        match (yes, none) {
            (true, true) => {}
            (true, false) => stored.say(&category, Said::Partly),
            (false, _) => stored.say(&category, Said::No),
        }
        // A service without its category contradicts itself.
        if listed.is_none() || !yes && !none {
            stored.doubts.insert(Reason::Unreadable);
        }
        for service in listed.iter().flatten() {
            stored.say(&format!("{category}/{service}"), if yes { Said::Yes } else { Said::No });
        }
        // Which services a broken list refused, nobody knows.
        if let Absent::NoWithin(categories) = &mut stored.absent
            && (listed.is_some() || !yes)
        {
            categories.insert(category);
        }
    }
}

/// Whether it could be read, and only once: versions 2 and 3 have two names for one thing.
fn keep<T>(place: &mut Option<T>, found: Option<T>) -> bool {
    let readable = found.is_some() && place.is_none();
    *place = found;
    readable
}

fn names(list: &[Value]) -> Option<BTreeSet<String>> {
    list.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}
