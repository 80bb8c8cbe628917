//! What a data subject is handed: everything kept about the own choices, and receipts that other systems read.
//!
//! A [`Dossier`] is the records of one subject with the site they were made on. It is written in three forms:
//!
//! | form | for | reads back as |
//! |---|---|---|
//! | [`AccessExport`] | access and portability (GDPR articles 15 and 20) | every record with its circumstances |
//! | [`DpvExport`] | ISO/IEC TS 27560:2023, as JSON-LD in the terms of the Data Privacy Vocabulary | every record |
//! | [`KantaraReceipts`] | Kantara Consent Receipt v1.1.0, which tells of consent given alone | the receipts as they are |
//!
//! ```
//! use volens_core::export::{AccessExport, Dossier, Entry};
//! # use volens_core::site::Site;
//! # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
//!
//! let records = volens_core::lines::parse(
//!     r#"{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#,
//! ).unwrap();
//! let dossier = Dossier::new(&site, records.into_iter().map(Entry::from), "2026-11-22T00:00:00Z".parse()?)?;
//! let text = dossier.access().to_string();
//! let read = AccessExport::parse(&text)?;
//! assert_eq!(read.entries(), dossier.entries());
//! assert_eq!(read.to_string(), text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing is random and no clock is asked: the time of creation is an argument, and an id is a UUID of version 8
//! made of what it names (RFC 9562, section 5.8), so that the same records give the same bytes. A reader keeps what it
//! does not know, also inside objects it knows, and writes it again.

mod access;
mod dpv;
mod facts;
mod id;
mod json;
mod kantara;
mod read;

use std::collections::BTreeMap;
use std::fmt;

pub use self::access::AccessExport;
pub use self::dpv::DpvExport;
pub use self::kantara::{KantaraReceipts, Sensitive};
pub use self::read::{ReadError, Reason};
use crate::manifest::PartyView;
use crate::site::Site;
use crate::{Channel, Lang, PurposeId, Record, SubjectId, TextHash, Timeline, Timestamp};

/// The policy that a statement was made under, as it read in one language.
///
/// ```
/// use volens_core::export::PolicyRead;
///
/// let read = PolicyRead { id: "site".into(), version: "3.2".into(), effective: "2026-09-01".into() };
/// assert_eq!(read.effective, "2026-09-01");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "made by literal")]
pub struct PolicyRead {
    /// Its id in `site.toml`.
    pub id: String,
    /// Its version in that language.
    pub version: String,
    /// The day it took effect, as `2026-09-01`.
    pub effective: String,
}

/// What is known about a statement besides its record (GDPR article 7(1)); what is not known is left out.
///
/// ```
/// use volens_core::Channel;
/// use volens_core::export::Particulars;
///
/// let known = Particulars {
///     lang: Some("en".parse()?),
///     channel: Some(Channel::Banner),
///     control: Some("reject_all".into()),
///     ..Particulars::default()
/// };
/// assert_eq!(known.policy, None);
/// # Ok::<(), volens_core::IdError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "made by literal, the rest by default")]
pub struct Particulars {
    /// The statement's id in the store.
    pub statement: Option<String>,
    /// The language of the text it was made on.
    pub lang: Option<Lang>,
    /// The hash of that text.
    pub text: Option<TextHash>,
    /// The policy in that language.
    pub policy: Option<PolicyRead>,
    /// The rule set that was followed.
    pub jurisdiction: Option<String>,
    /// By which way it came.
    pub channel: Option<Channel>,
    /// The control used, such as a button's name.
    pub control: Option<String>,
    /// The controllers and affiliates that the text named.
    pub controllers: Vec<PartyView>,
    /// The signals seen with it, such as `gpc`.
    pub signals: Vec<String>,
}

