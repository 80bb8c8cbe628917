//! Every single bit of a token counts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use ed25519_dalek::Signer as _;
use volens_core::Channel;
use volens_core::token::{Claims, Header, Issue, LIFE, Stance, TYPE, compact, signing_input};
use volens_verify::thumbprint;
#[cfg(feature = "table")]
use volens_verify::{Verifier, VerifyError};

#[cfg(feature = "table")]
use crate::forge::keys;
use crate::forge::{Forge, ISSUER, b64, key, now, verifier};

/// How many tokens, if nothing else is asked for; `cargo xtask flips` asks for 1,000.
const TOKENS: u64 = 50;

/// Flips each bit of each text in turn; what is no text any more cannot even be asked about.
#[test]
fn minted_tokens_with_one_bit_flipped_are_refused() {
    let tokens = std::env::var("VOLENS_FLIPS").map_or(TOKENS, |tokens| tokens.parse().unwrap());
    let verifier = verifier();
    let (mut refused, mut no_text) = (0_u64, 0_u64);
    for number in 0..tokens {
        let good = minted(number);
        assert!(verifier.verify_at(&good, now()).is_ok(), "{good}");
        let mut bytes = good.clone().into_bytes();
        for at in 0..bytes.len() * 8 {
            bytes[at / 8] ^= 1 << (at % 8);
            match std::str::from_utf8(&bytes) {
                Ok(flipped) => {
                    assert!(verifier.verify_at(flipped, now()).is_err(), "token {number}, bit {at}: {flipped}");
                    refused += 1;
                }
                Err(_) => no_text += 1,
            }
            bytes[at / 8] ^= 1 << (at % 8);
        }
        assert_eq!(bytes, good.as_bytes());
    }
    println!("{tokens} tokens: {refused} flips refused, {no_text} that left no text to ask about");
    assert!(refused > tokens * 3_000 && tokens > 0, "{refused}");
}

/// A token as the service mints it, each number another: refusals too, one to three purposes, other texts, times and
/// languages.
fn minted(number: u64) -> String {
    let at = now().plus_seconds(-i64::try_from(number).unwrap() * 7_919 % LIFE);
    let issue = Issue {
        origin: ISSUER.into(),
        controllers: (0..=number % 3).map(|company| format!("company-{company}")).collect(),
        policy: format!("{}.{}", number % 5, number % 11),
        notice: b64(number.to_be_bytes().repeat(4)).parse().unwrap(),
        text: b64((number * 31).to_le_bytes().repeat(4)).parse().unwrap(),
        lang: ["en", "sv", "da", "zh-Hant"][usize::try_from(number % 4).unwrap()].parse().unwrap(),
        jurisdiction: "eu".into(),
    };
    let purposes = ["analytics", "functional", "marketing"].map(|id| id.parse().unwrap());
    let claims = if number.is_multiple_of(8) {
        Claims::refused(issue, at, purposes)
    } else {
        let stance = |bit: u64| if number & (1 << bit) == 0 { Stance::Refused } else { Stance::Granted(at) };
        let decided = (0..).zip(purposes).map(|(bit, id)| (id, stance(bit))).collect();
        let who = (b64(number.to_be_bytes().repeat(2)).parse().unwrap(), b64((number ^ 0xff).to_le_bytes().repeat(2)));
        Claims::granted(issue, who, Channel::Center, at, decided, [])
    };
    let kid = thumbprint(&key().verifying_key().to_bytes());
    let input = signing_input(&Header { alg: "EdDSA".into(), kid, typ: TYPE.into() }, &claims).unwrap();
    let signature = key().sign(input.as_bytes()).to_bytes();
    compact(input, &signature)
}

/// From a table each flip has the same answer, down to the code.
#[cfg(feature = "table")]
#[test]
fn a_table_answers_flips_as_no_table_does() {
    let portable = verifier();
    let tabled = Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(keys()).precomputed().build().unwrap();
    let code = |verifier: &Verifier, token: &str| verifier.verify_at(token, now()).map_err(VerifyError::code).err();
    for number in [0, 1, 7] {
        let good = minted(number);
        assert_eq!((code(&portable, &good), code(&tabled, &good)), (None, None));
        let mut of_the_signature = 0;
        let mut bytes = good.into_bytes();
        for at in 0..bytes.len() * 8 {
            bytes[at / 8] ^= 1 << (at % 8);
            if let Ok(flipped) = std::str::from_utf8(&bytes) {
                let answer = code(&tabled, flipped);
                assert!(answer.is_some(), "token {number}, bit {at}: {flipped}");
                assert_eq!(answer, code(&portable, flipped), "token {number}, bit {at}: {flipped}");
                of_the_signature += u32::from(answer == Some("bad-signature"));
            }
            bytes[at / 8] ^= 1 << (at % 8);
        }
        assert!(of_the_signature > 300, "{of_the_signature}");
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
