//! Identifiers made of what they identify: never random, never of the clock.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// A UUID of version 8 (RFC 9562, section 5.8) of the first 16 bytes of SHA-256 over the parts, as in the RFC's
/// appendix B.2. ISO/IEC TS 27560 recommends version 4, which would be another id at every export.
pub(super) fn uuid(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // Lengths keep `["ab", "c"]` apart from `["a", "bc"]`.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut text = String::with_capacity(36);
    for (at, byte) in hash.finalize().iter().take(16).enumerate() {
        let byte = match at {
            6 => (byte & 0x0f) | 0x80,
            8 => (byte & 0x3f) | 0x80,
            _ => *byte,
        };
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

/// The same as an IRI (RFC 9562, section 4).
pub(super) fn urn(uuid: &str) -> String {
    format!("urn:uuid:{uuid}")
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn version_and_variant_stand_where_rfc_9562_wants_them() {
        for part in ["", "a", "b", "analytics"] {
            let id = uuid(&[part]);
            let bytes = id.as_bytes();
            assert_eq!((id.len(), bytes[14]), (36, b'8'), "{id}");
            assert!(b"89ab".contains(&bytes[19]), "{id}");
        }
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(uuid(&["ab", "c"]), uuid(&["a", "bc"]));
        assert_eq!(uuid(&["ab", "c"]), uuid(&["ab", "c"]));
    }
}
