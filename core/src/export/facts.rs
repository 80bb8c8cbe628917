//! What a site says about a purpose, as every form of export needs it.

use crate::basis::{Basis, SubjectKind};
use crate::period::Period;
use crate::retention::Anchor;
use crate::rules::RuleSet;
use crate::site::{Cookie, Purpose, Recipient, Retention, Service, Site, TOOL, Texts, Transfer};

/// How long something is kept.
pub(super) enum Kept<'a> {
    For(&'a Period, Option<Anchor>),
    While(&'a Texts),
}

/// Where it is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Controller,
    Browser,
}

/// Something kept for a purpose: a class of data, or an item in the browser.
pub(super) struct Datum<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a Texts,
    pub(super) place: Place,
    pub(super) kept: Vec<Kept<'a>>,
}

/// What is kept for a purpose: its classes of data, then the items in the browser of one service or of all.
pub(super) fn data<'a>(site: &'a Site, purpose: &'a Purpose, service: Option<&Service>) -> Vec<Datum<'a>> {
    let classes = site.data_classes().values();
    let classes =
        classes.filter(|class| class.purposes.contains(&purpose.id) || purpose.data_classes.contains(&class.id));
    let classes = classes.map(|class| {
        let kept = class.retention.iter().map(|retention| match retention {
            Retention::Period { period, from } => Kept::For(period, Some(*from)),
            Retention::Criterion(texts) => Kept::While(texts),
        });
        Datum { id: class.id.as_str(), title: &class.title, place: Place::Controller, kept: kept.collect() }
    });
    let own = |item: &&Cookie| service.is_none_or(|service| item.service == service.id);
    let items = site.cookies().iter().filter(|item| item.purpose == purpose.id).filter(own).map(|item| Datum {
        id: &item.name,
        title: &item.description,
        place: Place::Browser,
        kept: vec![Kept::For(&item.duration, None)],
    });
    classes.chain(items).collect()
}

/// The services that use a purpose on consent.
pub(super) fn on_consent<'a>(site: &'a Site, purpose: &'a Purpose) -> impl Iterator<Item = &'a Service> {
    site.services_of(&purpose.id).filter(|service| service.purposes.get(&purpose.id) == Some(&Basis::Consent))
}

/// The services that use a purpose; the consent tool only where there is no other.
pub(super) fn services<'a>(site: &'a Site, purpose: &'a Purpose) -> Vec<&'a Service> {
    let mut services: Vec<&Service> = site.services_of(&purpose.id).collect();
    if services.iter().any(|service| service.id.as_str() != TOOL) {
        services.retain(|service| service.id.as_str() != TOOL);
    }
    services
}

/// Who receives data for a purpose: those that name it, and those that name none but that a service of it names. Asked
/// about one service: its own, and those that no service names.
pub(super) fn recipients<'a>(site: &'a Site, purpose: &'a Purpose, service: Option<&Service>) -> Vec<&'a Recipient> {
    let named = |id: &String| site.services_of(&purpose.id).any(|service| service.recipients.contains(id));
    let own = |id: &String| match service {
        None => true,
        Some(service) => {
            service.recipients.contains(id) || !site.services().values().any(|other| other.recipients.contains(id))
        }
    };
    site.recipients()
        .filter(|recipient| {
            recipient.purposes.contains(&purpose.id) || (recipient.purposes.is_empty() && named(&recipient.id))
        })
        .filter(|recipient| own(&recipient.id))
        .collect()
}

/// The place whose rules were followed: as recorded with the statement, otherwise as the site has it; `EU`, `GB`,
/// `US-CA`. The strictest rules are of no place, so the controller's country stands for them.
pub(super) fn jurisdiction(site: &Site, recorded: Option<&str>) -> String {
    let of = |rules: RuleSet| match rules {
        RuleSet::Uk => "GB".to_owned(),
        RuleSet::Strict => site.controller().country.clone(),
        other => other.code().to_ascii_uppercase(),
    };
    match recorded {
        Some(recorded) => recorded.parse().map_or_else(|_| recorded.to_owned(), of),
        None => of(site.rule_set()),
    }
}

/// Where data goes for a purpose.
pub(super) fn transfers<'a>(site: &'a Site, recipients: &[&Recipient]) -> Vec<&'a Transfer> {
    let known = |id: &String| recipients.iter().any(|recipient| recipient.id == *id);
    site.transfers().iter().filter(|transfer| known(&transfer.recipient)).collect()
}

/// Where consent is withdrawn: in the settings for a device; otherwise as the privacy notice says, or by mail.
pub(super) fn withdraw_at(site: &Site, purpose: &Purpose) -> Vec<String> {
    match purpose.subject {
        SubjectKind::Device => vec![format!("{}/settings", site.endpoint_url())],
        SubjectKind::Account | SubjectKind::Address => rights_at(site),
    }
}

/// Where rights are exercised.
pub(super) fn rights_at(site: &Site) -> Vec<String> {
    let notice = first(site, site.privacy_url()).map(|(_, url)| absolute(site, url));
    notice.into_iter().chain(site.controller().contact.email.as_ref().map(|email| format!("mailto:{email}"))).collect()
}

/// The text in the default language, or else in the first that has one.
pub(super) fn first<'a>(site: &Site, texts: &'a Texts) -> Option<(&'a str, &'a str)> {
    let default = site.default_lang();
    let found = texts.iter().find(|(lang, _)| *lang == default).or_else(|| texts.iter().next());
    found.map(|(lang, text)| (lang.as_str(), text))
}

/// An address as it is from anywhere.
pub(super) fn absolute(site: &Site, url: &str) -> String {
    if url.starts_with('/') { format!("{}{url}", site.origin()) } else { url.to_owned() }
}

/// The rights that a subject has under the GDPR: their articles and what they are called.
pub(super) const RIGHTS: [(&str, &str); 9] = [
    ("A7-3", "Withdraw consent"),
    ("A13", "Be informed"),
    ("A15", "Access"),
    ("A16", "Rectification"),
    ("A17", "Erasure"),
    ("A18", "Restriction of processing"),
    ("A20", "Data portability"),
    ("A21", "Object"),
    ("A77", "Complain to a supervisory authority"),
];
