//! Laws of the three forms, on records of every kind and order.

use proptest::prelude::*;
use proptest::sample::select;

use super::json::{Json, item, member};
use super::*;
use crate::manifest::Role;
use crate::{Kind, Known, RecordParts};

const SITE: &str = r#"
site = { id = "t", origins = ["https://t.example"], languages = ["en"], rule_set = "eu", cookie_scope = "host", title.en = "T", list_url.en = "/c", privacy_url.en = "/p" }
controller = { id = "t", name = "T AB", country = "SE", address = "A 1", email = "a@t.example", phone = "+46 1" }
policy = [{ id = "p", scope.en = "T", title.en = "P", url.en = "/p", version.en = "1", effective.en = "2026-01-01" }]
service.count = { name = "C", provider = "C AB", country = "SE", purposes = { analytics = "consent", survey = "legitimate_interest" } }
[purpose]
necessary = { subject = "device", policy = "p", title.en = "N", act.en = "n", description.en = "N." }
analytics = { subject = "device", policy = "p", title.en = "A", act.en = "a", description.en = "A." }
survey = { subject = "address", policy = "p", title.en = "S", description.en = "S." }
"#;

fn site() -> Site {
    Site::parse("site.toml", SITE).unwrap()
}

const CREATED: i64 = 1_000_010;

/// Few instants, so that records often coincide.
fn instant() -> impl Strategy<Value = Timestamp> {
    (1_000_000i64..1_000_020).prop_map(Timestamp::from_unix_seconds)
}

fn record() -> impl Strategy<Value = Record> {
    let kinds = select(vec![Kind::Grant, Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Erase]);
    let purposes = select(vec!["analytics", "analytics", "analytics", "survey"]);
    let times = (proptest::option::of(instant()), instant(), 0i64..4, proptest::option::of(0i64..6));
    (kinds, purposes, times, select(vec!["n1", "n2"])).prop_map(|(kind, purpose, times, notice)| {
        let (claimed_at, received_at, later, lasts) = times;
        let recorded_at = received_at.plus_seconds(later);
        Record::new(RecordParts {
            subject: "s1".parse().unwrap(),
            purpose: purpose.parse().unwrap(),
            kind,
            claimed_at,
            received_at,
            recorded_at,
            notice: notice.parse().unwrap(),
            expires_at: lasts.map(|lasts| recorded_at.plus_seconds(lasts)),
        })
        .unwrap()
    })
}

fn words() -> impl Strategy<Value = String> {
    select(vec!["", "a", "reject_all", "å\u{1f600}", "\"\\\n\u{0}", "a: b"]).prop_map(str::to_owned)
}

fn particulars() -> impl Strategy<Value = Particulars> {
    let named = || PartyView { id: "t".into(), name: "T \"AB\"".into(), country: "SE".into(), role: Role::Joint };
    let read = || PolicyRead { id: "p".into(), version: "1".into(), effective: "2026-01-01".into() };
    let some = proptest::option::of::<BoxedStrategy<String>>;
    let who = (select(vec![None, Some("en"), Some("pt-BR")]), proptest::bool::ANY, proptest::bool::ANY);
    let how = (select(vec![None, Some(Channel::Banner), Some(Channel::Post)]), some(words().boxed()));
    (some(words().boxed()), who, how, some(words().boxed())).prop_map(move |(statement, who, how, jurisdiction)| {
        let (lang, policy, controllers) = who;
        Particulars {
            statement,
            lang: lang.map(|lang| lang.parse().unwrap()),
            text: policy.then(|| "h1".parse().unwrap()),
            policy: policy.then(read),
            jurisdiction,
            channel: how.0,
            control: how.1,
            controllers: controllers.then(named).into_iter().collect(),
            signals: controllers.then(|| "gpc".to_owned()).into_iter().collect(),
        }
    })
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (record(), particulars()).prop_map(|(record, known)| Entry::new(record, known));
    proptest::collection::vec(entry, 1..5)
}

