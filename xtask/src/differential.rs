//! `cargo xtask differential`: mutated tokens, and whether others accept whatever we accept.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::cargo::cargo;
use crate::failure::{During, Failure, Outcome};
use crate::place::Place;
use crate::setup::node::{self, Node};
use crate::setup::python::{self, Python};
use crate::step;
use crate::turn;

/// How many cases one run of the command has.
pub(crate) const CASES: u32 = 100_000;
/// How many `cargo xtask test` has.
pub(crate) const FEW: u32 = 2_000;
/// The same tokens in every run; `--seed` makes others.
pub(crate) const SEED: u64 = 20_261_122;

/// Finds or installs the readers, then compares.
pub(crate) fn run(place: &Place, cases: u32, seed: u64) -> Outcome {
    let (node, python) = {
        let _alone = turn::wait(place)?;
        let node = Node::find_or_install_npm(node::FOR_TESTING, place)?;
        node.install("Browser tests", &place.browser_tests(), place)?;
        (node, python::find_or_install(place)?)
    };
    compare(place, &node, &python, cases, seed)
}

/// Writes the cases, asks both readers, prints the counts by kind.
pub(crate) fn compare(place: &Place, node: &Node, python: &Python, cases: u32, seed: u64) -> Outcome {
    let folder = place.target().join("differential");
    fs::create_dir_all(&folder).during(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join("cases.jsonl");
    let file = File::create(&path).during(|| format!("cannot write {}", path.display()))?;
    let mut make =
        cargo(place, &["run", "--locked", "--quiet", "--package", "volens-verify", "--example", "differential"]);
    make.args(["--", &cases.to_string(), &seed.to_string()]).stdout(file);
    step::loud(&format!("{cases} mutated tokens, seed {seed}"), &mut make)?;

    let scripts = place.root().join("tests/outside");
    let mut jose = node.command();
    jose.arg(scripts.join("differential.mjs"));
    let mut pyjwt = Command::new(&python.program);
    pyjwt.arg(scripts.join("differential.py")).env("PYTHONPATH", &python.packages);
    let mut counts = Vec::new();
    for (name, command) in [("jose", &mut jose), ("PyJWT", &mut pyjwt)] {
        step::say(name);
        let cases = File::open(&path).during(|| format!("cannot read {}", path.display()))?;
        counts.push((name, asked(name, command.stdin(cases))?));
    }
    println!("{}", table(&counts)?);
    Ok(())
}

/// What a reader counts, if it accepts whatever we accept.
fn asked(name: &str, command: &mut Command) -> Outcome<Value> {
    let output = command.stderr(Stdio::inherit()).output().during(|| format!("cannot start {name}"))?;
    if !output.status.success() {
        return Err(Failure::new(format!("{name} does not accept all that we accept, or did not see every case")));
    }
    serde_json::from_slice(&output.stdout).during(|| format!("{name} printed no counts"))
}

/// Markdown: for each kind, how many there were and how many each accepted.
fn table(counts: &[(&str, Value)]) -> Outcome<String> {
    let nothing = || Failure::new("no reader counted anything");
    let (_, first) = counts.first().ok_or_else(nothing)?;
    let kinds = first.get("kinds").and_then(Value::as_object).ok_or_else(nothing)?;
    let names: Vec<&str> = counts.iter().map(|(name, _)| *name).collect();
    let mut lines = vec![
        format!(
            "| kind | cases | we accept | {} |",
            names.iter().map(|n| format!("{n} accepts")).collect::<Vec<_>>().join(" | ")
        ),
        format!("|---|{}", "---:|".repeat(names.len() + 2)),
    ];
    let mut all = vec![0; names.len() + 2];
    for kind in kinds.keys() {
        let of = |counts: &Value, what: &str| {
            counts.pointer(&format!("/kinds/{kind}/{what}")).and_then(Value::as_u64).ok_or_else(nothing)
        };
        let mut row = vec![of(first, "cases")?, of(first, "ours")?];
        for (_, counts) in counts {
            row.push(of(counts, "theirs")?);
        }
        lines.push(line(kind, &row));
        for (sum, count) in all.iter_mut().zip(row) {
            *sum += count;
        }
    }
    lines.push(line("all", &all));
    // Where we accept next to nothing, nothing was compared.
    match all.as_slice() {
        [cases, ours, ..] if ours * 20 >= *cases && *ours > 0 => Ok(lines.join("\n")),
        _ => Err(Failure::new("we accept fewer than one case in twenty: the mutations leave nothing to compare")),
    }
}

fn line(kind: &str, row: &[u64]) -> String {
    let cells = row.iter().map(u64::to_string).collect::<Vec<_>>().join(" | ");
    format!("| {kind} | {cells} |")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn counts_stand_side_by_side() {
        let counted = |theirs| json!({"kinds": {"a bit": {"cases": 9, "ours": 0, "theirs": theirs}, "minted": {"cases": 1, "ours": 1, "theirs": 1}}});
        let text = table(&[("jose", counted(3)), ("PyJWT", counted(2))]).unwrap();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "| kind | cases | we accept | jose accepts | PyJWT accepts |",
                "|---|---:|---:|---:|---:|",
                "| a bit | 9 | 0 | 3 | 2 |",
                "| minted | 1 | 1 | 1 | 1 |",
                "| all | 10 | 1 | 4 | 3 |",
            ]
        );
    }

    #[test]
    fn nothing_accepted_is_nothing_compared() {
        let counted = json!({"kinds": {"a bit": {"cases": 9, "ours": 0, "theirs": 0}}});
        assert!(table(&[("jose", counted)]).is_err());
        assert!(table(&[]).is_err());
    }

    #[test]
    fn a_reader_that_disagrees_or_says_nothing_is_a_failure() {
        let said = |script: &str| asked("sh", Command::new("sh").args(["-c", script]));
        assert!(said("echo '{}'").is_ok());
        assert!(said("echo '{}'; exit 1").is_err());
        assert!(said("true").is_err());
    }
}
