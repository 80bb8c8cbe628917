//! A service and what it keeps in the browser.

use volens_core::{
    labels::fill,
    manifest::{ItemKind, ItemView, Party, ServiceView},
};
use yew::prelude::*;

use super::{
    Shared,
    form::{link, p},
};

pub(super) fn service(manifest: &Shared, view: &ServiceView) -> Html {
    let labels = &manifest.labels;
    let privacy = view
        .privacy_url
        .as_ref()
        .map(|href| link(href, &fill(&labels.provider_privacy, &[("provider", &view.provider)])));
    html! {
        <div class="vo-service">
            <p class="vo-name">{ view.name.clone() }</p>
            { p(&[labels.provider.as_ref(), ": ", &view.provider, " (", &view.country, ")"].concat()) }
            { for privacy }
            if view.items.is_empty() {
                { p(&labels.no_items) }
            } else {
                <ul class="vo-items">{ for view.items.iter().map(|one| item(manifest, one)) }</ul>
            }
        </div>
    }
}

fn item(manifest: &Shared, view: &ItemView) -> Html {
    let labels = &manifest.labels;
    let kind = match view.kind {
        ItemKind::Cookie => &labels.kind_cookie,
        ItemKind::Local => &labels.kind_local,
        ItemKind::Session => &labels.kind_session,
        ItemKind::IndexedDb => &labels.kind_indexeddb,
        ItemKind::Cache => &labels.kind_cache,
    };
    let party = match view.party {
        Party::First => &labels.party_first,
        Party::Third => &labels.party_third,
    };
    html! {
        <li>
            <code>{ view.name.clone() }</code>
            { p(&view.description) }
            <dl>
                { fact(&labels.item_duration, &view.duration) }
                { fact(&labels.item_kind, kind) }
                { fact(&labels.item_party, party) }
                { for view.domain.as_ref().map(|domain| fact(&labels.item_domain, domain)) }
            </dl>
        </li>
    }
}

fn fact(name: &str, value: &str) -> Html {
    html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }
}
