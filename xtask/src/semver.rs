//! `cargo xtask semver`: what the public interface of `volens-verify` promises, and whether a change broke it.
//!
//! Both judges read rustdoc's JSON, which the stable compiler gives only to those who say that they know it may change:
//! `RUSTC_BOOTSTRAP=1`. Their versions belong to the form that the compiler of `rust-version` writes.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::{During, Failure, Outcome};
use crate::inherited;
use crate::place::Place;
use crate::setup::cargo_tools::CargoTool;
use crate::step;

const EXTERNAL_TYPES: CargoTool = CargoTool { name: "cargo-check-external-types", version: "0.5.0" };
const SEMVER: CargoTool = CargoTool { name: "cargo-semver-checks", version: "0.51.0" };

const PACKAGE: &str = "volens-verify";

/// What `main` held before the verifier learnt of status lists and changing keys. After a release: its tag.
pub(crate) const BASELINE: &str = "e284bba0083405eab12e14d7f3e578b6d8ac8d4c";

/// Types of other crates in signatures against the list in `server-verify/Cargo.toml`, then the interface against that of
/// `baseline`, both with all features.
pub(crate) fn run(place: &Place, baseline: &str) -> Outcome {
    let manifest = place.root().join("server-verify/Cargo.toml");
    let mut types = judge(place, &EXTERNAL_TYPES.find_or_install(place)?, "check-external-types", &manifest);
    step::loud("cargo check-external-types", types.arg("--all-features"))?;
    let mut semver = judge(place, &SEMVER.find_or_install(place)?, "semver-checks", &manifest);
    semver.args(["--package", PACKAGE, "--all-features", "--baseline-rev", baseline]);
    let log = place.tools().join("log").join("semver-checks.log");
    step::quiet(&format!("cargo semver-checks, against {baseline}"), &log, &mut semver)?;
    let said = fs::read_to_string(&log).during(|| format!("cannot read {}", log.display()))?;
    verdict(&said).map(|lines| lines.iter().for_each(|line| step::say(line)))
}

/// What the judge says that it looked at, and its verdict. It passes over packages in silence if it thinks they are not
/// published: that is no verdict.
fn verdict(said: &str) -> Outcome<Vec<&str>> {
    let lines: Vec<_> = said
        .lines()
        .map(str::trim)
        .filter(|line| ["Checking ", "Checked ", "Summary "].iter().any(|begin| line.starts_with(begin)))
        .collect();
    if lines.len() == 3 { Ok(lines) } else { Err(Failure::new(format!("cargo semver-checks gave no verdict: {said}"))) }
}

fn judge(place: &Place, program: &Path, subcommand: &str, manifest: &Path) -> Command {
    let mut command = Command::new(program);
    inherited::forget_xtask(&mut command)
        .current_dir(place.root())
        .arg(subcommand)
        .arg("--manifest-path")
        .arg(manifest)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", place.target().join("semver"));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "     Cloning e284bba
    Building volens-verify v0.1.0 (current)
    Checking volens-verify v0.1.0 -> v0.1.0 (no change; assume minor)
     Checked [   0.106s] 202 checks: 202 pass, 58 skip
     Summary no semver update required
";

    #[test]
    fn a_judge_that_looked_at_nothing_gives_no_verdict() {
        assert_eq!(verdict(SAID).unwrap().last(), Some(&"Summary no semver update required"));
        assert!(verdict("     Cloning e284bba\n").is_err());
    }
}
