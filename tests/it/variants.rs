//! Variants of wording and position: shown by the day, recorded by id, counted without anybody.

use crate::support::browser::{Browser, CHOICES, all, choice};
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, SITE, START, wait};
use crate::support::process::Served;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use volens_core::Timestamp;
use volens_core::manifest::Mode;
use volens_core::site::Site;
use volens_server::mail::Mail;

const VARIANTS: &str = r#"
[[variant]]
id = "words"
texts.reject_all.en = "No, thanks"
texts.reject_all.sv = "Nej tack"

[[variant]]
id = "corner"
position = "corner"
"#;

fn text() -> String {
    [SITE, VARIANTS].concat()
}

fn site() -> Site {
    Site::parse("site.toml", &text()).unwrap()
}

fn start(test: &str) -> Host {
    Host::open(&disk::folder(test), &text(), Hands::at(START), Mail::Outbox)
}

/// A choice as a page of the variant posts it.
fn from_page(variant: Option<&str>, purposes: &[(&str, bool)]) -> Value {
    let site = variant.map_or_else(site, |id| site().in_variant(id).unwrap());
    let manifest = site.manifest(&"en".parse().unwrap(), Mode::Service).unwrap();
    let mut body = choice(&manifest.notice, purposes);
    body["text"] = json!(manifest.text);
    if let Some(id) = variant {
        body["variant"] = json!(id);
    }
    body
}

fn recorded(host: &Host, browser: &mut Browser, body: &Value) -> (Option<String>, String, String) {
    host.clock.forward(1);
    let reply = browser.json(CHOICES, body);
    assert_eq!(reply.status, 201, "{reply:?}");
    assert_eq!(reply.json()["receipt"].get("variant").cloned(), {
        let kept = host.evidence(&browser.subject(), "analytics", host.clock.now()).records.pop().unwrap();
        kept.variant.map(Value::from)
    });
    let kept = host.evidence(&browser.subject(), "analytics", host.clock.now()).records.pop().unwrap();
    (kept.variant, kept.text.unwrap(), kept.look.unwrap())
}

#[test]
fn a_choice_is_recorded_with_the_variant_of_its_page() {
    let host = start("variants");
    let grant = |variant| recorded(&host, &mut host.browser(), &from_page(variant, &all(true)));
    let (own, words, corner) = (grant(None), grant(Some("words")), grant(Some("corner")));
    let ids = [&own, &words, &corner].map(|(id, ..)| id.as_deref());
    assert_eq!(ids, [None, Some("words"), Some("corner")]);
    assert_eq!(own.1, corner.1, "the same words");
    assert_ne!(own.1, words.1);
    assert_eq!(BTreeSet::from([&own.2, &words.2, &corner.2]).len(), 3, "each with its look");

    // What no page of ours says is none of ours; and the words tell by themselves.
    let mut body = from_page(None, &all(true));
    for nonsense in [json!("nobody"), json!(7), json!(""), json!("x".repeat(2000)), json!(null)] {
        body["variant"] = nonsense;
        assert_eq!(recorded(&host, &mut host.browser(), &body), own);
    }
    body = from_page(Some("words"), &all(true));
    body.as_object_mut().unwrap().remove("variant");
    assert_eq!(recorded(&host, &mut host.browser(), &body), words);
    body["variant"] = json!("corner");
    assert_eq!(recorded(&host, &mut host.browser(), &body), words, "a text that this variant never had");
}

#[test]
fn a_token_says_which_text_and_a_refusers_does_not_say_which_variant() {
    let host = start("variants-tokens");
    let token = |variant, yes| {
        let mut browser = host.browser();
        assert_eq!(browser.json(CHOICES, &from_page(variant, &all(yes))).status, 201);
        browser
    };
    assert_eq!(token(Some("words"), false).token(), token(None, false).token(), "all who refuse hold the same bytes");
    let text = |site: &Site| site.text(&"en".parse().unwrap());
    assert_eq!(token(Some("words"), true).claims().txt, text(&site().in_variant("words").unwrap()));
    assert_eq!(token(None, true).claims().txt, text(&site()));
}

