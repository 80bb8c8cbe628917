//! A newsletter reader confirms, reads, and leaves by the link in the mail.

use crate::support::browser::{Browser, Reply, all};
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, ORIGIN, SITE, START, wait};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use volens_core::SubjectId;
use volens_server::mail::{Letter, Mail};

const SUBSCRIPTIONS: &str = "/consent/v1/newsletter/subscriptions";
const READER: &str = "reader@mail.example";

fn subscribe(host: &Host, address: &str) -> Reply {
    host.browser().json(SUBSCRIPTIONS, &json!({ "email": address, "lang": "en" }))
}

fn outbox(host: &Host) -> Vec<Letter> {
    wait(host.service.outbox()).unwrap()
}

/// The path of the one link to `place` in a text.
fn link(text: &str, place: &str) -> String {
    let start = format!("{ORIGIN}/consent/v1/{place}/");
    let at = text.find(&start).unwrap_or_else(|| panic!("no link to {place} in {text}"));
    let url = text[at..].split(|c: char| c.is_whitespace() || c == '>').next().unwrap();
    assert_eq!(text.matches(&start).count(), 1, "one link: {text}");
    url.strip_prefix(ORIGIN).unwrap().to_owned()
}

fn header<'a>(letter: &'a Letter, name: &str) -> &'a str {
    &letter.headers.iter().find(|(header, _)| header == name).unwrap_or_else(|| panic!("{name} in {letter:?}")).1
}

/// The link that a subscriber finds in the mailbox.
fn confirmation(host: &Host) -> String {
    link(&outbox(host)[0].body, "newsletter/confirm")
}

/// Somebody who has subscribed and confirmed.
fn reader(host: &Host, address: &str) -> SubjectId {
    assert_eq!(subscribe(host, address).status, 202);
    let link = confirmation(host);
    host.clock.forward(60);
    assert_eq!(press(host, &link).status, 200);
    host.clock.forward(60);
    let kept = address.trim().replace("MAIL.example", "mail.example");
    host.reader().subject_of_address(&kept).unwrap().expect("a confirmed address")
}

/// The page's own button.
fn press(host: &Host, link: &str) -> Reply {
    host.browser().form(link, &[("sec-fetch-site", "same-origin")], &[])
}

