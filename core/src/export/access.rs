//! Everything kept about one subject, as plain JSON; its shape is `export.schema.json`.

use std::fmt;

use super::facts::{self, Kept};
use super::id::uuid;
use super::json::Json;
use super::read::{At, ReadError, Reason, Schema};
use super::{Dossier, Entry, Particulars, PolicyRead};
use crate::manifest::PartyView;
use crate::notice::value_of;
use crate::site::{Company, Contact, Purpose, Site, Texts};
use crate::{Known, PurposeId, Record, RecordParts, SubjectId, Timestamp};

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
    /// The first field that is not as `export.schema.json` has it, with its path.
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
        Ok(Self { json, subject, created, entries })
    }

    pub(super) fn of(dossier: &Dossier<'_>) -> Self {
        let Dossier { site, subject, entries, created } = dossier;
        let records: Vec<Json> = entries.iter().map(|entry| self::entry(site, entry)).collect();
        let written: String = records.iter().map(ToString::to_string).collect();
        let id = uuid(&["export", site.id(), subject.as_str(), &created.to_string(), site.notice().as_str(), &written]);
        let json = Json::object([
            ("schema", "volens-export".into()),
            ("schema_version", 1.into()),
            ("id", id.into()),
            ("created", (*created).into()),
            ("subject", subject.as_str().into()),
            ("site", described(site)),
            (
                "purposes",
                dossier
                    .by_purpose()
                    .iter()
                    .map(|(id, _, timeline)| {
                        let answer = timeline.ask(*created, Known::Everything, None);
                        let standing = Json::object([
                            ("permitted", Json::Bool(answer.permitted())),
                            ("because", answer.because().code().into()),
                            ("since", answer.since().into()),
                            ("until", answer.until().into()),
                        ]);
                        purpose(site, id, standing)
                    })
                    .collect(),
            ),
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

/// One record with its particulars; its id is made of both.
pub(super) fn entry(site: &Site, entry: &Entry) -> Json {
    let (record, known) = (&entry.record, &entry.particulars);
    let members = [
        ("purpose", record.purpose().as_str().into()),
        ("kind", record.kind().as_str().into()),
        ("claimed_at", record.claimed_at().into()),
        ("received_at", record.received_at().into()),
        ("recorded_at", record.recorded_at().into()),
        ("expires_at", record.expires_at().into()),
        ("notice", record.notice().as_str().into()),
        ("statement", known.statement.clone().into()),
        ("lang", known.lang.as_ref().map(crate::Lang::as_str).into()),
        ("text_hash", known.text.as_ref().map(crate::TextHash::as_str).into()),
        ("policy", known.policy.as_ref().map(policy).into()),
        ("jurisdiction", known.jurisdiction.clone().into()),
        ("channel", known.channel.map(crate::Channel::as_str).into()),
        ("control", known.control.clone().into()),
        ("controllers", Json::some(known.controllers.iter().map(party))),
        ("signals", Json::some(known.signals.iter().map(|signal| signal.as_str().into()))),
    ];
    let Json::Object(mut members) = Json::object(members) else { return Json::Null };
    let text = Json::Object(members.clone()).to_string();
    members.insert(0, ("id".to_owned(), uuid(&["record", site.id(), record.subject().as_str(), &text]).into()));
    Json::Object(members)
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
fn described(site: &Site) -> Json {
    Json::object([
        ("id", site.id().into()),
        ("origin", site.origin().into()),
        ("notice", site.notice().as_str().into()),
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

/// What is done for a purpose (GDPR article 15(1) and (2)); of one the site no longer describes, only what stands.
fn purpose(site: &Site, id: &PurposeId, standing: Json) -> Json {
    let known = site.purpose(id);
    let about = |of: fn(&Site, &Purpose) -> Json| known.map_or(Json::Null, |purpose| of(site, purpose));
    Json::object([
        ("id", id.as_str().into()),
        ("standing", standing),
        ("title", about(|_, purpose| texts(&purpose.title))),
        ("description", about(|_, purpose| texts(&purpose.description))),
        ("subject_kind", about(|_, purpose| word(&purpose.subject))),
        ("kind", about(|_, purpose| word(&purpose.kind))),
        ("direct_marketing", about(|_, purpose| word(&purpose.direct_marketing))),
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
    facts::data(site, purpose).iter().map(datum).collect()
}

fn recipients(site: &Site, purpose: &Purpose) -> Json {
    let recipients = facts::recipients(site, purpose);
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