/// One record with what is known about its statement.
///
/// ```
/// # use volens_core::export::{Entry, Particulars};
/// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
/// let record = volens_core::lines::parse(line).unwrap().remove(0);
/// assert_eq!(Entry::from(record.clone()), Entry::new(record, Particulars::default()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    record: Record,
    particulars: Particulars,
}

impl Entry {
    /// A record with its particulars.
    ///
    /// ```
    /// # use volens_core::export::{Entry, Particulars};
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let record = volens_core::lines::parse(line).unwrap().remove(0);
    /// let entry = Entry::new(record, Particulars { statement: Some("st1".into()), ..Particulars::default() });
    /// assert_eq!(entry.particulars().statement.as_deref(), Some("st1"));
    /// ```
    pub const fn new(record: Record, particulars: Particulars) -> Self {
        Self { record, particulars }
    }

    /// The record.
    ///
    /// ```
    /// # use volens_core::export::Entry;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let record = volens_core::lines::parse(line).unwrap().remove(0);
    /// assert_eq!(Entry::from(record.clone()).record(), &record);
    /// ```
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// What is known besides.
    ///
    /// ```
    /// # use volens_core::export::{Entry, Particulars};
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let record = volens_core::lines::parse(line).unwrap().remove(0);
    /// assert_eq!(Entry::from(record).particulars(), &Particulars::default());
    /// ```
    pub const fn particulars(&self) -> &Particulars {
        &self.particulars
    }
}

impl From<Record> for Entry {
    fn from(record: Record) -> Self {
        Self::new(record, Particulars::default())
    }
}

/// Why records make no dossier, or a dossier no document of the form asked for.
///
/// ```
/// # use volens_core::{export::{Dossier, DossierError}, site::Site};
/// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// let error = Dossier::new(&site, [], "2026-11-22T00:00:00Z".parse()?).unwrap_err();
/// assert_eq!(error, DossierError::Empty);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DossierError {
    /// There is no record.
    Empty,
    /// The records are of several subjects.
    OtherSubject,
    /// The site does not describe a purpose, so who processes for it, and what, is not known.
    UnknownPurpose(PurposeId),
    /// Nothing was ever granted: a Kantara receipt can tell of consent given alone.
    NothingGranted,
    /// The controller has no telephone number, which a Kantara receipt must name.
    NoPhone,
}

impl DossierError {
    /// A stable code.
    ///
    /// ```
    /// assert_eq!(volens_core::export::DossierError::Empty.code(), "no-records");
    /// ```
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "no-records",
            Self::OtherSubject => "other-subject",
            Self::UnknownPurpose(_) => "unknown-purpose",
            Self::NothingGranted => "nothing-granted",
            Self::NoPhone => "no-phone",
        }
    }
}

impl fmt::Display for DossierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("found no record, expected those of one subject"),
            Self::OtherSubject => f.write_str("found records of several subjects, expected those of one"),
            Self::UnknownPurpose(id) => {
                write!(f, "found a record on {id}, expected a purpose that the site describes with its controllers")
            }
            Self::NothingGranted => {
                f.write_str("found no grant, expected one: a Kantara receipt tells of consent given")
            }
            Self::NoPhone => f.write_str("found no controller.phone, expected one: a Kantara receipt must name it"),
        }
    }
}

impl std::error::Error for DossierError {}

/// The records of one subject, with the site they were made on and the time of the export.
///
/// ```
/// # use volens_core::{export::{Dossier, Entry}, site::Site};
/// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
/// # let record = volens_core::lines::parse(line).unwrap().remove(0);
/// // A record that is there twice is one record.
/// let twice = [record.clone(), record].map(Entry::from);
/// let dossier = Dossier::new(&site, twice, "2026-11-22T00:00:00Z".parse()?)?;
/// assert_eq!(dossier.entries().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dossier<'a> {
    site: &'a Site,
    subject: SubjectId,
    entries: Vec<Entry>,
    created: Timestamp,
}

