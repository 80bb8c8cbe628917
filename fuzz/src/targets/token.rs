//! Tokens: spoiled as text, under their encoding, and with a true signature over what was spoiled.

use volens_core::token::{TokenError, UnverifiedToken};
use volens_verify::{Analytics, Verifier};

use super::issuer::Issuer;
use super::{Target, vectors};
use crate::mutate::{self, Spoilt};
use crate::random::Random;

pub struct Token {
    issuer: Issuer,
    verifier: Verifier,
}

impl Token {
    pub fn new() -> Self {
        let (issuer, builder) = Issuer::and_verifier();
        Self { issuer, verifier: builder.build().expect("nothing is missing") }
    }

    /// What has to be true of a token that was believed, by other means than the verifier's.
    fn deserved(&self, text: &str) {
        assert!(text.len() <= 4096);
        let claims = self.issuer.deserved(text, "consent+jwt");
        let (now, origin) = (self.issuer.now.unix_seconds(), self.issuer.origin.as_str());
        assert_eq!((&claims["iss"], &claims["aud"]), (&origin.into(), &origin.into()));
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
            Spoilt::Unsigned(header, claims) => self.issuer.sign(&header, &claims),
        }
    }

    fn run(&self, input: &[u8]) -> String {
        let Ok(text) = std::str::from_utf8(input) else { return "no text".into() };
        let parsed = UnverifiedToken::parse(text);
        match (self.verifier.verify_at(text, self.issuer.now), parsed) {
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
