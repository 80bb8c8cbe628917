//! What a purpose, its services and its parties are, in the terms of DPV.

use super::{iri, typed};
use crate::export::facts::{self, Datum, Kept, Place};
use crate::export::json::Json;
use crate::manifest::Role;
use crate::period::Period;
use crate::site::{Company, Purpose, Recipient, RecipientRole, Service, Site, Texts};

fn site_iri(site: &Site, kind: &str, id: &str) -> String {
    let id: String = id.bytes().map(plain).collect();
    format!("{}#{kind}-{id}", site.endpoint_url())
}

/// A byte as a fragment may hold it (RFC 3986, section 3.5).
fn plain(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// The name of a controller or affiliate.
pub(super) fn party_iri(site: &Site, id: &str) -> String {
    site_iri(site, "party", id)
}

fn recipient_iri(site: &Site, id: &str) -> String {
    site_iri(site, "recipient", id)
}

fn text(lang: &str, text: &str) -> Json {
    Json::object([("@language", lang.into()), ("@value", text.into())])
}

/// A text in all its languages.
fn texts(texts: &Texts) -> Json {
    Json::some(texts.iter().map(|(lang, words)| text(lang.as_str(), words)))
}

fn place(country: &str) -> Json {
    iri(&format!("loc:{country}"))
}

/// The controllers, joint ones too.
pub(super) fn controllers(site: &Site) -> Json {
    let decides = |company: &&Company| matches!(company.role, Role::Controller | Role::Joint);
    site.controllers().filter(decides).map(|company| iri(&party_iri(site, &company.id))).collect()
}

/// Whose rules were followed, as recorded or else as the site has it.
pub(super) fn jurisdiction(site: &Site, recorded: Option<&str>) -> Json {
    let code = facts::jurisdiction(site, recorded);
    let known = code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
    if known && !code.is_empty() { place(&code) } else { iri(&site_iri(site, "jurisdiction", &code)) }
}

/// How consent is withdrawn, and where.
pub(super) fn withdrawal(site: &Site, purpose: &Purpose) -> Json {
    let places = facts::withdraw_at(site, purpose);
    Json::object([
        ("@type", "dpv:WithdrawConsent".into()),
        ("dpv:isExercisedAt", places.iter().map(|place| iri(place)).collect()),
    ])
}

/// The rights of the GDPR, and where they are exercised.
pub(super) fn rights(site: &Site) -> Json {
    let places: Vec<Json> = facts::rights_at(site).iter().map(|place| iri(place)).collect();
    let right = |(article, name): &(&str, &str)| {
        Json::object([
            (
                "@type",
                ["dpv:DataSubjectRight".to_owned(), format!("eu-gdpr:{article}")].map(Json::from).into_iter().collect(),
            ),
            ("dct:title", text("en", name)),
            ("dpv:isExercisedAt", Json::List(places.clone())),
        ])
    };
    facts::RIGHTS.iter().map(right).collect()
}

/// Everybody named, each with what `site.toml` knows.
pub(super) fn entities(site: &Site, purpose: &Purpose) -> Json {
    let companies = site.controllers().map(|company| {
        let role = match company.role {
            Role::Controller | Role::Joint => "dpv:DataController",
            Role::Affiliate | Role::Parent => "dpv:LegalEntity",
        };
        let contact = &company.contact;
        let reach = contact.email.as_ref().or(contact.phone.as_ref()).or(contact.address.as_ref());
        Json::object([
            ("@id", party_iri(site, &company.id).into()),
            ("@type", Json::some([role.into()])),
            ("dct:identifier", company.id.as_str().into()),
            ("dpv:hasName", contact.name.as_str().into()),
            ("dpv:hasAddress", company.address().into()),
            ("dpv:hasContact", reach.cloned().into()),
            ("schema:email", contact.email.clone().into()),
            ("schema:telephone", contact.phone.clone().into()),
            ("schema:url", company.website.clone().into()),
            ("dpv:hasLocation", place(&company.country)),
        ])
    });
    let recipients = facts::recipients(site, purpose, None).into_iter().map(|recipient| {
        let role = match recipient.role {
            RecipientRole::Processor => "dpv:DataProcessor",
            RecipientRole::Controller | RecipientRole::Joint => "dpv:DataController",
        };
        Json::object([
            ("@id", recipient_iri(site, &recipient.id).into()),
            ("@type", Json::some(["dpv:Recipient".into(), role.into()])),
            ("dct:identifier", recipient.id.as_str().into()),
            ("dpv:hasName", recipient.name.as_str().into()),
            ("dpv:hasAddress", recipient.address.clone().into()),
            ("dpv:hasLocation", place(&recipient.country)),
        ])
    });
    companies.chain(recipients).collect()
}

/// What is done for a purpose on consent, service by service: with its own items and recipients. Classes of data are
/// of the purpose as a whole.
pub(super) fn processes(site: &Site, purpose: &Purpose, notices: &Json) -> Json {
    let process = |service: &Service| {
        let data = facts::data(site, purpose, Some(service));
        let recipients = facts::recipients(site, purpose, Some(service));
        Json::object([
            ("@type", "dpv:Process".into()),
            ("dpv:hasService", self::service(site, service)),
            (
                "dpv:hasPurpose",
                Json::object([
                    ("@id", site_iri(site, "purpose", purpose.id.as_str()).into()),
                    ("@type", "dpv:Purpose".into()),
                    ("dct:identifier", purpose.id.as_str().into()),
                    ("dct:title", texts(&purpose.title)),
                    ("dct:description", texts(&purpose.description)),
                ]),
            ),
            ("dpv:hasNotice", notices.clone()),
            ("dpv:hasLegalBasis", iri("eu-gdpr:A6-1-a")),
            ("dpv:hasPersonalData", personal_data(site, &data)),
            ("dpv:hasDataSource", iri("dpv:DataSubjectDataSource")),
            ("dpv:hasProcessing", processing(site, &recipients)),
            ("dpv:hasStorageCondition", storage(&data)),
            ("dpv:hasRecipient", received_by(site, &recipients)),
        ])
    };
    facts::on_consent(site, purpose).map(process).collect()
}

fn service(site: &Site, service: &Service) -> Json {
    Json::object([
        ("@id", site_iri(site, "service", service.id.as_str()).into()),
        ("@type", "dpv:Service".into()),
        ("dct:identifier", service.id.as_str().into()),
        ("dct:title", service.name.clone().into()),
        ("schema:provider", service.provider.as_str().into()),
    ])
}

fn personal_data(site: &Site, data: &[Datum<'_>]) -> Json {
    if data.is_empty() {
        return Json::some([iri("dpv:PersonalData")]);
    }
    let datum = |datum: &Datum<'_>| {
        Json::object([
            ("@id", site_iri(site, if datum.place == Place::Browser { "item" } else { "data" }, datum.id).into()),
            ("@type", "dpv:PersonalData".into()),
            ("dct:identifier", datum.id.into()),
            ("dct:title", texts(datum.title)),
        ])
    };
    data.iter().map(datum).collect()
}

/// Where nobody else receives data, the controller does.
fn received_by(site: &Site, recipients: &[&Recipient]) -> Json {
    if recipients.is_empty() {
        return Json::some([iri(&party_iri(site, &site.controller().id))]);
    }
    recipients.iter().map(|recipient| iri(&recipient_iri(site, &recipient.id))).collect()
}

fn processing(site: &Site, recipients: &[&Recipient]) -> Json {
    let plain = ["dpv:Collect", "dpv:Store", "dpv:Use"].map(iri);
    let transfers = facts::transfers(site, recipients).into_iter().map(|transfer| {
        Json::object([
            ("@type", "dpv:Transfer".into()),
            ("dpv:hasRecipient", iri(&recipient_iri(site, &transfer.recipient))),
            ("dpv:hasLocation", place(&transfer.country)),
            ("dct:description", texts(&transfer.safeguard)),
        ])
    });
    plain.into_iter().chain(transfers).collect()
}

/// How long data is kept. Where, `site.toml` says of what lies in the browser alone: countries of companies and of
/// transfers are no places of storage.
fn storage(data: &[Datum<'_>]) -> Json {
    let browser = data.iter().any(|datum| datum.place == Place::Browser).then(|| {
        let place = Json::some([iri("dpv:WithinDevice")]);
        Json::object([("@type", "dpv:StorageLocation".into()), ("dpv:hasLocation", place)])
    });
    let kept = data.iter().flat_map(|datum| datum.kept.iter().map(move |kept| (datum, kept)));
    let mut durations: Vec<Json> = kept.map(|(datum, kept)| duration(datum, kept)).collect();
    if durations.is_empty() {
        let unknown = Json::object([("@type", "dpv:IndeterminateDuration".into())]);
        durations.push(Json::object([("@type", "dpv:StorageDuration".into()), ("dpv:hasDuration", unknown)]));
    }
    browser.into_iter().chain(durations).collect()
}

fn duration(datum: &Datum<'_>, kept: &Kept<'_>) -> Json {
    let until = |event: Json| ("dpv:UntilEventDuration", event);
    let ((kind, value), from) = match kept {
        Kept::For(Period::Session, _) => (until(text("en", "the end of the browser's session")), None),
        Kept::For(Period::Persistent, _) => (until(text("en", "deletion")), None),
        Kept::For(period, from) => {
            (("dpv:TemporalDuration", typed("xsd:duration", xsd_duration(period))), from.as_ref())
        }
        Kept::While(criterion) => (until(texts(criterion)), None),
    };
    Json::object([
        ("@type", "dpv:StorageDuration".into()),
        ("dct:subject", datum.id.into()),
        ("dct:coverage", from.map(crate::export::access::word).into()),
        ("dpv:hasDuration", Json::object([("@type", kind.into()), ("rdf:value", value)])),
    ])
}

/// A period as `xsd:duration` has it, which knows no weeks.
pub(super) fn xsd_duration(period: &Period) -> String {
    let Period::Span(span) = period else { return period.to_string() };
    let days = u64::from(span.weeks()) * 7 + u64::from(span.days());
    let part = |n: u64, unit: char| if n == 0 { String::new() } else { format!("{n}{unit}") };
    let date = [part(span.years().into(), 'Y'), part(span.months().into(), 'M'), part(days, 'D')].concat();
    let time = [(span.hours(), 'H'), (span.minutes(), 'M'), (span.seconds(), 'S')];
    let time = time.map(|(n, unit)| part(n.into(), unit)).concat();
    if time.is_empty() { format!("P{date}") } else { format!("P{date}T{time}") }
}
