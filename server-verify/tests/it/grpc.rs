//! The layer around tonic's services.

use std::convert::Infallible;

use http::{HeaderValue, Request, Response, header};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer as _, Service as _, service_fn};
use volens_verify::grpc::RequestExt as _;
use volens_verify::{Analytics, ConsentLayer, Grant, Marketing};

use crate::forge::{Forge, now, verifier};
use crate::kept::{KEPT, joined};

/// As tonic answers: a status travels in the head of the answer.
async fn answer(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    let request = tonic::Request::from_http(request);
    let done = match path.as_str() {
        "/analytics" => request.require::<Analytics>().map(|_: Grant<Analytics>| ()),
        "/marketing" => request.require::<Marketing>().map(|_: Grant<Marketing>| ()),
        "/valid" => request.consent().map(|_| ()),
        _ => Ok(()),
    };
    if let Err(status) = done {
        return Ok(status.into_http());
    }
    let mut response = Response::new(Body::empty());
    if let Some(index) = path.strip_prefix("/kept/") {
        let _either_way = request.consent();
        let kept = &KEPT[index.parse::<usize>().unwrap()];
        for (name, value) in [(header::VARY, kept.vary), (header::CACHE_CONTROL, kept.control)] {
            let value = value.map(|value| value.replace("TOKEN", "consent-token").parse().unwrap());
            response.headers_mut().extend(value.map(|value| (name, value)));
        }
    }
    Ok(response)
}

async fn ask(layer: Option<ConsentLayer>, path: &str, metadata: &[(&str, &str)]) -> Response<Body> {
    let request = metadata.iter().fold(Request::post(path), |request, (name, value)| request.header(*name, *value));
    let request = request.body(Body::empty()).unwrap();
    match layer {
        Some(layer) => layer.layer(service_fn(answer)).call(request).await.unwrap(),
        None => answer(request).await.unwrap(),
    }
}

fn layer() -> ConsentLayer {
    ConsentLayer::new(verifier()).header("consent-token").clock(now)
}

fn caching(response: &Response<Body>) -> (String, String) {
    let lines = |name| joined(response.headers().get_all(name).iter().map(HeaderValue::as_bytes));
    (lines(header::VARY), lines(header::CACHE_CONTROL))
}

#[tokio::test]
async fn who_granted_is_let_through() {
    let token = Forge::good().token();
    for (layer, key, value) in [
        (layer(), "consent-token", token.clone()),
        (layer().authorization(), "authorization", format!("Bearer {token}")),
        (layer().cookie("__Host-consent"), "cookie", format!("__Host-consent={token}")),
    ] {
        for path in ["/analytics", "/valid", "/other"] {
            let response = ask(Some(layer.clone()), path, &[(key, &value)]).await;
            assert!(Status::from_header_map(response.headers()).is_none(), "{key} {path}");
        }
    }
}

#[tokio::test]
async fn the_others_are_told_which_purpose() {
    let token = Forge::good().token();
    let good = [("consent-token", token.as_str())];
    let twice = [good[0], good[0]];
    for (path, metadata, purpose, because) in [
        ("/marketing", &good[..], Some("marketing"), "not-granted"),
        ("/analytics", &[], Some("analytics"), "no-token"),
        ("/analytics", &[("consent-token", "x")], Some("analytics"), "malformed"),
        ("/analytics", &twice, Some("analytics"), "no-token"),
        ("/analytics", &[("authorization", &token)], Some("analytics"), "no-token"),
        ("/valid", &[], None, "no-token"),
    ] {
        let response = ask(Some(layer()), path, metadata).await;
        assert_eq!(caching(&response), ("consent-token".to_owned(), "no-store".to_owned()));
        let status = Status::from_header_map(response.headers()).unwrap();
        assert_eq!(status.code(), Code::PermissionDenied);
        let said = |key| status.metadata().get(key).map(|value| value.to_str().unwrap());
        assert_eq!(said("consent-code"), Some("consent-required"));
        assert_eq!((said("consent-purpose"), said("consent-because")), (purpose, Some(because)));
        if let Some(purpose) = purpose {
            assert_eq!(status.message(), format!("This needs consent to the purpose \"{purpose}\"."));
        }
    }
}

#[tokio::test]
async fn what_depends_on_consent_is_kept_by_the_caller_alone() {
    for (index, kept) in KEPT.iter().enumerate() {
        let response = ask(Some(layer()), &format!("/kept/{index}"), &[]).await;
        let expected = (kept.expected_vary.replace("TOKEN", "consent-token"), kept.expected_control.to_owned());
        assert_eq!(caching(&response), expected);
    }
    assert_eq!(caching(&ask(Some(layer()), "/other", &[]).await), (String::new(), String::new()));
}

#[tokio::test]
async fn without_the_layer_it_fails_loudly() {
    let token = Forge::good().token();
    let response = ask(None, "/analytics", &[("consent-token", &token)]).await;
    let status = Status::from_header_map(response.headers()).unwrap();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(status.metadata().get("consent-code").unwrap(), "consent-layer-missing");
}
