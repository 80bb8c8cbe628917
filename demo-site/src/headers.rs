//! The headers under which the site's pages are served.

use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use volens_widget::page::Snippet;

/// The policy of a page that holds the snippet: nothing inline but what the snippet's hashes name.
///
/// `'strict-dynamic'` lets the loader, and nothing else, bring in scripts that the visitor agreed to; the loader tests
/// each address before its Trusted Types policy `volens`, which nobody else can reach, lets it pass. `'wasm-unsafe-eval'` is what WebAssembly needs; without it the
/// cookie center is the plain settings page.
pub(crate) fn page_policy(snippet: &Snippet, provider: &str) -> Option<HeaderValue> {
    let scripts = snippet.script_hashes.join(" ");
    let styles = snippet.style_hashes.join(" ");
    HeaderValue::try_from(format!(
        "default-src 'none'; \
         script-src {scripts} 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' {styles}; \
         img-src 'self'; \
         connect-src 'self' {provider}; \
         frame-src {provider}; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types volens"
    ))
    .ok()
}

/// The policy of a page without any script.
pub(crate) const PLAIN_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// What every answer of the site's own pages carries.
pub(crate) fn harden(headers: &mut HeaderMap, policy: HeaderValue) {
    let fixed: [(HeaderName, &'static str); 4] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
