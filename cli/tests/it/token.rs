//! `volens token verify`, on the golden vectors.

use serde_json::{Value, json};

use crate::run::{Ran, folder, repository, text, with_input};

fn vectors() -> Value {
    let path = repository().join("tests/vectors/token.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn verify(name: &str, file: &Value, vector: &Value, input: &[u8], more: &[&str]) -> Ran {
    let jwks = folder(name).join("jwks.json");
    std::fs::write(&jwks, file["jwks"].to_string()).unwrap();
    let get = |name: &str| vector[name].as_str().or(file[name].as_str());
    let mut args = vec!["token", "verify", "--jwks", text(&jwks)];
    for (flag, name) in [("--issuer", "issuer"), ("--audience", "audience"), ("--at", "now")] {
        args.extend([flag, get(name).unwrap()]);
    }
    for (flag, value) in [("--purpose", vector["purpose"].as_str()), ("--controller", vector["controller"].as_str())] {
        args.extend(value.map(|value| [flag, value]).into_iter().flatten());
    }
    for notice in vector["notices"].as_array().into_iter().flatten() {
        args.extend(["--notice", notice.as_str().unwrap()]);
    }
    args.extend(more);
    with_input(&args, input)
}

#[test]
fn every_vector_gets_its_code() {
    let file = vectors();
    for vector in file["vectors"].as_array().unwrap() {
        let ran = verify("token-vectors", &file, vector, vector["token"].as_str().unwrap().as_bytes(), &["--json"]);
        let expect = vector["expect"].as_str().unwrap();
        // A line end after the token is what `echo` adds, so the command takes it; a second one it does not.
        let tolerated = vector["name"] == "a line end after it";
        let expect = if tolerated { "ok" } else { expect };
        let answer = ran.json();
        assert_eq!(answer["code"], expect, "{}", vector["name"]);
        assert_eq!(answer["valid"], expect == "ok");
        assert_eq!(ran.code, i32::from(expect != "ok"));
    }
}

#[test]
fn one_line_end_is_no_part_of_the_token() {
    let file = vectors();
    let good = &file["vectors"][0];
    let token = good["token"].as_str().unwrap();
    for (end, code) in [("", 0), ("\n", 0), ("\r\n", 0), ("\n\n", 1), (" ", 1)] {
        assert_eq!(verify("token-ends", &file, good, format!("{token}{end}").as_bytes(), &[]).code, code, "{end:?}");
    }
    let ran = verify("token-binary", &file, good, b"\xff\xfe", &["--json"]);
    assert_eq!((ran.code, &ran.json()["code"]), (1, &json!("malformed")));
    let ran = verify("token-flood", &file, good, &vec![b'a'; 1_000_000], &["--json"]);
    assert_eq!((ran.code, &ran.json()["code"]), (1, &json!("too-long")));
}

#[test]
fn for_people() {
    let file = vectors();
    let good = &file["vectors"][0];
    let token = good["token"].as_str().unwrap().as_bytes();
    let valid = verify("token-people", &file, good, token, &[]);
    assert_eq!(valid.out, "valid until 2027-05-20T20:40:30Z, granted: analytics\n");
    let asked = verify("token-people", &file, good, token, &["--purpose", "marketing"]);
    assert_eq!((asked.code, asked.out.as_str()), (1, "refused: not-granted: purpose marketing: not granted\n"));
    let claims = verify("token-people", &file, good, token, &["--json"]).json();
    assert_eq!(claims["claims"]["iss"], file["issuer"]);
}

#[test]
fn a_notice_may_begin_with_a_hyphen() {
    let file = vectors();
    let good = &file["vectors"][0];
    let token = good["token"].as_str().unwrap().as_bytes();
    let asked = ["--json", "--purpose", "analytics", "--notice", "-notice", "--notice", "--other"];
    let ran = verify("token-hyphen", &file, good, token, &asked);
    assert_eq!((ran.code, &ran.json()["code"]), (1, &json!("other-notice")));
}

#[test]
fn keys_that_cannot_be_used_are_no_refusal() {
    let file = vectors();
    let mut bad = file.clone();
    bad["jwks"]["keys"][0]["kid"] = json!("key-1");
    let ran = verify("token-keys", &bad, &file["vectors"][0], b"", &[]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.contains("jwks.json: keys[0]: \"kid\" is missing or is not"), "{}", ran.err);
    let args =
        ["token", "verify", "--jwks", "/nowhere", "--issuer", "i", "--audience", "a", "--at", "2026-11-21T00:00:00Z"];
    assert_eq!(with_input(&args, b"").code, 2);
}
