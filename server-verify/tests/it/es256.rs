//! A token signed with ES256: the key alone says so.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use volens_core::Timestamp;
use volens_verify::{KeySet, Verifier, VerifyError};

use crate::forge::b64;

/// A published vector, made by others: its token, and a verifier for it.
fn published() -> (String, Timestamp, Verifier) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token/algorithm.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let vector = file["vectors"].as_array().unwrap().iter().find(|v| v["id"] == "algorithm-es256-mixed").unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let keys = KeySet::from_jwks(file["jwks"][vector["jwks"].as_str().unwrap()].to_string().as_bytes()).unwrap();
    let (issuer, audience) = (text(&vector["context"]["issuer"]), text(&vector["context"]["audience"]));
    let now = Timestamp::from_unix_seconds(vector["context"]["now"].as_i64().unwrap());
    let verifier = Verifier::builder().issuer(issuer).audience(audience).keys(keys).build().unwrap();
    (text(&vector["token"]), now, verifier)
}

#[test]
fn with_one_bit_flipped_it_is_refused() {
    let (good, now, verifier) = published();
    assert!(verifier.verify_at(&good, now).is_ok());
    let mut bytes = good.clone().into_bytes();
    for at in 0..bytes.len() * 8 {
        bytes[at / 8] ^= 1 << (at % 8);
        if let Ok(flipped) = std::str::from_utf8(&bytes) {
            assert!(verifier.verify_at(flipped, now).is_err(), "bit {at}: {flipped}");
        }
        bytes[at / 8] ^= 1 << (at % 8);
    }
    let (input, signature) = good.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    for at in 0..512 {
        signature[at / 8] ^= 1 << (at % 8);
        let flipped = format!("{input}.{}", b64(&signature));
        assert_eq!(verifier.verify_at(&flipped, now).unwrap_err(), VerifyError::BadSignature, "bit {at}");
        signature[at / 8] ^= 1 << (at % 8);
    }
}
