//! Tokens for other services: no more than the browser's token says, no longer than ten minutes, and a name for each.

use crate::support::browser::{Browser, TOKEN, all};
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, ORIGIN, START, id};
use crate::support::lists::{self, SHOP_API, STATISTICS_OF, again, ask, ended, entry, letter, moved};
use serde_json::{Value, json};
use volens_core::token::{Claims, UnverifiedToken};
use volens_server::mail::Mail;
use volens_verify::{KeySet, Verifier};

const PATH: &str = "/consent/v1/token";

fn start(test: &str) -> Host {
    Host::open(&disk::folder(test), &lists::unlisted(), Hands::at(START), Mail::Outbox)
}

fn granted(host: &Host, purposes: &[(&str, bool)]) -> Browser {
    let mut browser = host.browser();
    assert_eq!(browser.choose(&host.notice(), purposes).status, 201);
    browser
}

/// The token for an audience, and what it says.
fn token(browser: &mut Browser, audience: &str) -> (String, Claims) {
    let jar = browser.jar.clone();
    let reply = ask(browser, audience);
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(browser.jar, jar, "no cookie");
    let body = reply.json();
    let text = body["token"].as_str().unwrap().to_owned();
    let claims = UnverifiedToken::parse(&text).unwrap().into_claims();
    assert_eq!(body["exp"], claims.exp);
    (text, claims)
}

fn grants(claims: &Claims) -> Value {
    json!(claims.g)
}

#[test]
fn it_says_the_same_for_a_short_time_to_one_service() {
    let host = start("audience-token");
    let mut browser = granted(&host, &[("analytics", true), ("marketing", false)]);
    let since = host.clock.now().unix_seconds();
    host.clock.forward(DAY);
    let (text, claims) = token(&mut browser, STATISTICS_OF);
    let now = host.clock.now().unix_seconds();
    assert_eq!((claims.iss.as_str(), claims.aud.as_str()), (ORIGIN, STATISTICS_OF));
    assert_eq!((claims.iat, claims.exp), (now, now + 600));
    assert_eq!(grants(&claims), json!({ "analytics": since, "marketing": 0 }));
    let cookie = browser.claims();
    assert_eq!((&claims.ntc, &claims.txt, &claims.ctl), (&cookie.ntc, &cookie.txt, &cookie.ctl));
    assert_ne!(claims.jti, cookie.jti);

    let jwks = KeySet::from_jwks(&host.browser().get("/.well-known/jwks.json").body).unwrap();
    let verifier =
        |audience: &str| Verifier::builder().issuer(ORIGIN).audience(audience).keys(jwks.clone()).build().unwrap();
    let consent = verifier(STATISTICS_OF).verify_at(&text, host.clock.now()).unwrap();
    assert!(consent.permits(&id("analytics")) && !consent.permits(&id("marketing")));
    for other in [SHOP_API, ORIGIN] {
        assert_eq!(verifier(other).verify_at(&text, host.clock.now()).unwrap_err().code(), "wrong-audience");
    }
    host.clock.forward(600);
    assert_eq!(verifier(STATISTICS_OF).verify_at(&text, host.clock.now()).unwrap_err().code(), "expired");

    // It is not the browser's: nobody is known by it.
    let mut thief = host.browser();
    thief.jar.insert(TOKEN.into(), text);
    assert_eq!(thief.status("analytics"), "undecided");
    assert_eq!(ask(&mut thief, STATISTICS_OF).problem(), (404, "undecided".into()));
}

