//! What anyone may read: texts, the cookie list, assets, keys, health.

use super::query::Query;
use super::{Problem, request};
use crate::Service;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize)]
pub(crate) struct InLanguage {
    lang: Option<String>,
}

const JSON: &str = "application/json";
/// Texts change with a deploy; a minute is short enough to be honest and long enough to help.
const SHORT: &str = "public, max-age=60";
/// Asked again after a notice has changed under an open page.
const FRESH: &str = "no-cache";

#[derive(Debug, Deserialize)]
pub(crate) struct InVariant {
    lang: Option<String>,
    variant: Option<String>,
}

pub(crate) async fn manifest(
    State(service): State<Service>,
    Query(asked): Query<InVariant>,
    headers: HeaderMap,
) -> Response {
    let lang = request::language(&service, asked.lang.as_deref(), &headers);
    let manifest = service.0.manifest_in(Some(&lang), asked.variant.as_deref());
    let vary = request::vary(&service, asked.lang.as_deref());
    ([(header::CACHE_CONTROL, FRESH)], vary, axum::Json(manifest)).into_response()
}

pub(crate) async fn cookies(
    State(service): State<Service>,
    Query(asked): Query<InLanguage>,
    headers: HeaderMap,
) -> Response {
    let lang = request::language(&service, asked.lang.as_deref(), &headers);
    let list = json_text(volens_cookie_list::json(service.0.manifest_or_default(Some(&lang))));
    (request::vary(&service, asked.lang.as_deref()), list).into_response()
}

pub(crate) async fn cookie_list(State(service): State<Service>) -> Response {
    json_text(volens_cookie_list::json(service.0.manifest_or_default(None)))
}

pub(crate) async fn jwks(State(service): State<Service>) -> Response {
    json_text(service.jwks().to_owned())
}

/// What all of this can be asked, for programs.
pub(crate) async fn openapi(State(service): State<Service>) -> Response {
    json_text(include_str!("openapi.json").replace("{endpoint}", &service.site().endpoint_url()))
}

/// GPC, section 4: this site's rules honour the signal (nothing runs without consent), since its policy took effect.
pub(crate) async fn gpc(State(service): State<Service>) -> Response {
    let since = &service.0.manifest_or_default(None).policy.effective;
    json_text(json!({ "gpc": true, "lastUpdate": since }).to_string())
}

pub(crate) async fn ready(State(service): State<Service>) -> Result<&'static str, Problem> {
    service.run(|inner| inner.store.ready()).await?;
    Ok("ready")
}

/// The web assets: hashed names, kept for a year by the browser. Any file of the folder, none outside it.
pub(crate) async fn web(State(service): State<Service>, Path(file): Path<String>) -> Response {
    let media = match file.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("ts") => "text/plain; charset=utf-8",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let plain =
        file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) && !file.starts_with('.');
    if !plain {
        return StatusCode::NOT_FOUND.into_response();
    }
    match tokio::fs::read(service.0.web.join(&file)).await {
        Ok(bytes) => {
            let headers = [
                (header::CONTENT_TYPE, media),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, bytes).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn json_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, SHORT)], text).into_response()
}
