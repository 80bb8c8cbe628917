//! `[[policy]]`, `[purpose.<id>]`, `[service.<id>]` and `[[cookie]]`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ids, own_id, references};
use crate::basis::{Basis, DirectMarketing, PurposeKind, SubjectKind};
use crate::id::{Lang, PurposeId};
use crate::manifest::{Access, ItemKind, OnWithdraw, Party};
use crate::site::built_in::DESCRIBED_IDS;
use crate::site::error::Noted;
use crate::site::parts::{Cookie, Policy, Purpose, Service, Worded};
use crate::site::read::{At, Table};
use crate::site::tree::Value;
use crate::site::{NECESSARY, TOOL, shape};

const DURATION: &str = "an ISO 8601 period such as \"P1Y\", \"P90D\" or \"PT30M\", or \"session\" or \"persistent\"";
const BASES: [(&str, Basis); 5] = [
    ("consent", Basis::Consent),
    ("contract", Basis::Contract),
    ("legal_obligation", Basis::LegalObligation),
    ("legitimate_interest", Basis::LegitimateInterest),
    ("strictly_necessary", Basis::StrictlyNecessary),
];
const SUBJECTS: [(&str, SubjectKind); 3] =
    [("device", SubjectKind::Device), ("account", SubjectKind::Account), ("address", SubjectKind::Address)];
const PURPOSE_KINDS: [(&str, PurposeKind); 2] =
    [("consent", PurposeKind::Consent), ("preference", PurposeKind::Preference)];
const ITEM_KINDS: [(&str, ItemKind); 5] = [
    ("cookie", ItemKind::Cookie),
    ("local", ItemKind::Local),
    ("session", ItemKind::Session),
    ("indexeddb", ItemKind::IndexedDb),
    ("cache", ItemKind::Cache),
];

pub(super) fn policies(root: &mut Table<'_>, ids: &Ids, noted: &mut Noted) -> Vec<Policy> {
    let mut read: Vec<Policy> = Vec::new();
    for at in root.list("policy", noted) {
        let Some(policy) = policy(&at, ids, noted) else { continue };
        if read.iter().any(|known| known.id == policy.id) {
            noted.add(at.node.line, &format!("{}.id", at.key), &format!("{:?} again", policy.id), "each policy once");
        }
        read.push(policy);
    }
    read
}

fn policy(at: &At<'_>, ids: &Ids, noted: &mut Noted) -> Option<Policy> {
    let mut table = at.table(noted)?;
    let languages = &ids.languages;
    let id = table.fitting("id", shape::id, shape::ID, noted);
    let scope = table.texts("scope", languages, noted);
    let title = table.texts("title", languages, noted);
    let url = table.texts_fitting("url", languages, shape::link, shape::LINK, noted);
    let version = table.texts("version", languages, noted);
    let effective = table.texts_fitting("effective", languages, shape::date, shape::DATE, noted);
    let named = [("title", &title), ("url", &url), ("version", &version), ("effective", &effective)];
    let spoken: Vec<Lang> =
        languages.iter().filter(|lang| named.iter().any(|(_, texts)| texts.get(lang).is_some())).cloned().collect();
    for (name, texts) in named {
        table.complete(name, texts, &spoken, ", as the policy has others in this language", noted);
    }
    let incorporates = references(&table.list("incorporates", noted), "policy", &ids.policies, noted);
    table.end(noted);
    Some(Policy { id: id?, scope, title, url, version, effective, incorporates })
}

pub(super) fn purposes<'a>(root: &mut Table<'a>, ids: &Ids, noted: &mut Noted) -> Vec<(Purpose, At<'a>)> {
    let entries = root.entries("purpose", noted);
    entries.into_iter().filter_map(|(name, at)| Some((purpose(name, &at, ids, noted)?, at))).collect()
}

