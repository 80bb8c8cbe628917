//! Laws of the three forms, on records of every kind and order.

use proptest::prelude::*;
use proptest::sample::select;

use super::json::{Json, item, member};
use super::*;
use crate::law::Operation;
use crate::manifest::Role;
use crate::{Kind, Known, RecordParts};

/// `analytics` rests on consent, `survey` on legitimate interest; `mail` and `post` are direct marketing on consent and
/// on legitimate interest.
const SITE: &str = r#"
site = { id = "t", origins = ["https://t.example"], languages = ["en"], rule_set = "eu", cookie_scope = "host", title.en = "T", list_url.en = "/c", privacy_url.en = "/p" }
controller = { id = "t", name = "T AB", country = "SE", address = "A 1", email = "a@t.example", phone = "+46 1" }
policy = [{ id = "p", scope.en = "T", title.en = "P", url.en = "/p", version.en = "1", effective.en = "2026-01-01" }]
service.count = { name = "C", provider = "C AB", country = "SE", purposes = { analytics = "consent", survey = "legitimate_interest", mail = "consent", post = "legitimate_interest" } }
[purpose]
necessary = { subject = "device", policy = "p", title.en = "N", act.en = "n", description.en = "N." }
analytics = { subject = "device", policy = "p", title.en = "A", act.en = "a", description.en = "A." }
survey = { subject = "address", policy = "p", title.en = "S", description.en = "S." }
mail = { subject = "address", direct_marketing = "yes", policy = "p", title.en = "M", description.en = "M." }
post = { subject = "address", direct_marketing = "yes", policy = "p", title.en = "L", description.en = "L." }
"#;

fn site() -> Site {
    Site::parse("site.toml", SITE).unwrap()
}

const CREATED: i64 = 1_000_010;
/// 2026-11-22.
const CREATED_LATE: i64 = 1_795_305_600;

/// Few instants, so that records often coincide.
fn instant() -> impl Strategy<Value = Timestamp> {
    (1_000_000i64..1_000_020).prop_map(Timestamp::from_unix_seconds)
}

fn record() -> impl Strategy<Value = Record> {
    let kinds = select(vec![Kind::Grant, Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Erase]);
    let purposes = select(vec!["analytics", "analytics", "mail", "post", "survey"]);
    let times = (proptest::option::of(instant()), instant(), 0i64..4, proptest::option::of(0i64..6));
    (kinds, purposes, times, select(vec![notice().as_str(), notice().as_str(), "n2"])).prop_map(
        |(kind, purpose, times, notice)| {
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
        },
    )
}

/// The notice of the site.
fn notice() -> &'static NoticeHash {
    static NOTICE: std::sync::LazyLock<NoticeHash> = std::sync::LazyLock::new(|| site_once().notice());
    &NOTICE
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
    proptest::collection::vec(entry, 1..4).prop_filter("somebody wrote something in time", |entries| {
        entries.iter().any(|entry| entry.record.recorded_at() <= Timestamp::from_unix_seconds(CREATED))
    })
}

