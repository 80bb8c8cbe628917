//! `cargo xtask bench verify`: verifying one token, ours beside others, in one process. What is measured, and how, is
//! `benches/verify/`, a workspace of its own: nothing else needs the libraries it compares with.

use std::process::Command;

use super::Json;
use crate::cargo::cargo;
use crate::failure::Outcome;
use crate::place::Place;
use crate::step;

/// Builds it, some minutes the first time, and lets every contender have its turn.
pub(super) fn run(place: &Place, json: Json, rounds: Option<u16>) -> Outcome {
    let folder = place.root().join("benches").join("verify");
    let output = place.target().join("bench-verify");
    let mut build = cargo(place, &["build", "--release", "--locked", "--target-dir"]);
    step::loud("Verifiers' benchmark: building", build.arg(&output).current_dir(&folder))?;
    let mut bench = Command::new(output.join("release").join("volens-bench-verify"));
    if let Some(rounds) = rounds {
        bench.args(["--rounds", &rounds.to_string()]);
    }
    if json == Json::Yes {
        bench.arg("--json");
    }
    step::loud("Verifiers' benchmark", &mut bench)
}
