use volens_core::Lang;
use volens_core::manifest::{Access, Control, Manifest, Mode, Party};
use volens_core::site::Site;

use crate::{demo, shop, shop_with};

fn lang(tag: &str) -> Lang {
    tag.parse().unwrap()
}

fn ids(manifest: &Manifest) -> Vec<(&str, Control)> {
    manifest.purposes.iter().map(|purpose| (purpose.id.as_str(), purpose.control)).collect()
}

#[test]
fn a_purpose_is_offered_only_where_it_has_all_its_texts() {
    let site = shop();
    let english = site.manifest(&lang("en"), Mode::Service).unwrap();
    let swedish = site.manifest(&lang("sv"), Mode::Service).unwrap();
    let (always, choice) = (Control::Always, Control::Choice);
    assert_eq!(ids(&english), [("necessary", always), ("analytics", choice), ("marketing", choice)]);
    assert_eq!(ids(&swedish), [("necessary", always), ("analytics", choice)]);
    assert_eq!(english.marks, swedish.marks);
    assert_eq!(english.marks.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["analytics", "marketing"]);
    assert!(site.offered(&"club".parse().unwrap(), &lang("en")));
    assert!(!site.offered(&"club".parse().unwrap(), &lang("sv")));
    assert!(site.manifest(&lang("da"), Mode::Service).is_none());
    assert_eq!(site.manifest(&lang("sv"), Mode::Service), site.manifest(&"sv".parse().unwrap(), Mode::Service));
}

#[test]
fn a_manifest_names_what_a_page_needs() {
    let manifest = shop().manifest(&lang("sv"), Mode::Service).unwrap();
    assert_eq!(manifest.settings_url, "/consent/v1/settings?lang=sv");
    assert_eq!(manifest.list_url, "/sv/cookies");
    assert_eq!(manifest.policy.version, "1.9");
    assert_eq!(manifest.policy.effective, "2025-11-01");
    assert_eq!(manifest.controllers.len(), 2);
    let counter = &manifest.purposes[1].services[0];
    assert_eq!(counter.urls, ["https://counter.example/frame.html", "https://counter.example/js/"]);
    assert!(counter.allows("https://counter.example/js/a.js"));
    assert!(!counter.allows("https://counter.example/frame.html?x"));
    assert_eq!(counter.items.len(), 1);
    assert_eq!((counter.items[0].duration.as_str(), counter.items[0].period.as_str()), ("13 månader", "P13M"));
    assert_eq!(manifest.purposes[1].basis, "ditt samtycke");
}

#[test]
fn the_tool_lists_itself() {
    let items = |site: &Site, mode| -> Vec<(String, Option<String>, Access, Party)> {
        let manifest = site.manifest(&lang("en"), mode).unwrap();
        let tool =
            manifest.purposes[0].services.iter().find(|service| service.id.as_str() == "volens").unwrap().clone();
        assert_eq!(tool.provider, "Shop AB");
        tool.items.into_iter().map(|item| (item.name, item.domain, item.access, item.party)).collect()
    };
    let domain = Some("shop.example".to_owned());
    assert_eq!(
        items(&shop(), Mode::Service),
        [
            ("__Secure-consent".to_owned(), domain.clone(), Access::HttpOnly, Party::First),
            ("__Secure-volens".to_owned(), domain, Access::Script, Party::First),
            ("volens.pending".to_owned(), None, Access::Script, Party::First),
        ]
    );
    let host = shop_with("cookie_scope = \"domain\"\ndomain = \"shop.example\"", "cookie_scope = \"host\"");
    assert_eq!(host.cookie_names(), ("__Host-consent", "__Host-volens"));
    assert_eq!(items(&host, Mode::Service)[0].0, "__Host-consent");
    assert_eq!(items(&host, Mode::Local), [("volens.local".to_owned(), None, Access::Script, Party::First)]);
}

#[test]
fn the_server_deletes_its_own_cookies_only() {
    let site = Site::parse("site.toml", &demo()).unwrap();
    let names: Vec<&str> = site.http_only_cookies().map(|cookie| cookie.name.as_str()).collect();
    assert!(names.contains(&"nv_views"), "{names:?}");
    assert!(!names.contains(&"lysning_uid"), "a third party's: {names:?}");
}

#[test]
fn a_manifest_survives_json() {
    let site = Site::parse("site.toml", &demo()).unwrap();
    for lang in site.languages() {
        let manifest = site.manifest(lang, Mode::Service).unwrap();
        let json = serde_json::to_string(&manifest).unwrap();
        assert_eq!(serde_json::from_str::<Manifest>(&json).unwrap(), manifest);
    }
}

#[test]
fn the_demo_asks_in_at_most_45_words() {
    let site = Site::parse("site.toml", &demo()).unwrap();
    for lang in site.languages() {
        let manifest = site.manifest(lang, Mode::Service).unwrap();
        let text = [&*manifest.labels.banner_name, &manifest.lead, &manifest.rest].join(" ");
        let links = [&*manifest.labels.list_link, &*manifest.labels.privacy_link].join(" ");
        let words = [text.as_str(), &links].join(" ").split_whitespace().count();
        assert!(words <= 45, "{lang}: {words} words: {text} {links}");
        assert!(manifest.choices().all(|purpose| text.contains(&purpose.act)), "{lang}: {text}");
    }
}

#[test]
fn the_first_layer_reads_as_a_question() {
    let site = shop();
    let manifest = site.manifest(&lang("en"), Mode::Service).unwrap();
    assert_eq!(manifest.lead, "Shop AB asks: may we count visits and show offers?");
    assert_eq!(
        manifest.rest,
        "1 provider takes part. Saying no changes nothing on this page, and you can change your mind at the foot of every page."
    );
    let manifest = site.manifest(&lang("sv"), Mode::Service).unwrap();
    assert_eq!(manifest.lead, "Shop AB frågar: får vi räkna besök?");
}

#[test]
fn the_text_hash_follows_the_text_and_its_language() {
    let (site, english, swedish) = (shop(), lang("en"), lang("sv"));
    let better = shop_with("description.sv = \"Räknar besök.\"", "description.sv = \"Räknar dina besök.\"");
    assert_ne!(site.text(&english), site.text(&swedish));
    assert_eq!(site.text(&english), better.text(&english));
    assert_ne!(site.text(&swedish), better.text(&swedish));
    assert_eq!(site.manifest(&swedish, Mode::Service).unwrap().text, site.text(&swedish));
    // What nobody reads is no text.
    let moved = shop_with("https://counter.example/js/", "https://counter.example/v2/");
    assert_eq!(site.text(&english), moved.text(&english));
    // A language that the site does not speak is shown the default one.
    assert_eq!(site.text(&lang("da")), site.text(&english));
}
