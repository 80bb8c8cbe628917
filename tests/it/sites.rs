//! Several sites in one service, told apart by the host that is asked for.

use crate::support::browser::{Browser, CHOICES, all, choice};
use crate::support::disk;
use crate::support::host::{Hands, SITE, START, wait};
use crate::support::{assets, process::Served};
use serde_json::json;
use std::future::IntoFuture as _;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use volens_core::site::Site;
use volens_core::{Known, NoticeHash, Timestamp};
use volens_server::{Options, Reader, Service, ServiceError, Sites};

fn shop() -> String {
    SITE.replace("http://localhost:8080", "https://shop.example")
        .replace("http://127.0.0.1:8080", "https://www.shop.example:8443")
}

/// Another site, with another notice.
fn club() -> String {
    SITE.replace("id = \"shop\"\norigins", "id = \"club\"\norigins")
        .replace("http://localhost:8080", "https://club.example")
        .replace("\"http://127.0.0.1:8080\"", "\"http://localhost\"")
        .replace("provider = \"Reach GmbH\"", "provider = \"Reach AG\"")
}

async fn open(data: &Path, text: &str) -> Service {
    let mut options = Options::new(Site::parse("site.toml", text).unwrap(), data.into(), assets::folder(data));
    let hands = Hands::at(START);
    options.clock = Arc::new(move || {
        hands.forward(1);
        hands.now()
    });
    Service::open(options).await.unwrap()
}

fn serve(router: axum::Router) -> SocketAddr {
    wait(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, router).into_future());
        address
    })
}

fn notice(text: &str) -> NoticeHash {
    Site::parse("site.toml", text).unwrap().notice()
}

#[test]
fn the_host_says_which_site() {
    let data = disk::folder("sites");
    let sites = wait(async { Sites::new([open(&data, &shop()).await, open(&data, &club()).await]).unwrap() });
    let address = serve(sites.router());
    let mut browser = Browser::new(address);
    let manifest =
        |host: &str| Browser::new(address).send("GET", "/consent/v1/manifest", &[("host", host)], b"").unwrap();
    for (host, id) in [
        ("shop.example", "shop"),
        ("SHOP.example:443", "shop"),
        ("www.shop.example:8443", "shop"),
        ("club.example", "club"),
        ("localhost:80", "club"),
    ] {
        assert_eq!(manifest(host).json()["site"], id, "{host}");
    }
    for host in ["www.shop.example", "shop.example.evil.example", "127.0.0.1", "shop.example:8443"] {
        let reply = manifest(host);
        assert_eq!(reply.problem(), (421, "unknown-host".into()), "{host}");
        let served = json!(["club.example", "localhost", "shop.example", "www.shop.example:8443"]);
        assert_eq!(reply.json()["hosts"], served);
    }
    for health in ["/healthz", "/readyz"] {
        assert_eq!(browser.get(health).status, 200, "asked by address");
    }

    // One store; what is said at one site is nothing to the other.
    let at = |host: &'static str| [("host", host), ("content-type", "application/json")];
    let body = choice(&notice(&shop()), &all(true)).to_string();
    let reply = browser.send("POST", CHOICES, &at("shop.example"), body.as_bytes()).unwrap();
    assert_eq!(reply.status, 201, "{reply:?}");
    let (subject, claims) = (browser.subject(), browser.claims());
    assert_eq!((claims.iss.as_str(), claims.aud.as_str()), ("https://shop.example", "https://shop.example"));
    let status = |browser: &mut Browser, host: &'static str| {
        let state = browser.send("GET", CHOICES, &[("host", host)], b"").unwrap().json();
        state["purposes"]["analytics"]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&mut browser, "shop.example"), "granted");
    assert_eq!(status(&mut browser, "club.example"), "undecided", "another site's token is none");
    let foreign = browser.send("POST", CHOICES, &at("club.example"), body.as_bytes()).unwrap();
    assert_eq!(foreign.problem(), (409, "notice-not-current".into()), "nor is its notice");

    let later: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    let records = |site: &str| {
        let reader = Reader::open_site(&data, Some(site)).unwrap();
        let purpose = "analytics".parse().unwrap();
        (
            reader.statements().unwrap(),
            reader.evidence(&subject, &purpose, later, Known::Everything).unwrap().records.len(),
        )
    };
    assert_eq!((records("shop"), records("club")), ((1, 1), (0, 0)));
    for named in [None, Some("bakery")] {
        let error = Reader::open_site(&data, named).unwrap_err();
        assert_eq!(
            (error.code(), error.to_string().as_str()),
            ("which-site", "the store holds club, shop; expected one of them, by its id")
        );
    }
}

