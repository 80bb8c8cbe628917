//! What the tables say of one another.

use std::collections::BTreeSet;

use super::{Ids, names};
use crate::basis::SubjectKind;
use crate::id::{Lang, PurposeId};
use crate::manifest::ItemKind;
use crate::site::error::Noted;
use crate::site::parts::{Cookie, DataClass, Policy, Purpose, Recipient, Service, Transfer};
use crate::site::read::At;
use crate::site::{NECESSARY, built_in, offered};

/// What was read, each part with its place.
pub(super) struct Read<'a> {
    pub(super) ids: &'a Ids,
    pub(super) policies: &'a [Policy],
    pub(super) purposes: &'a [(Purpose, At<'a>)],
    pub(super) services: &'a [(Service, At<'a>)],
    pub(super) cookies: &'a [(Cookie, At<'a>)],
    pub(super) data_classes: &'a [(DataClass, At<'a>)],
    pub(super) recipients: &'a [Recipient],
    pub(super) transfers: &'a [(Transfer, At<'a>)],
}

impl Read<'_> {
    fn policy(&self, purpose: &Purpose) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.id == purpose.policy)
    }

    fn purpose(&self, id: &PurposeId) -> Option<&Purpose> {
        self.purposes.iter().map(|(purpose, _)| purpose).find(|purpose| purpose.id == *id)
    }

    /// The languages in which one of these purposes is offered.
    fn offered<'a>(&self, purposes: impl IntoIterator<Item = &'a PurposeId>) -> Vec<Lang> {
        let purposes: Vec<&Purpose> = purposes.into_iter().filter_map(|id| self.purpose(id)).collect();
        let speaks = |lang: &&Lang| purposes.iter().any(|purpose| offered(purpose, self.policy(purpose), lang));
        self.ids.languages.iter().filter(speaks).cloned().collect()
    }
}

pub(super) fn check(read: &Read<'_>, noted: &mut Noted) {
    if !read.ids.purposes.contains(NECESSARY) {
        noted.add(
            1,
            "purpose.necessary",
            "nothing",
            "a table: what the consent tool itself stores belongs to this purpose",
        );
    }
    for (purpose, at) in read.purposes {
        check_purpose(purpose, at, read, noted);
    }
    let mut seen = BTreeSet::new();
    for (cookie, at) in read.cookies {
        check_cookie(cookie, at, read, noted);
        if !seen.insert((cookie.kind, &cookie.domain, &cookie.name)) {
            noted.add(at.node.line, &format!("{}.name", at.key), &format!("{:?} again", cookie.name), "each item once");
        }
    }
    for (service, at) in read.services {
        check_recipients(service, at, read, noted);
    }
    for (class, at) in read.data_classes {
        if let Some(table) = at.table(noted) {
            let why = ", as a purpose that uses this data is offered in this language";
            table.complete("title", &class.title, &read.offered(&class.purposes), why, noted);
        }
    }
    for (transfer, at) in read.transfers {
        let Some(recipient) = read.recipients.iter().find(|recipient| recipient.id == transfer.recipient) else {
            continue;
        };
        if let Some(table) = at.table(noted) {
            let why = ", as a purpose of this recipient is offered in this language";
            table.complete("safeguard", &transfer.safeguard, &read.offered(&recipient.purposes), why, noted);
        }
    }
}

fn check_purpose(purpose: &Purpose, at: &At<'_>, read: &Read<'_>, noted: &mut Noted) {
    let Some(table) = at.table(noted) else { return };
    let texts = purpose.texts();
    let necessary = purpose.id.as_str() == NECESSARY;
    let begun: Vec<Lang> = read
        .ids
        .languages
        .iter()
        .filter(|lang| necessary || texts.iter().any(|(_, texts)| texts.get(lang).is_some()))
        .cloned()
        .collect();
    let why = if necessary {
        ", as this purpose is needed in every language"
    } else {
        ", as the purpose has others in this language"
    };
    for (name, texts) in &texts {
        table.complete(name, texts, &begun, why, noted);
    }
    if necessary && purpose.subject != SubjectKind::Device {
        noted.add(table.line_of("subject"), &format!("{}.subject", at.key), "another subject", "\"device\"");
    }
    if necessary && let Some(policy) = read.policy(purpose) {
        for lang in read.ids.languages.iter().filter(|lang| !policy.mentions(lang)) {
            let found = format!("a policy that has no text in {lang:?}", lang = lang.as_str());
            noted.add(
                table.line_of("policy"),
                &format!("{}.policy", at.key),
                &found,
                "one that has every language of the site",
            );
        }
    } else if read.policy(purpose).is_some() && !begun.is_empty() && read.offered([&purpose.id]).is_empty() {
        // What is begun and not complete, here or in the policy, has its own errors.
        let complete = begun.iter().any(|lang| texts.iter().all(|(_, texts)| texts.get(lang).is_some()));
        let foreign = read.policy(purpose).is_some_and(|policy| begun.iter().all(|lang| !policy.mentions(lang)));
        if complete && foreign {
            let spoken = "texts in a language that its policy has too";
            noted.add(at.node.line, &at.key, "texts in no language of its policy", spoken);
        }
    }
    if begun.is_empty() && !read.ids.languages.is_empty() {
        noted.add(
            at.node.line,
            &at.key,
            "no texts",
            "title, description and, for a device, act in at least one language",
        );
    }
}

/// Data handed on for no purpose that the recipient is named for would be in no notice.
fn check_recipients(service: &Service, at: &At<'_>, read: &Read<'_>, noted: &mut Noted) {
    let Some(table) = at.table(noted) else { return };
    for recipient in read.recipients.iter().filter(|recipient| service.recipients.contains(&recipient.id)) {
        let shared = recipient.purposes.iter().any(|purpose| service.purposes.contains_key(purpose));
        if !shared && !recipient.purposes.is_empty() {
            let found = format!("{:?}, which is named for none of the service's purposes", recipient.id);
            let expected = format!("a recipient for one of {}", names(service.purposes.keys()));
            noted.add(table.line_of("recipients"), &format!("{}.recipients", at.key), &found, &expected);
        }
    }
}

fn check_cookie(cookie: &Cookie, at: &At<'_>, read: &Read<'_>, noted: &mut Noted) {
    let Some(table) = at.table(noted) else { return };
    let key = |name: &str| format!("{}.{name}", at.key);
    if let Some((service, _)) = read.services.iter().find(|(service, _)| service.id == cookie.service)
        && !service.purposes.contains_key(&cookie.purpose)
    {
        let expected =
            format!("a purpose of the service {:?}: {}", service.id.as_str(), names(service.purposes.keys()));
        noted.add(table.line_of("purpose"), &key("purpose"), &format!("{:?}", cookie.purpose.as_str()), &expected);
    }
    if let Some(purpose) = read.purpose(&cookie.purpose)
        && purpose.subject != SubjectKind::Device
    {
        let found = format!("{:?}, whose subject is no device", cookie.purpose.as_str());
        noted.add(table.line_of("purpose"), &key("purpose"), &found, "a device purpose");
    }
    if built_in::NAMES.contains(&cookie.name.as_str()) && matches!(cookie.kind, ItemKind::Cookie | ItemKind::Local) {
        let found = format!("{:?}, which the consent tool lists itself", cookie.name);
        noted.add(table.line_of("name"), &key("name"), &found, "another name");
    }
    let why = ", as its purpose is offered in this language";
    table.complete("description", &cookie.description, &read.offered([&cookie.purpose]), why, noted);
}
