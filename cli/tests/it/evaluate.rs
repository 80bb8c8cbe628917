//! `volens evaluate`: the rule of DESIGN 2.3, example by example.

use serde_json::{Value, json};

use crate::run::{folder, text, volens};

fn ask(name: &str, lines: &[String], more: &[&str]) -> Value {
    let path = folder(name).join("events.jsonl");
    std::fs::write(&path, lines.join("\n")).unwrap();
    let ran = volens(
        &[&["evaluate", "--json", "--events", text(&path), "--subject", "s1", "--purpose", "analytics"], more].concat(),
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.json()
}

/// A record of s1 on analytics under n1.
fn line(kind: &str, received_at: &str, more: &Value) -> String {
    let mut record = json!({
        "subject": "s1", "purpose": "analytics", "kind": kind, "received_at": received_at, "notice": "n1",
    });
    record.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
    record.to_string()
}

fn plain(kind: &str, received_at: &str) -> String {
    line(kind, received_at, &json!({}))
}

const MARCH: &str = "2026-03-01T09:00:00Z";
const MAY: &str = "2026-05-01T09:00:00Z";
const JULY: &str = "2026-07-01T09:00:00Z";

#[test]
fn nothing_is_known() {
    assert_eq!(ask("ev-none", &[], &["--at", MAY]), json!({"permitted": false, "because": "unknown"}));
    let others =
        [line("grant", MARCH, &json!({"subject": "s2"})), line("grant", MARCH, &json!({"purpose": "marketing"}))];
    assert_eq!(ask("ev-others", &others, &["--at", MAY]), json!({"permitted": false, "because": "unknown"}));
}

#[test]
fn a_withdrawal_takes_effect_going_forward() {
    let records = [plain("grant", MARCH), plain("withdraw", MAY)];
    let at = |at| ask("ev-forward", &records, &["--at", at]);
    assert_eq!(at("2026-03-01T08:59:59.999Z"), json!({"permitted": false, "because": "unknown", "until": MARCH}));
    let granted = json!({"permitted": true, "because": "granted", "since": MARCH, "until": MAY});
    assert_eq!(at(MARCH), granted);
    assert_eq!(at("2026-05-01T08:59:59.999999999Z"), granted);
    assert_eq!(at(MAY), json!({"permitted": false, "because": "withdrawn", "since": MAY}));
}

/// A letter that arrived on Monday, typed in on Friday: it counts from Monday, as known from Friday.
#[test]
fn a_letter_of_monday_entered_on_friday() {
    let (monday, friday) = ("2026-11-16T08:00:00Z", "2026-11-20T15:00:00Z");
    let records = [plain("grant", MARCH), line("withdraw", monday, &json!({"recorded_at": friday}))];
    let wednesday = |known: &[&str]| ask("ev-letter", &records, &[&["--at", "2026-11-18T12:00:00Z"], known].concat());
    let withdrawn = json!({"permitted": false, "because": "withdrawn", "since": monday});
    assert_eq!(wednesday(&[]), withdrawn);
    assert_eq!(wednesday(&["--known-at", friday]), withdrawn);
    let as_it_seemed = json!({"permitted": true, "because": "granted", "since": MARCH});
    assert_eq!(wednesday(&["--known-at", "2026-11-20T14:59:59Z"]), as_it_seemed);
    let sunday = ask("ev-letter-sunday", &records, &["--at", "2026-11-15T12:00:00Z"]);
    assert_eq!(sunday, json!({"permitted": true, "because": "granted", "since": MARCH, "until": monday}));
}

#[test]
fn a_grant_takes_effect_when_it_was_written() {
    let records = [line("grant", MARCH, &json!({"recorded_at": MAY}))];
    let before = ask("ev-written", &records, &["--at", "2026-04-01T00:00:00Z"]);
    assert_eq!(before, json!({"permitted": false, "because": "unknown", "until": MAY}));
}

#[test]
fn the_clients_clock_moves_nothing() {
    let records = [
        line("grant", MARCH, &json!({"claimed_at": "2020-01-01T00:00:00Z"})),
        line("withdraw", MAY, &json!({"claimed_at": "2026-04-01T00:00:00Z"})),
    ];
    let april = ask("ev-claimed", &records, &["--at", "2026-04-15T00:00:00Z"]);
    assert_eq!(april, json!({"permitted": true, "because": "granted", "since": MARCH, "until": MAY}));
}

#[test]
fn a_grant_ends_by_itself() {
    let records = [line("grant", MARCH, &json!({"expires_at": MAY}))];
    let at = |at, more: &[&str]| ask("ev-expiry", &records, &[&["--at", at], more].concat());
    assert_eq!(
        at("2026-04-30T00:00:00Z", &[]),
        json!({"permitted": true, "because": "granted", "since": MARCH, "until": MAY})
    );
    assert_eq!(at(MAY, &[]), json!({"permitted": false, "because": "expired", "since": MAY}));
    // Another notice is the reason even where it has also expired.
    let other = json!({"permitted": false, "because": "other-notice", "since": MARCH});
    assert_eq!(at("2026-04-30T00:00:00Z", &["--notice", "n2"]), other);
    assert_eq!(at(JULY, &["--notice", "n2"]), other);
    assert_eq!(at(JULY, &["--notice", "n1"]), json!({"permitted": false, "because": "expired", "since": MAY}));
}

#[test]
fn at_one_instant_the_most_protective_wins() {
    let all = ["grant", "refuse", "withdraw", "object", "erase"];
    let codes = ["granted", "refused", "withdrawn", "objected", "erased"];
    for last in 0..all.len() {
        let records = all[..=last].iter().rev().map(|kind| plain(kind, MARCH)).collect::<Vec<_>>();
        assert_eq!(ask("ev-instant", &records, &["--at", MARCH])["because"], codes[last]);
    }
    // Among grants the earlier end comes later.
    let grants =
        [line("grant", MARCH, &json!({"expires_at": MAY})), line("grant", MARCH, &json!({"expires_at": JULY}))];
    assert_eq!(ask("ev-grants", &grants, &["--at", "2026-06-01T00:00:00Z"])["because"], "expired");
    let endless = [line("grant", MARCH, &json!({"expires_at": MAY})), plain("grant", MARCH)];
    assert_eq!(ask("ev-endless", &endless, &["--at", "2026-06-01T00:00:00Z"])["because"], "expired");
}

#[test]
fn the_run_is_as_long_as_the_answer_stays_the_same() {
    let records =
        [plain("grant", MARCH), plain("grant", MAY), plain("refuse", JULY), plain("withdraw", "2026-08-01T00:00:00Z")];
    let run = ask("ev-run", &records, &["--at", "2026-06-01T00:00:00Z"]);
    assert_eq!(run, json!({"permitted": true, "because": "granted", "since": MARCH, "until": JULY}));
    let refused = ask("ev-run", &records, &["--at", "2026-07-15T00:00:00Z"]);
    assert_eq!(refused["until"], "2026-08-01T00:00:00Z");
}

#[test]
fn order_offsets_and_duplicates_change_nothing() {
    let mut records = vec![
        plain("grant", MARCH),
        plain("withdraw", MAY),
        line("grant", JULY, &json!({"expires_at": "2026-12-01T00:00:00Z"})),
        plain("grant", "2026-03-01T10:00:00+01:00"),
        String::new(),
        plain("withdraw", "2026-05-01T04:00:00-05:00"),
    ];
    let at = ["--at", "2026-08-01T00:00:00Z"];
    let expected = ask("ev-order", &records, &at);
    assert_eq!(
        expected,
        json!({"permitted": true, "because": "granted", "since": JULY, "until": "2026-12-01T00:00:00Z"})
    );
    for _ in 0..records.len() {
        records.rotate_left(1);
        assert_eq!(ask("ev-order", &records, &at), expected);
    }
}

#[test]
fn one_bad_record_anywhere_and_nothing_is_answered() {
    let path = folder("ev-bad").join("events.jsonl");
    let bad = line("withdraw", MAY, &json!({"subject": "s2", "recorded_at": MARCH}));
    let text_of_file = [plain("grant", MARCH), bad, plain("accept", MAY), "{".into()].join("\n");
    std::fs::write(&path, text_of_file).unwrap();
    let args = ["evaluate", "--events", text(&path), "--subject", "s1", "--purpose", "analytics", "--at", MAY];
    let ran = volens(&args);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    for expected in [
        "events.jsonl:2: received_at: ",
        "events.jsonl:3: kind: found \"accept\"",
        "events.jsonl:4: found a line cut off",
    ] {
        assert!(ran.err.contains(expected), "{expected}: {}", ran.err);
    }
    std::fs::write(&path, b"{}\n\xff\xfe").unwrap();
    let ran = volens(&args);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.contains("events.jsonl:2: found a byte that is no UTF-8 at offset 3"), "{}", ran.err);
}