#[test]
fn two_services_cannot_tell_that_they_know_the_same_visitor() {
    let host = start("audience-pairwise");
    let (mut one, mut other) = (granted(&host, &all(true)), granted(&host, &all(true)));
    let name = |browser: &mut Browser, audience: &str| token(browser, audience).1.sub.unwrap().to_string();
    let names = [
        name(&mut one, STATISTICS_OF),
        name(&mut one, SHOP_API),
        name(&mut other, STATISTICS_OF),
        name(&mut other, SHOP_API),
        one.subject().to_string(),
        other.subject().to_string(),
    ];
    let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), 6, "{names:?}");
    assert!(names.iter().all(|name| name.len() == 22), "128 bits in base64url");
    // The same tomorrow, and after a restart.
    host.clock.forward(DAY);
    assert_eq!(name(&mut one, STATISTICS_OF), names[0]);
    let host = again(host, &lists::unlisted());
    let mut one = moved(&one, &host);
    assert_eq!(name(&mut one, STATISTICS_OF), names[0]);
    // With another key, another.
    std::fs::remove_file(host.data.join("keys/pairwise.key")).unwrap();
    let host = again(host, &lists::unlisted());
    let mut one = moved(&one, &host);
    assert_ne!(name(&mut one, STATISTICS_OF), names[0]);
}

#[test]
fn it_grants_what_stands_in_the_records_and_no_more_than_the_cookie() {
    let host = start("audience-live");
    let mut browser = granted(&host, &[("analytics", true), ("functional", true)]);
    let since = host.clock.now().unix_seconds();
    let old = browser.clone();
    host.clock.forward(60);
    browser.choose(&host.notice(), &[("marketing", true)]);
    let mut copy = old.clone();
    assert_eq!(grants(&token(&mut copy, SHOP_API).1), json!({ "analytics": since, "functional": since }));

    host.clock.forward(60);
    letter(&host, &browser.subject(), "analytics", host.clock.now());
    assert_eq!(grants(&token(&mut copy, SHOP_API).1), json!({ "analytics": 0, "functional": since }));
    // Given again: what the old cookie says has ended all the same.
    host.clock.forward(60);
    browser.choose(&host.notice(), &[("analytics", true)]);
    assert_eq!(grants(&token(&mut copy, SHOP_API).1), json!({ "functional": since }));
    let now = host.clock.now().unix_seconds();
    assert_eq!(
        grants(&token(&mut browser, SHOP_API).1),
        json!({ "analytics": now, "functional": since, "marketing": now - 120 })
    );
    // All of it taken back, with the cookie of before: nobody any more.
    host.clock.forward(60);
    browser.choose(&host.notice(), &all(false));
    let (_, claims) = token(&mut copy, SHOP_API);
    assert_eq!((claims.sub, claims.jti, json!(claims.g)), (None, None, json!({ "analytics": 0, "functional": 0 })));
}

#[test]
fn it_ends_with_the_cookie_and_with_the_grant() {
    let host = start("audience-end");
    let mut browser = granted(&host, &[("analytics", true)]);
    host.clock.forward(180 * DAY - 100);
    let (_, claims) = token(&mut browser, SHOP_API);
    assert_eq!(claims.exp, browser.claims().exp);
    assert_eq!(claims.exp - claims.iat, 100);
    host.clock.forward(100);
    let (_, claims) = token(&mut browser, SHOP_API);
    assert_eq!((claims.sub, grants_none(&claims.g)), (None, true));
}

fn grants_none(g: &std::collections::BTreeMap<volens_core::PurposeId, volens_core::token::Stance>) -> bool {
    g.values().all(|stance| *stance == volens_core::token::Stance::Refused)
}

#[test]
fn refusers_are_told_apart_by_nothing() {
    let host = start("audience-refusers");
    host.clock.set("2026-11-20T12:10:00Z");
    let (mut one, mut other) = (granted(&host, &all(false)), granted(&host, &all(false)));
    let (first, claims) = token(&mut one, SHOP_API);
    assert_eq!((&claims.sub, &claims.jti, &claims.status), (&None, &None, &None));
    assert_eq!(grants(&claims), json!({ "analytics": 0, "functional": 0, "marketing": 0 }));
    host.clock.forward(299);
    assert_eq!(token(&mut other, SHOP_API).0, first);
    assert_eq!(claims.exp - claims.iat, 600);
    assert!(claims.exp - host.clock.now().unix_seconds() > 300, "and it lasts for five minutes");
    host.clock.forward(1);
    assert_ne!(token(&mut other, SHOP_API).0, first);
    // One who took everything back is one of them.
    let mut leaver = granted(&host, &all(true));
    leaver.choose(&host.notice(), &all(false));
    assert_eq!(token(&mut leaver, SHOP_API).0, token(&mut one, SHOP_API).0);
}

