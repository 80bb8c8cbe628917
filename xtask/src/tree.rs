//! `cargo xtask tree`: what `volens-verify` is built from, against the reasons in `docs/dependencies.md`.

use std::collections::BTreeSet;
use std::fs;

use crate::cargo::cargo;
use crate::failure::{During, Failure, Outcome};
use crate::place::Place;
use crate::step;

const PACKAGE: &str = "volens-verify";
const PAGE: &str = "docs/dependencies.md";
/// The page's headings, with the table of each.
const LINKED: &str = "In the program";
const COMPILING: &str = "While compiling";

/// Prints the tree of the default build, then checks it.
pub(crate) fn run(place: &Place) -> Outcome {
    step::loud("cargo tree", cargo(place, &tree("normal")).args(["--charset", "utf8"]))?;
    check(place)
}

/// Whether each crate has its reason and each reason its crate.
pub(crate) fn check(place: &Place) -> Outcome {
    let path = place.root().join(PAGE);
    let page = fs::read_to_string(&path).during(|| format!("cannot read {}", path.display()))?;
    let linked = crates(place, "normal,no-proc-macro")?;
    let compiling = crates(place, "normal")?.difference(&linked).cloned().collect();
    let mut faults = differences(&linked, &page, LINKED);
    faults.extend(differences(&compiling, &page, COMPILING));
    if faults.is_empty() {
        let (linked, compiling) = (linked.len(), compiling.len());
        step::say(&format!(
            "{PACKAGE}: {linked} crates in the program, {compiling} while compiling, each with its reason"
        ));
        Ok(())
    } else {
        Err(Failure::new(format!("{PAGE}: {}", faults.join("; "))))
    }
}

/// The default build on one target, so that every machine has the same tree.
fn tree(edges: &'static str) -> [&'static str; 8] {
    ["tree", "--locked", "--package", PACKAGE, "--target", "x86_64-unknown-linux-gnu", "--edges", edges]
}

/// The names of all crates in the tree but the package's own.
fn crates(place: &Place, edges: &'static str) -> Outcome<BTreeSet<String>> {
    let what = || "cargo tree".to_owned();
    let mut command = cargo(place, &tree(edges));
    let output = command.args(["--prefix", "none", "--format", "{p}"]).output().during(what)?;
    if !output.status.success() {
        return Err(Failure::new(format!("cargo tree: {}", String::from_utf8_lossy(&output.stderr).trim())));
    }
    let names = names(&String::from_utf8(output.stdout).during(what)?);
    if names.is_empty() { Err(Failure::new("cargo tree names no crate")) } else { Ok(names) }
}

/// Of lines such as `serde v1.0.229 (*)`.
fn names(tree: &str) -> BTreeSet<String> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != PACKAGE)
        .map(ToOwned::to_owned)
        .collect()
}

/// What the page says under a heading: crates with their reasons, of rows such as ``| `serde` | reads claims |``.
fn reasons<'a>(page: &'a str, heading: &str) -> Vec<(&'a str, &'a str)> {
    page.lines()
        .skip_while(|line| line.strip_prefix("## ") != Some(heading))
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix('|')?.split_once("` |"))
        .map(|(name, reason)| (name, reason.trim()))
        .collect()
}

fn differences(crates: &BTreeSet<String>, page: &str, heading: &str) -> Vec<String> {
    let reasons = reasons(page, heading);
    let mut faults = Vec::new();
    for name in crates {
        let mut found = reasons.iter().filter(|(row, _)| row == name);
        match (found.next(), found.next()) {
            (None, _) => faults.push(format!("\"{heading}\" does not say what {name} is for")),
            (Some((_, "")), _) => faults.push(format!("\"{heading}\" gives no reason for {name}")),
            (Some(_), Some(_)) => faults.push(format!("\"{heading}\" names {name} twice")),
            (Some(_), None) => {}
        }
    }
    let gone = reasons.iter().filter(|(name, _)| !crates.contains(*name));
    faults.extend(gone.map(|(name, _)| format!("\"{heading}\" names {name}, which is not in the tree")));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# Page
| `elsewhere` | another table |
## In the program
| crate | what for |
| --- | --- |
| `serde` | reads claims |
| `sha2` |  |
| `old` | was needed once |
## While compiling
| `syn` | reads Rust |
";

    fn faults(crates: &[&str], heading: &str) -> Vec<String> {
        differences(&crates.iter().map(|name| (*name).to_owned()).collect(), PAGE, heading)
    }

    #[test]
    fn each_crate_needs_its_reason_and_each_reason_its_crate() {
        assert_eq!(faults(&["syn"], COMPILING), Vec::<String>::new());
        assert_eq!(
            faults(&["serde", "sha2", "syn"], LINKED),
            [
                "\"In the program\" gives no reason for sha2",
                "\"In the program\" does not say what syn is for",
                "\"In the program\" names old, which is not in the tree",
            ]
        );
    }

    #[test]
    fn a_page_without_the_heading_gives_no_reasons() {
        assert_eq!(reasons(PAGE, "Nowhere"), []);
    }

    #[test]
    fn a_tree_gives_names_once_and_not_its_root() {
        let tree = "volens-verify v0.1.0 (/w/server-verify)\nserde v1.0.229\nsyn v2.0.119\nsyn v3.0.9\nserde v1.0.229 (*)\nserde_derive v1.0.229 (proc-macro)\n";
        assert_eq!(names(tree).into_iter().collect::<Vec<_>>(), ["serde", "serde_derive", "syn"]);
    }
}
