//! The two cookies, to the letter.

use crate::support::browser::{SUMMARY, TOKEN, all};
use crate::support::disk;
use crate::support::host::{Hands, Host, SITE, START};
use volens_server::mail::Mail;

#[test]
fn accepting_and_refusing_set_the_same_two_cookies_for_the_same_time() {
    let host = Host::start("cookies");
    for on in [true, false] {
        let mut browser = host.browser();
        let reply = browser.choose(&host.notice(), &all(on));
        let mark = if on { "1" } else { "0" };
        let [token, summary] = reply.set_cookies()[..2] else { panic!("two cookies: {reply:?}") };
        let value = &browser.jar[TOKEN];
        assert_eq!(token, format!("__Host-consent={value}; Path=/; Max-Age=15552000; Secure; SameSite=Lax; HttpOnly"));
        let value = format!("1.{}.{}", host.notice().short(), mark.repeat(3));
        assert_eq!(browser.jar[SUMMARY], value);
        assert_eq!(summary, format!("__Host-volens={value}; Path=/; Max-Age=15552000; Secure; SameSite=Lax"));
    }
}

#[test]
fn the_summary_has_one_mark_per_choice_in_id_order() {
    let host = Host::start("summary");
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("marketing", true), ("analytics", false)]);
    assert_eq!(browser.jar[SUMMARY], format!("1.{}.0-1", host.notice().short()));
}

#[test]
fn a_withdrawal_deletes_the_listed_cookies_that_scripts_cannot() {
    let host = Host::start("deletes");
    let mut browser = host.browser();
    let deletion = "reach_srv=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
    let granted = browser.choose(&host.notice(), &all(true));
    assert!(!granted.set_cookies().contains(&deletion));
    let withdrawn = browser.choose(&host.notice(), &[("marketing", false)]);
    assert!(withdrawn.set_cookies().contains(&deletion), "{withdrawn:?}");
    assert!(!withdrawn.set_cookies().iter().any(|cookie| cookie.starts_with("_in_id=")), "that one the page deletes");
}

#[test]
fn a_deletion_of_a_prefixed_cookie_is_one_that_browsers_take() {
    let site = SITE.replace("name = \"reach_srv\"", "name = \"__Secure-reach\"");
    let host = Host::open(&disk::folder("prefixed"), &site, Hands::at(START), Mail::Outbox);
    let reply = host.browser().choose(&host.notice(), &all(false));
    let deletion = reply.set_cookies().into_iter().find(|cookie| cookie.starts_with("__Secure-reach=")).unwrap();
    assert!(deletion.contains("; Secure"), "RFC 6265bis, 4.1.3: {deletion}");
}

#[test]
fn sibling_hosts_share_one_subject_where_the_site_says_so() {
    let site = SITE
        .replace("cookie_scope = \"host\"", "cookie_scope = \"domain\"\ndomain = \"shop.example\"")
        .replace("\"http://localhost:8080\", \"http://127.0.0.1:8080\"", "\"https://www.shop.example\"");
    let host = Host::open(&disk::folder("domain"), &site, Hands::at(START), Mail::Outbox);
    let mut browser = host.browser();
    let reply = browser.choose(&host.notice(), &all(true));
    let [token, summary] = reply.set_cookies()[..] else { panic!("two cookies: {reply:?}") };
    let scope = "; Path=/; Domain=shop.example; Max-Age=15552000; Secure; SameSite=Lax";
    assert!(token.starts_with("__Secure-consent=") && token.ends_with(&format!("{scope}; HttpOnly")), "{token}");
    assert!(summary.starts_with("__Secure-volens=1.") && summary.ends_with(scope), "{summary}");
    assert_eq!(browser.status("analytics"), "granted", "read back by the same name");
}
