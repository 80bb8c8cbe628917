//! `volens export`: one subject's records, in each form.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::run::{Ran, folder, repository, text, volens};

const LINES: &str = r#"{"subject":"-s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}
{"subject":"-s1","purpose":"analytics","kind":"withdraw","received_at":"2026-05-01T09:00:00Z","notice":"n1"}
{"subject":"s2","purpose":"analytics","kind":"refuse","received_at":"2026-03-01T09:00:00Z","notice":"n1"}
{"subject":"s3","purpose":"gone","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#;

fn events(name: &str, lines: &str) -> PathBuf {
    let path = folder(name).join("events.jsonl");
    std::fs::write(&path, lines).unwrap();
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
    assert_eq!(print("kantara")[0]["consentTimestamp"], 1_772_355_600);
    let sensitive =
        export(&events, "-s1", &[&AT[..], &["--format", "kantara", "--sensitive", "health"]].concat()).json();
    assert_eq!((&sensitive[0]["sensitive"], &sensitive[0]["spiCat"]), (&json!(true), &json!(["health"])));
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
    assert!(nobody.err.ends_with("events.jsonl: found no record of s9\n"), "{}", nobody.err);
    let refuser = export(&events, "s2", &["--format", "kantara"]);
    assert_eq!((refuser.code, refuser.out.as_str()), (1, ""));
    assert!(refuser.err.contains("found no grant, expected one"), "{}", refuser.err);
}

#[test]
fn bad_input_is_named_and_nothing_printed() {
    let known = events("ex-known", LINES);
    let gone = export(&known, "s3", &["--format", "dpv"]);
    assert_eq!((gone.code, gone.out.as_str()), (4, ""));
    assert!(gone.err.contains("site.toml: found a record on gone, expected a purpose"), "{}", gone.err);
    // Access is to everything, described or not.
    assert_eq!(export(&known, "s3", &AT).json()["purposes"][0]["standing"]["because"], "granted");
    let bad = export(&events("ex-bad", "{\"subject\":\"s1\"}\n[]"), "s1", &AT);
    assert_eq!((bad.code, bad.out.as_str()), (4, ""));
    assert!(bad.err.contains("events.jsonl:1: ") && bad.err.contains("events.jsonl:2: "), "{}", bad.err);
    let missing = export(Path::new("/nowhere.jsonl"), "s1", &AT);
    assert_eq!((missing.code, missing.out.as_str()), (2, ""));
    let format = export(&known, "s1", &["--format", "xml"]);
    assert_eq!(format.code, 4);
    assert!(format.err.contains("json, dpv, dpv-receipt, kantara"), "{}", format.err);
}
