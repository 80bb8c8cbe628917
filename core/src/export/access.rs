//! Everything kept about one subject, as plain JSON; its shape is `export.schema.json`.

use std::fmt;

use super::facts::{self, Kept};
use super::id::uuid;
use super::json::Json;
use super::read::{At, ReadError, Reason, Schema};
use super::standing::{MEMBERS, standing};
use super::{Dossier, Entry, Particulars, PolicyRead, Told};
use crate::law::{Case, Fact, Purposes, Terms};
use crate::manifest::PartyView;
use crate::notice::value_of;
use crate::site::{Company, Contact, Purpose, Site, Texts};
use crate::{Basis, NoticeHash, PurposeId, PurposeKind, Record, RecordParts, SubjectId, SubjectKind, Timestamp};
use std::collections::BTreeMap;

static SCHEMA: Schema = Schema::new(|| Json::parse(include_str!("../../export.schema.json")).unwrap_or(Json::Null));

/// The export for access and portability (GDPR articles 15 and 20), format `volens-export`, version 1.
///
/// `Display` writes it: two spaces a level, a line feed at the end, the same bytes for the same records.
///
/// ```
/// # use volens_core::{export::{Dossier, Entry}, site::Site};
/// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
/// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
/// # let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
/// use volens_core::export::AccessExport;
///
/// let text = dossier.access().to_string();
/// // What a later version adds is kept.
/// let newer = text.replacen("\"site\": {", "\"site\": {\n    \"mood\": [1.50, {}],", 1);
/// assert_eq!(AccessExport::parse(&newer)?.to_string().replace(char::is_whitespace, ""), newer.replace(char::is_whitespace, ""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessExport {
    json: Json,
    subject: SubjectId,
    created: Timestamp,
    entries: Vec<Entry>,
}

impl AccessExport {
    /// Reads one; what it does not know it keeps.
    ///
    /// # Errors
    /// The first field that is not as `export.schema.json` has it, with its path; an id, or an answer to what stands,
    /// that does not follow from the records.
    ///
    /// ```
    /// use volens_core::export::AccessExport;
    ///
    /// let error = AccessExport::parse(r#"{"schema": "other"}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "schema: found \"other\", expected \"volens-export\"");
    /// ```
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        let json = Json::parse(text)?;
        SCHEMA.check(&json)?;
        let root = At::root(&json);
        let subject: SubjectId = root.need("subject")?.parse()?;
        let created = root.need("created")?.parse()?;
        let entries = root.need("records")?.items().map(|at| read(&at, &subject)).collect::<Result<_, _>>()?;
        let export = Self { json, subject, created, entries };
        export.follows()?;
        Ok(export)
    }

    /// Ids and what stands are made of the records, so they are made again and compared.
    fn follows(&self) -> Result<(), ReadError> {
        let root = At::root(&self.json);
        let site = root.need("site")?;
        let (site_id, notice) = (site.need("id")?.text()?, site.need("notice")?.parse::<NoticeHash>()?);
        let mut written = String::new();
        for (at, known) in root.need("records")?.items().zip(&self.entries) {
            if known.record.recorded_at() > self.created {
                return Err(at.need("recorded_at")?.wrong("a time before the export was created"));
            }
            let record = entry(site_id, known);
            same(&at, &record, &["id"])?;
            written.push_str(&record.to_string());
        }
        let id = export_id(site_id, &self.subject, self.created, &notice, &written);
        same(&root, &Json::object([("id", id.into())]), &["id"])?;
        let mut listed = BTreeMap::new();
        for at in root.need("purposes")?.items() {
            let id = at.need("id")?;
            if listed.insert(id.parse::<PurposeId>()?, at).is_some() {
                return Err(id.wrong("each purpose once"));
            }
        }
        for (at, known) in root.need("records")?.items().zip(&self.entries) {
            if !listed.contains_key(known.record.purpose()) {
                return Err(at.need("purpose")?.wrong("one of the purposes listed"));
            }
        }
        let mut terms = Vec::new();
        for (id, at) in &listed {
            let Some(marketing) = at.get("direct_marketing") else { continue };
            let bases: Vec<Basis> =
                at.need("standing")?.items().map(|at| at.need("basis")?.word()).collect::<Result<_, _>>()?;
            let terms_of = Terms::new(SubjectKind::Device, PurposeKind::Consent, marketing.word()?, bases);
            terms.extend(terms_of.ok().map(|terms| (id.clone(), terms)));
        }
        let purposes = Purposes::new(terms);
        let case = Case::new(&purposes, self.entries.iter().map(|entry| Fact::Record(entry.record.clone())));
        for (id, at) in &listed {
            let answers = standing(&case, &purposes, id, self.created, &notice);
            let found = at.need("standing")?;
            if found.json.items().len() != answers.len() {
                return Err(found.wrong(&format!("{} answers, one for each basis", answers.len())));
            }
            for (found, answer) in found.items().zip(&answers) {
                same(&found, answer, &MEMBERS)?;
            }
        }
        Ok(())
    }

    pub(super) fn of(dossier: &Dossier<'_>) -> Self {
        let Dossier { site, notice, subject, entries, created, .. } = dossier;
        let records: Vec<Json> = entries.iter().map(|entry| self::entry(site.id(), entry)).collect();
        let written: String = records.iter().map(ToString::to_string).collect();
        let id = export_id(site.id(), subject, *created, notice, &written);
        let json = Json::object([
            ("schema", "volens-export".into()),
            ("schema_version", 1.into()),
            ("id", id.into()),
            ("created", (*created).into()),
            ("subject", subject.as_str().into()),
            ("site", described(site, notice)),
            ("purposes", dossier.told().iter().map(|told| purpose(dossier, told)).collect()),
            (
                "rights",
                facts::RIGHTS
                    .iter()
                    .map(|(article, right)| {
                        Json::object([("article", cited(article).into()), ("right", (*right).into())])
                    })
                    .collect(),
            ),
            ("rights_at", facts::rights_at(site).into_iter().map(Json::from).collect()),
            ("records", Json::List(records)),
        ]);
        Self { json, subject: subject.clone(), created: *created, entries: entries.clone() }
    }

    /// Whose export.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// # let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert_eq!(dossier.access().subject().as_str(), "s1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn subject(&self) -> &SubjectId {
        &self.subject
    }

    /// When it was made, and the instant at which it says what stands.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// # let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert_eq!(dossier.access().created(), "2026-11-22T00:00:00Z".parse()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// Every record with its particulars, in the order of the document.
    ///
    /// ```
    /// # use volens_core::{export::{Dossier, Entry}, site::Site};
    /// # let site = Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let line = r#"{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;
    /// # let entries = volens_core::lines::parse(line).unwrap().into_iter().map(Entry::from);
    /// # let dossier = Dossier::new(&site, entries, "2026-11-22T00:00:00Z".parse()?)?;
    /// assert_eq!(dossier.access().entries(), dossier.entries());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl fmt::Display for AccessExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.json.fmt(f)
    }
}

