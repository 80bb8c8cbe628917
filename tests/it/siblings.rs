//! Sibling hosts of one domain with the service on a host of its own: one subject for all of them, and nobody else
//! reads or writes a thing.

use crate::support::assets;
use crate::support::browser::{Browser, Reply, all, choice};
use crate::support::disk;
use crate::support::host::{Hands, Host, SITE, START, wait};
use serde_json::json;
use volens_core::site::Site;
use volens_core::token::UnverifiedToken;
use volens_server::mail::Mail;
use volens_server::{Options, Service};

const WWW: &str = "https://www.shop.example";
const SHOP: &str = "https://shop.example";
const SERVICE: &str = "https://consent.shop.example";
const CHOICES: &str = "/c/v1/choices";
const NOT_LISTED: [&str; 6] = [
    "https://blog.shop.example",
    "http://www.shop.example",
    "https://www.shop.example:8443",
    "https://www.shop.example.evil.example",
    "https://evil.example",
    "null",
];

fn site() -> String {
    SITE.replace("http://localhost:8080", WWW).replace("http://127.0.0.1:8080", SHOP).replace(
        "cookie_scope = \"host\"",
        "cookie_scope = \"domain\"\ndomain = \"shop.example\"\nendpoint = \"https://consent.shop.example/c/v1\"",
    )
}

fn start(test: &str) -> Host {
    Host::open(&disk::folder(test), &site(), Hands::at(START), Mail::Outbox)
}

fn from(origin: &str) -> [(&str, &str); 2] {
    [("sec-fetch-site", "same-site"), ("origin", origin)]
}

fn readable(reply: &Reply) -> (Option<&str>, Option<&str>) {
    (reply.header("access-control-allow-origin"), reply.header("access-control-allow-credentials"))
}

fn post(host: &Host, browser: &mut Browser, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
    let notice = host.notice();
    let fields = [&[("notice", notice.as_str()), ("lang", "en")], fields].concat();
    browser.form(CHOICES, headers, &fields)
}

