//! Bad input gets a clear answer and changes nothing.

use crate::support::browser::{CHOICES, Reply, all, choice};
use crate::support::host::Host;
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn send(host: &Host, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    host.browser().send("POST", CHOICES, headers, body).unwrap()
}

#[test]
fn json_that_does_not_fit_is_named_and_nothing_is_written() {
    let host = Host::start("bad-json");
    let good = choice(&host.notice(), &all(true));
    let with = |member: &str, value: Value| {
        let mut body = good.clone();
        body[member] = value;
        body.to_string()
    };
    let without = |member: &str| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        body.to_string()
    };
    for (body, code, says) in [
        (String::new(), "malformed", "JSON"),
        ("{".into(), "malformed", "JSON"),
        (format!("{good}x"), "malformed", "JSON"),
        ("\u{feff}{}".into(), "malformed", "JSON"),
        ("[]".into(), "malformed", "object"),
        ("null".into(), "malformed", "object"),
        (without("notice"), "missing-field", "notice"),
        (without("purposes"), "missing-field", "purposes"),
        (without("lang"), "missing-field", "lang"),
        (with("notice", json!(7)), "malformed", "notice"),
        (with("notice", json!("no notice")), "malformed", "notice"),
        (with("notice", json!("")), "malformed", "notice"),
        (with("purposes", json!({})), "malformed", "purposes"),
        (with("purposes", json!(["analytics"])), "malformed", "purposes"),
        (with("purposes", json!({ "analytics": "yes" })), "malformed", "purposes"),
        (with("purposes", json!({ "analytics": null })), "malformed", "purposes"),
        (with("purposes", json!({ "nonsense": true })), "unknown-purpose", "nonsense"),
        (with("purposes", json!({ "nonsense": false, "analytics": true })), "unknown-purpose", "nonsense"),
        (with("purposes", json!({ "newsletter": true })), "unknown-purpose", "newsletter"),
        (with("purposes", json!({ "necessary": true })), "unknown-purpose", "necessary"),
        (with("purposes", json!({ "Analytics": true })), "unknown-purpose", "analytics"),
        (with("lang", json!("de")), "malformed", "lang"),
        (with("lang", json!("english please")), "malformed", "lang"),
        (with("claimed_at", json!("yesterday")), "malformed", "claimed_at"),
        (with("claimed_at", json!("2026-11-20T12:00:00")), "malformed", "claimed_at"),
        (with("control", json!("<script>")), "malformed", "control"),
        (with("control", json!("")), "malformed", "control"),
        (with("control", json!("a".repeat(41))), "malformed", "control"),
    ] {
        let reply = send(&host, &[JSON], body.as_bytes());
        assert_eq!(reply.problem(), (400, code.into()), "{body}");
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(says), "{body}: {detail}");
    }
    assert_eq!(host.statements(), 0);
}

#[test]
fn a_form_that_does_not_fit_is_named_and_nothing_is_written() {
    let host = Host::start("bad-form");
    let notice = format!("notice={}", host.notice());
    for (fields, code) in [
        ("lang=en&accept=all", "missing-field"),
        ("notice=&lang=en&accept=all", "malformed"),
        ("notice=a+b&lang=en&accept=all", "malformed"),
        ("NOTICE&accept=all", "missing-field"),
        ("NOTICE&lang=xx&accept=all", "malformed"),
        ("NOTICE&lang=en&accept=some", "malformed"),
        ("NOTICE&lang=en&reject=ALL", "malformed"),
        ("NOTICE&lang=en&accept=all&reject=all", "malformed"),
        ("NOTICE&lang=en&p.analytics=1", "malformed"),
        ("NOTICE&lang=en&p.nonsense=on", "unknown-purpose"),
        ("NOTICE&lang=en&p.=on", "unknown-purpose"),
        ("NOTICE&lang=en&p.newsletter=on", "unknown-purpose"),
    ] {
        let reply = send(&host, &[FORM], fields.replace("NOTICE", &notice).as_bytes());
        assert_eq!(reply.problem(), (400, code.into()), "{fields}");
    }
    assert_eq!(send(&host, &[FORM], b"notice=\xff").problem().0, 400);
    assert_eq!(host.statements(), 0);
}

#[test]
fn a_query_that_says_a_thing_twice_is_a_problem_like_others() {
    let host = Host::start("query");
    for path in ["settings", "decided.css", "manifest", "cookies", "snippet", "newsletter/sent"] {
        let reply = host.browser().get(&format!("/consent/v1/{path}?lang=en&lang=sv"));
        assert_eq!(reply.problem(), (400, "malformed".into()), "{path}");
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("query: ") && detail.contains("duplicate field `lang`"), "{path}: {detail}");
    }
}

#[test]
fn a_body_over_16_kib_is_not_read() {
    let host = Host::start("large");
    let fill = |length: usize| {
        let mut body = choice(&host.notice(), &all(true));
        let without = body.to_string().len() + r#","filler":"""#.len();
        body["filler"] = json!("x".repeat(length - without));
        assert_eq!(body.to_string().len(), length);
        body.to_string().into_bytes()
    };
    assert_eq!(send(&host, &[JSON], &fill(16 * 1024 + 1)).problem(), (413, "too-large".into()));
    assert_eq!(send(&host, &[FORM], &vec![b'a'; 16 * 1024 + 1]).problem(), (413, "too-large".into()));
    assert_eq!(host.statements(), 0);
    assert_eq!(send(&host, &[JSON], &fill(16 * 1024)).status, 201, "16 KiB are not more than 16 KiB");
}

#[test]
fn other_media_types_are_not_read() {
    let host = Host::start("media");
    let good = choice(&host.notice(), &all(true)).to_string();
    for media in ["text/plain", "multipart/form-data; boundary=x", "application/json-seq", "application/xml"] {
        assert_eq!(send(&host, &[("content-type", media)], good.as_bytes()).problem(), (415, "media-type".into()));
    }
    assert_eq!(send(&host, &[], good.as_bytes()).problem(), (415, "media-type".into()));
    assert_eq!(host.statements(), 0);
    assert_eq!(send(&host, &[("content-type", "Application/JSON; charset=utf-8")], good.as_bytes()).status, 201);
}

#[test]
fn other_methods_and_paths_do_nothing() {
    let host = Host::start("methods");
    let mut browser = host.browser();
    assert_eq!(browser.send("DELETE", CHOICES, &[], b"").unwrap().status, 405);
    assert_eq!(browser.send("PUT", CHOICES, &[JSON], b"{}").unwrap().status, 405);
    assert_eq!(browser.get("/consent/v1/nothing").status, 404);
    assert_eq!(browser.get("/consent/v2/choices").status, 404);
}
