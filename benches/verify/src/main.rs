//! What it costs to verify one token, beside what others take for it: `cargo xtask bench verify`.
//!
//! Every contender is shown a true token and spoilt ones before it is timed, and one that answers falsely stops the run.
//! Then all take turns of some milliseconds, round after round, in one process and on one thread.

mod others;
mod ours;
mod promises;
mod report;
mod scaling;
mod tokens;
mod turns;

use std::process::ExitCode;

use clap::Parser;

use report::Report;
use tokens::{Signer, claims, minted};

/// Measures, prints tables, and fails if a promise is broken.
#[derive(Debug, Parser)]
struct Arguments {
    /// How often each contender has its turn; two threads against one a quarter as often.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let Arguments { rounds, json } = Arguments::parse();
    let mut contenders = vec![ours::raw()];
    contenders.extend(ours::cold());
    contenders.extend(others::all());
    contenders.extend(ours::warm());
    contenders.extend(ours::refusals());
    turns::take(&mut contenders, rounds);
    let scaling = scaling::measure(rounds.div_ceil(4));
    let promises = promises::promises(&contenders, &scaling);
    let report = Report { rounds, bytes: minted(&claims(0), Signer::Issuer).len(), contenders, scaling, promises };
    if json {
        println!("{:#}", report.json());
    } else {
        print!("{}", report.markdown());
    }
    match report.broken() {
        0 => ExitCode::SUCCESS,
        broken => {
            eprintln!("{broken} of {} promises broken", report.promises.len());
            ExitCode::FAILURE
        }
    }
}
