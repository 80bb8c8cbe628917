//! A JWK set (RFC 7517), and which of its keys are taken.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

#[cfg(feature = "es256")]
use super::es256;
use super::{KeyProblem, PublicKey, ed25519};

#[derive(Deserialize)]
pub(super) struct JwkSet {
    pub(super) keys: Vec<Jwk>,
}

#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    #[cfg(feature = "es256")]
    y: Option<String>,
    pub(super) kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    // What IANA's "JSON Web Key Parameters" call private: of EC, OKP and RSA, of `oct`, of AKP.
    #[serde(default)]
    d: Present,
    #[serde(default)]
    p: Present,
    #[serde(default)]
    q: Present,
    #[serde(default)]
    dp: Present,
    #[serde(default)]
    dq: Present,
    #[serde(default)]
    qi: Present,
    #[serde(default)]
    oth: Present,
    #[serde(default)]
    k: Present,
    #[serde(default, rename = "priv")]
    private: Present,
}

/// Whether a member stands there, whatever it holds: `null` too.
#[derive(Clone, Copy, Default)]
struct Present(bool);

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self(true))
    }
}

impl Jwk {
    /// The public key, or `None` for a key of another kind.
    pub(super) fn public(&self) -> Result<Option<PublicKey>, KeyProblem> {
        let Self { d, p, q, dp, dq, qi, oth, k, private, .. } = self;
        if [d, p, q, dp, dq, qi, oth, k, private].iter().any(|member| member.0) {
            return Err(KeyProblem::Private);
        }
        let for_signatures = self.usage.as_deref().is_none_or(|u| u == "sig")
            && self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !for_signatures {
            return Ok(None);
        }
        let key = match (self.kty.as_str(), self.crv.as_deref()) {
            ("OKP", Some("Ed25519")) => {
                self.signs_as(&["EdDSA", "Ed25519"])?;
                PublicKey::Ed25519(ed25519::PublicKey::new(&coordinate(self.x.as_deref())?)?)
            }
            #[cfg(feature = "es256")]
            ("EC", Some("P-256")) => {
                self.signs_as(&["ES256"])?;
                let (x, y) = (coordinate(self.x.as_deref())?, coordinate(self.y.as_deref())?);
                PublicKey::Es256(es256::PublicKey::new(x, y)?)
            }
            _ => return Ok(None),
        };
        Ok(Some(key))
    }

    /// `alg` may be absent.
    fn signs_as(&self, names: &[&str]) -> Result<(), KeyProblem> {
        if self.alg.as_deref().is_none_or(|alg| names.contains(&alg)) { Ok(()) } else { Err(KeyProblem::WrongAlg) }
    }
}

/// 32 bytes, no fewer and no more (RFC 8037, 2; RFC 7518, 6.2.1.2).
fn coordinate(text: Option<&str>) -> Result<[u8; 32], KeyProblem> {
    text.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(KeyProblem::NotAPublicKey)
}

#[cfg(test)]
mod tests {
    use crate::{KeyProblem, KeySet, KeySetError};

    const GOOD: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    fn problem(jwk: &str) -> KeyProblem {
        match KeySet::from_jwks(format!(r#"{{"keys":[{GOOD},{jwk}]}}"#).as_bytes()).unwrap_err() {
            KeySetError::Key { index: 1, problem } => problem,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_private_member_is_refused_in_any_form_and_in_any_key() {
        assert!(KeySet::from_jwks(format!(r#"{{"keys":[{GOOD}]}}"#).as_bytes()).is_ok());
        let others = [
            r#"{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}"#,
            r#"{"kty":"RSA","kid":"b","n":"AA","e":"AQAB"}"#,
            r#"{"kty":"oct","kid":"c"}"#,
            r#"{"kty":"AKP","kid":"d","alg":"ML-DSA-44","pub":"AA","use":"enc"}"#,
        ];
        for jwk in [GOOD].into_iter().chain(others) {
            let open = jwk.strip_suffix('}').unwrap();
            for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv", r"\u0064"] {
                for value in ["null", r#""""#, r#""AA""#, "0", "false", "[]", r#"{"d":null}"#] {
                    let jwk = format!(r#"{open},"{member}":{value}}}"#);
                    assert_eq!(problem(&jwk), KeyProblem::Private, "{jwk}");
                }
            }
        }
        // A whole RSA key: all of them at once.
        let rsa = r#"{"kty":"RSA","n":"AA","e":"AQAB","d":"A","p":"A","q":"A","dp":"A","dq":"A","qi":"A","oth":[]}"#;
        assert_eq!(problem(rsa), KeyProblem::Private);
    }
}