fn purpose(name: &str, at: &At<'_>, ids: &Ids, noted: &mut Noted) -> Option<Purpose> {
    let id = own_id(name, at, noted);
    if name != NECESSARY && !ids.used.contains(name) {
        let expected = "at least one service that names it in its purposes";
        noted.add(at.node.line, &at.key, "a purpose that no service uses", expected);
    }
    let mut table = at.table(noted)?;
    let subject = table.word("subject", &SUBJECTS, noted);
    let kind = table.word_or("kind", PurposeKind::Consent, &PURPOSE_KINDS, noted);
    // An objection to marketing must not reach an express wish, so that one cannot be both.
    let marketing: &[_] = match kind {
        Some(PurposeKind::Preference) => &[("no", DirectMarketing::No)],
        _ => &[("yes", DirectMarketing::Yes), ("no", DirectMarketing::No)],
    };
    let direct_marketing = table.word_or("direct_marketing", DirectMarketing::No, marketing, noted);
    let revision = table.get("revision").map_or(Some(1), |at| revision(&at, noted));
    let policy = table
        .need("policy", "the id of a policy", noted)
        .and_then(|at| at.reference("policy", &ids.policies, noted))
        .map(str::to_owned);
    let title = table.texts("title", &ids.languages, noted);
    let act = table.texts("act", &ids.languages, noted);
    let description = table.texts("description", &ids.languages, noted);
    let wording = wording((name, subject), &mut table, noted);
    let data_classes = references(&table.list("data_classes", noted), "data class", &ids.classes, noted);
    table.end(noted);
    Some(Purpose {
        id: id?,
        subject: subject?,
        kind: kind?,
        direct_marketing: direct_marketing?,
        revision: revision?,
        policy: policy?,
        title,
        act,
        description,
        data_classes,
        wording,
        bases: BTreeSet::new(),
    })
}

/// Whose words: the site's, unless it asks for built-in ones and gives none.
fn wording((name, subject): (&str, Option<SubjectKind>), table: &mut Table<'_>, noted: &mut Noted) -> Worded {
    let Some(at) = table.get("wording") else { return Worded::BySite };
    if at.word(&[("built_in", Worded::BuiltIn)], noted).is_none() {
        return Worded::BySite;
    }
    if !DESCRIBED_IDS.contains(&name) {
        at.wrong(
            noted,
            &format!("texts, as only {} have built-in ones", super::names(DESCRIBED_IDS).replace(" or ", " and ")),
        );
        return Worded::BySite;
    }
    if subject.is_some_and(|subject| subject != SubjectKind::Device) {
        at.wrong(noted, "texts, as the built-in ones ask about a device");
        return Worded::BySite;
    }
    for own in ["title", "act", "description"] {
        if table.has(own) {
            let key = format!("{}.{own}", table.key);
            noted.add(table.line_of(own), &key, "a text", "none, as wording is \"built_in\"");
        }
    }
    Worded::BuiltIn
}

fn revision(at: &At<'_>, noted: &mut Noted) -> Option<u32> {
    let read = match at.node.value {
        Value::Integer(n) => u32::try_from(n).ok().filter(|n| *n > 0),
        _ => None,
    };
    if read.is_none() {
        at.wrong(noted, "a whole number from 1");
    }
    read
}

pub(super) fn services<'a>(root: &mut Table<'a>, ids: &Ids, noted: &mut Noted) -> Vec<(Service, At<'a>)> {
    let entries = root.entries("service", noted);
    entries.into_iter().filter_map(|(name, at)| Some((service(name, &at, ids, noted)?, at))).collect()
}

fn service(name: &str, at: &At<'_>, ids: &Ids, noted: &mut Noted) -> Option<Service> {
    let id = own_id(name, at, noted);
    if name == TOOL {
        noted.add(at.node.line, &at.key, "an id that the consent tool has", "another id");
    }
    let mut table = at.table(noted)?;
    let display = table.text("name", noted);
    let provider = table.text("provider", noted);
    let country = table.fitting("country", shape::country, shape::COUNTRY, noted);
    let privacy_url =
        table.get("privacy_url").and_then(|at| at.fitting(shape::url, shape::URL, noted)).map(str::to_owned);
    let purposes = used_purposes(&mut table, ids, noted);
    let scripts = sources(&mut table, "scripts", noted);
    let frames = sources(&mut table, "frames", noted);
    let ways = [("reload", OnWithdraw::Reload), ("event", OnWithdraw::Event)];
    let on_withdraw = table.word_or("on_withdraw", OnWithdraw::Reload, &ways, noted);
    let recipients = references(&table.list("recipients", noted), "recipient", &ids.recipients, noted);
    table.end(noted);
    Some(Service {
        id: id?,
        name: Some(display?),
        provider: provider?,
        country: country?,
        privacy_url,
        purposes: purposes?,
        scripts,
        frames,
        on_withdraw: on_withdraw?,
        recipients,
    })
}