#[test]
fn a_reader_confirms_reads_and_leaves_by_the_link() {
    let host = Host::start("reader");
    // The same person's browser, whose choices are another subject's.
    let mut browser: Browser = host.browser();
    browser.choose(&host.notice(), &all(true));

    let subscribed = host.browser().form(SUBSCRIPTIONS, &[], &[("email", READER), ("name", "Ada"), ("lang", "en")]);
    assert_eq!((subscribed.status, subscribed.header("location")), (303, Some("/consent/v1/newsletter/sent?lang=en")));
    assert_eq!(host.reader().subject_of_address(READER).unwrap(), None, "an address that nobody confirmed is nobody's");
    let letter = &outbox(&host)[0];
    assert_eq!(letter.to, READER);
    let confirm = link(&letter.body, "newsletter/confirm");

    // Mail programs and scanners follow links: to look is not to act.
    for _ in 0..3 {
        let page = host.browser().get(&confirm);
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<form method=\"post\">"), "{}", page.text());
        assert!(
            page.text().contains(r#"<a class="vo-link" href="http://localhost:8080/">localhost:8080</a>"#),
            "the way to the site: {}",
            page.text()
        );
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
    assert_eq!(host.browser().send("HEAD", &confirm, &[], b"").unwrap().status, 200);
    assert_eq!(host.reader().subject_of_address(READER).unwrap(), None);
    assert_eq!(host.send_newsletter("News", "…"), 0);

    host.clock.forward(3600);
    let confirmed = host.clock.now();
    assert_eq!(press(&host, &confirm).status, 200);
    let subject = host.reader().subject_of_address(READER).unwrap().unwrap();
    let evidence = host.evidence(&subject, "newsletter", confirmed);
    assert!(evidence.permitted, "{evidence:?}");
    assert!(!host.evidence(&subject, "newsletter", confirmed.plus_seconds(-1)).permitted);
    assert_eq!((evidence.records[0].channel.as_str(), evidence.records[0].lang.as_deref()), ("email", Some("en")));
    assert!(evidence.text.is_some());

    host.clock.forward(DAY);
    assert_eq!(host.send_newsletter("News", "What is new."), 1);
    let issue = &outbox(&host)[0];
    assert_eq!((issue.to.as_str(), issue.subject.as_str()), (READER, "News"));
    assert!(issue.body.contains("Ada") && issue.body.contains("What is new."));
    assert_eq!(header(issue, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let leave = link(&issue.body, "unsubscribe");
    assert_eq!(header(issue, "List-Unsubscribe"), format!("<{ORIGIN}{leave}>"));

    for _ in 0..3 {
        let page = host.browser().get(&leave);
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Newsletter"), "it says what it ends: {}", page.text());
    }
    assert_eq!(host.kinds(&subject, "newsletter"), ["grant"]);

    host.clock.forward(DAY);
    let left = host.clock.now();
    assert_eq!(host.browser().form(&leave, &[], &[("control", "page")]).status, 200);
    assert!(!host.evidence(&subject, "newsletter", left).permitted);
    assert!(
        host.evidence(&subject, "newsletter", left.plus_seconds(-1)).permitted,
        "what was sent before stays lawful"
    );
    let evidence = host.evidence(&subject, "newsletter", left);
    assert_eq!((evidence.because, evidence.records[1].channel.as_str()), ("withdrawn", "unsubscribe"));
    assert_eq!(host.send_newsletter("News", "…"), 0);
    assert_eq!(browser.status("analytics"), "granted", "analytics is another matter");
    assert!(host.evidence(&browser.subject(), "analytics", left).permitted);
}

#[test]
fn a_link_confirms_once() {
    let host = Host::start("once");
    subscribe(&host, READER);
    let link = confirmation(&host);
    assert_eq!(press(&host, &link).status, 200);
    let subject = host.reader().subject_of_address(READER).unwrap().unwrap();
    for reply in [press(&host, &link), host.browser().get(&link)] {
        assert_eq!(reply.status, 410);
    }
    assert_eq!(host.kinds(&subject, "newsletter"), ["grant"]);
    assert_eq!(disk::count(&host.data, "pending"), 0);
}

#[test]
fn two_presses_at_once_are_one_subscription() {
    let host = Host::start("presses");
    subscribe(&host, READER);
    let link = confirmation(&host);
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let presses: Vec<_> = (0..8).map(|_| scope.spawn(|| press(&host, &link).status)).collect();
        presses.into_iter().map(|press| press.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410, 410, 410, 410, 410, 410, 410]);
    assert_eq!(host.statements(), 1);
}

#[test]
fn a_confirmation_from_another_site_is_refused() {
    let host = Host::start("confirm-cross");
    subscribe(&host, READER);
    let link = confirmation(&host);
    let reply = host.browser().form(&link, &[("sec-fetch-site", "cross-site")], &[]);
    assert_eq!(reply.problem(), (403, "cross-site".into()));
    let reply = host.browser().json_with(
        SUBSCRIPTIONS,
        &[("origin", "https://evil.example")],
        &json!({ "email": "x@mail.example" }),
    );
    assert_eq!(reply.problem(), (403, "cross-site".into()));
    assert_eq!(outbox(&host).len(), 1);
    assert_eq!(press(&host, &link).status, 200);
}

#[test]
fn nobody_learns_whether_an_address_is_known() {
    let host = Host::start("constant");
    reader(&host, READER);
    let (known, unknown) = (subscribe(&host, READER), subscribe(&host, "stranger@mail.example"));
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    let names = |reply: &Reply| reply.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&known), names(&unknown));
    // Nor by asking often: at some point no mail is sent, and nothing else changes.
    let before = outbox(&host).len();
    for _ in 0..10 {
        let again = subscribe(&host, "stranger@mail.example");
        assert_eq!((again.status, &again.body), (unknown.status, &unknown.body));
    }
    assert!(outbox(&host).len() < before + 10, "a form fills nobody's mailbox");
    // The page says the same to everybody, too.
    let form = |address: &str| host.browser().form(SUBSCRIPTIONS, &[], &[("email", address), ("lang", "en")]);
    assert_eq!(form(READER).header("location"), form("third@mail.example").header("location"));
}

