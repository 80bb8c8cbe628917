//! Sources for a Content-Security-Policy.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// The source that allows one inline script or style, quoted.
pub(super) fn csp_sha256(text: &str) -> String {
    ["'sha256-", &STANDARD.encode(Sha256::digest(text.as_bytes())), "'"].concat()
}

#[cfg(test)]
mod tests {
    use super::csp_sha256;

    #[test]
    fn agrees_with_openssl() {
        // printf %s 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert_eq!(csp_sha256("alert(1)"), "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='");
    }
}
