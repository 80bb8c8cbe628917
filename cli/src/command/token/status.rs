//! The status list of `volens token verify`: one that somebody fetched, in a file.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use volens_core::Timestamp;
use volens_verify::{StatusError, StatusLists, Verifier};

use super::one_line;
use crate::exit::Failure;
use crate::input;

/// Takes the list in under its own address. One that is none is no refusal of the token, but a mistake in the call.
pub(super) fn take_in(file: &Path, lists: &StatusLists, verifier: &Verifier, at: Timestamp) -> Result<(), Failure> {
    let list = one_line(input::read(file)?);
    let [header, claims] = [0, 1].map(|part| json(&list, part));
    let uri = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
    lists.put_at(uri, &list, verifier, at).map(drop).map_err(|error| {
        let found = match error {
            StatusError::WrongType => header.get("typ"),
            StatusError::WrongAlg => header.get("alg"),
            StatusError::UnknownKey => header.get("kid"),
            StatusError::WrongIssuer => claims.get("iss"),
            StatusError::NotYetValid => claims.get("iat"),
            _ => None,
        };
        let name = file.display();
        match (error, found) {
            (StatusError::Malformed, _) if list.is_empty() => {
                Failure::bad(format_args!("{name}: found no bytes: {error}"))
            }
            (StatusError::Malformed, _) => {
                let begin: String = String::from_utf8_lossy(&list).chars().take(20).collect();
                Failure::bad(format_args!("{name}: found {} bytes that begin with {begin:?}: {error}", list.len()))
            }
            (_, None) => Failure::bad(format_args!("{name}: {error}")),
            (StatusError::NotYetValid, Some(iat)) => Failure::bad(format_args!(
                "{name}: found a list signed at {}, expected one signed at most 300 seconds after --at",
                Timestamp::from_unix_seconds(iat.as_i64().unwrap_or_default())
            )),
            (_, Some(found)) => Failure::bad(format_args!("{name}: found {found}: {error}")),
        }
    })
}

/// A part of the list as it claims to be, for its address and for messages.
fn json(list: &[u8], part: usize) -> Value {
    let part = list.split(|byte| *byte == b'.').nth(part).unwrap_or_default();
    let decoded = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    serde_json::from_slice(&decoded).unwrap_or_default()
}