fn export_id(site: &str, subject: &SubjectId, created: Timestamp, notice: &NoticeHash, written: &str) -> String {
    uuid(&["export", site, subject.as_str(), &created.to_string(), notice.as_str(), written])
}

/// Whether the members named are as they have to be, and those absent that have to be.
fn same(at: &At<'_>, wanted: &Json, names: &[&str]) -> Result<(), ReadError> {
    for name in names {
        match (at.get(name), wanted.get(name)) {
            (Some(found), Some(wanted)) if !found.json.says(wanted) => {
                return Err(found.wrong(&format!("{}, as the records have it", wanted.to_string().trim_end())));
            }
            (Some(found), None) => return Err(found.wrong("nothing, as the records have it")),
            (None, Some(_)) => return Err(at.need(name).err().unwrap_or_else(|| at.wrong(name))),
            _ => {}
        }
    }
    Ok(())
}

/// One record with its particulars; its id is made of both.
pub(super) fn entry(site: &str, entry: &Entry) -> Json {
    let record = &entry.record;
    let members = [
        ("purpose", record.purpose().as_str().into()),
        ("kind", record.kind().as_str().into()),
        ("claimed_at", record.claimed_at().into()),
        ("received_at", record.received_at().into()),
        ("recorded_at", record.recorded_at().into()),
        ("expires_at", record.expires_at().into()),
        ("notice", record.notice().as_str().into()),
    ];
    let (Json::Object(mut members), Json::Object(known)) = (Json::object(members), particulars(&entry.particulars))
    else {
        return Json::Null;
    };
    members.extend(known);
    let written = Json::Object(members);
    let id = uuid(&["record", site, record.subject().as_str(), &written.to_string()]);
    let Json::Object(mut members) = written else { return Json::Null };
    members.insert(0, ("id".to_owned(), id.into()));
    Json::Object(members)
}

