//! The middleware for actix-web and its extractors, over requests as actix-web makes them for tests.

use actix_web::body::to_bytes;
use actix_web::dev::Service;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, VARY};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpResponse, web};
use serde_json::{Value, json};
use volens_verify::actix::{ConsentMiddleware, SameForAll};
use volens_verify::{Analytics, Consent, Grant, Marketing};

use crate::forge::{Forge, now, verifier};
use crate::kept::{KEPT, joined};

fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/analytics", web::get().to(|_: Grant<Analytics>| async { "counted" }))
        .route("/marketing", web::get().to(|_: Grant<Marketing>| async { "followed" }))
        .route("/valid", web::get().to(|consent: Consent| async move { consent.expires_at().to_string() }))
        .route(
            "/either",
            web::get().to(|consent: Option<Consent>, analytics: Option<Grant<Analytics>>| async move {
                format!("{} {}", consent.is_some(), analytics.is_some())
            }),
        );
}

fn middleware() -> ConsentMiddleware {
    ConsentMiddleware::new(verifier()).clock(now)
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> (StatusCode, &str) {
        (self.status, std::str::from_utf8(&self.body).unwrap())
    }

    fn problem(&self) -> (StatusCode, Value) {
        assert_eq!(self.headers.get(CONTENT_TYPE).unwrap(), "application/problem+json");
        (self.status, serde_json::from_slice(&self.body).unwrap())
    }

    fn caching(&self) -> (String, String) {
        let lines = |name| joined(self.headers.get_all(name).map(HeaderValue::as_bytes));
        (lines(VARY), lines(CACHE_CONTROL))
    }
}

/// Asks an application for a path, with these headers.
macro_rules! ask {
    ($app:expr, $path:expr, $headers:expr) => {{
        let app = init_service($app).await;
        let mut request = TestRequest::get().uri($path);
        for (name, value) in $headers {
            request = request.append_header((*name, value.to_string()));
        }
        let response = app.call(request.to_request()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: to_bytes(response.into_body()).await.unwrap_or_default().to_vec() }
    }};
}

fn cookie() -> [(&'static str, String); 1] {
    [("cookie", format!("a=b; __Host-consent={}; c=d", Forge::good().token()))]
}

fn same_for_all(mut answer: HttpResponse) -> HttpResponse {
    answer.extensions_mut().insert(SameForAll);
    answer
}

const NONE: &[(&str, String)] = &[];

#[tokio::test]
async fn who_granted_is_let_through() {
    let app = || App::new().wrap(middleware()).configure(routes);
    assert_eq!(ask!(app(), "/analytics", &cookie()).text(), (StatusCode::OK, "counted"));
    assert_eq!(ask!(app(), "/valid", &cookie()).text(), (StatusCode::OK, "2027-05-20T20:40:30Z"));
    assert_eq!(ask!(app(), "/either", &cookie()).text(), (StatusCode::OK, "true true"));
    assert_eq!(ask!(app(), "/either", NONE).text(), (StatusCode::OK, "false false"));
}

#[tokio::test]
async fn the_others_are_told_which_purpose() {
    let app = || App::new().wrap(middleware()).configure(routes);
    let expected = |purpose: &str, because: &str| {
        json!({
            "type": "about:blank", "title": "Consent required", "status": 403, "code": "consent-required",
            "purpose": purpose, "because": because, "detail": format!("This needs consent to the purpose \"{purpose}\"."),
        })
    };
    let refused = |purpose, because| (StatusCode::FORBIDDEN, expected(purpose, because));
    assert_eq!(ask!(app(), "/marketing", &cookie()).problem(), refused("marketing", "not-granted"));
    assert_eq!(ask!(app(), "/analytics", NONE).problem(), refused("analytics", "no-token"));
    let broken = [("cookie", "__Host-consent=x".to_owned())];
    assert_eq!(ask!(app(), "/analytics", &broken).problem(), refused("analytics", "malformed"));
    let token = Forge::good().token();
    let twice = [("cookie", format!("__Host-consent={token}")), ("cookie", format!("__Host-consent={token}"))];
    assert_eq!(ask!(app(), "/analytics", &twice).problem(), refused("analytics", "no-token"));
    let (status, body) = ask!(app(), "/valid", NONE).problem();
    assert_eq!(
        (status, &body["code"], &body["because"]),
        (StatusCode::FORBIDDEN, &json!("consent-required"), &json!("no-token"))
    );
}

#[tokio::test]
async fn what_depends_on_consent_is_kept_by_the_browser_alone() {
    let token = Forge::good().token();
    let places = [
        (middleware(), "cookie", format!("__Host-consent={token}")),
        (middleware().cookie("__Secure-consent"), "cookie", format!("__Secure-consent={token}")),
        (middleware().header("Consent-Token"), "consent-token", token.clone()),
        (middleware().authorization(), "authorization", format!("Bearer {token}")),
    ];
    for (middleware, name, value) in places {
        let with = [(name, value)];
        for kept in &KEPT {
            let answer = move || {
                let mut answer = HttpResponse::Ok();
                for (header, value) in [(VARY, kept.vary), (CACHE_CONTROL, kept.control)] {
                    if let Some(value) = value {
                        answer.insert_header((header, value.replace("TOKEN", name)));
                    }
                }
                answer.finish()
            };
            let app = || {
                App::new()
                    .wrap(middleware.clone())
                    .route("/asks", web::get().to(move |_: Option<Consent>| async move { answer() }))
                    .route("/same", web::get().to(move |_: Option<Consent>| async move { same_for_all(answer()) }))
                    .route("/does-not", web::get().to(move || async move { answer() }))
            };
            let expected = (kept.expected_vary.replace("TOKEN", name), kept.expected_control.to_owned());
            assert_eq!(ask!(app(), "/asks", &with).caching(), expected);
            assert_eq!(ask!(app(), "/asks", NONE).caching(), expected);
            let vary = kept.vary.unwrap_or_default().replace("TOKEN", name);
            let untouched = (vary, kept.control.unwrap_or_default().to_owned());
            assert_eq!(ask!(app(), "/same", &with).caching(), untouched);
            assert_eq!(ask!(app(), "/does-not", &with).caching(), untouched);
        }
        let app = || App::new().wrap(middleware.clone()).configure(routes);
        assert_eq!(ask!(app(), "/analytics", &with).status, StatusCode::OK);
        for (path, headers) in [("/marketing", &with[..]), ("/analytics", NONE)] {
            let answer = ask!(app(), path, headers);
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert_eq!(answer.caching(), (name.to_owned(), "no-store".to_owned()));
        }
    }
}

#[tokio::test]
async fn of_nested_middlewares_the_inner_one_answers() {
    let past = middleware().clock(|| volens_core::Timestamp::from_unix_seconds(0));
    let app = App::new().wrap(middleware()).service(web::scope("/inner").wrap(past).configure(routes));
    let (status, body) = ask!(app, "/inner/analytics", &cookie()).problem();
    assert_eq!((status, &body["because"]), (StatusCode::FORBIDDEN, &json!("not-yet-valid")));
}

#[tokio::test]
async fn without_the_middleware_it_fails_loudly() {
    for path in ["/analytics", "/valid"] {
        let (status, body) = ask!(App::new().configure(routes), path, &cookie()).problem();
        assert_eq!((status, &body["code"]), (StatusCode::INTERNAL_SERVER_ERROR, &json!("consent-layer-missing")));
    }
    // actix-web's own `Option`: nothing found is no consent.
    assert_eq!(ask!(App::new().configure(routes), "/either", &cookie()).text(), (StatusCode::OK, "false false"));
}
