use std::collections::BTreeMap;

use volens_core::manifest::Mode;
use volens_core::signals::{Declared, Vendor, google, matomo};
use volens_widget::page::{Assets, Carried, settings_page, snippet};
use volens_widget::view::Gpc;

use crate::site::{assets, lines, manifest};

#[tokio::test]
async fn head() {
    let carried = [
        Carried { notice8: "0lDn0tlc".into(), choices: manifest("en").marks, mask: "101".into() },
        Carried { notice8: "0lDestnt".into(), choices: vec!["analytics".parse().unwrap()], mask: "1".into() },
    ];
    let snippet = snippet(&manifest("en"), &assets("head"), &carried, None).await;
    let (_, after_css) = snippet.head.split_once("</style>").unwrap();
    insta::assert_snapshot!(lines(after_css));
    assert_eq!(snippet.script_hashes.len(), 2);
    assert_eq!(snippet.script_hashes[1], "'sha256-loader'");
    assert_eq!(snippet.style_hashes.len(), 1);
}

/// A full-page cache may keep it: nothing in it depends on who asks.
#[tokio::test]
async fn the_same_bytes_for_everyone() {
    let assets = assets("the_same_bytes_for_everyone");
    let first = snippet(&manifest("sv"), &assets, &[], None).await;
    let second = snippet(&manifest("sv"), &assets, &[], None).await;
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_text_cannot_end_the_configuration() {
    let mut manifest = manifest("en");
    manifest.purposes[1].title = "</script><script>alert(1)</script>\u{2028}".into();
    let snippet = snippet(&manifest, &assets("a_text_cannot_end"), &[], None).await;
    assert!(!snippet.head.contains("alert(1)</script>"), "{}", snippet.head);
    assert!(snippet.head.contains(r"\u003c/script>\u003cscript>alert(1)\u003c/script>\u2028"), "{}", snippet.head);
}

#[tokio::test]
async fn a_static_site_asks_no_server() {
    let mut manifest = manifest("en");
    manifest.mode = Mode::Local;
    let head = snippet(&manifest, &assets("a_static_site"), &[], None).await.head;
    assert!(!head.contains("decided.css"), "{head}");
    assert!(head.contains("/consent/v1/manifest.en.json"), "{head}");
    let (local, gate) = (head.find("<script>local({").unwrap(), head.find("<script>gate({").unwrap());
    assert!(local < gate, "what stands in for the service comes before the gate: {head}");
}

/// Others pay nothing for them.
#[tokio::test]
async fn adapters_come_after_the_gate_and_only_where_declared() {
    let assets = assets("adapters");
    let plain = snippet(&manifest("en"), &assets, &[], None).await;
    assert!(!plain.head.contains("signals("), "{}", plain.head);
    let google =
        google::Options { regions: vec!["SE".parse().unwrap()], wait_for_update: Some(500), ..Default::default() };
    let declared = Declared::new([Vendor::Clarity, Vendor::Matomo(matomo::Consent::Tracking)], google);
    let telling = snippet(&manifest("en"), &assets.telling(&declared), &[], None).await;
    let script = concat!(
        r#"</script><script>signals({"clarity":1,"google":{"more":{"wait_for_update":500},"pass":null,"redact":null,"regions":["SE"]},"#,
        r#""matomo":"","meta":null,"uet":null})</script>"#
    );
    assert!(telling.head.contains(script), "{}", telling.head);
    assert_eq!(telling.script_hashes.len(), plain.script_hashes.len() + 1);
}

#[tokio::test]
async fn a_nonce_is_on_every_script_and_style() {
    let plain = snippet(&manifest("en"), &assets("nonce"), &[], None).await;
    let with = plain.clone().with_nonce("__NONCE__");
    for tag in ["<script", "<style", "<link"] {
        let count = plain.head.matches(tag).count();
        assert!(count > 0, "{tag}");
        assert_eq!(with.head.matches(&format!("{tag} nonce=\"__NONCE__\"")).count(), count, "{tag}");
    }
    assert_eq!((with.banner, with.foot), (plain.banner, plain.foot));
}

#[tokio::test]
async fn without_choices_nothing_is_asked() {
    let mut manifest = manifest("en");
    manifest.purposes.truncate(1);
    let banner = snippet(&manifest, &assets("without_choices"), &[], None).await.banner;
    assert!(!banner.contains("<form"), "{banner}");
    assert!(banner.contains(r#"data-volens="status""#), "{banner}");
}

#[tokio::test]
async fn settings() {
    let granted = BTreeMap::from([("analytics".parse().unwrap(), true), ("functional".parse().unwrap(), false)]);
    let saved = Some("Saved & <sound>.");
    let page = settings_page(
        &manifest("en"),
        &assets("settings"),
        &granted,
        "/en/?a=1&b=2",
        "/consent/v1/settings?saved=1",
        saved,
        Gpc::NotSent,
    )
    .await;
    insta::assert_snapshot!(lines(&page));
    let switch = |id: &str| {
        let (before, _) = page.split_once(&format!("name=\"p.{id}\"")).unwrap();
        before.rsplit_once('<').unwrap().1.contains(" checked")
    };
    assert_eq!(["analytics", "functional", "marketing"].map(switch), [true, false, false]);
    for bad in ["<script", " style=", " onclick", "Idempotency"] {
        assert!(!page.contains(bad), "{bad} in {page}");
    }
}

#[test]
fn a_folder_without_assets_is_named() {
    let error = Assets::load("/nowhere/at/all".as_ref(), "/web").unwrap_err();
    assert_eq!(error.code(), "assets-unreadable");
    assert_eq!(
        error.to_string(),
        "/nowhere/at/all/assets.json: No such file or directory (os error 2); expected web assets as `cargo xtask dist` writes them"
    );
}
