//! `volens list generate` and `volens render`, from a site's description.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::run::{command, folder, text, volens};

/// A small site, in the file `site.toml` of its own folder.
pub(crate) fn site(folder: &Path) -> PathBuf {
    let path = folder.join("site.toml");
    std::fs::write(&path, include_str!("site.toml")).unwrap();
    path
}

/// A folder like the one `cargo xtask dist` makes, with next to nothing in the files.
pub(crate) fn web(folder: &Path) -> PathBuf {
    let web = folder.join("web");
    std::fs::create_dir_all(&web).unwrap();
    let mut list = serde_json::Map::new();
    for (name, file, content) in [
        ("gate", "gate.00000000.js", "(function(){var g=__GATE__})()"),
        ("loader", "loader.00000000.js", "1"),
        ("local", "local.00000000.js", "(function(){var l=__GATE__})()"),
        ("signals", "signals.00000000.js", "(function(){var s=__SIGNALS__})()"),
        ("glue", "volens_widget.00000000.js", "1"),
        ("wasm", "volens_widget.00000000.wasm", "1"),
        ("banner_css", "banner.00000000.css", ".vo{color:red}"),
        ("center_css", "center.00000000.css", ".vo{color:red}"),
    ] {
        std::fs::write(web.join(file), content).unwrap();
        list.insert(name.into(), json!({"file": file, "sri": "sha256-AAAA"}));
    }
    std::fs::write(web.join("assets.json"), Value::Object(list).to_string()).unwrap();
    web
}

#[test]
fn the_list_for_people_and_for_programs() {
    let path = site(&folder("list"));
    let html = volens(&["list", "generate", "--site", text(&path), "--lang", "en"]);
    assert_eq!((html.code, html.err.as_str()), (0, ""));
    insta::assert_snapshot!("list_html", html.out);
    let json = volens(&["list", "generate", "--site", text(&path), "--lang", "sv", "--format", "json"]);
    assert_eq!(json.json()["lang"], "sv");
    insta::assert_snapshot!("list_json", json.out);
}

#[test]
fn a_language_that_the_site_does_not_have() {
    let path = site(&folder("list-lang"));
    let ran = volens(&["list", "generate", "--site", text(&path), "--lang", "fr"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    let expected = format!("volens: --lang: found fr, expected a language of {}: en, sv\n", path.display());
    assert_eq!(ran.err, expected);
}

#[test]
fn a_bad_description_is_listed_line_by_line() {
    let path = site(&folder("list-bad"));
    let good = std::fs::read_to_string(&path).unwrap();
    let bad = good.replace("party = \"first\"", "party = \"second\"").replace("revision = 1", "revison = 1");
    assert_ne!(good, bad);
    std::fs::write(&path, &bad).unwrap();
    let line = |what: &str| bad.lines().position(|line| line.contains(what)).unwrap() + 1;
    let ran = volens(&["list", "generate", "--site", text(&path), "--lang", "en"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    for what in ["party = \"second\"", "revison"] {
        assert!(ran.err.contains(&format!("site.toml:{}: ", line(what))), "{what}: {}", ran.err);
    }
    assert_eq!(volens(&["list", "generate", "--site", "/nowhere.toml", "--lang", "en"]).code, 2);
}

#[test]
fn the_snippet_in_every_form() {
    let folder = folder("render");
    let (site, web) = (site(&folder), web(&folder));
    let args = ["render", "--site", text(&site), "--lang", "en", "--web", text(&web)];
    let render = |more: &[&str]| {
        let ran = volens(&[&args, more].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran
    };
    let parts = render(&["--json"]).json();
    let part = |name: &str| parts[name].as_str().unwrap();
    assert!(part("head").contains("<script") && part("head").contains("/consent/v1/web/loader.00000000.js"));
    assert!(part("banner").contains("data-volens=\"banner\"") && part("banner").contains("/consent/v1/choices"));
    assert!(part("foot").contains("id=\"cookie-settings\""));
    assert!(parts["csp"]["script-src"][0].as_str().unwrap().starts_with("'sha256-"));

    // The parts alone, the whole, and the files say the same.
    for name in ["head", "foot", "banner"] {
        assert_eq!(render(&["--part", name]).out, part(name));
    }
    assert_eq!(render(&["--part", "csp"]).json(), parts["csp"]);
    let whole = render(&[]).out;
    let places = ["head", "banner", "foot"].map(|name| whole.find(part(name)).unwrap());
    assert!(places.is_sorted());
    let out = folder.join("out");
    let written = render(&["--out", text(&out)]).out;
    assert_eq!(written.lines().count(), 6);
    let json: Value = serde_json::from_str(&std::fs::read_to_string(out.join("snippet.json")).unwrap()).unwrap();
    assert_eq!(json, parts);
    assert_eq!(std::fs::read_to_string(out.join("snippet.html")).unwrap(), whole);
    assert_eq!(std::fs::read_to_string(out.join("head.html")).unwrap(), part("head"));

    // A nonce is the policy's, or a mark that the page's own template fills in.
    let nonced = render(&["--part", "head", "--nonce", "{{ nonce }}"]).out;
    assert_eq!(nonced.replace(" nonce=\"{{ nonce }}\"", ""), part("head"));
    assert_eq!(nonced.matches("nonce=").count(), 5, "{nonced}");
    let ran = volens(&[&args[..], &["--nonce", "a\"onload=x"]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.err);

    // The environment names the folder too, and the pages may have the files elsewhere.
    let output =
        command().args(&args[..5]).args(["--web-url", "https://cdn.example/v"]).env("VOLENS_WEB", &web).output();
    assert!(String::from_utf8(output.unwrap().stdout).unwrap().contains("https://cdn.example/v/loader.00000000.js"));
    let local = render(&["--mode", "local"]).out;
    assert!(local.contains("local") && local != whole);
}

#[test]
fn without_assets_nothing_is_rendered() {
    let folder = folder("render-bad");
    let site = site(&folder);
    let args = ["render", "--site", text(&site), "--lang", "en"];
    let ran = volens(&args);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.contains("--web: missing"), "{}", ran.err);
    let ran = volens(&[&args[..], &["--web", text(&folder)]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("assets.json"), "{}", ran.err);
}

#[test]
fn a_variant_that_the_site_does_not_have() {
    let folder = folder("render-variant");
    let path = site(&folder);
    let web = web(&folder);
    let render = |id: &str| {
        let words = ["render", "--site", text(&path), "--lang", "en", "--variant", id, "--part", "banner", "--web"];
        volens(&[&words[..], &[text(&web)]].concat())
    };
    let none = render("q");
    let expected = format!("volens: --variant: found q, expected none, as {} has no variants\n", path.display());
    assert_eq!((none.code, none.err), (4, expected));
    let more = "\n[[variant]]\nid = \"top\"\nposition = \"top\"\n[[variant]]\nid = \"corner\"\nposition = \"corner\"\n";
    std::fs::write(&path, [include_str!("site.toml"), more].concat()).unwrap();
    let other = render("q");
    let expected = format!("volens: --variant: found q, expected a variant of {}: top, corner\n", path.display());
    assert_eq!((other.code, other.err), (4, expected));
    assert_eq!(render("corner").code, 0);
}
