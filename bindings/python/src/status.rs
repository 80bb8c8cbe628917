//! The status lists that Python has fetched.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDateTime, PyDict, PyString};
use volens_verify::StatusError;

use crate::{Verifier, fault, options, time};

/// The longest list that the crate looks at, in bytes.
const MOST: usize = 2 << 20;

/// One place for those who fetch and those who verify.
#[pyclass(frozen, module = "volens_verify")]
#[derive(Debug)]
pub(crate) struct StatusLists(pub(crate) volens_verify::StatusLists);

#[pymethods]
impl StatusLists {
    #[new]
    #[pyo3(signature = (**options))]
    fn new(options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        options::lists(options).map(Self)
    }

    /// Takes in the list that came from `uri`.
    #[pyo3(signature = (uri, token, verifier, now = None))]
    fn put(
        &self,
        py: Python<'_>,
        uri: &str,
        token: &Bound<'_, PyAny>,
        verifier: &Bound<'_, Verifier>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<ListTimes> {
        let now = time::instant(now)?;
        let token = body(token)?;
        let by = &verifier.get().0;
        // Other threads go on meanwhile.
        py.detach(|| self.0.put_at(uri, token, by, now)).map(ListTimes).map_err(fault::list)
    }

    /// Drops the list of this address.
    fn remove(&self, uri: &str) {
        self.0.remove(uri);
    }
}

/// What came, text or bytes, without a copy.
fn body<'a>(token: &'a Bound<'_, PyAny>) -> PyResult<&'a [u8]> {
    if let Ok(bytes) = token.cast::<PyBytes>() {
        return Ok(bytes.as_bytes());
    }
    let text = token.cast::<PyString>().map_err(|_| PyTypeError::new_err("token: expected str or bytes"))?;
    // What has more characters has more bytes.
    if text.len()? > MOST {
        return Err(fault::list(StatusError::TooLong));
    }
    text.to_str().map(str::as_bytes).map_err(|_| fault::list(StatusError::Malformed))
}

/// The times of a list that was taken in.
#[pyclass(frozen, module = "volens_verify")]
#[derive(Debug)]
pub(crate) struct ListTimes(volens_verify::ListTimes);

#[pymethods]
impl ListTimes {
    #[getter]
    fn issued_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        time::datetime(py, self.0.issued_at)
    }

    #[getter]
    fn stale_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDateTime>> {
        time::datetime(py, self.0.stale_at)
    }

    /// Seconds.
    #[getter]
    fn ttl(&self) -> Option<u64> {
        self.0.ttl.map(|ttl| ttl.as_secs())
    }
}
