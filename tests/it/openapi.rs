//! The document that says what can be asked, held against the service that answers.

use crate::support::browser::all;
use crate::support::disk;
use crate::support::host::{Hands, Host, ORIGIN, START};
use crate::support::lists::{self, SHOP_API, ask, letter};
use serde_json::Value;
use std::collections::BTreeSet;
use volens_server::mail::Mail;

const PATH: &str = "/consent/v1/openapi.json";

fn start(test: &str) -> (Host, Value) {
    let host = Host::open(&disk::folder(test), &lists::site(), Hands::at(START), Mail::Outbox);
    let reply = host.browser().get(PATH);
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
    let document = reply.json();
    (host, document)
}

#[test]
fn it_names_every_address_of_the_service_and_no_other() {
    let (host, document) = start("openapi-paths");
    assert_eq!(document["servers"][0]["url"], format!("{ORIGIN}/consent/v1"));
    let source = std::fs::read_to_string(disk::repository().join("server/src/http.rs")).unwrap();
    let routes = source.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let outside = |path: &&str| path.starts_with("/.well-known") || ["/healthz", "/readyz"].contains(path);
    let routes: BTreeSet<&str> = routes.filter(|path| !outside(path)).collect();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.keys().map(String::as_str).collect::<BTreeSet<_>>(), routes);
    for (path, methods) in paths {
        let place = format!("/consent/v1{}", path.replace(['{', '}'], ""));
        for method in ["get", "post"] {
            let reply = host.browser().send(&method.to_uppercase(), &place, &[], b"").unwrap();
            assert_eq!(methods.get(method).is_some(), reply.status != 405, "{method} {path}: {reply:?}");
        }
    }
}

#[test]
fn what_it_points_to_is_there() {
    let (_, document) = start("openapi-refs");
    let text = document.to_string();
    let refs: BTreeSet<&str> = text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(refs.len() > 4, "{refs:?}");
    for pointer in refs {
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn answers_have_the_members_that_it_says() {
    let (host, document) = start("openapi-answers");
    let mut browser = host.browser();
    let chosen = browser.choose(&host.notice(), &all(true)).json();
    letter(&host, &browser.subject(), "marketing", host.clock.now());
    let bearer = format!("Bearer {}", host.admin());
    let ended = host.browser().send("GET", "/consent/v1/admin/ended", &[("authorization", &bearer)], b"").unwrap();
    let problem = ask(&mut browser, "nobody").json();
    let token = ask(&mut browser, SHOP_API).json();
    let component = |name: &str| document.pointer(&format!("/components/schemas/{name}")).unwrap().clone();
    let short = "/paths/~1token/post/responses/200/content/application~1json/schema";
    for (schema, answer, exact) in [
        (component("Chosen"), &chosen, true),
        (component("State"), &chosen["state"], true),
        (component("EndedPage"), &ended.json(), true),
        (component("Ended"), &ended.json()["ended"][0], true),
        (component("Problem"), &problem, false),
        (document.pointer(short).unwrap().clone(), &token, true),
    ] {
        let members: BTreeSet<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        let known: BTreeSet<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let required: BTreeSet<&str> =
            schema["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(required.is_subset(&members), "{required:?} of {members:?}");
        assert!(!exact || members.is_subset(&known), "{members:?} of {known:?}");
    }
}