fn dossier(site: &Site, entries: Vec<Entry>) -> Dossier<'_> {
    Dossier::new(site, entries, Timestamp::from_unix_seconds(CREATED)).unwrap()
}

/// Whether the statuses alone permit at `at`: the last one that has begun, unless its time is over.
fn permitted(statuses: &[Json], at: Timestamp) -> bool {
    let time = |node: &Json, name: &str| -> Option<Timestamp> {
        Some(node.get(name)?.get("@value")?.as_text()?.parse().unwrap())
    };
    let begun = |node: &&Json| time(node, "dpv:isIndicatedAtTime").unwrap() <= at;
    let Some(last) = statuses.iter().rfind(begun) else { return false };
    let given = ["dpv:ConsentGiven", "dpv:RenewedConsentGiven"].map(Json::from);
    let over = last.get("dpv:hasDuration").and_then(|duration| time(duration, "rdf:value"));
    last.get("@type").unwrap().items().iter().any(|kind| given.contains(kind)) && over.is_none_or(|end| at < end)
}

fn json() -> impl Strategy<Value = Json> {
    let numbers = ["0", "-0", "1.50", "1e400", "12345678901234567890123", "-3.0E-7"];
    let leaf = prop_oneof![
        select(vec![Json::Null, Json::Bool(true), Json::Bool(false)]),
        select(numbers.to_vec()).prop_map(|digits| Json::Number(digits.to_owned())),
        words().prop_map(Json::Text),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let names = proptest::collection::btree_map(words(), inner.clone(), 0..3);
        prop_oneof![
            proptest::collection::vec(inner, 0..3).prop_map(Json::List),
            names.prop_map(|members| Json::Object(members.into_iter().rev().collect())),
        ]
    })
}

/// The paths of all objects.
fn objects(json: &Json) -> usize {
    match json {
        Json::Object(members) => 1 + members.iter().map(|(_, value)| objects(value)).sum::<usize>(),
        Json::List(items) => items.iter().map(objects).sum(),
        _ => 0,
    }
}

/// Adds a member to the object at a place in reading order.
fn plant(json: &mut Json, place: &mut usize, planted: &Json) {
    match json {
        Json::Object(members) => {
            // Maps of texts by language have no members of another kind.
            let texts = !members.is_empty() && members.iter().all(|(name, _)| name == "en");
            if *place == 0 && !texts {
                members.insert(members.len() / 2, ("zzz".to_owned(), planted.clone()));
            }
            *place = place.wrapping_sub(1);
            for (_, value) in members {
                plant(value, place, planted);
            }
        }
        Json::List(items) => items.iter_mut().for_each(|item| plant(item, place, planted)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn json_is_written_as_it_was_read(json in json()) {
        prop_assert_eq!(Json::parse(&json.to_string()).unwrap(), json);
    }

    #[test]
    fn everything_comes_back_from_plain_json(entries in entries()) {
        let site = site_once();
        let export = dossier(site, entries).access();
        let text = export.to_string();
        let read = AccessExport::parse(&text).unwrap();
        prop_assert_eq!(read.to_string(), text);
        prop_assert_eq!(read, export);
    }

    #[test]
    fn every_record_comes_back_from_dpv(entries in entries()) {
        let site = site_once();
        let export = dossier(site, entries.clone()).consent_records().unwrap();
        let text = export.to_string();
        let read = DpvExport::parse(&text).unwrap();
        prop_assert_eq!(&read.to_string(), &text);
        let mut records = Vec::new();
        for purpose in ["analytics", "survey"] {
            let own = entries.iter().map(|entry| entry.record.clone()).filter(|one| one.purpose().as_str() == purpose);
            records.extend_from_slice(Timeline::new(own).records());
        }
        prop_assert_eq!(read.records(), records);
        prop_assert_eq!(&read, &export);
    }

    #[test]
    fn the_order_of_records_changes_nothing(entries in entries(), by in 0usize..6) {
        let mut turned = entries.clone();
        turned.rotate_left(by % entries.len());
        let (turned, entries) = (dossier(site_once(), turned), dossier(site_once(), entries));
        prop_assert_eq!(turned.entries(), entries.entries());
    }

    #[test]
    fn statuses_permit_what_the_timeline_does(entries in entries(), at in instant()) {
        let site = site_once();
        let dossier = dossier(site, entries);
        for (id, entries, timeline) in dossier.by_purpose() {
            let statuses = dpv::history(&dossier, site.purpose(id).unwrap(), "r", entries, &timeline);
            let answer = timeline.ask(at, Known::Everything, None);
            prop_assert_eq!(permitted(statuses.items(), at), answer.permitted());
        }
    }

    #[test]
    fn what_is_not_known_is_kept(planted in json(), dpv in proptest::bool::ANY, place in 0usize..200) {
        let mut json = samples()[usize::from(dpv)].clone();
        let mut place = place % objects(&json);
        plant(&mut json, &mut place, &planted);
        let text = json.to_string();
        let read = if dpv {
            DpvExport::parse(&text).map(|read| read.to_string())
        } else {
            AccessExport::parse(&text).map(|read| read.to_string())
        };
        prop_assert_eq!(read.unwrap(), text);
    }
}

fn site_once() -> &'static Site {
    static SITE_ONCE: std::sync::LazyLock<Site> = std::sync::LazyLock::new(site);
    &SITE_ONCE
}

/// A plain export and a receipt of the same records.
fn samples() -> &'static [Json; 2] {
    static SAMPLES: std::sync::LazyLock<[Json; 2]> = std::sync::LazyLock::new(|| {
        let dossier = dossier(site_once(), lines(LINES));
        [dossier.access().to_string(), dossier.consent_receipt().unwrap().to_string()]
            .map(|text| Json::parse(&text).unwrap())
    });
    &SAMPLES
}

