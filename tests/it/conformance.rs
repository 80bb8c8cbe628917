//! The published vectors of `tests/vectors/token`: still what their generator writes, and read by others than us.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::outside::{node, outside_python};

/// A program that prints what is wrong and fails then.
fn passes(mut command: Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; `cargo xtask test` installs what tests need"));
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", said(&output.stdout), said(&output.stderr));
}

#[test]
fn the_generator_writes_the_same_bytes_again() {
    let mut make = outside_python("tests/vectors/token/make.py");
    make.arg("--check");
    passes(make);
}

#[test]
fn jose_answers_the_published_vectors() {
    passes(node("vectors.mjs"));
}

#[test]
fn pyjwt_answers_the_published_vectors() {
    passes(outside_python("tests/outside/vectors.py"));
}

/// Whether a reader of `cargo xtask differential` is content with one case that we answered so, of this many announced.
fn content(mut reader: Command, ours: &str, announced: u32) -> bool {
    let head = json!({ "jwks": { "keys": [] }, "issuer": "i", "audience": "a", "now": 0, "cases": announced });
    let case = json!({ "kind": "nonsense", "token": "a.b.c", "ours": ours });
    let mut child = reader.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{head}\n{case}\n").as_bytes()).unwrap();
    child.wait().unwrap().success()
}

#[test]
fn both_readers_notice_what_only_we_accept_and_what_never_arrives() {
    let readers: [fn() -> Command; 2] =
        [|| node("differential.mjs"), || outside_python("tests/outside/differential.py")];
    for reader in readers {
        assert!(content(reader(), "malformed", 1));
        assert!(!content(reader(), "ok", 1));
        assert!(!content(reader(), "malformed", 2));
    }
}
