//! The published vectors of `tests/vectors/token`: still what their generator writes, and read by others than us.

use std::process::Command;

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
