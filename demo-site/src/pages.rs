//! The public pages: rendered once at the start, the same bytes for every visitor.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, SET_COOKIE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use volens_verify::layer::SameForAll;
use volens_verify::{Analytics, Grant};

use crate::App;
use crate::headers::harden;
use crate::language;
use crate::random::hex;
use crate::words::Words;

/// A finished page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    body: Bytes,
    etag: HeaderValue,
    policy: HeaderValue,
}

impl Page {
    /// None if the digest cannot be a header value, which hexadecimal digits always can.
    pub(crate) fn new(html: String, policy: HeaderValue) -> Option<Self> {
        let etag = HeaderValue::try_from(format!("\"{}\"", hex(&Sha256::digest(&html)))).ok()?;
        Some(Self { body: Bytes::from(html), etag, policy })
    }

    fn answer(&self, status: StatusCode, asked: &HeaderMap) -> Response {
        let known = status == StatusCode::OK && asked.get(IF_NONE_MATCH) == Some(&self.etag);
        let mut answer = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], self.body.clone()).into_response()
        };
        let headers = answer.headers_mut();
        harden(headers, self.policy.clone());
        headers.insert(ETAG, self.etag.clone());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=0, must-revalidate"));
        answer
    }
}

/// All finished pages, by path.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    pub(crate) pages: BTreeMap<String, Page>,
    /// By language.
    pub(crate) missing: BTreeMap<&'static str, Page>,
}

/// Answers a page. Its bytes do not depend on who asks; whether the view is counted does.
pub(crate) async fn page(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
    analytics: Option<Grant<Analytics>>,
) -> Response {
    let Some(page) = app.shelf.pages.get(uri.path()) else {
        return (Extension(SameForAll), missing(&app, &uri, &headers)).into_response();
    };
    let mut answer = page.answer(StatusCode::OK, &headers);
    answer.extensions_mut().insert(SameForAll);
    if let Some(grant) = analytics
        && let Some(cookie) = app.views.count(uri.path(), &headers, &grant)
    {
        // A cookie is for one reader: no shared cache may hand this answer to another.
        answer.headers_mut().insert(SET_COOKIE, cookie);
        answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    answer
}

/// Sends to the start page in a language that the visitor reads.
pub(crate) async fn start(headers: HeaderMap) -> Response {
    let accept = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let to = format!("/{}/", language::choose(accept).code);
    (StatusCode::FOUND, [(LOCATION, to.as_str()), (VARY, "Accept-Language"), (CACHE_CONTROL, "no-cache")])
        .into_response()
}

/// `/en` is `/en/`, and `/en/privacy/` is `/en/privacy`; everything else is not there.
fn missing(app: &App, uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path();
    let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
    if app.shelf.pages.contains_key(&other) {
        return (StatusCode::PERMANENT_REDIRECT, [(LOCATION, other)]).into_response();
    }
    let words = path.split('/').nth(1).and_then(Words::of);
    match app.shelf.missing.get(words.map_or("en", |words| words.code)) {
        Some(page) => page.answer(StatusCode::NOT_FOUND, headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
