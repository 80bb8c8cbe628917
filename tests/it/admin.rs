//! What came by letter, telephone or mail, entered later by a person.

use crate::support::browser::{CHOICES, Reply, all};
use crate::support::disk;
use crate::support::host::{Hands, Host, SITE, START, at, id};
use serde_json::{Value, json};
use volens_core::Known;
use volens_server::mail::Mail;

const WITHDRAWALS: &str = "/consent/v1/admin/withdrawals";

fn enter(host: &Host, body: &Value) -> Reply {
    let bearer = format!("Bearer {}", host.admin());
    host.browser().json_with(WITHDRAWALS, &[("authorization", &bearer)], body)
}

#[test]
fn only_the_administrator_enters_withdrawals() {
    let host = Host::start("bearer");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let body = json!({ "subject": browser.subject(), "purpose": "analytics", "received_at": host.clock.now(), "channel": "post" });
    let admin = host.admin();
    for header in [
        None,
        Some(String::new()),
        Some("Bearer ".into()),
        Some("Bearer wrong".into()),
        Some(format!("Bearer {admin}x")),
        Some(format!("Bearer {}", &admin[..admin.len() - 1])),
        Some(format!("Basic {admin}")),
        Some(admin.clone()),
    ] {
        let headers: Vec<(&str, &str)> = header.iter().map(|value| ("authorization", value.as_str())).collect();
        assert_eq!(
            host.browser().json_with(WITHDRAWALS, &headers, &body).problem(),
            (401, "unauthorized".into()),
            "{header:?}"
        );
    }
    assert_eq!(browser.status("analytics"), "granted");
    assert_eq!(enter(&host, &body).status, 201);
    assert_eq!(browser.status("analytics"), "withdrawn");
}

#[test]
fn a_subject_that_nobody_knows_is_a_mistake_in_typing() {
    let host = Host::start("nobody");
    let body =
        json!({ "subject": "nobody", "purpose": "analytics", "received_at": host.clock.now(), "channel": "post" });
    assert_eq!(enter(&host, &body).problem(), (404, "unknown-subject".into()));
    assert_eq!(host.statements(), 0);
}

#[test]
fn a_letter_counts_from_its_arrival_as_known_from_its_entry() {
    // Granted on Sunday, the letter arrived on Monday, and was entered on Friday.
    let host = Host::open(&disk::folder("letter"), SITE, Hands::at("2026-11-15T08:00:00Z"), Mail::Outbox);
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let subject = browser.subject();
    host.clock.set("2026-11-20T16:00:00Z");
    let body = json!({ "subject": subject, "purposes": ["analytics"], "received_at": "2026-11-16T09:00:00+01:00", "channel": "post" });
    let reply = enter(&host, &body);
    assert_eq!(reply.status, 201, "{reply:?}");
    let receipt = &reply.json()["receipt"];
    assert_eq!(receipt["received_at"], "2026-11-16T08:00:00Z");
    assert_eq!(receipt["recorded_at"], "2026-11-20T16:00:00Z");

    let permitted = |time: &str, known: Known| {
        host.reader().evidence(&subject, &id("analytics"), at(time), known).unwrap().permitted
    };
    let thursday = Known::At(at("2026-11-19T12:00:00Z"));
    let friday = Known::At(at("2026-11-20T18:00:00Z"));
    let tuesday = "2026-11-17T12:00:00Z";
    assert!(permitted(tuesday, thursday), "nobody knew of it on Thursday");
    assert!(!permitted(tuesday, friday));
    assert!(!permitted(tuesday, Known::Everything));
    let sunday = "2026-11-15T12:00:00Z";
    assert!(permitted(sunday, thursday) && permitted(sunday, friday), "what was done before stays lawful");
    assert!(permitted("2026-11-16T07:59:59Z", friday) && !permitted("2026-11-16T08:00:00Z", friday));
    assert_eq!(browser.status("marketing"), "granted");

    let evidence = host.evidence(&subject, "analytics", host.clock.now());
    assert_eq!(evidence.records[1].channel, "post");
    assert_eq!(evidence.records[1].received_at, at("2026-11-16T08:00:00Z"));
}

