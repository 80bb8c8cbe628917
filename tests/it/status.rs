//! Status lists: a withdrawal shows to those who hold a token and ask nobody.

use crate::support::browser::{Browser, CHOICES, all, choice};
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, ORIGIN, START, id};
use crate::support::lists::{self, again, ended, entry, letter, moved, ones, path};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;
use volens_core::token::Claims;
use volens_server::mail::Mail;
use volens_verify::VerifyError;

fn start(test: &str) -> Host {
    Host::open(&disk::folder(test), &lists::site(), Hands::at(START), Mail::Outbox)
}

fn granted(host: &Host, purposes: &[(&str, bool)]) -> (Browser, Claims) {
    let mut browser = host.browser();
    assert_eq!(browser.choose(&host.notice(), purposes).status, 201);
    let claims = browser.claims();
    (browser, claims)
}

#[test]
fn a_token_that_grants_something_has_a_place_of_its_own() {
    let host = start("status-place");
    let mut places = BTreeSet::new();
    for _ in 0..20 {
        let (_, claims) = granted(&host, &[("analytics", true)]);
        let entry = entry(&claims);
        assert_eq!(entry.uri, format!("{ORIGIN}/consent/v1/status/1"));
        assert!(entry.idx < 1 << 17);
        assert!(places.insert(entry.idx), "{} twice", entry.idx);
    }
    assert_ne!(places, (0..20).collect(), "at random");
    let (_, refuser) = granted(&host, &all(false));
    assert_eq!(refuser.status, None);
    assert_eq!(disk::count(&host.data, "status_entry"), 20);

    let plain = Host::start("status-none");
    let (_, claims) = granted(&plain, &all(true));
    assert_eq!(claims.status, None, "unless the site says so");
    assert_eq!(plain.browser().get("/consent/v1/status/1").problem(), (404, "unknown-list".into()));
}

#[test]
fn the_list_is_a_signed_one_as_the_draft_has_it() {
    let host = start("status-shape");
    let (_, claims) = granted(&host, &all(true));
    // The service has signed one for itself.
    host.clock.forward(60);
    let reply = host.browser().get(path(&entry(&claims)));
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/statuslist+jwt"));
    assert_eq!(reply.header("cache-control"), Some("public, max-age=60"));
    let (input, signature) = reply.text().rsplit_once('.').unwrap();
    let header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(input.split('.').next().unwrap()).unwrap()).unwrap();
    let jwks = host.browser().get("/.well-known/jwks.json").json();
    let key = &jwks["keys"][0];
    assert_eq!(header, json!({ "alg": "EdDSA", "kid": key["kid"], "typ": "statuslist+jwt" }));
    let x: [u8; 32] = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().try_into().unwrap();
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    VerifyingKey::from_bytes(&x).unwrap().verify_strict(input.as_bytes(), &signature).unwrap();

    let list = lists::claims(&reply);
    let now = host.clock.now().unix_seconds();
    let packed = list["status_list"]["lst"].clone();
    let expected = json!({
        "sub": entry(&claims).uri, "iss": ORIGIN, "iat": now, "exp": now + DAY, "ttl": 60,
        "status_list": { "bits": 1, "lst": packed },
    });
    assert_eq!(list, expected);
    assert_eq!(lists::bytes(&list), [0; 1 << 14]);
    for other in ["0", "3", "01", "-1", "+1", "1.0", "x", "99999999999999999999"] {
        let reply = host.browser().get(&format!("/consent/v1/status/{other}"));
        assert_eq!(reply.problem(), (404, "unknown-list".into()), "{other}");
    }
}

