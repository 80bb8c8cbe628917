//! What stands after the `?` of an address.

use super::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The query of a request; one that cannot be read is a problem like any other.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri).map(|axum::extract::Query(asked)| Self(asked)).map_err(|error| {
            let said = error.body_text();
            let why = said.strip_prefix("Failed to deserialize query string: ").unwrap_or(&said);
            Problem::malformed(format!("query: {why}"))
        })
    }
}
