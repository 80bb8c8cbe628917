//! The workspace's own commands: `cargo xtask demo`, `test`, `dist`, `bench` and others.

mod assets;
mod bench;
mod bindings;
mod cargo;
mod count;
mod demo;
mod deny;
mod differential;
mod digest;
mod dist;
mod embedding;
mod examples;
mod failure;
mod fuzz;
mod inherited;
mod licences;
mod minify;
mod mutants;
mod nostd;
mod notices;
mod npm;
mod place;
mod semver;
mod setup;
mod sizes;
mod stamp;
mod step;
mod test;
mod tree;
mod turn;
mod wasm;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Outcome;
use place::Place;

/// Builds, runs and tests Volens. Each command first finds or installs what it needs.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build and start the example site.
    Demo {
        /// The site's port; its pretended providers take the next one.
        #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65534))]
        port: u16,
        /// Where records and keys are kept [default: `demo-data` in the target folder].
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Run every check; installs Chromium and the outside verifiers if they are missing.
    Test {
        /// Only these, after set-up.
        #[arg(value_enum)]
        stages: Vec<test::Stage>,
    },
    /// Build `target/dist`, print its sizes, fail over budget.
    Dist {
        /// Also print which crates the WASM file's code comes from.
        #[arg(long)]
        by_crate: bool,
    },
    /// Drive every example and recipe for embedding; installs nginx, Caddy, PHP and Django if they are missing.
    Examples,
    /// Build only the browser's files, into `target/web`.
    Web,
    /// Measure speed, contenders side by side in one run.
    Bench {
        /// Only this.
        #[arg(value_enum)]
        name: Option<bench::Bench>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// How often each contender has its turn [default: 9 of `widget`, 1,000 of `verify`]; not of `core`.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        rounds: Option<u16>,
    },
    /// Mutate tokens and see that whatever we accept, npm's jose and Python's PyJWT accept too.
    Differential {
        /// How many tokens.
        #[arg(long, default_value_t = differential::CASES, value_parser = clap::value_parser!(u32).range(1..))]
        cases: u32,
        /// Other tokens.
        #[arg(long, default_value_t = differential::SEED)]
        seed: u64,
    },
    /// Spoil what strangers send, and see that nothing panics and nothing false is believed; a minute if no end is asked
    /// for.
    Fuzz {
        /// Only this.
        #[arg(long, value_enum)]
        target: Option<fuzz::Target>,
        /// How often each target is run.
        #[arg(long)]
        executions: Option<u64>,
        /// How many seconds all targets have together.
        #[arg(long)]
        seconds: Option<u64>,
        /// The same seed makes the same run.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Flip every bit of 1,000 tokens, one at a time, and see each refused: minutes.
    Flips,
    /// Build the verifier for JavaScript and Python, and run every published vector with it.
    Bindings {
        /// Only this.
        #[arg(value_enum)]
        language: Option<bindings::Language>,
    },
    /// Build the verifier for a machine without a standard library.
    Nostd,
    /// Licences, origins and bans of all dependencies by cargo-deny itself, which is built first: long.
    Deny {
        /// Known faults of dependencies too: fetches their list.
        #[arg(long)]
        advisories: bool,
    },
    /// See that volens-verify's interface names no foreign types but those meant, and breaks nothing since a commit.
    Semver {
        /// The commit, tag or branch to compare with.
        #[arg(long, default_value = semver::BASELINE)]
        baseline: String,
    },
    /// Print what `volens-verify` is built from, and see that docs/dependencies.md says what each crate is for.
    Tree,
    /// Change the rule of the timeline in every way that cargo-mutants knows, and see that tests notice.
    Mutants,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Outcome {
    let place = Place::find()?;
    match task {
        Task::Demo { port, data } => demo::run(&place, port, data),
        Task::Test { stages } => test::run(&place, &stages),
        Task::Dist { by_crate } => {
            dist::run(&place)?;
            if by_crate { dist::by_crate(&place) } else { Ok(()) }
        }
        Task::Examples => embedding::run(&place),
        Task::Web => {
            let _alone = turn::wait(&place)?;
            assets::build(&place, assets::Need::Working)
        }
        Task::Bench { name, json, rounds } => {
            bench::run(&place, name, if json { bench::Json::Yes } else { bench::Json::No }, rounds)
        }
        Task::Differential { cases, seed } => differential::run(&place, cases, seed),
        Task::Fuzz { target, executions, seconds, seed } => {
            fuzz::run(&place, target, fuzz::Limits { executions, seconds, seed })
        }
        Task::Flips => fuzz::flips(&place),
        Task::Bindings { language } => bindings::run(&place, language),
        Task::Nostd => nostd::run(&place),
        Task::Deny { advisories } => {
            deny::run(&place, if advisories { deny::Advisories::Fetched } else { deny::Advisories::LeftOut })
        }
        Task::Semver { baseline } => semver::run(&place, &baseline),
        Task::Tree => tree::run(&place),
        Task::Mutants => mutants::run(&place),
    }
}