#[test]
fn a_letter_from_before_a_later_grant_does_not_undo_it() {
    let host = Host::open(&disk::folder("later-grant"), SITE, Hands::at("2026-11-15T08:00:00Z"), Mail::Outbox);
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("marketing", true)]);
    host.clock.set("2026-11-18T08:00:00Z");
    browser.choose(&host.notice(), &[("analytics", true)]);
    host.clock.set("2026-11-20T16:00:00Z");
    enter(
        &host,
        &json!({ "subject": browser.subject(), "purpose": "analytics", "received_at": "2026-11-16T08:00:00Z", "channel": "post" }),
    );
    assert_eq!(browser.status("analytics"), "granted", "asked and granted after the letter had arrived");
}

#[test]
fn an_entry_that_cannot_be_is_refused() {
    let host = Host::start("entries");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &all(true));
    let good = json!({ "subject": browser.subject(), "purpose": "analytics", "received_at": host.clock.now(), "channel": "email" });
    let with = |member: &str, value: Value| {
        let mut body = good.clone();
        body[member] = value;
        body
    };
    let without = |member: &str| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        body
    };
    for (body, status) in [
        (with("received_at", json!(host.clock.now().plus_seconds(1))), 400),
        (with("received_at", json!("Monday")), 400),
        (with("channel", json!("pigeon")), 400),
        (with("purpose", json!("nonsense")), 400),
        (with("email", json!("a@shop.example")), 400),
        (with("recorded_at", json!("2026-11-01T00:00:00Z")), 400),
        (without("subject"), 400),
        (without("purpose"), 400),
        (without("received_at"), 400),
        (without("channel"), 400),
        (json!([]), 400),
    ] {
        assert_eq!(enter(&host, &body).problem().0, status, "{body}");
    }
    let mut unknown = without("subject");
    unknown["email"] = json!("nobody@shop.example");
    assert_eq!(enter(&host, &unknown).problem(), (404, "unknown-address".into()));
    let bearer = format!("Bearer {}", host.admin());
    assert_eq!(host.browser().form(WITHDRAWALS, &[("authorization", &bearer)], &[("subject", "x")]).problem().0, 415);
    assert_eq!(browser.status("analytics"), "granted");
    assert_eq!(host.statements(), 1);
}

/// GDPR article 21(3): lifted only by a grant asked on its own, whatever was said in between.
#[test]
fn accept_all_never_lifts_an_objection_to_marketing() {
    let flagged = |site: &str, purpose: &str| {
        let table = format!("[purpose.{purpose}]\n");
        site.replace(&table, &format!("{table}direct_marketing = \"yes\"\n"))
    };
    let site = flagged(&flagged(SITE, "marketing"), "functional")
        .replace("functional = \"consent\"", "functional = \"legitimate_interest\"");
    let host = Host::open(&disk::folder("objection"), &site, Hands::at(START), Mail::Outbox);
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true), ("marketing", true)]);
    let entered = |purpose: &str| {
        host.clock.forward(60);
        let body = json!({ "subject": browser.subject(), "purpose": purpose, "received_at": host.clock.now(), "channel": "post" });
        let reply = enter(&host, &body);
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()["receipt"]["decisions"].clone()
    };
    assert_eq!(entered("functional"), json!({ "functional": "object", "marketing": "object" }));
    assert_eq!(entered("marketing"), json!({ "marketing": "withdraw" }));
    host.clock.forward(60);
    browser.form(CHOICES, &[], &[("accept", "all")]);
    assert_eq!(browser.status("marketing"), "withdrawn");
    // Asked on its own it is lifted.
    host.clock.forward(60);
    let alone =
        json!({ "notice": host.notice(), "purposes": { "marketing": true }, "lang": "en", "control": "placeholder" });
    browser.json(CHOICES, &alone);
    assert_eq!(browser.status("marketing"), "granted");
}