fn lines(text: &str) -> Vec<Entry> {
    crate::lines::parse(text).unwrap().into_iter().map(Entry::from).collect()
}

const LINES: &str = r#"{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-01-01T09:00:00Z","recorded_at":"2026-01-01T09:00:01Z","notice":"n1","expires_at":"2026-07-01T09:00:00Z"}
{"subject":"s1","purpose":"analytics","kind":"withdraw","received_at":"2026-02-01T09:00:00Z","notice":"n1"}"#;

/// A document, its text replaced, and what is said about it.
fn refused(text: &str, from: &str, to: &str, parse: fn(&str) -> Option<ReadError>) -> String {
    assert!(text.contains(from), "{from}");
    parse(&text.replacen(from, to, 1)).unwrap().to_string()
}

#[test]
fn what_is_wrong_is_named_with_its_path() {
    let site = site();
    let dossier = dossier(&site, lines(LINES));
    let (plain, receipt) = (dossier.access().to_string(), dossier.consent_receipt().unwrap().to_string());
    let a = |from, to| refused(&plain, from, to, |text| AccessExport::parse(text).err());
    let d = |from, to| refused(&receipt, from, to, |text| DpvExport::parse(text).err());
    assert_eq!(a("\"created\":", "\"created\": \"x\", \"created\":"), "created: found twice, expected once");
    assert_eq!(
        a("\"kind\": \"grant\"", "\"kind\": \"accept\""),
        "records[0].kind: found \"accept\", expected one of grant, refuse, withdraw, object, erase"
    );
    assert_eq!(
        a("\"kind\": \"grant\"", "\"kind\": [1]"),
        "records[0].kind: found a list, expected one of grant, refuse, withdraw, object, erase"
    );
    assert_eq!(a("\"notice\": \"n1\"", "\"other\": 1"), "records[0].notice: missing, expected a text");
    assert_eq!(
        a("\"recorded_at\": \"2026-01-01T09:00:01Z\"", "\"recorded_at\": \"2026-01-01\""),
        "records[0].recorded_at: found \"2026-01-01\", expected RFC 3339 such as 2026-11-21T20:50:30Z"
    );
    assert_eq!(
        a("\"recorded_at\": \"2026", "\"recorded_at\": \"2025"),
        "records[0].received_at: received_at is after recorded_at; a statement cannot be written before it arrives"
    );
    assert_eq!(a("\"schema_version\": 1", "\"schema_version\": 2"), "schema_version: found 2, expected 1");
    assert_eq!(
        a("\"permitted\": false", "\"permitted\": null"),
        "purposes[0].standing.permitted: found null, expected a boolean"
    );
    let status = "dpv:hasRecordOfActivity[0].dpv:hasConsentStatus";
    assert_eq!(
        d("\"dpv:ConsentWithdrawn\"", "\"dpv:ConsentRevoked\""),
        format!(
            "{status}[1].@type: found dpv:ConsentRevoked, expected a consent status that a subject decides, or one without a decision"
        )
    );
    assert_eq!(
        d("\"dpv:ConsentWithdrawn\"", "\"dpv:ConsentGiven\""),
        format!(
            "{status}[1].dpv:hasRight.@id: found \"eu-gdpr:A7-3\", expected a status and the right that goes with it: eu-gdpr:A7-3, A17 or A21 with a no, none with a yes"
        )
    );
    assert_eq!(
        d("\"@type\": \"xsd:dateTime\"", "\"@type\": \"xsd:date\""),
        "dct:created.@type: found \"xsd:date\", expected \"xsd:dateTime\""
    );
    assert!(
        d("\"dpv:ConsentGiven\"", "\"dpv:ConsentGiven\", \"dpv:ConsentRefused\"")
            .starts_with(&format!("{status}[0].@type: "))
    );
    assert!(
        d("\"@value\": \"2026-01-01T09:00:01Z\"", "\"@value\": \"2026-01-01T09:00:00Z\"")
            .starts_with(&format!("{status}[0].dpv:isIndicatedAtTime.@value: "))
    );
}

