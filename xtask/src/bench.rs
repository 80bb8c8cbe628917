//! `cargo xtask bench`: benchmarks, contenders side by side in one run.

mod verify;
mod widget;

use clap::ValueEnum;

use crate::cargo::cargo;
use crate::failure::Outcome;
use crate::place::Place;
use crate::step;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bench {
    /// Questions to timelines and folds over records, beside a plain scan; from 10³ to 10⁷ records, some 6 GB of memory.
    Core,
    /// Our banner beside others on one page, in Chromium on a slow phone and network; fails if a promise is broken.
    Widget,
    /// Verifying a token, ours beside jsonwebtoken, jwt-simple and pasetors; fails if a promise is broken.
    Verify,
}

/// How often each contender of the widget's benchmark has its turn, unless said.
const ROUNDS: u16 = 9;

/// Runs one benchmark, or all. `rounds`: how often each contender has its turn, where several do.
pub(crate) fn run(place: &Place, name: Option<Bench>, json: Json, rounds: Option<u16>) -> Outcome {
    for bench in Bench::value_variants().iter().filter(|bench| name.is_none_or(|name| name == **bench)) {
        match bench {
            Bench::Core => core(place, json)?,
            Bench::Widget => widget::run(place, json, rounds.unwrap_or(ROUNDS))?,
            Bench::Verify => verify::run(place, json, rounds)?,
        }
    }
    Ok(())
}

fn core(place: &Place, json: Json) -> Outcome {
    let mut command = cargo(place, &["bench", "--locked", "--package", "volens-core", "--bench", "timeline"]);
    if json == Json::Yes {
        command.args(["--", "--json"]);
    }
    step::loud("cargo bench, volens-core", &mut command)
}

/// How the figures are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Yes,
    No,
}