#[test]
fn a_withdrawal_by_any_way_sets_the_bit_of_every_token_that_grants_it() {
    let host = start("status-ways");
    let notice = host.notice();
    let (_, bystander) = granted(&host, &all(true));

    // In the browser: of three tokens, those that grant it.
    let (mut browser, videos) = granted(&host, &[("functional", true)]);
    browser.choose(&notice, &[("analytics", true)]);
    let counted = browser.claims();
    browser.choose(&notice, &[("marketing", true)]);
    let everything = browser.claims();
    assert_eq!(ones(&host, 1), 0);
    host.clock.forward(60);
    browser.choose(&notice, &[("analytics", false)]);
    let after = browser.claims();
    assert_eq!([&videos, &counted, &everything, &after].map(|claims| ended(&host, claims)), [false, true, true, false]);

    // By a letter, which replaces no cookie.
    host.clock.forward(60);
    assert_eq!(letter(&host, &browser.subject(), "marketing", host.clock.now()).status, 201);
    assert_eq!([&videos, &after].map(|claims| ended(&host, claims)), [false, true]);

    // By a link.
    let (other, claims) = granted(&host, &[("functional", true)]);
    let link = host.service.unsubscribe_url(other.subject(), vec![id("functional")]);
    let body = [("List-Unsubscribe", "One-Click")];
    assert_eq!(host.browser().form(link.strip_prefix(ORIGIN).unwrap(), &[], &body).status, 200);
    assert!(ended(&host, &claims));

    // Everything at once, without script.
    let (mut leaver, claims) = granted(&host, &all(true));
    let form = [("notice", notice.as_str()), ("lang", "en"), ("reject", "all")];
    assert_eq!(leaver.form(CHOICES, &[], &form).status, 303);
    assert!(ended(&host, &claims));
    assert_eq!((ended(&host, &bystander), ended(&host, &videos)), (false, false));
    assert_eq!(ones(&host, 1), 5);
}

#[test]
fn what_ends_nothing_sets_no_bit() {
    let host = start("status-kept");
    let (mut browser, first) = granted(&host, &[("analytics", true), ("marketing", false)]);
    let early = host.clock.now().plus_seconds(-3600);
    // It arrived before the grant and was typed in after it.
    host.clock.forward(60);
    assert_eq!(letter(&host, &browser.subject(), "analytics", early).status, 201);
    assert_eq!(letter(&host, &browser.subject(), "newsletter", host.clock.now()).status, 201);
    browser.choose(&host.notice(), &[("functional", false)]);
    browser.choose(&host.notice(), &[("marketing", false)]);
    assert_eq!(browser.status("analytics"), "granted");
    assert!(!ended(&host, &first));
    assert_eq!(ones(&host, 1), 0);
}

#[test]
fn a_bit_that_cannot_be_set_keeps_the_withdrawal_from_being_half_recorded() {
    let host = start("status-atomic");
    let (mut browser, claims) = granted(&host, &all(true));
    let store = disk::sqlite(&host.data);
    store
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON status_part BEGIN SELECT RAISE(ABORT, 'no room'); END")
        .unwrap();
    let reply = browser.choose(&host.notice(), &[("analytics", false)]);
    assert_eq!(reply.problem(), (503, "unavailable".into()));
    assert_eq!((host.statements(), browser.status("analytics")), (1, "granted".into()));
    store.execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(browser.choose(&host.notice(), &[("analytics", false)]).status, 201);
    assert!(ended(&host, &claims));
}

