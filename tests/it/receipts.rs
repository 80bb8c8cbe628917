//! Exports before outside judges: SHACL shapes by pySHACL, and JSON Schemas by Python's `jsonschema`.

use crate::support::disk;
use serde_json::{Value, json};
use volens_core::export::{Dossier, Entry, Particulars, PolicyRead, Sensitive};
use volens_core::site::Site;
use volens_core::{Channel, lines};

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A refusal, a grant that ended, its renewal, a withdrawal by letter, an objection, an erasure, a newer grant; what
/// rests on other bases is no consent. `n2` stands for the site's notice.
const HISTORY: &str = r#"
{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2025-01-01T09:00:00Z","notice":"n1"}
{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2025-03-01T09:00:00.25Z","notice":"n1","expires_at":"2025-09-01T09:00:00Z"}
{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2025-10-01T09:00:00Z","notice":"n2","claimed_at":"2025-10-01T08:59:58Z"}
{"subject":"s1","purpose":"analytics","kind":"withdraw","received_at":"2026-02-01T09:00:00Z","recorded_at":"2026-02-05T09:00:00Z","notice":"n2"}
{"subject":"s1","purpose":"survey","kind":"object","received_at":"2026-03-01T09:00:00Z","notice":"n2"}
{"subject":"s1","purpose":"newsletter","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n2"}
{"subject":"s1","purpose":"newsletter","kind":"erase","received_at":"2026-04-01T09:00:00Z","notice":"n2"}
{"subject":"s1","purpose":"marketing","kind":"grant","received_at":"2026-05-01T09:00:00Z","notice":"n2","expires_at":"2027-05-01T09:00:00Z"}
{"subject":"s1","purpose":"necessary","kind":"object","received_at":"2026-05-02T09:00:00Z","notice":"n2"}
"#;

fn dossier(site: &Site) -> Dossier<'_> {
    let known = || Particulars {
        statement: Some("st1".into()),
        lang: Some("sv".parse().unwrap()),
        text: Some("h1".parse().unwrap()),
        policy: Some(PolicyRead { id: "site".into(), version: "3.1".into(), effective: "2026-06-15".into() }),
        jurisdiction: Some("eu".into()),
        channel: Some(Channel::Banner),
        control: Some("accept_all".into()),
        signals: vec!["gpc".into()],
        ..Particulars::default()
    };
    // Of some statements everything is known, of others only the record.
    let entries = lines::parse(&HISTORY.replace("\"n2\"", &format!("\"{}\"", site.notice().as_str())))
        .unwrap()
        .into_iter()
        .enumerate()
        .map(|(at, record)| if at % 2 == 0 { Entry::new(record, known()) } else { Entry::from(record) });
    Dossier::new(site, entries, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap()
}

fn demo() -> Site {
    let path = disk::repository().join("demo-site/site.toml");
    Site::parse("site.toml", &std::fs::read_to_string(path).unwrap()).unwrap()
}

fn value(text: &impl ToString) -> Value {
    serde_json::from_str(&text.to_string()).unwrap()
}

fn schema(path: &str) -> Value {
    value(&std::fs::read_to_string(disk::repository().join(path)).unwrap())
}

/// What the checker says of each case. A checker that is missing is a failure, not a reason to look away.
fn judged(cases: &[Value]) -> Vec<Value> {
    let found = |name: &str, other: PathBuf| std::env::var_os(name).map_or(other, PathBuf::from);
    let mut python = Command::new(found("VOLENS_PYTHON", "python3".into()));
    python
        .arg(disk::repository().join("tests/shacl/check.py"))
        .env("PYTHONPATH", found("VOLENS_PYTHONPATH", disk::repository().join("target/tools/python")));
    let mut child = python
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{python:?}: {error}; `cargo xtask test` installs what tests need"));
    child.stdin.take().unwrap().write_all(json!({ "cases": cases }).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{python:?} failed; is everything installed? `cargo xtask test` does it");
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answers.len(), cases.len());
    answers
}

#[test]
fn records_and_receipts_keep_the_shapes() {
    let site = demo();
    let dossier = dossier(&site);
    let cases = [dossier.consent_records().unwrap().to_string(), dossier.consent_receipt().unwrap().to_string()]
        .map(|text| json!({ "document": value(&text) }));
    let named: Vec<&Value> = cases[0]["document"]["@graph"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| &record["dpv:hasProcess"][0]["dpv:hasPurpose"]["dct:identifier"])
        .collect();
    assert_eq!(named, ["analytics", "marketing", "newsletter"]);
    let answers = judged(&cases);
    assert_eq!((&answers[0]["targets"], &answers[0]["shapes"]), (&json!(3), &json!([])), "{answers:?}");
    assert_eq!((&answers[1]["targets"], &answers[1]["shapes"]), (&json!(4), &json!([])), "{answers:?}");
}

/// A change to a receipt, and the shape that it must break.
type Break = (&'static str, fn(&mut Value));

const RECORD: &str = "/dpv:hasRecordOfActivity/0";

fn at<'a>(receipt: &'a mut Value, path: &str) -> &'a mut Value {
    receipt.pointer_mut(&format!("{RECORD}{path}")).unwrap_or_else(|| panic!("{path}"))
}

fn remove(receipt: &mut Value, path: &str, name: &str) {
    assert!(at(receipt, path).as_object_mut().unwrap().remove(name).is_some(), "{path} {name}");
}

/// What a list holds of a type, and where.
fn of_type(receipt: &mut Value, path: &str, kind: &str) -> String {
    let list = at(receipt, path).as_array().unwrap();
    let found = list.iter().position(|item| item["@type"] == kind || item["@type"][0] == kind);
    format!("{path}/{}", found.unwrap_or_else(|| panic!("{path} {kind}")))
}

const PROCESS: &str = "/dpv:hasProcess/0";
/// The statuses of the first record: a refusal, a grant, its end, its renewal, its withdrawal.
const STATUS: [&str; 5] = [
    "/dpv:hasConsentStatus/0",
    "/dpv:hasConsentStatus/1",
    "/dpv:hasConsentStatus/2",
    "/dpv:hasConsentStatus/3",
    "/dpv:hasConsentStatus/4",
];
const MOMENT: &str = "2025-01-01T09:00:00Z";

fn time(text: &str) -> Value {
    json!({ "@type": "xsd:dateTime", "@value": text })
}

const BREAKS: &[Break] = &[
    ("record-schema", |r| remove(r, "", "dct:conformsTo")),
    ("record-schema", |r| *at(r, "/dct:conformsTo/@id") = json!("https://w3id.org/dpv/schema/dpv-27560#record")),
    ("record-id", |r| remove(r, "", "dct:identifier")),
    ("record-id", |r| *at(r, "/dct:identifier") = json!("7")),
    ("record-subject", |r| remove(r, "", "dpv:hasDataSubject")),
    ("record-notice", |r| remove(r, "", "dpv:hasNotice")),
    ("notice-language", |r| remove(r, "/dpv:hasNotice/0", "dct:language")),
    ("notice-language", |r| *at(r, "/dpv:hasNotice/0/dct:language") = json!("Swedish")),
    ("record-process", |r| remove(r, "", "dpv:hasProcess")),
    ("record-controller", |r| remove(r, "", "dpv:hasDataController")),
    ("record-controller", |r| *at(r, "/dpv:hasDataController/0/@id") = json!("https://nobody.example/")),
    ("record-jurisdiction", |r| remove(r, "", "dpv:hasJurisdiction")),
    ("record-withdrawal", |r| remove(r, "", "dpv:hasConsentControl")),
    ("exercised-at", |r| remove(r, "/dpv:hasConsentControl", "dpv:isExercisedAt")),
    ("exercised-at", |r| *at(r, "/dpv:hasConsentControl/dpv:isExercisedAt") = json!("somewhere")),
    ("record-rights", |r| remove(r, "", "dpv:hasRight")),
    ("record-rights", |r| *at(r, "/dpv:hasRight/0/@type/1") = json!("eu-gdpr:A15")),
    ("record-status", |r| remove(r, "", "dpv:hasConsentStatus")),
    ("status-state", |r| *at(r, "/dpv:hasConsentStatus/0/@type/0") = json!("dpv:ConsentPerhaps")),
    ("status-state", |r| *at(r, "/dpv:hasConsentStatus/1/@type/1") = json!("dpv:ConsentRefused")),
    ("status-time", |r| remove(r, "/dpv:hasConsentStatus/0", "dpv:isIndicatedAtTime")),
    ("status-time", |r| *at(r, "/dpv:hasConsentStatus/0/dpv:isIndicatedAtTime") = json!("2025-01-01T09:00:00Z")),
    ("status-duration", |r| remove(r, "/dpv:hasConsentStatus/0", "dpv:hasDuration")),
    ("status-duration", |r| *at(r, "/dpv:hasConsentStatus/1/dpv:hasDuration/rdf:value") = json!("soon")),
    ("status-entity", |r| remove(r, "/dpv:hasConsentStatus/0", "dpv:isIndicatedBy")),
    ("decision-notice", |r| remove(r, "/dpv:hasConsentStatus/0", "dpv:hasNotice")),
    ("status-notice", |r| {
        let [one, two] = [0, 1].map(|n| at(r, &format!("/dpv:hasNotice/{n}/@id")).clone());
        *at(r, "/dpv:hasConsentStatus/0/dpv:hasNotice") = json!([{ "@id": one }, { "@id": two }]);
    }),
    ("process-purpose", |r| remove(r, "/dpv:hasProcess/0", "dpv:hasPurpose")),
    ("process-basis", |r| *at(r, "/dpv:hasProcess/0/dpv:hasLegalBasis/@id") = json!("eu-gdpr:A6-1-z")),
    ("process-data", |r| remove(r, "/dpv:hasProcess/0", "dpv:hasPersonalData")),
    ("process-service", |r| remove(r, PROCESS, "dpv:hasService")),
    ("process-source", |r| remove(r, PROCESS, "dpv:hasDataSource")),
    ("process-method", |r| remove(r, PROCESS, "dpv:hasProcessing")),
    ("process-notice", |r| remove(r, PROCESS, "dpv:hasNotice")),
    ("process-basis", |r| *at(r, "/dpv:hasProcess/0/dpv:hasLegalBasis/@id") = json!("eu-gdpr:A6-1-b")),
    ("process-retention", |r| *at(r, "/dpv:hasProcess/0/dpv:hasStorageCondition") = json!([])),
    ("storage-duration", |r| {
        let path = of_type(r, "/dpv:hasProcess/0/dpv:hasStorageCondition", "dpv:StorageDuration");
        remove(r, &path, "dpv:hasDuration");
    }),
    ("storage-location", |r| {
        let path = of_type(r, "/dpv:hasProcess/0/dpv:hasStorageCondition", "dpv:StorageLocation");
        remove(r, &path, "dpv:hasLocation");
    }),
    ("transfer-recipient", |r| {
        *at(r, "/dpv:hasProcess/0/dpv:hasProcessing/0") =
            json!({ "@type": "dpv:Transfer", "dpv:hasLocation": { "@id": "loc:US" } });
    }),
    ("transfer-country", |r| {
        let to = at(r, "/dpv:hasProcess/0/dpv:hasRecipient/0").clone();
        *at(r, "/dpv:hasProcess/0/dpv:hasProcessing/0") = json!({ "@type": "dpv:Transfer", "dpv:hasRecipient": to });
    }),
    ("controller-address", |r| remove(r, "/dpv:hasEntity/0", "dpv:hasAddress")),
    ("controller-contact", |r| remove(r, "/dpv:hasEntity/0", "dpv:hasContact")),
    ("party-name", |r| remove(r, "/dpv:hasEntity/0", "dpv:hasName")),
    ("party-type", |r| {
        at(r, "/dpv:hasEntity/0/@type").as_array_mut().unwrap().push(json!("dpv:Purpose"));
    }),
    ("name-id", |r| remove(r, "/dpv:hasDataSubject", "dct:identifier")),
    ("notice-id", |r| *at(r, "/dpv:hasNotice/0/dct:identifier") = json!("")),
    ("decision-received", |r| remove(r, STATUS[0], "schema:dateReceived")),
    ("decision-entity", |r| *at(r, "/dpv:hasConsentStatus/0/dpv:isIndicatedBy") = json!({ "@id": "dpv:DataSubject" })),
    ("status-entity", |r| *at(r, "/dpv:hasConsentStatus/2/dpv:isIndicatedBy") = json!({ "@id": "dpv:DataController" })),
    ("status-received", |r| at(r, STATUS[0])["schema:dateReceived"] = json!(MOMENT)),
    ("status-recorded", |r| {
        at(r, STATUS[0])["schema:dateCreated"] = json!([time(MOMENT), time("2025-01-02T09:00:00Z")]);
    }),
    ("status-sent", |r| at(r, STATUS[0])["schema:dateSent"] = json!("yesterday")),
    ("status-time", |r| at(r, STATUS[0])["dpv:isIndicatedAtTime"] = time("2025-02-01T09:00:00Z")),
    ("withdrawn-right", |r| remove(r, STATUS[4], "dpv:hasRight")),
    ("yes-type", |r| *at(r, "/dpv:hasConsentStatus/1/@type") = json!(["dpv:ConsentGiven"])),
    ("yes-right", |r| at(r, STATUS[1])["dpv:hasRight"] = json!({ "@id": "eu-gdpr:A7-3" })),
    ("receipt-schema", |r| r["dct:conformsTo"]["@id"] = json!("https://w3id.org/dpv/schema/dpv-27560#receipt")),
    ("receipt-id", |r| r["dct:identifier"] = json!("7")),
    ("receipt-times", |r| r["dct:created"] = time("2026-02-01T08:00:00Z")),
    ("process-recipient", |r| remove(r, "/dpv:hasProcess/0", "dpv:hasRecipient")),
    ("receipt-created", |r| r["dct:created"] = json!("2026-11-22")),
    ("receipt-records", |r| r["dpv:hasRecordOfActivity"] = json!([])),
];

#[test]
fn every_named_shape_can_be_broken() {
    let shapes = std::fs::read_to_string(disk::repository().join("tests/shacl/shapes.ttl")).unwrap();
    let named = shapes.lines().filter_map(|line| line.strip_prefix("s:")?.split_once(" sh:path").map(|(name, _)| name));
    let named: Vec<&str> = named.collect();
    assert!(named.len() > 40, "{named:?}");
    for name in named {
        assert!(BREAKS.iter().any(|(broken, _)| *broken == name), "{name}");
    }
}

#[test]
fn what_is_missing_or_wrong_breaks_its_shape() {
    let site = demo();
    let receipt = value(&dossier(&site).consent_receipt().unwrap());
    let cases: Vec<Value> = [("", (|_| ()) as fn(&mut Value))]
        .iter()
        .chain(BREAKS)
        .map(|(_, change)| {
            let mut broken = receipt.clone();
            // One record is enough, and what is shared between records would mend what is broken in one.
            broken["dpv:hasRecordOfActivity"].as_array_mut().unwrap().truncate(1);
            change(&mut broken);
            json!({ "document": broken })
        })
        .collect();
    let answers = judged(&cases);
    assert_eq!((&answers[0]["targets"], &answers[0]["shapes"]), (&json!(2), &json!([])));
    for ((shape, _), (case, answer)) in BREAKS.iter().zip(cases.iter().zip(&answers).skip(1)) {
        let broken = answer["shapes"].as_array().unwrap();
        assert!(broken.contains(&json!(shape)), "{shape}: {answer}\n{}", case["document"]);
    }
}

#[test]
fn json_forms_keep_their_schemas() {
    let site = demo();
    let dossier = dossier(&site);
    let access = value(&dossier.access());
    let kantara = value(&dossier.kantara(&Sensitive::Categories(vec!["health".into()])).unwrap());
    let (plain, theirs) = (schema("core/export.schema.json"), schema("core/src/export/kantara.schema.json"));
    let mut nameless = access.clone();
    nameless["records"][0]["kind"] = json!("accept");
    let mut half = kantara.clone();
    half[0]["consentTimestamp"] = json!(1.5);
    let cases = [(&access, &plain), (&kantara, &theirs), (&nameless, &plain), (&half, &theirs)]
        .map(|(document, schema)| json!({ "document": document, "schema": schema }));
    let answers: Vec<Value> = judged(&cases).into_iter().map(|answer| answer["schema"].clone()).collect();
    assert_eq!(answers, [json!([]), json!([]), json!(["$.records[0].kind"]), json!(["$[0].consentTimestamp"])]);
    assert_eq!((&kantara[0]["sensitive"], &kantara[0]["spiCat"]), (&json!(true), &json!(["health"])));
    // Of the grant that stands, and of no other.
    assert_eq!((kantara.as_array().unwrap().len(), &kantara[0]["consentTimestamp"]), (1, &json!(1_777_626_000)));
    assert_eq!(kantara[0]["jurisdiction"], json!("EU"));
}
