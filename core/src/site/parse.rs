//! From a tree to a [`Site`]: each table is read on its own, then what they say of one another is checked.

mod across;
mod company;
mod data;
mod purposes;
mod signals;
mod texts;
mod tokens;
mod variants;

use std::collections::BTreeSet;
use std::str::FromStr;

use super::error::Noted;
use super::parts::{CookieScope, Purpose, Service, Texts};
use super::read::{At, Table, one_of};
use super::tree::{Node, Value, quoted};
use super::{Site, Stage, built_in, shape};
use crate::id::{Lang, PurposeId};
use crate::labels::Wording;
use crate::rules::RuleSet;

/// The ids that a file defines, whether or not what they name is right.
struct Ids {
    /// None where one of them is wrong: texts are then not held against them.
    languages: Vec<Lang>,
    policies: BTreeSet<String>,
    purposes: BTreeSet<String>,
    /// The purposes that a service names.
    used: BTreeSet<String>,
    services: BTreeSet<String>,
    classes: BTreeSet<String>,
    recipients: BTreeSet<String>,
}

pub(super) fn site(tree: &Node, noted: &mut Noted) -> Option<Site> {
    let mut root = Table::root(tree, noted)?;
    let (languages, head) = head(&mut root, noted);
    let wordings = texts::wordings(&mut root, &languages, noted);
    let signals = signals::declared(&mut root, noted);
    let token_status = tokens::declared(&mut root, noted);
    let position = variants::look(&mut root, noted);
    let variants = variants::variants(&mut root, (&wordings, position), &languages, noted);
    let controller = company::controller(&mut root, noted);
    let affiliates = company::affiliates(&mut root, controller.as_ref().map(|company| company.id.as_str()), noted);
    let ids = Ids {
        languages,
        policies: listed_ids(tree, "policy"),
        purposes: table_ids(tree, "purpose"),
        used: used_ids(tree),
        services: table_ids(tree, "service"),
        classes: table_ids(tree, "data_class"),
        recipients: table_ids(tree, "recipient"),
    };
    let policies = purposes::policies(&mut root, &ids, noted);
    let mut purposes = purposes::purposes(&mut root, &ids, noted);
    for (purpose, _) in &mut purposes {
        built_in::describe(purpose, &wordings);
    }
    let services = purposes::services(&mut root, &ids, noted);
    let cookies = purposes::cookies(&mut root, &ids, noted);
    let data_classes = data::classes(&mut root, &ids, noted);
    let recipients = data::recipients(&mut root, &ids, noted);
    let transfers = data::transfers(&mut root, &ids, noted);

    let read = across::Read {
        ids: &ids,
        policies: &policies,
        purposes: &purposes,
        services: &services,
        cookies: &cookies,
        data_classes: &data_classes,
        recipients: &recipients,
        transfers: &transfers,
    };
    across::check(&read, noted);
    root.end(noted);

    let head = head?;
    let mut site = Site {
        id: head.id,
        origins: head.origins,
        languages: ids.languages,
        wordings,
        rule_set: head.rule_set,
        cookie_scope: head.cookie_scope,
        signals,
        endpoint: head.endpoint,
        stage: Stage::Live,
        position,
        variant: None,
        variants,
        title: head.title,
        list_url: head.list_url,
        privacy_url: head.privacy_url,
        token_audiences: head.token_audiences,
        token_status,
        controller: controller?,
        affiliates,
        policies,
        purposes: purposes.into_iter().map(|(purpose, _)| with_bases(purpose, &services)).collect(),
        services: services.into_iter().map(|(service, _)| (service.id.clone(), service)).collect(),
        cookies: cookies.into_iter().map(|(cookie, _)| cookie).collect(),
        data_classes: data_classes.into_iter().map(|(class, _)| (class.id.clone(), class)).collect(),
        recipients: recipients.into_iter().map(|recipient| (recipient.id.clone(), recipient)).collect(),
        transfers: transfers.into_iter().map(|(transfer, _)| transfer).collect(),
    };
    built_in::add(&mut site);
    Some(site)
}