/// What can be wrong with a record, and how it is named.
#[test]
fn each_bad_record_is_named_with_its_line_and_field() {
    let grant = |more: Value| line("grant", MARCH, &more);
    let cases = [
        (
            grant(json!({"received_at": "2026-03-01T09:00:00"})),
            "received_at: found \"2026-03-01T09:00:00\": a time without an offset; expected Z or an offset such as \
             +01:00 at its end",
        ),
        (
            grant(json!({"recorded_at": "10000-01-01T00:00:00Z"})),
            "recorded_at: found \"10000-01-01T00:00:00Z\": a time that does not exist, or one outside the years 0000 \
             to 9999",
        ),
        (
            grant(json!({"expires_at": "2026-02-28T09:00:00Z"})),
            "expires_at: found \"2026-02-28T09:00:00Z\": expires_at is before recorded_at; a grant cannot end before it begins",
        ),
        (
            grant(json!({"expires_at": "P-1Y"})),
            "expires_at: found \"P-1Y\": not a time; expected RFC 3339 such as 2026-11-21T20:50:30Z",
        ),
        (grant(json!({}))[..40].to_owned(), "found a line cut off after column 40, expected a whole object"),
    ];
    let path = folder("ev-each").join("events.jsonl");
    let args = ["evaluate", "--events", text(&path), "--subject", "s1", "--purpose", "analytics", "--at", MAY];
    for (bad, expected) in cases {
        std::fs::write(&path, format!("{}\n{bad}", plain("grant", MARCH))).unwrap();
        let ran = volens(&args);
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{bad}");
        assert_eq!(ran.err, format!("volens: {}:2: {expected}\n", path.display()));
    }
}

