//! The list for programs.

use serde::Serialize;
use volens_core::manifest::{Access, Control, ItemView, Manifest, Party, PurposeView, ServiceView};

/// The version of [`json`]'s shape. Members may be added under the same version; none changes its meaning.
pub const VERSION: u32 = 1;

/// The list as JSON, as served at `/.well-known/cookie-list.json`: indented, members in fixed order.
///
/// ```json
/// {"version":1,"site":…,"lang":…,"notice":…,"policy":{"version","effective","url"},"purposes":[
///   {"id","title","description","basis","control":"always|choice","services":[
///     {"id","name","provider","country","privacy_url":…|null,"items":[
///       {"name","match":"exact|prefix","kind":"cookie|local|session|indexeddb|cache","domain":…|null,
///        "duration","period":"P1Y|session|persistent","party":"first|third","access":"script|http_only",
///        "description"}]}]}]}
/// ```
///
/// With `"match":"prefix"` the `name` is the beginning of the names, without a star. `"domain":null` is the site's own
/// host. `period` is an ISO 8601 duration, or a word.
pub fn json(manifest: &Manifest) -> String {
    let policy = &manifest.policy;
    let list = List {
        version: VERSION,
        site: &manifest.site,
        lang: manifest.lang.as_str(),
        notice: manifest.notice.as_str(),
        policy: Policy { version: &policy.version, effective: &policy.effective, url: &policy.url },
        purposes: manifest.purposes.iter().map(purpose).collect(),
    };
    // Strings, arrays and structs always have a JSON form.
    serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"
}

fn purpose(purpose: &PurposeView) -> Purpose<'_> {
    Purpose {
        id: purpose.id.as_str(),
        title: &purpose.title,
        description: &purpose.description,
        basis: &purpose.basis,
        control: match purpose.control {
            Control::Always => "always",
            Control::Choice => "choice",
        },
        services: purpose.services.iter().map(service).collect(),
    }
}

fn service(service: &ServiceView) -> Service<'_> {
    Service {
        id: service.id.as_str(),
        name: &service.name,
        provider: &service.provider,
        country: &service.country,
        privacy_url: service.privacy_url.as_deref(),
        items: service.items.iter().map(item).collect(),
    }
}

fn item(item: &ItemView) -> Item<'_> {
    let (name, matched) = match item.name.strip_suffix('*') {
        Some(prefix) => (prefix, "prefix"),
        None => (item.name.as_str(), "exact"),
    };
    Item {
        name,
        matched,
        kind: item.kind.code(),
        domain: item.domain.as_deref(),
        duration: &item.duration,
        period: &item.period,
        party: match item.party {
            Party::First => "first",
            Party::Third => "third",
        },
        access: match item.access {
            Access::Script => "script",
            Access::HttpOnly => "http_only",
        },
        description: &item.description,
    }
}

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    site: &'a str,
    lang: &'a str,
    notice: &'a str,
    policy: Policy<'a>,
    purposes: Vec<Purpose<'a>>,
}

#[derive(Serialize)]
struct Policy<'a> {
    version: &'a str,
    effective: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Purpose<'a> {
    id: &'a str,
    title: &'a str,
    description: &'a str,
    basis: &'a str,
    control: &'a str,
    services: Vec<Service<'a>>,
}

#[derive(Serialize)]
struct Service<'a> {
    id: &'a str,
    name: &'a str,
    provider: &'a str,
    country: &'a str,
    privacy_url: Option<&'a str>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    name: &'a str,
    #[serde(rename = "match")]
    matched: &'a str,
    kind: &'a str,
    domain: Option<&'a str>,
    duration: &'a str,
    period: &'a str,
    party: &'a str,
    access: &'a str,
    description: &'a str,
}