#[test]
fn a_page_without_script_says_its_variant_too() {
    let host = start("variants-forms");
    let mut browser = host.browser();
    let notice = host.notice();
    let page = browser.get("/consent/v1/settings?lang=sv&variant=words");
    let own = host.browser().get("/consent/v1/settings?lang=sv");
    for (page, said, unsaid) in [(&page, "Nej tack", "Avvisa alla"), (&own, "Avvisa alla", "Nej tack")] {
        assert!(page.text().contains(said) && !page.text().contains(unsaid), "{}", page.text());
    }
    let field = "<input value=\"words\" type=\"hidden\" name=\"variant\">";
    assert!(page.text().contains(field) && !own.text().contains("name=\"variant\""), "{}", page.text());
    assert!(page.text().contains("saved=1&amp;return_to=%2F&amp;variant=words"), "{}", page.text());
    let fields = [("notice", notice.as_str()), ("lang", "sv"), ("variant", "words"), ("accept", "all")];
    assert_eq!(browser.form(CHOICES, &[], &fields).status, 303);
    let evidence = host.evidence(&browser.subject(), "analytics", host.clock.now());
    assert_eq!(evidence.records[0].variant.as_deref(), Some("words"));
    assert_eq!(evidence.text.unwrap()["labels"]["reject_all"], "Nej tack");
    let manifest = |query: &str| host.browser().get(&format!("/consent/v1/manifest?lang=sv{query}")).json();
    assert_eq!(manifest("&variant=words")["labels"]["reject_all"], "Nej tack");
    assert_eq!(manifest("&variant=words")["settings_url"], "/consent/v1/settings?lang=sv&variant=words");
    assert_eq!(manifest("&variant=corner")["position"], "corner");
    for query in ["", "&variant=nobody"] {
        let own = manifest(query);
        assert_eq!((&own["position"], own.get("variant")), (&json!("bottom"), None));
        assert_eq!(own["settings_url"], "/consent/v1/settings?lang=sv");
    }
}

#[test]
fn pages_of_one_day_are_the_same_and_the_days_are_drawn() {
    let host = start("variants-days");
    let english = "en".parse().unwrap();
    let page = || {
        let snippet = wait(host.service.snippet(&english, None)).unwrap();
        [snippet.head, snippet.banner, snippet.foot].concat()
    };
    let shown = |page: &str| {
        let variant = ["words", "corner"].into_iter().find(|id| page.contains(&format!("\"variant\":\"{id}\"")));
        // The form without script says the same.
        for id in ["words", "corner"] {
            let said = page.contains(&format!("value=\"{id}\""));
            assert_eq!(said, variant == Some(id), "{page}");
        }
        variant
    };
    let mut days: BTreeMap<Option<&str>, BTreeSet<i64>> = BTreeMap::new();
    for day in 0..140_i64 {
        let first = page();
        // From noon to the last second of the day.
        host.clock.forward(DAY / 2 - 2);
        assert_eq!(page(), first, "the same bytes for everybody that day");
        assert_eq!(shown(&first), host.service.site().variant_at(host.service.now()));
        days.entry(shown(&first)).or_default().insert(day % 7);
        host.clock.forward(DAY / 2 + 2);
    }
    assert_eq!(days.len(), 3, "the site's own and both variants");
    for (variant, weekdays) in days {
        assert_eq!(weekdays.len(), 7, "{variant:?} comes on every day of the week");
    }
}

#[test]
fn another_site_has_another_order() {
    let day = |site: &Site, day: i64| site.variant_at(Timestamp::from_unix_seconds(day * DAY)).map(str::to_owned);
    let other = Site::parse("site.toml", &text().replace("id = \"shop\"\norigins", "id = \"club\"\norigins")).unwrap();
    assert!((0..60).any(|n| day(&site(), n) != day(&other, n)));
}

