//! What the consent tool itself keeps in a browser: a service of its own under the purpose `necessary`.

use std::collections::BTreeMap;

use super::parts::{Cookie, CookieScope, Purpose, Service, Texts, Worded};
use super::{NECESSARY, Site, TOOL};
use crate::basis::Basis;
use crate::id::{Lang, PurposeId, ServiceId};
use crate::labels::{Wording, Words};
use crate::manifest::{Access, ItemKind, ItemView, OnWithdraw, Party};
use crate::period::Period;

/// The token and the summary under `cookie_scope = "host"`.
pub(super) const HOST_NAMES: (&str, &str) = ("__Host-consent", "__Host-volens");
/// The same under `cookie_scope = "domain"`.
pub(super) const DOMAIN_NAMES: (&str, &str) = ("__Secure-consent", "__Secure-volens");
/// The same on a developer's own machine, where some browsers drop cookies that are `Secure`.
pub(super) const DEV_NAMES: (&str, &str) = ("dev-consent", "dev-volens");
/// A choice on its way, in `localStorage`.
const PENDING: &str = "volens.pending";
/// A choice that this browser alone remembers, in `localStorage`.
const LOCAL: &str = "volens.local";

/// Names that a site's own list may not hold.
pub(super) const NAMES: [&str; 8] =
    [HOST_NAMES.0, HOST_NAMES.1, DOMAIN_NAMES.0, DOMAIN_NAMES.1, DEV_NAMES.0, DEV_NAMES.1, PENDING, LOCAL];

/// Adds it, or what it keeps in another stage in place of what it kept before.
pub(super) fn add(site: &mut Site) {
    site.cookies.retain(|item| item.service.as_str() != TOOL);
    let (Ok(id), Ok(purpose)) = (TOOL.parse::<ServiceId>(), NECESSARY.parse::<PurposeId>()) else { return };
    let service = Service {
        id: id.clone(),
        name: None,
        provider: site.controller.contact.name.clone(),
        country: site.controller.country.clone(),
        privacy_url: None,
        purposes: BTreeMap::from([(purpose.clone(), Basis::StrictlyNecessary)]),
        scripts: Vec::new(),
        frames: Vec::new(),
        on_withdraw: OnWithdraw::Event,
        recipients: Vec::new(),
    };
    site.purposes.entry(purpose.clone()).and_modify(|necessary| {
        necessary.bases.insert(Basis::StrictlyNecessary);
    });
    site.services.insert(id.clone(), service);

    let (token, summary) = site.cookie_names();
    let domain = match &site.cookie_scope {
        CookieScope::Host => None,
        CookieScope::Domain(domain) => Some(domain.clone()),
    };
    // 180 days, the same after a yes and after a no.
    let half_year = "P180D".parse().unwrap_or(Period::Persistent);
    let item = |name: &str, kind, duration, access, text: fn(&Words) -> &str| Cookie {
        name: name.to_owned(),
        kind,
        domain: if kind == ItemKind::Cookie { domain.clone() } else { None },
        service: id.clone(),
        purpose: purpose.clone(),
        duration,
        party: Party::First,
        access,
        description: texts(&site.wordings, text),
    };
    let items = [
        item(token, ItemKind::Cookie, half_year, Access::HttpOnly, |words| &words.tool_token),
        item(summary, ItemKind::Cookie, half_year, Access::Script, |words| &words.tool_summary),
        item(PENDING, ItemKind::Local, Period::Persistent, Access::Script, |words| &words.tool_pending),
    ];
    site.cookies.splice(0..0, items);
}

/// What the tool keeps where there is no service: the choice itself, in this browser alone.
pub(super) fn local(wording: &Wording) -> ItemView {
    ItemView {
        name: LOCAL.to_owned(),
        kind: ItemKind::Local,
        domain: None,
        duration: wording.duration(&Period::Persistent),
        period: Period::Persistent.to_string(),
        party: Party::First,
        access: Access::Script,
        description: wording.words().tool_local.to_string(),
    }
}

/// The purposes that have built-in words, with their title, what is asked, and what happens.
const DESCRIBED: [(&str, [Said; 3]); 3] = [
    ("functional", [|words| &words.functional_title, |words| &words.functional_act, |words| &words.functional_about]),
    ("analytics", [|words| &words.analytics_title, |words| &words.analytics_act, |words| &words.analytics_about]),
    ("marketing", [|words| &words.marketing_title, |words| &words.marketing_act, |words| &words.marketing_about]),
];

/// One of the texts of a language.
type Said = fn(&Words) -> &str;

/// Ids of the purposes that have built-in words.
pub(super) const DESCRIBED_IDS: [&str; 3] = ["functional", "analytics", "marketing"];

/// Describes a purpose in built-in words, if it asks for them.
pub(super) fn describe(purpose: &mut Purpose, wordings: &BTreeMap<Lang, Wording>) {
    let described = DESCRIBED.into_iter().find(|(id, _)| *id == purpose.id.as_str());
    if let (Worded::BuiltIn, Some((_, [title, act, about]))) = (purpose.wording, described) {
        purpose.title = texts(wordings, title);
        purpose.act = texts(wordings, act);
        purpose.description = texts(wordings, about);
    }
}

fn texts(wordings: &BTreeMap<Lang, Wording>, text: Said) -> Texts {
    let texts = wordings.iter().map(|(lang, wording)| (lang.clone(), text(wording.words()).to_owned()));
    Texts::new(texts.collect())
}
