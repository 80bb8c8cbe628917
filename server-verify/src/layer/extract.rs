//! `Consent` and `Grant<P>` as arguments of axum's handlers.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use super::ConsentRejection;
use crate::{Consent, Grant, Purpose};

impl IntoResponse for ConsentRejection {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/problem+json")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (status, headers, self.problem()).into_response()
    }
}

/// What was found, or nothing; without a layer not even that.
fn optional<T>(found: Result<T, ConsentRejection>) -> Result<Option<T>, ConsentRejection> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(ConsentRejection::LayerMissing) => Err(ConsentRejection::LayerMissing),
        Err(ConsentRejection::NoConsent { .. } | ConsentRejection::NotGranted { .. }) => Ok(None),
    }
}

impl<S: Sync> FromRequestParts<S> for Consent {
    type Rejection = ConsentRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        super::consent(&parts.extensions, &parts.headers)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Consent {
    type Rejection = ConsentRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        optional(super::consent(&parts.extensions, &parts.headers))
    }
}

impl<S: Sync, P: Purpose> FromRequestParts<S> for Grant<P> {
    type Rejection = ConsentRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        super::require(&parts.extensions, &parts.headers)
    }
}

impl<S: Sync, P: Purpose> OptionalFromRequestParts<S> for Grant<P> {
    type Rejection = ConsentRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        optional(super::require(&parts.extensions, &parts.headers))
    }
}
