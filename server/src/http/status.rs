//! `GET /status/{list}`: a status list, for anyone; `GET /status`: which there are.

use super::Problem;
use crate::Service;
use crate::service::Inner;
use crate::status::TTL;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

/// The addresses of all lists (draft, section 9.3), for those who fetch them. Not signed: who reads it takes only
/// addresses that it expects, and each list proves itself.
pub(crate) async fn all(State(service): State<Service>) -> Result<Response, Problem> {
    let uris: Vec<String> = service.run(Inner::status_lists).await?.into_values().collect();
    Ok(([(header::CACHE_CONTROL, kept())], Json(json!({ "status_lists": uris }))).into_response())
}

pub(crate) async fn get(State(service): State<Service>, Path(list): Path<String>) -> Result<Response, Problem> {
    let number = list.parse().ok().filter(|number: &i64| number.to_string() == list);
    let token = match number {
        Some(number) => service.run(move |inner| inner.status_list(number)).await?,
        None => None,
    };
    let Some(token) = token else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "unknown-list", "there is no status list of this number"));
    };
    let headers = [(header::CONTENT_TYPE, "application/statuslist+jwt".to_owned()), (header::CACHE_CONTROL, kept())];
    Ok((headers, token.to_string()).into_response())
}

fn kept() -> String {
    format!("public, max-age={TTL}")
}
