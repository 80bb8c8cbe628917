//! Readers that are not ours: npm's `jose` and Python's PyJWT know the token from its JWKS alone, and JavaScript's own
//! JSON and SHA-256 make the same notices.

use crate::support::browser::all;
use crate::support::disk;
use crate::support::host::{DAY, Hands, Host, ORIGIN, SITE};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use volens_server::mail::Mail;
use volens_verify::{Clock as _, SystemClock};

/// A question to an outside verifier, and what it has to say: accepted or not.
struct Case {
    what: &'static str,
    token: String,
    audience: &'static str,
    accepted: bool,
}

/// These verifiers read the system's clock, so the service does too, a minute behind.
fn now() -> Hands {
    Hands::at(&SystemClock.now().plus_seconds(-60).to_string())
}

fn cases(test: &str) -> (Value, Vec<Case>) {
    let host = Host::open(&disk::folder(test), SITE, now(), Mail::Outbox);
    let mut browser = host.browser();
    browser.choose(&host.notice(), &[("analytics", true), ("marketing", false)]);
    let mut refuser = host.browser();
    refuser.choose(&host.notice(), &all(false));
    let jwks = host.browser().get("/.well-known/jwks.json").json();

    let elsewhere = Host::open(&disk::folder(&format!("{test}-elsewhere")), SITE, now(), Mail::Outbox);
    let mut foreign = elsewhere.browser();
    foreign.choose(&elsewhere.notice(), &all(true));
    // The same keys, half a year ago.
    let (data, clock) = (host.data.clone(), now());
    clock.forward(-181 * DAY);
    drop(host);
    let past = Host::open(&data, SITE, clock, Mail::Outbox);
    // Time in one store never runs back, so what this one records must come before the rest: a store of its own.
    let expired = {
        let folder = disk::folder(&format!("{test}-past"));
        copy_keys(&past, &folder);
        let clock = now();
        clock.forward(-181 * DAY);
        let past = Host::open(&folder, SITE, clock, Mail::Outbox);
        let mut browser = past.browser();
        browser.choose(&past.notice(), &all(true));
        browser.token().to_owned()
    };

    let token = browser.token().to_owned();
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
    let greedy = {
        let claims = String::from_utf8(URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        let greedy = claims.replace("\"marketing\":0", "\"marketing\":1");
        assert_ne!(greedy, claims);
        format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(greedy))
    };
    let flipped = {
        let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
        bytes[10] ^= 1;
        format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode(bytes))
    };
    let none = format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"consent+jwt"}"#));
    let case = |what, token: &str, audience, accepted| Case { what, token: token.into(), audience, accepted };
    let cases = vec![
        case("a grant", &token, ORIGIN, true),
        case("a refusal", refuser.token(), ORIGIN, true),
        case("for another audience", &token, "https://partner.example", false),
        case("expired", &expired, ORIGIN, false),
        case("of another key", foreign.token(), ORIGIN, false),
        case("with one more grant", &greedy, ORIGIN, false),
        case("with another signature", &flipped, ORIGIN, false),
        case("with no signature", &none, ORIGIN, false),
    ];
    (jwks, cases)
}

fn copy_keys(from: &Host, to: &std::path::Path) {
    std::fs::create_dir_all(to.join("keys")).unwrap();
    for entry in std::fs::read_dir(from.data.join("keys")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, to.join("keys").join(path.file_name().unwrap())).unwrap();
    }
}

/// Runs a program that reads JSON and answers in JSON. One that is missing is a failure, not a reason to look away.
pub(crate) fn ask(mut command: Command, question: &Value) -> Value {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; `cargo xtask test` installs what tests need"));
    child.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?} failed; is everything installed? `cargo xtask test` does it");
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(crate) fn node(script: &str) -> Command {
    let mut node = Command::new("node");
    node.arg(disk::repository().join("tests/outside").join(script));
    node
}

/// The Python of the tests, about to run a script of the repository.
pub(crate) fn outside_python(script: &str) -> Command {
    let found = |name: &str, other: PathBuf| std::env::var_os(name).map_or(other, PathBuf::from);
    let mut python = Command::new(found("VOLENS_PYTHON", "python3".into()));
    python
        .arg(disk::repository().join(script))
        .env("PYTHONPATH", found("VOLENS_PYTHONPATH", disk::repository().join("target/tools/python")));
    python
}

fn judged(command: Command, test: &str) {
    let (jwks, cases) = cases(test);
    let questions: Vec<Value> =
        cases.iter().map(|case| json!({ "token": case.token, "issuer": ORIGIN, "audience": case.audience })).collect();
    let answers = ask(command, &json!({ "jwks": jwks, "cases": questions }));
    let answers = answers.as_array().unwrap();
    assert_eq!(answers.len(), cases.len());
    for (case, answer) in cases.iter().zip(answers) {
        assert_eq!(answer.get("claims").is_some(), case.accepted, "{}: {answer}", case.what);
    }
    let claims = &answers[0]["claims"];
    assert_eq!((&claims["lang"], &claims["src"]), (&json!("en"), &json!("banner")));
    assert_eq!((claims["g"]["analytics"] == claims["iat"], &claims["g"]["marketing"]), (true, &json!(0)));
    assert_eq!(answers[1]["claims"].get("sub"), None);
}

#[test]
fn jose_verifies_the_token_from_the_jwks_alone() {
    judged(node("jose.mjs"), "jose");
}

#[test]
fn pyjwt_verifies_the_token_from_the_jwks_alone() {
    judged(outside_python("tests/python/pyjwt.py"), "pyjwt");
}

#[test]
fn javascript_makes_the_same_hashes() {
    let answers = ask(node("hashes.mjs"), &crate::vectors::hashes());
    assert_eq!(answers, json!([]), "each entry is one that JavaScript sees otherwise");
}
