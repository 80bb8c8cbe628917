//! Makes tokens, good and bad, byte by byte.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use volens_core::Timestamp;
use volens_verify::{KeySet, Verifier, thumbprint};

pub(crate) const ISSUER: &str = "https://nordvakt.example";
pub(crate) const NOW: &str = "2026-11-21T20:50:30Z";
pub(crate) const NOTICE: &str = "Zk3vQ9aBx7mN2pLwR4tYc8hJ5sDfGe0uKiOqWzXvT1A";

/// The private key of RFC 8032, section 7.1, test 1, which is also that of RFC 8037, appendix A: known to everybody.
pub(crate) const SEED: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5,
    0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&SEED)
}

pub(crate) fn keys() -> KeySet {
    KeySet::from_public_keys([key().verifying_key().to_bytes()]).unwrap()
}

pub(crate) fn verifier() -> Verifier {
    Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys()).build().unwrap()
}

pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token in its parts, to be spoiled at will.
#[derive(Clone)]
pub(crate) struct Forge {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) key: SigningKey,
}

impl Forge {
    /// Analytics granted ten minutes ago, marketing refused.
    pub(crate) fn good() -> Self {
        let iat = now().unix_seconds() - 600;
        Self {
            header: json!({"alg": "EdDSA", "kid": thumbprint(&key().verifying_key().to_bytes()), "typ": "consent+jwt"}),
            claims: json!({
                "iss": ISSUER, "aud": ISSUER, "sub": "s-7hK2", "iat": iat, "exp": iat + 180 * 86_400, "jti": "j-9Qx1",
                "ctl": ["nordvakt", "nordvakt-dk"], "pol": "3.2", "ntc": NOTICE, "txt": "t-4Lm8", "lang": "sv",
                "jur": "eu", "src": "banner", "g": {"analytics": iat, "marketing": 0},
            }),
            key: key(),
        }
    }

    /// Everything refused: no identifier in it.
    pub(crate) fn refuser() -> Self {
        let mut forge = Self::good();
        let day = now().start_of_day().unix_seconds();
        for (name, value) in
            [("iat", json!(day)), ("exp", json!(day + 181 * 86_400)), ("g", json!({"analytics": 0, "marketing": 0}))]
        {
            forge = forge.claim(name, value);
        }
        forge.without("sub").without("jti")
    }

    pub(crate) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name).unwrap();
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    pub(crate) fn without_header(mut self, name: &str) -> Self {
        self.header.as_object_mut().unwrap().remove(name).unwrap();
        self
    }

    pub(crate) fn token(&self) -> String {
        self.raw(self.header.to_string(), self.claims.to_string())
    }

    /// Properly signed, whatever the bytes.
    pub(crate) fn raw(&self, header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
        self.sign(format!("{}.{}", b64(header), b64(claims)))
    }

    /// The claims as text after a replacement that has to be there, properly signed.
    pub(crate) fn replaced(&self, from: &str, to: &str) -> String {
        let claims = self.claims.to_string();
        assert!(claims.contains(from), "{from} in {claims}");
        self.raw(self.header.to_string(), claims.replacen(from, to, 1))
    }

    pub(crate) fn sign(&self, input: String) -> String {
        let signature = self.key.sign(input.as_bytes()).to_bytes();
        Self::attach(input, signature)
    }

    pub(crate) fn signed_with(&self, signature: impl AsRef<[u8]>) -> String {
        Self::attach(format!("{}.{}", b64(self.header.to_string()), b64(self.claims.to_string())), signature)
    }

    pub(crate) fn signature(&self) -> [u8; 64] {
        let token = self.token();
        URL_SAFE_NO_PAD.decode(token.rsplit_once('.').unwrap().1).unwrap().try_into().unwrap()
    }

    fn attach(input: String, signature: impl AsRef<[u8]>) -> String {
        input + "." + &b64(signature)
    }
}
