//! Refusals as problem documents (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub(super) fn layer_missing(code: &str) -> Response {
    answer(
        StatusCode::INTERNAL_SERVER_ERROR,
        &json!({
            "type": "about:blank",
            "title": "Internal server error",
            "status": 500,
            "code": code,
            "detail": "This handler asks for consent, but no ConsentLayer lies above it: add \
                       `.layer(ConsentLayer::new(verifier))` to the router, after the route.",
        }),
    )
}

pub(super) fn consent_required(code: &str, purpose: Option<&str>, because: &str) -> Response {
    let mut body = json!({
        "type": "about:blank",
        "title": "Consent required",
        "status": 403,
        "code": code,
        "because": because,
        "detail": "This needs a valid answer to the consent banner.",
    });
    if let (Some(purpose), Some(members)) = (purpose, body.as_object_mut()) {
        members.insert("purpose".into(), purpose.into());
        members.insert("detail".into(), format!("This needs consent to the purpose \"{purpose}\".").into());
    }
    answer(StatusCode::FORBIDDEN, &body)
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, body.to_string()).into_response()
}
