//! `cargo xtask deny`: `cargo deny` itself, of which the stage `licences` checks a part without it.

use std::process::Command;

use crate::failure::Outcome;
use crate::inherited;
use crate::place::Place;
use crate::setup::cargo_tools::CargoTool;
use crate::step;

const DENY: CargoTool = CargoTool { name: "cargo-deny", version: "0.20.2" };

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advisories {
    /// Also known faults of dependencies; their list is fetched.
    Fetched,
    /// Only what this checkout says.
    LeftOut,
}

/// Licences, origins and bans of the workspace, by `deny.toml`. Duplicate versions are warnings there, and not shown.
pub(crate) fn run(place: &Place, advisories: Advisories) -> Outcome {
    let mut deny = Command::new(DENY.find_or_install(place)?);
    inherited::forget_xtask(&mut deny).current_dir(place.root());
    deny.args(["--log-level", "error", "--locked", "check", "bans", "licenses", "sources"]);
    if advisories == Advisories::Fetched {
        deny.arg("advisories");
    }
    step::loud("cargo deny", &mut deny)
}
