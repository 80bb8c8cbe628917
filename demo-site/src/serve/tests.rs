//! The whole site, asked without a network.

use std::path::PathBuf;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use tower::ServiceExt as _;
use volens_core::site::{Anchor, Retention};

use super::*;

/// A site in a folder of its own that goes with it.
struct Bench {
    router: Router,
    folder: PathBuf,
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn cookie(&self) -> &str {
        self.header(SET_COOKIE.as_str()).split(';').next().unwrap()
    }
}

impl Bench {
    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("volens-demo-{}", crate::random::hex16().unwrap()));
        let web = folder.join("web");
        std::fs::create_dir_all(&web).unwrap();
        let files = [
            "gate.js",
            "local.js",
            "signals.js",
            "loader.js",
            "glue.js",
            "wasm.wasm",
            "banner_css.css",
            "center_css.css",
        ];
        let listed: Vec<String> = files
            .iter()
            .map(|file| {
                let text = match *file {
                    "gate.js" | "local.js" => "gate(__GATE__)",
                    "signals.js" => "signals(__SIGNALS__)",
                    _ => "",
                };
                std::fs::write(web.join(file), text).unwrap();
                let name = file.split('.').next().unwrap();
                format!("\"{name}\":{{\"file\":\"{file}\",\"sri\":\"sha256-AAAA\"}}")
            })
            .collect();
        std::fs::write(web.join("assets.json"), format!("{{{}}}", listed.join(","))).unwrap();
        let site = Site::parse("site.toml", &site_toml(9000)).unwrap_or_else(|errors| panic!("{errors}"));
        let service = Service::open(volens_server::Options::new(site, folder.join("data"), web.clone())).await.unwrap();
        let assets = Assets::new();
        let addresses = Addresses {
            origin: "http://localhost:9000".to_owned(),
            provider: "http://127.0.0.1:9001".to_owned(),
            css: assets.css.clone(),
            icon: assets.icon.clone(),
        };
        let web = volens_widget::page::Assets::load(&web, WEB).unwrap();
        let app = App::build(service, addresses, web).await.unwrap();
        Self { router: site_router(app, assets), folder }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.ask_from("127.0.0.1:5000", method, path, headers, body).await
    }

    async fn ask_from(&self, peer: &str, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let peer: SocketAddr = peer.parse().unwrap();
        let mut request = Request::builder().method(method).uri(path).extension(ConnectInfo(peer));
        for (name, value) in [("host", "localhost:9000")].iter().chain(headers) {
            request = request.header(*name, *value);
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], "").await
    }

    async fn send(&self, path: &str, cookie: &str, site: &str, form: &str) -> Answer {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.ask(Method::POST, path, &[("sec-fetch-site", site), (COOKIE.as_str(), cookie), kind], form).await
    }
}

#[tokio::test]
async fn every_page_asks_and_lets_take_back_under_a_strict_policy_with_the_same_bytes_for_all() {
    let bench = Bench::new().await;
    for lang in ["en", "sv", "da"] {
        for slug in ["", "article", "newsletter", "cookies", "privacy", "support", "account"] {
            let path = format!("/{lang}/{slug}");
            let new = bench.get(&path).await;
            assert_eq!(new.status, StatusCode::OK, "{path}");
            for part in ["id=\"cookie-settings\"", "data-volens=\"banner\"", "<html lang=\"", "hreflang=\"da\""] {
                assert!(new.body.contains(part), "{path} has no {part}");
            }
            let policy = new.header("content-security-policy");
            assert!(policy.contains("script-src 'sha256-") && policy.contains("'strict-dynamic'"), "{policy}");
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
            assert!(policy.contains("connect-src 'self' http://127.0.0.1:9001;"), "{policy}");
            assert_eq!(new.header("vary"), "", "{path}");
            assert_eq!(new.header("set-cookie"), "", "{path}");

            let cookies = [(COOKIE.as_str(), "__Host-volens=1.AAAAAAAA.000; __Host-consent=x.y.z; nv_views=1")];
            let back = bench.ask(Method::GET, &path, &cookies, "").await;
            assert_eq!(back.body, new.body, "{path}");
        }
    }
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let bench = Bench::new().await;
    let etag = bench.get("/sv/privacy").await.header("etag").to_owned();
    let again = bench.ask(Method::GET, "/sv/privacy", &[("if-none-match", &etag)], "").await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
}

#[tokio::test]
async fn the_start_depends_on_the_language_and_says_so() {
    let bench = Bench::new().await;
    let start = bench.ask(Method::GET, "/", &[("accept-language", "da, en;q=0.5")], "").await;
    assert_eq!((start.status, start.header("location")), (StatusCode::FOUND, "/da/"));
    assert_eq!(start.header("vary"), "Accept-Language");
    assert_eq!(bench.get("/sv").await.header("location"), "/sv/");
    let missing = bench.get("/sv/nothing").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.body.contains("Sidan finns inte"));
}

