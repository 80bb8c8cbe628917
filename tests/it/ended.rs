//! The feed of ended grants: each end once, in order, however it is read and whatever is written meanwhile.

use crate::support::browser::{Browser, Reply, all};
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, START, at, id, wait};
use crate::support::lists::{self, SHOP_API, STATISTICS_OF, ask, letter};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use volens_core::token::UnverifiedToken;
use volens_core::{Choice, Timestamp};
use volens_server::AccountChoice;
use volens_server::mail::Mail;

fn start(test: &str) -> Host {
    Host::open(&disk::folder(test), &lists::unlisted(), Hands::at(START), Mail::Outbox)
}

fn get(host: &Host, query: &str) -> Reply {
    let bearer = format!("Bearer {}", host.admin());
    host.browser().send("GET", &format!("/consent/v1/admin/ended{query}"), &[("authorization", &bearer)], b"").unwrap()
}

/// What a page tells, as `subject purpose because at`.
fn told(page: &Value) -> Vec<String> {
    let text = |entry: &Value, member: &str| entry[member].as_str().unwrap().to_owned();
    let line = |entry: &Value| ["subject", "purpose", "because", "at"].map(|member| text(entry, member)).join(" ");
    page["ended"].as_array().unwrap().iter().map(line).collect()
}

fn page(host: &Host, after: &str, limit: usize) -> Value {
    let reply = get(host, &format!("?after={after}&limit={limit}"));
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

/// Reads from a cursor to the end.
fn rest(host: &Host, after: &mut String, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        let page = page(host, after, limit);
        let entries = page["ended"].as_array().unwrap();
        assert!(entries.len() <= limit);
        lines.extend(told(&page));
        if let Some(last) = entries.last() {
            assert_eq!(page["next"], last["cursor"]);
        } else {
            assert_eq!(page["next"], after.as_str());
        }
        page["next"].as_str().unwrap().clone_into(after);
        if page["more"] == false {
            return lines;
        }
        assert_eq!(entries.len(), limit, "more is to come");
    }
}

#[test]
fn it_tells_how_a_grant_ended_and_who_that_was_elsewhere() {
    let host = start("ended");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true), ("functional", true), ("marketing", false)]);
    let subject = browser.subject();
    let granted = host.clock.now();
    let elsewhere = |browser: &mut Browser, audience: &str| {
        let token = ask(browser, audience).json()["token"].as_str().unwrap().to_owned();
        UnverifiedToken::parse(&token).unwrap().into_claims().sub.unwrap().to_string()
    };
    let names = [STATISTICS_OF, SHOP_API].map(|audience| elsewhere(&mut browser, audience));
    let reply = get(&host, "");
    assert_eq!(reply.json(), json!({ "ended": [], "next": "0", "more": false }));
    assert_eq!(reply.header("cache-control"), Some("no-store"));

    host.clock.forward(3600);
    let arrived = host.clock.now();
    host.clock.forward(3600);
    letter(&host, &subject, "analytics", arrived);
    let reply = get(&host, "").json();
    let expected = json!({
        "cursor": reply["next"],
        "subject": subject,
        "purpose": "analytics",
        "because": "withdrawn",
        "at": arrived,
        "audiences": { STATISTICS_OF: names[0], SHOP_API: names[1] },
    });
    assert_eq!(reply["ended"], json!([expected]));

    host.clock.forward(180 * DAY);
    let next = page(&host, reply["next"].as_str().unwrap(), 10);
    assert_eq!(told(&next), [format!("{subject} functional expired {}", granted.plus_seconds(180 * DAY))]);
    assert_eq!(told(&page(&host, next["next"].as_str().unwrap(), 10)), [""; 0]);
}

