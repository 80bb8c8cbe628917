//! The pretended providers, on an origin of their own: what analytics, advertising and video companies serve.
//!
//! `GET /seen` says how often each path was asked for, so that a test can tell a tag that ran from one that did not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::cookies;
use crate::random;

const YEAR: u32 = 365 * 86_400;
const HALF_YEAR: u32 = 182 * 86_400;

/// How often each path was asked for. It knows paths, not people.
type Seen = Arc<Mutex<BTreeMap<String, u64>>>;

/// The providers of a page that is served from `origin`.
pub(crate) fn router(origin: &str) -> Router {
    let seen = Seen::default();
    let frame_policy = HeaderValue::try_from(format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; frame-ancestors {origin}"
    ))
    .ok();
    Router::new()
        .route("/analytics/tag.js", get(async || text("text/javascript", include_str!("../provider/analytics.js"))))
        .route("/analytics/collect", post(async |headers: HeaderMap| collect(&headers, "lysning_uid", YEAR)))
        .route("/marketing/tag.js", get(async || text("text/javascript", include_str!("../provider/marketing.js"))))
        .route("/marketing/collect", post(async |headers: HeaderMap| collect(&headers, "reachlane_id", HALF_YEAR)))
        .route("/functional/video", get(async move || video(frame_policy)))
        .route("/functional/player.css", get(async || text("text/css", include_str!("../provider/player.css"))))
        .route("/functional/player.js", get(async || text("text/javascript", include_str!("../provider/player.js"))))
        .route_layer(from_fn_with_state(Arc::clone(&seen), count))
        .route("/seen", get(move || async move { Json(seen.lock().unwrap_or_else(PoisonError::into_inner).clone()) }))
}

async fn count(State(seen): State<Seen>, path: MatchedPath, request: Request, next: Next) -> Response {
    *seen.lock().unwrap_or_else(PoisonError::into_inner).entry(path.as_str().to_owned()).or_default() += 1;
    next.run(request).await
}

/// Never from a cache: a test counts what arrives.
fn text(kind: &'static str, body: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")], body)
}

/// Takes a beacon and gives the browser the provider's own cookie, as a third party does.
fn collect(headers: &HeaderMap, cookie: &str, seconds: u32) -> Response {
    if cookies::value(headers, cookie).is_some() {
        return StatusCode::NO_CONTENT.into_response();
    }
    match random::hex16() {
        Some(id) => {
            let cookie = format!("{cookie}={id}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=None");
            (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response()
        }
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn video(policy: Option<HeaderValue>) -> Response {
    let Some((policy, id)) = policy.zip(random::hex16()) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let cookie = format!("granit_session={id}; Path=/; HttpOnly; Secure; SameSite=None");
    let mut answer = text("text/html; charset=utf-8", include_str!("../provider/video.html")).into_response();
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}