#[test]
fn a_list_is_signed_once_a_minute_or_when_a_bit_is_set() {
    let host = start("status-once");
    let (mut browser, claims) = granted(&host, &all(true));
    let path = path(&entry(&claims)).to_owned();
    let fetch = || host.browser().get(&path).text().to_owned();
    host.clock.forward(60);
    let first = fetch();
    host.clock.forward(59);
    granted(&host, &all(true));
    assert_eq!(fetch(), first, "a new token changes no bit");
    host.clock.forward(1);
    let second = fetch();
    assert_ne!(second, first);
    host.clock.forward(1);
    browser.choose(&host.notice(), &[("analytics", false)]);
    let third = fetch();
    assert_ne!(third, second, "at once, not after a minute");
    assert_eq!(fetch(), third);
    // Nor does a list come from the future when the clock is put right.
    host.clock.forward(-3600);
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(fetch().split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!(claims["iat"], host.clock.now().unix_seconds());
}

/// Who fetches them learns from the service which there are, before the first token is in one; tokens of other services
/// have lists of their own.
#[test]
fn the_lists_that_there_are_are_named() {
    let host = start("status-names");
    let ask = || {
        let reply = host.browser().get("/consent/v1/status");
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
        assert_eq!(reply.header("cache-control"), Some("public, max-age=60"));
        reply.json()
    };
    let named = ask();
    let both = [1, 2].map(|list| format!("{ORIGIN}/consent/v1/status/{list}"));
    assert_eq!(named, json!({ "status_lists": both }));
    let (mut browser, claims) = granted(&host, &all(true));
    assert_eq!(entry(&claims).uri, both[0]);
    assert_eq!(lists::ask(&mut browser, lists::SHOP_API).status, 200);
    assert_eq!(ask(), named);
    for uri in named["status_lists"].as_array().unwrap() {
        let path = uri.as_str().unwrap().strip_prefix(ORIGIN).unwrap();
        assert_eq!(host.browser().get(path).status, 200);
    }
}

#[test]
fn nobody_can_tell_whose_place_it_was_once_the_token_has_ended() {
    let host = start("status-forgotten");
    let (mut leaver, _) = granted(&host, &all(true));
    let (_, stays) = granted(&host, &all(true));
    leaver.choose(&host.notice(), &all(false));
    assert_eq!(disk::count(&host.data, "status_entry"), 1, "once the bit is set nothing has to find it");
    host.clock.forward(180 * DAY - 2);
    let host = again(host, &lists::site());
    assert_eq!(disk::count(&host.data, "status_entry"), 1, "a second before");
    host.clock.forward(1);
    let host = again(host, &lists::site());
    assert_eq!(disk::count(&host.data, "status_entry"), 0);
    assert!(!ended(&host, &stays), "the list is still there");
}

#[test]
fn a_place_is_given_out_once_and_a_list_is_left_when_half_of_it_is_taken() {
    let host = start("status-full");
    let (_, first) = granted(&host, &all(true));
    let store = disk::sqlite(&host.data);
    // Every other place of the list is taken.
    for part in 0..128 {
        store
            .execute(
                "INSERT OR REPLACE INTO status_part VALUES ('shop', 1, ?1, ?2, zeroblob(128))",
                rusqlite::params![part, [0b0101_0101_u8; 128]],
            )
            .unwrap();
    }
    let named = || host.browser().get("/consent/v1/status").json()["status_lists"].as_array().unwrap().len();
    store.execute("UPDATE status_list SET taken = 57344 WHERE list = 1", []).unwrap();
    granted(&host, &all(true));
    assert_eq!(named(), 2);
    // Those who fetch lists have the next one before a token is in it.
    let (mut browser, last) = granted(&host, &all(true));
    assert_eq!((entry(&last).uri, entry(&last).idx % 2), (format!("{ORIGIN}/consent/v1/status/1"), 1));
    assert_eq!(named(), 3);
    store.execute("UPDATE status_list SET taken = 65537 WHERE list = 1", []).unwrap();
    let (_, next) = granted(&host, &all(true));
    assert_eq!(entry(&next).uri, format!("{ORIGIN}/consent/v1/status/3"));
    assert_eq!(named(), 3);
    // The one that is full still says what ends.
    browser.choose(&host.notice(), &all(false));
    assert_eq!([&last, &first, &next].map(|claims| ended(&host, claims)), [true, false, false]);
    assert_eq!((ones(&host, 1), ones(&host, 3)), (1, 0));

    // A day after its last token has ended it goes; its number does not come back.
    host.clock.forward(180 * DAY);
    let host = again(host, &lists::site());
    assert_eq!(host.browser().get("/consent/v1/status/1").status, 200);
    host.clock.forward(DAY);
    let host = again(host, &lists::site());
    assert_eq!(host.browser().get("/consent/v1/status/1").problem(), (404, "unknown-list".into()));
    assert_eq!(host.browser().get("/consent/v1/status/3").status, 200);
    let (_, claims) = granted(&host, &all(true));
    assert_eq!(entry(&claims).uri, format!("{ORIGIN}/consent/v1/status/3"));
}

#[test]
fn a_retry_is_not_answered_with_a_token_whose_bit_is_set() {
    let host = start("status-retry");
    let body = choice(&host.notice(), &all(true));
    let post = |browser: &mut Browser| {
        browser.json_with(CHOICES, &[("idempotency-key", "q0yVYx2kT7mJ3nS5uW8zAg")], &body).status
    };
    let mut browser = host.browser();
    assert_eq!(post(&mut browser), 201);
    let first = browser.token().to_owned();
    assert_eq!(post(&mut browser), 201);
    assert_eq!(browser.token(), first, "the same answer");
    // Taken back in part, and given again: the state is what it was.
    host.clock.forward(60);
    browser.choose(&host.notice(), &[("analytics", false)]);
    browser.choose(&host.notice(), &[("analytics", true)]);
    host.clock.forward(60);
    assert_eq!(post(&mut browser), 200);
    assert_ne!(browser.token(), first);
    assert!(!ended(&host, &browser.claims()));
}

/// It asks its records, and knows whose token it is whatever a list says.
#[test]
fn the_service_itself_asks_its_records() {
    let host = start("status-own");
    let (mut browser, claims) = granted(&host, &all(true));
    let check = |token: &str| {
        let reply = host.browser().json("/consent/v1/check", &json!({ "token": token, "purpose": "analytics" }));
        (reply.json()["permitted"].clone(), reply.json()["because"].clone())
    };
    let token = browser.token().to_owned();
    let offline =
        || host.service.verifier().verify_at(&token, host.clock.now()).map_or_else(VerifyError::code, |_| "ok");
    assert_eq!(check(&token), (json!(true), json!("granted")));
    assert_eq!(offline(), "ok");
    letter(&host, &browser.subject(), "marketing", host.clock.now());
    assert!(ended(&host, &claims));
    assert_eq!(check(&token), (json!(true), json!("granted")), "marketing ended, analysis did not");
    assert_eq!((browser.status("analytics"), browser.status("marketing")), ("granted".into(), "withdrawn".into()));
    browser.choose(&host.notice(), &[("analytics", false)]);
    assert_eq!(check(&token), (json!(false), json!("withdrawn")));
    let (input, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{input}.{}{}", if signature.starts_with('A') { "B" } else { "A" }, &signature[1..]);
    assert_eq!(check(&forged), (json!(false), json!("bad-signature")));
    let mut other = host.browser();
    other.jar.insert("__Host-consent".into(), forged);
    assert_eq!(other.status("functional"), "undecided");
    // The verifier of the process hears of it by itself.
    for _ in 0..200 {
        if offline() == "withdrawn" {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(offline(), "withdrawn");
}

#[test]
fn a_list_outlives_the_wish_for_lists() {
    let host = start("status-off");
    let (browser, claims) = granted(&host, &all(true));
    let host = again(host, &lists::unlisted());
    let mut browser = moved(&browser, &host);
    browser.choose(&host.notice(), &[("analytics", false)]);
    assert_eq!(browser.claims().status, None);
    assert!(ended(&host, &claims), "the token is still about");
}

#[test]
fn a_service_with_an_address_of_its_own_serves_its_lists_there() {
    let site = lists::site()
        .replace(r#"["http://localhost:8080", "http://127.0.0.1:8080"]"#, r#"["http://localhost:8080"]"#)
        .replacen("[controller]", "endpoint = \"http://localhost:9090/own/v1\"\n\n[controller]", 1);
    let host = Host::open(&disk::folder("status-endpoint"), &site, Hands::at(START), Mail::Outbox);
    let mut browser = host.browser();
    assert_eq!(browser.json("/own/v1/choices", &choice(&host.notice(), &all(true))).status, 201);
    let uri = entry(&browser.claims()).uri;
    assert_eq!(uri, "http://localhost:9090/own/v1/status/1");
    let list = lists::claims(&host.browser().get("/own/v1/status/1"));
    assert_eq!((&list["sub"], &list["iss"]), (&json!(uri), &json!(ORIGIN)));
}
