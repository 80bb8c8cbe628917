//! An axum service that counts views for who agreed, with keys fetched from the consent service.
//!
//! ```sh
//! cargo run --example axum --features axum,refresh -- http://localhost:8080   # the site, and its consent service
//! curl -i http://localhost:4000/                 # a page for everybody
//! curl -i -X POST http://localhost:4000/offers   # 403: consent-required, purpose marketing
//! ```
//!
//! (Tokens of `volens serve --dev` are another kind: see `volens_verify::dangerous::for_development`.)

use std::error::Error;

use axum::Router;
use axum::routing::{get, post};
use volens_verify::refresh::Refresher;
use volens_verify::{Analytics, Consent, ConsentLayer, Grant, LiveKeys, Marketing, Verifier};

/// Cannot be called without proof.
fn count(page: &str, proof: &Grant<Analytics>) -> String {
    format!("counted a view of {page}, as agreed at {}", proof.granted_at())
}

async fn page(analytics: Option<Grant<Analytics>>) -> String {
    analytics.map_or("not counted".to_owned(), |proof| count("/", &proof))
}

/// 403 for who did not agree.
async fn offers(_proof: Grant<Marketing>) -> &'static str {
    "will follow"
}

async fn about(consent: Option<Consent>) -> String {
    consent.map_or("no answer yet".to_owned(), |consent| format!("answered, until {}", consent.expires_at()))
}

fn app(verifier: Verifier) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/offers", post(offers))
        .route("/about", get(about))
        .layer(ConsentLayer::new(verifier))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let site = std::env::args().nth(1).ok_or("which site? expected an origin such as https://shop.example")?;
    let keys = LiveKeys::empty();
    let mut refresher = Refresher::new(&format!("{site}/.well-known/jwks.json"), keys.clone())?
        .on_attempt(|outcome| outcome.unwrap_or_else(|problem| eprintln!("keys: {problem}")));
    refresher.load().await?;
    tokio::spawn(refresher.run());
    let verifier = Verifier::builder().issuer(&site).audience(&site).keys(keys).build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:4000").await?;
    axum::serve(listener, app(verifier)).await?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "a test that cannot go on should stop")]
#[path = "../tests/it/forge.rs"]
mod forge;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::Request;
    use tower::ServiceExt as _;

    use super::*;
    use crate::forge::{Forge, ISSUER, keys, now};

    async fn ask(request: http::request::Builder) -> (u16, String) {
        let verifier = Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys()).clock(now).build().unwrap();
        let response = app(verifier).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        (status, String::from_utf8(to_bytes(response.into_body(), 10_000).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn it_does_what_was_agreed_to() {
        let cookie = format!("__Host-consent={}", Forge::good().token());
        let with = |request: http::request::Builder| request.header("cookie", &cookie);
        let counted = "counted a view of /, as agreed at 2026-11-21T20:40:30Z".to_owned();
        assert_eq!(ask(with(Request::get("/"))).await, (200, counted));
        assert_eq!(ask(Request::get("/")).await, (200, "not counted".to_owned()));
        assert_eq!(ask(Request::get("/about")).await, (200, "no answer yet".to_owned()));
        let (status, body) = ask(with(Request::post("/offers"))).await;
        assert!(status == 403 && body.contains(r#""code":"consent-required""#) && body.contains("marketing"), "{body}");
    }
}
