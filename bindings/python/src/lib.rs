//! The verifier as Python calls it; `python/volens_verify/__init__.pyi` says what it offers.

mod consent;
mod fault;
mod options;
mod status;
mod time;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use volens_core::token::MAX_LENGTH;
use volens_verify::VerifyError;

use crate::consent::{Consent, Grant};
use crate::status::{ListTimes, StatusLists};

/// Checks tokens of one issuer for one audience.
#[pyclass(frozen, module = "volens_verify")]
#[derive(Debug)]
struct Verifier(volens_verify::Verifier);

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(signature = (**options))]
    fn new(options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        options::verifier(options).map(Self)
    }

    /// Verifies a token, at the present or at `now`.
    #[pyo3(signature = (token, now = None))]
    fn verify(
        &self,
        py: Python<'_>,
        token: Option<&Bound<'_, PyString>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Consent> {
        let now = time::instant(now)?;
        // A cookie that is absent, and bytes of a header that were no UTF-8, are refused like a bad token.
        let token = token.ok_or_else(|| fault::refused(VerifyError::Malformed))?;
        // What has more characters has more bytes; it is not copied to be measured.
        if token.len()? > MAX_LENGTH {
            return Err(fault::refused(VerifyError::TooLong));
        }
        let text = token.to_str().map_err(|_| fault::refused(VerifyError::Malformed))?;
        // Other threads go on meanwhile.
        py.detach(|| self.0.verify_at(text, now)).map(Consent::from).map_err(fault::refused)
    }
}

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{Consent, Grant, ListTimes, StatusLists, Verifier};
}
