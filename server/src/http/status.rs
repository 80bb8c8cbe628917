//! `GET /status/{list}`: a status list, for anyone.

use super::Problem;
use crate::Service;
use crate::status::TTL;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

pub(crate) async fn get(State(service): State<Service>, Path(list): Path<String>) -> Result<Response, Problem> {
    let number = list.parse().ok().filter(|number: &i64| number.to_string() == list);
    let token = match number {
        Some(number) => service.run(move |inner| inner.status_list(number)).await?,
        None => None,
    };
    let Some(token) = token else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "unknown-list", "there is no status list of this number"));
    };
    let kept = format!("public, max-age={TTL}");
    let headers = [(header::CONTENT_TYPE, "application/statuslist+jwt"), (header::CACHE_CONTROL, kept.as_str())];
    Ok((headers, token.to_string()).into_response())
}
