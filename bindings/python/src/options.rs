//! What a caller configures.

use std::num::NonZeroUsize;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyString};
use volens_verify::{BuildError, KeySet, StatusLists, Verifier, VerifierBuilder, dangerous};

use crate::{fault, status};

/// A name that is not here, and a value that is `None`, is refused: a misspelt `notices`, or a variable of the environment
/// that is not set, would be a check that nobody makes.
pub(crate) fn verifier(options: Option<&Bound<'_, PyDict>>) -> PyResult<Verifier> {
    each(options, Verifier::builder(), with)?.build().map_err(fault::built)
}

pub(crate) fn lists(options: Option<&Bound<'_, PyDict>>) -> PyResult<StatusLists> {
    let lists = each(options, StatusLists::new(), |lists, name, value| match name {
        "max_age" => Ok(lists.max_age(seconds(name, value, BuildError::StatusAge)?)),
        _ => Err(unknown(name)),
    })?;
    // The crate judges an age when it builds a verifier, before it asks for anything else.
    match Verifier::builder().status(lists.clone()).build() {
        Err(error @ BuildError::StatusAge) => Err(fault::built(error)),
        _ => Ok(lists),
    }
}

fn each<T>(
    options: Option<&Bound<'_, PyDict>>,
    start: T,
    with: impl Fn(T, &str, &Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<T> {
    options.into_iter().flatten().try_fold(start, |made, (name, value)| {
        let name: String = name.extract()?;
        if value.is_none() {
            return Err(fault::option(format!("{name}: no value; give it one or leave it out")));
        }
        with(made, &name, &value)
    })
}

fn with(builder: VerifierBuilder, name: &str, value: &Bound<'_, PyAny>) -> PyResult<VerifierBuilder> {
    Ok(match name {
        "issuer" => builder.issuer(text(name, value)?),
        "audience" => builder.audience(text(name, value)?),
        "jwks" => builder.keys(keys(value)?),
        "controller" => builder.controller(text(name, value)?),
        "notices" => builder.notices(notices(value)?),
        "leeway" => builder.leeway(seconds(name, value, BuildError::Leeway)?),
        "status" => {
            let lists = value.cast::<status::StatusLists>();
            builder.status(lists.map_err(|_| fault::option("status: expected StatusLists".to_owned()))?.get().0.clone())
        }
        "cache" => builder.cache(extracted::<NonZeroUsize>(name, value, "how many tokens, at least 1")?),
        "refusals" => match text(name, value)?.as_str() {
            "in-order" => builder,
            "early" => builder.refuse_early(),
            _ => return Err(fault::option("refusals: expected \"in-order\" or \"early\"".to_owned())),
        },
        "dangerous" => match text(name, value)?.as_str() {
            "development-tokens" => dangerous::for_development(builder),
            _ => return Err(fault::option("dangerous: expected \"development-tokens\"".to_owned())),
        },
        _ => return Err(unknown(name)),
    })
}

fn unknown(name: &str) -> PyErr {
    fault::option(format!("{name}: no such option"))
}

fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    extracted(name, value, "a text")
}

/// JSON, or what `json.loads` made of it.
fn keys(value: &Bound<'_, PyAny>) -> PyResult<KeySet> {
    let json = if let Ok(bytes) = value.cast::<PyBytes>() {
        bytes.as_bytes().to_vec()
    } else if value.is_instance_of::<PyString>() {
        text("jwks", value)?.into_bytes()
    } else {
        let dumped = value.py().import("json")?.call_method1("dumps", (value,));
        let dumped = dumped.map_err(|_| fault::option("jwks: expected JSON, or what it says".to_owned()))?;
        dumped.extract::<String>()?.into_bytes()
    };
    KeySet::from_jwks(&json).map_err(fault::keys)
}

fn notices(value: &Bound<'_, PyAny>) -> PyResult<Vec<volens_core::NoticeHash>> {
    let listed: Vec<String> = extracted("notices", value, "a list of texts")?;
    let parsed = listed.into_iter().map(TryInto::try_into).collect::<Result<_, _>>();
    parsed.map_err(|error| fault::option(format!("notices: {error}")))
}

fn seconds(name: &str, value: &Bound<'_, PyAny>, otherwise: BuildError) -> PyResult<Duration> {
    if value.is_instance_of::<PyBool>() {
        return Err(fault::option(format!("{name}: expected seconds")));
    }
    let seconds: f64 = extracted(name, value, "seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|_| fault::built(otherwise))
}

fn extracted<'py, T: FromPyObjectOwned<'py>>(name: &str, value: &Bound<'py, PyAny>, what: &str) -> PyResult<T> {
    value.extract().map_err(|_| fault::option(format!("{name}: expected {what}")))
}
