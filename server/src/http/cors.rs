//! Who may read answers: the pages of the site's own hosts, with their cookies (Fetch, section 3.3). Nobody else is
//! told anything, not even that they are not.

use crate::Service;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

const PREFLIGHT: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, idempotency-key"),
    (header::ACCESS_CONTROL_MAX_AGE, "600"),
];

/// Answers preflights, and lets listed origins read what follows.
pub(super) async fn answer(State(service): State<Service>, request: Request, next: Next) -> Response {
    let allowed = allowed(&service, request.headers());
    let preflight = request.method() == Method::OPTIONS
        && allowed.is_some()
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response =
        if preflight { (StatusCode::NO_CONTENT, PREFLIGHT).into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    // Also where nobody is allowed: a cache may not hand that answer to one who is.
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    response
}

/// The origin of a sibling host, as it was sent; none where the service answers on the page's own origin.
fn allowed(service: &Service, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let site = service.site();
    site.endpoint_origin().and_then(|_| site.sibling(origin.to_str().ok()?)).map(|_| origin.clone())
}
