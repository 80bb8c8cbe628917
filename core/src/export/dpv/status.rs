//! The history of a consent: each decision, and each end that came by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{iri, typed};
use crate::basis::Basis;
use crate::export::json::Json;
use crate::export::read::{At, ReadError, Reason};
use crate::export::{Dossier, Entry, Told, facts, id};
use crate::site::Purpose;
use crate::{Because, Kind, Known, NoticeHash, PurposeId, Record, RecordParts, SubjectId, Timestamp};

const GIVEN: &str = "dpv:ConsentGiven";
const RENEWED: &str = "dpv:RenewedConsentGiven";
const REFUSED: &str = "dpv:ConsentRefused";
const WITHDRAWN: &str = "dpv:ConsentWithdrawn";
const EXPIRED: &str = "dpv:ConsentExpired";
const EXPRESSED: &str = "dpv:ExpressedConsent";
const OBJECTED: &str = "dpv:LegitimateInterestObjected";

const NOT_AT_HAND: &str = "What this notice described is not at hand.";

/// The article that a decision was made under; a refusal needs none.
const fn right(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Grant | Kind::Refuse => None,
        Kind::Withdraw => Some("eu-gdpr:A7-3"),
        Kind::Object => Some("eu-gdpr:A21"),
        Kind::Erase => Some("eu-gdpr:A17"),
    }
}

/// The notice that a decision was made under, in its language: an IRI within one record.
fn notice_iri(record: &str, entry: &Entry) -> String {
    let known = &entry.particulars;
    let policy = known.policy.as_ref();
    let parts = [
        "notice",
        record,
        entry.record.notice().as_str(),
        known.lang.as_ref().map_or("", |lang| lang.as_str()),
        known.text.as_ref().map_or("", |text| text.as_str()),
        policy.map_or("", |policy| &policy.id),
        policy.map_or("", |policy| &policy.version),
        policy.map_or("", |policy| &policy.effective),
    ];
    id::urn(&id::uuid(&parts))
}

/// The names of the notices that the site's description is of, in each language they were read in.
pub(super) fn described(dossier: &Dossier<'_>, record: &str, told: &Told<'_>) -> Json {
    let own = told.own().filter(|entry| dossier.describes(entry));
    let names: BTreeSet<String> = own.map(|entry| notice_iri(record, entry)).collect();
    names.iter().map(|name| iri(name)).collect()
}

/// The notices of all decisions, each once.
pub(super) fn notices(dossier: &Dossier<'_>, record: &str, told: &Told<'_>) -> Json {
    let mut seen = BTreeSet::new();
    let mut notices = Vec::new();
    for entry in &told.entries {
        let name = notice_iri(record, entry);
        if !seen.insert(name.clone()) {
            continue;
        }
        let known = &entry.particulars;
        let policy = known.policy.as_ref().map(|policy| {
            let url = dossier.site.policies().iter().find(|known| known.id == policy.id);
            let lang = known.lang.as_ref();
            let url = url.and_then(|policy| policy.url.get(lang?)).map(|url| facts::absolute(dossier.site, url));
            Json::object([
                ("@type", "dpv:PrivacyNotice".into()),
                ("dct:identifier", policy.id.as_str().into()),
                ("schema:version", policy.version.as_str().into()),
                ("dct:date", typed("xsd:date", policy.effective.as_str())),
                ("schema:url", url.into()),
            ])
        });
        notices.push(Json::object([
            ("@id", name.into()),
            ("@type", "dpv:ConsentNotice".into()),
            ("dct:identifier", entry.record.notice().as_str().into()),
            ("dct:language", known.lang.as_ref().map_or("und", |lang| lang.as_str()).into()),
            ("dct:hasVersion", known.text.as_ref().map(crate::TextHash::as_str).into()),
            ("dct:references", policy.into()),
            ("dct:description", (!dossier.describes(entry)).then_some(NOT_AT_HAND).into()),
        ]));
    }
    Json::List(notices)
}

