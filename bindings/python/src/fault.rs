//! Errors as Python sees them: its own classes, each with a code.

use pyo3::PyErr;
use volens_verify::{BuildError, Denied, KeySetError, StatusError, VerifyError};

mod classes {
    pyo3::import_exception!(volens_verify._errors, ConfigurationError);
    pyo3::import_exception!(volens_verify._errors, Denied);
    pyo3::import_exception!(volens_verify._errors, Refused);
    pyo3::import_exception!(volens_verify._errors, StatusError);
}

pub(crate) fn refused(error: VerifyError) -> PyErr {
    classes::Refused::new_err((error.code(), error.to_string()))
}

pub(crate) fn denied(denied: &Denied) -> PyErr {
    classes::Denied::new_err((denied.code(), denied.to_string(), denied.purpose().to_owned()))
}

/// For a purpose that no token can name.
pub(crate) fn never_granted(purpose: &str) -> PyErr {
    classes::Denied::new_err(("not-granted", format!("purpose {purpose}: not granted"), purpose.to_owned()))
}

pub(crate) fn built(error: BuildError) -> PyErr {
    classes::ConfigurationError::new_err((error.code(), error.to_string()))
}

pub(crate) fn keys(error: KeySetError) -> PyErr {
    classes::ConfigurationError::new_err((error.code(), error.to_string()))
}

pub(crate) fn list(error: StatusError) -> PyErr {
    classes::StatusError::new_err((error.code(), error.to_string()))
}

pub(crate) fn option(message: String) -> PyErr {
    classes::ConfigurationError::new_err(("bad-option", message))
}
