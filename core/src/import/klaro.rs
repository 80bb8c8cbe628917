//! Klaro: `{"service": true}`, written by `saveConsents` and nothing else.

use serde_json::Value;

use super::json::members;
use super::{ImportError, Reason, Said, Stored, Tool};

pub(super) fn read(value: &str) -> Result<Stored, ImportError> {
    let mut stored = Stored::new(Tool::Klaro);
    for (service, on) in members::<Value>(Tool::Klaro, value)?.0 {
        if stored.names.contains_key(&service) {
            stored.doubts.insert(Reason::Unreadable);
        }
        stored.say(
            &service,
            match on {
                Value::Bool(true) => Said::Yes,
                Value::Bool(false) => Said::No,
                _ => Said::Open,
            },
        );
    }
    Ok(stored)
}
