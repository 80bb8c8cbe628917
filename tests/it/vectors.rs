//! Which changes of a site make another notice, and its hashes for readers that are not ours.

use crate::support::disk;
use crate::support::host::SITE;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use volens_core::site::Site;

/// Each site, and whether its notice is the `same` as the first one's or an `other`.
fn sites() -> Vec<(&'static str, &'static str, String)> {
    let of_purpose = |purpose: &str, from: &str, to: &str| {
        let (before, after) = SITE.split_once(&format!("[purpose.{purpose}]")).unwrap();
        format!("{before}[purpose.{purpose}]{}", after.replacen(from, to, 1))
    };
    vec![
        ("the site of the tests", "same", SITE.into()),
        (
            "a better wording",
            "same",
            SITE.replace("We count which pages are read.", "We count the pages that are read."),
        ),
        ("another title", "same", SITE.replace("\"Web analysis\"", "\"Statistics\"")),
        ("a new policy version", "same", SITE.replace("\"1.1\"", "\"1.2\"")),
        (
            "letters beyond ASCII, quotes, a backslash",
            "other",
            SITE.replace("\"Hosting Oy\"", r#""H\"o\\sting \u00e4\u20ac\U0001d11e""#),
        ),
        ("a revision", "other", of_purpose("analytics", "revision = 1", "revision = 2")),
        ("a longer storage", "other", SITE.replace("period = \"P1Y\"", "period = \"P2Y\"")),
        ("another provider", "other", SITE.replace("\"Reach GmbH\"", "\"Reach AG\"")),
        ("another basis", "other", SITE.replace("survey = \"legitimate_interest\"", "survey = \"consent\"")),
        (
            "a transfer",
            "other",
            format!(
                "{SITE}\n[[transfer]]\nrecipient = \"hosting\"\ncountry = \"US\"\nsafeguard.en = \"Clauses\"\nsafeguard.sv = \"Klausuler\"\n"
            ),
        ),
    ]
}

/// `{ name, material, hash }` of every canonical text and what is said to be its hash: these sites' notices and texts, and
/// the golden file's.
pub(crate) fn hashes() -> Value {
    let golden = std::fs::read_to_string(disk::repository().join("tests/vectors/notice.json")).unwrap();
    let golden: Value = serde_json::from_str(&golden).unwrap();
    let mut hashes: Vec<Value> = golden
        .as_array()
        .unwrap()
        .iter()
        .filter(|vector| vector.get("notice").is_some())
        .map(|vector| json!({ "name": vector["name"], "material": vector["material"], "hash": vector["notice"] }))
        .collect();
    assert!(hashes.len() > 1, "the golden file has notices");
    for (name, _, site) in parsed() {
        hashes.push(json!({ "name": name, "material": site.material().to_jcs(), "hash": site.notice() }));
        for lang in site.languages() {
            hashes.push(
                json!({ "name": format!("{name}, {lang}"), "material": site.text_json(lang), "hash": site.text(lang) }),
            );
        }
    }
    Value::Array(hashes)
}

fn parsed() -> Vec<(&'static str, &'static str, Site)> {
    let parse = |name, toml: &str| Site::parse(name, toml).unwrap_or_else(|errors| panic!("{name}: {errors}"));
    sites().into_iter().map(|(name, beside, toml)| (name, beside, parse(name, &toml))).collect()
}

#[test]
fn material_facts_alone_make_a_notice() {
    let sites = parsed();
    let first = sites[0].2.notice();
    for (name, beside, site) in &sites {
        assert_eq!(site.notice() == first, *beside == "same", "{name}");
        assert_eq!(site.material().notice(), site.notice(), "{name}");
    }
    let english = "en".parse().unwrap();
    let texts: BTreeSet<_> = sites.iter().map(|(_, _, site)| site.text(&english)).collect();
    assert!(texts.len() >= 4, "each text has a hash of its own");
}
