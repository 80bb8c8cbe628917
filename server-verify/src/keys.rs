//! Which keys may have signed.

mod ed25519;
#[cfg(feature = "es256")]
mod es256;
mod jwk;
mod public;
#[cfg(feature = "table")]
mod table;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use jwk::JwkSet;
pub(crate) use public::{Alg, PublicKey};

/// An immutable set of public keys, each under its RFC 7638 thumbprint: Ed25519, and P-256 with the feature `es256`.
///
/// A token names its key by `kid`; the key is looked up, never guessed at by trying several. Each key has one algorithm,
/// and a token that says another is refused as `wrong-alg`. To rotate while a service runs, give its verifier
/// [`LiveKeys`](crate::LiveKeys) and replace the set in them.
#[derive(Clone)]
pub struct KeySet {
    by_kid: BTreeMap<String, PublicKey>,
}

impl KeySet {
    /// Reads a JWK set (RFC 7517), as served at `/.well-known/jwks.json`.
    ///
    /// Keys of other types (`kty`) or of another `use` are left out, as the RFC asks; what claims to be an Ed25519
    /// signing key has to be one. At least one key has to remain. The same goes for keys on P-256 with the feature
    /// `es256`; without it they are of another type.
    ///
    /// # Errors
    /// Not a JWK set; a `kid` that is not the key's thumbprint, or none; a private or symmetric key, of whatever type, or
    /// a member that only such keys have; two keys that are the same.
    ///
    /// ```
    /// use volens_verify::KeySet;
    /// let jwk = r#""kty":"OKP","crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    /// let keys = KeySet::from_jwks(format!(r#"{{"keys":[{{{jwk}}}]}}"#).as_bytes())?;
    /// assert_eq!(keys.kids().collect::<Vec<_>>(), ["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"]);
    /// let private = KeySet::from_jwks(format!(r#"{{"keys":[{{{jwk},"d":null}}]}}"#).as_bytes());
    /// assert!(private.unwrap_err().to_string().starts_with("keys[0]: a private key"));
    /// # Ok::<(), volens_verify::KeySetError>(())
    /// ```
    pub fn from_jwks(json: &[u8]) -> Result<Self, KeySetError> {
        let set: JwkSet = serde_json::from_slice(json).map_err(|_| KeySetError::NotJwks)?;
        let mut by_kid = BTreeMap::new();
        for (index, jwk) in set.keys.into_iter().enumerate() {
            let at = |problem| KeySetError::Key { index, problem };
            let Some(key) = jwk.public().map_err(at)? else { continue };
            let kid = key.thumbprint();
            if jwk.kid.as_ref() != Some(&kid) {
                return Err(at(KeyProblem::KidIsNotThumbprint));
            }
            insert(&mut by_kid, kid, key).map_err(at)?;
        }
        Self::non_empty(by_kid)
    }

    /// Makes a set from raw Ed25519 keys (RFC 8032, 32 bytes each).
    ///
    /// # Errors
    /// No key, a key that is no point of the curve or of small order, or the same key twice.
    pub fn from_public_keys<I>(keys: I) -> Result<Self, KeySetError>
    where
        I: IntoIterator<Item = [u8; 32]>,
    {
        let mut by_kid = BTreeMap::new();
        for (index, public) in keys.into_iter().enumerate() {
            let at = |problem| KeySetError::Key { index, problem };
            let key = PublicKey::Ed25519(ed25519::PublicKey::new(&public).map_err(at)?);
            insert(&mut by_kid, key.thumbprint(), key).map_err(at)?;
        }
        Self::non_empty(by_kid)
    }