#[test]
fn it_tells_of_accounts_addresses_and_objections() {
    let site = lists::unlisted()
        .replace("[purpose.offers]\n", "[purpose.offers]\ndirect_marketing = \"yes\"\n")
        .replace("offers = \"consent\"", "offers = \"legitimate_interest\"");
    let host = Host::open(&disk::folder("ended-accounts"), &site, Hands::at(START), Mail::Outbox);
    let choose = |choice| AccountChoice {
        account: "kim".into(),
        purpose: id("offers"),
        choice,
        lang: "en".parse().unwrap(),
        control: "preferences".into(),
    };
    wait(host.service.choose_for_account(choose(Choice::Grant))).unwrap();
    let subject = host.reader().subject_of_account("kim").unwrap().unwrap();
    host.clock.forward(60);
    letter(&host, &subject, "offers", host.clock.now());
    let objected = host.clock.now();
    host.clock.forward(60);
    wait(host.service.choose_for_account(choose(Choice::Grant))).unwrap();
    host.clock.forward(60);
    wait(host.service.end_account("kim")).unwrap();
    let mut after = "0".to_owned();
    let lines = rest(&host, &mut after, 10);
    assert_eq!(lines[0], format!("{subject} offers objected {objected}"));
    assert_eq!(lines.len(), 2, "{lines:?}");
}

#[test]
fn only_the_administrator_reads_it_and_only_by_its_own_cursors() {
    let host = start("ended-refused");
    assert_eq!(host.browser().get("/consent/v1/admin/ended").problem(), (401, "unauthorized".into()));
    let wrong = [("authorization", "Bearer x")];
    let reply = host.browser().send("GET", "/consent/v1/admin/ended?limit=x", &wrong, b"").unwrap();
    assert_eq!(reply.problem(), (401, "unauthorized".into()), "before anything else");
    for query in [
        "?limit=0",
        "?limit=1001",
        "?limit=-1",
        "?limit=x",
        "?limit=",
        "?after=x",
        "?after=-1",
        "?after=",
        "?after=1.5",
        "?before=1",
        "?after=99999999999999999999",
    ] {
        assert_eq!(get(&host, query).problem(), (400, "malformed".into()), "{query}");
    }
    assert_eq!(get(&host, "?limit=1000&after=0").status, 200);
}

#[test]
fn a_store_that_is_older_than_the_feed_tells_what_has_ended_in_it() {
    let host = start("ended-older");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let (subject, granted) = (browser.subject(), host.clock.now());
    host.clock.forward(60);
    browser.choose(&host.notice(), &[("marketing", false)]);
    let withdrawn = host.clock.now();
    let (data, clock) = (host.data.clone(), host.clock.clone());
    drop(host);
    disk::sqlite(&data).execute_batch("DROP TABLE standing; DROP TABLE ended; DROP TABLE feed").unwrap();
    let host = Host::open(&data, &lists::unlisted(), clock, Mail::Outbox);
    let mut after = "0".to_owned();
    assert_eq!(rest(&host, &mut after, 10), [format!("{subject} marketing withdrawn {withdrawn}")]);
    host.clock.forward(181 * DAY);
    let end = granted.plus_seconds(180 * DAY);
    let expired = ["analytics", "functional"].map(|purpose| format!("{subject} {purpose} expired {end}"));
    assert_eq!(rest(&host, &mut after, 1), expired);
}

/// What may happen next.
#[derive(Clone, Debug)]
enum Step {
    /// A browser says so about some purposes.
    Choose(usize, Vec<(usize, bool)>),
    /// A letter of a browser's subject about a purpose, that arrived so many seconds ago.
    Letter(usize, usize, i64),
    /// The clock is moved, also back.
    Wait(i64),
    /// Somebody reads one page.
    Read(usize),
}

const PURPOSES: [&str; 3] = ["analytics", "functional", "marketing"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![4 => 1..3600_i64, 3 => 30 * DAY..100 * DAY, 1 => -2 * DAY..0];
    let step = prop_oneof![
        4 => (0..3_usize, prop::collection::vec((0..3_usize, any::<bool>()), 1..4)).prop_map(|(who, what)| Step::Choose(who, what)),
        1 => (0..3_usize, 0..3_usize, 0..5000_i64).prop_map(|(who, what, ago)| Step::Letter(who, what, ago)),
        4 => wait.prop_map(Step::Wait),
        3 => (1..4_usize).prop_map(Step::Read),
    ];
    prop::collection::vec(step, 1..40)
}