/// Hashing the notice for each case would take most of the time.
fn dossier(entries: Vec<Entry>) -> Dossier<'static> {
    let created = Timestamp::from_unix_seconds(CREATED);
    Dossier::under(site_once(), notice().clone(), Purposes::of(site_once()), entries, created).unwrap()
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
            // A context with more in it could give another name to what is known.
            let texts = texts || members.iter().any(|(name, _)| name == "dpv");
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
        let export = dossier(entries).access();
        let text = export.to_string();
        let read = AccessExport::parse(&text).unwrap();
        prop_assert_eq!(read.to_string(), text);
        prop_assert_eq!(read, export);
    }

    /// And whatever a status is renamed to, it is refused or grants nothing that did not stand.
    #[test]
    fn every_consent_comes_back_from_dpv(entries in entries(), nth in 0usize..8, to in select(STATUSES.to_vec())) {
        let dossier = dossier(entries);
        let Ok(export) = dossier.consent_records() else { return Ok(()) };
        let text = export.to_string();
        let read = DpvExport::parse(&text).unwrap();
        prop_assert_eq!(&read.to_string(), &text);
        let facts = dossier.entries().iter().map(|entry| Fact::Record(entry.record.clone()));
        let case = Case::new(&Purposes::of(site_once()), facts);
        let mut records = Vec::new();
        for purpose in ["analytics", "mail"] {
            let purpose: PurposeId = purpose.parse().unwrap();
            if dossier.entries().iter().any(|entry| *entry.record.purpose() == purpose) {
                records.extend_from_slice(case.timeline(&purpose).unwrap().records());
            }
        }
        prop_assert_eq!(read.records(), records);
        prop_assert_eq!(&read, &export);
        let Ok(other) = DpvExport::parse(&renamed(&text, nth, to)) else { return Ok(()) };
        for purpose in ["analytics", "mail"] {
            let permits = |export: &DpvExport| {
                let own = export.records().iter().filter(|record| record.purpose().as_str() == purpose).cloned();
                Timeline::new(own).ask(dossier.created, Known::Everything, None).permitted()
            };
            prop_assert!(!permits(&other) || permits(&export), "{to}: {text}");
        }
    }

    /// One purpose of direct marketing objected to is all of it, whatever the order and the purpose.
    #[test]
    fn what_stands_is_what_the_case_says(entries in entries()) {
        let dossier = dossier(entries.clone());
        let facts = entries.into_iter().map(|entry| Fact::Record(entry.record));
        let purposes = Purposes::of(site_once());
        let case = Case::new(&purposes, facts);
        let known = Known::At(dossier.created);
        for told in dossier.told() {
            let id = told.purpose.clone();
            let bases = purposes.get(&id).unwrap().bases();
            let answers = standing::standing(&dossier.case, &dossier.purposes, &id, dossier.created, notice());
            prop_assert_eq!(answers.len(), bases.len());
            for (basis, answer) in bases.iter().zip(&answers) {
                let verdict =
                    case.ask(&purposes.processing(&id, *basis).unwrap(), dossier.created, known, Some(notice()));
                prop_assert_eq!(answer.get("because"), Some(&Json::from(verdict.reason().code())));
                let may = |name| answer.get(name) == Some(&Json::Bool(true));
                prop_assert_eq!(may("may_use"), verdict.permits(Operation::Use));
                prop_assert_eq!(may("may_store"), verdict.permits(Operation::Store));
            }
        }
    }

    #[test]
    fn the_order_of_records_changes_nothing(entries in entries(), by in 0usize..6) {
        let mut turned = entries.clone();
        turned.rotate_left(by % entries.len());
        let (turned, entries) = (dossier(turned), dossier(entries));
        prop_assert_eq!(turned.entries(), entries.entries());
    }

    #[test]
    fn statuses_permit_what_the_case_does(entries in entries(), at in instant()) {
        let site = site_once();
        let dossier = dossier(entries);
        for told in dossier.told() {
            let statuses = dpv::history(&dossier, site.purpose(told.purpose).unwrap(), "r", &told);
            let answer = told.timeline.ask(at, Known::Everything, None);
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

fn access_purposes(dossier: &Dossier<'_>) -> Vec<Json> {
    let json = Json::parse(&dossier.access().to_string()).unwrap();
    json.get("purposes").unwrap().items().to_vec()
}

const STATUSES: [&str; 9] = [
    "dpv:ConsentGiven",
    "dpv:RenewedConsentGiven",
    "dpv:ConsentExpired",
    "dpv:ConsentUnknown",
    "dpv:ConsentRequested",
    "dpv:ConsentRequestDeferred",
    "dpv:ConsentStatus",
    "https://w3id.org/dpv#ConsentRevoked",
    "schema:Action",
];

/// Gives one of the statuses another type.
fn renamed(text: &str, nth: usize, to: &str) -> String {
    let written = ["Given", "Refused", "Withdrawn", "Expired"].map(|state| format!("\"dpv:Consent{state}\""));
    let renewed = "\"dpv:RenewedConsentGiven\"".to_owned();
    let names = written.iter().chain([&renewed]);
    let found: Vec<(usize, &str)> = names.flat_map(|name| text.match_indices(name.as_str())).collect();
    let (at, name) = found[nth % found.len()];
    format!("{}\"{to}\"{}", &text[..at], &text[at + name.len()..])
}

fn site_once() -> &'static Site {
    static SITE_ONCE: std::sync::LazyLock<Site> = std::sync::LazyLock::new(site);
    &SITE_ONCE
}

/// A plain export and a receipt of the same records.
fn samples() -> &'static [Json; 2] {
    static SAMPLES: std::sync::LazyLock<[Json; 2]> = std::sync::LazyLock::new(|| {
        let dossier = Dossier::new(site_once(), lines(LINES), Timestamp::from_unix_seconds(CREATED_LATE)).unwrap();
        [dossier.access().to_string(), dossier.consent_receipt().unwrap().to_string()]
            .map(|text| Json::parse(&text).unwrap())
    });
    &SAMPLES
}

