//! What a caller configures.

use std::time::Duration;

use serde::Deserialize;
use volens_verify::{BuildError, KeySet, StatusLists, Verifier, dangerous};

use crate::answer::Fault;

/// As in `npm/index.d.ts`. A name that is not here is refused: a misspelt `notices` would let too much through.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Options {
    issuer: Option<String>,
    audience: Option<String>,
    controller: Option<String>,
    notices: Option<Vec<String>>,
    /// Seconds.
    leeway: Option<f64>,
    #[serde(default)]
    refusals: Refusals,
    dangerous: Option<Dangerous>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Refusals {
    #[default]
    InOrder,
    Early,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Dangerous {
    DevelopmentTokens,
}

/// Of `StatusLists`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ListOptions {
    /// Seconds.
    max_age: Option<f64>,
}

fn read<'a, T: Deserialize<'a>>(options: &'a str) -> Result<T, Fault> {
    serde_json::from_str(options).map_err(|error| Fault::new("bad-option", format!("not options: {error}")))
}

pub(crate) fn lists(options: &str) -> Result<StatusLists, Fault> {
    let options: ListOptions = read(options)?;
    let mut lists = StatusLists::new();
    if let Some(age) = options.max_age {
        lists = lists.max_age(Duration::try_from_secs_f64(age).map_err(|_| Fault::from(BuildError::StatusAge))?);
    }
    // The crate judges an age when it builds a verifier, before it asks for anything else.
    match Verifier::builder().status(lists.clone()).build() {
        Err(error @ BuildError::StatusAge) => Err(error.into()),
        _ => Ok(lists),
    }
}

pub(crate) fn verifier(options: &str, jwks: &str, lists: Option<&StatusLists>) -> Result<Verifier, Fault> {
    let options: Options = read(options)?;
    let mut builder = Verifier::builder();
    if let Some(lists) = lists {
        builder = builder.status(lists.clone());
    }
    if let Some(issuer) = options.issuer {
        builder = builder.issuer(issuer);
    }
    if let Some(audience) = options.audience {
        builder = builder.audience(audience);
    }
    if !jwks.is_empty() {
        let keys = KeySet::from_jwks(jwks.as_bytes()).map_err(|error| Fault::new(error.code(), error.to_string()))?;
        builder = builder.keys(keys);
    }
    if let Some(controller) = options.controller {
        builder = builder.controller(controller);
    }
    if let Some(notices) = options.notices {
        let notices = notices.into_iter().map(TryInto::try_into).collect::<Result<Vec<_>, _>>();
        builder = builder.notices(notices.map_err(|error| Fault::new("bad-option", format!("notices: {error}")))?);
    }
    if let Some(leeway) = options.leeway {
        let leeway = Duration::try_from_secs_f64(leeway).map_err(|_| Fault::from(BuildError::Leeway))?;
        builder = builder.leeway(leeway);
    }
    if let Refusals::Early = options.refusals {
        builder = builder.refuse_early();
    }
    if let Some(Dangerous::DevelopmentTokens) = options.dangerous {
        builder = dangerous::for_development(builder);
    }
    builder.build().map_err(Fault::from)
}
