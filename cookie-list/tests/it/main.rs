//! The lists as they are published.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

use volens_core::labels::Wording;
use volens_core::manifest::{
    Access, Control, ItemKind, ItemView, Manifest, Mode, OnWithdraw, Party, PartyView, PolicyView, Position,
    PurposeView, Role, ServiceView,
};

fn manifest(lang: &str) -> Manifest {
    let wording = Wording::built_in(&lang.parse().unwrap()).unwrap();
    Manifest {
        site: "nordvakt".into(),
        mode: Mode::Service,
        lang: lang.parse().unwrap(),
        languages: vec![lang.parse().unwrap()],
        notice: "Zk3vQ9aBx7mN2pLwR4tYc8hJ5sDfGe0uKiOqWzXvT1A".parse().unwrap(),
        text: "t-4Lm8".parse().unwrap(),
        endpoint: "/consent/v1".into(),
        settings_url: format!("/consent/v1/settings?lang={lang}"),
        list_url: format!("/{lang}/cookies"),
        privacy_url: format!("/{lang}/privacy"),
        policy: PolicyView {
            id: "site".into(),
            title: "Privacy notice".into(),
            version: "3.2".into(),
            effective: "2026-09-01".into(),
            url: format!("/{lang}/privacy"),
        },
        position: Position::Bottom,
        variant: None,
        controllers: vec![PartyView {
            id: "nordvakt".into(),
            name: "Nordvakt AB".into(),
            country: "SE".into(),
            role: Role::Controller,
        }],
        purposes: vec![
            purpose("necessary", "Necessary", Control::Always, vec![service("volens", None, vec![])]),
            purpose(
                "analytics",
                "Web analysis",
                Control::Choice,
                vec![
                    service(
                        "insight",
                        Some("https://insight.example/privacy"),
                        vec![
                            item("_nv_id", ItemKind::Cookie, None, Party::First, "P1Y"),
                            item("_nv_*", ItemKind::Local, None, Party::First, "persistent"),
                            item("nv", ItemKind::Cookie, Some("insight.example"), Party::Third, "session"),
                        ],
                    ),
                    service(
                        "heat",
                        Some("javascript:alert(1)"),
                        vec![item("heat", ItemKind::IndexedDb, None, Party::First, "P30D")],
                    ),
                ],
            ),
        ],
        marks: vec!["analytics".parse().unwrap()],
        lead: "May we count visits?".into(),
        rest: String::new(),
        labels: wording.labels().clone(),
    }
}

fn purpose(id: &str, title: &str, control: Control, services: Vec<ServiceView>) -> PurposeView {
    PurposeView {
        id: id.parse().unwrap(),
        title: title.into(),
        act: "count visits".into(),
        description: "We count visits.".into(),
        control,
        basis: "your consent".into(),
        services,
    }
}

fn service(id: &str, privacy_url: Option<&str>, items: Vec<ItemView>) -> ServiceView {
    ServiceView {
        id: id.parse().unwrap(),
        name: format!("The {id}"),
        provider: "Insight Metrics ApS".into(),
        country: "DK".into(),
        privacy_url: privacy_url.map(Into::into),
        on_withdraw: OnWithdraw::Reload,
        urls: vec![],
        items,
    }
}

fn item(name: &str, kind: ItemKind, domain: Option<&str>, party: Party, period: &str) -> ItemView {
    ItemView {
        name: name.into(),
        kind,
        domain: domain.map(Into::into),
        duration: format!("({period})"),
        period: period.into(),
        party,
        access: if kind == ItemKind::Cookie { Access::HttpOnly } else { Access::Script },
        description: "Tells a returning browser from a new one.".into(),
    }
}

#[test]
fn the_list_for_people() {
    insta::assert_snapshot!(volens_cookie_list::html(&manifest("en")));
}

#[test]
fn the_list_for_people_in_danish() {
    insta::assert_snapshot!(volens_cookie_list::html(&manifest("da")));
}

#[test]
fn the_list_for_programs() {
    insta::assert_snapshot!(volens_cookie_list::json(&manifest("en")));
}

#[test]
fn nothing_from_the_site_becomes_markup() {
    let hostile = "\"'><script>alert(1)</script><img onerror=x> & ";
    let mut manifest = manifest("en");
    manifest.policy.title = hostile.into();
    manifest.policy.url = format!("/{hostile}");
    for purpose in &mut manifest.purposes {
        purpose.title = hostile.into();
        purpose.description = hostile.into();
        purpose.basis = hostile.into();
        for service in &mut purpose.services {
            service.name = hostile.into();
            service.provider = hostile.into();
            service.country = hostile.into();
            service.privacy_url = Some(format!("https://x.example/{hostile}"));
            for item in &mut service.items {
                item.name = hostile.into();
                item.duration = hostile.into();
                item.domain = Some(hostile.into());
                item.description = hostile.into();
            }
        }
    }
    manifest.labels.item_duration = hostile.into();
    let html = volens_cookie_list::html(&manifest);
    let tags = html.split('<').skip(1).map(|tag| tag.split(['>', ' ']).next().unwrap().trim_start_matches('/'));
    let ours = [
        "div", "section", "h2", "h3", "p", "b", "span", "dl", "dt", "dd", "a", "table", "thead", "tbody", "tr", "th",
        "td", "code",
    ];
    for tag in tags {
        assert!(ours.contains(&tag), "{tag}");
    }
    assert!(!html.contains("<img"));
    assert!(html.contains("&quot;&#39;&gt;&lt;script&gt;"));

    // JSON keeps the texts as they are.
    let json: serde_json::Value = serde_json::from_str(&volens_cookie_list::json(&manifest)).unwrap();
    assert_eq!(json["purposes"][1]["title"], hostile);
}

#[test]
fn elements_are_closed_and_nothing_is_inline() {
    let html = volens_cookie_list::html(&manifest("en"));
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{html}"),
            None => open.push(tag.split(' ').next().unwrap()),
        }
        assert!(!tag.contains("style=") && !tag.contains(" on"), "{tag}");
    }
    assert!(open.is_empty());
    assert!(!html.contains("javascript:"));
}