    /// The ids of the keys, in order.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        self.by_kid.keys().map(String::as_str)
    }

    /// The set as a JWK set; the same keys give the same bytes.
    pub fn to_jwks(&self) -> String {
        let keys = self.by_kid.iter().map(|(kid, key)| key.jwk(kid)).collect::<Vec<_>>();
        format!(r#"{{"keys":[{}]}}"#, keys.join(","))
    }

    /// The same set with a table of multiples for each Ed25519 key, from which tokens are verified in half the time and
    /// with the same answers. Keys on P-256 stay as they are, and so do keys that have a table.
    ///
    /// A table takes 2 MiB and some two milliseconds to make, and as much once more for all keys of the set together.
    /// Clones share them.
    #[cfg(feature = "table")]
    #[must_use]
    pub fn precomputed(self) -> Self {
        let base = table::Base::new();
        Self { by_kid: self.by_kid.into_iter().map(|(kid, key)| (kid, key.precomputed(&base))).collect() }
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&PublicKey> {
        self.by_kid.get(kid)
    }

    /// The headers that tokens of type `typ` usually have, as they stand in a token, each with its `kid`.
    pub(crate) fn usual_headers(&self, typ: &str) -> Vec<(String, String)> {
        let of = |kid: &String, alg: &str| {
            let header = format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"{typ}"}}"#);
            (URL_SAFE_NO_PAD.encode(header), kid.clone())
        };
        self.by_kid.iter().flat_map(|(kid, key)| key.alg().names().iter().map(move |alg| of(kid, alg))).collect()
    }

    fn non_empty(by_kid: BTreeMap<String, PublicKey>) -> Result<Self, KeySetError> {
        if by_kid.is_empty() { Err(KeySetError::Empty) } else { Ok(Self { by_kid }) }
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_kid.keys()).finish()
    }
}

/// The RFC 7638 thumbprint of an Ed25519 public key, which is its `kid`: base64url, 43 characters.
pub fn thumbprint(public: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public);
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)))
}

fn insert(by_kid: &mut BTreeMap<String, PublicKey>, kid: String, key: PublicKey) -> Result<(), KeyProblem> {
    match by_kid.insert(kid, key) {
        None => Ok(()),
        Some(_) => Err(KeyProblem::Duplicate),
    }
}

/// Why a key set was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeySetError {
    /// Not JSON, or not a JWK set.
    NotJwks,
    /// No signing key in it that is taken.
    Empty,
    /// One key cannot be taken.
    #[non_exhaustive]
    Key {
        /// Its position, from 0.
        index: usize,
        /// What is wrong with it.
        problem: KeyProblem,
    },
}

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyProblem {
    /// `kid` is missing or is not the RFC 7638 thumbprint.
    KidIsNotThumbprint,
    /// `x` (on P-256 also `y`) is not 32 bytes of base64url; no point of the curve; of small order.
    NotAPublicKey,
    /// It has a private part, or is symmetric.
    Private,
    /// `alg` is not the key's: `EdDSA` or `Ed25519`, on P-256 `ES256`.
    WrongAlg,
    /// The same key stands in the set already.
    Duplicate,
}

impl KeySetError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotJwks => "not-a-key-set",
            Self::Empty => "no-key",
            Self::Key { .. } => "bad-key",
        }
    }
}

impl fmt::Display for KeySetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJwks => f.write_str("not a JWK set: expected JSON {\"keys\":[…]} (RFC 7517)"),
            Self::Empty => f.write_str(
                "no signing key in the set that is taken: expected at least one with \"kty\":\"OKP\",\"crv\":\"Ed25519\"",
            ),
            Self::Key { index, problem } => write!(f, "keys[{index}]: {problem}"),
        }
    }
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KidIsNotThumbprint => {
                "\"kid\" is missing or is not the key's thumbprint, expected the SHA-256 of RFC 7638"
            }
            Self::NotAPublicKey => {
                "not a public key, expected \"x\" (on P-256 also \"y\") of 32 bytes in base64url, not of small order"
            }
            Self::Private => {
                "a private key (such as \"d\" or \"k\"), expected public keys only: treat it as leaked and replace it"
            }
            Self::WrongAlg => {
                "\"alg\" does not fit the key, expected \"EdDSA\" or \"Ed25519\", for a key on P-256 \"ES256\""
            }
            Self::Duplicate => "the same key a second time, expected each once",
        })
    }
}

