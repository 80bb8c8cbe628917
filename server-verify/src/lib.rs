//! Checks consent tokens in back ends.
//!
//! May I run web analysis for this request, now? A [`Verifier`] turns the visitor's token into a [`Consent`], and a
//! [`Consent`] turns into a [`Grant<P>`](Grant) for each purpose that was granted. A function that needs consent takes
//! the grant as an argument, so that forgetting the check does not compile.
//!
//! ```
//! use volens_verify::{Analytics, Grant, KeySet, Verifier};
//!
//! fn count_view(page: &str, _: &Grant<Analytics>) { /* … */ }
//!
//! # let jwks = br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
//! # "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
//! # let token = "…";
//! let verifier = Verifier::builder()
//!     .issuer("https://shop.example")
//!     .audience("https://shop.example")
//!     .keys(KeySet::from_jwks(jwks)?)
//!     .refuse_early() // what anybody can send costs little
//!     .cache(10_000.try_into()?) // what was true a moment ago, up to 10 MB of it
//!     .build()?;
//!
//! match verifier.verify(token) {
//!     Ok(consent) => match consent.require::<Analytics>() {
//!         Ok(grant) => count_view("/en/", &grant),
//!         Err(denied) => println!("not counted: {denied}"),
//!     },
//!     Err(refused) => println!("no consent: {}", refused.code()),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does
//! - Ed25519 signatures (RFC 8032, strict) on compact JWS, with the rules of RFC 8725: one type, one algorithm for each
//!   key, a key chosen by its thumbprint, no header that says how to check the token, no duplicate members, at most 4,096
//!   bytes.
//! - No I/O in a check. The clock is configuration ([`Verifier::verify_at`] takes `now` instead), and so are keys.
//! - Keys that change while a service runs (`LiveKeys`), and a bounded cache of verified tokens, if asked for.
//! - Every doubt ends in a refusal with a stable code ([`VerifyError::code`], [`Denied::code`]).
//!
//! # Features
//! `std` alone is on by default. None changes an answer that is given without it.
//!
//! | feature | what for | what it costs |
//! |---|---|---|
//! | `std` | the system's clock, the cache, `LiveKeys`; without it [`Verifier::verify_at`] does the rest on a heap alone | the standard library |
//! | `tower` | a layer that reads the cookie (module `layer`) | tower and `http` |
//! | `axum` | extractors for axum 0.8, under that layer | axum |
//! | `actix` | the same for actix-web 4 (module `actix`) | actix-web |
//! | `tonic` | the same for gRPC (module `grpc`) | tonic, without transport |
//! | `refresh` | fetches key sets in the background (module `refresh`) | hyper, rustls on ring (which has C and assembler), tokio |
//! | `status` | withdrawals since the token was issued, by signed lists that you fetch (`StatusLists`) | `miniz_oxide` |
//! | `es256` | tokens signed with ES256, and keys on P-256 in key sets; without it such keys are passed over. The service of this project signs with Ed25519: this is for issuers that cannot | the crate `p256` and what it stands on: 18 crates, all in Rust; a signature takes about five times as long as with Ed25519 |
//! | `table` | `VerifierBuilder::precomputed`: Ed25519 signatures in half the time | no crate that is not there already; where it is asked for 2 MiB and two milliseconds at start for each key, and once more for all keys together |
//!
//! # What it does not do
//! - Fetch anything that a token names. The `uri` of a status list is never followed: lists come from you, and a token
//!   whose list is not at hand is refused as `status-unknown`.
//! - Accept tokens of `volens serve --dev`, which travel in the clear: `wrong-type`, unless a back end on a developer's
//!   machine asks for them by [`dangerous::for_development`].
//! - Accept the records that the widget writes in `local` mode: they are unsigned and prove nothing.
//! - Know at once of withdrawals since the token was issued: a status list is as old as it is. Ask the consent service
//!   (`POST /consent/v1/check`) where that matters.
//!
//! # What tokens are made of
//! [`Timestamp`], [`PurposeId`], [`NoticeHash`], [`Claims`] and [`Stance`] are those of `volens-core`: whoever names an
//! instant or a purpose needs no second dependency.
//!
//! ```
//! use volens_verify::{PurposeId, Timestamp, Verifier};
//!
//! fn held_at(verifier: &Verifier, token: &str, at: Timestamp, purpose: &PurposeId) -> bool {
//!     verifier.verify_at(token, at).is_ok_and(|consent| consent.permits(purpose))
//! }
//! ```

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "std")]
mod cache;
mod clock;
mod consent;
mod error;
mod keys;
mod live;
mod purpose;
#[cfg(feature = "status")]
mod status;
mod verifier;
#[cfg(any(feature = "actix", feature = "tower"))]
mod web;

/// What must not run where visitors are.
pub mod dangerous {
    pub use crate::verifier::for_development;
}

#[cfg(feature = "actix")]
pub mod actix;
#[cfg(feature = "tonic")]
pub mod grpc;
#[cfg(feature = "tower")]
pub mod layer;

#[cfg(feature = "refresh")]
pub mod refresh;

pub use clock::Clock;
#[cfg(feature = "std")]
pub use clock::SystemClock;
pub use consent::{Consent, Grant};
pub use error::{BuildError, Denied, DeniedReason, VerifyError};
pub use keys::{KeyProblem, KeySet, KeySetError, thumbprint};
pub use live::KeySource;
#[cfg(feature = "std")]
pub use live::LiveKeys;
pub use purpose::{Analytics, Functional, Marketing, Purpose, is_purpose_id};
pub use verifier::{Verifier, VerifierBuilder};
pub use volens_core::{
    NoticeHash, PurposeId, Timestamp,
    token::{Claims, Stance},
};

#[cfg(feature = "status")]
pub use status::{ListTimes, StatusError, StatusLists};

#[cfg(feature = "tower")]
pub use layer::ConsentLayer;
