//! Of several faults, the first in the order of DESIGN 7 is named.

use serde_json::json;
use volens_verify::{Analytics, Verifier};

use crate::forge::{Forge, ISSUER, keys, now};

type Fault = (&'static str, fn(Forge) -> Forge);

/// In the order of the contract. `too-long` and `malformed` stand before all and are told apart below; the signature is
/// spoiled last, whatever else is wrong.
const FAULTS: [Fault; 12] = [
    ("forbidden-header", |f| f.header("crit", json!(["exp"]))),
    ("wrong-type", |f| f.header("typ", "JWT")),
    ("wrong-alg", |f| f.header("alg", "HS256")),
    ("unknown-key", |f| f.header("kid", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4l")),
    ("bad-signature", |mut f| {
        f.key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
        f
    }),
    ("wrong-issuer", |f| f.claim("iss", "https://other.example")),
    ("wrong-audience", |f| f.claim("aud", "https://other.example")),
    ("wrong-controller", |f| f.claim("ctl", json!(["other"]))),
    ("not-yet-valid", |f| f.claim("iat", now().unix_seconds() + 1)),
    ("expired", |f| f.claim("exp", now().unix_seconds())),
    ("status-unknown", |f| f.claim("status", json!({"status_list": {"idx": 1, "uri": "https://nordvakt.example/1"}}))),
    ("other-notice", |f| f.claim("ntc", "another-notice")),
];

fn code(token: &str) -> &'static str {
    let verifier = Verifier::builder()
        .issuer(ISSUER)
        .audience(ISSUER)
        .keys(keys())
        .controller("nordvakt")
        .notices([crate::forge::NOTICE.parse().unwrap()])
        .build()
        .unwrap();
    match verifier.verify_at(token, now()) {
        Err(error) => error.code(),
        Ok(consent) => consent.require::<Analytics>().map_or_else(|denied| denied.code(), |_| "ok"),
    }
}

#[test]
fn the_first_of_all_faults_is_named() {
    for set in 0..1_u32 << FAULTS.len() {
        let present = || (0..).zip(FAULTS).filter(|(bit, _)| set & (1 << bit) != 0).map(|(_, fault)| fault);
        let token = present().fold(Forge::good(), |forge, (_, spoil)| spoil(forge)).token();
        assert_eq!(code(&token), present().next().map_or("ok", |(name, _)| name), "{set:b}");
    }
}

#[test]
fn length_and_form_come_before_all() {
    let spoilt = FAULTS.iter().fold(Forge::good(), |forge, (_, spoil)| spoil(forge));
    assert_eq!(code(&spoilt.clone().claim("exp", "tomorrow").token()), "malformed");
    assert_eq!(code(&spoilt.claim("exp", "tomorrow").claim("x", "x".repeat(4096)).token()), "too-long");
}