impl<'a> Dossier<'a> {
    /// Puts the entries in order: by purpose, then as they take effect; equal ones are one.
    ///
    /// # Errors
    /// No entry, or entries of several subjects.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let lines = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}
    /// # {"subject":"s2","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// let two_people = volens_core::lines::parse(lines).unwrap().into_iter().map(Entry::from);
    /// let error = Dossier::new(&site, two_people, "2026-11-22T00:00:00Z".parse()?).unwrap_err();
    /// assert_eq!(error.code(), "other-subject");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        site: &'a Site,
        entries: impl IntoIterator<Item = Entry>,
        created: Timestamp,
    ) -> Result<Self, DossierError> {
        let mut entries: Vec<Entry> = entries.into_iter().collect();
        let subject = entries.first().ok_or(DossierError::Empty)?.record.subject().clone();
        if entries.iter().any(|entry| *entry.record.subject() != subject) {
            return Err(DossierError::OtherSubject);
        }
        let mut timelines: BTreeMap<PurposeId, Vec<Record>> = BTreeMap::new();
        for Entry { record, .. } in &entries {
            timelines.entry(record.purpose().clone()).or_default().push(record.clone());
        }
        let timelines: BTreeMap<PurposeId, Timeline> =
            timelines.into_iter().map(|(purpose, records)| (purpose, Timeline::new(records))).collect();
        let place = |record: &Record| {
            let records = timelines.get(record.purpose()).map(Timeline::records).unwrap_or_default();
            let first = records.partition_point(|known| known.effective() < record.effective());
            first + records.iter().skip(first).take_while(|known| *known != record).count()
        };
        entries.sort_by_cached_key(|entry| {
            (entry.record.purpose().clone(), place(&entry.record), access::entry(site, entry).to_string())
        });
        entries.dedup();
        Ok(Self { site, subject, entries, created })
    }

    /// Whose records.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert_eq!(dossier.subject().as_str(), "s1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn subject(&self) -> &SubjectId {
        &self.subject
    }

    /// The entries, in order.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert_eq!(dossier.entries().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Everything, as plain JSON: access and portability (GDPR articles 15 and 20).
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert!(dossier.access().to_string().starts_with("{\n  \"schema\": \"volens-export\",\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn access(&self) -> AccessExport {
        AccessExport::of(self)
    }

    /// One consent record for each purpose: ISO/IEC TS 27560:2023 in the terms of DPV.
    ///
    /// # Errors
    /// The site does not describe a purpose.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert!(dossier.consent_records()?.to_string().contains("dpv:ConsentRefused"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn consent_records(&self) -> Result<DpvExport, DossierError> {
        DpvExport::records_of(self)
    }

    /// One consent receipt around those records.
    ///
    /// # Errors
    /// The site does not describe a purpose.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert!(dossier.consent_receipt()?.to_string().contains("dpv:ConsentReceipt"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn consent_receipt(&self) -> Result<DpvExport, DossierError> {
        DpvExport::receipt_of(self)
    }

    /// Kantara receipts (v1.1.0), one for each statement that granted something.
    ///
    /// `site.toml` does not say whether data is sensitive, so the caller does.
    ///
    /// # Errors
    /// Nothing was granted, a purpose is not described, or the controller has no telephone number.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry, Sensitive}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert_eq!(dossier.kantara(&Sensitive::None).unwrap_err().code(), "nothing-granted");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kantara(&self, sensitive: &Sensitive) -> Result<KantaraReceipts, DossierError> {
        KantaraReceipts::of(self, sensitive)
    }

    /// The entries of each purpose, in order, and their timeline.
    fn by_purpose(&self) -> Vec<(&PurposeId, &[Entry], Timeline)> {
        self.entries
            .chunk_by(|a, b| a.record.purpose() == b.record.purpose())
            .filter_map(|entries| {
                let purpose = entries.first()?.record.purpose();
                Some((purpose, entries, Timeline::new(entries.iter().map(|entry| entry.record.clone()))))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
