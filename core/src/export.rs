//! What a data subject is handed: everything kept about the own choices, and receipts that other systems read.
//!
//! A [`Dossier`] is the records of one subject with the site they were made on. It is written in three forms:
//!
//! | form | for | reads back as |
//! |---|---|---|
//! | [`AccessExport`] | access and portability (GDPR articles 15 and 20) | every record with its circumstances |
//! | [`DpvExport`] | ISO/IEC TS 27560:2023, as JSON-LD in the terms of the Data Privacy Vocabulary | the records that count for purposes resting on consent |
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
//! The site's description is that of one notice. What was decided under another is told of by name alone, never in the
//! words of today; hand over the site as it was to have it described.
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
mod standing;

use std::collections::BTreeMap;
use std::fmt;

pub use self::access::AccessExport;
pub use self::dpv::DpvExport;
pub use self::kantara::{KantaraReceipts, Sensitive};
pub use self::read::{ReadError, Reason};
use crate::law::{Case, Fact, Purposes};
use crate::manifest::PartyView;
use crate::site::{Purpose, Site};
use crate::timeline::order;
use crate::{
    Channel, DirectMarketing, Kind, Lang, NoticeHash, PurposeId, Record, SubjectId, TextHash, Timeline, Timestamp,
};

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
    /// There is no record, or none that was written by the time of the export.
    Empty,
    /// The records are of several subjects.
    OtherSubject,
    /// Purposes that the site does not describe, so that who processes for them, and what, is not known; with the time
    /// at which the first record on each was written.
    UnknownPurpose(Vec<(PurposeId, Timestamp)>),
    /// Purposes decided on under other notices alone, so that what was described then is not known; with the last
    /// notice, and the time at which the record under it was written.
    OtherNotice(Vec<(PurposeId, NoticeHash, Timestamp)>),
    /// No record is on a purpose that rests on consent.
    NoConsent,
    /// No grant stands: a Kantara receipt can tell of consent given alone.
    NothingGranted,
    /// Sensitive data of no category.
    NoCategory,
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
            Self::OtherNotice(_) => "other-notice",
            Self::NoConsent => "no-consent",
            Self::NothingGranted => "nothing-granted",
            Self::NoCategory => "no-category",
            Self::NoPhone => "no-phone",
        }
    }
}

impl fmt::Display for DossierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("found no record, expected those of one subject"),
            Self::OtherSubject => f.write_str("found records of several subjects, expected those of one"),
            Self::UnknownPurpose(purposes) => {
                f.write_str("found records on ")?;
                listed(f, purposes.iter().map(|(id, at)| format!("{id} (recorded at {at})")))?;
                f.write_str(", expected purposes that the site describes")
            }
            Self::OtherNotice(purposes) => {
                f.write_str("found records on ")?;
                listed(f, purposes.iter().map(|(id, notice, at)| format!("{id} under {notice} (recorded at {at})")))?;
                f.write_str(", expected the site's description of that notice")
            }
            Self::NoConsent => f.write_str("found no record on a purpose that rests on consent, expected one"),
            Self::NothingGranted => {
                f.write_str("found no grant that stands, expected one: a Kantara receipt tells of consent given")
            }
            Self::NoCategory => f.write_str("found a sensitive category without a name, expected one such as health"),
            Self::NoPhone => f.write_str("found no controller.phone, expected one: a Kantara receipt must name it"),
        }
    }
}

impl std::error::Error for DossierError {}

fn listed(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = String>) -> fmt::Result {
    f.write_str(&items.collect::<Vec<_>>().join(", "))
}

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
    notice: NoticeHash,
    purposes: Purposes,
    subject: SubjectId,
    entries: Vec<Entry>,
    case: Case,
    created: Timestamp,
}

/// A purpose with the decisions that count for it, in order: an objection to direct marketing counts for all of it, so
/// some were made on another purpose (GDPR article 21(3)).
struct Told<'a> {
    purpose: &'a PurposeId,
    entries: Vec<&'a Entry>,
    timeline: &'a Timeline,
}

impl<'a> Told<'a> {
    /// Those made on this purpose.
    fn own(&self) -> impl DoubleEndedIterator<Item = &'a Entry> {
        let purpose = self.purpose;
        self.entries.iter().copied().filter(move |entry| entry.record.purpose() == purpose)
    }
}

