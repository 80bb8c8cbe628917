//! What JavaScript is told.

use std::collections::BTreeMap;

use serde::Serialize;
use volens_core::token::Claims;
use volens_verify::{BuildError, Consent, ListTimes, StatusError, VerifyError};

/// A stable code for programs, and a sentence for people.
#[derive(Serialize)]
pub(crate) struct Fault {
    code: &'static str,
    message: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: String) -> Self {
        Self { code, message }
    }
}

impl From<BuildError> for Fault {
    fn from(error: BuildError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Answer<'a> {
    Consent(Described<'a>),
    Refused(Fault),
}

/// A consent, each purpose in it decided here: JavaScript has no rule of its own.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Described<'a> {
    claims: &'a Claims,
    /// Unix milliseconds.
    verified_at: i64,
    expires_at: i64,
    purposes: BTreeMap<&'a str, Decision>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Decision {
    /// Unix milliseconds.
    Granted(i64),
    Denied(Fault),
}

impl<'a> Described<'a> {
    fn of(consent: &'a Consent) -> Self {
        let decide = |purpose| match consent.require_id(purpose) {
            Ok(at) => Decision::Granted(at.unix_millis()),
            Err(denied) => Decision::Denied(Fault::new(denied.code(), denied.to_string())),
        };
        Self {
            claims: consent.claims(),
            verified_at: consent.verified_at().unix_millis(),
            expires_at: consent.expires_at().unix_millis(),
            purposes: consent.claims().g.keys().map(|purpose| (purpose.as_str(), decide(purpose))).collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Taken {
    Times(Times),
    Refused(Fault),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Times {
    /// Unix milliseconds.
    issued_at: i64,
    stale_at: i64,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<u64>,
}

pub(crate) fn of_list(put: &Result<ListTimes, StatusError>) -> String {
    json(&match put {
        Ok(times) => Taken::Times(Times {
            issued_at: times.issued_at.unix_millis(),
            stale_at: times.stale_at.unix_millis(),
            ttl: times.ttl.map(|ttl| ttl.as_secs()),
        }),
        Err(error) => Taken::Refused(Fault::new(error.code(), error.to_string())),
    })
}

pub(crate) fn of(verified: &Result<Consent, VerifyError>) -> String {
    json(&match verified {
        Ok(consent) => Answer::Consent(Described::of(consent)),
        Err(error) => Answer::Refused(Fault::new(error.code(), error.to_string())),
    })
}

/// All of these have names as keys and serialise; if one did not, the empty text would be no JSON and be refused.
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
