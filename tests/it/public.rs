//! What anyone may read.

use crate::support::assets;
use crate::support::disk;
use crate::support::host::{Hands, Host, SITE, START, wait};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use volens_server::mail::Mail;

#[test]
fn the_texts_come_in_the_language_asked_for() {
    let host = Host::start("manifest");
    let title = |path: &str, accept: &str| {
        let reply = host.browser().send("GET", path, &[("accept-language", accept)], b"").unwrap();
        assert_eq!(reply.status, 200);
        let manifest: Value = reply.json();
        assert_eq!(manifest["notice"], json!(host.notice()), "the notice has no language");
        manifest["purposes"].as_array().unwrap().iter().find(|purpose| purpose["id"] == "analytics").unwrap()["title"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (english, swedish) = ("Web analysis", "Webbanalys");
    for (path, accept, expected) in [
        ("/consent/v1/manifest", "", english),
        ("/consent/v1/manifest?lang=sv", "en", swedish),
        ("/consent/v1/manifest?lang=sv-FI", "en", swedish),
        ("/consent/v1/manifest?lang=xx", "sv", swedish),
        ("/consent/v1/manifest", "de, sv;q=0.8, en;q=0.5", swedish),
        ("/consent/v1/manifest", "en;q=0.5, sv;q=0.8", swedish),
        ("/consent/v1/manifest", "sv;q=0, en", english),
        ("/consent/v1/manifest", "fi", english),
        ("/consent/v1/manifest?lang=%00", "de", english),
    ] {
        assert_eq!(title(path, accept), expected, "{path} {accept:?}");
    }
}

#[test]
fn caches_are_told_what_the_language_was_taken_from() {
    let host = Host::start("vary");
    for path in ["snippet", "snippet?part=foot", "cookies", "manifest"] {
        for (lang, varies) in [("", true), ("lang=xx", true), ("lang=sv", false), ("lang=sv-FI", false)] {
            let path = format!("/consent/v1/{path}{}{lang}", if path.contains('?') { "&" } else { "?" });
            let reply = host.browser().send("GET", &path, &[("accept-language", "sv")], b"").unwrap();
            assert_eq!(reply.status, 200, "{path}");
            let vary: Vec<&str> =
                reply.headers.iter().filter(|(name, _)| name == "vary").map(|(_, v)| v.as_str()).collect();
            assert_eq!(vary.contains(&"accept-language"), varies, "{path}: {vary:?}");
            assert!(vary.contains(&"origin"), "{path}: {vary:?}");
        }
    }
}

#[test]
fn the_cookie_list_names_every_item() {
    let host = Host::start("list");
    for path in ["/consent/v1/cookies?lang=en", "/.well-known/cookie-list.json"] {
        let reply = host.browser().get(path);
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
        let list = reply.json().to_string();
        for name in ["_in_id", "reach_srv", "__Host-consent", "__Host-volens", "volens.pending", "Insight Metrics ApS"]
        {
            assert!(list.contains(name), "{path}: {name} in {list}");
        }
    }
    let swedish = host.browser().get("/consent/v1/cookies?lang=sv").json().to_string();
    assert!(swedish.contains("Räknar besök som började med en annons."), "{swedish}");
}

#[test]
fn keys_and_signals_are_where_they_are_looked_for() {
    let host = Host::start("well-known");
    let jwks = host.browser().get("/.well-known/jwks.json").json();
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!((&keys[0]["kty"], &keys[0]["crv"], &keys[0]["use"]), (&json!("OKP"), &json!("Ed25519"), &json!("sig")));
    assert_eq!(keys[0].get("d"), None, "no private key");
    assert_eq!(host.browser().get("/.well-known/gpc.json").json(), json!({ "gpc": true, "lastUpdate": "2026-09-01" }));
    assert_eq!((host.browser().get("/healthz").status, host.browser().get("/readyz").status), (200, 200));
}

#[test]
fn the_keys_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let host = Host::start("modes");
    let mode = |path: std::path::PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = host.data.join("keys");
    assert_eq!(mode(folder.clone()), 0o700);
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        assert_eq!(mode(file.clone()), 0o600, "{}", file.display());
    }
}

#[test]
fn assets_are_kept_for_a_year_and_nothing_else_is_served() {
    let host = Host::start("assets");
    for (file, media) in [
        ("loader.00000002.js", "text/javascript; charset=utf-8"),
        ("banner.00000005.css", "text/css; charset=utf-8"),
        ("volens_widget.00000004.wasm", "application/wasm"),
    ] {
        let reply = host.browser().get(&format!("/consent/v1/web/{file}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(media)));
        assert_eq!(reply.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.body, std::fs::read(assets::folder(&host.data).join(file)).unwrap());
    }
    // Of an earlier deploy: no list names it any more, but pages in caches do.
    std::fs::write(assets::folder(&host.data).join("loader.0badc0de.js"), "old").unwrap();
    assert_eq!(host.browser().get("/consent/v1/web/loader.0badc0de.js").body, b"old");
    std::fs::write(host.data.join("secret.js"), "secret").unwrap();
    std::fs::create_dir_all(host.data.join("web/deep")).unwrap();
    std::fs::write(host.data.join("web/deep/secret.js"), "secret").unwrap();
    std::fs::write(host.data.join("web/.secret.js"), "secret").unwrap();
    for path in [
        "/consent/v1/web/",
        "/consent/v1/web/nothing.js",
        "/consent/v1/web/assets.json",
        "/consent/v1/web/.secret.js",
        "/consent/v1/web/deep/secret.js",
        "/consent/v1/web/deep%2Fsecret.js",
        "/consent/v1/web/../secret.js",
        "/consent/v1/web/..%2Fsecret.js",
        "/consent/v1/web/%2e%2e%2fsecret.js",
        "/consent/v1/web/%2e%2e/secret.js",
        "/consent/v1/web/..%5Csecret.js",
        "/consent/v1/web/loader.00000002.js%00",
        "/consent/v1/web//secret.js",
        "/consent/v1/web/%2Fetc%2Fpasswd",
    ] {
        let answer = raw(&host, path);
        let status: u16 = answer.split(' ').nth(1).unwrap().parse().unwrap();
        assert!(status == 404 || status == 400, "{path}: {answer}");
        assert!(!answer.contains("secret"), "{path}: {answer}");
    }
}

#[test]
fn the_demos_own_site_is_one_the_service_opens() {
    let toml = std::fs::read_to_string(disk::repository().join("demo-site/site.toml")).unwrap();
    let host = Host::open(&disk::folder("demo-site"), &toml, Hands::at(START), Mail::Outbox);
    for lang in ["en", "sv", "da"] {
        let snippet = wait(host.service.snippet(&lang.parse().unwrap(), None)).unwrap();
        assert!(snippet.banner.contains("data-volens=\"banner\"") && snippet.foot.contains("cookie-settings"));
    }
    let mut browser = host.browser();
    assert_eq!(browser.choose(&host.notice(), &[("analytics", true)]).status, 201);
    assert_eq!(browser.status("analytics"), "granted");
}

#[test]
fn a_restart_keeps_keys_and_records() {
    let host = Host::start("restart");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true)]);
    let (data, clock, jwks) = (host.data.clone(), host.clock.clone(), host.service.jwks().to_owned());
    drop(host);
    let host = Host::open(&data, SITE, clock, Mail::Outbox);
    assert_eq!(host.service.jwks(), jwks);
    let mut after = host.browser();
    after.jar = browser.jar;
    assert_eq!(after.status("analytics"), "granted");
}

/// A request with a path as it stands: clients tidy paths up.
fn raw(host: &Host, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(host.address()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
