//! Volens itself: cold, warm, and what it refuses before any cryptography.

use std::hint::black_box;
use std::num::NonZeroUsize;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signature;
use volens_core::token::{DEV_TYPE, Parts, TYPE};
use volens_verify::{Analytics, Consent, KeySet, Marketing, Verifier, VerifierBuilder, VerifyError};

use crate::tokens::{ORIGIN, Signer, Trial, claims, expired, header, kid, minted, under};
use crate::turns::{Contender, InTurn};

/// How many visitors come in turn.
pub const VISITORS: u32 = 10_000;

/// A verifier as its documentation shows it.
pub fn configured() -> VerifierBuilder {
    let public = Signer::Issuer.ed25519().verifying_key().to_bytes();
    let keys = KeySet::from_public_keys([public]).expect("a key");
    Verifier::builder().issuer(ORIGIN).audience(ORIGIN).keys(keys)
}

/// One that remembers all visitors: no part of the cache is full.
pub fn remembering() -> Verifier {
    let twice = NonZeroUsize::new(2 * VISITORS as usize).expect("not zero");
    configured().cache(twice).build().expect("a verifier")
}

/// All visitors' tokens, which `verifier` has verified.
pub fn visitors(verifier: &Verifier) -> Vec<String> {
    let tokens: Vec<_> = (0..VISITORS).map(|number| minted(&claims(number), Signer::Issuer)).collect();
    for token in &tokens {
        assert!(as_granted(&verifier.verify(token).expect("a true token")));
    }
    // The second time each is a hit, which takes nothing from the heap.
    let heap = allocation_counter::measure(|| {
        for token in &tokens {
            drop(black_box(verifier.verify(token)));
        }
    });
    assert_eq!(heap.count_total, 0, "a token was not remembered");
    tokens
}

fn as_granted(consent: &Consent) -> bool {
    consent.require::<Analytics>().is_ok() && consent.require::<Marketing>().is_err()
}

/// The library under ours, on the same signing input, and nothing else.
pub fn raw() -> Contender {
    let trial = Trial::of(minted);
    let key = Signer::Issuer.ed25519().verifying_key();
    let read = |token: &str| {
        let parts = Parts::split(token).expect("three parts");
        let signature = parts.signature().expect("base64url").expect("64 bytes");
        (parts.signing_input.to_owned(), signature)
    };
    let judge = move |(input, signature): &(String, [u8; 64])| {
        key.verify_strict(black_box(input.as_bytes()), &Signature::from_bytes(black_box(signature)))
    };
    let mut valid = InTurn::new(trial.valid.iter().map(|token| read(token)).collect());
    for _ in &trial.valid {
        judge(valid.next()).expect("a true signature");
    }
    for (how, token) in &trial.spoilt {
        // It knows signatures only: what the issuer itself signed passes.
        let by_issuer = !how.contains("signature");
        assert_eq!(judge(&read(token)).is_ok(), by_issuer, "ed25519-dalek answers falsely: {how}");
    }
    Contender::new("raw", "ed25519-dalek 3.0 `verify_strict`, key parsed once", move || judge(valid.next()))
}

fn accepting(id: &'static str, title: &str, verifier: Verifier) -> Contender {
    Contender::accepting(id, title, Trial::of(minted), move |token| verifier.verify(token), as_granted)
}

/// Each token as if it were the first.
pub fn cold() -> Vec<Contender> {
    vec![
        accepting("cold", "ours, cold", configured().build().expect("a verifier")),
        #[cfg(feature = "table")]
        accepting("table", "ours, cold, with the table", configured().precomputed().build().expect("a verifier")),
    ]
}

/// Tokens that were verified a moment ago.
pub fn warm() -> Vec<Contender> {
    let verifier = remembering();
    let tokens = visitors(&verifier);
    let (first, again) = (tokens[0].clone(), verifier.clone());
    let mut next = InTurn::new(tokens);
    vec![
        Contender::new("warm", "ours, warm: one token", move || again.verify(black_box(&first))),
        Contender::new("warm-many", "ours, warm: 10,000 tokens in turn", move || {
            verifier.verify(black_box(next.next()))
        }),
    ]
}

/// What is refused, and by what: each with the code that says so.
pub fn refusals() -> Vec<Contender> {
    let early = || configured().refuse_early().build().expect("a verifier");
    let key = kid(Signer::Issuer);
    let under = |alg: &str, kid: &str, typ: &str| under(&header(alg, kid, typ), &claims(0), Signer::Issuer);
    let other = volens_core::token::Claims { aud: "https://other.example".into(), ..claims(0) };
    let (ended, other) = (minted(&expired(), Signer::Issuer), minted(&other, Signer::Issuer));
    let forged = Trial::of(minted).spoilt.swap_remove(0).1;
    let length = forged.len();
    let rows = [
        ("header-alg", "by its header: another algorithm", under("HS256", &key, TYPE), "wrong-alg"),
        ("header-kid", "by its header: an unknown key", under("EdDSA", &kid(Signer::Stranger), TYPE), "unknown-key"),
        ("header-typ", "by its header: another type", under("EdDSA", &key, DEV_TYPE), "wrong-type"),
        ("header-jku", "by its header: it says where its key is", bringing(JKU), "forbidden-header"),
        ("header-jwk", "by its header: it brings its own key", bringing(JWK), "forbidden-header"),
        ("payload-exp", "by its payload: ended", ended.clone(), "expired"),
        ("payload-aud", "by its payload: another audience", other, "wrong-audience"),
        ("garbage", "as garbage: letters without a dot", "A".repeat(length), "malformed"),
        ("garbage-dots", "as garbage: letters with two dots", dotted(length), "malformed"),
        ("garbage-long", "as garbage: 64 KiB", "A".repeat(65_536), "too-long"),
        ("forged", "by its signature", forged, "bad-signature"),
    ];
    let mut all: Vec<_> =
        rows.into_iter().map(|(id, how, token, code)| refusing(id, how, early(), token, code)).collect();
    let in_order = configured().build().expect("a verifier");
    all.push(refusing("in-order-exp", "ended, without `refuse_early`", in_order, ended, "expired"));
    let remembering = configured().refuse_early().cache(NonZeroUsize::MIN).build().expect("a verifier");
    let alg = under("HS256", &key, TYPE);
    all.push(refusing("cached-alg", "by its header: another algorithm, with a cache", remembering, alg, "wrong-alg"));
    all
}

fn refusing(id: &'static str, how: &str, verifier: Verifier, token: String, code: &str) -> Contender {
    let title = format!("ours, refused {how}");
    let said = verifier.verify(&token).map_err(VerifyError::code);
    assert_eq!(said.err(), Some(code), "{title}");
    Contender::new(id, title, move || verifier.verify(black_box(&token)))
}

const JKU: &str = r#""jku":"https://other.example/jwks.json""#;
const JWK: &str = r#""jwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

/// A stranger's token whose header has a member that says with which key to check it.
fn bringing(member: &str) -> String {
    let kid = kid(Signer::Issuer);
    let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"EdDSA",{member},"kid":"{kid}","typ":"{TYPE}"}}"#));
    let minted = minted(&claims(0), Signer::Stranger);
    let (_, rest) = minted.split_once('.').expect("three parts");
    format!("{header}.{rest}")
}

/// Letters with two dots where a token has them, which decode to nothing.
fn dotted(length: usize) -> String {
    let third = length / 3;
    [third, third, length - 2 * third - 2].map(|letters| "A".repeat(letters)).join(".")
}
