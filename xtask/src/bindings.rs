//! `cargo xtask bindings`: the verifier for JavaScript and Python, each built, and run through every published vector.

pub(crate) mod js;
pub(crate) mod python;

use clap::ValueEnum;

use crate::count::Count;
use crate::failure::Outcome;
use crate::place::Place;
use crate::setup::node::{self, Node};
use crate::setup::python as pythons;
use crate::turn;

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Node and edge workers: `target/dist/npm-verify`.
    Js,
    /// Python: a wheel in `target/dist/python`.
    Python,
}

/// Builds and tests one of them, or both; installs what is missing.
pub(crate) fn run(place: &Place, only: Option<Language>) -> Outcome {
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
    Ok(())
}
