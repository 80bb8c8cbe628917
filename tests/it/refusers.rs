//! Who refuses everything holds no identifier, and nothing that tells one refuser from another.

use crate::support::browser::{SUMMARY, TOKEN, all, choice};
use crate::support::host::{DAY, Host};
use serde_json::json;

#[test]
fn two_refusers_of_one_day_hold_the_same_bytes() {
    let host = Host::start("refusers");
    let (mut one, mut other) = (host.browser(), host.browser());
    assert_eq!(one.choose(&host.notice(), &all(false)).status, 201);
    host.clock.forward(3 * 3600);
    // By another way, from another layer, with a signal: none of it shows.
    let fields = [
        ("notice", host.notice().to_string()),
        ("lang", "en".into()),
        ("reject", "all".into()),
        ("control", "center".into()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(other.form("/consent/v1/choices", &[("sec-gpc", "1")], &fields).status, 303);
    assert_eq!(one.jar, other.jar);
    assert_eq!(host.statements(), 2, "each refusal is recorded all the same");

    let claims = one.claims();
    assert_eq!((&claims.sub, &claims.jti, &claims.status), (&None, &None, &None));
    assert_eq!(claims.iat, host.clock.now().start_of_day().unix_seconds());
    assert_eq!(claims.exp, claims.iat + 181 * DAY);
}

#[test]
fn the_bytes_tell_language_and_day_and_nothing_else() {
    let host = Host::start("languages");
    let refuse = |lang: &str| {
        let mut browser = host.browser();
        let mut body = choice(&host.notice(), &all(false));
        body["lang"] = json!(lang);
        browser.json("/consent/v1/choices", &body);
        browser.jar[TOKEN].clone()
    };
    let (english, swedish) = (refuse("en"), refuse("sv"));
    assert_ne!(english, swedish);
    host.clock.forward(DAY);
    assert_ne!(refuse("en"), english);
}

#[test]
fn the_answer_to_a_refuser_names_nobody() {
    let host = Host::start("nobody");
    let mut browser = host.browser();
    let body = browser.choose(&host.notice(), &all(false)).json();
    assert_eq!(body["receipt"].get("subject"), None);
    assert_eq!(body["receipt"].get("statement"), None);
    assert_eq!(
        body["receipt"]["decisions"],
        json!({ "analytics": "refuse", "functional": "refuse", "marketing": "refuse" })
    );
    assert_eq!(body["state"]["ask"], json!([]));
    let subject: String = subject_of_last(&host);
    assert!(!body.to_string().contains(&subject) && !browser.jar.values().any(|value| value.contains(&subject)));
}

#[test]
fn a_refuser_who_refuses_again_writes_nothing() {
    let host = Host::start("again");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(false));
    host.clock.forward(60);
    assert_eq!(browser.choose(&host.notice(), &all(false)).status, 200);
    assert_eq!(browser.choose(&host.notice(), &[("analytics", false)]).status, 200);
    assert_eq!(host.statements(), 1);
    assert_eq!(browser.status("analytics"), "refused");
}

#[test]
fn a_refuser_who_accepts_gets_a_subject_that_answers_for_all() {
    let host = Host::start("accepts");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(false));
    let hidden = subject_of_last(&host);
    host.clock.forward(DAY);
    assert_eq!(browser.choose(&host.notice(), &[("functional", true)]).status, 201);
    let subject = browser.subject();
    assert_ne!(subject.to_string(), hidden, "the refusal's own subject stays unknown to the browser");
    assert_eq!(
        ["analytics", "functional", "marketing"].map(|id| browser.status(id)),
        ["refused", "granted", "refused"]
    );
    assert_eq!(host.kinds(&subject, "analytics"), ["refuse"], "said again under the new subject");
    assert_eq!(browser.jar[SUMMARY], format!("1.{}.010", host.notice().short()));
}

#[test]
fn who_withdraws_everything_is_like_one_who_never_agreed() {
    let host = Host::start("everything");
    let (mut leaver, mut refuser) = (host.browser(), host.browser());
    leaver.choose(&host.notice(), &all(true));
    let subject = leaver.subject();
    host.clock.forward(60);
    assert_eq!(leaver.choose(&host.notice(), &all(false)).status, 201);
    refuser.choose(&host.notice(), &all(false));
    assert_eq!(leaver.jar, refuser.jar);
    assert_eq!(host.kinds(&subject, "analytics"), ["grant", "withdraw"]);
    assert_eq!(leaver.status("analytics"), "refused", "the browser no longer knows more than that");
}

#[test]
fn a_refusal_is_remembered_for_180_days_and_then_asked_again() {
    let host = Host::start("cool-down");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(false));
    host.clock.forward(180 * DAY);
    assert_eq!(browser.status("analytics"), "refused");
    host.clock.forward(DAY);
    assert_eq!(browser.status("analytics"), "undecided");
}

/// The subject of the newest statement, read past the service.
fn subject_of_last(host: &Host) -> String {
    crate::support::disk::sqlite(&host.data)
        .query_row("SELECT subject FROM statement ORDER BY recorded_at DESC LIMIT 1", [], |row| row.get(0))
        .unwrap()
}
