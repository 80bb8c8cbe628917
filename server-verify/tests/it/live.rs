//! Keys that are replaced while verifiers run.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use ed25519_dalek::SigningKey;
use volens_core::Timestamp;
use volens_verify::{KeySet, LiveKeys, Verifier, VerifyError, thumbprint};

use crate::forge::{Forge, ISSUER, now};

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

pub(crate) fn set(numbers: &[u8]) -> KeySet {
    KeySet::from_public_keys(numbers.iter().map(|number| key(*number).verifying_key().to_bytes())).unwrap()
}

pub(crate) fn token(number: u8) -> String {
    signed(number, Forge::good())
}

pub(crate) fn signed(number: u8, forge: Forge) -> String {
    let kid = thumbprint(&key(number).verifying_key().to_bytes());
    Forge { key: key(number), ..forge.header("kid", kid) }.token()
}

fn verifier(keys: &LiveKeys) -> Verifier {
    let builder = Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys);
    builder.cache(NonZeroUsize::new(100).unwrap()).build().unwrap()
}

fn code(verifier: &Verifier, token: &str, at: Timestamp) -> &'static str {
    verifier.verify_at(token, at).map_or_else(VerifyError::code, |_| "ok")
}

#[test]
fn a_removed_key_is_no_longer_believed_nor_what_was_remembered_of_it() {
    let keys = LiveKeys::empty();
    let verifiers = [verifier(&keys), verifier(&keys)];
    let expect = |one: &str, two: &str| {
        for verifier in &verifiers {
            // Twice: the second answer may come from the cache.
            for _ in 0..2 {
                assert_eq!((code(verifier, &token(1), now()), code(verifier, &token(2), now())), (one, two));
            }
        }
    };
    expect("unknown-key", "unknown-key");
    keys.replace(set(&[1]));
    expect("ok", "unknown-key");
    keys.replace(set(&[1, 2]));
    expect("ok", "ok");
    keys.replace(set(&[2]));
    expect("unknown-key", "ok");
    keys.clear();
    expect("unknown-key", "unknown-key");
    assert!(keys.kids().is_empty());
    keys.clone().replace(set(&[1]));
    expect("ok", "unknown-key");
}

#[test]
fn keys_of_limited_use_count_until_then_remembered_or_not() {
    let keys = LiveKeys::empty();
    let verifier = verifier(&keys);
    let at = |seconds| now().plus_seconds(seconds);
    keys.replace_until(set(&[1]), at(10));
    let expect = |seconds: i64, expected: &str| assert_eq!(code(&verifier, &token(1), at(seconds)), expected);
    expect(0, "ok");
    expect(9, "ok");
    expect(10, "unknown-key");
    // A clock that was set back, and a renewal.
    expect(9, "ok");
    keys.replace_until(set(&[1]), at(20));
    expect(10, "ok");
    expect(20, "unknown-key");
    keys.replace(set(&[1]));
    expect(20, "ok");
}

/// Whatever a check began with, after a removal no later check may profit from it.
#[test]
fn checks_under_way_leave_nothing_behind_a_removal() {
    let keys = LiveKeys::new(set(&[1]));
    let verifier = verifier(&keys);
    let done = AtomicBool::new(false);
    let (token, mut said) = (token(1), Vec::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let _ = verifier.verify_at(&token, now());
                }
            });
        }
        // Told only at the end: a panic here would leave the others running.
        for _ in 0..200 {
            keys.replace(set(&[2]));
            said.push(code(&verifier, &token, now()));
            keys.replace(set(&[1, 2]));
            said.push(code(&verifier, &token, now()));
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(said, ["unknown-key", "ok"].repeat(200));
}
