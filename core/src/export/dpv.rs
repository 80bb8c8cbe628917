//! ISO/IEC TS 27560:2023 in the terms of the Data Privacy Vocabulary, as JSON-LD.
//!
//! After the guide *Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV* (final report of the W3C
//! community group, 1 August 2024), profile of the GDPR. Where it leaves a choice, or contradicts itself:
//!
//! - A record is about one subject and one purpose that rests on consent, since consents are asked separately; each
//!   service that uses the purpose on consent is a `dpv:Process`, in a list (the guide's long example repeats the
//!   name). Decisions on other purposes are no consents: the plain export has them.
//! - A process says by `dpv:hasNotice` under which notice it was described, which is that of the site handed over alone.
//!   Of other notices nothing but the name is known here, and the notice says so.
//! - An objection to other direct marketing counts here too (article 21(3)); `dct:source` names the status it is of.
//! - `dct:identifier` names things, never `dpv:hasIdentifier`.
//! - `dpv:isIndicatedAtTime` is when a decision takes effect, so that a reader of the statuses alone never believes
//!   more than [`Timeline`] answers. `schema:dateSent`, `dateReceived` and `dateCreated` are the three clocks.
//! - An objection or erasure is a withdrawal, or a refusal where nothing was granted before; `dpv:hasRight` says under
//!   which article the decision was made, and an objection to a legitimate interest is that as well.
//! - What only `site.toml` could say and does not is left out: where the controller and recipients store data, the
//!   supervisory authority (of the right to complain to it there is a word), and addresses of recipients. A language that nobody recorded is `und` (BCP 47).

mod describe;
mod status;

use std::fmt;

use super::json::Json;
use super::read::{At, ReadError, Reason, Schema};
use super::{Dossier, DossierError, Told, all_described, id};
use crate::site::Purpose;
use crate::{Because, Known, PurposeId, Record, SubjectId, Timeline};
use std::collections::{BTreeMap, BTreeSet};

static SCHEMA: Schema = Schema::new(|| Json::parse(include_str!("dpv.schema.json")).unwrap_or(Json::Null));

const RECORD: &str = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr";
const RECEIPT: &str = "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr";

