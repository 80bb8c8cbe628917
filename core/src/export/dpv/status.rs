//! The history of a consent: each decision, and each end that came by itself.

use std::collections::BTreeSet;

use super::{iri, typed};
use crate::basis::Basis;
use crate::export::json::Json;
use crate::export::read::{At, ReadError, Reason};
use crate::export::{Dossier, Entry, facts, id};
use crate::site::Purpose;
use crate::{Because, Kind, Known, PurposeId, Record, RecordParts, SubjectId, Timeline, Timestamp};

const GIVEN: &str = "dpv:ConsentGiven";
const RENEWED: &str = "dpv:RenewedConsentGiven";
const REFUSED: &str = "dpv:ConsentRefused";
const WITHDRAWN: &str = "dpv:ConsentWithdrawn";
const EXPIRED: &str = "dpv:ConsentExpired";
/// Statuses before any decision, which other tools may have noted.
const UNDECIDED: [&str; 3] = ["dpv:ConsentUnknown", "dpv:ConsentRequested", "dpv:ConsentRequestDeferred"];
const OBJECTED: &str = "dpv:LegitimateInterestObjected";

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

/// The notices of all decisions, each once.
pub(super) fn notices(dossier: &Dossier<'_>, record: &str, entries: &[Entry]) -> Json {
    let mut seen = BTreeSet::new();
    let mut notices = Vec::new();
    for entry in entries {
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
        ]));
    }
    Json::List(notices)
}

/// Every decision in the order in which it takes effect, and what had ended by itself when the export was made.
pub(in crate::export) fn statuses(
    dossier: &Dossier<'_>,
    purpose: &Purpose,
    record: &str,
    entries: &[Entry],
    timeline: &Timeline,
) -> Json {
    let mut turns: Vec<(Timestamp, Json)> = Vec::new();
    let (mut granted, mut before) = (false, None::<(&Record, &'static str)>);
    for entry in entries {
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
    let ends: BTreeSet<Timestamp> = entries.iter().filter_map(|entry| entry.record.expires_at()).collect();
    for end in ends.into_iter().filter(|end| *end <= dossier.created) {
        let answer = timeline.ask(end, Known::Everything, None);
        if answer.because() == Because::Expired && answer.since() == Some(end) {
            turns.push((end, expired(dossier, record, end)));
        }
    }
    turns.sort_by_key(|(at, _)| *at);
    turns.into_iter().map(|(_, node)| node).collect()
}

fn node(dossier: &Dossier<'_>, purpose: &Purpose, record: &str, entry: &Entry, status: &str) -> Json {
    let (own, known) = (&entry.record, &entry.particulars);
    let name = id::uuid(&["status", record, &crate::export::access::entry(dossier.site, entry).to_string()]);
    let objected = own.kind() == Kind::Object && purpose.bases.contains(&Basis::LegitimateInterest);
    let kinds =
        [Some(status), (own.kind() == Kind::Grant).then_some("dpv:ExpressedConsent"), objected.then_some(OBJECTED)];
    let time = |at: Timestamp| typed("xsd:dateTime", at);
    let method = match (known.channel, &known.control) {
        (Some(channel), Some(control)) => Some(format!("{}: {control}", channel.as_str())),
        (Some(channel), None) => Some(channel.as_str().to_owned()),
        (None, control) => control.clone(),
    };
    let until = own.expires_at().filter(|_| own.kind() == Kind::Grant);
    let duration = match until {
        Some(end) => ("dpv:UntilTimeDuration", time(end)),
        None => ("dpv:UntilEventDuration", "until the subject decides otherwise".into()),
    };
    Json::object([
        ("@id", id::urn(&name).into()),
        ("@type", kinds.into_iter().flatten().map(Json::from).collect()),
        ("dct:identifier", name.into()),
        ("dpv:isIndicatedBy", iri("dpv:DataSubject")),
        ("dpv:hasIndicationMethod", method.into()),
        ("dpv:isIndicatedAtTime", time(own.effective())),
        ("dpv:hasDuration", Json::object([("@type", duration.0.into()), ("rdf:value", duration.1)])),
        ("dpv:hasNotice", iri(&notice_iri(record, entry))),
        ("dpv:hasRight", right(own.kind()).map(iri).into()),
        ("schema:dateSent", own.claimed_at().map(time).into()),
        ("schema:dateReceived", time(own.received_at())),
        ("schema:dateCreated", time(own.recorded_at())),
        ("schema:expires", own.expires_at().map(time).into()),
    ])
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
        (
            "dpv:hasDuration",
            Json::object([
                ("@type", "dpv:UntilEventDuration".into()),
                ("rdf:value", "until the subject decides otherwise".into()),
            ]),
        ),
    ])
}

/// The record that a status tells of; none for a status without a decision.
pub(super) fn read(
    at: &At<'_>,
    record: &At<'_>,
    subject: &SubjectId,
    purpose: &PurposeId,
) -> Result<Option<Record>, ReadError> {
    let types = at.need("@type")?;
    let statuses: Vec<&str> = types.json.items().iter().filter_map(Json::as_text).collect();
    let given = at.get("dpv:hasRight");
    let given = given.map(|right| right.need("@id")).transpose()?;
    let article = given.as_ref().map(At::text).transpose()?;
    let mut found = statuses.iter().filter(|status| status.starts_with("dpv:Consent") || **status == RENEWED);
    let status = found.next().copied().unwrap_or_default();
    if found.next().is_some() {
        return Err(types.wrong("one consent status"));
    }
    let kind = match (status, article) {
        (EXPIRED, None) => return Ok(None),
        (other, None) if UNDECIDED.contains(&other) => return Ok(None),
        (GIVEN | RENEWED, None) => Kind::Grant,
        (REFUSED, None) => Kind::Refuse,
        (WITHDRAWN, Some("eu-gdpr:A7-3")) => Kind::Withdraw,
        (REFUSED | WITHDRAWN, Some("eu-gdpr:A21")) => Kind::Object,
        (REFUSED | WITHDRAWN, Some("eu-gdpr:A17")) => Kind::Erase,
        (GIVEN | RENEWED | REFUSED | WITHDRAWN | EXPIRED, _) => {
            return Err(given.unwrap_or(types).wrong(
                "a status and the right that goes with it: eu-gdpr:A7-3, A17 or A21 with a no, none with a yes",
            ));
        }
        _ => return Err(types.wrong("a consent status that a subject decides, or one without a decision")),
    };
    let time = |at: At<'_>| at.need("@value")?.parse::<Timestamp>();
    let named = at.need("dpv:hasNotice")?.need("@id")?;
    let notices = record.need("dpv:hasNotice")?;
    let known = |notice: &At<'_>| notice.json.get("@id") == Some(named.json);
    let notice = notices.items().find(known).ok_or_else(|| named.wrong("a notice of this record"))?;
    let own = Record::new(RecordParts {
        subject: subject.clone(),
        purpose: purpose.clone(),
        kind,
        claimed_at: at.get("schema:dateSent").map(time).transpose()?,
        received_at: time(at.need("schema:dateReceived")?)?,
        recorded_at: time(at.need("schema:dateCreated")?)?,
        notice: notice.need("dct:identifier")?.parse()?,
        expires_at: at.get("schema:expires").map(time).transpose()?,
    })
    .map_err(|error| ReadError::new(at.path.clone(), Reason::Record(error)))?;
    let indicated = at.need("dpv:isIndicatedAtTime")?.need("@value")?;
    if indicated.parse::<Timestamp>()? != own.effective() {
        return Err(indicated.wrong(&format!("the time at which the decision takes effect, {}", own.effective())));
    }
    Ok(Some(own))
}