#[test]
fn a_store_from_before_there_were_variants_is_taken_over() {
    let data = disk::folder("variants-old");
    let subject = {
        let host = Host::open(&data, SITE, Hands::at(START), Mail::Outbox);
        let mut browser = host.browser();
        browser.choose(&host.notice(), &all(true));
        browser.subject()
    };
    for table in ["text", "statement"] {
        disk::sqlite(&data).execute(&format!("ALTER TABLE {table} DROP COLUMN variant"), []).unwrap();
    }
    // An archived folder is read as it is, by what opens nothing to write.
    let volens = |words: &[&str]| {
        let output =
            Command::new(Served::binary()).args(words).arg("--json").arg("--data").arg(&data).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let proof =
        volens(&["evidence", "--subject", subject.as_str(), "--purpose", "analytics", "--at", "2026-11-21T00:00:00Z"]);
    assert_eq!((&proof["permitted"], proof["records"][0].get("variant")), (&json!(true), None), "{proof}");
    let counts = volens(&["statistics", "--min", "1"]);
    assert_eq!((&counts["rows"][0]["variant"], &counts["rows"][0]["grants"]), (&Value::Null, &json!(1)), "{counts}");

    let hands = Hands::at(START);
    hands.forward(60);
    let host = Host::open(&data, &text(), hands, Mail::Outbox);
    let kept = host.evidence(&subject, "analytics", host.clock.now());
    assert_eq!((kept.permitted, kept.records[0].variant.as_deref()), (true, None));
    let variant = recorded(&host, &mut host.browser(), &from_page(Some("words"), &all(true))).0;
    assert_eq!(variant.as_deref(), Some("words"));
}

fn statistics(host: &Host, query: &str) -> crate::support::browser::Reply {
    let bearer = format!("Bearer {}", host.admin());
    let path = format!("/consent/v1/admin/statistics{query}");
    host.browser().send("GET", &path, &[("authorization", &bearer)], b"").unwrap()
}

#[test]
fn what_was_said_is_counted_without_anybody() {
    let host = start("statistics");
    let say = |browser: &mut Browser, variant, yes| {
        host.clock.forward(1);
        let mut body = from_page(variant, &[("analytics", yes)]);
        body["control"] = json!("banner");
        assert_eq!(browser.json(CHOICES, &body).status, 201);
    };
    let mut last = host.browser();
    for _ in 0..5 {
        last = host.browser();
        say(&mut last, Some("words"), true);
    }
    say(&mut host.browser(), Some("words"), false);
    say(&mut host.browser(), None, false);
    host.clock.forward(DAY);
    let subject = last.subject();
    say(&mut last, None, false);

    let all = statistics(&host, "?min=1").json();
    let row = |day: &str, variant: Value, counts: [Value; 3]| {
        let [grants, refusals, withdrawals] = counts;
        json!({
            "day": day, "lang": "en", "variant": variant, "channel": "banner", "control": "banner",
            "purpose": "analytics", "grants": grants, "refusals": refusals, "withdrawals": withdrawals,
        })
    };
    let (first, second) = ("2026-11-20", "2026-11-21");
    let numbers = |counts: [u64; 3]| counts.map(Value::from);
    let rows = json!([
        row(first, Value::Null, numbers([0, 1, 0])),
        row(first, json!("words"), numbers([5, 1, 0])),
        row(second, Value::Null, numbers([0, 0, 1])),
    ]);
    assert_eq!(all, json!({ "min": 1, "left_out": 0, "rows": rows }));

    // Handed on: a count of one is somebody.
    let shared = statistics(&host, "?min=5").json();
    let held_back = row(first, json!("words"), [json!(5), Value::Null, json!(0)]);
    assert_eq!(shared, json!({ "min": 5, "left_out": 2, "rows": [held_back] }));
    assert_eq!(statistics(&host, "").json(), shared, "and nobody is asked to think of it");

    let days = |query: &str| {
        let rows = statistics(&host, query).json()["rows"].take();
        rows.as_array().unwrap().iter().map(|row| row["day"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(days("?min=1&from=2026-11-21"), BTreeSet::from([second.to_owned()]));
    assert_eq!(days("?min=1&to=2026-11-20"), BTreeSet::from([first.to_owned()]));
    assert_eq!(days("?min=1&from=2026-11-20&to=2026-11-21").len(), 2, "both ends are counted");
    assert_eq!(days("?min=1&to=2026-11-19").len(), 0);

    let csv = statistics(&host, "?format=csv&min=5");
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(csv.header("cache-control"), Some("no-store"));
    let expected = "day,lang,variant,channel,control,purpose,grants,refusals,withdrawals\r\n\
                    2026-11-20,en,words,banner,banner,analytics,5,,0\r\n";
    assert_eq!(csv.text(), expected);
    for subject in [subject.as_str(), "subject", "statement"] {
        assert!(!all.to_string().contains(subject) && !csv.text().contains(subject), "{subject}");
    }

    // The command says the same.
    let command = |more: &[&str]| {
        let output = Command::new(Served::binary()).args(["statistics", "--data"]).arg(&host.data).args(more).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!((command(&["--min", "5"]), command(&[])), (expected.to_owned(), expected.to_owned()));
    assert_eq!(serde_json::from_str::<Value>(&command(&["--json", "--site", "shop", "--min", "1"])).unwrap(), all);
    assert_eq!(command(&["--from", "2026-11-21", "--min", "1"]).lines().count(), 2);
}

#[test]
fn what_anyone_may_write_is_counted_as_one() {
    let host = start("statistics-controls");
    let mut last = host.browser();
    for n in 0..5 {
        host.clock.forward(1);
        let mut body = from_page(None, &[("analytics", false)]);
        body["control"] = json!(format!("eva.berg-{n}"));
        body["purposes"]["functional"] = json!(true);
        last = host.browser();
        assert_eq!(last.json(CHOICES, &body).status, 201);
    }
    let kept = host.evidence(&last.subject(), "analytics", host.clock.now());
    assert_eq!(kept.records[0].control, "eva.berg-4", "the record keeps what was sent");
    let counts = statistics(&host, "?min=5");
    assert!(!counts.text().contains("eva"), "{counts:?}");
    let rows = counts.json()["rows"].take();
    let row = |n: usize| (rows[n]["control"].clone(), rows[n]["refusals"].clone(), rows[n]["grants"].clone());
    assert_eq!((row(0), row(1)), ((json!("other"), json!(5), json!(0)), (json!("other"), json!(0), json!(5))));
    assert_eq!(rows.as_array().unwrap().len(), 2, "and no group is split so that it falls below the least count");
}

#[test]
fn counts_are_for_administrators() {
    let host = start("statistics-who");
    let path = "/consent/v1/admin/statistics";
    assert_eq!(host.browser().get(path).problem(), (401, "unauthorized".into()));
    for (query, detail) in [
        ("?from=yesterday", "from: found \"yesterday\", expected a day such as 2026-09-01"),
        ("?to=2026-13-01", "to: found \"2026-13-01\", expected a day such as 2026-09-01"),
        ("?min=few", "min: found \"few\", expected a whole number"),
        ("?format=xml", "format: found \"xml\", expected \"json\" or \"csv\""),
        ("?mim=5", "query: mim: unknown field `mim`, expected one of `from`, `to`, `min`, `format`"),
    ] {
        let reply = statistics(&host, query);
        assert_eq!(reply.problem(), (400, "malformed".into()), "{query}");
        assert_eq!(reply.json()["detail"], detail);
        assert_eq!(host.browser().get(&[path, query].concat()).problem().0, 401, "{query}");
    }
}