fn with_bases(mut purpose: Purpose, services: &[(Service, At<'_>)]) -> (PurposeId, Purpose) {
    purpose.bases = services.iter().filter_map(|(service, _)| service.purposes.get(&purpose.id)).copied().collect();
    (purpose.id.clone(), purpose)
}

/// `[site]`.
struct Head {
    id: String,
    origins: Vec<String>,
    rule_set: RuleSet,
    cookie_scope: CookieScope,
    endpoint: Option<String>,
    title: Texts,
    list_url: Texts,
    privacy_url: Texts,
    token_audiences: Vec<String>,
}

fn head(root: &mut Table<'_>, noted: &mut Noted) -> (Vec<Lang>, Option<Head>) {
    let Some(mut table) = root.need("site", "a table", noted).and_then(|at| at.table(noted)) else {
        return (Vec::new(), None);
    };
    let languages = languages(&mut table, noted);
    let head = rest_of_head(table, &languages, noted);
    (languages, head)
}

fn rest_of_head(mut table: Table<'_>, languages: &[Lang], noted: &mut Noted) -> Option<Head> {
    let id = table.fitting("id", shape::id, shape::ID, noted);
    let rule_sets: Vec<(&str, RuleSet)> = RuleSet::FOR_SITES.iter().map(|set| (set.code(), *set)).collect();
    let rule_set = table.word("rule_set", &rule_sets, noted);
    let origins = origins(&mut table, noted);
    let cookie_scope = cookie_scope(&mut table, &origins, noted);
    let endpoint = endpoint(&mut table, &origins, cookie_scope.as_ref(), noted);
    let title = table.texts("title", languages, noted);
    let list_url = table.texts_fitting("list_url", languages, shape::link, shape::LINK, noted);
    let privacy_url = table.texts_fitting("privacy_url", languages, shape::link, shape::LINK, noted);
    for (name, texts) in [("title", &title), ("list_url", &list_url), ("privacy_url", &privacy_url)] {
        table.complete(name, texts, languages, "", noted);
    }
    let token_audiences = tokens::audiences(&mut table, &origins, noted);
    table.end(noted);
    Some(Head {
        id: id?,
        origins,
        rule_set: rule_set?,
        cookie_scope: cookie_scope?,
        endpoint,
        title,
        list_url,
        privacy_url,
        token_audiences,
    })
}

fn languages(table: &mut Table<'_>, noted: &mut Noted) -> Vec<Lang> {
    let Some(list) = table.need("languages", "a list of languages, the default first", noted) else {
        return Vec::new();
    };
    let expected = format!("a language with built-in texts: {}", names(Wording::tags()));
    let mut languages: Vec<Lang> = Vec::new();
    let listed = list.list(noted);
    for at in &listed {
        let Some(lang) = at.parsed::<Lang>(&expected, noted) else { continue };
        if Wording::built_in(&lang).is_none() {
            at.wrong(noted, &expected);
        } else if languages.iter().any(|known| known.as_str().eq_ignore_ascii_case(lang.as_str())) {
            at.wrong(noted, "each language once");
        } else {
            languages.push(lang);
        }
    }
    if listed.is_empty() && matches!(list.node.value, Value::List(_)) {
        noted.add(list.node.line, &list.key, "an empty list", &expected);
    }
    if languages.len() == listed.len() { languages } else { Vec::new() }
}

fn origins(table: &mut Table<'_>, noted: &mut Noted) -> Vec<String> {
    let Some(list) = table.need("origins", "a list of origins", noted) else { return Vec::new() };
    let mut origins: Vec<String> = Vec::new();
    let listed = list.list(noted);
    for at in &listed {
        let Some(origin) = at.as_browsers_spell(shape::origin, shape::ORIGIN, noted) else { continue };
        if origins.iter().any(|known| known == origin) {
            at.wrong(noted, "each origin once");
        } else {
            origins.push(origin.to_owned());
        }
    }
    if listed.is_empty() && matches!(list.node.value, Value::List(_)) {
        noted.add(list.node.line, &list.key, "an empty list", shape::ORIGIN);
    }
    origins
}

fn cookie_scope(table: &mut Table<'_>, origins: &[String], noted: &mut Noted) -> Option<CookieScope> {
    let domain = table.get("domain");
    let wide = table.word("cookie_scope", &[("host", false), ("domain", true)], noted)?;
    match (wide, domain) {
        (false, None) => Some(CookieScope::Host),
        (false, Some(at)) => {
            at.wrong(noted, "no domain, as cookie_scope is \"host\"");
            None
        }
        (true, None) => {
            table.missing("domain", &format!("{}, as cookie_scope is \"domain\"", shape::DOMAIN), noted);
            None
        }
        (true, Some(at)) => {
            let domain = at.fitting(shape::domain, shape::DOMAIN, noted)?;
            let suffix = format!(".{domain}");
            for origin in origins {
                let host = shape::host_of(origin);
                if host != domain && !host.ends_with(&suffix) {
                    at.wrong(noted, &format!("a domain that holds the origin {}", quoted(origin)));
                }
            }
            Some(CookieScope::Domain(domain.to_owned()))
        }
    }
}

/// A service that sets no cookie for the pages would record choices that no page ever sees.
fn endpoint(
    table: &mut Table<'_>,
    origins: &[String],
    scope: Option<&CookieScope>,
    noted: &mut Noted,
) -> Option<String> {
    let at = table.get("endpoint")?;
    let endpoint = at.as_browsers_spell(shape::endpoint, shape::ENDPOINT, noted)?;
    let host = shape::host_of(endpoint);
    match scope {
        Some(CookieScope::Domain(domain)) if host != domain && !host.ends_with(&format!(".{domain}")) => {
            at.wrong(noted, &format!("a host of the domain {}, which its cookies are shared under", quoted(domain)));
        }
        Some(CookieScope::Host) if origins.iter().any(|origin| shape::host_of(origin) != host) => {
            at.wrong(noted, "the host of all origins, as cookie_scope is \"host\"");
        }
        _ => {}
    }
    Some(endpoint.to_owned())
}

fn table_ids(tree: &Node, name: &str) -> BTreeSet<String> {
    match member(tree, name) {
        Some(Value::Table(entries)) => entries.keys().cloned().collect(),
        _ => BTreeSet::new(),
    }
}

fn used_ids(tree: &Node) -> BTreeSet<String> {
    let Some(Value::Table(services)) = member(tree, "service") else { return BTreeSet::new() };
    services.values().flat_map(|service| table_ids(service, "purposes")).collect()
}

fn listed_ids(tree: &Node, name: &str) -> BTreeSet<String> {
    let Some(Value::List(nodes)) = member(tree, name) else { return BTreeSet::new() };
    let id = |node| match member(node, "id") {
        Some(Value::Text(id)) => Some(id.clone()),
        _ => None,
    };
    nodes.iter().filter_map(id).collect()
}

fn member<'a>(node: &'a Node, name: &str) -> Option<&'a Value> {
    match &node.value {
        Value::Table(entries) => entries.get(name).map(|node| &node.value),
        _ => None,
    }
}

/// The id that a table has by its key.
fn own_id<T: FromStr>(name: &str, at: &At<'_>, noted: &mut Noted) -> Option<T> {
    let id = name.parse().ok().filter(|_| shape::id(name));
    if id.is_none() {
        noted.add(at.node.line, &at.key, &quoted(name), shape::ID);
    }
    id
}

/// A list of ids that are defined elsewhere in the file, each once.
fn references<T: FromStr>(list: &[At<'_>], what: &str, ids: &BTreeSet<String>, noted: &mut Noted) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let mut read = Vec::new();
    for at in list {
        let Some(id) = at.reference(what, ids, noted) else { continue };
        if !seen.insert(id) {
            at.wrong(noted, &format!("each {what} once"));
        }
        read.extend(id.parse().ok());
    }
    read
}

fn names(ids: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    one_of(&ids.into_iter().map(|id| quoted(id.as_ref())).collect::<Vec<_>>())
}
