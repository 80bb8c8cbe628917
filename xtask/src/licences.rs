//! Licences and origins of what we build with, against `deny.toml`.
//!
//! `cargo deny` checks more (advisories, duplicates), but takes longer to install than all tests take to run. This
//! reads the same lists, so that a new dependency under an unwanted licence stops CI without it.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use toml::Table;

use crate::bindings;
use crate::cargo::cargo;
use crate::failure::{During, Failure, Outcome};
use crate::place::Place;
use crate::step;

/// Checks every package of the two targets we build for, those of the bindings too.
pub(crate) fn check(place: &Place) -> Outcome {
    let path = place.root().join("deny.toml");
    let text = fs::read_to_string(&path).during(|| format!("cannot read {}", path.display()))?;
    let rules = Rules::parse(&text)?;
    [""].iter().chain(&bindings::WORKSPACES).try_for_each(|workspace| packages(place, workspace, &rules))?;
    APART.iter().try_for_each(|workspace| locked(place, workspace))
}

/// Workspaces that no stage builds, and so nobody sees when a crate of ours that they use has got another dependency.
const APART: [&str; 3] = ["benches/verify", "examples/axum", "fuzz"];

/// Whether the lock file is what cargo would write.
fn locked(place: &Place, workspace: &str) -> Outcome {
    let mut update = cargo(place, &["update", "--workspace", "--locked", "--quiet"]);
    step::loud(&format!("lock file of {workspace}"), update.current_dir(place.root().join(workspace)))
}

fn packages(place: &Place, workspace: &str, rules: &Rules) -> Outcome {
    step::say(&format!("reading cargo metadata {workspace}"));
    let mut metadata = cargo(place, &["metadata", "--locked", "--format-version", "1", "--all-features"]);
    metadata.current_dir(place.root().join(workspace));
    for target in ["x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"] {
        metadata.args(["--filter-platform", target]);
    }
    let output = metadata.output().during(|| "cargo metadata".to_owned())?;
    if !output.status.success() {
        return Err(Failure::new(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim())));
    }
    let packages: Value = serde_json::from_slice(&output.stdout).during(|| "cargo metadata".to_owned())?;
    let packages = packages
        .get("packages")
        .and_then(Value::as_array)
        .ok_or_else(|| Failure::new("cargo metadata names no packages"))?;
    let faults: Vec<String> = packages.iter().filter_map(|package| rules.fault(package)).collect();
    if faults.is_empty() {
        step::say(&format!("{} packages, all under allowed licences and from allowed places", packages.len()));
        Ok(())
    } else {
        Err(Failure::new(format!("deny.toml does not allow: {}", faults.join("; "))))
    }
}

/// The parts of `deny.toml` that are checked here.
#[derive(Debug)]
struct Rules {
    licences: BTreeSet<String>,
    registries: BTreeSet<String>,
}

impl Rules {
    fn parse(text: &str) -> Outcome<Self> {
        let all: Table = text.parse().during(|| "deny.toml".to_owned())?;
        let list = |table: &str, key: &str| -> Outcome<BTreeSet<String>> {
            let entries = all.get(table).and_then(|table| table.get(key)?.as_array());
            let entries = entries.ok_or_else(|| Failure::new(format!("deny.toml has no list {table}.{key}")))?;
            Ok(entries.iter().filter_map(|entry| entry.as_str().map(ToOwned::to_owned)).collect())
        };
        Ok(Self { licences: list("licenses", "allow")?, registries: list("sources", "allow-registry")? })
    }

    /// What is wrong with one package of `cargo metadata`.
    fn fault(&self, package: &Value) -> Option<String> {
        let text = |key: &str| package.get(key).and_then(Value::as_str);
        let name = format!("{} {}", text("name").unwrap_or("?"), text("version").unwrap_or("?"));
        if let Some(source) = text("source")
            && !source.strip_prefix("registry+").is_some_and(|registry| self.registries.contains(registry))
        {
            return Some(format!("{name} from {source}"));
        }
        let licence = text("license").unwrap_or("(none)");
        (!self.allows(licence)).then(|| format!("{name} under {licence}"))
    }

    fn allows(&self, expression: &str) -> bool {
        // Older crates write `MIT/Apache-2.0` for `MIT OR Apache-2.0`.
        let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut rest = words.as_slice();
        self.any(&mut rest) == Some(true) && rest.is_empty()
    }

    /// `all (OR all)*`. `None` is an expression that cannot be read.
    fn any(&self, words: &mut &[&str]) -> Option<bool> {
        let mut allowed = self.all(words)?;
        while let ["OR", rest @ ..] = *words {
            *words = rest;
            allowed |= self.all(words)?;
        }
        Some(allowed)
    }

    /// `one (AND one)*`.
    fn all(&self, words: &mut &[&str]) -> Option<bool> {
        let mut allowed = self.one(words)?;
        while let ["AND", rest @ ..] = *words {
            *words = rest;
            allowed &= self.one(words)?;
        }
        Some(allowed)
    }

    /// A licence, one with an exception, or an expression in brackets.
    fn one(&self, words: &mut &[&str]) -> Option<bool> {
        match *words {
            ["(", rest @ ..] => {
                *words = rest;
                let allowed = self.any(words)?;
                let [")", rest @ ..] = *words else {
                    return None;
                };
                *words = rest;
                Some(allowed)
            }
            [licence, "WITH", exception, rest @ ..] => {
                *words = rest;
                Some(self.licences.contains(&format!("{licence} WITH {exception}")))
            }
            [licence, rest @ ..] if !matches!(*licence, "OR" | "AND" | "WITH" | ")") => {
                *words = rest;
                Some(self.licences.contains(*licence))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules() -> Rules {
        Rules::parse(
            "[licenses]\nallow = ['MIT', 'ISC', 'Apache-2.0 WITH LLVM-exception']\n[sources]\nallow-registry = ['https://example.org/index']\n",
        )
        .unwrap()
    }

    #[test]
    fn one_allowed_choice_is_enough_and_every_part_must_be_allowed() {
        for licence in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0/MIT",
            "GPL-3.0 / MIT",
            "MIT AND ISC",
            "(GPL-3.0 OR MIT) AND ISC",
            "Apache-2.0 WITH LLVM-exception",
            "GPL-3.0 AND ISC OR MIT",
        ] {
            assert!(rules().allows(licence), "{licence}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for licence in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "Apache-2.0",
            "(MIT",
            "MIT)",
            "MIT OR",
            "MIT ISC",
            "OR",
            "MIT AND (GPL-3.0 OR Apache-2.0)",
        ] {
            assert!(!rules().allows(licence), "{licence}");
        }
    }

    #[test]
    fn a_fault_names_package_and_reason() {
        let package = |source: Value, license: Value| json!({ "name": "x", "version": "1.0.0", "source": source, "license": license });
        let fault = |source, license| rules().fault(&package(source, license));
        assert_eq!(fault(Value::Null, json!("MIT")), None);
        assert_eq!(fault(json!("registry+https://example.org/index"), json!("MIT")), None);
        assert_eq!(
            fault(json!("git+https://example.org/x"), json!("MIT")).as_deref(),
            Some("x 1.0.0 from git+https://example.org/x")
        );
        assert_eq!(fault(Value::Null, Value::Null).as_deref(), Some("x 1.0.0 under (none)"));
    }
}
