//! What comes late, twice, from the side, or in a language that was not asked in.

use crate::support::browser::{Browser, CHOICES, Reply, all, choice};
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, SITE, START, at};
use serde_json::json;
use volens_server::mail::Mail;

const KEY: &str = "q0yVYx2kT7mJ3nS5uW8zAg";

fn revised(purpose: &str) -> String {
    let heading = format!("[purpose.{purpose}]");
    let (before, after) = SITE.split_once(&heading).unwrap();
    format!("{before}{heading}{}", after.replacen("revision = 1", "revision = 2", 1))
}

#[test]
fn a_retry_that_comes_after_a_withdrawal_hands_out_no_grant() {
    let host = Host::start("late-retry");
    let body = choice(&host.notice(), &all(true));
    let post = |browser: &mut Browser| -> Reply { browser.json_with(CHOICES, &[("idempotency-key", KEY)], &body) };
    let mut browser = host.browser();
    assert_eq!(post(&mut browser).status, 201);
    browser.choose(&host.notice(), &all(false));
    let refused = browser.token().to_owned();

    let late = post(&mut browser);
    assert_eq!(late.status, 200);
    assert_eq!(browser.token(), refused);
    assert_eq!(late.json()["state"]["purposes"]["analytics"]["status"], "withdrawn");
    assert_eq!(host.statements(), 2);
}

#[test]
fn nobody_grants_what_their_language_does_not_offer() {
    let site = SITE
        .lines()
        .filter(|line| !["Annonsering", "mäta vår annonsering"].iter().any(|text| line.contains(text)))
        .collect::<Vec<_>>()
        .join("\n");
    let (before, marketing) = site.split_once("[purpose.marketing]").unwrap();
    let (marketing, after) = marketing.split_once("[purpose.").unwrap();
    let marketing: Vec<&str> = marketing.lines().filter(|line| !line.starts_with("description.sv")).collect();
    let site = format!("{before}[purpose.marketing]{}\n[purpose.{after}", marketing.join("\n"));
    let host = Host::open(&disk::folder("not-offered"), &site, Hands::at(START), Mail::Outbox);
    let notice = host.notice();

    let mut browser = host.browser();
    let form = [("notice", notice.as_str()), ("lang", "sv"), ("accept", "all")];
    assert_eq!(browser.form(CHOICES, &[], &form).status, 303);
    let granted: Vec<String> = browser.claims().g.keys().map(ToString::to_string).collect();
    assert_eq!(granted, ["analytics", "functional"]);
    assert_eq!(browser.status("marketing"), "undecided");

    let mut body = choice(&notice, &[("marketing", true)]);
    body["lang"] = json!("sv");
    assert_eq!(browser.json(CHOICES, &body).problem(), (400, "unknown-purpose".into()));
    body["lang"] = json!("en");
    assert_eq!(browser.json(CHOICES, &body).status, 201);
    // A box that was not there refuses nothing; the button that says all does.
    let form = |answer| [("notice", notice.as_str()), ("lang", "sv"), answer];
    browser.form(CHOICES, &[], &form(("save", "1")));
    assert_eq!((browser.status("analytics"), browser.status("marketing")), ("withdrawn".into(), "granted".into()));
    browser.form(CHOICES, &[], &form(("reject", "all")));
    assert_eq!(browser.status("marketing"), "refused");
}

#[test]
fn a_token_of_an_earlier_notice_does_not_count_once_a_fact_has_changed() {
    let folder = disk::folder("superseded-token");
    let clock = Hands::at(START);
    let host = Host::open(&folder, SITE, clock.clone(), Mail::Outbox);
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let permits = |host: &Host| {
        let consent = host.service.verifier().verify_at(browser.token(), clock.now()).unwrap();
        consent.permits(&"analytics".parse().unwrap())
    };
    assert!(permits(&host));
    drop(host);
    let reworded = SITE.replace("We count which pages are read.", "We count the pages that are read.");
    assert!(permits(&Host::open(&folder, &reworded, clock.clone(), Mail::Outbox)));
    assert!(!permits(&Host::open(&folder, &revised("analytics"), clock.clone(), Mail::Outbox)));
}

#[cfg(unix)]
#[test]
fn the_store_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let host = Host::start("private");
    host.browser().choose(&host.notice(), &all(true));
    let mut files = 0;
    for entry in std::fs::read_dir(&host.data).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("volens.sqlite") {
            files += 1;
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
        }
    }
    assert!(files > 0);
}