/// What is known of a statement besides the record.
pub(super) fn particulars(known: &Particulars) -> Json {
    Json::object([
        ("statement", known.statement.clone().into()),
        ("lang", known.lang.as_ref().map(crate::Lang::as_str).into()),
        ("text_hash", known.text.as_ref().map(crate::TextHash::as_str).into()),
        ("policy", known.policy.as_ref().map(policy).into()),
        ("jurisdiction", known.jurisdiction.clone().into()),
        ("channel", known.channel.map(crate::Channel::as_str).into()),
        ("control", known.control.clone().into()),
        ("controllers", Json::some(known.controllers.iter().map(party))),
        ("signals", Json::some(known.signals.iter().map(|signal| signal.as_str().into()))),
    ])
}

fn policy(policy: &PolicyRead) -> Json {
    Json::object([
        ("id", policy.id.as_str().into()),
        ("version", policy.version.as_str().into()),
        ("effective", policy.effective.as_str().into()),
    ])
}

fn party(party: &PartyView) -> Json {
    Json::object([
        ("id", party.id.as_str().into()),
        ("name", party.name.as_str().into()),
        ("country", party.country.as_str().into()),
        ("role", word(&party.role)),
    ])
}

/// The word that serde has for a value of one of our enums.
pub(super) fn word(value: &impl serde::Serialize) -> Json {
    value_of(value).as_str().into()
}

fn read(at: &At<'_>, subject: &SubjectId) -> Result<Entry, ReadError> {
    let time = |name| at.get(name).map(|at| at.parse()).transpose();
    let text = |name| at.get(name).map(|at| at.text().map(str::to_owned)).transpose();
    let record = Record::new(RecordParts {
        subject: subject.clone(),
        purpose: at.need("purpose")?.parse()?,
        kind: at.need("kind")?.word()?,
        claimed_at: time("claimed_at")?,
        received_at: at.need("received_at")?.parse()?,
        recorded_at: at.need("recorded_at")?.parse()?,
        notice: at.need("notice")?.parse()?,
        expires_at: time("expires_at")?,
    })
    .map_err(|error| ReadError::new(format!("{}.{}", at.path, error.field()), Reason::Record(error)))?;
    let policy = at.get("policy").map(|at| {
        let text = |name| at.need(name)?.text().map(str::to_owned);
        Ok(PolicyRead { id: text("id")?, version: text("version")?, effective: text("effective")? })
    });
    let controllers = at.get("controllers").into_iter().flat_map(|at| at.items().collect::<Vec<_>>()).map(|at| {
        let text = |name| at.need(name)?.text().map(str::to_owned);
        Ok(PartyView {
            id: text("id")?,
            name: text("name")?,
            country: text("country")?,
            role: at.need("role")?.word()?,
        })
    });
    let signals = at.get("signals").into_iter().flat_map(|at| at.items().collect::<Vec<_>>());
    let particulars = Particulars {
        statement: text("statement")?,
        lang: at.get("lang").map(|at| at.parse()).transpose()?,
        text: at.get("text_hash").map(|at| at.parse()).transpose()?,
        policy: policy.transpose()?,
        jurisdiction: text("jurisdiction")?,
        channel: at.get("channel").map(|at| at.word()).transpose()?,
        control: text("control")?,
        controllers: controllers.collect::<Result<_, ReadError>>()?,
        signals: signals.map(|at| at.text().map(str::to_owned)).collect::<Result<_, _>>()?,
    };
    Ok(Entry::new(record, particulars))
}

/// The site as it is now; a record's own notice says under which facts it was made.
fn described(site: &Site, notice: &NoticeHash) -> Json {
    Json::object([
        ("id", site.id().into()),
        ("origin", site.origin().into()),
        ("notice", notice.as_str().into()),
        ("rule_set", site.rule_set().code().into()),
        ("controllers", site.controllers().map(company).collect()),
        (
            "policies",
            site.policies()
                .iter()
                .map(|policy| {
                    Json::object([
                        ("id", policy.id.as_str().into()),
                        ("title", texts(&policy.title)),
                        ("url", texts(&policy.url)),
                        ("version", texts(&policy.version)),
                        ("effective", texts(&policy.effective)),
                    ])
                })
                .collect(),
        ),
    ])
}

fn company(company: &Company) -> Json {
    let officers = company.data_protection_officers.iter();
    Json::object([
        ("id", company.id.as_str().into()),
        ("role", word(&company.role)),
        ("country", company.country.as_str().into()),
        ("contact", contact(&company.contact)),
        ("website", company.website.clone().into()),
        (
            "data_protection_officers",
            Json::some(officers.map(|(country, officer)| {
                Json::object([("country", country.clone().into()), ("contact", contact(officer))])
            })),
        ),
        (
            "representatives",
            Json::some(company.representatives.iter().map(|one| {
                Json::object([("country", one.country.as_str().into()), ("contact", contact(&one.contact))])
            })),
        ),
    ])
}

