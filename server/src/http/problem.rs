//! Errors as RFC 9457 problem details with a stable `code`.

use crate::{ServiceError, log};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that says what was wrong, where, and what was expected.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    more: Option<(&'static str, Value)>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), more: None }
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    pub(crate) fn missing(field: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "missing-field", format!("{field} is missing"))
    }

    pub(crate) fn with(mut self, member: &'static str, value: Value) -> Self {
        self.more = Some((member, value));
        self
    }

    /// The status.
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// What was wrong, where, and what was expected.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// A body that does not have the shape of what was asked for.
    pub(crate) fn shape(error: &serde_json::Error) -> Self {
        let detail = error.to_string();
        let code = if detail.starts_with("missing field") { "missing-field" } else { "malformed" };
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

pub(super) async fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "there is nothing at this address")
}

pub(super) async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "this address does not answer to this method")
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        let status = match &error {
            ServiceError::NoticeNotCurrent => StatusCode::CONFLICT,
            ServiceError::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        if status == StatusCode::SERVICE_UNAVAILABLE {
            // The inside stays inside: the operator reads the log, the visitor reads that nothing was saved.
            log::warn(format_args!("{}: {error}", error.code()));
            return Self::new(status, "unavailable", "nothing was saved; please try again");
        }
        Self::new(status, error.code(), error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": format!("urn:volens:problem:{}", self.code),
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let (Some((member, value)), Some(members)) = (self.more, body.as_object_mut()) {
            members.insert(member.into(), value);
        }
        let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
        (self.status, headers, body.to_string()).into_response()
    }
}
