//! Instants between Python and here.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyTzInfo};
use volens_core::Timestamp;
use volens_verify::{Clock as _, SystemClock};

/// The present for `None`; an aware `datetime`; or Unix seconds as `time.time()` gives.
#[expect(clippy::cast_possible_truncation, reason = "finite; beyond i64 is held at its ends")]
pub(crate) fn instant(now: Option<&Bound<'_, PyAny>>) -> PyResult<Timestamp> {
    let Some(now) = now else { return Ok(SystemClock.now()) };
    let seconds: f64 = if let Ok(moment) = now.cast::<PyDateTime>() {
        // `timestamp()` would take it for local time.
        if moment.call_method0("utcoffset")?.is_none() {
            return Err(PyValueError::new_err("now: a datetime without a time zone names no instant"));
        }
        moment.call_method0("timestamp")?.extract()?
    } else {
        now.extract().map_err(|_| PyTypeError::new_err("now: expected an aware datetime or Unix seconds"))?
    };
    if !seconds.is_finite() {
        return Err(PyValueError::new_err("now: no time"));
    }
    Ok(Timestamp::from_unix_millis((seconds * 1000.0).floor() as i64))
}

/// A `datetime` in UTC.
#[expect(clippy::cast_precision_loss, reason = "milliseconds up to the year 9999 have 48 bits")]
pub(crate) fn datetime(py: Python<'_>, at: Timestamp) -> PyResult<Bound<'_, PyDateTime>> {
    PyDateTime::from_timestamp(py, at.unix_millis() as f64 / 1000.0, Some(&*PyTzInfo::utc(py)?))
}
