//! What a verified token permits. Neither class has a constructor: a check alone makes them.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyTuple};
use volens_core::{PurposeId, Timestamp};

use crate::{fault, time};

/// A verified token.
#[pyclass(frozen, module = "volens_verify")]
#[derive(Clone, Debug)]
pub(crate) struct Consent(volens_verify::Consent);

impl From<volens_verify::Consent> for Consent {
    fn from(consent: volens_verify::Consent) -> Self {
        Self(consent)
    }
}

#[pymethods]
impl Consent {
    /// Whether the purpose is granted.
    fn has(&self, purpose: &str) -> bool {
        purpose.parse().is_ok_and(|purpose| self.0.permits(&purpose))
    }

    /// Proof that it is.
    fn require(&self, purpose: &str) -> PyResult<Grant> {
        let id: PurposeId = purpose.parse().map_err(|_| fault::never_granted(purpose))?;
        let granted_at = self.0.require_id(&id).map_err(|denied| fault::denied(&denied))?;
        Ok(Grant { purpose: id, granted_at, consent: self.clone() })
    }

    /// The purposes that are granted.
    #[getter]
    fn purposes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let all = self.0.claims().g.keys();
        PyTuple::new(py, all.filter(|purpose| self.0.permits(purpose)).map(PurposeId::as_str).collect::<Vec<_>>())
    }

    /// The subject's pseudonym.
    #[getter]
    fn subject(&self) -> Option<&str> {
        self.0.claims().sub.as_ref().map(AsRef::as_ref)
    }

    #[getter]
    fn verified_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        time::datetime(py, self.0.verified_at())
    }

    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        time::datetime(py, self.0.expires_at())
    }

    /// All that the token claims, as a new `dict`.
    #[getter]
    fn claims<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let json =
            serde_json::to_string(self.0.claims()).map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        py.import("json")?.call_method1("loads", (json,))
    }
}

/// Proof that a purpose was granted.
#[pyclass(frozen, module = "volens_verify")]
#[derive(Debug)]
pub(crate) struct Grant {
    purpose: PurposeId,
    granted_at: Timestamp,
    consent: Consent,
}

#[pymethods]
impl Grant {
    #[getter]
    fn purpose(&self) -> &str {
        self.purpose.as_str()
    }

    #[getter]
    fn granted_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        time::datetime(py, self.granted_at)
    }

    #[getter]
    fn consent(&self) -> Consent {
        self.consent.clone()
    }
}
