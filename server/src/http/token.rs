//! `POST /token`: a token for another service, asked for by the visitor's own browser.

use super::Problem;
use super::request::{self, Sent};
use crate::Service;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    aud: String,
}

pub(crate) async fn post(State(service): State<Service>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    request::same_site(&service, &headers)?;
    let Sent::Json(value) = request::body(&headers, body).await? else {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "expected application/json"));
    };
    let Wish { aud } = serde_json::from_value(value).map_err(|error| Problem::shape(&error))?;
    let listed = service.site().token_audiences();
    if !listed.contains(&aud) {
        let found: String = aud.chars().take(60).collect();
        let expected = if listed.is_empty() { "none is listed".into() } else { listed.join(" or ") };
        let detail = format!("aud: found {found:?}, expected one of site.token_audiences: {expected}");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "unknown-audience", detail).with("audiences", json!(listed)));
    }
    let cookie = request::token(&service, &headers);
    let made = service.run(move |inner| inner.token_for(cookie.as_deref(), &aud)).await?;
    let Some(made) = made else {
        let detail = "this browser holds no answer of a visitor; a token says what somebody said";
        return Err(Problem::new(StatusCode::NOT_FOUND, "undecided", detail));
    };
    let body = axum::Json(json!({ "token": made.token, "exp": made.exp }));
    Ok(([(header::CACHE_CONTROL, "no-store")], body).into_response())
}
