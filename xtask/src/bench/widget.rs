//! `cargo xtask bench widget`: our banner beside its peers, in a browser. What is measured, and how, is
//! `benches/widget/`, a npm workspace of its own: nothing else needs the peers.

use std::path::PathBuf;

use super::Json;
use crate::assets::{self, Need};
use crate::cargo::cargo;
use crate::failure::Outcome;
use crate::inherited;
use crate::place::Place;
use crate::setup::chromium;
use crate::setup::node::{self, Node};
use crate::step;
use crate::turn;

/// Builds what a site would serve, as a release ships it, and lets every contender have its turn.
pub(super) fn run(place: &Place, json: Json, rounds: u16) -> Outcome {
    let (node, chromium) = set_up(place)?;
    // Unoptimised: no figure waits for the service.
    step::loud(
        "Widget's benchmark: building `volens`",
        &mut cargo(place, &["build", "--package", "volens", "--locked"]),
    )?;
    let mut bench = node.command();
    inherited::forget_xtask(&mut bench)
        .current_dir(folder(place))
        .args(["run.mjs", "--rounds", &rounds.to_string()])
        .env("VOLENS_WEB", place.web())
        .env("VOLENS_BIN", place.binary("volens"))
        .env("VOLENS_CHROMIUM", chromium);
    if json == Json::Yes {
        bench.arg("--json");
    }
    step::loud("Widget's benchmark", &mut bench)
}

fn set_up(place: &Place) -> Outcome<(Node, PathBuf)> {
    let _alone = turn::wait(place)?;
    let node = Node::find_or_install_npm(node::FOR_TESTING, place)?;
    let chromium = chromium::find_or_install(place)?;
    node.install("Widget's benchmark", &folder(place), place)?;
    assets::build(place, Need::Small)?;
    Ok((node, chromium))
}

fn folder(place: &Place) -> PathBuf {
    place.root().join("benches").join("widget")
}