fn contact(contact: &Contact) -> Json {
    Json::object([
        ("name", contact.name.as_str().into()),
        ("address", contact.address.clone().into()),
        ("email", contact.email.clone().into()),
        ("phone", contact.phone.clone().into()),
    ])
}

/// `7(3)` of `A7-3`.
fn cited(article: &str) -> String {
    let article = article.trim_start_matches('A');
    article.split_once('-').map_or_else(|| article.to_owned(), |(article, part)| format!("{article}({part})"))
}

fn texts(texts: &Texts) -> Json {
    Json::Object(texts.iter().map(|(lang, text)| (lang.as_str().to_owned(), text.into())).collect())
}

/// What stands for a purpose, and what is done for it (GDPR article 15(1) and (2)): described only where a decision was
/// made under the notice that the site's description is of.
fn purpose(dossier: &Dossier<'_>, told: &Told<'_>) -> Json {
    let (site, id) = (dossier.site, told.purpose);
    let known = site.purpose(id);
    let covered = known.filter(|_| told.own().any(|entry| dossier.describes(entry)));
    let about = |of: fn(&Site, &Purpose) -> Json| covered.map_or(Json::Null, |purpose| of(site, purpose));
    let mut other: Vec<&str> = told
        .own()
        .filter(|entry| covered.is_none() || !dossier.describes(entry))
        .map(|entry| entry.record.notice().as_str())
        .collect();
    other.sort_unstable();
    other.dedup();
    let answers = standing(&dossier.case, &dossier.purposes, id, dossier.created, &dossier.notice);
    Json::object([
        ("id", id.as_str().into()),
        ("standing", Json::List(answers)),
        ("direct_marketing", known.map(|purpose| word(&purpose.direct_marketing)).into()),
        ("described_notice", covered.map(|_| dossier.notice.as_str()).into()),
        ("undescribed_notices", Json::some(other.into_iter().map(Json::from))),
        ("title", about(|_, purpose| texts(&purpose.title))),
        ("description", about(|_, purpose| texts(&purpose.description))),
        ("subject_kind", about(|_, purpose| word(&purpose.subject))),
        ("kind", about(|_, purpose| word(&purpose.kind))),
        ("revision", about(|_, purpose| i64::from(purpose.revision).into())),
        ("policy", about(|_, purpose| purpose.policy.as_str().into())),
        ("services", about(services)),
        ("data", about(data)),
        ("recipients", about(recipients)),
        ("withdraw_at", about(|site, purpose| facts::withdraw_at(site, purpose).into_iter().map(Json::from).collect())),
    ])
}

fn services(site: &Site, purpose: &Purpose) -> Json {
    let service = |service: &crate::site::Service| {
        Json::object([
            ("id", service.id.as_str().into()),
            ("name", service.name.clone().into()),
            ("provider", service.provider.as_str().into()),
            ("country", service.country.as_str().into()),
            ("basis", service.purposes.get(&purpose.id).map(word).into()),
            ("privacy_url", service.privacy_url.clone().into()),
        ])
    };
    facts::services(site, purpose).into_iter().map(service).collect()
}

fn data(site: &Site, purpose: &Purpose) -> Json {
    let kept = |kept: &Kept<'_>| match kept {
        Kept::For(period, from) => {
            Json::object([("period", period.to_string().into()), ("from", from.as_ref().map(word).into())])
        }
        Kept::While(criterion) => Json::object([("criterion", texts(criterion))]),
    };
    let datum = |datum: &facts::Datum<'_>| {
        let place = if datum.place == facts::Place::Browser { "browser" } else { "controller" };
        Json::object([
            ("id", datum.id.into()),
            ("title", texts(datum.title)),
            ("kept_in", place.into()),
            ("retention", datum.kept.iter().map(kept).collect()),
        ])
    };
    facts::data(site, purpose, None).iter().map(datum).collect()
}

fn recipients(site: &Site, purpose: &Purpose) -> Json {
    let recipients = facts::recipients(site, purpose, None);
    let transfers = facts::transfers(site, &recipients);
    let recipient = |one: &&crate::site::Recipient| {
        let own = transfers.iter().filter(|transfer| transfer.recipient == one.id);
        Json::object([
            ("id", one.id.as_str().into()),
            ("name", one.name.as_str().into()),
            ("country", one.country.as_str().into()),
            ("role", word(&one.role)),
            ("address", one.address.clone().into()),
            (
                "transfers",
                Json::some(own.map(|transfer| {
                    Json::object([
                        ("country", transfer.country.as_str().into()),
                        ("safeguard", texts(&transfer.safeguard)),
                    ])
                })),
            ),
        ])
    };
    recipients.iter().map(recipient).collect()
}
