//! What back ends take today, each set up as its documentation shows: signature, issuer, audience and end are checked.

use std::collections::HashSet;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, TokenData, Validation};
use jwt_simple::prelude::{Ed25519PublicKey, EdDSAPublicKeyLike as _, JWTClaims, VerificationOptions};
use pasetors::claims::ClaimsValidationRules;
use pasetors::keys::{AsymmetricPublicKey, AsymmetricSecretKey};
use pasetors::token::UntrustedToken;
use pasetors::version4::V4;
use pasetors::{Public, public};
use volens_core::token::{self, Claims};

use crate::tokens::{ORIGIN, Own, Plain, Signer, Trial, as_claimed, expired, minted, written};
use crate::turns::Contender;

pub fn all() -> Vec<Contender> {
    let mut all = vec![ed25519(), jwt_simple(), pasetors(), es256(), hs256()];
    all.extend(refusals());
    all
}

fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[ORIGIN]);
    validation.set_audience(&[ORIGIN]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation
}

fn jsonwebtoken(id: &'static str, title: &str, trial: Trial, key: DecodingKey, algorithm: Algorithm) -> Contender {
    let validation = validation(algorithm);
    let judge = move |token: &str| jsonwebtoken::decode::<Plain>(token, &key, &validation);
    Contender::accepting(id, title, trial, judge, |data: &TokenData<Plain>| as_claimed(&data.claims.g))
}

fn ed25519_key() -> DecodingKey {
    let public = Signer::Issuer.ed25519().verifying_key();
    DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(public.as_bytes())).expect("a key")
}

/// The very tokens that ours are timed with.
fn ed25519() -> Contender {
    let title = "jsonwebtoken 11.1, EdDSA (aws-lc)";
    jsonwebtoken("jsonwebtoken", title, Trial::of(minted), ed25519_key(), Algorithm::EdDSA)
}

fn es256() -> Contender {
    let random = SystemRandom::new();
    let keys = [Signer::Issuer, Signer::Stranger].map(|_| {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref()).expect("a key")
    });
    let trial = Trial::of(|claims, signer| {
        let key = &keys[usize::from(signer == Signer::Stranger)];
        let input = token::signing_input(&crate::tokens::header("ES256", "p256", "JWT"), claims).expect("a token");
        let signature = key.sign(&random, input.as_bytes()).expect("a signature");
        token::compact(input, signature.as_ref().try_into().expect("64 bytes"))
    });
    // 0x04, x, y.
    let (x, y) = keys[0].public_key().as_ref()[1..].split_at(32);
    let key = DecodingKey::from_ec_components(&URL_SAFE_NO_PAD.encode(x), &URL_SAFE_NO_PAD.encode(y)).expect("a key");
    jsonwebtoken("jsonwebtoken-es256", "jsonwebtoken 11.1, ES256 (aws-lc)", trial, key, Algorithm::ES256)
}

fn hs256() -> Contender {
    let header = jsonwebtoken::Header::new(Algorithm::HS256);
    let trial = Trial::of(|claims, signer| {
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&signer.seed())).expect("a token")
    });
    let key = DecodingKey::from_secret(&Signer::Issuer.seed());
    jsonwebtoken("jsonwebtoken-hs256", "jsonwebtoken 11.1, HS256: who verifies can forge", trial, key, Algorithm::HS256)
}

fn jwt_simple() -> Contender {
    let public = Signer::Issuer.ed25519().verifying_key();
    let key = Ed25519PublicKey::from_bytes(public.as_bytes()).expect("a key");
    let only = || Some(HashSet::from([ORIGIN.to_owned()]));
    let options =
        VerificationOptions { allowed_issuers: only(), allowed_audiences: only(), ..VerificationOptions::default() };
    // It takes its options by value: their copy is part of every call.
    let judge = move |token: &str| key.verify_token::<Own>(token, Some(options.clone()));
    let right = |read: &JWTClaims<Own>| as_claimed(&read.custom.g);
    Contender::accepting("jwt-simple", "jwt-simple 0.15, EdDSA (pure Rust)", Trial::of(minted), judge, right)
}

fn pasetors() -> Contender {
    let trial = Trial::of(|claims, signer| {
        let key = AsymmetricSecretKey::<V4>::from(&signer.ed25519().to_keypair_bytes()).expect("a key");
        public::sign(&key, &as_paseto(claims), None, None).expect("a token")
    });
    let public = Signer::Issuer.ed25519().verifying_key();
    let key = AsymmetricPublicKey::<V4>::from(public.as_bytes()).expect("a key");
    let mut rules = ClaimsValidationRules::new();
    rules.validate_issuer_with(ORIGIN);
    rules.validate_audience_with(ORIGIN);
    let judge = move |token: &str| {
        let token = UntrustedToken::<Public, V4>::try_from(token)?;
        public::verify(&key, &token, &rules, None, None)
    };
    Contender::accepting("pasetors", "pasetors 0.8, v4.public with claim rules", trial, judge, |read| {
        let g = read.payload_claims().and_then(|claims| claims.get_claim("g"));
        g.is_some_and(|g| as_claimed(&serde_json::from_value(g.clone()).expect("an object of numbers")))
    })
}

/// The same claims, with times as PASETO has them and the `nbf` that its rules ask for.
fn as_paseto(claims: &Claims) -> pasetors::claims::Claims {
    let plain: Plain = serde_json::from_value(serde_json::to_value(claims).expect("JSON")).expect("the same members");
    let mut paseto = pasetors::claims::Claims::new().expect("claims");
    let (issued, ends) = (written(plain.iat), written(plain.exp));
    [
        paseto.issuer(&plain.iss),
        paseto.audience(&plain.aud),
        paseto.subject(&plain.sub),
        paseto.token_identifier(&plain.jti),
        paseto.issued_at(&issued),
        paseto.not_before(&issued),
        paseto.expiration(&ends),
        paseto.add_additional("ctl", plain.ctl),
        paseto.add_additional("pol", plain.pol),
        paseto.add_additional("ntc", plain.ntc),
        paseto.add_additional("txt", plain.txt),
        paseto.add_additional("lang", plain.lang),
        paseto.add_additional("jur", plain.jur),
        paseto.add_additional("src", plain.src),
        paseto.add_additional("g", serde_json::to_value(plain.g).expect("JSON")),
    ]
    .into_iter()
    .collect::<Result<(), _>>()
    .expect("claims that PASETO allows");
    paseto
}

/// What a forger's letters cost there.
fn refusals() -> Vec<Contender> {
    let ended = minted(&expired(), Signer::Issuer);
    let other = jsonwebtoken::encode(
        &jsonwebtoken::Header::new(Algorithm::HS256),
        &crate::tokens::claims(0),
        &EncodingKey::from_secret(b"guessed"),
    )
    .expect("a token");
    let rows = [
        ("jsonwebtoken-alg", "jsonwebtoken 11.1, refused by its header: another algorithm", other),
        ("jsonwebtoken-exp", "jsonwebtoken 11.1, refused by its payload: ended", ended),
    ];
    rows.into_iter()
        .map(|(id, title, token)| {
            let (key, validation) = (ed25519_key(), validation(Algorithm::EdDSA));
            assert!(jsonwebtoken::decode::<Plain>(&token, &key, &validation).is_err(), "{title}");
            Contender::new(id, title, move || {
                jsonwebtoken::decode::<Plain>(std::hint::black_box(&token), &key, &validation)
            })
        })
        .collect()
}