fn used_purposes(table: &mut Table<'_>, ids: &Ids, noted: &mut Noted) -> Option<BTreeMap<PurposeId, Basis>> {
    let at = table.need("purposes", "a table of purposes and their legal basis", noted)?;
    let entries = at.entries(noted);
    if entries.is_empty() && matches!(at.node.value, Value::Table(_)) {
        noted.add(at.node.line, &at.key, "no purpose", "at least one");
    }
    let mut read = BTreeMap::new();
    for (name, at) in entries {
        let basis = at.word(&BASES, noted);
        if !ids.purposes.contains(name) {
            let known = super::names(&ids.purposes);
            noted.add(at.node.line, &at.key, &format!("{name:?}"), &format!("the id of a purpose: {known}"));
            continue;
        }
        if name == NECESSARY && basis == Some(Basis::Consent) {
            at.wrong(noted, "another basis, as nobody is asked about this purpose");
        }
        read.extend(name.parse().ok().zip(basis));
    }
    Some(read)
}

fn sources(table: &mut Table<'_>, name: &'static str, noted: &mut Noted) -> Vec<String> {
    let list = table.list(name, noted);
    list.iter().filter_map(|at| at.as_browsers_spell(shape::source, shape::SOURCE, noted)).map(str::to_owned).collect()
}

pub(super) fn cookies<'a>(root: &mut Table<'a>, ids: &Ids, noted: &mut Noted) -> Vec<(Cookie, At<'a>)> {
    let list = root.list("cookie", noted);
    list.into_iter().filter_map(|at| Some((cookie(&at, ids, noted)?, at))).collect()
}

fn cookie(at: &At<'_>, ids: &Ids, noted: &mut Noted) -> Option<Cookie> {
    let mut table = at.table(noted)?;
    let kind = table.word("kind", &ITEM_KINDS, noted);
    let name_fits = if kind == Some(ItemKind::Cookie) { shape::cookie_name } else { shape::item_name };
    let name = table.fitting("name", name_fits, shape::NAME, noted);
    let domain = table.get("domain").and_then(|at| at.fitting(shape::host, shape::HOST, noted)).map(str::to_owned);
    let service = table
        .need("service", "the id of a service", noted)
        .and_then(|at| at.reference("service", &ids.services, noted))
        .and_then(|id| id.parse().ok());
    let purpose = table
        .need("purpose", "the id of a purpose", noted)
        .and_then(|at| at.reference("purpose", &ids.purposes, noted))
        .and_then(|id| id.parse().ok());
    let duration = table.need("duration", DURATION, noted).and_then(|at| at.parsed(DURATION, noted));
    let party = table.word("party", &[("first", Party::First), ("third", Party::Third)], noted);
    if party == Some(Party::Third) && !table.has("domain") {
        table.missing("domain", "the provider's host, as party is \"third\"", noted);
    }
    let http_only = table.get("http_only");
    let access = match &http_only {
        Some(at) => at.word(&[("yes", Access::HttpOnly), ("no", Access::Script)], noted),
        None => Some(Access::Script),
    };
    if let (Some(at), Some(Access::HttpOnly)) = (&http_only, access)
        && kind.is_some_and(|kind| kind != ItemKind::Cookie)
    {
        at.wrong(noted, "\"no\", as only cookies can be kept from scripts");
    }
    let description = table.texts("description", &ids.languages, noted);
    table.end(noted);
    Some(Cookie {
        name: name?,
        kind: kind?,
        domain,
        service: service?,
        purpose: purpose?,
        duration: duration?,
        party: party?,
        access: access?,
        description,
    })
}