#[test]
fn a_missing_file_is_a_failure() {
    let ran =
        volens(&["evaluate", "--events", "/nowhere.jsonl", "--subject", "s1", "--purpose", "analytics", "--at", MAY]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.starts_with("volens: /nowhere.jsonl: cannot be read: "), "{}", ran.err);
}

#[test]
fn for_people_it_is_one_line() {
    let path = folder("ev-people").join("events.jsonl");
    std::fs::write(&path, [plain("grant", MARCH), plain("withdraw", MAY)].join("\n")).unwrap();
    let at = |at| {
        volens(&["evaluate", "--events", text(&path), "--subject", "s1", "--purpose", "analytics", "--at", at]).out
    };
    assert_eq!(at("2026-04-01T00:00:00Z"), format!("permitted: granted, since {MARCH}, until {MAY}\n"));
    assert_eq!(at(MAY), format!("not permitted: withdrawn, since {MAY}\n"));
}

/// Subjects and notices are random base64url, so one in 64 begins with a hyphen.
#[test]
fn ids_may_begin_with_a_hyphen() {
    let path = folder("ev-hyphen").join("events.jsonl");
    std::fs::write(&path, line("grant", MARCH, &json!({"subject": "-s1", "notice": "--n1"}))).unwrap();
    let ask = |notice: &[&str]| {
        let args = ["evaluate", "--json", "--events", text(&path), "--purpose", "analytics", "--at", MAY];
        let ran = volens(&[&args[..], &["--subject", "-s1"], notice].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.json()["because"].clone()
    };
    assert_eq!(ask(&[]), "granted");
    assert_eq!(ask(&["--notice", "--n1"]), "granted");
    assert_eq!(ask(&["--notice", "-n1"]), "other-notice");
}
