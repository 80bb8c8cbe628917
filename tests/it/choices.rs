//! `POST` and `GET /choices` in JSON, as scripts use them.

use crate::support::browser::{CHOICES, all, choice};
use crate::support::host::{DAY, Host};
use serde_json::json;
use volens_core::token::Stance;

#[test]
fn a_grant_is_recorded_and_answered_with_state_receipt_and_both_cookies() {
    let host = Host::start("grant");
    let mut browser = host.browser();
    let now = host.clock.now();
    let reply = browser.choose(&host.notice(), &[("analytics", true), ("marketing", false)]);

    assert_eq!(reply.status, 201, "{reply:?}");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let body = reply.json();
    assert_eq!(
        body["state"],
        json!({
            "purposes": {
                "analytics": { "status": "granted", "since": now },
                "functional": { "status": "undecided" },
                "marketing": { "status": "refused", "since": now },
            },
            "ask": ["functional"],
            "notice": host.notice(),
        })
    );
    let receipt = &body["receipt"];
    assert_eq!(receipt["decisions"], json!({ "analytics": "grant", "marketing": "refuse" }));
    assert_eq!(receipt["subject"], json!(browser.subject()));
    assert_eq!(receipt["at"], json!(now));
    assert_eq!(receipt["lang"], "en");
    assert_eq!(receipt["policy"], "1.1");
    assert_eq!(receipt["controllers"], json!(["shop"]));
    assert_eq!(receipt["text"].as_str().map(str::len), Some(43), "the text that was shown: {receipt}");
    assert!(!reply.text().contains(browser.token()), "the receipt never holds the token");
    assert_eq!(browser.state(), body["state"]);

    let claims = browser.claims();
    assert_eq!((claims.iss.as_str(), claims.aud.as_str()), ("http://localhost:8080", "http://localhost:8080"));
    assert_eq!((claims.iat, claims.exp), (now.unix_seconds(), now.unix_seconds() + 180 * DAY));
    assert_eq!(
        claims.g.into_iter().map(|(id, stance)| (id.to_string(), stance)).collect::<Vec<_>>(),
        [("analytics".into(), Stance::Granted(now)), ("marketing".into(), Stance::Refused),]
    );
    assert_eq!(claims.status, None, "no status list is served, so none is named");
    assert_eq!(host.statements(), 1);
}

#[test]
fn the_record_says_what_was_shown_and_how_it_was_answered() {
    let host = Host::start("record");
    let mut browser = host.browser();
    let mut body = choice(&host.notice(), &all(true));
    body["claimed_at"] = json!("2026-11-20T11:59:58Z");
    body["control"] = json!("center.save");
    let headers = [("sec-gpc", "1"), ("user-agent", "Spy/1.0"), ("x-forwarded-for", "192.0.2.77")];
    assert_eq!(browser.json_with(CHOICES, &headers, &body).status, 201);

    let evidence = host.evidence(&browser.subject(), "analytics", host.clock.now());
    let [entry] = evidence.records.as_slice() else { panic!("one record: {evidence:?}") };
    let text = entry.text.as_deref().unwrap();
    assert_eq!(entry.kind, "grant");
    assert_eq!((entry.channel.as_str(), entry.control.as_str()), ("center", "center.save"));
    assert_eq!(entry.claimed_at.unwrap().to_string(), "2026-11-20T11:59:58Z");
    assert_eq!((entry.received_at, entry.recorded_at), (host.clock.now(), host.clock.now()));
    assert_eq!(entry.signals, json!({ "gpc": true }));
    assert_eq!(entry.jurisdiction, "eu");
    assert_eq!(entry.lang.as_deref(), Some("en"));
    assert_eq!(entry.controllers, Some(json!(["Shop AB"])));
    assert_eq!(entry.policy.as_ref().unwrap()["version"], "1.1");
    assert!(entry.look.is_some(), "the layer as it was rendered");
    assert_eq!(text.len(), 43);
    assert!(evidence.text.unwrap().to_string().contains("count visits"), "the text itself is kept");
    assert!(evidence.material.unwrap()["purposes"]["analytics"].is_object());

    let dump: Vec<u8> = ["volens.sqlite", "volens.sqlite-wal"]
        .iter()
        .flat_map(|file| std::fs::read(host.data.join(file)).unwrap_or_default())
        .collect();
    for spied in ["192.0.2.77", "127.0.0.1:", "Spy/1.0"] {
        assert!(!dump.windows(spied.len()).any(|window| window == spied.as_bytes()), "{spied} was kept");
    }
}

