//! Hashes of files.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// All digits, for comparing.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Eight hex digits for a file's name: new content, new address, so that browsers may keep the old one a year.
pub(crate) fn short(bytes: &[u8]) -> String {
    let mut digits = hex(&Sha256::digest(bytes));
    digits.truncate(8);
    digits
}

/// For `integrity=`; every page carries four of them, and nothing compresses them: no longer than it takes.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked with `printf abc | sha256sum` and `printf abc | openssl dgst -sha256 -binary | base64`.
    #[test]
    fn known_values() {
        assert_eq!(short(b"abc"), "ba7816bf");
        assert_eq!(integrity(b"abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }
}
