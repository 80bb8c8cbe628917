//! A site in any built-in language, described with built-in words alone, so that nothing in it is left untranslated.

use serde_json::{Map, Value, json};
use volens_core::Lang;
use volens_core::labels::Wording;
use volens_core::manifest::{Manifest, Mode};
use volens_core::site::Site;

/// How many companies take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cast {
    /// One for each purpose.
    Few,
    /// More than fit on a screen.
    Many,
}

/// What the site shows in this language; none if there is no built-in wording for it.
pub(super) fn manifest(lang: &Lang, cast: Cast) -> Option<Manifest> {
    let text = description(lang, Wording::built_in(lang)?, cast).to_string();
    Site::parse_json("gallery.json", &text).ok()?.manifest(lang, Mode::Service)
}

fn description(lang: &Lang, wording: &Wording, cast: Cast) -> Value {
    let (labels, words) = (wording.labels(), wording.words());
    let said = |text: &str| json!({ lang.as_str(): text });
    let purpose = |title: &str, act: &str, about: &str| {
        json!({
            "subject": "device", "policy": "site",
            "title": said(title), "act": said(act), "description": said(about),
        })
    };
    let (mut services, mut cookies) = (Map::new(), Vec::new());
    for (purpose, company, about) in [
        ("analytics", "Lysning", &words.analytics_about),
        ("functional", "Granit", &words.functional_about),
        ("marketing", "Reachlane", &words.marketing_about),
    ] {
        let count = if cast == Cast::Many { 7 } else { 1 };
        for number in 1..=count {
            let id = format!("{purpose}-{number}");
            services.insert(
                id.clone(),
                json!({
                    "name": format!("{company} {number}"), "provider": format!("{company} {number} ApS"), "country": "DK",
                    "privacy_url": "https://lysning.example/privacy",
                    "purposes": { purpose: "consent" },
                    "scripts": [format!("https://{id}.example/tag/")],
                }),
            );
            let item = |name: String, kind: &str, duration: &str, party: &str| {
                let domain = (party == "third").then(|| ("domain", json!(format!("{id}.example"))));
                let members = [
                    ("name", json!(name)),
                    ("kind", json!(kind)),
                    ("service", json!(id)),
                    ("purpose", json!(purpose)),
                    ("duration", json!(duration)),
                    ("party", json!(party)),
                    ("description", said(about)),
                ];
                members.into_iter().chain(domain).map(|(name, value)| (name.to_owned(), value)).collect::<Value>()
            };
            cookies.push(item(format!("_{id}_id"), "cookie", "P13M", "first"));
            cookies.push(item(format!("{id}.seen"), "local", "session", "first"));
            cookies.push(item(format!("{id}_uid"), "cookie", "P1Y6M", "third"));
        }
    }
    json!({
        "site": {
            "id": "gallery", "origins": ["https://gallery.example"], "languages": [lang.as_str()], "rule_set": "eu",
            "cookie_scope": "host",
            "title": said("Nordvakt"),
            "list_url": said("/en/cookies"), "privacy_url": said("/en/privacy"),
        },
        "controller": {
            "id": "nordvakt", "name": "Nordvakt AB", "country": "SE", "address": "Fyrvägen 12, Stockholm",
            "email": "privacy@nordvakt.example",
        },
        "policy": [{
            "id": "site", "title": said(&labels.privacy_link), "url": said("/en/privacy"),
            "version": said("3.2"), "effective": said("2026-09-01"),
        }],
        "purpose": {
            "necessary": purpose(&words.tool_name, &words.tool_name, &words.tool_token),
            "analytics": purpose(&words.analytics_title, &words.analytics_act, &words.analytics_about),
            "functional": purpose(&words.functional_title, &words.functional_act, &words.functional_about),
            "marketing": purpose(&words.marketing_title, &words.marketing_act, &words.marketing_about),
        },
        "service": services,
        "cookie": cookies,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_language_has_a_gallery() {
        for tag in Wording::tags() {
            let lang: Lang = tag.parse().unwrap();
            let text = description(&lang, Wording::built_in(&lang).unwrap(), Cast::Many).to_string();
            let site = Site::parse_json("gallery.json", &text).unwrap_or_else(|errors| panic!("{tag}: {errors}"));
            let manifest = site.manifest(&lang, Mode::Service).unwrap();
            assert_eq!(manifest.choices().count(), 3, "{tag}");
            assert!(manifest.purposes.iter().filter(|view| view.services.len() == 7).count() == 3, "{tag}");
        }
    }
}
