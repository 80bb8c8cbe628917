//! `--dev`: for browsers that drop `Secure` cookies on `http://localhost`, and for nobody else.

use crate::support::browser::{Browser, CHOICES, TOKEN, all, choice};
use crate::support::host::{ORIGIN, SITE};
use crate::support::process::Served;
use crate::support::{assets, disk};
use std::process::Command;
use volens_core::Timestamp;
use volens_core::site::Site;
use volens_core::token::UnverifiedToken;
use volens_verify::{KeySet, Verifier, VerifyError, dangerous};

fn start(name: &str) -> (Served, Browser) {
    let served = Served::start_with(&disk::folder(name), SITE, &["--dev"]);
    let mut browser = served.browser();
    let reply = browser.choose(&Site::parse("site.toml", SITE).unwrap().notice(), &all(true));
    assert_eq!(reply.status, 201, "{reply:?}");
    for cookie in reply.set_cookies() {
        assert!(
            cookie.starts_with("dev-") && !cookie.contains("Secure") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
    }
    assert!(reply.set_cookies()[0].contains("; HttpOnly"));
    (served, browser)
}

fn jwks(browser: &mut Browser) -> Vec<u8> {
    browser.get("/.well-known/jwks.json").body
}

#[test]
fn its_tokens_are_refused_where_visitors_are() {
    let (_served, mut browser) = start("dev");
    let token = browser.jar["dev-consent"].clone();
    assert_eq!(UnverifiedToken::parse(&token).unwrap().header().typ, "consent-dev+jwt");
    assert_eq!(browser.status("analytics"), "granted", "the service itself knows them");
    assert!(browser.get("/consent/v1/cookies?lang=en").text().contains("\"dev-consent\""), "listed under their names");

    let keys = jwks(&mut browser);
    let iat = UnverifiedToken::parse(&token).unwrap().claims().iat;
    let now = Timestamp::from_unix_seconds(iat + 1);
    let builder = || Verifier::builder().issuer(ORIGIN).audience(ORIGIN).keys(KeySet::from_jwks(&keys).unwrap());
    assert_eq!(builder().build().unwrap().verify_at(&token, now).unwrap_err(), VerifyError::WrongType);
    let here = dangerous::for_development(builder()).build().unwrap();
    here.verify_at(&token, now).unwrap();
    assert_eq!(
        here.verify_at(&live(&disk::folder("dev-live")), now).unwrap_err(),
        VerifyError::WrongType,
        "nor the other way"
    );
    // Its own cookie under the live name is nobody's.
    let state = browser.send("GET", CHOICES, &[("cookie", &format!("{TOKEN}={token}"))], b"").unwrap().json();
    assert_eq!(state["purposes"]["analytics"]["status"], "undecided");

    let file = disk::folder("dev-verify").join("jwks.json");
    std::fs::write(&file, &keys).unwrap();
    let mut command = Command::new(Served::binary());
    command.args(["token", "verify", "--issuer", ORIGIN, "--audience", ORIGIN, "--json", "--jwks"]).arg(&file);
    command.args(["--at", &now.to_string()]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), token.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), answer["code"].as_str()), (Some(1), Some("wrong-type")));
}

/// A token of the same site as visitors get it.
fn live(data: &std::path::Path) -> String {
    let served = Served::start(data, SITE);
    let mut browser = served.browser();
    let body = choice(&Site::parse("site.toml", SITE).unwrap().notice(), &all(true));
    assert_eq!(browser.json(CHOICES, &body).status, 201);
    browser.token().to_owned()
}

/// What `volens serve` says when it will not begin on a folder.
fn refused(data: &std::path::Path, more: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(Served::binary())
        .args(["serve", "--listen", "127.0.0.1:0", "--site"])
        .arg(data.join("site.toml"))
        .arg("--data")
        .arg(data)
        .arg("--web")
        .arg(assets::folder(data))
        .args(more)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_folder_holds_what_visitors_say_or_what_a_developer_clicks() {
    let data = disk::folder("dev-again");
    for _ in 0..2 {
        drop(Served::start_with(&data, SITE, &["--dev"]));
    }
    let expected = "the data folder was used for development; expected another one for visitors\n";
    assert_eq!(refused(&data, &[]), (Some(4), format!("volens: --data {}: {expected}", data.display())));

    let data = disk::folder("dev-never");
    live(&data);
    live(&data);
    let expected = (
        Some(4),
        format!(
            "volens: --data {}: {}\n",
            data.display(),
            "the data folder is that of a live service; expected another one for development"
        ),
    );
    assert_eq!(refused(&data, &["--dev"]), expected);
    assert_eq!(disk::count(&data, "statement"), 2, "nothing was written");
    // From before folders were marked.
    disk::sqlite(&data).execute("DROP TABLE stage", []).unwrap();
    assert_eq!(refused(&data, &["--dev"]), expected);
    live(&data);
}

#[test]
fn it_is_refused_for_a_site_that_visitors_reach() {
    let data = disk::folder("dev-refused");
    for (origins, elsewhere) in [
        ("\"https://shop.example\"", "https://shop.example"),
        ("\"http://localhost:8080\", \"https://localhost.example\"", "https://localhost.example"),
    ] {
        let file = data.join("site.toml");
        std::fs::write(&file, SITE.replace("\"http://localhost:8080\", \"http://127.0.0.1:8080\"", origins)).unwrap();
        let output = Command::new(Served::binary())
            .args(["serve", "--dev", "--listen", "127.0.0.1:0", "--site"])
            .arg(&file)
            .arg("--data")
            .arg(data.join("data"))
            .arg("--web")
            .arg(assets::folder(&data))
            .output()
            .unwrap();
        let expected =
            format!("volens: --dev: {} has {elsewhere}, expected localhost or a loopback address\n", file.display());
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(4), expected));
        assert!(!data.join("data").exists(), "nothing is made");
    }
}

#[test]
fn it_warns_at_its_start() {
    let data = disk::folder("dev-warns");
    let file = data.join("site.toml");
    std::fs::write(&file, SITE).unwrap();
    let mut child = Command::new(Served::binary())
        .args(["serve", "--dev", "--listen", "127.0.0.1:0", "--site"])
        .args([file.as_os_str(), "--data".as_ref(), data.as_os_str(), "--web".as_ref()])
        .arg(assets::folder(&data))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    child.kill().unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    let warning =
        "volens: warning: --dev: cookies travel in the clear and no back end takes these tokens; not for visitors\n";
    assert!(said.contains(warning), "{line}{said}");
}