#[test]
fn an_unchanged_choice_writes_nothing_and_keeps_its_expiry() {
    let host = Host::start("unchanged");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let (subject, end) = (browser.subject(), browser.claims().exp);

    host.clock.forward(30 * DAY);
    let again = browser.choose(&host.notice(), &all(true));
    assert_eq!(again.status, 200);
    assert_eq!((browser.subject(), browser.claims().exp), (subject, end));
    // The summary goes with the first grant that ends; the token stays, so that a withdrawal finds its subject.
    let ages: Vec<bool> = again
        .set_cookies()
        .iter()
        .zip([180, 150])
        .map(|(cookie, days)| cookie.contains(&format!("; Max-Age={}; ", days * DAY)))
        .collect();
    assert_eq!(ages, [true, true], "{again:?}");
    assert_eq!(again.json()["receipt"]["decisions"], json!({}));
    assert!(
        again.json()["receipt"].get("statement").is_none(),
        "nothing was written, so there is no statement to name"
    );
    assert_eq!(host.statements(), 1);
}

#[test]
fn each_grant_ends_by_its_own_time_and_the_token_with_the_first() {
    let host = Host::start("ends");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true)]);
    let first = browser.claims().exp;
    host.clock.forward(100 * DAY);
    browser.choose(&host.notice(), &[("marketing", true)]);
    assert_eq!(browser.claims().exp, first);

    // A browser that keeps its cookie for too long: what stands is asked of the store.
    host.clock.forward(80 * DAY);
    let state = browser.state();
    assert_eq!(state["purposes"]["analytics"]["status"], "expired");
    assert_eq!(state["purposes"]["marketing"]["status"], "granted");
    assert_eq!(state["ask"], json!(["analytics", "functional"]));
    host.clock.forward(100 * DAY);
    assert_eq!(browser.status("marketing"), "expired");
}

#[test]
fn unnamed_purposes_stay_as_they_are() {
    let host = Host::start("unnamed");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true), ("functional", false)]);
    let subject = browser.subject();
    host.clock.forward(60);
    browser.choose(&host.notice(), &[("marketing", true)]);
    assert_eq!(browser.subject(), subject);
    let now = ["analytics", "functional", "marketing"].map(|purpose| browser.status(purpose));
    assert_eq!(now, ["granted", "refused", "granted"]);
    assert_eq!(host.kinds(&subject, "analytics"), ["grant"]);
    assert_eq!(host.kinds(&subject, "functional"), ["refuse"]);
}

#[test]
fn a_withdrawal_counts_from_now_on_and_never_before() {
    let host = Host::start("withdraw");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let (subject, granted) = (browser.subject(), host.clock.now());
    host.clock.forward(DAY);
    let withdrawn = host.clock.now();
    let reply = browser.choose(&host.notice(), &[("analytics", false)]);
    assert_eq!(reply.status, 201);
    assert_eq!(reply.json()["state"]["purposes"]["analytics"], json!({ "status": "withdrawn", "since": withdrawn }));
    assert_eq!(browser.subject(), subject, "the rest is granted still, to the same subject");
    assert_eq!(browser.status("analytics"), "withdrawn");
    assert_eq!(browser.status("marketing"), "granted");

    let before = host.evidence(&subject, "analytics", granted.plus_seconds(60));
    assert!(before.permitted);
    assert_eq!((before.since, before.until), (Some(granted), Some(withdrawn)));
    let after = host.evidence(&subject, "analytics", withdrawn);
    assert_eq!((after.permitted, after.because, after.since), (false, "withdrawn", Some(withdrawn)));
    let earlier = host.evidence(&subject, "analytics", granted.plus_seconds(-1));
    assert_eq!((earlier.permitted, earlier.because), (false, "unknown"));
    assert!(host.evidence(&subject, "marketing", host.clock.now()).permitted);
}