#[test]
fn a_whole_address_in_the_request_wins_over_its_host() {
    let data = disk::folder("sites-absolute");
    let sites = wait(async { Sites::new([open(&data, &shop()).await, open(&data, &club()).await]).unwrap() });
    let address = serve(sites.router());
    let site = |target: &str, host: &str| {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        ["shop", "club"].into_iter().find(|id| answer.contains(&format!("\"site\":\"{id}\""))).ok_or(answer)
    };
    assert_eq!(site("/consent/v1/manifest", "club.example").unwrap(), "club");
    assert_eq!(site("http://shop.example/consent/v1/manifest", "club.example").unwrap(), "shop");
    assert_eq!(site("http://Shop.example:80/consent/v1/manifest", "nobody.example").unwrap(), "shop");
    let other = site("http://nobody.example/consent/v1/manifest", "club.example").unwrap_err();
    assert!(other.starts_with("HTTP/1.1 421 ") && other.contains("unknown-host"), "{other}");
}

#[test]
fn a_link_of_one_site_opens_nothing_at_another() {
    let data = disk::folder("sites-links");
    let (shop, club) = wait(async { (open(&data, &shop()).await, open(&data, &club()).await) });
    let address = serve(Sites::new([shop.clone(), club]).unwrap().router());
    let url = shop.unsubscribe_url("S".repeat(22).parse().unwrap(), vec!["newsletter".parse().unwrap()]);
    let path = url.strip_prefix("https://shop.example").unwrap();
    let status = |host: &str| Browser::new(address).send("GET", path, &[("host", host)], b"").unwrap().status;
    assert_eq!((status("shop.example"), status("club.example")), (200, 410));
}

#[test]
fn two_sites_cannot_claim_one_host() {
    let data = disk::folder("sites-claims");
    let text = club().replace("https://club.example", "https://shop.example");
    let error = wait(async { Sites::new([open(&data, &shop()).await, open(&data, &text).await]).unwrap_err() });
    assert!(matches!(error, ServiceError::Site("two sites claim the same host")), "{error}");
    let twice = wait(async { Sites::new([open(&data, &shop()).await, open(&data, &shop()).await]).unwrap_err() });
    assert!(matches!(twice, ServiceError::Site("two sites have the same id")), "{twice}");
}

#[test]
fn the_command_serves_several() {
    let data = disk::folder("sites-command");
    let other = data.join("club.toml");
    std::fs::write(&other, club()).unwrap();
    let served = Served::start_with(&data, &shop(), &["--site", other.to_str().unwrap()]);
    let site = |host: &str| {
        served.browser().send("GET", "/consent/v1/manifest", &[("host", host)], b"").unwrap().json()["site"].clone()
    };
    assert_eq!((site("shop.example"), site("club.example")), (json!("shop"), json!("club")));
    assert_eq!(served.browser().get("/consent/v1/manifest").problem().0, 421);
}

#[test]
fn two_files_that_claim_one_thing_are_both_named() {
    let data = disk::folder("sites-files");
    let [one, other] = ["one.toml", "other.toml"].map(|name| data.join(name));
    std::fs::write(&one, shop()).unwrap();
    for (text, claim) in [
        (club().replace("https://club.example", "https://shop.example"), "the host shop.example"),
        (club().replace("id = \"club\"\norigins", "id = \"shop\"\norigins"), "the id \"shop\""),
    ] {
        std::fs::write(&other, text).unwrap();
        let output = std::process::Command::new(Served::binary())
            .args(["serve", "--listen", "127.0.0.1:0", "--site"])
            .args([
                one.as_os_str(),
                "--site".as_ref(),
                other.as_os_str(),
                "--data".as_ref(),
                data.join("data").as_os_str(),
            ])
            .output()
            .unwrap();
        let (one, other) = (one.display(), other.display());
        let expected = format!("volens: --site {other}: found {claim}, which {one} has too, expected it in one file\n");
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(4), expected));
    }
}
