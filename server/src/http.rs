//! The service over HTTP (DESIGN 8).

mod admin;
mod by_host;
mod check;
mod choices;
mod cors;
mod ended;
mod newsletter;
mod page;
mod problem;
mod public;
mod query;
mod request;
mod settings;
mod snippet;
mod statistics;
mod status;
mod token;

use crate::Service;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub(crate) use by_host::by_host;
pub use problem::Problem;

/// No body is larger.
const MAX_BODY: usize = 16 * 1024;

pub(crate) fn router(service: &Service) -> Router {
    // What the pages' own scripts ask for, from the site's other hosts too.
    let scripts = Router::new()
        .route("/choices", post(choices::post).get(choices::get))
        .route("/token", post(token::post))
        .route("/manifest", get(public::manifest))
        .route("/cookies", get(public::cookies))
        .route("/snippet", get(snippet::get))
        .route("/embed.js", get(snippet::embed))
        .route("/web/{file}", get(public::web))
        // Here and not below, or preflights would pass by the layer.
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(from_fn_with_state(service.clone(), cors::answer));
    let api = Router::new()
        .route("/settings", get(settings::get))
        .route("/decided.css", get(settings::decided))
        .route("/check", post(check::post))
        .route("/newsletter/subscriptions", post(newsletter::subscribe))
        .route("/newsletter/sent", get(newsletter::sent))
        .route("/newsletter/confirm/{link}", get(newsletter::ask).post(newsletter::confirm))
        .route("/unsubscribe/{link}", get(newsletter::ask_unsubscribe).post(newsletter::unsubscribe))
        .route("/admin/withdrawals", post(admin::withdrawals))
        .route("/status", get(status::all))
        .route("/status/{list}", get(status::get))
        .route("/admin/statistics", get(statistics::get))
        .route("/admin/ended", get(ended::get))
        .route("/openapi.json", get(public::openapi))
        .merge(scripts)
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::wrong_method);
    Router::new()
        .nest(service.site().endpoint_path(), api)
        .route("/.well-known/jwks.json", get(public::jwks))
        .route("/.well-known/gpc.json", get(public::gpc))
        .route("/.well-known/cookie-list.json", get(public::cookie_list))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(public::ready))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(service.clone())
}