#[tokio::test]
async fn the_policies_are_editions_of_their_own() {
    let bench = Bench::new().await;
    let [en, sv, da] = [bench.get("/en/privacy").await, bench.get("/sv/privacy").await, bench.get("/da/privacy").await];
    assert!(en.body.contains("Version 3.2") && en.body.contains("1 September 2026"));
    assert!(sv.body.contains("Version 3.1") && sv.body.contains("15 juni 2026"));
    assert!(da.body.contains("Version 2.4") && da.body.contains("1. oktober 2026"));
    assert!(
        en.body.contains("Partner portal") && !sv.body.contains("artnerportal") && !da.body.contains("artnerportal")
    );
    assert!(sv.body.contains("Kundundersökning") && !da.body.contains("undersøgelse"));
    for (page, letter, invoice) in [
        (&en, "Until 1 month after you unsubscribe", "7 years"),
        (&sv, "Till 1 månad efter att du avslutat", "7 år"),
        (&da, "Til 1 måned efter, at du har afmeldt dig", "5 år"),
    ] {
        assert!(page.body.contains(letter) && page.body.contains(invoice));
        // The record of a choice has a section of its own, to which the purposes point.
        assert!(page.body.contains("id=\"choice\"") && page.body.matches("href=\"#choice\"").count() == 2);
    }
    assert!(en.body.contains("Turmwacht Datenschutz GmbH") && da.body.contains("Datatilsynet"));
}

#[tokio::test]
async fn each_switch_of_the_account_is_saved_for_itself() {
    let bench = Bench::new().await;
    let signed_in = bench.send("/en/account/sign-in", "", "same-origin", "email=Kim%40example.com").await;
    assert_eq!((signed_in.status, signed_in.header(LOCATION.as_str())), (StatusCode::SEE_OTHER, "/en/account"));
    let cookie = signed_in.cookie();
    let checked = async |switch: &str| {
        let page = bench.ask(Method::GET, "/en/account", &[(COOKIE.as_str(), cookie)], "").await;
        assert!(page.body.contains("<strong>kim@example.com") && page.header("cache-control").contains("no-store"));
        page.body.contains(&format!("name=\"{switch}\" value=\"on\" checked"))
    };
    assert!(!checked("marketing_mail").await && !checked("licence_reminder").await);

    let form = "marketing_mail=on&licence_reminder=on";
    let foreign = bench.send("/en/account/preferences", cookie, "cross-site", form).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert!(!checked("marketing_mail").await);

    let saved = bench.send("/en/account/preferences", cookie, "same-origin", form).await;
    assert_eq!(saved.header(LOCATION.as_str()), "/en/account?saved");
    assert!(checked("marketing_mail").await && checked("licence_reminder").await);

    bench.send("/en/account/preferences", cookie, "same-origin", "licence_reminder=on").await;
    assert!(!checked("marketing_mail").await && checked("licence_reminder").await);

    bench.send("/en/account/sign-out", cookie, "same-origin", "").await;
    let out = bench.ask(Method::GET, "/en/account", &[(COOKIE.as_str(), cookie)], "").await;
    assert!(!out.body.contains("<strong>kim@example.com") && out.body.contains("account/sign-in"));
}

#[tokio::test]
async fn what_is_for_this_computer_is_hidden_from_others() {
    let bench = Bench::new().await;
    for path in ["/demo/outbox", "/demo/views"] {
        assert_eq!(bench.get(path).await.status, StatusCode::OK);
        let other = bench.ask_from("192.0.2.7:5000", Method::GET, path, &[], "").await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
        let proxied = bench.ask(Method::GET, path, &[("x-forwarded-for", "192.0.2.7")], "").await;
        assert_eq!(proxied.status, StatusCode::NOT_FOUND);
    }
}

/// What the policies say in words, `site.toml` says in periods.
#[test]
fn an_address_goes_a_month_after_the_withdrawal_and_the_proof_stays_by_a_criterion() {
    let site = Site::parse("site.toml", &site_toml(8080)).unwrap_or_else(|errors| panic!("{errors}"));
    let kept = |class: &str| &site.data_classes().values().find(|found| found.id.as_str() == class).unwrap().retention;
    assert!(matches!(
        kept("newsletter").as_slice(),
        [Retention::Period { period, from: Anchor::Withdrawal }] if period.to_string() == "P1M"
    ));
    assert!(matches!(kept("proof").as_slice(), [Retention::Criterion(_)]));
    assert!(matches!(kept("invoices").as_slice(), [Retention::Period { .. }, Retention::Criterion(_)]));
}

#[test]
fn the_site_lists_what_it_and_the_providers_set() {
    let site = Site::parse("site.toml", &site_toml(8080)).unwrap_or_else(|errors| panic!("{errors}"));
    let listed = |name: &str| {
        site.cookies().iter().any(|cookie| match cookie.name.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => cookie.name == name,
        })
    };
    for (source, names) in [
        (include_str!("../../provider/analytics.js"), vec!["_nvi_id", "_nvi_visit", "nvi.first"]),
        (include_str!("../../provider/marketing.js"), vec!["_nvm_autumn26", "nvm.seen", "nvm-audience"]),
        (include_str!("../../provider/player.js"), vec!["granit.volume"]),
        (include_str!("../provider.rs"), vec!["lysning_uid", "reachlane_id", "granit_session"]),
        (include_str!("../views.rs"), vec!["nv_views"]),
        (include_str!("../sessions.rs"), vec!["nordvakt_session"]),
    ] {
        for name in names {
            assert!(source.contains(name), "nothing sets {name} any more");
            assert!(listed(name), "site.toml does not list {name}");
        }
    }
}
