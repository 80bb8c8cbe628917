//! Clock, leeway, early refusals and cache: what they change, and that they never accept more.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::json;
use volens_core::Timestamp;
use volens_verify::{Analytics, Verifier, VerifierBuilder, VerifyError};

use crate::forge::{Forge, ISSUER, keys, now};

fn builder() -> VerifierBuilder {
    Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys())
}

fn most(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn code(verifier: &Verifier, token: &str, at: Timestamp) -> &'static str {
    verifier.verify_at(token, at).map_or_else(VerifyError::code, |_| "ok")
}

#[test]
fn the_present_is_the_clocks() {
    let present = Arc::new(AtomicI64::new(now().unix_seconds()));
    let told = Arc::clone(&present);
    let clock = move || Timestamp::from_unix_seconds(told.load(Ordering::Relaxed));
    let verifier = builder().clock(clock).build().unwrap();
    let token = Forge::good().token();
    assert_eq!(verifier.verify(&token).unwrap().verified_at(), now());
    present.fetch_add(181 * 86_400, Ordering::Relaxed);
    assert_eq!(verifier.verify(&token).unwrap_err().code(), "expired");
}

#[test]
fn leeway_counts_on_both_sides_to_the_second() {
    let iat = now().unix_seconds();
    let claims = [("iat", json!(iat)), ("exp", json!(iat + 60)), ("g", json!({"analytics": iat}))];
    let token = claims.into_iter().fold(Forge::good(), |forge, (name, value)| forge.claim(name, value)).token();
    for (leeway, first, end) in [(0, 0, 60), (5, -5, 65)] {
        let verifier = builder().leeway(Duration::from_secs(leeway)).build().unwrap();
        for (after, expected) in [(first - 1, "not-yet-valid"), (first, "ok"), (end - 1, "ok"), (end, "expired")] {
            assert_eq!(code(&verifier, &token, now().plus_seconds(after)), expected, "{leeway} {after}");
        }
        let at_first = verifier.verify_at(&token, now().plus_seconds(first)).unwrap();
        assert!(at_first.require::<Analytics>().is_ok(), "a grant counts as soon as its token does");
    }
}

#[test]
fn early_refusals_tell_of_the_claims_before_the_signature() {
    let early = builder().refuse_early().build().unwrap();
    let mut forged = Forge::good();
    forged.key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    assert_eq!(code(&early, &forged.token(), now()), "bad-signature");
    let both = forged.clone().claim("exp", now().unix_seconds());
    assert_eq!(code(&early, &both.token(), now()), "expired");
    assert_eq!(code(&builder().build().unwrap(), &both.token(), now()), "bad-signature");
    // A header that names another key, over claims that are none.
    let unknown = Forge::good().header("kid", "another").claim("exp", "tomorrow").token();
    assert_eq!(code(&early, &unknown, now()), "unknown-key");
    assert_eq!(code(&builder().build().unwrap(), &unknown, now()), "malformed");
}

#[test]
fn however_it_is_configured_the_same_tokens_are_accepted() {
    let plain = builder().build().unwrap();
    let others = [builder().refuse_early(), builder().cache(most(4)), builder().cache(most(1)).refuse_early()];
    let others: Vec<_> = others.into_iter().map(|builder| builder.build().unwrap()).collect();
    let good = Forge::good().token();
    let mut tokens = vec![good.clone()];
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] ^= 1;
        tokens.extend(String::from_utf8(bytes));
    }
    tokens.push(good);
    for verifier in &others {
        for token in &tokens {
            assert_eq!(verifier.verify_at(token, now()).is_ok(), plain.verify_at(token, now()).is_ok(), "{token}");
        }
    }
}

#[test]
fn what_is_remembered_ends_like_anything_else() {
    let verifier = builder().cache(most(100)).build().unwrap();
    let token = Forge::good().claim("exp", now().unix_seconds() + 60).token();
    let at = |after| now().plus_seconds(after);
    assert_eq!(code(&verifier, &token, now()), "ok");
    assert_eq!(code(&verifier, &token, at(59)), "ok");
    // Before it was remembered, too: a clock may step back.
    assert_eq!(code(&verifier, &token, at(-601)), "not-yet-valid");
    assert_eq!(code(&verifier, &token, at(60)), "expired");
    let consent = verifier.verify_at(&token, at(30)).unwrap();
    assert_eq!(consent.verified_at(), at(30), "the instant is that of this check");
}
