//! `volens notice diff`, on a small shop with everything in it once.

use std::path::{Path, PathBuf};

use crate::run::{Ran, folder, repository, text, volens};

const SHOP: &str = include_str!("../../../core/tests/it/shop.toml");

fn written(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// The shop against itself with some of its text replaced.
fn against(name: &str, changes: &[(&str, &str)], more: &[&str]) -> Ran {
    let folder = folder(name);
    let after = changes.iter().fold(SHOP.to_owned(), |text, (was, is)| {
        assert!(text.contains(was), "{was}");
        text.replace(was, is)
    });
    let (old, new) = (written(&folder, "old.toml", SHOP), written(&folder, "new.toml", &after));
    volens(&[&["notice", "diff", text(&old), text(&new)], more].concat())
}

const MANY: [(&str, &str); 11] = [
    ("name = \"Shop ApS\"\ncountry = \"DK\"\naddress", "name = \"Shop ApS\"\ncountry = \"NO\"\naddress"),
    ("revision = 2", "revision = 3"),
    ("direct_marketing = \"yes\"", "direct_marketing = \"no\""),
    ("duration = \"P13M\"", "duration = \"persistent\""),
    ("duration = \"PT30M\"", "duration = \"session\""),
    ("{ analytics = \"consent\", marketing", "{ analytics = \"legitimate_interest\", marketing"),
    ("club = \"contract\"", "club = \"consent\""),
    ("provider = \"Counter Oy\"", "provider = \"Teller Oy\""),
    (
        "name = \"Counter Oy\"\ncountry = \"FI\"\nrole = \"joint\"",
        "name = \"Counter Oy\"\ncountry = \"FI\"\nrole = \"processor\"",
    ),
    ("country = \"US\"", "country = \"IN\""),
    (
        "[recipient.counter]",
        "[recipient.reach]\nname = \"Reachlane Media Inc.\"\ncountry = \"US\"\nrole = \"joint\"\npurposes = [\"marketing\"]\n\n[recipient.counter]",
    ),
];

#[test]
fn every_kind_of_change_in_words() {
    let ran = against("notice-many", &MANY, &[]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    insta::assert_snapshot!("notice_many", ran.out);
}

#[test]
fn the_same_for_programs() {
    let ran = against("notice-json", &[("duration = \"P13M\"", "duration = \"P14M\"")], &["--json"]);
    assert_eq!(ran.code, 1);
    let json = ran.json();
    assert_eq!(json["asks"], true);
    assert_ne!(json["old"], json["new"]);
    insta::assert_snapshot!("notice_json", serde_json::to_string_pretty(&json["purposes"][0]).unwrap());
}

#[test]
fn purposes_that_come_and_go() {
    let extra = "[purpose.extra]\nsubject = \"device\"\npolicy = \"site\"\ntitle.en = \"Extra\"\nact.en = \"do more\"\n\
                 description.en = \"More.\"\n\n[service.web]";
    let come =
        [("[service.web]", extra), ("marketing = \"consent\" }", "marketing = \"consent\", extra = \"consent\" }")];
    let ran = against("notice-come", &come, &[]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!("notice_come", ran.out);
    let folder = folder("notice-go");
    let more = come.iter().fold(SHOP.to_owned(), |text, (was, is)| text.replace(was, is));
    let (old, new) = (written(&folder, "old.toml", &more), written(&folder, "new.toml", SHOP));
    let ran = volens(&["notice", "diff", text(&old), text(&new)]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("\nextra: removed, nobody is asked\n"), "{}", ran.out);
}

#[test]
fn nobody_is_asked_for_texts_or_for_what_rests_on_no_consent() {
    for (name, change, end) in [
        (
            "notice-text",
            ("Counts visits.", "Counts your visits."),
            "The notice is the same: only texts or languages have changed, or things that no notice names, such as a \
             storage shorter than the longest. Nobody is asked again.\n",
        ),
        (
            "notice-basis",
            ("name = \"Host AS\"", "name = \"Other AS\""),
            "The notice is another, but no consent rests on what has changed. Nobody is asked again.\n",
        ),
    ] {
        let ran = against(name, &[change], &[]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}");
        assert!(ran.out.ends_with(&format!("\n\n{end}")), "{}", ran.out);
    }
}

#[test]
fn a_language_that_meets_a_purpose_for_the_first_time_is_a_finding() {
    let swedish = [
        (
            "act.en = \"show offers\"",
            "act.en = \"show offers\"\ntitle.sv = \"Reklam\"\nact.sv = \"visa reklam\"\ndescription.sv = \"Visar reklam.\"",
        ),
        ("description.en = \"Offers seen.\"", "description.en = \"Offers seen.\"\ndescription.sv = \"Visad reklam.\""),
    ];
    let ran = against("notice-language", &swedish, &[]);
    assert_eq!(ran.code, 1);
    let expected = "\nmarketing: unchanged, but readers of a language that it is new to are asked in the banner\n  \
                    offered for the first time in sv\n";
    assert!(ran.out.contains(expected), "{}", ran.out);
}

#[test]
fn a_consent_whose_service_leaves_is_no_consent_any_longer() {
    let leaves = [
        ("club = \"contract\"", "club = \"contract\", marketing = \"legitimate_interest\""),
        (", marketing = \"consent\" }", " }"),
    ];
    let leaves = [
        &leaves[..],
        &[("service = \"counter\"\npurpose = \"marketing\"", "service = \"web\"\npurpose = \"marketing\"")],
    ]
    .concat();
    let ran = against("notice-ended", &leaves, &[]);
    assert!(ran.out.contains("\nmarketing: rests on consent no longer, nobody is asked\n"), "{}{}", ran.out, ran.err);
}

#[test]
fn two_sites_are_not_compared() {
    let ran = against("notice-two", &[("id = \"shop\"\norigins", "id = \"stall\"\norigins")], &[]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(
        ran.err
            .ends_with("new.toml: site.id: found \"stall\", expected \"shop\": two sites have no notice in common\n"),
        "{}",
        ran.err
    );
}

#[test]
fn the_demo_against_itself_asks_nobody() {
    let site = repository().join("demo-site/site.toml");
    let ran = volens(&["notice", "diff", text(&site), text(&site)]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.ends_with("\n\nNothing has changed. Nobody is asked again.\n"), "{}", ran.out);
    assert!(!ran.out.contains("asked again in"));
}

#[test]
fn files_that_cannot_be_read_or_are_wrong() {
    let folder = folder("notice-bad");
    let good = written(&folder, "good.toml", SHOP);
    let ran = volens(&["notice", "diff", text(&good), "/nowhere.toml"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.starts_with("volens: /nowhere.toml: cannot be read: "), "{}", ran.err);
    let bad = written(&folder, "bad.toml", &SHOP.replace("role = \"joint\"", "role = \"friend\""));
    let ran = volens(&["notice", "diff", text(&good), text(&bad)]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.contains("bad.toml:") && ran.err.contains("friend"), "{}", ran.err);
    // A file named .json is read as JSON.
    let json = written(&folder, "site.json", SHOP);
    let ran = volens(&["notice", "diff", text(&json), text(&good)]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.contains("JSON"), "{}", ran.err);
}

#[test]
fn help_says_who_is_asked_and_what_the_exit_code_means() {
    let ran = volens(&["notice", "diff", "--help"]);
    insta::assert_snapshot!("notice_help", ran.out);
}
