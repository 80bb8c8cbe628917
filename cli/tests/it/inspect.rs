//! `volens token inspect`, on good tokens and on whatever comes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::run::{repository, with_input};

fn vectors() -> Vec<Value> {
    let path = repository().join("tests/vectors/token.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn good() -> String {
    vectors()[0]["token"].as_str().unwrap().to_owned()
}

fn inspect(token: impl AsRef<[u8]>) -> (i32, Value) {
    let ran = with_input(&["token", "inspect", "--json"], token.as_ref());
    (ran.code, ran.json())
}

fn with(header: &str, claims: &str) -> String {
    format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims), "A".repeat(86))
}

/// Where something is wrong, and its code.
fn wrong(token: impl AsRef<[u8]>) -> Vec<(String, String)> {
    let (code, seen) = inspect(token);
    let problems = seen["problems"].as_array().unwrap();
    assert_eq!(code, i32::from(!problems.is_empty()));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    problems.iter().map(|problem| (text(&problem["at"]), text(&problem["code"]))).collect()
}

#[test]
fn a_good_token_for_people() {
    let ran = with_input(&["token", "inspect"], (good() + "\n").as_bytes());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("UNVERIFIED: "), "{}", ran.out);
    for line in
        ["  alg          \"EdDSA\"\n", "  exp          1810845630  2027-05-20T20:40:30Z\n", "  g.marketing  0\n"]
    {
        assert!(ran.out.contains(line), "{line:?} in {}", ran.out);
    }
}

#[test]
fn a_good_token_for_programs() {
    let (code, seen) = inspect(good());
    assert_eq!((code, &seen["verified"], &seen["signature_bytes"]), (0, &json!(false), &json!(64)));
    assert_eq!(seen["times"]["g.analytics"], "2026-11-21T20:40:30Z");
    assert_eq!((&seen["header"]["typ"], &seen["claims"]["jur"]), (&json!("consent+jwt"), &json!("eu")));
}

/// What the reader of tokens refuses by itself is never shown as sound; what only keys and context can refuse is.
#[test]
fn it_finds_what_the_vectors_hold() {
    let by_form = ["too-long", "malformed", "forbidden-header", "wrong-type", "wrong-alg"];
    let mut found = 0;
    for vector in vectors() {
        let expect = vector["expect"].as_str().unwrap();
        // A line end after the token is what `echo` adds.
        if vector["name"] == "a line end after it" {
            continue;
        }
        let problems = wrong(vector["token"].as_str().unwrap());
        if by_form.contains(&expect) {
            assert!(problems.iter().any(|(_, code)| code == expect), "{}: {problems:?}", vector["name"]);
            found += 1;
        }
        if expect == "ok" {
            assert_eq!(problems, [], "{}", vector["name"]);
        }
    }
    assert!(found > 20, "{found}");
}

#[test]
fn it_says_where() {
    let at = |token: &str| wrong(token).into_iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>();
    let (header, claims) = (r#"{"alg":"EdDSA","kid":"k","typ":"consent+jwt"}"#, "{}");
    assert_eq!(at(&with(header, claims)), ["claims malformed"]);
    assert_eq!(
        at(&with(r#"{"alg":"none","typ":"JWT","crit":["exp"],"x":1}"#, claims)),
        [
            "header.kid malformed",
            "header.crit forbidden-header",
            "header.x malformed",
            "header.typ wrong-type",
            "header.alg wrong-alg",
            "claims malformed"
        ]
    );
    assert_eq!(at(&with("[", "[]")), ["header malformed", "claims malformed"]);
    assert_eq!(at(&good()[..good().len() - 2]), ["signature bad-signature"]);
    let (_, seen) = inspect(with(header, r#"{"iss":"a","aud":"a","iat":1,"exp":"1"}"#));
    assert_eq!(seen["problems"][0]["message"], "invalid type: string \"1\", expected i64 at line 1 column 38");
    assert_eq!(seen["claims"]["exp"], "1");
}

#[test]
fn it_never_stops_at_a_strange_token() {
    let deep = with("{}", &"[".repeat(5000));
    let mut strange = vec![Vec::new(), b".".to_vec(), b"...".to_vec(), b"\xff.\xfe.\x00".to_vec(), deep.into_bytes()];
    strange.push(vec![b'a'; 1_000_000]);
    let token = good();
    strange.extend((0..token.len()).step_by(7).map(|end| token.as_bytes()[..end].to_vec()));
    for token in strange {
        assert!(!wrong(&token).is_empty(), "{}", String::from_utf8_lossy(&token));
    }
}

/// A stranger's token moves no cursor and turns no text.
#[test]
fn a_terminal_sees_no_control_characters() {
    let token = with("{}", "{\"a\\u001b[2J\":\"\u{202e}\u{9b}31m\\u009b\",\"g\":{\"\\u0007\":1}}");
    for more in [&[][..], &["--json"]] {
        let out = with_input(&[&["token", "inspect"], more].concat(), token.as_bytes()).out;
        assert!(!out.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{out:?}");
    }
}
