//! Every single bit of a token counts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use crate::forge::{Forge, b64, now, verifier};

/// Flips each bit of the text in turn; what is no text any more cannot even be asked about.
#[test]
fn a_token_with_one_bit_flipped_is_refused() {
    let (verifier, good) = (verifier(), Forge::good().token());
    assert!(verifier.verify_at(&good, now()).is_ok());
    for at in 0..good.len() * 8 {
        let mut bytes = good.clone().into_bytes();
        bytes[at / 8] ^= 1 << (at % 8);
        if let Ok(flipped) = std::str::from_utf8(&bytes) {
            assert!(verifier.verify_at(flipped, now()).is_err(), "bit {at}: {flipped}");
        }
    }
}

/// The same one level down, where each flip is good base64url again.
#[test]
fn a_token_with_one_decoded_bit_flipped_is_refused() {
    let (verifier, good) = (verifier(), Forge::good().token());
    let parts = good.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect::<Vec<_>>();
    for part in 0..parts.len() {
        for at in 0..parts[part].len() * 8 {
            let mut parts = parts.clone();
            parts[part][at / 8] ^= 1 << (at % 8);
            let flipped = parts.iter().map(b64).collect::<Vec<_>>().join(".");
            assert!(verifier.verify_at(&flipped, now()).is_err(), "part {part}, bit {at}: {flipped}");
        }
    }
}

/// Every token cut short is refused, and so is one with anything after it.
#[test]
fn a_token_cut_short_or_run_on_is_refused() {
    let (verifier, good) = (verifier(), Forge::good().token());
    for end in 0..good.len() {
        assert!(verifier.verify_at(&good[..end], now()).is_err(), "{end}");
    }
    for more in ["=", ".", " ", "\n", "A", "\0", ".e30"] {
        assert!(verifier.verify_at(&(good.clone() + more), now()).is_err(), "{more:?}");
        assert!(verifier.verify_at(&(more.to_owned() + &good), now()).is_err(), "{more:?}");
    }
}

proptest! {
    /// No text makes it panic, and none passes that was not signed.
    #[test]
    fn nonsense_is_refused(text in any::<String>()) {
        prop_assert!(verifier().verify_at(&text, now()).is_err());
    }

    #[test]
    fn well_formed_nonsense_is_refused(header in any::<Vec<u8>>(), claims in any::<Vec<u8>>(), end in any::<[u8; 32]>()) {
        let text = format!("{}.{}.{}", b64(header), b64(claims), b64([end, end].concat()));
        prop_assert!(verifier().verify_at(&text, now()).is_err());
    }
}