impl<'a> Dossier<'a> {
    /// Puts the entries in order: by purpose, then as they take effect; equal ones are one.
    ///
    /// It is as known at `created`: what was written later is left out.
    ///
    /// # Errors
    /// No entry written by then, or entries of several subjects.
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
        Self::under(site, site.notice(), Purposes::of(site), entries.into_iter().collect(), created)
    }

    fn under(
        site: &'a Site,
        notice: NoticeHash,
        purposes: Purposes,
        mut entries: Vec<Entry>,
        created: Timestamp,
    ) -> Result<Self, DossierError> {
        let subject = entries.first().ok_or(DossierError::Empty)?.record.subject().clone();
        if entries.iter().any(|entry| *entry.record.subject() != subject) {
            return Err(DossierError::OtherSubject);
        }
        entries.retain(|entry| entry.record.recorded_at() <= created);
        if entries.is_empty() {
            return Err(DossierError::Empty);
        }
        let text = |entry: &Entry| access::particulars(&entry.particulars).to_string();
        entries.sort_by(|a, b| {
            let purpose = a.record.purpose().cmp(b.record.purpose());
            purpose.then_with(|| order(&a.record, &b.record)).then_with(|| text(a).cmp(&text(b)))
        });
        entries.dedup();
        let case = Case::new(&purposes, entries.iter().map(|entry| Fact::Record(entry.record.clone())));
        Ok(Self { site, notice, purposes, subject, entries, case, created })
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

    /// One consent record for each purpose that rests on consent: ISO/IEC TS 27560:2023 in the terms of DPV.
    ///
    /// # Errors
    /// The site does not describe a purpose, or none of the notices that were decided on; or nothing rests on consent.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let line = &line.replace("n1", site.notice().as_str());
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
    /// As for the records.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let line = &line.replace("n1", site.notice().as_str());
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert!(dossier.consent_receipt()?.to_string().contains("dpv:ConsentReceipt"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn consent_receipt(&self) -> Result<DpvExport, DossierError> {
        DpvExport::receipt_of(self)
    }

    /// Kantara receipts (v1.1.0), one for each statement with a consent that stands.
    ///
    /// `site.toml` does not say whether data is sensitive, so the caller does.
    ///
    /// # Errors
    /// No grant stands, a purpose or the notice of a grant is not described, a sensitive category has no name, or the
    /// controller has no telephone number.
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

    /// Each purpose that a decision was made on or reaches, in id order.
    fn told(&self) -> Vec<Told<'_>> {
        let flagged = |id: &PurposeId| {
            self.purposes.get(id).is_some_and(|terms| terms.direct_marketing() == DirectMarketing::Yes)
        };
        let objections: Vec<&Entry> = self.entries.iter().filter(|entry| entry.record.kind() == Kind::Object).collect();
        let mut purposes: BTreeMap<&PurposeId, Vec<&Entry>> =
            self.purposes.iter().map(|(id, _)| (id, Vec::new())).collect();
        for entry in &self.entries {
            purposes.entry(entry.record.purpose()).or_default().push(entry);
        }
        let told = purposes.into_iter().filter_map(|(purpose, mut entries)| {
            let timeline = self.case.timeline(purpose)?;
            if flagged(purpose) {
                let other = |entry: &&Entry| entry.record.purpose() != purpose && flagged(entry.record.purpose());
                entries.extend(objections.iter().copied().filter(other));
                entries.sort_by(|a, b| order(&a.record, &b.record));
            }
            (!entries.is_empty()).then_some(Told { purpose, entries, timeline })
        });
        told.collect()
    }

    /// Whether the site's description is that of the notice that this was decided under.
    fn describes(&self, entry: &Entry) -> bool {
        *entry.record.notice() == self.notice
    }

    /// The consents told of: decisions on purposes that rest on consent, with what the site says about them.
    fn consents(&self) -> Result<Vec<(Told<'_>, &'a Purpose)>, DossierError> {
        let told: Vec<Told<'_>> = self.told().into_iter().filter(|told| told.own().next().is_some()).collect();
        let unknown = told.iter().filter(|told| self.site.purpose(told.purpose).is_none());
        let written = unknown.filter_map(|told| {
            let first = told.own().map(|entry| entry.record.recorded_at()).min()?;
            Some((told.purpose.clone(), first))
        });
        let unknown: Vec<_> = written.collect();
        if !unknown.is_empty() {
            return Err(DossierError::UnknownPurpose(unknown));
        }
        let described = told.into_iter().filter_map(|told| {
            let purpose = self.site.purpose(told.purpose)?;
            purpose.needs_consent().then_some((told, purpose))
        });
        let consents: Vec<_> = described.collect();
        if consents.is_empty() { Err(DossierError::NoConsent) } else { Ok(consents) }
    }
}

/// The error about records whose notice is not described, if there are any.
fn all_described<'a>(missing: impl Iterator<Item = &'a Entry>) -> Result<(), DossierError> {
    let named =
        missing.map(|Entry { record, .. }| (record.purpose().clone(), record.notice().clone(), record.recorded_at()));
    let named: Vec<_> = named.collect();
    if named.is_empty() { Ok(()) } else { Err(DossierError::OtherNotice(named)) }
}

#[cfg(test)]
mod tests;