/// `n1` stands for the site's notice.
fn lines(text: &str) -> Vec<Entry> {
    crate::lines::parse(&text.replace("n1", notice().as_str())).unwrap().into_iter().map(Entry::from).collect()
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
    let dossier = Dossier::new(&site, lines(LINES), Timestamp::from_unix_seconds(CREATED_LATE)).unwrap();
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
    assert_eq!(a("      \"notice\":", "      \"other\":"), "records[0].notice: missing, expected a text");
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
        a("\"may_use\": false", "\"may_use\": null"),
        "purposes[0].standing[0].may_use: found null, expected a boolean"
    );
    // Ids and what stands follow from the records.
    assert_eq!(
        a("\"may_use\": false", "\"may_use\": true"),
        "purposes[0].standing[0].may_use: found true, expected false, as the records have it"
    );
    assert_eq!(
        a("\"because\": \"withdrawn\"", "\"because\": \"granted\""),
        "purposes[0].standing[0].because: found \"granted\", expected \"withdrawn\", as the records have it"
    );
    assert!(a("\"kind\": \"withdraw\"", "\"kind\": \"refuse\"").starts_with("records[1].id: found "));
    assert!(a("\"subject\": \"s1\"", "\"subject\": \"s2\"").starts_with("records[0].id: found "));
    assert!(a("\"created\": \"2026-11-22", "\"created\": \"2026-11-23").starts_with("id: found "));
    assert_eq!(
        a("\"created\": \"2026-11-22", "\"created\": \"2026-01-22"),
        "records[1].recorded_at: found \"2026-02-01T09:00:00Z\", expected a time before the export was created"
    );
    assert_eq!(
        a("\"id\": \"analytics\"", "\"id\": \"other\""),
        "records[0].purpose: found \"analytics\", expected one of the purposes listed"
    );
    let status = "dpv:hasRecordOfActivity[0].dpv:hasConsentStatus";
    assert_eq!(
        d("\"dpv:ConsentWithdrawn\"", "\"dpv:ConsentRevoked\""),
        format!(
            "{status}[1].@type: found dpv:ConsentRevoked, expected a consent status given, renewed, refused, withdrawn or expired"
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
    assert_eq!(
        d("\"dpv:UntilTimeDuration\"", "\"dpv:UntilEventDuration\""),
        format!(
            "{status}[0].dpv:hasDuration.@type: found \"dpv:UntilEventDuration\", expected the duration that goes with schema:expires: dpv:UntilTimeDuration with it, dpv:UntilEventDuration without"
        )
    );
    assert_eq!(
        d("\"@value\": \"2026-07-01T09:00:00Z\"", "\"@value\": \"2027-07-01T09:00:00Z\""),
        format!(
            "{status}[0].dpv:hasDuration.rdf:value.@value: found \"2027-07-01T09:00:00Z\", expected the time of schema:expires, 2026-07-01T09:00:00Z"
        )
    );
    assert_eq!(
        d("\"dpv:ConsentWithdrawn\"", "\"dpv:ConsentExpired\""),
        format!(
            "{status}[1].dpv:hasNotice: found an object, expected nothing that a decision has: this consent ended by itself"
        )
    );
    assert_eq!(
        d("\"@context\": {", "\"@context\": { \"x\": \"https://w3id.org/dpv#\","),
        "@context.x: found \"https://w3id.org/dpv#\", expected no other prefix"
    );
    assert_eq!(
        d("\"dpv:hasConsentStatus\"", "\"https://w3id.org/dpv#hasConsentStatus\": [], \"dpv:hasConsentStatus\""),
        "dpv:hasRecordOfActivity[0].https://w3id.org/dpv#hasConsentStatus: found an empty list, expected no other way to say what this format has a name for"
    );
    assert!(
        d("\"@value\": \"2026-01-01T09:00:01Z\"", "\"@value\": \"2026-01-01T09:00:00Z\"")
            .starts_with(&format!("{status}[0].dpv:isIndicatedAtTime.@value: "))
    );
}

#[test]
fn dossiers_and_documents_that_cannot_be_say_why() {
    let site = site();
    let at = Timestamp::from_unix_seconds(CREATED_LATE);
    let unknown = Dossier::new(&site, lines(&LINES.replace("analytics", "gone")), at).unwrap();
    let error = unknown.consent_records().unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (
            "unknown-purpose",
            "found records on gone (recorded at 2026-01-01T09:00:01Z), expected purposes that the site describes"
        )
    );
    assert_eq!(unknown.kantara(&Sensitive::None).unwrap_err(), error);
    // Access is to everything kept, also to what the site no longer describes.
    let read = AccessExport::parse(&unknown.access().to_string()).unwrap();
    assert_eq!(read.entries(), unknown.entries());
    let other = Dossier::new(&site, lines(&LINES.replace("n1", "n0")), at).unwrap();
    let error = other.consent_receipt().unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (
            "other-notice",
            "found records on analytics under n0 (recorded at 2026-02-01T09:00:00Z), expected the site's description of that notice"
        )
    );
    let objected = lines(&LINES.replace("analytics", "survey"));
    let none = Dossier::new(&site, objected, at).unwrap();
    assert_eq!(none.consent_records().unwrap_err(), DossierError::NoConsent);
    assert_eq!(none.kantara(&Sensitive::None).unwrap_err(), DossierError::NothingGranted);
    assert_eq!(DossierError::NoConsent.to_string(), "found no record on a purpose that rests on consent, expected one");
    let withdrawn = Dossier::new(&site, lines(LINES), at).unwrap();
    assert_eq!(withdrawn.kantara(&Sensitive::None).unwrap_err(), DossierError::NothingGranted);
    for empty in [vec![], vec![String::new()]] {
        assert_eq!(withdrawn.kantara(&Sensitive::Categories(empty)).unwrap_err(), DossierError::NoCategory);
    }
    assert_eq!(
        DossierError::NoCategory.to_string(),
        "found a sensitive category without a name, expected one such as health"
    );
    assert_eq!(DossierError::Empty.to_string(), "found no record, expected those of one subject");
    assert_eq!(DossierError::OtherSubject.to_string(), "found records of several subjects, expected those of one");
    assert_eq!(
        DossierError::NothingGranted.to_string(),
        "found no grant that stands, expected one: a Kantara receipt tells of consent given"
    );
    assert_eq!(
        DossierError::NoPhone.to_string(),
        "found no controller.phone, expected one: a Kantara receipt must name it"
    );
    assert_eq!(Dossier::new(&site, lines(LINES), Timestamp::from_unix_seconds(0)).unwrap_err(), DossierError::Empty);
    let mute = Site::parse("site.toml", &SITE.replace(", phone = \"+46 1\"", "")).unwrap();
    let line = LINES.lines().next().unwrap().replace("n1", mute.notice().as_str());
    let granted = Dossier::new(&mute, lines(&line), "2026-03-01T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(granted.kantara(&Sensitive::None).unwrap_err(), DossierError::NoPhone);
}

