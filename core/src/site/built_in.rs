//! What the consent tool itself keeps in a browser: a service of its own under the purpose `necessary`.

use std::collections::BTreeMap;

use super::parts::{Cookie, CookieScope, Service, Texts};
use super::{NECESSARY, Site, TOOL};
use crate::basis::Basis;
use crate::id::{PurposeId, ServiceId};
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
        description: texts(site, text),
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

fn texts(site: &Site, text: fn(&Words) -> &str) -> Texts {
    let texts = site.wordings.iter().map(|(lang, wording)| (lang.clone(), text(wording.words()).to_owned()));
    Texts::new(texts.collect())
}
