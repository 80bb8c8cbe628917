//! The axum layer and its extractors, over real requests.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use volens_core::Timestamp;
use volens_verify::layer::SameForAll;
use volens_verify::{Analytics, Consent, ConsentLayer, Grant, Marketing, Purpose, Verifier};

use crate::forge::{Forge, ISSUER, keys, now, verifier};
use crate::kept::{KEPT, joined};

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

/// The answer's `Vary` and `Cache-Control`.
async fn caching(app: Router, request: Request<Body>) -> (StatusCode, String, String) {
    let response = app.oneshot(request).await.unwrap();
    let lines = |name| joined(response.headers().get_all(name).iter().map(HeaderValue::as_bytes));
    (response.status(), lines(header::VARY), lines(header::CACHE_CONTROL))
}

fn get_with(path: &str, headers: &[(HeaderName, &str)]) -> Request<Body> {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(name, *value));
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn what_depends_on_consent_is_kept_by_the_browser_alone() {
    let token = Forge::good().token();
    let in_cookie = (header::COOKIE, format!("__Host-consent={token}"));
    let in_header = (HeaderName::from_static("consent-token"), token.clone());
    let authorized = (header::AUTHORIZATION, format!("Bearer {token}"));
    let layer = || ConsentLayer::new(verifier()).clock(now);
    let layers = [
        (layer(), "cookie", &in_cookie),
        (layer().header("Consent-Token"), "consent-token", &in_header),
        (layer().authorization(), "authorization", &authorized),
    ];
    for (layer, name, (place, value)) in &layers {
        for kept in &KEPT {
            let standing = [(header::VARY, kept.vary), (header::CACHE_CONTROL, kept.control)];
            let mut own = HeaderMap::new();
            for (header, value) in standing {
                own.extend(value.map(|value| (header, value.replace("TOKEN", name).parse().unwrap())));
            }
            let (plain, same) = (own.clone(), own.clone());
            let app = Router::new()
                .route("/asks", get(|_: Option<Consent>| async { own }))
                .route("/same", get(|_: Option<Consent>| async { (Extension(SameForAll), same) }))
                .route("/does-not", get(|| async { plain }))
                .layer(layer.clone());
            let expected =
                (StatusCode::OK, kept.expected_vary.replace("TOKEN", name), kept.expected_control.to_owned());
            let with = get_with("/asks", &[(place.clone(), value.as_str())]);
            assert_eq!(caching(app.clone(), with).await, expected);
            // Without a token it depends on there being none.
            assert_eq!(caching(app.clone(), get_with("/asks", &[])).await, expected);
            let vary = kept.vary.unwrap_or_default().replace("TOKEN", name);
            let untouched = (StatusCode::OK, vary, kept.control.unwrap_or_default().to_owned());
            for path in ["/same", "/does-not"] {
                let with = get_with(path, &[(place.clone(), value.as_str())]);
                assert_eq!(caching(app.clone(), with).await, untouched);
            }
        }
        let app = routes().layer(layer.clone());
        let refused = (StatusCode::FORBIDDEN, (*name).to_owned(), "no-store".to_owned());
        assert_eq!(caching(app.clone(), get_with("/marketing", &[(place.clone(), value.as_str())])).await, refused);
        assert_eq!(caching(app.clone(), get_with("/analytics", &[])).await, refused);
        let (status, ..) = caching(app.clone(), get_with("/analytics", &[(place.clone(), value.as_str())])).await;
        assert_eq!(status, StatusCode::OK, "{name}");
        // Two of them are none.
        let twice = [(place.clone(), value.as_str()), (place.clone(), value.as_str())];
        assert_eq!(caching(app.clone(), get_with("/analytics", &twice)).await, refused);
        // Nor is one taken from where it is not looked for.
        for (_, _, (elsewhere, value)) in layers.iter().filter(|(_, other, _)| other != name) {
            let elsewhere = get_with("/analytics", &[(elsewhere.clone(), value.as_str())]);
            assert_eq!(caching(app.clone(), elsewhere).await, refused);
        }
    }
}

#[tokio::test]
async fn the_clock_is_the_verifiers_unless_told_otherwise() {
    let late = Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys()).clock(|| now().plus_seconds(1 << 30));
    let app = routes().layer(ConsentLayer::new(late.build().unwrap()));
    let (_, body) = problem(app, "/analytics", &cookie()).await;
    assert_eq!(body["because"], "expired");
}
