//! The golden vectors' issuer: signs what is spoilt, and says what has to be true of what was believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use serde_json::Value;
use volens_core::Timestamp;
use volens_verify::{KeySet, Verifier, VerifierBuilder, thumbprint};

use super::vectors;

pub struct Issuer {
    key: SigningKey,
    pub kid: String,
    pub origin: String,
    pub now: Timestamp,
}

impl Issuer {
    /// The issuer, and a verifier of its tokens for itself.
    pub fn and_verifier() -> (Self, VerifierBuilder) {
        let vectors = vectors();
        let text = |name: &str| vectors[name].as_str().expect("vectors have it").to_owned();
        let seed: Vec<u8> = (0..64)
            .step_by(2)
            .map(|at| u8::from_str_radix(&text("seed")[at..at + 2], 16).expect("the seed is hexadecimal"))
            .collect();
        let key = SigningKey::from_bytes(&seed.try_into().expect("the seed has 32 bytes"));
        let keys = KeySet::from_jwks(vectors["jwks"].to_string().as_bytes()).expect("the vectors' keys are good");
        let (origin, now) = (text("issuer"), text("now").parse().expect("a time"));
        let builder = Verifier::builder().issuer(&origin).audience(&origin).keys(keys);
        (Self { kid: thumbprint(key.verifying_key().as_bytes()), key, origin, now }, builder)
    }

    pub fn sign(&self, header: &[u8], claims: &[u8]) -> Vec<u8> {
        let input = format!("{}.{}", B64.encode(header), B64.encode(claims));
        let signature = self.key.sign(input.as_bytes()).to_bytes();
        format!("{input}.{}", B64.encode(signature)).into_bytes()
    }

    /// The claims of a token of type `typ` that was believed, if it deserves it by its form, header and signature: by
    /// other means than the verifier's.
    pub fn deserved(&self, text: &str, typ: &str) -> Value {
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
        assert_eq!((&header["typ"], &header["kid"]), (&typ.into(), &self.kid.as_str().into()));
        serde_json::from_slice(claims).expect("JSON")
    }
}
