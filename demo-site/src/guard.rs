//! Two doors: one for this computer alone, one for forms of this site alone.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{FORWARDED, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets requests from this computer pass and answers others as if there were nothing here.
///
/// The `Host` is checked too: a foreign page whose name was rebound to 127.0.0.1 also arrives from this computer.
pub(crate) async fn loopback(ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let forwarded = headers.contains_key(FORWARDED) || headers.contains_key("x-forwarded-for");
    if peer.ip().to_canonical().is_loopback() && !forwarded && names_loopback(headers) {
        next.run(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

fn names_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next(),
        None => host.split(':').next(),
    };
    matches!(name, Some("localhost" | "127.0.0.1" | "::1"))
}

/// Refuses requests that another site's page made, by the rule of the consent service: `Sec-Fetch-Site` if present,
/// else `Origin`; a request with neither comes from no browser.
pub(crate) async fn same_site(State(origin): State<Arc<str>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let own = match (headers.get("sec-fetch-site"), headers.get(ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(from)) => from.as_bytes() == origin.as_bytes(),
        (None, None) => true,
    };
    if request.method().is_safe() || own {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "This form was sent by another site.\n").into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_computer_pass() {
        for (host, expected) in [
            ("localhost:8080", true),
            ("127.0.0.1", true),
            ("[::1]:8080", true),
            ("evil.example:8080", false),
            ("localhost.evil.example", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            assert_eq!(names_loopback(&headers), expected, "{host}");
        }
    }
}
