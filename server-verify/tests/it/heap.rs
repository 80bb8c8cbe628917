//! What is refused by its header takes nothing from the heap: forged tokens are many, and cost as little as can be.

use std::num::NonZeroUsize;

use serde_json::json;
use volens_verify::{Verifier, VerifierBuilder, VerifyError};

use crate::forge::{Forge, ISSUER, b64, keys, now};

fn allocations(act: impl FnOnce()) -> u64 {
    allocation_counter::measure(act).count_total
}

fn builder() -> VerifierBuilder {
    Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys())
}

fn cached(builder: VerifierBuilder) -> Verifier {
    builder.cache(NonZeroUsize::new(100).unwrap()).build().unwrap()
}

#[test]
fn a_header_is_judged_without_the_heap() {
    let good = Forge::good();
    let token = good.token();
    let (head, rest) = token.split_once('.').unwrap();
    let raw = |header: &str| good.raw(header, good.claims.to_string());
    let refused = [
        ("too-long", good.clone().claim("x", "x".repeat(4096)).token()),
        ("malformed", String::new()),
        ("malformed", "a.b".into()),
        ("malformed", rest.into()),
        ("malformed", format!("{head}=.{rest}")),
        ("malformed", format!("{}.{rest}", b64([0xff; 100]))),
        ("malformed", raw("{")),
        ("malformed", raw(r#"{"alg":"EdDSA","kid":"k","typ":"consent+jwt""#)),
        ("malformed", raw(r#"{"alg":"EdDSA","kid":"k","kid":"k","typ":"consent+jwt"}"#)),
        ("malformed", good.clone().without_header("kid").token()),
        ("malformed", good.clone().header("kid", 1).token()),
        ("malformed", good.clone().header("zip", "DEF").token()),
        ("malformed", good.clone().header("x", json!({"y": [1, 2]})).token()),
        ("forbidden-header", good.clone().header("jku", "https://evil.example/jwks.json").token()),
        ("forbidden-header", good.clone().header("crit", json!(["exp"])).token()),
        ("forbidden-header", good.clone().header("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": "AA"})).token()),
        ("wrong-type", good.clone().header("typ", "JWT").token()),
        ("wrong-alg", good.clone().header("alg", "none").token()),
        ("wrong-alg", good.clone().header("alg", "HS256").token()),
        ("unknown-key", good.clone().header("kid", "k".repeat(1000)).token()),
    ];
    for verifier in [builder().refuse_early().build().unwrap(), cached(builder().refuse_early())] {
        for (code, token) in &refused {
            let mut answer = None;
            let count = allocations(|| answer = verifier.verify_at(token, now()).err());
            assert_eq!((answer.map(VerifyError::code), count), (Some(*code), 0), "{token}");
        }
    }
}

#[test]
fn a_token_that_is_known_takes_nothing_from_the_heap() {
    let token = Forge::good().token();
    for verifier in [cached(builder()), cached(builder().refuse_early())] {
        assert!(verifier.verify_at(&token, now()).is_ok());
        assert_eq!(allocations(|| assert!(verifier.verify_at(&token, now()).is_ok())), 0);
    }
}