/// What a reader of the statuses alone would take for a consent that still stands.
#[test]
fn an_end_is_the_end_of_a_grant_and_a_document_is_of_one_subject() {
    let at = Timestamp::from_unix_seconds(CREATED_LATE);
    let two =
        format!("{}\n{}", LINES.lines().next().unwrap(), LINES.lines().next().unwrap().replace("analytics", "mail"));
    let dossier = Dossier::new(site_once(), lines(&two), at).unwrap();
    let text = dossier.consent_records().unwrap().to_string();
    assert_eq!(DpvExport::parse(&text).unwrap().records().len(), 2);
    let end = text.rfind("\"@value\": \"2026-07-01T09:00:00Z\"").unwrap();
    let moved = text[..end].to_owned() + &text[end..].replacen("2026-07-01", "2026-06-01", 1);
    assert_eq!(
        DpvExport::parse(&moved).unwrap_err().to_string(),
        "@graph[1].dpv:hasConsentStatus[1].dpv:isIndicatedAtTime.@value: found \"2026-06-01T09:00:00Z\", expected the end of a grant in this record"
    );
    let subject = text.rfind("\"dct:identifier\": \"s1\"").unwrap();
    let other = text[..subject].to_owned() + &text[subject..].replacen("s1", "s2", 1);
    assert_eq!(
        DpvExport::parse(&other).unwrap_err().to_string(),
        "@graph[1].dpv:hasDataSubject.dct:identifier: found \"s2\", expected one subject in all records"
    );
    let same = text.replace("\"dct:identifier\": \"mail\"", "\"dct:identifier\": \"analytics\"");
    assert_eq!(
        DpvExport::parse(&same).unwrap_err().to_string(),
        "@graph[1].dpv:hasProcess: found a list of 1, expected each purpose in one record"
    );
}

