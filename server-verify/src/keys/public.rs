//! One public key, bound to its algorithm.

use alloc::format;
use alloc::string::String;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};

#[cfg(feature = "es256")]
use super::es256;
use super::{KeyProblem, thumbprint};

/// How a token says that it was signed (`alg`), and how a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alg {
    Ed25519,
    #[cfg(feature = "es256")]
    Es256,
}

impl Alg {
    /// The algorithm of this name, if it is one of ours.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            // RFC 8037 and RFC 9864.
            "EdDSA" | "Ed25519" => Some(Self::Ed25519),
            #[cfg(feature = "es256")]
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }

    /// All names of it.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Ed25519 => &["EdDSA", "Ed25519"],
            #[cfg(feature = "es256")]
            Self::Es256 => &["ES256"],
        }
    }
}

/// A key to check signatures with. It knows its algorithm; no token can talk it into another.
#[derive(Clone)]
pub(crate) enum PublicKey {
    Ed25519(VerifyingKey),
    #[cfg(feature = "es256")]
    Es256(es256::PublicKey),
}

impl PublicKey {
    pub(super) fn ed25519(public: &[u8; 32]) -> Result<Self, KeyProblem> {
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyProblem::NotAPublicKey)?;
        if key.is_weak() { Err(KeyProblem::NotAPublicKey) } else { Ok(Self::Ed25519(key)) }
    }

    pub(crate) fn alg(&self) -> Alg {
        match self {
            Self::Ed25519(_) => Alg::Ed25519,
            #[cfg(feature = "es256")]
            Self::Es256(_) => Alg::Es256,
        }
    }

    /// Whether it signed the message. Ed25519 strictly: small-order points are refused, so that one signature cannot fit
    /// two messages. ES256 as RFC 7518, 3.4 has it: either of the two `s` that fit.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::Ed25519(key) => key.verify_strict(message, &Signature::from_bytes(signature)).is_ok(),
            #[cfg(feature = "es256")]
            Self::Es256(key) => key.signed(message, signature),
        }
    }

    /// The RFC 7638 thumbprint.
    pub(super) fn thumbprint(&self) -> String {
        match self {
            Self::Ed25519(key) => thumbprint(key.as_bytes()),
            #[cfg(feature = "es256")]
            Self::Es256(key) => key.thumbprint(),
        }
    }

    /// The members of its JWK, in order.
    pub(super) fn jwk(&self, kid: &str) -> String {
        match self {
            Self::Ed25519(key) => {
                let x = URL_SAFE_NO_PAD.encode(key.as_bytes());
                format!(r#"{{"alg":"EdDSA","crv":"Ed25519","kid":"{kid}","kty":"OKP","use":"sig","x":"{x}"}}"#)
            }
            #[cfg(feature = "es256")]
            Self::Es256(key) => key.jwk(kid),
        }
    }
}
