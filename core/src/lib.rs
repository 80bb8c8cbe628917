//! The law of consent, without I/O: who may process what, for which purpose, since when and until when.
//!
//! A [`Timeline`] holds the records of one subject and purpose and answers two questions:
//! *was processing at T permitted, as known at K*, and *may I process now*. A withdrawal takes effect
//! going forward; it never changes an answer about a time before it.
//!
//! ```
//! use volens_core::{Because, Kind, Known, Record, RecordParts, Timeline};
//!
//! let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
//!     let received_at = at.parse()?;
//!     Ok(Record::new(RecordParts {
//!         subject: "s1".parse()?,
//!         purpose: "analytics".parse()?,
//!         kind,
//!         claimed_at: None,
//!         received_at,
//!         recorded_at: received_at,
//!         notice: "n1".parse()?,
//!         expires_at: None,
//!     })?)
//! };
//! let timeline = Timeline::new([
//!     record(Kind::Grant, "2026-03-01T09:00:00Z")?,
//!     record(Kind::Withdraw, "2026-05-01T09:00:00Z")?,
//! ]);
//! let april = timeline.ask("2026-04-01T00:00:00Z".parse()?, Known::Everything, None);
//! let june = timeline.ask("2026-06-01T00:00:00Z".parse()?, Known::Everything, None);
//! assert_eq!(april.because(), Because::Granted);
//! assert_eq!(june.because(), Because::Withdrawn);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate never asks the world: callers pass the time, entropy and signals in.

mod basis;
mod choice;
#[cfg(feature = "site")]
pub mod export;
mod id;
#[cfg(feature = "json")]
pub mod import;
pub mod labels;
pub mod law;
#[cfg(feature = "json")]
pub mod lines;
pub mod manifest;
#[cfg(feature = "site")]
pub mod notice;
pub mod objection;
pub mod period;
mod record;
pub mod retention;
pub mod rules;
pub mod signals;
#[cfg(feature = "site")]
pub mod site;
mod summary;
mod time;
mod timeline;
#[cfg(feature = "json")]
pub mod token;

pub use basis::{Basis, DirectMarketing, PurposeKind, SubjectKind};
pub use choice::{Asked, Choice};
pub use id::{ClassId, IdError, Lang, NoticeHash, PurposeId, ServiceId, SubjectId, TextHash};
pub use record::{Channel, Kind, Record, RecordError, RecordParts};
pub use summary::{Mark, Summary, SummaryError};
pub use time::{TimeError, Timestamp};
pub use timeline::{Answer, Because, Known, Timeline};
