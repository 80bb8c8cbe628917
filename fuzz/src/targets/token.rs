//! Tokens: spoiled as text, under their encoding, and with a true signature over what was spoiled.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use serde_json::Value;
use volens_core::Timestamp;
use volens_core::token::{TokenError, UnverifiedToken};
use volens_verify::{Analytics, KeySet, Verifier, thumbprint};

use super::{Target, vectors};
use crate::mutate::{self, Spoilt};
use crate::random::Random;

pub struct Token {
    key: SigningKey,
    kid: String,
    verifier: Verifier,
    origin: String,
    now: Timestamp,
}

impl Token {
    pub fn new() -> Self {
        let vectors = vectors();
        let text = |name: &str| vectors[name].as_str().expect("vectors have it").to_owned();
        let seed: Vec<u8> = (0..64)
            .step_by(2)
            .map(|at| u8::from_str_radix(&text("seed")[at..at + 2], 16).expect("the seed is hexadecimal"))
            .collect();
        let key = SigningKey::from_bytes(&seed.try_into().expect("the seed has 32 bytes"));
        let keys = KeySet::from_jwks(vectors["jwks"].to_string().as_bytes()).expect("the vectors' keys are good");
        let origin = text("issuer");
        let builder = Verifier::builder().issuer(&origin).audience(&origin).keys(keys);
        Self {
            kid: thumbprint(key.verifying_key().as_bytes()),
            key,
            verifier: builder.build().expect("nothing is missing"),
            origin,
            now: text("now").parse().expect("a time"),
        }
    }

    fn sign(&self, header: &[u8], claims: &[u8]) -> Vec<u8> {
        let input = format!("{}.{}", B64.encode(header), B64.encode(claims));
        let signature = self.key.sign(input.as_bytes()).to_bytes();
        format!("{input}.{}", B64.encode(signature)).into_bytes()
    }

    /// What has to be true of a token that was believed, by other means than the verifier's.
    fn deserved(&self, text: &str) {
        assert!(text.len() <= 4096);
        let parts: Vec<Vec<u8>> = text
            .split('.')
            .map(|part| {
                let bytes = B64.decode(part).expect("base64url");
                assert_eq!(B64.encode(&bytes), part, "canonical");
                bytes
            })
            .collect();
        let [header, claims, signature] = parts.as_slice() else { panic!("{} parts", parts.len()) };
        let signed = text.rsplit_once('.').expect("dots").0;
        let signature = Signature::from_slice(signature).expect("64 bytes");
        self.key.verifying_key().verify_strict(signed.as_bytes(), &signature).expect("signed");
        let header: Value = serde_json::from_slice(header).expect("JSON");
        assert_eq!(header.as_object().expect("an object").len(), 3);
        assert!(header["alg"] == "EdDSA" || header["alg"] == "Ed25519");
        assert_eq!((&header["typ"], &header["kid"]), (&"consent+jwt".into(), &self.kid.as_str().into()));
        let claims: Value = serde_json::from_slice(claims).expect("JSON");
        let now = self.now.unix_seconds();
        assert_eq!((&claims["iss"], &claims["aud"]), (&self.origin.as_str().into(), &self.origin.as_str().into()));
        assert!(claims["iat"].as_i64().expect("a number") <= now && claims["exp"].as_i64().expect("a number") > now);
        assert!(claims["nbf"].is_null() || claims["nbf"].as_i64().expect("a number") <= now);
        assert!(claims["status"].is_null(), "no status list is known");
        assert!(claims["g"].as_object().expect("an object").values().all(|at| at.as_i64().is_some_and(|at| at >= 0)));
    }
}

impl Target for Token {
    fn seeds(&self) -> Vec<Vec<u8>> {
        let all = vectors();
        let texts = all["vectors"].as_array().into_iter().flatten().filter_map(|vector| vector["token"].as_str());
        texts.map(|text| text.as_bytes().to_vec()).collect()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        // Claims more often than the header, from which little is read.
        match mutate::token(random, input, other, 3) {
            Spoilt::Signed(text) => text,
            Spoilt::Unsigned(header, claims) => self.sign(&header, &claims),
        }
    }

    fn run(&self, input: &[u8]) -> String {
        let Ok(text) = std::str::from_utf8(input) else { return "no text".into() };
        let parsed = UnverifiedToken::parse(text);
        match (self.verifier.verify_at(text, self.now), parsed) {
            (Ok(consent), Ok(_)) => {
                self.deserved(text);
                let granted = consent.require::<Analytics>().is_ok();
                let is_number = consent.claims().g.get("analytics").is_some_and(|at| i64::from(*at) > 0);
                assert!(!granted || is_number);
                format!(
                    "believed, {granted}, {} purposes, {} controllers",
                    consent.claims().g.len().min(4),
                    consent.claims().ctl.len().min(4)
                )
            }
            (Ok(_), Err(error)) => panic!("believed, although the reader says {error}"),
            (Err(refused), Err(error)) => {
                assert_eq!(refused.code(), error.code());
                let parts = text.split('.').count().min(5);
                let long = error == TokenError::TooLong;
                format!("{}, {parts} parts, {}", error.code(), if long { 0 } else { text.len().ilog2_or_0() })
            }
            (Err(refused), Ok(_)) => format!("{}, {}", refused.code(), text.len().ilog2_or_0()),
        }
    }
}

trait Log {
    fn ilog2_or_0(self) -> u32;
}

impl Log for usize {
    fn ilog2_or_0(self) -> u32 {
        self.checked_ilog2().unwrap_or(0)
    }
}