#[test]
fn a_second_subscription_of_the_same_reader_changes_nothing() {
    let host = Host::start("twice-subscribed");
    let subject = reader(&host, READER);
    host.clock.forward(DAY);
    assert_eq!(reader(&host, "reader@MAIL.example "), subject, "the same address, as mail goes");
    assert_eq!(host.kinds(&subject, "newsletter"), ["grant"]);
    assert_eq!(disk::count(&host.data, "contact"), 1);
}

#[test]
fn who_left_can_come_back() {
    let host = Host::start("back-again");
    let subject = reader(&host, READER);
    let leave = link(&outbox(&host)[0].body, "unsubscribe");
    host.clock.forward(DAY);
    host.browser().form(&leave, &[], &[]);
    host.clock.forward(DAY);
    assert_eq!(reader(&host, READER), subject);
    assert_eq!(host.kinds(&subject, "newsletter"), ["grant", "withdraw", "grant"]);
}

#[test]
fn one_click_needs_no_page_no_cookie_and_no_origin() {
    let host = Host::start("one-click");
    let subject = reader(&host, READER);
    let leave = link(&outbox(&host)[0].body, "unsubscribe");
    // A mail provider's server, which may send anything for headers.
    let headers = [("origin", "https://webmail.example"), ("sec-fetch-site", "cross-site")];
    let reply = host.browser().form(&leave, &headers, &[("List-Unsubscribe", "One-Click")]);
    assert_eq!(reply.status, 200);
    let evidence = host.evidence(&subject, "newsletter", host.clock.now());
    assert_eq!((evidence.because, evidence.records[1].control.as_str()), ("withdrawn", "one-click"));
    for _ in 0..3 {
        assert_eq!(host.browser().form(&leave, &headers, &[("List-Unsubscribe", "One-Click")]).status, 200);
    }
    assert_eq!(host.kinds(&subject, "newsletter"), ["grant", "withdraw"], "done once");
}

#[test]
fn many_clicks_at_once_are_one_withdrawal() {
    let host = Host::start("clicks");
    let subject = reader(&host, READER);
    let leave = link(&outbox(&host)[0].body, "unsubscribe");
    host.clock.forward(60);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| assert_eq!(host.browser().form(&leave, &[], &[]).status, 200));
        }
    });
    assert_eq!(host.kinds(&subject, "newsletter"), ["grant", "withdraw"]);
}

#[test]
fn a_link_that_was_not_made_here_does_nothing() {
    let host = Host::start("forged-link");
    let (subject, other) = (reader(&host, READER), reader(&host, "other@mail.example"));
    let leave = link(&outbox(&host)[0].body, "unsubscribe");
    assert!(leave.contains(other.as_str()), "this test rests on how links look: {leave}");
    let seal = leave.rsplit('.').next().unwrap();
    for forged in [
        leave.replace(other.as_str(), subject.as_str()),
        leave.replace(".newsletter.", ".offers."),
        leave.replace(".newsletter.", ".newsletter+offers."),
        leave.replace(seal, "AAAAAAAAAAAAAAAAAAAAAA"),
        leave.replace(seal, ""),
        leave[..leave.len() - 1].to_owned(),
        "/consent/v1/unsubscribe/x".into(),
        "/consent/v1/unsubscribe/%00".into(),
        format!("/consent/v1/newsletter/confirm/{}", "A".repeat(22)),
    ] {
        assert_eq!(host.browser().get(&forged).status, 410, "{forged}");
        assert_eq!(host.browser().form(&forged, &[], &[]).status, 410, "{forged}");
    }
    assert_eq!(host.statements(), 2);
    assert_eq!(host.send_newsletter("News", "…"), 2);
}

