//! `cargo xtask test`: every check there is, in the order in which they are cheap.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::assets::{self, Need};
use crate::cargo::cargo;
use crate::count::{self, Count};
use crate::differential;
use crate::dist;
use crate::examples;
use crate::failure::{During, Failure, Outcome};
use crate::inherited;
use crate::licences;
use crate::npm;
use crate::place::Place;
use crate::setup::chromium;
use crate::setup::node::{self, Node};
use crate::setup::python::{self, Python};
use crate::step;
use crate::tree;
use crate::turn;

/// What `cargo xtask test` does, one after the other. Set-up comes first whatever is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// `cargo fmt --check`.
    Format,
    /// Licences and origins of all dependencies, against deny.toml; what volens-verify is built from.
    Licences,
    /// clippy, warnings denied.
    Lint,
    /// rustdoc, warnings denied; an example for every public item of the core.
    Docs,
    /// Everything that later stages run.
    Build,
    /// Unit, property, doc and integration tests; mutated tokens against other readers.
    Tests,
    /// The files of a release and their budgets.
    Sizes,
    /// Flows in Chromium, and outside token readers.
    Browser,
}

impl Stage {
    /// None chosen is all; what runs binaries needs them built.
    fn is_due(self, chosen: &[Self]) -> bool {
        let runs_binaries = [Self::Tests, Self::Sizes, Self::Browser];
        chosen.is_empty()
            || chosen.contains(&self)
            || (self == Self::Build && chosen.iter().any(|stage| runs_binaries.contains(stage)))
    }
}

/// Features whose items are documented, beside those that the workspace uses itself.
const DOCUMENTED: &str = "volens-core/calendar,volens-verify/actix,volens-verify/refresh,volens-verify/tonic";

/// What set-up found or installed.
struct Ready {
    node: Node,
    python: Python,
    chromium: PathBuf,
}

/// Runs the chosen stages, or all; stops at the first that fails, and says what took how long either way.
pub(crate) fn run(place: &Place, chosen: &[Stage]) -> Outcome {
    let mut report = Report::default();
    let outcome = stages(place, chosen, &mut report);
    report.print();
    outcome
}

fn stages(place: &Place, chosen: &[Stage], report: &mut Report) -> Outcome {
    let ready = report.stage("set-up", |_| set_up(place))?;
    for stage in Stage::value_variants() {
        if stage.is_due(chosen) {
            let name = stage.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
            report.stage(&name, |count| one(place, &ready, *stage, count))?;
        }
    }
    Ok(())
}

fn set_up(place: &Place) -> Outcome<Ready> {
    let _alone = turn::wait(place)?;
    let node = Node::find_or_install_npm(node::FOR_TESTING, place)?;
    let chromium = chromium::find_or_install(place)?;
    let python = python::find_or_install(place)?;
    node.install("Browser tests", &place.browser_tests(), place)?;
    assets::build(place, Need::Small)?;
    Ok(Ready { node, python, chromium })
}

fn one(place: &Place, ready: &Ready, stage: Stage, count: &mut Count) -> Outcome {
    let cargo = |arguments: &[&str]| cargo(place, arguments);
    match stage {
        Stage::Format => step::loud("cargo fmt --check", &mut cargo(&["fmt", "--all", "--check"])),
        Stage::Licences => {
            licences::check(place)?;
            tree::check(place)
        }
        Stage::Lint => {
            let denied = ["--locked", "--", "--deny", "warnings"];
            step::loud("cargo clippy", cargo(&["clippy", "--workspace", "--all-targets"]).args(denied))?;
            // What only the browser runs, checked for this machine: no std for WASM is needed for that.
            let browsers =
                ["clippy", "--package", "volens-widget", "--lib", "--no-default-features", "--features", "csr"];
            step::loud("cargo clippy, the browser's part of the widget", cargo(&browsers).args(denied))
        }
        Stage::Docs => {
            let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked", "--features", DOCUMENTED]);
            step::loud("cargo doc", doc.env("RUSTDOCFLAGS", "--deny warnings"))?;
            examples::check(place)
        }
        // One selection of packages, so that features and with them dependencies are those of the tests.
        Stage::Build => {
            step::loud("cargo build", &mut cargo(&["build", "--workspace", "--bins", "--tests", "--locked"]))
        }
        Stage::Tests => {
            let mut test = cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]);
            counted("cargo test", ready.tell(place, &mut test), count::cargo_line, count)?;
            differential::compare(place, &ready.node, &ready.python, differential::FEW, differential::SEED)
        }
        Stage::Sizes => dist::ship_and_measure(place),
        Stage::Browser => browser(place, ready, count),
    }
}

