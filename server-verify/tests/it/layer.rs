//! The axum layer and its extractors, over real requests.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::routing::get;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use volens_core::Timestamp;
use volens_verify::{Analytics, Consent, ConsentLayer, Grant, Marketing, Purpose};

use crate::forge::{Forge, now, verifier};

enum Shouting {}
impl Purpose for Shouting {
    const ID: &'static str = "NOT AN ID";
}

fn routes() -> Router {
    Router::new()
        .route("/analytics", get(|_: Grant<Analytics>| async { "counted" }))
        .route("/marketing", get(|_: Grant<Marketing>| async { "followed" }))
        .route("/shouting", get(|_: Grant<Shouting>| async { "shouted" }))
        .route("/valid", get(|consent: Consent| async move { consent.expires_at().to_string() }))
        .route(
            "/either",
            get(|consent: Option<Consent>, analytics: Option<Grant<Analytics>>| async move {
                format!("{} {}", consent.is_some(), analytics.is_some())
            }),
        )
}

fn app() -> Router {
    routes().layer(ConsentLayer::new(verifier()).clock(now))
}

async fn ask(app: Router, path: &str, cookies: &[String]) -> (StatusCode, String, Vec<u8>) {
    let mut request = Request::get(path);
    for cookie in cookies {
        request = request.header(header::COOKIE, cookie);
    }
    let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    let status = response.status();
    (status, kind, to_bytes(response.into_body(), 10_000).await.unwrap().to_vec())
}

fn cookie() -> Vec<String> {
    vec![format!("a=b; __Host-consent={}; c=d", Forge::good().token())]
}

async fn text(path: &str, cookies: &[String]) -> (StatusCode, String) {
    let (status, _, body) = ask(app(), path, cookies).await;
    (status, String::from_utf8(body).unwrap())
}

async fn problem(app: Router, path: &str, cookies: &[String]) -> (StatusCode, Value) {
    let (status, kind, body) = ask(app, path, cookies).await;
    assert_eq!(kind, "application/problem+json");
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn who_granted_is_let_through() {
    assert_eq!(text("/analytics", &cookie()).await, (StatusCode::OK, "counted".into()));
    assert_eq!(text("/valid", &cookie()).await, (StatusCode::OK, "2027-05-20T20:40:30Z".into()));
    assert_eq!(text("/either", &cookie()).await, (StatusCode::OK, "true true".into()));
}

#[tokio::test]
async fn the_others_are_told_which_purpose() {
    let (status, body) = problem(app(), "/marketing", &cookie()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let expected = json!({
        "type": "about:blank", "title": "Consent required", "status": 403, "code": "consent-required",
        "purpose": "marketing", "because": "not-granted",
        "detail": "This needs consent to the purpose \"marketing\".",
    });
    assert_eq!(body, expected);

    let (status, body) = problem(app(), "/shouting", &cookie()).await;
    assert_eq!((status, &body["because"]), (StatusCode::FORBIDDEN, &json!("not-granted")));
}

#[tokio::test]
async fn no_token_and_a_bad_one_are_no_consent() {
    let expired: Router =
        routes().layer(ConsentLayer::new(verifier()).clock(|| Timestamp::from_unix_seconds(4_000_000_000)));
    let twice = [cookie(), cookie()].concat();
    let binary = vec!["__Host-consent=abc".to_owned()];
    for (app, cookies, because) in [
        (app(), vec![], "no-token"),
        (app(), twice, "no-token"),
        (app(), binary, "malformed"),
        (expired, cookie(), "expired"),
    ] {
        for (path, purpose) in [("/analytics", json!("analytics")), ("/valid", Value::Null)] {
            let (status, body) = problem(app.clone(), path, &cookies).await;
            assert_eq!((status, &body["because"]), (StatusCode::FORBIDDEN, &json!(because)));
            assert_eq!((&body["code"], &body["purpose"]), (&json!("consent-required"), &purpose));
        }
        let (status, _, body) = ask(app, "/either", &cookies).await;
        assert_eq!((status, &body[..]), (StatusCode::OK, &b"false false"[..]));
    }
}

#[tokio::test]
async fn the_cookie_can_have_another_name() {
    let app = || routes().layer(ConsentLayer::new(verifier()).cookie("__Secure-consent").clock(now));
    let secure = vec![format!("__Secure-consent={}", Forge::good().token())];
    assert_eq!(ask(app(), "/analytics", &secure).await.0, StatusCode::OK);
    assert_eq!(ask(app(), "/analytics", &cookie()).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn of_nested_layers_the_inner_one_answers() {
    let inner = routes().layer(ConsentLayer::new(verifier()).clock(|| Timestamp::from_unix_seconds(0)));
    let seen_outside = axum::middleware::from_fn(|_: Consent, request, next: axum::middleware::Next| next.run(request));
    let nested = inner.layer(seen_outside).layer(ConsentLayer::new(verifier()).clock(now));
    let (status, body) = problem(nested, "/analytics", &cookie()).await;
    assert_eq!((status, &body["because"]), (StatusCode::FORBIDDEN, &json!("not-yet-valid")));
}

#[tokio::test]
async fn without_the_layer_it_fails_loudly() {
    for path in ["/analytics", "/valid", "/either"] {
        let (status, body) = problem(routes(), path, &cookie()).await;
        assert_eq!((status, &body["code"]), (StatusCode::INTERNAL_SERVER_ERROR, &json!("consent-layer-missing")));
    }
}