#[test]
fn a_link_ends_what_it_names_for_accounts_and_other_bases_too() {
    let host = Host::start("any-purpose");
    let lang: volens_core::Lang = "en".parse().unwrap();
    let choice = volens_server::AccountChoice {
        account: "ada".into(),
        purpose: "offers".parse().unwrap(),
        choice: volens_core::Choice::Grant,
        lang,
        control: "preferences".into(),
    };
    wait(host.service.choose_for_account(choice)).unwrap();
    let subject = wait(host.service.account_subject("ada")).unwrap();
    host.clock.forward(60);
    let purposes = vec!["offers".parse().unwrap(), "survey".parse().unwrap()];
    let url = host.service.unsubscribe_url(subject.clone(), purposes);
    assert_eq!(host.browser().form(url.strip_prefix(ORIGIN).unwrap(), &[], &[]).status, 200);
    assert_eq!(host.kinds(&subject, "offers"), ["grant", "withdraw"], "under consent a withdrawal");
    assert_eq!(host.kinds(&subject, "survey"), ["object"], "under legitimate interest an objection");
}

#[test]
fn an_address_that_nobody_confirms_is_forgotten_after_seven_days() {
    let host = Host::start("seven");
    subscribe(&host, READER);
    let old = confirmation(&host);
    host.clock.forward(7 * DAY - 1);
    assert_eq!(host.browser().get(&old).status, 200);
    host.clock.forward(1);
    assert_eq!(host.browser().get(&old).status, 410);
    assert_eq!(press(&host, &old).status, 410);
    assert_eq!(host.statements(), 0);
    // And gone from the disk, at the latest an hour after, or when the service starts.
    let (data, clock) = (host.data.clone(), host.clock.clone());
    drop(host);
    let _host = Host::open(&data, SITE, clock, Mail::Outbox);
    assert_eq!(disk::count(&data, "pending"), 0);
}