#[test]
fn a_choice_on_one_host_holds_on_the_others() {
    let host = start("siblings");
    let mut browser = host.browser();
    let reply = browser.json_with(CHOICES, &from(WWW), &choice(&host.notice(), &all(true)));
    assert_eq!((reply.status, readable(&reply)), (201, (Some(WWW), Some("true"))), "{reply:?}");
    assert_eq!(reply.header("vary"), Some("origin"));
    let cookies = reply.set_cookies();
    assert_eq!(cookies.len(), 2);
    for (cookie, name) in cookies.iter().zip(["__Secure-consent=", "__Secure-volens="]) {
        assert!(cookie.starts_with(name) && cookie.contains("; Domain=shop.example; "), "{cookie}");
        assert!(cookie.contains("; Secure") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/;"));
    }
    let claims = UnverifiedToken::parse(&browser.jar["__Secure-consent"]).unwrap().into_claims();
    assert_eq!((claims.iss.as_str(), claims.aud.as_str()), (WWW, WWW), "the first origin, wherever it was said");
    let subject = claims.sub.unwrap();

    host.clock.forward(60);
    let state = browser.send("GET", CHOICES, &from(SHOP), b"").unwrap();
    assert_eq!(readable(&state), (Some(SHOP), Some("true")));
    assert_eq!(state.json()["purposes"]["analytics"]["status"], "granted");
    let reply = browser.json_with(CHOICES, &from(SHOP), &choice(&host.notice(), &all(false)));
    assert_eq!(reply.status, 201);
    assert_eq!(host.kinds(&subject, "analytics"), ["grant", "withdraw"], "the same subject");
}

#[test]
fn a_domain_that_anyone_registers_under_is_refused() {
    let open = |domain: &str| {
        let data = disk::folder("siblings-suffix");
        let site = SITE
            .replace("http://localhost:8080", &format!("https://shop.{domain}"))
            .replace("\"http://127.0.0.1:8080\"", &format!("\"https://www.shop.{domain}\""))
            .replace("cookie_scope = \"host\"", &format!("cookie_scope = \"domain\"\ndomain = \"{domain}\""));
        let site = Site::parse("site.toml", &site).unwrap();
        let options = Options::new(site, data.clone(), assets::folder(&data));
        (data, wait(Service::open(options)))
    };
    for suffix in ["co.uk", "github.io", "xn--55qx5d.cn"] {
        let (data, opened) = open(suffix);
        let error = opened.unwrap_err();
        assert_eq!(error.code(), "public-suffix");
        let expected = format!(
            "site.domain: found {suffix:?}, under which anyone may register a name, so that browsers keep no cookies for it; \
             expected a domain of the site's own, such as \"example.{suffix}\""
        );
        assert_eq!(error.to_string(), expected);
        assert!(!data.join("keys").exists(), "nothing is made");
    }
    for own in ["example.co.uk", "shop.example", "www.ck", "intra.net"] {
        assert!(open(own).1.is_ok(), "{own}");
    }
}

#[test]
fn other_origins_read_and_write_nothing() {
    let host = start("siblings-others");
    let preflight = |origin: &str| {
        let asked = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,idempotency-key"),
        ];
        host.browser().send("OPTIONS", CHOICES, &asked, b"").unwrap()
    };
    let reply = preflight(SHOP);
    assert_eq!((reply.status, readable(&reply)), (204, (Some(SHOP), Some("true"))), "{reply:?}");
    assert_eq!(reply.header("access-control-allow-headers"), Some("content-type, idempotency-key"));
    assert_eq!(reply.header("access-control-allow-methods"), Some("GET, POST"));
    for origin in NOT_LISTED {
        let by_script = host.browser().json_with(CHOICES, &from(origin), &choice(&host.notice(), &all(true)));
        assert_eq!(by_script.problem(), (403, "cross-site".into()), "{origin}");
        let by_form = post(&host, &mut host.browser(), &from(origin), &[("reject", "all")]);
        assert_eq!(by_form.problem(), (403, "cross-site".into()), "{origin}");
        let read = host.browser().send("GET", CHOICES, &from(origin), b"").unwrap();
        for reply in [by_script, preflight(origin), read] {
            assert!(!reply.headers.iter().any(|(name, _)| name.starts_with("access-control-")), "{origin}: {reply:?}");
            assert_eq!(reply.header("vary"), Some("origin"), "{origin}");
        }
    }
    // A page of another site, whatever it says of itself.
    let lying = [("sec-fetch-site", "cross-site"), ("origin", WWW)];
    let reply = host.browser().json_with(CHOICES, &lying, &choice(&host.notice(), &all(true)));
    assert_eq!(reply.problem(), (403, "cross-site".into()));
    let silent = [("sec-fetch-site", "same-site")];
    let reply = host.browser().json_with(CHOICES, &silent, &choice(&host.notice(), &all(true)));
    assert_eq!(reply.problem(), (403, "cross-site".into()));
    assert_eq!(host.statements(), 0);
}

#[test]
fn back_ends_and_administrators_answer_no_page() {
    let host = start("siblings-back-ends");
    for path in ["/c/v1/check", "/c/v1/admin/withdrawals"] {
        let asked = [("origin", WWW), ("access-control-request-method", "POST")];
        let preflight = host.browser().send("OPTIONS", path, &asked, b"").unwrap();
        assert_eq!(preflight.status, 405, "{path}");
        let call = host.browser().json_with(path, &from(WWW), &json!({}));
        assert_eq!(call.problem().0, 401, "{path}");
        for reply in [preflight, call] {
            assert!(!reply.headers.iter().any(|(name, _)| name.starts_with("access-control-")), "{path}: {reply:?}");
        }
    }
}