/// Every decision in the order in which it takes effect, and what had ended by itself when the export was made.
pub(in crate::export) fn statuses(dossier: &Dossier<'_>, purpose: &Purpose, record: &str, told: &Told<'_>) -> Json {
    let mut turns: Vec<(Timestamp, Json)> = Vec::new();
    let (mut granted, mut before) = (false, None::<(&Record, &'static str)>);
    for entry in &told.entries {
        let (kind, effective) = (entry.record.kind(), entry.record.effective());
        let status = match kind {
            Kind::Grant => match before {
                Some((last, status)) if last.kind() == Kind::Grant && last.effective() == effective => status,
                Some((last, _)) if last.kind() == Kind::Grant => RENEWED,
                _ => GIVEN,
            },
            Kind::Withdraw => WITHDRAWN,
            Kind::Object | Kind::Erase if granted => WITHDRAWN,
            Kind::Refuse | Kind::Object | Kind::Erase => REFUSED,
        };
        granted |= kind == Kind::Grant;
        before = Some((&entry.record, status));
        turns.push((effective, node(dossier, purpose, record, entry, status)));
    }
    let ends: BTreeSet<Timestamp> = told.entries.iter().filter_map(|entry| entry.record.expires_at()).collect();
    for end in ends.into_iter().filter(|end| *end <= dossier.created) {
        let answer = told.timeline.ask(end, Known::Everything, None);
        if answer.because() == Because::Expired && answer.since() == Some(end) {
            turns.push((end, expired(dossier, record, end)));
        }
    }
    turns.sort_by_key(|(at, _)| *at);
    turns.into_iter().map(|(_, node)| node).collect()
}

fn node(dossier: &Dossier<'_>, purpose: &Purpose, record: &str, entry: &Entry, status: &str) -> Json {
    let (own, known) = (&entry.record, &entry.particulars);
    let name = status_id(dossier, record, entry);
    let source = (*own.purpose() != purpose.id)
        .then(|| iri(&id::urn(&status_id(dossier, &super::record_id(dossier, own.purpose()), entry))));
    let objected = own.kind() == Kind::Object && purpose.bases.contains(&Basis::LegitimateInterest);
    let kinds = [Some(status), (own.kind() == Kind::Grant).then_some(EXPRESSED), objected.then_some(OBJECTED)];
    let time = |at: Timestamp| typed("xsd:dateTime", at);
    let method = match (known.channel, &known.control) {
        (Some(channel), Some(control)) => Some(format!("{}: {control}", channel.as_str())),
        (Some(channel), None) => Some(channel.as_str().to_owned()),
        (None, control) => control.clone(),
    };
    Json::object([
        ("@id", id::urn(&name).into()),
        ("@type", kinds.into_iter().flatten().map(Json::from).collect()),
        ("dct:identifier", name.into()),
        ("dct:source", source.into()),
        ("dpv:isIndicatedBy", iri(&super::subject_iri(dossier))),
        ("dpv:hasIndicationMethod", method.into()),
        ("dpv:isIndicatedAtTime", time(own.effective())),
        ("dpv:hasDuration", duration(own.expires_at().filter(|_| own.kind() == Kind::Grant))),
        ("dpv:hasNotice", iri(&notice_iri(record, entry))),
        ("dpv:hasRight", right(own.kind()).map(iri).into()),
        ("schema:dateSent", own.claimed_at().map(time).into()),
        ("schema:dateReceived", time(own.received_at())),
        ("schema:dateCreated", time(own.recorded_at())),
        ("schema:expires", own.expires_at().map(time).into()),
    ])
}

fn status_id(dossier: &Dossier<'_>, record: &str, entry: &Entry) -> String {
    id::uuid(&["status", record, &crate::export::access::entry(dossier.site.id(), entry).to_string()])
}

/// How long a status lasts: until its end, or else until the next decision.
fn duration(end: Option<Timestamp>) -> Json {
    let (kind, value) = match end {
        Some(end) => ("dpv:UntilTimeDuration", typed("xsd:dateTime", end)),
        None => ("dpv:UntilEventDuration", "until the subject decides otherwise".into()),
    };
    Json::object([("@type", kind.into()), ("rdf:value", value)])
}

/// Nobody indicated this end but the controller, who had named it.
fn expired(dossier: &Dossier<'_>, record: &str, end: Timestamp) -> Json {
    let name = id::uuid(&["end", record, &end.to_string()]);
    let controller = super::describe::party_iri(dossier.site, &dossier.site.controller().id);
    Json::object([
        ("@id", id::urn(&name).into()),
        ("@type", Json::some([EXPIRED.into()])),
        ("dct:identifier", name.into()),
        ("dpv:isIndicatedBy", iri(&controller)),
        ("dpv:isIndicatedAtTime", typed("xsd:dateTime", end)),
        ("dpv:hasDuration", duration(None)),
    ])
}

/// What a status tells of.
pub(super) enum Read {
    /// A decision: on this purpose, or as if made on it. To leave the latter out would let a grant stand that they ended.
    Decision(Record),
    /// The end of a grant.
    End(Timestamp),
}

/// What a status tells of, under one of the notices by name.
pub(super) fn read(
    at: &At<'_>,
    notices: &BTreeMap<String, NoticeHash>,
    subject: &SubjectId,
    purpose: &PurposeId,
) -> Result<Read, ReadError> {
    let types = at.need("@type")?;
    let status = status(&types)?;
    let time = |at: At<'_>| at.need("@value")?.parse::<Timestamp>();
    let indicated = at.need("dpv:isIndicatedAtTime")?;
    if status == EXPIRED {
        let decided = [
            "dct:source",
            "dpv:hasNotice",
            "dpv:hasRight",
            "schema:dateSent",
            "schema:dateReceived",
            "schema:dateCreated",
            "schema:expires",
            "dpv:hasIndicationMethod",
        ];
        if let Some(found) = decided.iter().find_map(|name| at.get(name)) {
            return Err(found.wrong("nothing that a decision has: this consent ended by itself"));
        }
        lasts(at, None)?;
        return Ok(Read::End(time(indicated)?));
    }
    let given = at.get("dpv:hasRight").map(|right| right.need("@id")).transpose()?;
    let article = given.as_ref().map(At::text).transpose()?;
    let kind = match (status, article) {
        (GIVEN | RENEWED, None) => Kind::Grant,
        (REFUSED, None) => Kind::Refuse,
        (WITHDRAWN, Some("eu-gdpr:A7-3")) => Kind::Withdraw,
        (REFUSED | WITHDRAWN, Some("eu-gdpr:A21")) => Kind::Object,
        (REFUSED | WITHDRAWN, Some("eu-gdpr:A17")) => Kind::Erase,
        _ => {
            return Err(given.unwrap_or(types).wrong(
                "a status and the right that goes with it: eu-gdpr:A7-3, A17 or A21 with a no, none with a yes",
            ));
        }
    };
    let has = |name: &str| types.json.items().iter().any(|kind| kind.as_text() == Some(name));
    if has(EXPRESSED) != (kind == Kind::Grant) || (has(OBJECTED) && kind != Kind::Object) {
        return Err(types.wrong("dpv:ExpressedConsent with each yes, dpv:LegitimateInterestObjected with an objection"));
    }
    let named = at.need("dpv:hasNotice")?.need("@id")?;
    let notice = notices.get(named.text()?).ok_or_else(|| named.wrong("a notice of this record"))?;
    let own = Record::new(RecordParts {
        subject: subject.clone(),
        purpose: purpose.clone(),
        kind,
        claimed_at: at.get("schema:dateSent").map(time).transpose()?,
        received_at: time(at.need("schema:dateReceived")?)?,
        recorded_at: time(at.need("schema:dateCreated")?)?,
        notice: notice.clone(),
        expires_at: at.get("schema:expires").map(time).transpose()?,
    })
    .map_err(|error| ReadError::new(at.path.clone(), Reason::Record(error)))?;
    lasts(at, own.expires_at().filter(|_| kind == Kind::Grant))?;
    let indicated = indicated.need("@value")?;
    if indicated.parse::<Timestamp>()? != own.effective() {
        return Err(indicated.wrong(&format!("the time at which the decision takes effect, {}", own.effective())));
    }
    match at.get("dct:source") {
        Some(source) if kind != Kind::Object => Err(source.wrong("nothing: an objection alone reaches other purposes")),
        _ => Ok(Read::Decision(own)),
    }
}

/// The one consent status among types that are all known. A type of another vocabulary might mean anything.
fn status<'a>(types: &At<'a>) -> Result<&'a str, ReadError> {
    let mut found = None;
    for kind in types.json.items().iter().filter_map(Json::as_text) {
        match kind {
            EXPRESSED | OBJECTED => {}
            GIVEN | RENEWED | REFUSED | WITHDRAWN | EXPIRED if found.is_none() => found = Some(kind),
            GIVEN | RENEWED | REFUSED | WITHDRAWN | EXPIRED => return Err(types.wrong("one consent status")),
            _ => return Err(types.wrong("a consent status given, renewed, refused, withdrawn or expired")),
        }
    }
    found.ok_or_else(|| types.wrong("a consent status"))
}

/// Whether a status lasts as long as it has to: readers of the duration alone must not believe more.
fn lasts(at: &At<'_>, end: Option<Timestamp>) -> Result<(), ReadError> {
    let (found, wanted) = (at.need("dpv:hasDuration")?, duration(end));
    let kind = found.need("@type")?;
    if Some(kind.json) != wanted.get("@type") {
        return Err(kind.wrong(
            "the duration that goes with schema:expires: dpv:UntilTimeDuration with it, dpv:UntilEventDuration without",
        ));
    }
    let Some(end) = end else { return Ok(()) };
    let value = found.need("rdf:value")?.need("@value")?;
    if value.parse::<Timestamp>()? != end {
        return Err(value.wrong(&format!("the time of schema:expires, {end}")));
    }
    Ok(())
}
