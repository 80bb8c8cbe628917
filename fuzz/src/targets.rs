//! What is attacked, and what must hold whatever comes.

mod cookie;
mod issuer;
mod jwks;
mod status;
mod token;

use crate::random::Random;

/// One parser of untrusted bytes.
pub trait Target {
    /// Inputs to begin with.
    fn seeds(&self) -> Vec<Vec<u8>>;
    /// An input made from one that is known; `other` is another known one.
    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8>;
    /// Runs it; panics if something does not hold. Answers how it went: an input with a new answer joins the pool.
    fn run(&self, input: &[u8]) -> String;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Name {
    /// Consent tokens, through `Verifier::verify`.
    Token,
    /// JWK sets, through `KeySet::from_jwks`.
    Jwks,
    /// Status lists, through `StatusLists::put`.
    Status,
    /// Cookie headers, through `layer::cookie::only`.
    Cookie,
}

impl Name {
    pub fn target(self) -> Box<dyn Target> {
        match self {
            Self::Token => Box::new(token::Token::new()),
            Self::Jwks => Box::new(jwks::Jwks),
            Self::Status => Box::new(status::Status::new()),
            Self::Cookie => Box::new(cookie::Cookie),
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Jwks => "jwks",
            Self::Status => "status",
            Self::Cookie => "cookie",
        }
    }
}

/// The golden vectors, which hold good and bad tokens and their key set.
fn vectors() -> serde_json::Value {
    let text = include_str!("../../tests/vectors/token.json");
    serde_json::from_str(text).expect("the golden vectors are JSON")
}