#[test]
fn only_a_visitors_own_page_gets_one_for_a_listed_service() {
    let host = start("audience-refused");
    let mut browser = granted(&host, &all(true));
    assert_eq!(ask(&mut host.browser(), SHOP_API).problem(), (404, "undecided".into()), "a new visitor");
    for unknown in ["", ORIGIN, "shop-api ", "https://statistics.example/"] {
        let reply = ask(&mut browser, unknown);
        assert_eq!(reply.problem(), (400, "unknown-audience".into()), "{unknown}");
        assert_eq!(reply.json()["audiences"], json!([STATISTICS_OF, SHOP_API]));
        assert!(reply.json()["detail"].as_str().unwrap().contains("https://statistics.example or shop-api"));
    }
    let plain = Host::start("audience-unlisted");
    let reply = ask(&mut granted(&plain, &all(true)), SHOP_API);
    assert_eq!((reply.problem(), reply.json()["audiences"].clone()), ((400, "unknown-audience".into()), json!([])));

    let body = json!({ "aud": SHOP_API });
    for headers in [
        &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)][..],
        &[("sec-fetch-site", "same-site"), ("origin", ORIGIN)],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://evil.example")],
    ] {
        assert_eq!(browser.json_with(PATH, headers, &body).problem(), (403, "cross-site".into()), "{headers:?}");
    }
    assert_eq!(browser.json_with(PATH, &[("sec-fetch-site", "same-origin")], &body).status, 200);
    assert_eq!(browser.form(PATH, &[], &[("aud", SHOP_API)]).problem().0, 415);
    assert_eq!(browser.get(PATH).problem(), (405, "wrong-method".into()));
    for (body, code) in [
        (json!({}), "missing-field"),
        (json!([]), "malformed"),
        (json!({ "aud": [SHOP_API] }), "malformed"),
        (json!({ "aud": SHOP_API, "sub": "x" }), "malformed"),
    ] {
        assert_eq!(browser.json(PATH, &body).problem(), (400, code.into()), "{body}");
    }
    let twice = browser.send("POST", PATH, &[("content-type", "application/json")], br#"{"aud":"a","aud":"shop-api"}"#);
    assert_eq!(twice.unwrap().problem(), (400, "malformed".into()));
}

#[test]
fn a_withdrawal_shows_in_a_list_of_short_lived_tokens() {
    let host = Host::open(&disk::folder("audience-status"), &lists::site(), Hands::at(START), Mail::Outbox);
    let mut browser = granted(&host, &[("analytics", true), ("functional", true)]);
    let cookie = browser.claims();
    let ((_, first), (_, second)) = (token(&mut browser, SHOP_API), token(&mut browser, SHOP_API));
    assert_eq!(entry(&cookie).uri, format!("{ORIGIN}/consent/v1/status/1"));
    assert_eq!(entry(&first).uri, format!("{ORIGIN}/consent/v1/status/2"));
    assert_ne!(entry(&first).idx, entry(&second).idx);
    letter(&host, &browser.subject(), "analytics", host.clock.now());
    assert_eq!([&cookie, &first, &second].map(|claims| ended(&host, claims)), [true; 3]);
    let (_, third) = token(&mut browser, SHOP_API);
    assert_eq!(grants(&third), json!({ "analytics": 0, "functional": third.g[&id("functional")] }));
    assert!(!ended(&host, &third));
}
