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
//! - No I/O. The clock is configuration ([`Verifier::verify_at`] takes `now` instead), and so are keys.
//! - A bounded cache of verified tokens, if asked for.
//! - Every doubt ends in a refusal with a stable code ([`VerifyError::code`], [`Denied::code`]).
//!
//! # Features
//! None is on by default, and none changes an answer that is given without it.
//!
//! | feature | what for | what it costs |
//! |---|---|---|
//! | `axum` | a layer that reads the cookie, and extractors (module `layer`) | axum and tower |
//! | `es256` | tokens signed with ES256, and keys on P-256 in key sets; without it such keys are passed over. The service of this project signs with Ed25519: this is for issuers that cannot | the crate `p256` and what it stands on: 18 crates, all in Rust; a signature takes about five times as long as with Ed25519 |
//! | `table` | `VerifierBuilder::precomputed`: Ed25519 signatures in half the time | no crate that is not there already; where it is asked for 640 KiB and a millisecond at start for each key, and once more for all keys together |
//!
//! # What it does not do
//! - Fetch anything. The `uri` of a status list in a token is never followed; a token that names one is refused as
//!   `status-unknown`.
//! - Accept tokens of `volens serve --dev`, which travel in the clear: `wrong-type`, unless a back end on a developer's
//!   machine asks for them by [`dangerous::for_development`].
//! - Accept the records that the widget writes in `local` mode: they are unsigned and prove nothing.
//! - Know of withdrawals since the token was issued. Ask the consent service (`POST /consent/v1/check`) where that
//!   matters at once.

mod cache;
mod clock;
mod consent;
mod error;
mod keys;
mod purpose;
mod verifier;

/// What must not run where visitors are.
pub mod dangerous {
    pub use crate::verifier::for_development;
}

#[cfg(feature = "axum")]
pub mod layer;

pub use clock::{Clock, SystemClock};
pub use consent::{Consent, Grant};
pub use error::{BuildError, Denied, DeniedReason, VerifyError};
pub use keys::{KeyProblem, KeySet, KeySetError, thumbprint};
pub use purpose::{Analytics, Functional, Marketing, Purpose};
pub use verifier::{Verifier, VerifierBuilder};

#[cfg(feature = "axum")]
pub use layer::ConsentLayer;