fn browser(place: &Place, ready: &Ready, count: &mut Count) -> Outcome {
    npm::ship(place)?;
    let files = files(&place.browser_tests(), ".test.mjs")?;
    let mut node = ready.node.command();
    // Two files at a time: each has a site and a browser of its own, and two cores are what CI has.
    node.current_dir(place.root()).args(["--test", "--test-concurrency=2", "--test-reporter=spec"]).args(files);
    counted("node --test tests/browser", ready.tell(place, &mut node), count::node_line, count)
}

/// The tests in a folder, by the end of their names.
pub(crate) fn files(folder: &Path, end: &str) -> Outcome<Vec<PathBuf>> {
    let what = || format!("cannot read {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).during(what)? {
        let path = entry.during(what)?.path();
        if path.to_str().is_some_and(|name| name.ends_with(end)) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(format!("{} holds no *{end}", folder.display())));
    }
    Ok(files)
}

impl Ready {
    /// Tells tests where everything is; what a test needs and does not find is its failure.
    fn tell<'a>(&self, place: &Place, command: &'a mut Command) -> &'a mut Command {
        inherited::forget_xtask(command)
            .env("VOLENS_WEB", place.web())
            .env("VOLENS_NPM", npm::folder(place))
            .env("VOLENS_BIN", place.binary("volens"))
            .env("VOLENS_DEMO", place.binary("volens-demo-site"))
            .env("VOLENS_CHROMIUM", &self.chromium)
            .env("VOLENS_PYTHON", &self.python.program)
            .env("VOLENS_PYTHONPATH", &self.python.packages)
    }
}

/// Runs a test command, showing its output and counting from it. A skipped test is a failure: it would hide one.
pub(crate) fn counted(what: &str, command: &mut Command, line_count: fn(&str) -> Count, all: &mut Count) -> Outcome {
    step::say(what);
    let mut child = command.env_remove("FORCE_COLOR").stdout(Stdio::piped()).spawn().during(|| what.to_owned())?;
    let mut count = Count::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.during(|| what.to_owned())?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            count += line_count(&line);
        }
    }
    let status = child.wait().during(|| what.to_owned())?;
    *all += count;
    if !status.success() {
        return Err(Failure::new(format!("{what}: {} failed ({status})", count.failed)));
    }
    if count.skipped > 0 {
        return Err(Failure::new(format!("{what}: {} skipped; a test here runs or fails", count.skipped)));
    }
    if count.passed == 0 {
        return Err(Failure::new(format!("{what}: no test ran")));
    }
    Ok(())
}

/// What took how long, and how many tests ran.
#[derive(Debug, Default)]
struct Report {
    rows: Vec<(String, Duration, Count, &'static str)>,
}

impl Report {
    fn stage<T>(&mut self, name: &str, run: impl FnOnce(&mut Count) -> Outcome<T>) -> Outcome<T> {
        eprintln!("\n== {name}");
        let began = Instant::now();
        let mut count = Count::default();
        let outcome = run(&mut count);
        let how = if outcome.is_ok() { "ok" } else { "failed" };
        self.rows.push((name.to_owned(), began.elapsed(), count, how));
        outcome
    }

    /// The last line stands alone, for whoever counts: `N passed, N failed`.
    fn print(&self) {
        let mut all = Count::default();
        let mut time = Duration::ZERO;
        println!("\n{:10}  {:>7}  {:>6}  result", "stage", "minutes", "tests");
        for (name, took, count, how) in &self.rows {
            let tests =
                if *count == Count::default() { "–".to_owned() } else { (count.passed + count.failed).to_string() };
            println!("{name:10}  {:>7}  {tests:>6}  {how}", minutes(*took));
            all += *count;
            time += *took;
        }
        println!("{:10}  {:>7}\n", "all", minutes(time));
        println!("{} passed, {} failed", all.passed, all.failed);
    }
}

/// Minutes and seconds, as on a clock.
fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_tests_never_drive_yesterdays_site() {
        assert!(Stage::Build.is_due(&[Stage::Browser]));
        assert!(!Stage::Build.is_due(&[Stage::Format]));
        assert!(Stage::value_variants().iter().all(|stage| stage.is_due(&[])));
    }

    #[test]
    fn a_skipped_test_or_none_at_all_is_a_failure() {
        let run = |says: &str| {
            let mut count = Count::default();
            counted("Trying", Command::new("echo").arg(says), count::cargo_line, &mut count)
                .map_err(|failure| failure.to_string())
        };
        let line =
            |passed, ignored| format!("test result: ok. {passed} passed; 0 failed; {ignored} ignored; 0 measured");
        assert_eq!(run(&line(3, 0)), Ok(()));
        assert_eq!(run(&line(3, 1)), Err("Trying: 1 skipped; a test here runs or fails".to_owned()));
        assert_eq!(run(&line(0, 0)), Err("Trying: no test ran".to_owned()));
    }
}