#[test]
fn what_was_withdrawn_can_be_granted_again() {
    let host = Host::start("regrant");
    let mut browser = host.browser();
    for on in [true, false, true] {
        // Marketing stays on, so that there is a subject all along.
        assert_eq!(browser.choose(&host.notice(), &[("analytics", on), ("marketing", true)]).status, 201);
        host.clock.forward(DAY);
    }
    let subject = browser.subject();
    assert_eq!(host.kinds(&subject, "analytics"), ["grant", "withdraw", "grant"]);
    assert_eq!(host.kinds(&subject, "marketing"), ["grant"]);
    assert_eq!(browser.status("analytics"), "granted");
    let end = host.clock.now().plus_seconds(-DAY).unix_seconds() + 180 * DAY;
    let evidence = host.evidence(&subject, "analytics", host.clock.now());
    assert_eq!(evidence.until.unwrap().unix_seconds(), end, "a new grant has a new end");
}

#[test]
fn an_expired_token_still_withdraws_for_its_subject() {
    let host = Host::start("expired");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true)]);
    host.clock.forward(100 * DAY);
    browser.choose(&host.notice(), &[("marketing", true)]);
    let subject = browser.subject();
    host.clock.forward(90 * DAY);
    assert!(host.evidence(&subject, "marketing", host.clock.now()).permitted, "granted beyond the token's end");
    assert_eq!(browser.choose(&host.notice(), &all(false)).status, 201);
    assert_eq!(host.kinds(&subject, "marketing"), ["grant", "withdraw"]);
    assert_eq!(host.kinds(&subject, "analytics"), ["grant", "refuse"], "what had ended by itself is refused now");
    assert_eq!(browser.claims().sub, None);
}

#[test]
fn two_writes_in_one_millisecond_are_both_in_force_at_once() {
    let host = Host::start("millisecond");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let subject = browser.subject();
    browser.choose(&host.notice(), &[("analytics", false)]);
    assert_eq!(browser.status("analytics"), "withdrawn", "no answer lags behind its own record");
    assert_eq!(host.kinds(&subject, "analytics"), ["grant", "withdraw"]);
}

#[test]
fn a_clock_that_steps_back_loses_nobody() {
    let host = Host::start("back");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let subject = browser.subject();
    host.clock.forward(-3600);
    assert_eq!(browser.status("analytics"), "granted");
    assert_eq!(browser.choose(&host.notice(), &[("analytics", false)]).status, 201);
    assert_eq!(browser.subject(), subject);
    assert_eq!(browser.status("analytics"), "withdrawn", "a withdrawal does not wait for the clock");
}

#[test]
fn a_no_counts_whatever_the_button_calls_itself() {
    let host = Host::start("nameless");
    let mut browser = host.browser();
    for control in ["", "<script>", "Sì, no", &"a".repeat(41)] {
        assert_eq!(browser.choose(&host.notice(), &all(true)).status, 201);
        let subject = browser.subject();
        host.clock.forward(60);
        let mut body = choice(&host.notice(), &all(false));
        body["control"] = json!(control);
        assert_eq!(browser.json(CHOICES, &body).status, 201, "{control}");
        let evidence = host.evidence(&subject, "analytics", host.clock.now());
        let last = evidence.records.last().unwrap();
        assert_eq!((evidence.because, last.channel.as_str(), last.control.as_str()), ("withdrawn", "banner", "page"));
        host.clock.forward(60);
    }
}