#[test]
fn nothing_is_slipped_in_behind_what_was_said() {
    let host = Host::start("slipped-in");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true)]);
    browser.choose(&host.notice(), &[("marketing", true)]);
    let store = disk::sqlite(&host.data);
    let backdated =
        "INSERT INTO statement SELECT site_id, 'forged', subject, notice, text, look, lang, policy, controllers,
        jurisdiction, channel, control, signals, claimed_at, 1000, 1000, variant FROM statement LIMIT 1";
    assert!(store.execute(backdated, []).unwrap_err().to_string().contains("newer than all before"));
    let added = "INSERT INTO record SELECT site_id, statement, 'functional', 'grant', NULL FROM statement
        ORDER BY recorded_at LIMIT 1";
    assert!(store.execute(added, []).unwrap_err().to_string().contains("newest statement"));
    assert_eq!(host.evidence(&browser.subject(), "functional", at(START)).because, "unknown");
}

#[test]
fn a_refusal_is_taken_under_a_notice_of_any_form() {
    let host = Host::start("odd-notice");
    for notice in ["", "unknown notice 1", &"n".repeat(100)] {
        let mut browser = host.browser();
        let body = json!({ "notice": notice, "purposes": { "analytics": false } });
        assert_eq!(browser.json(CHOICES, &body).status, 201, "{notice:?}");
        assert_eq!(browser.status("analytics"), "refused");
        let body = json!({ "notice": notice, "purposes": { "analytics": true }, "lang": "en" });
        assert_eq!(host.browser().json(CHOICES, &body).problem(), (400, "malformed".into()), "{notice:?}");
    }
}

#[test]
fn a_member_that_stands_twice_decides_nothing() {
    let host = Host::start("twice");
    let body =
        format!(r#"{{"notice":"{}","lang":"en","purposes":{{"analytics":false,"analytics":true}}}}"#, host.notice());
    let reply = host.browser().send("POST", CHOICES, &[("content-type", "application/json")], body.as_bytes()).unwrap();
    assert_eq!(reply.problem(), (400, "malformed".into()));
    assert_eq!(host.statements(), 0);
}

#[test]
fn a_person_is_told_in_words_and_a_program_in_a_problem() {
    let host = Host::start("in-words");
    let notice = host.notice();
    let form = [("notice", notice.as_str()), ("lang", "sv"), ("p.unheard", "on")];
    let page = host.browser().form(CHOICES, &[("accept", "text/html")], &form);
    assert_eq!(page.status, 400);
    assert!(page.text().contains("<html lang=\"sv\"") && page.text().contains("unheard"), "{page:?}");
    assert_eq!(host.browser().form(CHOICES, &[], &form).problem(), (400, "unknown-purpose".into()));
    assert_eq!(host.statements(), 0);
}

#[test]
fn every_mistake_is_a_problem() {
    let host = Host::start("problems");
    let mut browser = host.browser();
    assert_eq!(browser.get("/consent/v1/nothing").problem(), (404, "not-found".into()));
    assert_eq!(browser.get("/consent/v1/check").problem(), (405, "wrong-method".into()));
    let large = vec![b'x'; 20 * 1024];
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(browser.send("POST", CHOICES, &form, &large).unwrap().problem(), (413, "too-large".into()));
}

#[test]
fn an_address_goes_a_month_after_its_reader() {
    let data = disk::folder("left");
    let clock = Hands::at(START);
    let subscribe = |host: &Host| {
        for address in ["stays@example.com", "leaves@example.com"] {
            let form = [("email", address), ("lang", "en")];
            assert_eq!(host.browser().form("/consent/v1/newsletter/subscriptions", &[], &form).status, 303);
        }
        let letters = crate::support::host::wait(host.service.outbox()).unwrap();
        for letter in letters {
            let (_, link) = letter.body.split_once("/consent/v1/newsletter/confirm/").unwrap();
            let path = format!("/consent/v1/newsletter/confirm/{}", link.split_whitespace().next().unwrap());
            assert_eq!(host.browser().form(&path, &[], &[]).status, 200);
        }
    };
    let host = Host::open(&data, SITE, clock.clone(), Mail::Outbox);
    subscribe(&host);
    let letters = crate::support::host::wait(host.service.outbox()).unwrap();
    let welcome =
        letters.iter().find(|letter| letter.to == "leaves@example.com" && !letter.headers.is_empty()).unwrap();
    let (_, link) = welcome.headers[0].1.split_once("/consent/v1/unsubscribe/").unwrap();
    let path = format!("/consent/v1/unsubscribe/{}", link.trim_end_matches('>'));
    assert_eq!(host.browser().form(&path, &[], &[]).status, 200);
    drop(host);

    clock.forward(27 * DAY);
    drop(Host::open(&data, SITE, clock.clone(), Mail::Outbox));
    assert_eq!(disk::count(&data, "contact"), 2);
    clock.forward(2 * DAY);
    let host = Host::open(&data, SITE, clock.clone(), Mail::Outbox);
    assert_eq!(disk::count(&data, "contact"), 1);
    assert!(host.reader().subject_of_address("stays@example.com").unwrap().is_some());
    assert_eq!(disk::count(&data, "outbox"), 0, "mails that nobody fetched");
}