/// Inline, since a context behind an address says something else when the address does.
const CONTEXT: [(&str, &str); 7] = [
    ("dpv", "https://w3id.org/dpv#"),
    ("eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"),
    ("loc", "https://w3id.org/dpv/loc#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("schema", "https://schema.org/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Consent records, or a receipt around them (ISO/IEC TS 27560:2023), as JSON-LD with an inline context.
///
/// ```
/// # use volens_core::{export::{Dossier, Entry}, site::Site};
/// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// use volens_core::export::DpvExport;
///
/// let line = r#"{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
/// # let line = &line.replace("n1", site.notice().as_str());
/// let records = volens_core::lines::parse(line).unwrap();
/// let entries = records.clone().into_iter().map(Entry::from);
/// let receipt = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?.consent_receipt()?;
/// assert_eq!(DpvExport::parse(&receipt.to_string())?.records(), records);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DpvExport {
    json: Json,
    records: Vec<Record>,
}

impl DpvExport {
    /// Reads what this crate writes; what it does not know it keeps.
    ///
    /// # Errors
    /// The first field that is not as it has to be, with its path. A status that nobody here could have written, such
    /// as `dpv:ConsentRevoked`, is refused: passing over it would leave a consent standing that does not. So are names
    /// that say the same to a reader of JSON-LD and are not seen here: a context of one's own, or a full IRI of DPV.
    ///
    /// ```
    /// use volens_core::export::DpvExport;
    ///
    /// let error = DpvExport::parse(r#"{"@context": {}, "@graph": []}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "@context.dpv: missing, expected \"https://w3id.org/dpv#\"");
    /// ```
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        let json = Json::parse(text)?;
        let root = At::root(&json);
        let (shape, list) = match root.get("@graph") {
            Some(_) => ("records", "@graph"),
            None => ("receipt", "dpv:hasRecordOfActivity"),
        };
        SCHEMA.check_as(shape, &json)?;
        let context = root.need("@context")?;
        if let Json::Object(members) = context.json
            && let Some((name, _)) = members.iter().find(|(name, _)| !CONTEXT.iter().any(|(known, _)| known == name))
        {
            return Err(context.need(name)?.wrong("no other prefix"));
        }
        let (mut records, mut subject, mut purposes) = (Vec::new(), None::<SubjectId>, BTreeSet::new());
        for record in root.need(list)?.items() {
            plain(&record)?;
            let named = record.need("dpv:hasDataSubject")?.need("dct:identifier")?;
            let own = named.parse::<SubjectId>()?;
            if subject.replace(own.clone()).is_some_and(|other| other != own) {
                return Err(named.wrong("one subject in all records"));
            }
            let (purpose, own) = read(&record, &own)?;
            if !purposes.insert(purpose) {
                return Err(record.need("dpv:hasProcess")?.wrong("each purpose in one record"));
            }
            records.extend_from_slice(own.records());
        }
        Ok(Self { json, records })
    }

    /// The records it tells of, those of each purpose in the order in which they take effect; an objection to other
    /// direct marketing as if made on each purpose that it reaches.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let line = &line.replace("n1", site.notice().as_str());
    /// let records = volens_core::lines::parse(line).unwrap();
    /// let entries = records.clone().into_iter().map(Entry::from);
    /// let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert_eq!(dossier.consent_records()?.records(), records);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    pub(super) fn records_of(dossier: &Dossier<'_>) -> Result<Self, DossierError> {
        let records = records(dossier)?;
        Ok(Self::of(dossier, Json::object([("@context", context()), ("@graph", Json::List(records))])))
    }

    pub(super) fn receipt_of(dossier: &Dossier<'_>) -> Result<Self, DossierError> {
        let records = records(dossier)?;
        let created = dossier.created.to_string();
        let written: String = records.iter().map(ToString::to_string).collect();
        let uuid = id::uuid(&["receipt", dossier.site.id(), dossier.subject.as_str(), &created, &written]);
        let receipt = Json::object([
            ("@context", context()),
            ("@id", id::urn(&uuid).into()),
            ("@type", "dpv:ConsentReceipt".into()),
            ("dct:identifier", uuid.into()),
            ("dct:conformsTo", iri(RECEIPT)),
            ("dct:created", typed("xsd:dateTime", created)),
            ("dct:publisher", iri(&describe::party_iri(dossier.site, &dossier.site.controller().id))),
            ("schema:recipient", iri("dpv:DataSubject")),
            ("dpv:hasRecordOfActivity", Json::List(records)),
        ]);
        Ok(Self::of(dossier, receipt))
    }

    fn of(dossier: &Dossier<'_>, json: Json) -> Self {
        let told = dossier.consents().unwrap_or_default();
        let records = told.iter().flat_map(|(told, _)| told.timeline.records()).cloned().collect();
        Self { json, records }
    }
}

impl fmt::Display for DpvExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.json.fmt(f)
    }
}

fn context() -> Json {
    Json::object(CONTEXT.map(|(prefix, name)| (prefix, name.into())))
}

fn iri(name: &str) -> Json {
    Json::object([("@id", name.into())])
}

fn typed(kind: &str, value: impl Into<Json>) -> Json {
    Json::object([("@type", kind.into()), ("@value", value.into())])
}

fn records(dossier: &Dossier<'_>) -> Result<Vec<Json>, DossierError> {
    let consents = dossier.consents()?;
    let bare = consents.iter().filter(|(told, _)| !told.own().any(|entry| dossier.describes(entry)));
    all_described(bare.filter_map(|(told, _)| told.own().next_back()))?;
    Ok(consents.iter().map(|(told, purpose)| record(dossier, told, purpose)).collect())
}

/// The id of a consent record.
fn record_id(dossier: &Dossier<'_>, purpose: &PurposeId) -> String {
    id::uuid(&["consent record", dossier.site.id(), dossier.subject.as_str(), purpose.as_str()])
}

fn subject_iri(dossier: &Dossier<'_>) -> String {
    id::urn(&id::uuid(&["subject", dossier.site.id(), dossier.subject.as_str()]))
}

