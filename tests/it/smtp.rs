//! The same mails through a mail server.

use crate::support::disk;
use crate::support::host::{Hands, Host, SITE, START, wait};
use crate::support::smtp::Sink;
use serde_json::json;
use volens_server::mail::Mail;

const SUBSCRIPTIONS: &str = "/consent/v1/newsletter/subscriptions";

fn host(test: &str, sink: &Sink) -> Host {
    let mail = Mail::smtp(sink.url(), "Shop <news@shop.example>");
    Host::open(&disk::folder(test), SITE, Hands::at(START), mail)
}

/// Long lines are folded on their way (quoted-printable).
fn unfolded(data: &str) -> String {
    data.replace("=\r\n", "").replace("=3D", "=")
}

#[test]
fn a_reader_is_mailed_and_unsubscribes_by_header() {
    let sink = Sink::start();
    let host = host("smtp", &sink);
    assert_eq!(host.browser().json(SUBSCRIPTIONS, &json!({ "email": "ada@mail.example", "lang": "sv" })).status, 202);
    let taken = sink.taken();
    let [mail] = taken.as_slice() else { panic!("one mail: {taken:?}") };
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("news@shop.example", &["ada@mail.example".to_owned()][..]));
    assert!(mail.data.contains("From: Shop <news@shop.example>\r\n"), "{}", mail.data);
    let body = unfolded(&mail.data);
    let confirm = body.split("http://localhost:8080").nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(host.browser().form(confirm, &[], &[]).status, 200);
    host.clock.forward(60);

    assert_eq!(host.send_newsletter("Nytt i höst", "Vad som är nytt."), 1);
    let issue = sink.taken().pop().unwrap();
    let head = issue.data.split("\r\n\r\n").next().unwrap().replace("\r\n ", "");
    assert!(head.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{head}");
    let leave = head.split("List-Unsubscribe: <http://localhost:8080").nth(1).unwrap().split('>').next().unwrap();
    assert_eq!(host.browser().form(leave, &[], &[("List-Unsubscribe", "One-Click")]).status, 200);
    assert_eq!(host.send_newsletter("Nytt", "…"), 0);
    assert!(wait(host.service.outbox()).unwrap().is_empty(), "with a mail server no copy is kept");
}

#[test]
fn a_mail_server_that_is_away_does_not_use_up_anybodys_links() {
    let sink = Sink::start();
    let host = host("smtp-away", &sink);
    let body = json!({ "email": "ada@mail.example", "lang": "en" });
    sink.refuse(Some(""));
    for _ in 0..5 {
        assert_eq!(host.browser().json(SUBSCRIPTIONS, &body).problem(), (503, "unavailable".into()));
    }
    assert_eq!(disk::count(&host.data, "pending"), 0, "nothing was saved, as it says");
    sink.refuse(None);
    assert_eq!(host.browser().json(SUBSCRIPTIONS, &body).status, 202);
    assert_eq!(sink.taken().len(), 1);
}

#[test]
fn a_mailbox_that_takes_nothing_keeps_an_issue_from_nobody_else() {
    let sink = Sink::start();
    let host = host("smtp-one", &sink);
    for name in ["ada", "bo", "cleo"] {
        let body = json!({ "email": format!("{name}@mail.example"), "lang": "en" });
        assert_eq!(host.browser().json(SUBSCRIPTIONS, &body).status, 202);
        let mail = unfolded(&sink.taken().pop().unwrap().data);
        let confirm = mail.split("http://localhost:8080").nth(1).unwrap().split_whitespace().next().unwrap();
        assert_eq!(host.browser().form(confirm, &[], &[]).status, 200);
        host.clock.forward(60);
    }
    sink.refuse(Some("bo@mail.example"));
    let sent = wait(host.service.send_newsletter(|_| ("News".into(), "…".into()))).unwrap();
    assert_eq!((sent.recipients, sent.failed), (2, 1));
    let reached: Vec<String> = sink.taken().into_iter().rev().take(2).flat_map(|mail| mail.to).collect();
    assert_eq!(reached, ["cleo@mail.example", "ada@mail.example"]);
}
