//! `cargo xtask fuzz`: spoils what strangers send, by `fuzz/`, a workspace of its own; `cargo xtask flips`: every bit
//! of a thousand tokens.

use clap::ValueEnum;

use crate::cargo::cargo;
use crate::failure::Outcome;
use crate::place::Place;
use crate::step;

/// What is spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// Consent tokens.
    Token,
    /// Key sets.
    Jwks,
    /// Status lists.
    Status,
    /// Cookie headers.
    Cookie,
}

/// How long a run takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How often each target is run.
    pub(crate) executions: Option<u64>,
    /// How many seconds all targets have together.
    pub(crate) seconds: Option<u64>,
    /// The same seed makes the same run.
    pub(crate) seed: u64,
}

/// A minute, where nothing is asked for.
const SMOKE: u64 = 60;

/// Runs one target, or all, one after the other.
pub(crate) fn run(place: &Place, only: Option<Target>, limits: Limits) -> Outcome {
    let folder = place.root().join("fuzz");
    let output = place.target().join("fuzz");
    let mut build = cargo(place, &["build", "--release", "--locked", "--target-dir"]);
    step::loud("Fuzzer: building", build.arg(&output).current_dir(&folder))?;
    let targets: Vec<Target> =
        Target::value_variants().iter().copied().filter(|target| only.is_none_or(|only| only == *target)).collect();
    for target in &targets {
        let name = target.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        let mut fuzz = std::process::Command::new(output.join("release").join("volens-fuzz"));
        fuzz.args(["--target", &name, "--seed", &limits.seed.to_string()]);
        fuzz.arg("--corpus").arg(folder.join("corpus")).arg("--failures").arg(output.join("failures"));
        if let Some(executions) = limits.executions {
            fuzz.args(["--executions", &executions.to_string()]);
        }
        if let Some(seconds) = limits.each(targets.len()) {
            fuzz.args(["--seconds", &seconds.to_string()]);
        }
        step::loud(&format!("Fuzzing: {name}"), &mut fuzz)?;
    }
    Ok(())
}

impl Limits {
    /// The seconds of one of so many targets; none if executions alone end it.
    fn each(self, targets: usize) -> Option<u64> {
        let all = self.seconds.or(self.executions.is_none().then_some(SMOKE))?;
        Some((all / targets.max(1) as u64).max(1))
    }
}

/// Flips every bit of 1,000 minted tokens, one at a time, optimised: minutes. The tests do it with 50.
pub(crate) fn flips(place: &Place) -> Outcome {
    let test = ["test", "--release", "--locked", "--package", "volens-verify", "--test", "it"];
    let only = ["--", "--exact", "--nocapture", "bits::minted_tokens_with_one_bit_flipped_are_refused"];
    step::loud("cargo test, every bit of 1,000 tokens", cargo(place, &test).args(only).env("VOLENS_FLIPS", "1000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_by_what_was_asked_and_after_a_minute_otherwise() {
        let each = |executions, seconds| Limits { executions, seconds, seed: 1 }.each(3);
        assert_eq!(each(None, None), Some(20));
        assert_eq!(each(Some(10), None), None);
        assert_eq!(each(Some(10), Some(30)), Some(10));
        assert_eq!(each(None, Some(1)), Some(1));
    }
}
