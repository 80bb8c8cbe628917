//! `cargo xtask bindings`: the verifier for JavaScript and Python, each built, and run through every published vector.

pub(crate) mod js;
pub(crate) mod python;

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cargo::cargo;
use crate::count::Count;
use crate::failure::Outcome;
use crate::place::Place;
use crate::setup::node::{self, Node};
use crate::setup::python as pythons;
use crate::step;
use crate::turn;

/// Workspaces of their own, built by nothing else.
pub(crate) const WORKSPACES: [&str; 2] = ["bindings/js", "bindings/python"];

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Node and edge workers: `target/dist/npm-verify`.
    Js,
    /// Python: a wheel in `target/dist/python`.
    Python,
}

/// Cargo in each of the workspaces, in a target folder of their own.
fn each(place: &Place, what: &str, arguments: &[&str]) -> Outcome {
    WORKSPACES.iter().try_for_each(|workspace| {
        let mut command = cargo(place, arguments);
        command.current_dir(place.root().join(workspace)).env("CARGO_TARGET_DIR", target(place));
        step::loud(&format!("{what}, {workspace}"), &mut command)
    })
}

/// Where they are built for this machine.
fn target(place: &Place) -> PathBuf {
    place.target().join("bindings").join("cargo")
}

/// Checks both, builds and tests one of them or both; installs what is missing.
pub(crate) fn run(place: &Place, only: Option<Language>) -> Outcome {
    each(place, "cargo fmt --check", &["fmt", "--check"])?;
    each(place, "cargo clippy", &["clippy", "--all-targets", "--locked", "--", "--deny", "warnings"])?;
    let mut count = Count::default();
    if only != Some(Language::Python) {
        let node = {
            let _alone = turn::wait(place)?;
            let node = Node::find_or_install_npm(node::FOR_TESTING, place)?;
            // One TypeScript for all tests.
            node.install("Browser tests", &place.browser_tests(), place)?;
            node
        };
        js::run(place, &node, &mut count)?;
    }
    if only != Some(Language::Js) {
        let python = {
            let _alone = turn::wait(place)?;
            pythons::find_or_install(place)?.program
        };
        python::run(place, &python, &mut count)?;
    }
    println!("\n{} passed, {} failed", count.passed, count.failed);
    Ok(())
}
