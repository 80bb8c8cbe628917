//! Only the site's own pages may speak for a visitor, and only our own signature says who one is.

use crate::support::browser::{Browser, CHOICES, SUMMARY, TOKEN, all, choice};
use crate::support::disk;
use crate::support::host::{Hands, Host, ORIGIN, SITE, START};
use serde_json::json;
use volens_server::mail::Mail;

const EVIL: &str = "https://evil.example";

#[test]
fn what_another_site_sends_changes_nothing() {
    let host = Host::start("cross-site");
    for (fetch_site, origin, passes) in [
        (Some("same-origin"), None, true),
        (Some("same-origin"), Some(ORIGIN), true),
        // A form under `Referrer-Policy: no-referrer`.
        (Some("same-origin"), Some("null"), true),
        (Some("same-site"), Some(ORIGIN), false),
        (Some("cross-site"), Some(ORIGIN), false),
        (Some("cross-site"), Some(EVIL), false),
        (Some("none"), None, false),
        (Some(""), None, false),
        (None, Some(ORIGIN), true),
        (None, Some("http://127.0.0.1:8080"), true),
        (None, Some("null"), false),
        (None, Some(EVIL), false),
        (None, Some("http://localhost:8081"), false),
        (None, Some("https://localhost:8080"), false),
        (None, Some("http://localhost:8080.evil.example"), false),
        (None, None, true),
    ] {
        let mut headers: Vec<(&str, &str)> = fetch_site.map(|site| ("sec-fetch-site", site)).into_iter().collect();
        headers.extend(origin.map(|origin| ("origin", origin)));
        let notice = host.notice();
        let before = host.statements();
        let form: &[(&str, &str)] = &[("notice", notice.as_str()), ("lang", "en"), ("accept", "all")];
        let by_form = host.browser().form(CHOICES, &headers, form);
        let by_script = host.browser().json_with(CHOICES, &headers, &choice(&notice, &all(true)));
        if passes {
            assert_eq!((by_form.status, by_script.status), (303, 201), "{headers:?}");
            assert_eq!(host.statements(), before + 2);
        } else {
            assert_eq!(by_form.problem(), (403, "cross-site".into()), "{headers:?}");
            assert_eq!(by_script.problem(), (403, "cross-site".into()), "{headers:?}");
            assert_eq!(host.statements(), before, "{headers:?}");
        }
    }
}

#[test]
fn no_answer_is_readable_from_elsewhere() {
    let here = Host::start("cors");
    // The same site with its service on another port of the host: only then do its own pages ask across origins.
    let endpoint = "cookie_scope = \"host\"\nendpoint = \"http://localhost:8090/consent/v1\"";
    let site =
        SITE.replace("http://127.0.0.1:8080", "http://localhost:8070").replace("cookie_scope = \"host\"", endpoint);
    let apart = Host::open(&disk::folder("cors-apart"), &site, Hands::at(START), Mail::Outbox);
    for (host, origin, readable) in [
        (&here, EVIL, false),
        (&here, ORIGIN, false),
        (&here, "http://127.0.0.1:8080", false),
        (&apart, EVIL, false),
        (&apart, "http://127.0.0.1:8080", false),
        (&apart, "null", false),
        (&apart, "http://localhost:8070", true),
        (&apart, ORIGIN, true),
    ] {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let preflight = host.browser().send("OPTIONS", CHOICES, &headers, b"").unwrap();
        let read = host.browser().send("GET", CHOICES, &headers[..1], b"").unwrap();
        for reply in [preflight, read] {
            let told = reply.headers.iter().any(|(name, _)| name.starts_with("access-control-"));
            assert_eq!(told, readable, "{origin}: {reply:?}");
        }
    }
}

#[test]
fn a_cookie_that_is_not_ours_is_ignored_and_replaced() {
    let host = Host::start("forged");
    let mut owner = host.browser();
    owner.choose(&host.notice(), &all(true));
    let (token, subject) = (owner.token().to_owned(), owner.subject());

    let elsewhere = Host::open(&disk::folder("forged-elsewhere"), SITE, Hands::at(START), Mail::Outbox);
    let mut foreign = elsewhere.browser();
    foreign.choose(&elsewhere.notice(), &all(true));

    let mut altered = token.clone();
    let last = altered.pop().unwrap();
    altered.push(if last == 'A' { 'Q' } else { 'A' });
    let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
    let twice = format!("{TOKEN}={token}; {TOKEN}={token}");
    for (what, cookie) in [
        ("altered", format!("{TOKEN}={altered}")),
        ("unsigned", format!("{TOKEN}={unsigned}")),
        ("of another service's key", format!("{TOKEN}={}", foreign.token())),
        ("nonsense", format!("{TOKEN}=eyJhbGciOiJub25lIn0.e30.")),
        ("empty", format!("{TOKEN}=")),
        ("there twice", twice),
        ("under another name", format!("__Secure-consent={token}; consent={token}")),
        ("a forged summary alone", format!("{SUMMARY}=1.{}.111", host.notice().short())),
    ] {
        let headers = [("cookie", cookie.as_str())];
        let state = host.browser().send("GET", CHOICES, &headers, b"").unwrap().json();
        assert_eq!(state["ask"], json!(["analytics", "functional", "marketing"]), "{what}");
        let css = host.browser().send("GET", "/consent/v1/decided.css", &headers, b"").unwrap();
        assert_eq!(css.text(), "", "{what}");

        let mut browser: Browser = host.browser();
        let reply = browser.json_with(CHOICES, &headers, &choice(&host.notice(), &all(true)));
        assert_eq!(reply.status, 201, "{what}");
        assert_ne!(browser.subject(), subject, "{what}: nobody is taken for somebody else");
        assert_eq!(browser.status("analytics"), "granted", "{what}: replaced by one that counts");
    }
    assert_eq!(host.kinds(&subject, "analytics"), ["grant"], "the owner's records are untouched");
    assert_eq!(owner.status("analytics"), "granted");
}
