//! One router for several sites.

use super::{Problem, public};
use crate::sites::{Sites, unknown};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt as _;

type Table = Arc<BTreeMap<String, Router>>;

pub(crate) fn by_host(sites: &Sites) -> Router {
    let table = sites.by_host().map(|(host, service)| (host.to_owned(), service.router())).collect();
    let all = sites.clone();
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(move || ready(all.clone())))
        .fallback(answer)
        .with_state(Table::new(table))
}

async fn answer(State(table): State<Table>, request: Request) -> Response {
    let host = host(request.headers(), request.uri());
    match host.and_then(|host| table.get(&host)) {
        // Its error type has no values.
        Some(site) => site.clone().oneshot(request).await.into_response(),
        None => unknown(table.keys().map(String::as_str)).into_response(),
    }
}

async fn ready(sites: Sites) -> Result<&'static str, Problem> {
    for service in sites.services() {
        public::ready(State(service.clone())).await?;
    }
    Ok("ready")
}

/// What was asked for, without the port that goes without saying: the authority of the request's target, as HTTP/2 and
/// proxies name it, wins over `Host` (RFC 9112, section 3.2.2).
fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header = || headers.get(header::HOST)?.to_str().ok();
    let named = uri.authority().map(Authority::as_str).or_else(header)?;
    let host = named.rsplit_once('@').map_or(named, |(_, host)| host).to_ascii_lowercase();
    Some(host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(&host).to_owned())
}
