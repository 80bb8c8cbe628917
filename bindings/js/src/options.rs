//! What a caller configures.

use std::time::Duration;

use serde::Deserialize;
use volens_verify::{BuildError, KeySet, Verifier, dangerous};

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

pub(crate) fn verifier(options: &str, jwks: &str) -> Result<Verifier, Fault> {
    let options: Options =
        serde_json::from_str(options).map_err(|error| Fault::new("bad-option", format!("not options: {error}")))?;
    let mut builder = Verifier::builder();
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
