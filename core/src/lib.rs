//! The law of consent, without I/O: who may process what, for which purpose, since when and until when.
//!
//! Ada agrees to web analysis in March and takes it back in May:
//!
//! ```
//! use volens_core::{Known, Timeline, lines};
//!
//! let records = lines::parse(
//!     r#"
//! {"subject":"ada","purpose":"analytics","kind":"grant",   "received_at":"2026-03-01T09:00:00Z","notice":"n1"}
//! {"subject":"ada","purpose":"analytics","kind":"withdraw","received_at":"2026-05-01T09:00:00Z","notice":"n1"}
//! "#,
//! )
//! .expect("two good lines");
//! let timeline = Timeline::of(&"ada".parse()?, &"analytics".parse()?, records);
//!
//! // Was processing in April permitted? It was, and the withdrawal does not change that.
//! let april = timeline.ask("2026-04-01T00:00:00Z".parse()?, Known::Everything, None);
//! assert!(april.permitted());
//! assert_eq!(april.until(), Some("2026-05-01T09:00:00Z".parse()?));
//!
//! // May I process now? No, and here is why.
//! let now = "2026-11-21T12:00:00Z".parse()?;
//! assert_eq!(timeline.current().because(now, None).code(), "withdrawn");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What to ask where
//!
//! | question | answer |
//! |---|---|
//! | what held at T, as known at K, since when and until when? | [`Timeline::ask`] |
//! | what stands now, for one person or for everybody? | [`Current`], [`Standings`] |
//! | may this be processed on *this* legal basis: objections, direct marketing, restriction? | [`law`], [`objection`] |
//! | what does a switch in a banner write? | [`Choice::record`] |
//! | may I, under the law of this place, and do I have to ask again? | [`rules`] |
//! | what does the browser's signal say, and what do I tell the vendors? | [`signals`] |
//! | when does this data have to go, and what still holds it back? | [`retention`] |
//! | what does a site do, with whom, and does a change ask anybody again? | [`site`], [`notice`] |
//! | what can I hand to the person, or to an authority? | [`export`] |
//! | what may I carry over from another consent tool? | [`import`] |
//!
//! # The rules it keeps
//!
//! - **A withdrawal takes effect going forward** (GDPR article 7(3)). No record changes an answer about a time before
//!   it takes effect, and nothing written later changes what was known before: ask with [`Known::At`].
//! - **Three clocks.** [`claimed_at`](Record::claimed_at) is the client's word and moves nothing;
//!   [`received_at`](Record::received_at) is when a statement reached the controller; [`recorded_at`](Record::recorded_at)
//!   is when it was written. A grant counts from when it was written, a no from when it arrived.
//! - **Unknown is no.** So is an expired grant, and one under another notice where a notice is required.
//! - **Order, duplicates and the way histories are merged change nothing.**
//! - Intervals are half-open: `[since, until)`. Instants are in UTC, years 0000 to 9999.
//!
//! # Features
//!
//! `std` is on by default; without it there are identifiers, times and records, and with `json` also [`token`]: what a
//! verifier needs where there is no standard library. `json`: [`lines`], [`import`], [`token`]. `site` (with `json`):
//! [`site`], [`notice`], [`export`]. `calendar`: the arithmetic of [`retention`]. Each is explained in `Cargo.toml`.
//!
//! # What is not here
//!
//! No clock, randomness, files or network: callers pass the time, entropy and signals in. No storage; `volens-server`
//! keeps records. No signatures; `volens-verify` checks tokens. And no legal advice: the tables cite their sources so
//! that your lawyer can read them.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "std")]
mod basis;
#[cfg(feature = "std")]
mod choice;
#[cfg(feature = "std")]
mod current;
#[cfg(feature = "site")]
pub mod export;
mod id;
#[cfg(all(feature = "json", feature = "std"))]
pub mod import;
#[cfg(feature = "std")]
pub mod labels;
#[cfg(feature = "std")]
pub mod law;
#[cfg(all(feature = "json", feature = "std"))]
pub mod lines;
#[cfg(feature = "std")]
pub mod manifest;
#[cfg(all(feature = "json", feature = "std"))]
mod members;
#[cfg(feature = "site")]
pub mod notice;
#[cfg(feature = "std")]
pub mod objection;
#[cfg(feature = "std")]
pub mod period;
mod record;
#[cfg(feature = "std")]
pub mod retention;
#[cfg(feature = "std")]
pub mod rules;
#[cfg(feature = "std")]
pub mod signals;
#[cfg(feature = "site")]
pub mod site;
#[cfg(feature = "std")]
mod standings;
#[cfg(feature = "std")]
mod summary;
mod time;
#[cfg(feature = "std")]
mod timeline;
#[cfg(feature = "json")]
pub mod token;

#[cfg(feature = "std")]
pub use basis::{Basis, DirectMarketing, PurposeKind, SubjectKind};
#[cfg(feature = "std")]
pub use choice::{Asked, Choice};
#[cfg(feature = "std")]
pub use current::Current;
pub use id::{ClassId, IdError, Lang, NoticeHash, PurposeId, ServiceId, SubjectId, TextHash};
pub use record::{Channel, Kind, Record, RecordError, RecordParts};
#[cfg(feature = "std")]
pub use standings::Standings;
#[cfg(feature = "std")]
pub use summary::{Mark, Summary, SummaryError};
pub use time::{TimeError, Timestamp};
#[cfg(feature = "std")]
pub use timeline::{Answer, Because, Known, Timeline};
