//! The token in the browser, read by our own verifier from the published keys alone.

use crate::support::browser::{Browser, all};
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, ORIGIN, SITE, START, id};
use volens_core::{NoticeHash, PurposeId};
use volens_server::mail::Mail;
use volens_verify::{KeySet, Verifier, VerifierBuilder};

fn builder(host: &Host) -> VerifierBuilder {
    let jwks = host.browser().get("/.well-known/jwks.json").body;
    Verifier::builder().issuer(ORIGIN).audience(ORIGIN).keys(KeySet::from_jwks(&jwks).unwrap())
}

fn granted(host: &Host) -> Browser {
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true), ("marketing", false)]);
    browser
}

#[test]
fn it_grants_what_was_granted_and_nothing_else() {
    let host = Host::start("token");
    let browser = granted(&host);
    let consent = builder(&host).build().unwrap().verify_at(browser.token(), host.clock.now()).unwrap();
    assert_eq!(consent.require_id(&id("analytics")), Ok(host.clock.now()));
    for other in ["marketing", "functional", "newsletter"] {
        let other: PurposeId = id(other);
        assert_eq!(consent.require_id(&other).unwrap_err().code(), "not-granted", "{other}");
    }
    assert_eq!(consent.notice(), &host.notice());
    assert!(browser.token().len() <= 4000);

    let mut refuser = host.browser();
    refuser.choose(&host.notice(), &all(false));
    let consent = builder(&host).build().unwrap().verify_at(refuser.token(), host.clock.now()).unwrap();
    assert!(["analytics", "functional", "marketing"].iter().all(|purpose| !consent.permits(&id(purpose))));
}

#[test]
fn altered_by_any_single_bit_it_is_refused() {
    let host = Host::start("bits");
    let verifier = builder(&host).build().unwrap();
    let token = granted(&host).token().to_owned();
    assert!(verifier.verify_at(&token, host.clock.now()).is_ok());
    let mut tried = 0;
    for at in 0..token.len() {
        for bit in 0..8 {
            let mut bytes = token.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            // The eighth bit leaves UTF-8; what a handler would make of it is tried instead.
            let altered = String::from_utf8_lossy(&bytes);
            let error = verifier.verify_at(&altered, host.clock.now()).expect_err(&altered);
            // A `kid`, `typ` or `alg` that names something else is seen before the signature.
            let codes = ["malformed", "forbidden-header", "wrong-type", "wrong-alg", "unknown-key", "bad-signature"];
            assert!(codes.contains(&error.code()), "{}: {altered}", error.code());
            tried += 1;
        }
    }
    assert_eq!(tried, token.len() * 8);
}

#[test]
fn it_ends_when_it_says() {
    let host = Host::start("token-end");
    let verifier = builder(&host).build().unwrap();
    let token = granted(&host).token().to_owned();
    let end = host.clock.now().plus_seconds(180 * DAY);
    assert!(verifier.verify_at(&token, end.plus_seconds(-1)).is_ok());
    assert_eq!(verifier.verify_at(&token, end).unwrap_err().code(), "expired");
    assert_eq!(verifier.verify_at(&token, host.clock.now().plus_seconds(-1)).unwrap_err().code(), "not-yet-valid");
}

#[test]
fn it_is_for_this_site_and_those_named_only() {
    let host = Host::start("audience");
    let token = granted(&host).token().to_owned();
    let code = |builder: VerifierBuilder| match builder.build().unwrap().verify_at(&token, host.clock.now()) {
        Ok(consent) => consent.require_id(&id("analytics")).map_or_else(|denied| denied.code(), |_| "ok"),
        Err(error) => error.code(),
    };
    assert_eq!(code(builder(&host)), "ok");
    assert_eq!(code(builder(&host).audience("https://partner.example")), "wrong-audience");
    assert_eq!(code(builder(&host).audience("http://127.0.0.1:8080")), "wrong-audience");
    assert_eq!(code(builder(&host).issuer("http://localhost:8081")), "wrong-issuer");
    assert_eq!(code(builder(&host).controller("shop")), "ok");
    assert_eq!(code(builder(&host).controller("another")), "wrong-controller");
    let other: NoticeHash = "another".parse().unwrap();
    assert_eq!(code(builder(&host).notices([host.notice()])), "ok");
    assert_eq!(code(builder(&host).notices([other])), "other-notice");

    let elsewhere = Host::open(&disk::folder("audience-elsewhere"), SITE, Hands::at(START), Mail::Outbox);
    assert_eq!(code(builder(&elsewhere)), "unknown-key");
}

#[test]
fn an_older_key_is_still_published_and_a_newer_one_signs() {
    let host = Host::start("rotation");
    let browser = granted(&host);
    let (data, clock) = (host.data.clone(), host.clock.clone());
    drop(host);
    clock.forward(DAY);
    volens_server::keys::Keys::add(&data, clock.now()).unwrap();
    let host = Host::open(&data, SITE, clock, Mail::Outbox);
    let verifier = builder(&host).build().unwrap();
    assert!(verifier.verify_at(browser.token(), host.clock.now()).is_ok(), "of the older key");
    let mut after = host.browser();
    after.jar.clone_from(&browser.jar);
    assert_eq!(after.choose(&host.notice(), &[("marketing", true)]).status, 201);
    assert_eq!(after.subject(), browser.subject());
    let kid = |token: &str| volens_core::token::UnverifiedToken::parse(token).unwrap().header().kid.clone();
    assert_ne!(kid(after.token()), kid(browser.token()));
    assert!(verifier.verify_at(after.token(), host.clock.now()).is_ok());
}
