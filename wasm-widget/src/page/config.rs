//! What gate and loader need to know, as JSON that is safe inside a `<script>`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};
use volens_core::{
    PurposeId,
    manifest::{Access, Control, ItemKind, Manifest, Mode, OnWithdraw, Party},
    signals::{Vendor, google, matomo},
};

use super::{
    Assets, Carried,
    assets::{Asset, GATE_PLACE, SIGNALS_PLACE},
};

/// The inline scripts with their configuration, in their order: what stands in for the service, the gate, adapters.
pub(super) fn inline(manifest: &Manifest, assets: &Assets, carried: &[Carried]) -> Vec<String> {
    let gate = script_json(&gate_config(manifest, carried));
    let local = (manifest.mode == Mode::Local).then(|| assets.local().replace(GATE_PLACE, &gate));
    [local, Some(assets.gate().replace(GATE_PLACE, &gate)), signals(assets)].into_iter().flatten().collect()
}

/// What the gate needs to know.
pub(super) fn gate_config(manifest: &Manifest, carried: &[Carried]) -> Value {
    let choices: Vec<&str> = manifest.choices().map(|purpose| purpose.id.as_str()).collect();
    let current = json!([manifest.notice.short(), "1".repeat(manifest.marks.len())]);
    let older = carried.iter().map(|one| {
        if one.choices == manifest.marks {
            json!([one.notice8, one.mask])
        } else {
            json!([one.notice8, one.mask, one.choices])
        }
    });
    let notices: Vec<_> = std::iter::once(current).chain(older).collect();
    json!({
        "k": summary_name(manifest),
        "m": manifest.marks,
        "n": notices,
        "p": choices,
    })
}

/// The adapters with what they need to know; none: nobody is told beside Google.
pub(super) fn signals(assets: &Assets) -> Option<String> {
    let declared = assets.declared();
    let told = |vendor| declared.tells(vendor).then_some(1);
    let options = declared.google();
    let google = (options != &google::Options::default()).then(|| {
        let redact = (options.ads_data_redaction == google::AdsDataRedaction::WhileDenied).then_some(1);
        let pass = (options.url_passthrough == google::UrlPassthrough::On).then_some(1);
        let regions: Vec<&str> = options.regions.iter().map(google::Region::as_str).collect();
        let regions = (!regions.is_empty()).then_some(regions);
        let more = options.wait_for_update.map_or_else(|| json!({}), |wait| json!({ "wait_for_update": wait }));
        json!({ "regions": regions, "more": more, "redact": redact, "pass": pass })
    });
    let matomo = declared.matomo().map(|consent| if consent == matomo::Consent::Cookies { "Cookie" } else { "" });
    let config = json!({
        "google": google,
        "uet": told(Vendor::Uet),
        "clarity": told(Vendor::Clarity),
        "meta": told(Vendor::Meta),
        "matomo": matomo,
    });
    (!declared.is_empty()).then(|| assets.signals().replace(SIGNALS_PLACE, &script_json(&config)))
}

/// The loader's configuration; flat, as the loader is counted in bytes.
pub(super) fn loader(manifest: &Manifest, assets: &Assets) -> String {
    let labels = &manifest.labels;
    let variant = manifest.variant.as_deref();
    let in_variant = variant.map(|id| ["&variant=", id].concat()).unwrap_or_default();
    let language = ["lang=", manifest.lang.as_str(), &in_variant].concat();
    let mut shown = json!({ "lang": manifest.lang, "notice": manifest.notice, "text": manifest.text });
    if let (Some(id), Some(members)) = (variant, shown.as_object_mut()) {
        members.insert("variant".to_owned(), id.into());
    }
    let manifest_url = match manifest.mode {
        Mode::Service => [&manifest.endpoint, "/manifest?", &language].concat(),
        // A static site has files only.
        Mode::Local => [&manifest.endpoint, "/manifest.", manifest.lang.as_str(), ".json"].concat(),
    };
    let choices = [&manifest.endpoint, "/choices"].concat();
    let wasm = json!([assets.wasm().url(), { "integrity": assets.wasm().sri() }]);
    let always = manifest.purposes.iter().filter(|purpose| purpose.control == Control::Always);
    let config = json!({
        "choices": choices,
        "cookie": ([summary_name(manifest), "="].concat()),
        "shown": shown,
        "settings": manifest.settings_url,
        "manifest": manifest_url,
        "glue": asset(assets.glue()),
        "wasm": wasm,
        "css": asset(assets.center_css()),
        "always": always.map(|purpose| &purpose.id).collect::<Vec<_>>(),
        "ids": manifest.choices().map(|purpose| &purpose.id).collect::<Vec<_>>(),
        "titles": manifest.choices().map(|purpose| &purpose.title).collect::<Vec<_>>(),
        "services": services(manifest),
        "items": items(manifest),
        "say": {
            "saving": labels.saving,
            "all": labels.saved_all,
            "none": labels.saved_none,
            "some": labels.saved_some,
            "failed": labels.not_saved,
            "later": labels.not_saved_refusal,
            "changed": labels.notice_changed,
            "provider": labels.provider_deletes,
            "blocked": labels.no_storage,
        },
    });
    script_json(&config)
}

