//! The site's own style sheet and icon, under names that change with their bytes.

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::get;
use sha2::{Digest, Sha256};

use crate::random::hex;

const ICON: &str = include_str!("../assets/icon.svg");

/// Where the files are served, and what serves them.
#[derive(Debug)]
pub(crate) struct Assets {
    pub(crate) css: String,
    pub(crate) icon: String,
    style: String,
}

impl Assets {
    /// The site's style sheet followed by the cookie list's.
    pub(crate) fn new() -> Self {
        let style = [include_str!("../assets/site.css"), volens_cookie_list::STYLE].concat();
        let css = format!("/assets/site.{}.css", short_hash(&style));
        let icon = format!("/assets/icon.{}.svg", short_hash(ICON));
        Self { css, icon, style }
    }

    /// Serves both for a year: other bytes have another name. Pages that name no icon, such as the consent service's
    /// own, make a browser ask for `/favicon.ico`.
    pub(crate) fn router(self) -> Router {
        let style = Bytes::from(self.style);
        Router::new()
            .route(&self.css, get(async move || file("text/css; charset=utf-8", style)))
            .route(&self.icon, get(async || file("image/svg+xml", Bytes::from_static(ICON.as_bytes()))))
            .route(
                "/favicon.ico",
                get(async || ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400")], ICON)),
            )
    }
}

fn file(kind: &'static str, body: Bytes) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, body)
}

fn short_hash(text: &str) -> String {
    let mut name = hex(&Sha256::digest(text));
    name.truncate(8);
    name
}