/// What has to be told, kept by a second set of books: only the receipts are taken from the service.
#[derive(Default)]
struct Books {
    /// Grants by subject and purpose: when they began and when they end.
    stand: BTreeMap<(String, String), (Timestamp, Timestamp)>,
    told: Vec<String>,
    last: Option<Timestamp>,
}

impl Books {
    fn passes(&mut self, now: Timestamp) {
        let mut due: Vec<_> =
            self.stand.iter().filter(|(_, (_, end))| *end <= now).map(|(key, (_, end))| (*end, key.clone())).collect();
        due.sort();
        for (end, (subject, purpose)) in due {
            self.told.push(format!("{subject} {purpose} expired {end}"));
            self.stand.remove(&(subject, purpose));
        }
    }

    fn ends(&mut self, subject: &str, purpose: &str, arrived: Timestamp) {
        let key = (subject.to_owned(), purpose.to_owned());
        if self.stand.get(&key).is_some_and(|(began, _)| arrived >= *began) {
            self.stand.remove(&key);
            self.told.push(format!("{subject} {purpose} withdrawn {arrived}"));
        }
    }
}

fn run(host: &Host, steps: &[Step]) {
    let mut browsers = [host.browser(), host.browser(), host.browser()];
    let mut books = Books::default();
    let (mut after, mut read) = ("0".to_owned(), Vec::new());
    for step in steps {
        match step {
            Step::Choose(who, what) => {
                let browser = &mut browsers[*who];
                let before = browser.jar.contains_key("__Host-consent").then(|| browser.claims().sub).flatten();
                let what: Vec<(&str, bool)> = what.iter().map(|(purpose, on)| (PURPOSES[*purpose], *on)).collect();
                let receipt = browser.choose(&host.notice(), &what).json()["receipt"].clone();
                let now = at(receipt["at"].as_str().unwrap());
                books.passes(now);
                let subject = before.or_else(|| browser.claims().sub);
                for (purpose, kind) in receipt["decisions"].as_object().unwrap() {
                    let Some(subject) = &subject else { continue };
                    if kind == "grant" {
                        let key = (subject.to_string(), purpose.clone());
                        books.stand.insert(key, (now, now.plus_seconds(180 * DAY)));
                    } else {
                        books.ends(subject.as_str(), purpose, now);
                    }
                }
                books.last = books.last.max(Some(now));
            }
            Step::Letter(who, purpose, ago) => {
                let browser = &browsers[*who];
                let Some(subject) = browser.jar.contains_key("__Host-consent").then(|| browser.claims().sub).flatten()
                else {
                    continue;
                };
                // Between the milliseconds that statements are recorded in.
                let arrived = host.clock.now().unix_millis() - ago * 1000 - 500;
                let arrived = Timestamp::from_unix_millis(arrived);
                let reply = letter(host, &subject, PURPOSES[*purpose], arrived);
                assert_eq!(reply.status, 201, "{reply:?}");
                let now = at(reply.json()["receipt"]["recorded_at"].as_str().unwrap());
                books.passes(now);
                books.ends(subject.as_str(), PURPOSES[*purpose], arrived);
                books.last = books.last.max(Some(now));
            }
            Step::Wait(seconds) => host.clock.forward(*seconds),
            Step::Read(limit) => {
                // Time in a store never runs back.
                books.passes(books.last.map_or(host.clock.now(), |last| host.clock.now().max(last)));
                let page = page(host, &after, *limit);
                read.extend(told(&page));
                page["next"].as_str().unwrap().clone_into(&mut after);
            }
        }
    }
    host.clock.forward(400 * DAY);
    books.passes(host.clock.now());
    read.extend(rest(host, &mut after, 2));
    assert_eq!(read, books.told, "by pages, while others wrote");
    for limit in [1, 3, 1000] {
        assert_eq!(rest(host, &mut "0".to_owned(), limit), books.told, "from the beginning, by {limit}");
    }
    assert!(books.stand.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_skipped_and_nothing_told_twice(steps in steps()) {
        run(&start("ended-steps"), &steps);
    }
}