impl core::error::Error for KeySetError {}
impl core::error::Error for KeyProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037, appendix A.2 and A.3.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const KID: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

    fn jwk(members: &str) -> String {
        format!(r#"{{"keys":[{{{members}}}]}}"#)
    }

    fn problem(json: &str) -> KeySetError {
        KeySet::from_jwks(json.as_bytes()).unwrap_err()
    }

    fn good() -> String {
        format!(r#""kty":"OKP","crv":"Ed25519","kid":"{KID}","x":"{X}""#)
    }

    #[test]
    fn thumbprint_is_that_of_rfc_8037() {
        let set = KeySet::from_jwks(jwk(&good()).as_bytes()).unwrap();
        assert_eq!(set.kids().collect::<Vec<_>>(), [KID]);
    }

    #[test]
    fn what_it_writes_it_reads() {
        let set = KeySet::from_jwks(jwk(&good()).as_bytes()).unwrap();
        let again = KeySet::from_jwks(set.to_jwks().as_bytes()).unwrap();
        assert_eq!(set.to_jwks(), again.to_jwks());
        assert_eq!(
            set.to_jwks(),
            format!(
                r#"{{"keys":[{{"alg":"EdDSA","crv":"Ed25519","kid":"{KID}","kty":"OKP","use":"sig","x":"{X}"}}]}}"#
            )
        );
    }

    #[test]
    fn other_kinds_of_keys_are_passed_over() {
        let ec = r#"{"kty":"EC","crv":"P-384","kid":"a","x":"AA","y":"AA"}"#;
        let enc = r#"{"kty":"OKP","crv":"X25519","kid":"b","x":"AA","use":"enc"}"#;
        let set = format!(r#"{{"keys":[{ec},{enc},{{{}}}]}}"#, good());
        assert_eq!(KeySet::from_jwks(set.as_bytes()).unwrap().kids().count(), 1);
        assert_eq!(problem(&format!(r#"{{"keys":[{ec},{enc}]}}"#)), KeySetError::Empty);
        assert_eq!(problem(&jwk(&format!(r#"{},"use":"enc""#, good()))), KeySetError::Empty);
        assert_eq!(problem(&jwk(&format!(r#"{},"key_ops":["sign"]"#, good()))), KeySetError::Empty);
    }

    #[cfg(not(feature = "es256"))]
    #[test]
    fn without_the_feature_keys_on_p_256_are_passed_over() {
        let ec = r#"{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA","alg":"ES256"}"#;
        let set = format!(r#"{{"keys":[{ec},{{{}}}]}}"#, good());
        assert_eq!(KeySet::from_jwks(set.as_bytes()).unwrap().kids().collect::<Vec<_>>(), [KID]);
        assert_eq!(problem(&format!(r#"{{"keys":[{ec}]}}"#)), KeySetError::Empty);
    }

    #[test]
    fn bad_sets_say_what_is_wrong() {
        let key = |problem| KeySetError::Key { index: 0, problem };
        assert_eq!(problem(""), KeySetError::NotJwks);
        assert_eq!(problem("[]"), KeySetError::NotJwks);
        assert_eq!(problem(r#"{"keys":[{}]}"#), KeySetError::NotJwks);
        assert_eq!(problem(&(jwk(&good()) + "x")), KeySetError::NotJwks);
        assert_eq!(problem(&jwk(&format!(r#"{},"x":"{X}""#, good()))), KeySetError::NotJwks);
        assert_eq!(problem(r#"{"keys":[]}"#), KeySetError::Empty);
        assert_eq!(problem(&jwk(&good().replace(KID, "key-1"))), key(KeyProblem::KidIsNotThumbprint));
        let nameless = format!(r#""kty":"OKP","crv":"Ed25519","x":"{X}""#);
        assert_eq!(problem(&jwk(&nameless)), key(KeyProblem::KidIsNotThumbprint));
        assert_eq!(problem(&jwk(&good().replace(X, "AAAA"))), key(KeyProblem::NotAPublicKey));
        assert_eq!(problem(&jwk(&format!(r#"{},"d":"AA""#, good()))), key(KeyProblem::Private));
        assert_eq!(problem(&jwk(&format!(r#"{},"alg":"HS256""#, good()))), key(KeyProblem::WrongAlg));
        let twice = format!(r#"{{"keys":[{{{0}}},{{{0}}}]}}"#, good());
        assert_eq!(problem(&twice), KeySetError::Key { index: 1, problem: KeyProblem::Duplicate });
    }

    #[test]
    fn a_key_of_small_order_is_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        let refused = KeySetError::Key { index: 0, problem: KeyProblem::NotAPublicKey };
        assert_eq!(KeySet::from_public_keys([identity]).unwrap_err(), refused);
        assert_eq!(KeySet::from_public_keys([]).unwrap_err(), KeySetError::Empty);
    }

    #[test]
    fn errors_read_well() {
        let error = problem(&jwk(&good().replace(KID, "key-1")));
        assert_eq!(error.code(), "bad-key");
        assert_eq!(
            error.to_string(),
            "keys[0]: \"kid\" is missing or is not the key's thumbprint, expected the SHA-256 of RFC 7638"
        );
    }
}