#[test]
fn dossiers_and_documents_that_cannot_be_say_why() {
    let site = site();
    let unknown = lines(&LINES.replace("analytics", "gone"));
    let dossier = dossier(&site, unknown);
    let error = dossier.consent_records().unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("unknown-purpose", "found a record on gone, expected a purpose that the site describes with its controllers")
    );
    assert_eq!(dossier.kantara(&Sensitive::None).unwrap_err(), error);
    // Access is to everything kept, also to what the site no longer describes.
    let read = AccessExport::parse(&dossier.access().to_string()).unwrap();
    assert_eq!(read.entries(), dossier.entries());
    assert_eq!(DossierError::Empty.to_string(), "found no record, expected those of one subject");
    assert_eq!(DossierError::OtherSubject.to_string(), "found records of several subjects, expected those of one");
    assert_eq!(
        DossierError::NothingGranted.to_string(),
        "found no grant, expected one: a Kantara receipt tells of consent given"
    );
    assert_eq!(
        DossierError::NoPhone.to_string(),
        "found no controller.phone, expected one: a Kantara receipt must name it"
    );
    let mute = Site::parse("site.toml", &SITE.replace(", phone = \"+46 1\"", "")).unwrap();
    let granted = Dossier::new(&mute, lines(LINES), Timestamp::from_unix_seconds(CREATED)).unwrap();
    assert_eq!(granted.kantara(&Sensitive::None).unwrap_err(), DossierError::NoPhone);
}

/// Each field that a schema names, given as another kind of JSON or left out where it is required.
#[test]
fn each_field_is_checked() {
    let site = site();
    let dossier = dossier(&site, lines(LINES));
    let access = Json::parse(&dossier.access().to_string()).unwrap();
    let schema = Json::parse(include_str!("../../export.schema.json")).unwrap();
    let mut tried = 0;
    walk(&schema, &schema, &access, "", &mut |path, change| {
        let mut json = access.clone();
        alter(&mut json, "", path, change.clone());
        let error = AccessExport::parse(&json.to_string()).unwrap_err();
        assert_eq!((error.path(), error.code()), (path, if change.is_some() { "kind" } else { "missing" }));
        tried += 1;
    });
    assert!(tried > 100, "{tried}");
}