#[test]
fn a_form_leads_back_to_the_host_it_came_from() {
    let host = start("siblings-forms");
    for (headers, said, expected) in [
        (from(SHOP).to_vec(), Some("/en/basket"), "https://shop.example/en/basket"),
        (from(SHOP).to_vec(), None, "https://shop.example/"),
        ([&from(SHOP)[..], &[("referer", "https://shop.example/sv/")]].concat(), None, "https://shop.example/sv/"),
        (from(SHOP).to_vec(), Some("https://www.shop.example/en/"), "https://www.shop.example/en/"),
        (from(WWW).to_vec(), Some("//evil.example/"), "https://www.shop.example/"),
        (from(WWW).to_vec(), Some("https://evil.example/"), "https://www.shop.example/"),
        (from(WWW).to_vec(), Some("https://www.shop.example.evil.example/"), "https://www.shop.example/"),
        (from(WWW).to_vec(), Some("https://shop.example//evil.example"), "https://www.shop.example/"),
        (from(WWW).to_vec(), Some("https://blog.shop.example/"), "https://www.shop.example/"),
        // The service's own pages, where the settings page posts.
        (
            vec![("sec-fetch-site", "same-origin"), ("origin", SERVICE)],
            Some("/c/v1/settings?a=b"),
            "/c/v1/settings?a=b",
        ),
        (vec![("origin", SERVICE)], Some("https://shop.example/en/"), "https://shop.example/en/"),
    ] {
        let fields: Vec<_> = [("reject", "all")].into_iter().chain(said.map(|to| ("return_to", to))).collect();
        let reply = post(&host, &mut host.browser(), &headers, &fields);
        assert_eq!((reply.status, reply.header("location")), (303, Some(expected)), "{headers:?} {said:?}");
    }
    let page = host.browser().get("/c/v1/settings?lang=en&return_to=https://shop.example/en/");
    assert!(page.text().contains("href=\"https://shop.example/en/\""), "{}", page.text());
    assert!(page.text().contains("value=\"/c/v1/settings?lang=en&amp;saved=1"), "{}", page.text());
}

#[test]
fn everything_points_to_the_host_of_the_service() {
    let host = start("siblings-urls");
    let manifest = host.browser().get("/c/v1/manifest?lang=sv").json();
    assert_eq!(manifest["endpoint"], "https://consent.shop.example/c/v1");
    assert_eq!(manifest["settings_url"], "https://consent.shop.example/c/v1/settings?lang=sv");
    let snippet = wait(host.service.snippet(&"en".parse().unwrap(), None)).unwrap();
    let loader = "src=\"https://consent.shop.example/c/v1/web/loader.00000002.js\"";
    assert!(snippet.head.contains(loader) && snippet.head.contains(" crossorigin defer>"), "{}", snippet.head);
    assert!(snippet.head.contains("\"choices\":\"https://consent.shop.example/c/v1/choices\""), "{}", snippet.head);
    assert!(snippet.head.contains("href=\"https://consent.shop.example/c/v1/decided.css\""), "{}", snippet.head);
    assert!(snippet.foot.contains("action=\"https://consent.shop.example/c/v1/choices\""), "{}", snippet.foot);
    for (directive, sources) in snippet.sources() {
        assert_eq!(
            sources.iter().any(|source| source == SERVICE),
            directive != "script-src",
            "{directive} {sources:?}"
        );
    }
    // Nothing is left where the service used to be.
    assert_eq!(host.browser().get("/consent/v1/manifest").status, 404);
    assert_eq!(host.browser().get("/.well-known/jwks.json").status, 200);
    let asset = host.browser().send("GET", "/c/v1/web/loader.00000002.js", &[("origin", SHOP)], b"").unwrap();
    assert_eq!(
        (asset.status, readable(&asset).0),
        (200, Some(SHOP)),
        "hashes of what comes from elsewhere are checked"
    );
}

#[test]
fn without_a_host_of_its_own_siblings_share_but_do_not_read() {
    let site = site().replace("endpoint = \"https://consent.shop.example/c/v1\"\n", "");
    let host = Host::open(&disk::folder("siblings-proxied"), &site, Hands::at(START), Mail::Outbox);
    let mut browser = host.browser();
    let reply = browser.json_with("/consent/v1/choices", &from(SHOP), &choice(&host.notice(), &all(true)));
    assert_eq!((reply.status, readable(&reply)), (201, (None, None)));
    let fields = [("notice", host.notice().as_str().to_owned()), ("lang", "en".into()), ("reject", "all".into())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let reply = browser.form("/consent/v1/choices", &from(SHOP), &[&fields[..], &[("return_to", "/en/")]].concat());
    assert_eq!(reply.header("location"), Some("/en/"));
}
