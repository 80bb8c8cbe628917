//! The snippet for whoever puts it into pages: servers that include fragments, caches at the edge, plugins, and the one
//! script tag of pages that can do no more.

use super::query::Query;
use super::{Problem, request};
use crate::Service;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use volens_widget::page;

/// What changes with a deploy may be a minute old.
const SHORT: &str = "public, max-age=60";

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    lang: Option<String>,
    part: Option<String>,
    format: Option<String>,
}

/// `?part=head`, `banner` or `foot`; without it a page that holds all three, or with `?format=json` an object: parts of
/// one answer belong together, which those of several need not, while a deploy is under way.
pub(crate) async fn get(
    State(service): State<Service>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lang = request::language(&service, asked.lang.as_deref(), &headers);
    let vary = request::vary(&service, asked.lang.as_deref());
    let lang = service.0.manifest_or_default(Some(&lang)).lang.clone();
    let Some(snippet) = service.snippet(&lang, None).await else {
        return Err(Problem::malformed("no such language here"));
    };
    let html = match (asked.part.as_deref(), asked.format.as_deref()) {
        (None, Some("json")) => {
            let headers = [(header::CACHE_CONTROL, SHORT), (header::CONTENT_LANGUAGE, lang.as_str())];
            return Ok((headers, vary, axum::Json(snippet.to_json())).into_response());
        }
        (_, Some(other)) => {
            let why = format!("format is {other:?}; expected none, or \"json\" without a part");
            return Err(Problem::malformed(why));
        }
        (None, None) => snippet.document(lang.as_str()),
        (Some("head"), None) => snippet.head,
        (Some("banner"), None) => snippet.banner,
        (Some("foot"), None) => snippet.foot,
        (Some(other), None) => {
            let why = format!("part is {other:?}; expected \"head\", \"banner\" or \"foot\", or none for all of them");
            return Err(Problem::malformed(why));
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, SHORT),
        (header::CONTENT_LANGUAGE, lang.as_str()),
        // Seen by itself it is no page: nothing in it runs.
        (header::CONTENT_SECURITY_POLICY, "sandbox"),
    ];
    Ok((headers, vary, html).into_response())
}

/// `<script src="/consent/v1/embed.js"></script>`, first in `<head>`; it follows `<html lang>`.
pub(crate) async fn embed(State(service): State<Service>) -> Response {
    let inner = &service.0;
    let manifests: Vec<_> = inner.site.languages().iter().filter_map(|lang| service.manifest(lang)).collect();
    let script =
        page::embed(&manifests, &inner.assets, &inner.carried(), &format!("{}/snippet?lang=", inner.site.endpoint()));
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, SHORT)];
    (headers, script).into_response()
}