/// One consent record: the subject's decisions on one purpose. Its id stays the same while the history grows.
fn record(dossier: &Dossier<'_>, told: &Told<'_>, described: &Purpose) -> Json {
    let site = dossier.site;
    let uuid = record_id(dossier, told.purpose);
    let subject_node = Json::object([
        ("@id", subject_iri(dossier).into()),
        ("@type", "dpv:DataSubject".into()),
        ("dct:identifier", dossier.subject.as_str().into()),
    ]);
    let recorded = told.own().rev().find_map(|entry| entry.particulars().jurisdiction.as_deref());
    Json::object([
        ("@id", id::urn(&uuid).into()),
        ("@type", "dpv:ConsentRecord".into()),
        ("dct:identifier", uuid.as_str().into()),
        ("dct:conformsTo", iri(RECORD)),
        ("dpv:hasDataSubject", subject_node),
        ("dpv:hasNotice", status::notices(dossier, &uuid, told)),
        ("dpv:hasConsentStatus", status::statuses(dossier, described, &uuid, told)),
        ("dpv:hasProcess", describe::processes(site, described, &status::described(dossier, &uuid, told))),
        ("dpv:hasDataController", describe::controllers(site)),
        ("dpv:hasJurisdiction", describe::jurisdiction(site, recorded)),
        ("dpv:hasConsentControl", describe::withdrawal(site, described)),
        ("dpv:hasRight", describe::rights(site)),
        ("dpv:hasEntity", describe::entities(site, described)),
    ])
}

/// Whether every name means what it reads as.
fn plain(at: &At<'_>) -> Result<(), ReadError> {
    if let Json::Object(members) = at.json {
        for (name, _) in members {
            let here = at.need(name)?;
            if matches!(name.as_str(), "@context" | "@reverse" | "@included" | "@graph" | "@nest")
                || name.starts_with("https://w3id.org/dpv")
            {
                return Err(here.wrong("no other way to say what this format has a name for"));
            }
            plain(&here)?;
        }
    }
    at.items().try_for_each(|at| plain(&at))
}

fn read(at: &At<'_>, subject: &SubjectId) -> Result<(PurposeId, Timeline), ReadError> {
    let mut purpose: Option<PurposeId> = None;
    for process in at.need("dpv:hasProcess")?.items() {
        let named = process.need("dpv:hasPurpose")?.need("dct:identifier")?;
        let id: PurposeId = named.parse()?;
        if purpose.replace(id.clone()).is_some_and(|other| other != id) {
            return Err(named.wrong("one purpose in all processes of a record"));
        }
    }
    let missing = || Reason::Missing { expected: "a process".to_owned() };
    let purpose = purpose.ok_or_else(|| ReadError::new(at.path.clone(), missing()))?;
    let mut notices = BTreeMap::new();
    for notice in at.need("dpv:hasNotice")?.items() {
        let name = notice.need("@id")?;
        if notices.insert(name.text()?.to_owned(), notice.need("dct:identifier")?.parse()?).is_some() {
            return Err(name.wrong("each notice once"));
        }
    }
    let (mut decisions, mut ends) = (Vec::new(), Vec::new());
    for node in at.need("dpv:hasConsentStatus")?.items() {
        match status::read(&node, &notices, subject, &purpose)? {
            status::Read::Decision(record) => decisions.push(record),
            status::Read::End(end) => ends.push((node, end)),
        }
    }
    // Two statements may have made the same record.
    let timeline = Timeline::new(decisions);
    for (node, end) in ends {
        let answer = timeline.ask(end, Known::Everything, None);
        if answer.because() != Because::Expired || answer.since() != Some(end) {
            return Err(node.need("dpv:isIndicatedAtTime")?.need("@value")?.wrong("the end of a grant in this record"));
        }
    }
    Ok((purpose, timeline))
}

#[cfg(test)]
pub(super) use self::status::statuses as history;

#[cfg(test)]
pub(super) fn xsd(period: &str) -> String {
    describe::xsd_duration(&period.parse().unwrap())
}
