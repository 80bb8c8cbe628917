//! `cargo xtask mutants`: whether the tests notice each change to the rule of the timeline.

use std::process::Command;

use crate::cargo::cargo;
use crate::failure::Outcome;
use crate::place::Place;
use crate::setup::in_path;
use crate::step;

const VERSION: &str = "27.1.0";
/// The rule, and what folds by it.
const FILES: [&str; 4] = ["timeline.rs", "timeline/view.rs", "current.rs", "standings.rs"];

/// Installs cargo-mutants if it is missing, and runs the tests of the timeline against each mutant: most of an hour.
pub(crate) fn run(place: &Place) -> Outcome {
    let root = place.tools().join("mutants");
    let own = root.join("bin").join("cargo-mutants");
    let program = if own.is_file() { own } else { in_path("cargo-mutants").unwrap_or(own) };
    if !program.is_file() {
        let mut install = cargo(place, &["install", "--locked", "--version", VERSION, "cargo-mutants", "--root"]);
        step::quiet("cargo-mutants", &place.tools().join("log").join("mutants.log"), install.arg(&root))?;
    }
    let mut mutants = Command::new(program);
    mutants.current_dir(place.root()).args(["mutants", "--package", "volens-core", "--no-shuffle", "--output"]);
    mutants.arg(place.target());
    for file in FILES {
        mutants.arg("--file").arg(format!("core/src/{file}"));
    }
    step::loud("cargo mutants", mutants.args(["--", "--lib", "--test", "it", "--", "timeline", "naive", "folds"]))
}
