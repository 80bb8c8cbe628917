//! `POST /check`: for back ends that link nothing.

use crate::support::browser::{Browser, Reply, all};
use crate::support::host::{DAY, Host};
use serde_json::{Value, json};

const CHECK: &str = "/consent/v1/check";

fn check(host: &Host, token: &str, purpose: &str) -> Value {
    let reply = host.browser().json(CHECK, &json!({ "token": token, "purpose": purpose }));
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(reply.set_cookies().is_empty());
    reply.json()
}

#[test]
fn it_answers_from_the_live_records() {
    let host = Host::start("check");
    let mut browser: Browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true), ("marketing", false)]);
    let (granted, end) = (browser.token().to_owned(), host.clock.now().plus_seconds(180 * DAY));
    assert_eq!(check(&host, &granted, "analytics"), json!({ "permitted": true, "because": "granted", "until": end }));
    assert_eq!(check(&host, &granted, "marketing"), json!({ "permitted": false, "because": "refused" }));
    assert_eq!(check(&host, &granted, "functional"), json!({ "permitted": false, "because": "unknown" }));
    assert_eq!(check(&host, &granted, "newsletter"), json!({ "permitted": false, "because": "unknown" }));

    host.clock.forward(60);
    browser.choose(&host.notice(), &[("analytics", false), ("functional", true)]);
    // The older token still says yes; the records say no.
    assert_eq!(check(&host, &granted, "analytics"), json!({ "permitted": false, "because": "withdrawn" }));
    assert_eq!(check(&host, &granted, "functional")["permitted"], true);

    let mut refuser = host.browser();
    refuser.choose(&host.notice(), &all(false));
    assert_eq!(check(&host, refuser.token(), "analytics"), json!({ "permitted": false, "because": "refused" }));

    host.clock.forward(181 * DAY);
    assert_eq!(check(&host, &granted, "analytics"), json!({ "permitted": false, "because": "expired" }));
}

#[test]
fn a_bad_token_is_an_answer_and_not_an_error() {
    let host = Host::start("check-bad");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let token = browser.token();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    for (token, code) in [
        (String::new(), "malformed"),
        ("x".into(), "malformed"),
        ("x".repeat(5000), "too-long"),
        (format!("{token}."), "malformed"),
        (format!("{input}.{first}{}", &signature[1..]), "bad-signature"),
    ] {
        assert_eq!(check(&host, &token, "analytics"), json!({ "permitted": false, "because": code }));
    }
}

#[test]
fn a_question_that_makes_no_sense_is_an_error() {
    let host = Host::start("check-questions");
    let ask = |body: Value| host.browser().json(CHECK, &body).problem();
    assert_eq!(ask(json!({ "token": "x", "purpose": "nonsense" })), (400, "unknown-purpose".into()));
    assert_eq!(ask(json!({ "token": "x" })).0, 400);
    assert_eq!(ask(json!({ "purpose": "analytics" })).0, 400);
    assert_eq!(ask(json!({ "token": 7, "purpose": "analytics" })).0, 400);
    assert_eq!(host.browser().form(CHECK, &[], &[("token", "x")]).problem().0, 415);
    assert_eq!(
        host.browser().json(CHECK, &json!({ "token": "x".repeat(17_000), "purpose": "analytics" })).problem().0,
        413
    );
}

#[test]
fn from_elsewhere_it_takes_the_administrators_token() {
    let host = Host::start("check-elsewhere");
    let question = json!({ "token": "x", "purpose": "analytics" });
    let bearer = format!("Bearer {}", host.admin());
    let ask = |headers: &[(&str, &str)]| -> Reply { host.browser().json_with(CHECK, headers, &question) };
    // Through a proxy on this machine, the peer is this machine and the caller is not.
    for forwarded in [
        ("x-forwarded-for", "192.0.2.1"),
        ("forwarded", "for=192.0.2.1"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-real-ip", "192.0.2.1"),
        ("via", "1.1 proxy"),
    ] {
        assert_eq!(ask(&[forwarded]).problem(), (401, "unauthorized".into()), "{forwarded:?}");
        assert_eq!(ask(&[forwarded, ("authorization", "Bearer wrong")]).status, 401);
        assert_eq!(ask(&[forwarded, ("authorization", &bearer)]).status, 200);
    }
    // A page in a browser on this machine is not a back end on it.
    assert_eq!(ask(&[("sec-fetch-site", "cross-site")]).status, 401);
    assert_eq!(ask(&[("origin", "http://localhost:8080")]).status, 401);
    assert_eq!(ask(&[]).status, 200);
}
