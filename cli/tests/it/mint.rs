//! `volens token mint`: tokens for tests, and how hard it is to make one that somebody believes.

use std::path::Path;

use serde_json::{Value, json};

use crate::run::{Ran, folder, text, volens, with_input};
use crate::site::site;

const ORIGIN: &str = "http://localhost:8080";

fn mint(folder: &Path, more: &[&str]) -> Ran {
    volens(&[&["token", "mint", "--site", text(&site(folder))], more].concat())
}

fn verify(jwks: &Path, at: &str, token: &str, more: &[&str]) -> Value {
    let args =
        ["token", "verify", "--jwks", text(jwks), "--issuer", ORIGIN, "--audience", ORIGIN, "--at", at, "--json"];
    with_input(&[&args[..], more].concat(), token.as_bytes()).json()
}

fn claims(token: &str) -> Value {
    with_input(&["token", "inspect", "--json"], token.as_bytes()).json()["claims"].clone()
}

/// A service's data folder with a key.
fn data(folder: &Path) -> std::path::PathBuf {
    let data = folder.join("data");
    assert_eq!(volens(&["keys", "generate", "--data", text(&data)]).code, 0);
    data
}

#[test]
fn a_test_gets_a_token_and_the_key_that_believes_it() {
    let folder = folder("mint");
    let jwks = folder.join("jwks.json");
    let at = "2026-11-22T08:00:00Z";
    let ran = mint(&folder, &["--grant", "analytics", "--at", at, "--jwks", text(&jwks)]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let good = verify(&jwks, at, &ran.out, &["--purpose", "analytics"]);
    assert_eq!((&good["valid"], &good["claims"]["sub"]), (&json!(true), &json!("test-subject")), "{good}");
    assert_eq!(verify(&jwks, "2027-05-21T08:00:00Z", &ran.out, &[])["code"], "expired");

    // Another call has another key.
    let other = mint(&folder, &["--grant", "analytics", "--at", at, "--json"]).json();
    assert_eq!(verify(&jwks, at, other["token"].as_str().unwrap(), &[])["code"], "unknown-key");
    std::fs::write(&jwks, other["jwks"].to_string()).unwrap();
    assert_eq!(verify(&jwks, at, other["token"].as_str().unwrap(), &[])["code"], "ok");

    // With nothing granted it is the refusal that all share.
    let refusal = mint(&folder, &["--at", at, "--json"]).json();
    assert_eq!((&refusal["claims"]["sub"], &refusal["claims"]["g"]), (&Value::Null, &json!({"analytics": 0})));
    let short = mint(&folder, &["--at", at, "--json", "--grant", "analytics", "--life", "60"]).json();
    assert_eq!(short["claims"]["exp"].as_i64().unwrap() - short["claims"]["iat"].as_i64().unwrap(), 60);
}

#[test]
fn a_services_own_key_signs_only_what_says_that_it_is_a_test() {
    let folder = folder("mint-own");
    let data = data(&folder);
    let keys = ["--keys", text(&data), "--grant", "analytics"];
    for (more, why) in [
        (&[][..], "--for-testing"),
        (&["--for-testing"], "--origin"),
        (&["--origin", ORIGIN], "--for-testing"),
        (
            &["--for-testing", "--origin", "https://other.example"],
            "found \"https://other.example\", expected the site's own",
        ),
        (&["--for-testing", "--origin", ORIGIN, "--life", "601"], "expected at most 600"),
        (&["--for-testing", "--origin", ORIGIN, "--at", "2020-01-01T00:00:00Z"], "--at"),
        (&["--for-testing", "--origin", ORIGIN, "--jwks", "f"], "--jwks"),
    ] {
        let ran = mint(&folder, &[&keys[..], more].concat());
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{more:?}");
        assert!(ran.err.contains(why), "{more:?}: {}", ran.err);
    }

    let ran = mint(&folder, &[&keys[..], &["--for-testing", "--origin", ORIGIN, "--subject", "anna"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("warning: ") && ran.err.contains("nobody gave this consent"), "{}", ran.err);
    let claims = claims(&ran.out);
    let number = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!(number("exp") - number("iat"), 600);
    assert_eq!((&claims["sub"], &claims["src"]), (&json!("test-anna"), &json!("support")));
    assert!(claims["jti"].as_str().unwrap().starts_with("test-"));
    let jwks = folder.join("jwks.json");
    std::fs::write(&jwks, volens(&["keys", "--data", text(&data), "--json"]).out).unwrap();
    let now = volens_server::Clock::now(&volens_server::SystemClock).to_string();
    assert_eq!(verify(&jwks, &now, &ran.out, &["--purpose", "analytics"])["code"], "ok");

    // Nothing was made on the way, and nothing private was said.
    let files = std::fs::read_dir(data.join("keys")).unwrap().count();
    assert_eq!(files, 1);
}

#[test]
fn what_cannot_be_minted_says_why() {
    let folder = folder("mint-bad");
    let unknown = mint(&folder, &["--json", "--grant", "newsletter"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (4, ""));
    assert!(
        unknown.err.contains("--grant: found newsletter") && unknown.err.contains(": analytics"),
        "{}",
        unknown.err
    );
    assert_eq!(mint(&folder, &["--json", "--lang", "fi"]).code, 4);
    assert_eq!(mint(&folder, &["--json", "--grant", "analytics", "--subject", "a b"]).code, 4);
    assert!(mint(&folder, &["--grant", "analytics"]).err.contains("--jwks"));
    let none = folder.join("none");
    let ran = mint(&folder, &["--keys", text(&none), "--for-testing", "--origin", ORIGIN]);
    assert_eq!((ran.code, none.exists()), (2, false), "{}", ran.err);
}
