//! `Idempotency-Key`: two clicks, two tabs, a retry are one choice.

use crate::support::browser::{Browser, CHOICES, Reply, all, choice};
use crate::support::disk;
use crate::support::host::{DAY, Host, SITE, wait};
use serde_json::{Value, json};
use volens_server::mail::Mail;

const KEY: &str = "q0yVYx2kT7mJ3nS5uW8zAg";

fn post(browser: &mut Browser, key: &str, body: &Value) -> Reply {
    browser.json_with(CHOICES, &[("idempotency-key", key)], body)
}

#[test]
fn the_same_key_and_content_get_the_same_answer() {
    let host = Host::start("replay");
    let body = choice(&host.notice(), &all(true));
    let (mut first, mut retry) = (host.browser(), host.browser());
    let one = post(&mut first, KEY, &body);
    host.clock.forward(3600);
    // The answer was lost on its way: the retry knows no cookie yet.
    let two = post(&mut retry, KEY, &body);
    assert_eq!((one.status, two.status), (201, 201));
    assert_eq!((&one.body, one.set_cookies()), (&two.body, two.set_cookies()));
    // It arrived after all, and the retry carries what it set.
    let three = post(&mut first, KEY, &body);
    assert_eq!((&one.body, one.set_cookies()), (&three.body, three.set_cookies()));
    assert_eq!(host.statements(), 1);
}

#[test]
fn the_key_of_a_structured_header_is_the_same_key() {
    let host = Host::start("quoted");
    let body = choice(&host.notice(), &all(true));
    post(&mut host.browser(), KEY, &body);
    assert_eq!(post(&mut host.browser(), &format!("\"{KEY}\""), &body).status, 201);
    assert_eq!(host.statements(), 1);
}

#[test]
fn the_same_key_with_other_content_is_refused() {
    let host = Host::start("other-content");
    let body = {
        let mut body = choice(&host.notice(), &all(true));
        body["claimed_at"] = json!("2026-11-20T11:59:00Z");
        body
    };
    assert_eq!(post(&mut host.browser(), KEY, &body).status, 201);
    let with = |member: &str, value: Value| {
        let mut other = body.clone();
        other[member] = value;
        other
    };
    for other in [
        with("purposes", json!({ "analytics": true, "functional": true, "marketing": false })),
        with("purposes", json!({ "analytics": true })),
        with("notice", json!("another")),
        with("claimed_at", json!("2026-11-20T11:59:01Z")),
        with("lang", json!("sv")),
    ] {
        assert_eq!(post(&mut host.browser(), KEY, &other).problem(), (422, "key-reused".into()), "{other}");
    }
    assert_eq!(host.statements(), 1);
    assert_eq!(post(&mut host.browser(), KEY, &with("control", json!("center.save"))).status, 201, "not compared");
}

#[test]
fn the_same_key_from_another_subject_is_refused() {
    let host = Host::start("other-subject");
    let (mut one, mut other) = (host.browser(), host.browser());
    other.choose(&host.notice(), &[("analytics", true)]);
    let body = choice(&host.notice(), &all(true));
    assert_eq!(post(&mut one, KEY, &body).status, 201);
    assert_eq!(post(&mut other, KEY, &body).problem(), (422, "key-reused".into()));
    assert_eq!(host.kinds(&other.subject(), "marketing"), Vec::<String>::new());
}

#[test]
fn a_retry_after_withdrawing_everything_is_the_same_withdrawal() {
    let host = Host::start("retry-withdrawal");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let (subject, mut lost) = (browser.subject(), browser.clone());
    host.clock.forward(60);
    let body = choice(&host.notice(), &all(false));
    let one = post(&mut browser, KEY, &body);
    let again = post(&mut lost, KEY, &body);
    let after = post(&mut browser, KEY, &body);
    assert_eq!([one.status, again.status, after.status], [201; 3]);
    assert_eq!((&one.body, &one.body), (&again.body, &after.body));
    assert_eq!(host.kinds(&subject, "analytics"), ["grant", "withdraw"]);
    assert_eq!(host.statements(), 2);
}

#[test]
fn a_key_that_could_be_guessed_is_refused() {
    let host = Host::start("short-key");
    let body = choice(&host.notice(), &all(true));
    for key in ["1", "", "0123456789abcdefghijk", &"x".repeat(129), "0123456789 abcdefghijklm"] {
        assert_eq!(post(&mut host.browser(), key, &body).problem(), (400, "malformed".into()), "{key:?}");
    }
    assert_eq!(host.statements(), 0);
}

#[test]
fn a_refused_request_does_not_use_up_its_key() {
    let host = Host::start("unused-key");
    let mut stale = choice(&host.notice(), &all(true));
    stale["notice"] = json!("neverpublished");
    assert_eq!(post(&mut host.browser(), KEY, &stale).status, 409);
    assert_eq!(post(&mut host.browser(), KEY, &choice(&host.notice(), &all(true))).status, 201);
}

#[test]
fn a_key_is_kept_for_a_day() {
    let host = Host::start("day");
    let body = choice(&host.notice(), &all(true));
    post(&mut host.browser(), KEY, &body);
    host.clock.forward(DAY - 1);
    post(&mut host.browser(), KEY, &body);
    assert_eq!(host.statements(), 1);
    host.clock.forward(1);
    post(&mut host.browser(), KEY, &body);
    assert_eq!(host.statements(), 2, "a day later it is another click");
    assert_eq!(disk::count(&host.data, "idempotency"), 1, "and the old answer is gone");
    let (data, clock) = (host.data.clone(), host.clock.clone());
    drop(host);
    clock.forward(DAY);
    let _host = Host::open(&data, SITE, clock, Mail::Outbox);
    assert_eq!(disk::count(&data, "idempotency"), 0);
}

#[test]
fn sixteen_at_once_are_one_record() {
    let host = Host::start("sixteen");
    let body = choice(&host.notice(), &all(true));
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let posts: Vec<_> = (0..16)
            .map(|_| {
                let mut browser = host.browser();
                let body = &body;
                scope.spawn(move || post(&mut browser, KEY, body))
            })
            .collect();
        posts.into_iter().map(|post| post.join().unwrap()).collect()
    });
    assert_eq!(host.statements(), 1);
    for reply in &replies {
        assert_eq!((reply.status, &reply.body, reply.set_cookies()), (201, &replies[0].body, replies[0].set_cookies()));
    }
}

#[test]
fn rendered_pages_hold_no_key() {
    let host = Host::start("no-key");
    let lang = "en".parse().unwrap();
    let snippet = wait(host.service.snippet(&lang, Some("/en/"))).unwrap();
    let again = wait(host.service.snippet(&lang, Some("/en/"))).unwrap();
    assert_eq!(snippet, again, "the same bytes for everybody");
    for part in [snippet.head, snippet.banner, snippet.foot] {
        assert!(!part.to_lowercase().contains("idempotency"));
    }
}
