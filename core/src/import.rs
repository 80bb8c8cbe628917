//! Choices made in another consent tool, when a site changes to this one.
//!
//! A refusal is carried over as it is. A grant is carried over only with three proofs: **when** it was given, **which
//! text** was agreed to, and a **positive act** (GDPR articles 4(11) and 7(1); CJEU C-673/17, *Planet49*, on switches
//! that stood on already). Whatever lacks one is asked again, and each purpose says why.
//!
//! ```
//! use volens_core::import::{OldText, Outcome, Preset, Reason, Stored, Terms};
//! use volens_core::{Kind, Timestamp};
//! # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind, law};
//! # let device = law::Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [Basis::Consent])?;
//! # let purposes = law::Purposes::new([("analytics".parse()?, device.clone()), ("marketing".parse()?, device)]);
//!
//! let cookie = r#"{"categories":["necessary","analytics"],"revision":2,"consentId":"c","languageCode":"en",
//!     "services":{"necessary":[],"analytics":[],"ads":[]},
//!     "consentTimestamp":"2026-05-01T10:00:00.000Z","lastConsentTimestamp":"2026-05-02T10:00:00.000Z"}"#;
//! let terms = Terms::new()
//!     .revision("2", OldText::new("notice".parse()?, [("en".parse()?, "words".parse()?)])?)?
//!     .purpose("analytics".parse()?, ["analytics"], Preset::Off)
//!     .purpose("marketing".parse()?, ["ads"], Preset::Off);
//! let now: Timestamp = "2026-06-01T00:00:00Z".parse()?;
//! let outcomes = Stored::cc_cookie(cookie)?.import(&terms, &purposes, [], now);
//!
//! let Some(Outcome::Grant(analytics)) = outcomes.get("analytics") else { panic!() };
//! let parts = analytics.parts("s1".parse()?);
//! assert_eq!((parts.kind, parts.recorded_at), (Kind::Grant, now));
//! assert_eq!(parts.claimed_at, Some("2026-05-02T10:00:00Z".parse()?)); // the last click
//! assert_eq!(parts.expires_at, Some("2026-10-28T10:00:00Z".parse()?)); // 180 days from the first
//! assert!(matches!(outcomes.get("marketing"), Some(Outcome::Refuse(_))));
//!
//! let later: Timestamp = "2026-12-01T00:00:00Z".parse()?;
//! let outcomes = Stored::cc_cookie(cookie)?.import(&terms, &purposes, [], later);
//! assert_eq!(outcomes.get("analytics"), Some(&Outcome::Ask(vec![Reason::Expired])));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | tool | cookie | time | text | positive act | how its form is known |
//! |---|---|---|---|---|---|
//! | vanilla-cookieconsent 2 and 3 | `cc_cookie` | first and last choice | `revision`, language | it writes at a choice only | 2.9.2 and 3.1.0, run |
//! | Klaro | `klaro` | none | none | it writes when saved only | 0.7.22, run |
//! | tarteaucitron | `tarteaucitron` | none | none | `wait` until answered | 1.34.0, run |
//! | `OneTrust` | `OptanonConsent` | `OptanonAlertBoxClosed` | none | interactions counted, banner closed | cookies seen in public, not run |
//! | Cookiebot | `CookieConsent` | `utc` | none | `method:'explicit'` | cookies seen in public, not run |
//!
//! Where a tool names no text, the site says which it showed when ([`Terms::between`]).
//!
//! None of these cookies is signed: they are the browser's word. Not read: GPP and TCF strings, Google's signals,
//! numbers that identify the visitor.

mod cookiebot;
mod error;
mod json;
mod klaro;
mod one_trust;
mod outcome;
mod stored;
mod tarteaucitron;
mod terms;
mod text;
mod vanilla;

pub use self::error::{ImportError, TermsError};
pub use self::outcome::{Imported, Outcome, Reason};
pub use self::stored::{Said, Stored, Tool};
pub use self::terms::{OldText, Preset, Terms};

/// The longest value that is read, in bytes: twice what browsers keep of a cookie, as some tools write to `localStorage`
/// too.
pub const MAX_LENGTH: usize = 8192;
