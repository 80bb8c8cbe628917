//! A small site with everything the widget shows, and web assets to go with it.

use std::{fs, path::PathBuf};

use volens_core::{
    labels::{Wording, fill},
    manifest::{
        Access, Control, ItemKind, ItemView, Manifest, Mode, OnWithdraw, Party, PartyView, PolicyView, Position,
        PurposeView, Role, ServiceView,
    },
};
use volens_widget::page::Assets;

/// The languages with built-in texts, and the longest act in each that a site of ours asks for.
pub(crate) const LANGUAGES: [(&str, [&str; 3]); 3] = [
    ("en", ["count visits", "remember your region", "measure our advertisements"]),
    ("sv", ["räkna besök", "minnas din region", "mäta våra annonser"]),
    ("da", ["tælle besøg", "huske din region", "måle vores annoncer"]),
];

pub(crate) fn manifest(lang: &str) -> Manifest {
    let acts = LANGUAGES.iter().find(|(one, _)| *one == lang).unwrap().1;
    let lang = lang.parse().unwrap();
    let wording = Wording::built_in(&lang).unwrap();
    Manifest {
        site: "nordvakt".into(),
        mode: Mode::Service,
        languages: LANGUAGES.iter().map(|(lang, _)| lang.parse().unwrap()).collect(),
        notice: "NoTiCeHaShNoTiCeHaShNoTiCeHaShNoTiCeHaSh123".parse().unwrap(),
        text: "TeXtHaShTeXtHaShTeXtHaShTeXtHaShTeXtHaSh123".parse().unwrap(),
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
        controllers: vec![party("Nordvakt AB", Role::Controller), party("Nordvakt Group AB", Role::Parent)],
        purposes: vec![
            purpose("necessary", "what the site needs", Control::Always, vec![own()]),
            purpose("analytics", acts[0], Control::Choice, vec![insight()]),
            purpose("functional", acts[1], Control::Choice, vec![]),
            purpose("marketing", acts[2], Control::Choice, vec![reach()]),
        ],
        marks: ["analytics", "functional", "marketing", "research"].map(|id| id.parse().unwrap()).into(),
        lead: fill(&wording.words().lead, &[("controller", "Nordvakt AB"), ("acts", &wording.list(&acts))]),
        rest: [&wording.counted(&wording.words().takes_part, 2), " ", &wording.words().rest].concat(),
        labels: wording.labels().clone(),
        lang,
    }
}

fn party(name: &str, role: Role) -> PartyView {
    PartyView { id: name.to_lowercase().replace(' ', "-"), name: name.into(), country: "SE".into(), role }
}

fn purpose(id: &str, act: &str, control: Control, services: Vec<ServiceView>) -> PurposeView {
    PurposeView {
        id: id.parse().unwrap(),
        title: format!("Title of {id}"),
        act: act.into(),
        description: format!("What happens for {id} & why."),
        control,
        basis: "your consent".into(),
        services,
    }
}

fn own() -> ServiceView {
    service(
        "volens",
        "Consent choices",
        &[],
        vec![
            item("__Host-consent", ItemKind::Cookie, Party::First, Access::HttpOnly),
            item("__Host-volens", ItemKind::Cookie, Party::First, Access::Script),
        ],
    )
}

fn insight() -> ServiceView {
    service(
        "insight",
        "Insight",
        &["https://insight.example/tag/"],
        vec![
            item("_nv_*", ItemKind::Cookie, Party::First, Access::Script),
            item("insight", ItemKind::Local, Party::First, Access::Script),
        ],
    )
}

fn reach() -> ServiceView {
    service(
        "reach",
        "Reach",
        &["https://reach.example/pixel.js"],
        vec![item("reach_id", ItemKind::Cookie, Party::Third, Access::Script)],
    )
}

fn service(id: &str, name: &str, urls: &[&str], items: Vec<ItemView>) -> ServiceView {
    ServiceView {
        id: id.parse().unwrap(),
        name: name.into(),
        provider: format!("{name} ApS"),
        country: "DK".into(),
        privacy_url: Some(format!("https://{id}.example/privacy?a=1&b=2")),
        on_withdraw: OnWithdraw::Reload,
        urls: urls.iter().map(|url| (*url).into()).collect(),
        items,
    }
}

fn item(name: &str, kind: ItemKind, party: Party, access: Access) -> ItemView {
    ItemView {
        name: name.into(),
        kind,
        domain: (party == Party::Third).then(|| "reach.example".into()),
        duration: "1 year".into(),
        period: "P1Y".into(),
        party,
        access,
        description: "Tells visitors apart.".into(),
    }
}

/// Assets as a build writes them, with the sources in the place of minified files.
pub(crate) fn assets(test: &str) -> Assets {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("volens-widget").join(test);
    let web = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("web");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("gate.0.js"), "gate(__GATE__)\n").unwrap();
    fs::write(dir.join("local.0.js"), "local(__GATE__)\n").unwrap();
    fs::write(dir.join("signals.0.js"), "signals(__SIGNALS__)\n").unwrap();
    fs::copy(web.join("banner.css"), dir.join("banner.0.css")).unwrap();
    let list = serde_json::json!({
        "gate": { "file": "gate.0.js", "sri": "sha256-gate" },
        "local": { "file": "local.0.js", "sri": "sha256-local" },
        "signals": { "file": "signals.0.js", "sri": "sha256-signals" },
        "loader": { "file": "loader.0.js", "sri": "sha256-loader" },
        "glue": { "file": "volens_widget.0.js", "sri": "sha256-glue" },
        "wasm": { "file": "volens_widget.0.wasm", "sri": "sha256-wasm" },
        "banner_css": { "file": "banner.0.css", "sri": "sha256-banner" },
        "center_css": { "file": "center.0.css", "sri": "sha256-center" },
    });
    fs::write(dir.join("assets.json"), list.to_string()).unwrap();
    Assets::load(&dir, "/consent/v1/web").unwrap()
}

/// One tag a line, so that a snapshot can be read.
pub(crate) fn lines(html: &str) -> String {
    html.replace("><", ">\n<")
}