/// What was told of then is not told of in the words of today.
#[test]
fn only_the_notice_at_hand_is_described() {
    let old = LINES.replace("\"kind\":\"grant\"", "\"kind\":\"refuse\"").replacen("n1", "n0", 1);
    let dossier = Dossier::new(site_once(), lines(&old), Timestamp::from_unix_seconds(CREATED_LATE)).unwrap();
    let json = Json::parse(&dossier.consent_records().unwrap().to_string()).unwrap();
    let record = &json.get("@graph").unwrap().items()[0];
    let notices = record.get("dpv:hasNotice").unwrap().items();
    let told: Vec<_> = notices.iter().map(|one| one.get("dct:description").and_then(Json::as_text)).collect();
    assert_eq!(told, [Some("What this notice described is not at hand."), None]);
    let described = record.get("dpv:hasProcess").unwrap().items()[0].get("dpv:hasNotice").unwrap().items();
    assert_eq!((described.len(), described[0].get("@id")), (1, notices[1].get("@id")));
    let purposes = access_purposes(&dossier);
    assert_eq!(purposes[0].get("described_notice"), Some(&Json::from(notice().as_str())));
    assert_eq!(purposes[0].get("undescribed_notices"), Some(&Json::List(vec!["n0".into()])));
}

/// Each service by itself, what is kept in its own words, and no place of storage that nobody stated.
#[test]
fn a_process_claims_its_own() {
    let more = r#"
data_class.visits = { title.en = "V", purposes = ["analytics"], retention = [{ period = "P1Y", from = "account_end" }] }
data_class.reports = { title.en = "R", purposes = ["analytics"], criterion.en = "As long as they are read." }
service.map = { name = "M", provider = "M AB", country = "DK", purposes = { analytics = "consent" }, recipients = ["m"] }
recipient.m = { name = "M AB", country = "DK", role = "controller", purposes = ["analytics"] }
cookie = [{ name = "c", kind = "cookie", service = "count", purpose = "analytics", duration = "P13M", party = "first", description.en = "C." }]
"#;
    let site = Site::parse("site.toml", &SITE.replace("[purpose]", &format!("{more}[purpose]"))).unwrap();
    let line = LINES.lines().next().unwrap().replace("n1", site.notice().as_str());
    let known = Particulars { jurisdiction: Some("uk".into()), ..Particulars::default() };
    let entries = lines(&line).into_iter().map(|entry| Entry::new(entry.record, known.clone()));
    let dossier = Dossier::new(&site, entries, "2026-03-01T00:00:00Z".parse().unwrap()).unwrap();
    let json = Json::parse(&dossier.consent_records().unwrap().to_string()).unwrap();
    let record = &json.get("@graph").unwrap().items()[0];
    assert_eq!(record.get("dpv:hasJurisdiction").unwrap().get("@id"), Some(&Json::from("loc:GB")));
    let processes = record.get("dpv:hasProcess").unwrap().items();
    let ids = |process: &Json| -> Vec<String> {
        let data = process.get("dpv:hasPersonalData").unwrap().items();
        data.iter().map(|datum| datum.get("dct:identifier").unwrap().as_text().unwrap().to_owned()).collect()
    };
    let recipient = |process: &Json| {
        let who = process.get("dpv:hasRecipient").unwrap().items();
        who[0].get("@id").unwrap().as_text().unwrap().rsplit('#').next().unwrap().to_owned()
    };
    assert_eq!(
        (ids(&processes[0]), recipient(&processes[0])),
        (["reports", "visits", "c"].map(str::to_owned).to_vec(), "party-t".to_owned())
    );
    assert_eq!(
        (ids(&processes[1]), recipient(&processes[1])),
        (["reports", "visits"].map(str::to_owned).to_vec(), "recipient-m".to_owned())
    );
    assert!(!processes[1].to_string().contains("dpv:StorageLocation"));
    let kantara = Json::parse(&dossier.kantara(&Sensitive::None).unwrap().to_string()).unwrap();
    assert_eq!(kantara.items()[0].get("jurisdiction"), Some(&Json::from("GB")));
    let service = &kantara.items()[0].get("services").unwrap().items()[0];
    assert_eq!(
        service.get("purposes").unwrap().items()[0].get("termination").unwrap().as_text(),
        Some(
            "ends on 2026-07-01T09:00:00Z, or when withdrawn at https://t.example/consent/v1/settings; reports: As long as they are read.; visits is kept for P1Y from account end; c is kept for P13M"
        )
    );
}

/// Each field that a schema names, given as another kind of JSON or left out where it is required.
#[test]
fn each_field_is_checked() {
    let site = site();
    let dossier = Dossier::new(&site, lines(LINES), Timestamp::from_unix_seconds(CREATED_LATE)).unwrap();
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
    let history = r#"{"subject":"s1","purpose":"post","kind":"object","received_at":"2026-01-01T00:00:00Z","notice":"n1"}
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
        ]
    );
}

#[test]
fn xml_schema_knows_no_weeks() {
    for (ours, theirs) in [("P2W", "P14D"), ("P1Y2M3W4DT5H", "P1Y2M25DT5H"), ("PT30M", "PT30M"), ("P1Y", "P1Y")] {
        assert_eq!(dpv::xsd(ours), theirs);
    }
}
