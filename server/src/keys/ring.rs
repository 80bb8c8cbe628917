//! The published keys of a service and what they sign.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use serde::Serialize;
use volens_core::Timestamp;
use volens_core::token::{self, Claims, Header, TokenError, UnverifiedToken};
use volens_verify::{KeySet, KeySetError, thumbprint};

use super::files::{self, KeyFile};
use super::schedule::{self, From, KeyState, Times};
use super::{KeysError, entropy};

/// In the order in which they were made.
pub(super) struct Ring(Vec<(SigningKey, Times)>);

impl Ring {
    /// The keys that are not retired.
    pub(super) fn load(files: &[KeyFile], now: Timestamp) -> Result<Self, KeysError> {
        let times: Vec<Times> = files.iter().map(|file| file.times).collect();
        let states = schedule::states(&times, now);
        let kept = files.iter().zip(states).filter(|(_, state)| *state != KeyState::Retired);
        kept.map(|(file, _)| Ok((files::read(&file.path)?, file.times))).collect::<Result<_, _>>().map(Self)
    }

    /// One key that signs at all times.
    pub(super) fn temporary() -> Result<Self, KeysError> {
        let times = Times { made: Timestamp::from_unix_seconds(0), from: From::Once };
        Ok(Self(vec![(SigningKey::from_bytes(&entropy()?), times)]))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn public(&self) -> Result<KeySet, KeySetError> {
        KeySet::from_public_keys(self.0.iter().map(|(key, _)| key.verifying_key().to_bytes()))
    }

    /// Signs with the key whose turn it was when the token says that it was issued.
    pub(super) fn sign(&self, typ: &str, claims: &Claims) -> Result<String, TokenError> {
        let (key, header) = self.signer(typ, Timestamp::from_unix_seconds(claims.iat))?;
        Ok(compact(key, token::signing_input(&header, claims)?))
    }

    /// Signs claims that are no consent token: a compact JWS of any length.
    pub(super) fn sign_json(
        &self,
        typ: &str,
        claims: &impl Serialize,
        issued: Timestamp,
    ) -> Result<String, TokenError> {
        let (key, header) = self.signer(typ, issued)?;
        let part = |json: Result<Vec<u8>, serde_json::Error>| {
            json.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| TokenError::Malformed)
        };
        Ok(compact(key, format!("{}.{}", part(serde_json::to_vec(&header))?, part(serde_json::to_vec(claims))?)))
    }

    /// Whether a token of this type was signed by one of these.
    pub(super) fn signed(&self, typ: &str, token: &UnverifiedToken<'_>) -> bool {
        let header = token.header();
        let of = |key: &SigningKey| thumbprint(&key.verifying_key().to_bytes()) == header.kid;
        let key = || self.0.iter().find(|(key, _)| of(key));
        header.typ == typ
            && matches!(header.alg.as_str(), "EdDSA" | "Ed25519")
            && key().zip(Signature::from_slice(token.signature()).ok()).is_some_and(|((key, _), signature)| {
                key.verifying_key().verify_strict(token.signing_input().as_bytes(), &signature).is_ok()
            })
    }

    fn signer(&self, typ: &str, issued: Timestamp) -> Result<(&SigningKey, Header), TokenError> {
        let times: Vec<Times> = self.0.iter().map(|(_, times)| *times).collect();
        let place = schedule::signing(&times, issued).ok_or(TokenError::Malformed)?;
        let (key, _) = self.0.get(place).ok_or(TokenError::Malformed)?;
        Ok((key, Header { alg: "EdDSA".into(), kid: thumbprint(&key.verifying_key().to_bytes()), typ: typ.into() }))
    }
}

fn compact(key: &SigningKey, input: String) -> String {
    let signature = key.sign(input.as_bytes()).to_bytes();
    token::compact(input, &signature)
}
