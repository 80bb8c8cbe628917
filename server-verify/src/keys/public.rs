//! One public key, bound to its algorithm.

use alloc::string::String;

use super::ed25519;
#[cfg(feature = "es256")]
use super::es256;
#[cfg(feature = "table")]
use super::table::Base;

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
    Ed25519(ed25519::PublicKey),
    #[cfg(feature = "es256")]
    Es256(es256::PublicKey),
}

impl PublicKey {
    #[cfg(feature = "table")]
    pub(super) fn precomputed(self, base: &Base) -> Self {
        match self {
            Self::Ed25519(key) => Self::Ed25519(key.precomputed(base)),
            #[cfg(feature = "es256")]
            Self::Es256(_) => self,
        }
    }

    pub(crate) fn alg(&self) -> Alg {
        match self {
            Self::Ed25519(_) => Alg::Ed25519,
            #[cfg(feature = "es256")]
            Self::Es256(_) => Alg::Es256,
        }
    }

    /// Whether it signed the message.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::Ed25519(key) => key.signed(message, signature),
            #[cfg(feature = "es256")]
            Self::Es256(key) => key.signed(message, signature),
        }
    }

    /// The RFC 7638 thumbprint.
    pub(super) fn thumbprint(&self) -> String {
        match self {
            Self::Ed25519(key) => key.thumbprint(),
            #[cfg(feature = "es256")]
            Self::Es256(key) => key.thumbprint(),
        }
    }

    /// Its JWK, members in order.
    pub(super) fn jwk(&self, kid: &str) -> String {
        match self {
            Self::Ed25519(key) => key.jwk(kid),
            #[cfg(feature = "es256")]
            Self::Es256(key) => key.jwk(kid),
        }
    }
}