#[test]
fn what_is_no_address_is_told_and_not_kept() {
    let host = Host::start("addresses");
    for address in [
        "",
        "ada",
        "@mail.example",
        "ada@",
        "a b@mail.example",
        "ada@mail.example\r\nBcc: all@mail.example",
        &format!("{}@mail.example", "a".repeat(300)),
    ] {
        assert_eq!(subscribe(&host, address).problem(), (400, "malformed".into()), "{address:?}");
        let page = host.browser().form(SUBSCRIPTIONS, &[], &[("email", address), ("lang", "en")]);
        assert_eq!(page.status, 400, "{address:?}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
    }
    assert_eq!(host.browser().json(SUBSCRIPTIONS, &json!({ "lang": "en" })).problem(), (400, "missing-field".into()));
    assert!(outbox(&host).is_empty());
    assert_eq!(disk::count(&host.data, "pending"), 0);
}

#[test]
fn a_withdrawal_by_letter_finds_its_reader_by_address() {
    let host = Host::start("by-address");
    let subject = reader(&host, READER);
    host.clock.forward(DAY);
    let bearer = format!("Bearer {}", host.admin());
    let body = json!({ "email": " reader@Mail.Example", "purpose": "newsletter", "received_at": host.clock.now(), "channel": "phone" });
    let reply = host.browser().json_with("/consent/v1/admin/withdrawals", &[("authorization", &bearer)], &body);
    assert_eq!(reply.status, 201);
    assert_eq!(reply.json()["receipt"]["subject"], json!(subject));
    assert_eq!(host.send_newsletter("News", "…"), 0);
}

#[test]
fn pages_and_mails_speak_the_readers_language() {
    let host = Host::start("swedish");
    host.browser().json(SUBSCRIPTIONS, &json!({ "email": READER, "lang": "sv" }));
    let page = host.browser().get(&confirmation(&host));
    assert!(page.text().contains("<html lang=\"sv\"") && page.text().contains("Nyhetsbrev"), "{}", page.text());
}

#[test]
fn who_leaves_while_an_issue_goes_out_is_sent_none() {
    let host = Host::start("meanwhile");
    reader(&host, READER);
    reader(&host, "other@mail.example");
    let leave = link(&outbox(&host)[0].body, "unsubscribe");
    // The texts are asked for mail by mail: here the first one's, before the other is sent.
    let sent = wait(host.service.send_newsletter(|_| {
        assert_eq!(host.browser().form(&leave, &[], &[]).status, 200);
        ("News".into(), "…".into())
    }));
    assert_eq!(sent.unwrap().recipients, 1);
    assert_eq!(outbox(&host)[0].to, READER);
}

/// GDPR article 21(3): the objection reaches all marketing, also what was granted again since.
#[test]
fn an_old_link_still_objects_to_all_marketing() {
    let flagged = |site: String, purpose: &str| {
        let table = format!("[purpose.{purpose}]\n");
        site.replace(&table, &format!("{table}direct_marketing = \"yes\"\n"))
    };
    let site = flagged(flagged(SITE.to_owned(), "newsletter"), "survey");
    let host = Host::open(&disk::folder("old-link"), &site, Hands::at(START), Mail::Outbox);
    let subject = reader(&host, READER);
    let url = host.service.unsubscribe_url(subject.clone(), vec!["survey".parse().unwrap()]);
    let click = || {
        host.clock.forward(DAY);
        assert_eq!(host.browser().form(url.strip_prefix(ORIGIN).unwrap(), &[], &[]).status, 200);
    };
    click();
    click();
    assert_eq!(host.kinds(&subject, "newsletter"), ["grant", "object"], "once is enough");
    host.clock.forward(DAY);
    reader(&host, READER);
    assert_eq!(host.send_newsletter("News", "…"), 1);
    click();
    assert_eq!(host.kinds(&subject, "newsletter"), ["grant", "object", "grant", "object"]);
    assert_eq!(host.send_newsletter("News", "…"), 0);
}

/// HMAC-SHA-256 (RFC 2104), the first 128 bits, as links are sealed.
fn seal(host: &Host, message: &str) -> String {
    let key = std::fs::read_to_string(host.data.join("keys/links.key")).unwrap();
    let key = URL_SAFE_NO_PAD.decode(key.trim()).unwrap();
    let padded = |byte: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ byte).collect() };
    let inner = Sha256::digest([padded(0x36), message.as_bytes().to_vec()].concat());
    let outer = Sha256::digest([padded(0x5c), inner.to_vec()].concat());
    URL_SAFE_NO_PAD.encode(&outer[..16])
}

#[test]
fn a_link_of_an_old_mail_ends_what_its_reader_has_and_makes_no_record_of_nobody() {
    let host = Host::start("old-mail");
    let subject = reader(&host, READER);
    let link = |message: &str, said: &str| format!("/consent/v1/unsubscribe/{said}.{}", seal(&host, message));
    let said = format!("{subject}.newsletter");
    let before = host.statements();
    for (message, said) in [
        // Well sealed, about somebody of another site that has these keys.
        ("unsubscribe:nobody.newsletter".to_owned(), "nobody.newsletter".to_owned()),
        // A link of today at the site `other`, passed off as an old one.
        (format!("unsubscribe:other:{said}"), format!("other:{said}")),
    ] {
        for reply in [host.browser().get(&link(&message, &said)), press(&host, &link(&message, &said))] {
            assert_eq!(reply.status, 410, "{said}");
        }
    }
    assert_eq!(host.statements(), before);
    assert_eq!(press(&host, &link(&format!("unsubscribe:{said}"), &said)).status, 200);
    assert_eq!(host.statements(), before + 1);
    assert_eq!(host.kinds(&subject, "newsletter").last().map(String::as_str), Some("withdraw"));
}
