//! The service's own small pages: confirm, unsubscribe.

use crate::Service;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use volens_core::Lang;
use volens_widget::page::escape;

/// Headers of a page without script that nobody may frame or keep.
pub(super) fn plain_headers() -> [(HeaderName, &'static str); 4] {
    [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ]
}

/// A button that posts.
pub(super) struct Button<'a> {
    pub(super) label: &'a str,
    pub(super) fields: &'a [(&'a str, &'a str)],
}

/// A page with the way to the site, a title, paragraphs, and perhaps a button that posts to the same address.
pub(super) fn page(
    service: &Service,
    lang: &Lang,
    status: StatusCode,
    (title, paragraphs): (&str, &[&str]),
    button: Option<&Button<'_>>,
) -> Response {
    let mut html = String::from("<!DOCTYPE html><html lang=\"");
    html += lang.as_str();
    html += "\" dir=\"";
    html += lang.dir();
    html += "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <meta name=\"robots\" content=\"noindex\"><title>";
    html += &escape(title);
    html += "</title>";
    html += &service.0.assets.stylesheets();
    // By its name, which every reader knows from the address of the mail or page that led here.
    let origin = service.site().origin();
    let name = origin.split_once("://").map_or(origin, |(_, name)| name);
    html += "</head><body class=\"vo-page\"><main><p><a class=\"vo-link\" href=\"";
    html += &[&escape(origin), "/\">", &escape(name), "</a></p><h1>"].concat();
    html += &escape(title);
    html += "</h1>";
    for paragraph in paragraphs {
        html += "<p>";
        html += &escape(paragraph);
        html += "</p>";
    }
    if let Some(button) = button {
        html += "<form method=\"post\">";
        for (name, value) in button.fields {
            html += &["<input type=\"hidden\" name=\"", &escape(name), "\" value=\"", &escape(value), "\">"].concat();
        }
        html += "<button class=\"vo-button\">";
        html += &escape(button.label);
        html += "</button></form>";
    }
    html += "</main></body></html>";
    (status, plain_headers(), Html(html)).into_response()
}