/// `[id, purpose, provider, pattern of its URLs, 1 if it stops by event]`.
fn services(manifest: &Manifest) -> Vec<Value> {
    let all =
        manifest.purposes.iter().flat_map(|purpose| purpose.services.iter().map(move |service| (purpose, service)));
    all.filter(|(purpose, service)| purpose.control == Control::Choice || !service.urls.is_empty())
        .map(|(purpose, service)| {
            let by_event = u8::from(service.on_withdraw == OnWithdraw::Event);
            json!([service.id, purpose.id, service.provider, url_pattern(&service.urls), by_event])
        })
        .collect()
}

/// `[pattern of its name, kind, [purposes that list it], its name and provider if only that one can delete it]`, each
/// item once. What no choice lists is not the loader's to delete.
fn items(manifest: &Manifest) -> Vec<Value> {
    let choices: BTreeSet<&PurposeId> = manifest.choices().map(|purpose| &purpose.id).collect();
    let mut lists: BTreeMap<Item<'_>, Listed<'_>> = BTreeMap::new();
    for purpose in &manifest.purposes {
        for service in &purpose.services {
            for item in &service.items {
                let key = (item.kind, item.name.as_str(), item.party, item.domain.as_deref());
                let listed = lists.entry(key).or_insert(Listed { provider: &service.provider, purposes: Vec::new() });
                listed.purposes.push(&purpose.id);
            }
        }
    }
    lists.retain(|_, listed| listed.purposes.iter().all(|id| choices.contains(id)));
    let row = |((kind, name, party, _), listed): (Item<'_>, Listed<'_>)| {
        if party == Party::Third {
            let said = [name, " (", listed.provider, ")"].concat();
            return json!(["", kind, listed.purposes, said]);
        }
        json!([name_pattern(name), kind, listed.purposes, ""])
    };
    lists.into_iter().map(row).collect()
}

/// A regular expression for what begins or, without `*` at its end, is `name`.
fn name_pattern(name: &str) -> String {
    match name.strip_suffix('*') {
        Some(beginning) => ["^", &literal(beginning)].concat(),
        None => ["^", &literal(name), "$"].concat(),
    }
}

/// A regular expression for what begins with one of `urls` that ends in `/`, or is one of the others.
fn url_pattern(urls: &[String]) -> String {
    if urls.is_empty() {
        // The class that has no member: nothing is matched.
        return "[]".to_owned();
    }
    let one = |url: &String| [literal(url).as_str(), if url.ends_with('/') { "" } else { "$" }].concat();
    ["^(", &urls.iter().map(one).collect::<Vec<_>>().join("|"), ")"].concat()
}

/// `text` in a regular expression of JavaScript, where nothing in it has a meaning.
fn literal(text: &str) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        if r"\^$.*+?()[]{}|".contains(char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

/// What makes two listed items the same one.
type Item<'a> = (ItemKind, &'a str, Party, Option<&'a str>);

struct Listed<'a> {
    provider: &'a str,
    purposes: Vec<&'a PurposeId>,
}

/// The stylesheet that hides the banner from a visitor who has decided, where no script can.
pub(super) fn decided_css(manifest: &Manifest) -> Option<String> {
    (manifest.mode == Mode::Service).then(|| [&manifest.endpoint, "/decided.css"].concat())
}

/// The readable summary as the manifest lists it, `__Host-volens` unless siblings share it.
fn summary_name(manifest: &Manifest) -> &str {
    manifest
        .purposes
        .iter()
        .filter(|purpose| purpose.control == Control::Always)
        .flat_map(|purpose| &purpose.services)
        .filter(|service| service.id.as_str() == "volens")
        .flat_map(|service| &service.items)
        .find(|item| item.kind == ItemKind::Cookie && item.access == Access::Script)
        .map_or("__Host-volens", |item| item.name.as_str())
}

fn asset(asset: &Asset) -> Value {
    json!([asset.url(), asset.sri()])
}

/// JSON without `<`, which could end the script, and without the two line ends that old parsers of scripts stumble on.
pub(super) fn script_json(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .unwrap_or_default()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_is_listed_and_no_more() {
        assert_eq!(name_pattern("_ga"), "^_ga$");
        assert_eq!(name_pattern("_ga_*"), "^_ga_");
        assert_eq!(name_pattern("a.b|c[0]^\\"), r"^a\.b\|c\[0\]\^\\$");
        let urls = ["https://a.example/js/", "https://a.example/f?x=1"].map(str::to_owned);
        assert_eq!(url_pattern(&urls), r"^(https://a\.example/js/|https://a\.example/f\?x=1$)");
        assert_eq!(url_pattern(&[]), "[]");
    }
}
