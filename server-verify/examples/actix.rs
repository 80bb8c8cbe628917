//! An actix-web service that counts views for who agreed, with keys fetched from the consent service.
//!
//! ```sh
//! cargo run --example actix --features actix,refresh -- http://localhost:8080   # the site, and its consent service
//! curl -i http://localhost:4000/                 # a page for everybody
//! curl -i -X POST http://localhost:4000/offers   # 403: consent-required, purpose marketing
//! ```
//!
//! (Tokens of `volens serve --dev` are another kind: see `volens_verify::dangerous::for_development`.)

use std::error::Error;

use actix_web::{App, HttpServer, web};
use volens_verify::actix::ConsentMiddleware;
use volens_verify::refresh::Refresher;
use volens_verify::{Analytics, Grant, LiveKeys, Marketing, Verifier};

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

fn routes(config: &mut web::ServiceConfig) {
    config.route("/", web::get().to(page)).route("/offers", web::post().to(offers));
}

async fn serve(site: String) -> Result<(), Box<dyn Error>> {
    let keys = LiveKeys::empty();
    let mut refresher = Refresher::new(&format!("{site}/.well-known/jwks.json"), keys.clone())?
        .on_attempt(|outcome| outcome.unwrap_or_else(|problem| eprintln!("keys: {problem}")));
    refresher.load().await?;
    tokio::spawn(refresher.run());
    let verifier = Verifier::builder().issuer(&site).audience(&site).keys(keys).build()?;
    let app = move || App::new().wrap(ConsentMiddleware::new(verifier.clone())).configure(routes);
    HttpServer::new(app).bind("127.0.0.1:4000")?.run().await?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let site = std::env::args().nth(1).ok_or("which site? expected an origin such as https://shop.example")?;
    actix_web::rt::System::new().block_on(serve(site))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "a test that cannot go on should stop")]
#[path = "../tests/it/forge.rs"]
mod forge;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use actix_web::test::{TestRequest, call_service, init_service, read_body};

    use super::*;
    use crate::forge::{Forge, ISSUER, keys, now};

    async fn ask(request: TestRequest) -> (u16, String) {
        let verifier = Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys()).clock(now).build().unwrap();
        let app = init_service(App::new().wrap(ConsentMiddleware::new(verifier)).configure(routes)).await;
        let response = call_service(&app, request.to_request()).await;
        let status = response.status().as_u16();
        (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn it_does_what_was_agreed_to() {
        let cookie = || ("cookie", format!("__Host-consent={}", Forge::good().token()));
        let counted = "counted a view of /, as agreed at 2026-11-21T20:40:30Z".to_owned();
        assert_eq!(ask(TestRequest::get().uri("/").append_header(cookie())).await, (200, counted));
        assert_eq!(ask(TestRequest::get().uri("/")).await, (200, "not counted".to_owned()));
        let (status, body) = ask(TestRequest::post().uri("/offers").append_header(cookie())).await;
        assert!(status == 403 && body.contains(r#""code":"consent-required""#) && body.contains("marketing"), "{body}");
    }
}
