//! The whole way: `serve` records a choice, `keys` and `token verify` check its token, `evidence` proves it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::run::{command, folder, text, volens, with_input};
use crate::site::{site, web};

struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(folder: &Path) -> Self {
        let (site, web, data) = (site(folder), web(folder), folder.join("data"));
        let mut child = command()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--site", text(&site), "--web", text(&web), "--data", text(&data)])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("volens: consent for shop at http://").unwrap();
        let address = address.strip_suffix("/consent/v1").unwrap().to_owned();
        Self { child, address }
    }

    /// Sends one request and reads the whole answer: status, head, body.
    fn ask(&self, request: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let whole = format!(
            "{request} HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(whole.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_owned(), body.to_owned())
    }

    /// Asks it to end, as a service manager does.
    fn stop(mut self) -> i32 {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
    }
}

fn cookie<'a>(head: &'a str, name: &str) -> &'a str {
    let start = format!("set-cookie: {name}=");
    head.lines().find_map(|line| line.strip_prefix(start.as_str())).unwrap().split(';').next().unwrap()
}

#[test]
fn from_a_choice_to_its_proof() {
    let folder = folder("service");
    let served = Served::start(&folder);
    let data = folder.join("data");
    let manifest: Value = serde_json::from_str(&served.ask("GET /consent/v1/manifest?lang=en", "").2).unwrap();
    let choice =
        json!({"notice": manifest["notice"], "lang": "en", "purposes": {"analytics": true}, "control": "banner"});
    let (status, head, _) = served.ask("POST /consent/v1/choices", &choice.to_string());
    assert_eq!(status, 201, "{head}");
    let token = cookie(&head, "__Host-consent").to_owned();
    let claims: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    let subject = claims["sub"].as_str().unwrap();
    let (_, _, published) = served.ask("GET /.well-known/jwks.json", "");

    // The store can be read while the service runs.
    let evidence = |more: &[&str]| {
        let args = ["evidence", "--data", text(&data), "--purpose", "analytics"];
        volens(&[&args, more].concat())
    };
    let later = ["--at", "2099-01-01T00:00:00Z"];
    let proof = evidence(&[&["--subject", subject, "--json"][..], &later].concat()).json();
    assert_eq!(proof["because"], "expired");
    let since = proof["records"][0]["recorded_at"].as_str().unwrap();
    let proof = evidence(&["--subject", subject, "--json", "--at", since]).json();
    assert_eq!(
        (&proof["permitted"], &proof["because"], &proof["since"]),
        (&json!(true), &json!("granted"), &json!(since))
    );
    assert_eq!(proof["records"][0]["notice"], manifest["notice"]);
    assert!(proof["text"].is_object() && proof["material"].is_object(), "{proof}");
    let before = ["--subject", subject, "--json", "--at", since, "--known-at", "2020-01-01T00:00:00Z"];
    assert_eq!(evidence(&before).json()["because"], "unknown");
    let people = evidence(&["--subject", subject, "--at", since]);
    assert!(
        people.out.contains("answer   permitted: granted, since ") && people.out.contains("grant"),
        "{}",
        people.out
    );

    // What begins with a hyphen is a value like any other.
    let ran = evidence(&["--subject", "-0", "--json", "--at", since]);
    assert_eq!((ran.code, &ran.json()["because"]), (0, &json!("unknown")), "{}", ran.err);
    for whose in [["--email", "-o@example.org"], ["--account", "-o"]] {
        let ran = evidence(&[&whose[..], &["--at", since]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    }

    // Nobody knows the address; a missing store is another matter.
    let ran = evidence(&["--email", "nobody@example.org", "--at", since]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    let ran = volens(&["evidence", "--data", "/nowhere", "--subject", "s", "--purpose", "analytics", "--at", since]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("/nowhere"), "{}", ran.err);

    // The keys on disk are those published, and the token verifies with them.
    let jwks = volens(&["keys", "--data", text(&data), "--json"]);
    assert_eq!(jwks.json(), serde_json::from_str::<Value>(&published).unwrap());
    let file = folder.join("jwks.json");
    std::fs::write(&file, &jwks.out).unwrap();
    let origin = "http://localhost:8080";
    let verify = ["token", "verify", "--jwks", text(&file), "--issuer", origin, "--audience", origin, "--at", since];
    let ran = with_input(&[&verify[..], &["--purpose", "analytics"]].concat(), token.as_bytes());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    assert_eq!(served.stop(), 0);
}

/// The newest mail in the outbox that holds a link with this beginning: the link's path.
fn link(data: &Path, start: &str) -> String {
    let store = rusqlite::Connection::open(data.join("volens.sqlite")).unwrap();
    let mut select = store.prepare("SELECT mail FROM outbox ORDER BY id DESC").unwrap();
    let mails = select.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap).collect::<Vec<_>>();
    let mail = mails.iter().find(|mail| mail.contains(start)).unwrap();
    let link = &mail[mail.find(start).unwrap()..];
    link.split(|c: char| c.is_whitespace() || "\\\"<>".contains(c)).next().unwrap().to_owned()
}

/// A reader is found by the address, and the unsubscribe link ends the permission from then on.
#[test]
fn a_reader_is_found_by_address() {
    let folder = folder("service-mail");
    let served = Served::start(&folder);
    let data = folder.join("data");
    let subscription = json!({"email": "Reader@shop.example", "lang": "en"}).to_string();
    assert_eq!(served.ask("POST /consent/v1/newsletter/subscriptions", &subscription).0, 202);
    let evidence = |email: &str, at: &str| {
        let args = ["evidence", "--data", text(&data), "--purpose", "newsletter", "--json", "--at", at];
        volens(&[&args[..], &["--email", email]].concat())
    };
    let always = "2099-01-01T00:00:00Z";
    assert_eq!(evidence("Reader@shop.example", always).code, 1);
    let confirm = link(&data, "/consent/v1/newsletter/confirm/");
    assert_eq!(served.ask(&format!("POST {confirm}"), "").0, 200);
    let granted = evidence("Reader@SHOP.example", always).json();
    assert_eq!(granted["because"], "granted", "{granted}");
    let since = granted["since"].as_str().unwrap();

    let unsubscribe = link(&data, "/consent/v1/unsubscribe/");
    assert_eq!(served.ask(&format!("POST {unsubscribe}"), "List-Unsubscribe=One-Click").0, 200);
    let withdrawn = evidence("Reader@shop.example", always).json();
    assert_eq!(withdrawn["because"], "withdrawn", "{withdrawn}");
    let before = evidence("Reader@shop.example", since).json();
    assert_eq!((&before["permitted"], &before["until"]), (&json!(true), &withdrawn["since"]));
    assert_eq!(served.stop(), 0);
}

/// What `serve` prints before its first request: the line for people, and what it warns of.
fn begin(folder: &Path, site: &Path, more: &[&str]) -> (String, String) {
    let (web, data) = (web(folder), folder.join("data"));
    let mut child = command()
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(["--site", text(site), "--web", text(&web), "--data", text(&data)])
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    (line, String::from_utf8(output.stderr).unwrap())
}

/// The page promises a mail; where none can leave, whoever starts the service is told.
#[test]
fn a_service_that_sends_no_mail_says_so() {
    let folder = folder("service-warning");
    let path = site(&folder);
    let (line, warned) = begin(&folder, &path, &[]);
    assert!(line.starts_with("volens: consent for shop at "), "{line}");
    let expected = "volens: warning: no --smtp: mails are kept in the store's outbox and nobody gets them; \
                    give --smtp URL\n";
    assert_eq!(warned, expected);
    assert_eq!(begin(&folder, &path, &["--smtp", "smtp://127.0.0.1:1"]).1, "");
    let help = volens(&["serve", "--help"]).out;
    assert!(help.contains("Without --smtp no mail leaves") && help.contains("nobody gets them"), "{help}");

    // A site that asks for no address promises nobody a mail.
    let whole = std::fs::read_to_string(&path).unwrap();
    let devices = whole.replace("subject = \"address\"", "subject = \"device\"\nact.en = \"a\"\nact.sv = \"a\"");
    assert_ne!(whole, devices);
    std::fs::write(&path, devices).unwrap();
    assert_eq!(begin(&folder, &path, &[]).1, "");
}

#[test]
fn an_address_in_use_is_a_failure() {
    let folder = folder("service-port");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (site, web, data) = (site(&folder), web(&folder), folder.join("data"));
    let ran =
        volens(&["serve", "--listen", &address, "--site", text(&site), "--web", text(&web), "--data", text(&data)]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains(&format!("--listen {address}: ")), "{}", ran.err);
}
