//! The same choice from a page without script.

use crate::support::browser::{Browser, CHOICES, Reply};
use crate::support::host::{Host, ORIGIN};

fn post(host: &Host, browser: &mut Browser, fields: &[(&str, &str)]) -> Reply {
    let notice = host.notice();
    let fields = [&[("notice", notice.as_str()), ("lang", "en"), ("return_to", "/en/article")], fields].concat();
    browser.form(CHOICES, &[("sec-fetch-site", "same-origin")], &fields)
}

#[test]
fn accept_and_reject_lead_back_with_both_cookies() {
    let host = Host::start("form");
    for (button, status) in [(("accept", "all"), "granted"), (("reject", "all"), "refused")] {
        let mut browser = host.browser();
        let reply = post(&host, &mut browser, &[button]);
        assert_eq!((reply.status, reply.header("location")), (303, Some("/en/article")), "{reply:?}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(browser.jar.len(), 2);
        for purpose in ["analytics", "functional", "marketing"] {
            assert_eq!(browser.status(purpose), status);
        }
    }
    assert_eq!(host.statements(), 2);
}

#[test]
fn in_the_center_what_is_not_ticked_is_refused() {
    let host = Host::start("ticks");
    let mut browser = host.browser();
    assert_eq!(post(&host, &mut browser, &[("p.functional", "on"), ("save", "1")]).status, 303);
    assert_eq!(
        ["analytics", "functional", "marketing"].map(|id| browser.status(id)),
        ["refused", "granted", "refused"]
    );
    let subject = browser.subject();
    host.clock.forward(60);
    assert_eq!(post(&host, &mut browser, &[("p.marketing", "on"), ("save", "1")]).status, 303);
    assert_eq!(
        ["analytics", "functional", "marketing"].map(|id| browser.status(id)),
        ["refused", "withdrawn", "granted"]
    );
    assert_eq!(host.kinds(&subject, "analytics"), ["refuse"], "unchanged, so written once");
    host.clock.forward(60);
    assert_eq!(post(&host, &mut browser, &[("save", "1")]).status, 303);
    assert_eq!(browser.claims().sub, None, "nothing ticked is everything refused");
}

#[test]
fn the_control_says_by_which_layer_it_came() {
    let host = Host::start("controls");
    for (control, channel) in
        [("banner", "banner"), ("center", "center"), ("settings", "settings"), ("foot", "settings")]
    {
        let mut browser = host.browser();
        post(&host, &mut browser, &[("accept", "all"), ("control", control)]);
        let evidence = host.evidence(&browser.subject(), "analytics", host.clock.now());
        assert_eq!((evidence.records[0].channel.as_str(), evidence.records[0].control.as_str()), (channel, control));
        host.clock.forward(1);
    }
}

#[test]
fn it_leads_back_to_paths_of_this_site_only() {
    let host = Host::start("return");
    let notice = host.notice();
    let there = |return_to: Option<&str>, referer: Option<&str>| {
        let mut fields = vec![("notice", notice.as_str()), ("lang", "en"), ("reject", "all")];
        fields.extend(return_to.map(|to| ("return_to", to)));
        let headers: Vec<(&str, &str)> = referer.map(|referer| ("referer", referer)).into_iter().collect();
        let reply = host.browser().form(CHOICES, &headers, &fields);
        assert_eq!(reply.status, 303);
        reply.header("location").unwrap().to_owned()
    };
    let own = format!("{ORIGIN}/sv/artikel?a=b");
    for (said, referer, expected) in [
        (Some("/en/?q=1#part"), Some(own.as_str()), "/en/?q=1#part"),
        (None, Some(own.as_str()), "/sv/artikel?a=b"),
        (None, Some("http://127.0.0.1:8080/en/"), "/en/"),
        (None, None, "/"),
        (None, Some(ORIGIN), "/"),
        (None, Some("https://evil.example/phish"), "/"),
        (None, Some("http://localhost:8080.evil.example/phish"), "/"),
        (None, Some("http://localhost:80801/phish"), "/"),
        (None, Some("http://localhost:8080//evil.example"), "/"),
        (Some(""), Some(own.as_str()), "/sv/artikel?a=b"),
        (Some("en/"), None, "/"),
        (Some("//evil.example"), Some(own.as_str()), "/sv/artikel?a=b"),
        (Some("/\\evil.example"), None, "/"),
        (Some("\\/evil.example"), None, "/"),
        (Some("https://evil.example/"), None, "/"),
        (Some("javascript:alert(1)"), None, "/"),
        (Some("/en\r\nSet-Cookie: a=b"), None, "/"),
        (Some("/\t/evil.example"), None, "/"),
        (Some("/en/\u{202e}"), None, "/"),
    ] {
        assert_eq!(there(said, referer), expected, "{said:?} {referer:?}");
    }
}

#[test]
fn two_visitors_of_one_cached_page_are_two_subjects() {
    let host = Host::start("cached");
    let (mut one, mut other) = (host.browser(), host.browser());
    for browser in [&mut one, &mut other] {
        assert_eq!(post(&host, browser, &[("accept", "all")]).status, 303);
    }
    assert_ne!(one.subject(), other.subject());
    assert_ne!(one.claims().jti, other.claims().jti);
    assert_eq!(host.statements(), 2);
}

#[test]
fn a_visitor_without_script_sees_the_banner_until_the_choice() {
    let host = Host::start("decided");
    let mut browser = host.browser();
    let css = |browser: &mut Browser| {
        let reply = browser.get("/consent/v1/decided.css");
        assert_eq!(
            (reply.header("content-type"), reply.header("cache-control")),
            (Some("text/css; charset=utf-8"), Some("no-store"))
        );
        reply.text().to_owned()
    };
    assert_eq!(css(&mut browser), "");
    browser.choose(&host.notice(), &[("analytics", true)]);
    assert_eq!(css(&mut browser), "", "two purposes are still to be asked");
    browser.choose(&host.notice(), &[("functional", false), ("marketing", false)]);
    assert!(css(&mut browser).contains("[data-volens=banner]"));
    assert_eq!(css(&mut host.browser()), "", "another visitor");
}

#[test]
fn the_settings_page_shows_what_stands_and_runs_no_script() {
    let host = Host::start("settings");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true), ("marketing", false)]);
    let page = browser.get("/consent/v1/settings?lang=sv&return_to=/sv/");
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let html = page.text();
    assert!(html.contains("<html lang=\"sv\"") && html.contains("Webbanalys"), "{html}");
    assert!(!html.contains("<script"), "no script");
    let ticked = |id: &str| {
        let at = html.find(&format!("name=\"p.{id}\"")).unwrap_or_else(|| panic!("no switch of {id}: {html}"));
        let tag = &html[html[..at].rfind('<').unwrap()..at + html[at..].find('>').unwrap()];
        tag.contains(" checked")
    };
    assert_eq!(["analytics", "functional", "marketing"].map(ticked), [true, false, false]);
    // What the page posts is taken.
    assert_eq!(
        post(
            &host,
            &mut browser,
            &[("p.analytics", "on"), ("p.marketing", "on"), ("save", "1"), ("control", "settings")]
        )
        .status,
        303
    );
    assert_eq!(browser.status("marketing"), "granted");
}

#[test]
fn the_settings_page_acknowledges_global_privacy_control() {
    let host = Host::start("gpc");
    let shown = |headers: &[(&str, &str)]| {
        let page = host.browser().send("GET", "/consent/v1/settings?lang=en", headers, b"").unwrap();
        page.text().contains("<p class=\"vo-gpc\">Your browser says")
    };
    assert!(shown(&[("Sec-GPC", "1")]));
    for headers in [&[][..], &[("Sec-GPC", "0")], &[("Sec-GPC", "true")]] {
        assert!(!shown(headers), "{headers:?}");
    }
}

#[test]
fn the_settings_page_leads_back_to_this_site_only() {
    let host = Host::start("settings-return");
    let page = host.browser().get("/consent/v1/settings?lang=en&return_to=//evil.example/");
    assert!(!page.text().contains("evil.example"));
    let page = host.browser().get("/consent/v1/settings?lang=en&return_to=/%22%3E%3Cscript%3E");
    assert!(!page.text().contains("<script>"), "escaped");
}
