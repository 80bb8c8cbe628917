//! `volens export`: one subject's records, in each form.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use volens_core::site::Site;

use crate::run::{Ran, folder, repository, text, volens};

/// Records under `NOW`, which stands for the site's notice, and under one that is not described.
const LINES: &str = r#"{"subject":"-s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"NOW"}
{"subject":"-s1","purpose":"analytics","kind":"withdraw","received_at":"2026-05-01T09:00:00Z","notice":"NOW"}
{"subject":"s2","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}
{"subject":"s3","purpose":"gone","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}
{"subject":"s3","purpose":"lost","kind":"refuse","received_at":"2026-03-02T09:00:00Z","notice":"n1"}
{"subject":"s4","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"NOW"}
{"subject":"s4","purpose":"account","kind":"object","received_at":"2026-03-01T09:00:00Z","notice":"NOW"}
{"subject":"s5","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}
{"subject":"s6","purpose":"marketing_mail","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"NOW"}
{"subject":"s6","purpose":"newsletter","kind":"object","received_at":"2026-04-01T09:00:00Z","notice":"NOW"}"#;

fn events(name: &str, lines: &str) -> PathBuf {
    let path = folder(name).join("events.jsonl");
    let site = repository().join("demo-site/site.toml");
    let site = Site::parse("site.toml", &std::fs::read_to_string(site).unwrap()).unwrap();
    std::fs::write(&path, lines.replace("NOW", site.notice().as_str())).unwrap();
    path
}

fn export(events: &Path, subject: &str, more: &[&str]) -> Ran {
    let site = repository().join("demo-site/site.toml");
    let args = ["export", "--events", text(events), "--subject", subject, "--site", text(&site)];
    volens(&[&args[..], more].concat())
}

const AT: [&str; 2] = ["--at", "2026-11-22T00:00:00Z"];

#[test]
fn each_format_is_printed_and_is_the_same_again() {
    let events = events("ex-formats", LINES);
    let print = |format| {
        let ran = export(&events, "-s1", &[&AT[..], &["--format", format]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert_eq!(export(&events, "-s1", &[&AT[..], &["--format", format]].concat()).out, ran.out);
        ran.json()
    };
    let json = print("json");
    assert_eq!((&json["created"], &json["subject"]), (&json!("2026-11-22T00:00:00Z"), &json!("-s1")));
    let kinds: Vec<&Value> = json["records"].as_array().unwrap().iter().map(|record| &record["kind"]).collect();
    assert_eq!(kinds, ["grant", "withdraw"]);
    assert_eq!(print("dpv")["@graph"][0]["dpv:hasConsentStatus"][1]["@type"], json!(["dpv:ConsentWithdrawn"]));
    assert_eq!(print("dpv-receipt")["dct:created"]["@value"], "2026-11-22T00:00:00Z");
    let sensitive =
        |category| export(&events, "s4", &[&AT[..], &["--format", "kantara", "--sensitive", category]].concat()).json();
    let (none, health) = (sensitive("none"), sensitive("health"));
    assert_eq!(none[0]["consentTimestamp"], 1_772_355_600);
    assert_eq!((&none[0]["sensitive"], &none[0]["spiCat"]), (&json!(false), &json!([])));
    assert_eq!((&health[0]["sensitive"], &health[0]["spiCat"]), (&json!(true), &json!(["health"])));
}

#[test]
fn only_who_knows_says_what_is_sensitive() {
    let events = events("ex-sensitive", LINES);
    for (more, says) in [
        (&["--format", "kantara"][..], "--sensitive: missing, expected none or each special category"),
        (&["--format", "kantara", "--sensitive", " "], "--sensitive: found \"\", expected none alone, or categories"),
        (&["--format", "kantara", "--sensitive", "none", "--sensitive", "health"], "--sensitive: found \"none\""),
        (&["--sensitive", "health"], "--sensitive: found with another format, expected --format kantara"),
    ] {
        let ran = export(&events, "s4", more);
        assert_eq!((ran.code, ran.out.as_str()), (4, ""));
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}

/// Each answer of a purpose, as basis and reason.
fn standing(json: &Value, purpose: &str) -> Vec<String> {
    let purposes = json["purposes"].as_array().unwrap();
    let purpose = purposes.iter().find(|known| known["id"] == purpose).unwrap();
    let answers = purpose["standing"].as_array().unwrap();
    answers.iter().map(|one| [&one["basis"], &one["because"]].map(|word| word.as_str().unwrap()).join(" ")).collect()
}

#[test]
fn what_stands_is_what_the_law_says() {
    let events = events("ex-standing", LINES);
    let json = |subject| export(&events, subject, &AT).json();
    assert_eq!(standing(&json("s4"), "analytics"), ["consent granted"]);
    // Article 21 knows no objection to a contract; it is looked into all the same.
    assert_eq!(standing(&json("s4"), "account"), ["contract objection-raised"]);
    // An objection to one purpose of direct marketing reaches the others, asked about or not.
    assert_eq!(standing(&json("s6"), "marketing_mail"), ["consent objected"]);
    assert_eq!(standing(&json("s6"), "partner_mail"), ["legitimate_interest objected"]);
    let old = json("s5");
    assert_eq!(standing(&old, "analytics"), ["consent other-notice"]);
    assert_eq!(old["purposes"][0]["standing"][0]["under_its_notice"], "granted");
    assert_eq!(old["purposes"][0]["undescribed_notices"], json!(["n1"]));
    assert_eq!(old["purposes"][0].get("services"), None);
}

#[test]
fn what_was_written_later_is_not_known() {
    let events = events("ex-at", LINES);
    let then = export(&events, "-s1", &["--at", "2026-04-01T00:00:00Z"]).json();
    assert_eq!(
        (then["records"].as_array().unwrap().len(), standing(&then, "analytics")),
        (1, vec!["consent granted".to_owned()])
    );
    let before = export(&events, "-s1", &["--at", "2026-01-01T00:00:00Z"]);
    assert_eq!((before.code, before.out.as_str()), (1, ""));
    assert!(before.err.ends_with("found no record of -s1 written by 2026-01-01T00:00:00Z\n"), "{}", before.err);
}

#[test]
fn the_time_is_now_if_none_is_given() {
    let created = export(&events("ex-now", LINES), "s2", &[]).json()["created"].as_str().unwrap().to_owned();
    assert!(created.as_str() > "2026-01-01" && created.ends_with('Z'), "{created}");
}

#[test]
fn nobody_found_and_nothing_to_tell_are_findings() {
    let events = events("ex-nobody", LINES);
    let nobody = export(&events, "s9", &AT);
    assert_eq!((nobody.code, nobody.out.as_str()), (1, ""));
    assert!(
        nobody.err.ends_with("events.jsonl: found no record of s9 written by 2026-11-22T00:00:00Z\n"),
        "{}",
        nobody.err
    );
    // One refused; the other's consent was withdrawn.
    for subject in ["s2", "-s1"] {
        let none = export(&events, subject, &["--format", "kantara", "--sensitive", "none"]);
        assert_eq!((none.code, none.out.as_str()), (1, ""));
        assert!(none.err.contains("found no grant that stands, expected one"), "{}", none.err);
    }
}

#[test]
fn bad_input_is_named_and_nothing_printed() {
    let known = events("ex-known", LINES);
    let gone = export(&known, "s3", &["--format", "dpv"]);
    assert_eq!((gone.code, gone.out.as_str()), (4, ""));
    let both = "events.jsonl: found records on gone (recorded at 2026-03-01T09:00:00Z), lost (recorded at \
        2026-03-02T09:00:00Z), expected purposes that the site describes";
    assert!(gone.err.contains(both), "{}", gone.err);
    let old = export(&known, "s5", &["--format", "dpv"]);
    assert_eq!((old.code, old.out.as_str()), (4, ""));
    let says =
        "events.jsonl: found records on analytics under n1 (recorded at 2026-03-01T09:00:00Z), expected the site's";
    assert!(old.err.contains(says), "{}", old.err);
    // Access is to everything, described or not.
    let all = export(&known, "s3", &AT).json();
    assert_eq!((all["records"].as_array().unwrap().len(), standing(&all, "gone").len()), (2, 0));
    let bad = export(&events("ex-bad", "{\"subject\":\"s1\"}\n[]"), "s1", &AT);
    assert_eq!((bad.code, bad.out.as_str()), (4, ""));
    assert!(bad.err.contains("events.jsonl:1: ") && bad.err.contains("events.jsonl:2: "), "{}", bad.err);
    let missing = export(Path::new("/nowhere.jsonl"), "s1", &AT);
    assert_eq!((missing.code, missing.out.as_str()), (2, ""));
    let format = export(&known, "s1", &["--format", "xml"]);
    assert_eq!(format.code, 4);
    assert!(format.err.contains("json, dpv, dpv-receipt, kantara"), "{}", format.err);
}