fn walk(root: &Json, node: &Json, value: &Json, path: &str, change: &mut impl FnMut(&str, Option<Json>)) {
    let node = match node.get("$ref").and_then(Json::as_text) {
        Some(name) => root.get("$defs").unwrap().get(name.trim_start_matches("#/$defs/")).unwrap(),
        None => node,
    };
    change(path, Some(Json::Null));
    change(path, Some(if matches!(value, Json::Object(_)) { Json::List(vec![]) } else { Json::Object(vec![]) }));
    for (at, value) in value.items().iter().enumerate() {
        walk(root, node.get("items").unwrap(), value, &item(path, at), change);
    }
    let Json::Object(members) = value else { return };
    for (name, value) in members {
        let known = node.get("properties").and_then(|known| known.get(name));
        walk(root, known.or_else(|| node.get("additionalProperties")).unwrap(), value, &member(path, name), change);
    }
    for name in node.get("required").map(Json::items).unwrap_or_default() {
        change(&member(path, name.as_text().unwrap()), None);
    }
}

fn alter(json: &mut Json, here: &str, path: &str, change: Option<Json>) {
    if here == path {
        *json = change.unwrap();
        return;
    }
    match json {
        Json::Object(members) => {
            if change.is_none() {
                members.retain(|(name, _)| member(here, name) != path);
            }
            for (name, value) in members {
                alter(value, &member(here, name), path, change.clone());
            }
        }
        Json::List(items) => {
            for (at, value) in items.iter_mut().enumerate() {
                alter(value, &item(here, at), path, change.clone());
            }
        }
        _ => {}
    }
}

#[test]
fn a_history_reads_as_dpv_names_it() {
    let site = site();
    let history = r#"{"subject":"s1","purpose":"survey","kind":"object","received_at":"2026-01-01T00:00:00Z","notice":"n1"}
{"subject":"s1","purpose":"analytics","kind":"refuse","received_at":"2026-01-01T00:00:00Z","notice":"n1"}
{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-02-01T00:00:00Z","notice":"n1"}
{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T00:00:00Z","notice":"n2","expires_at":"2026-04-01T00:00:00Z"}
{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-05-01T00:00:00Z","notice":"n2"}
{"subject":"s1","purpose":"analytics","kind":"withdraw","received_at":"2026-06-01T00:00:00Z","notice":"n2"}
{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-07-01T00:00:00Z","notice":"n2"}
{"subject":"s1","purpose":"analytics","kind":"erase","received_at":"2026-08-01T00:00:00Z","notice":"n2"}"#;
    let dossier = Dossier::new(&site, lines(history), "2026-11-22T00:00:00Z".parse().unwrap()).unwrap();
    let json = Json::parse(&dossier.consent_records().unwrap().to_string()).unwrap();
    let told: Vec<String> = json
        .get("@graph")
        .unwrap()
        .items()
        .iter()
        .flat_map(|record| record.get("dpv:hasConsentStatus").unwrap().items())
        .map(|node| {
            let kinds = node.get("@type").unwrap().items().iter().filter_map(Json::as_text);
            let right = node.get("dpv:hasRight").and_then(|right| right.get("@id")).and_then(Json::as_text);
            kinds.chain(right).map(|name| name.rsplit(':').next().unwrap()).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        told,
        [
            "ConsentRefused",
            "ConsentGiven ExpressedConsent",
            "RenewedConsentGiven ExpressedConsent",
            "ConsentExpired",
            "RenewedConsentGiven ExpressedConsent",
            "ConsentWithdrawn A7-3",
            "ConsentGiven ExpressedConsent",
            "ConsentWithdrawn A17",
            "ConsentRefused LegitimateInterestObjected A21",
        ]
    );
}

#[test]
fn xml_schema_knows_no_weeks() {
    for (ours, theirs) in [("P2W", "P14D"), ("P1Y2M3W4DT5H", "P1Y2M25DT5H"), ("PT30M", "PT30M"), ("P1Y", "P1Y")] {
        assert_eq!(dpv::xsd(ours), theirs);
    }
}
