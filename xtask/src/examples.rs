//! Whether every public item of `volens-core` shows how it is used, by an example that the doc tests run.
//!
//! Asks for rustdoc's JSON and not for its `--show-coverage`: that passes over whatever is re-exported from a private
//! module (`Record`, `Timestamp`, all parts of a site), and counts instead of naming. Both need an unstable option.

use std::fs;

use serde_json::Value;

use crate::cargo::cargo;
use crate::failure::{During, Failure, Outcome};
use crate::place::Place;
use crate::step;

/// What needs an example; fields, variants and constants are shown by the item they belong to.
const KINDS: [&str; 7] = ["module", "struct", "enum", "union", "trait", "function", "macro"];

/// Names each public item without an example, and fails if there is one.
pub(crate) fn check(place: &Place) -> Outcome {
    // A target folder of its own: build scripts that watch RUSTC_BOOTSTRAP would run again, here and in the next build.
    let target = place.target().join("examples");
    let mut rustdoc =
        cargo(place, &["rustdoc", "--locked", "--package", "volens-core", "--lib", "--features", "site,calendar"]);
    rustdoc.arg("--target-dir").arg(&target);
    rustdoc.args(["--", "-Z", "unstable-options", "--output-format", "json"]).env("RUSTC_BOOTSTRAP", "1");
    step::loud("cargo rustdoc, for the examples of volens-core", &mut rustdoc)?;

    let path = target.join("doc").join("volens_core.json");
    let what = || format!("cannot read {}", path.display());
    let documented: Value = serde_json::from_slice(&fs::read(&path).during(what)?).during(what)?;
    let items = public_items(&documented);
    if items.is_empty() {
        return Err(Failure::new(format!("{} names no public item; has its format changed?", path.display())));
    }
    let without: Vec<&Item> = items.iter().filter(|item| !item.has_example).collect();
    if without.is_empty() {
        step::say(&format!("{} public items, all with an example", items.len()));
        return Ok(());
    }
    for item in &without {
        step::say(&item.place);
    }
    Err(Failure::new(format!("{} of {} public items of volens-core have no example", without.len(), items.len())))
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    /// `core/src/record.rs:12: enum Kind`
    place: String,
    has_example: bool,
}

/// What can be reached from outside, in the order of files and lines.
fn public_items(documented: &Value) -> Vec<Item> {
    let Some(index) = documented.get("index").and_then(Value::as_object) else { return Vec::new() };
    let mut items: Vec<(&str, u64, Item)> = index.values().filter_map(public_item).collect();
    items.sort();
    items.into_iter().map(|(_, _, item)| item).collect()
}

/// An entry of the index, unless it is of another crate, of a trait's implementation, or of a kind that needs no example.
fn public_item(entry: &Value) -> Option<(&str, u64, Item)> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let kind = entry.get("inner")?.as_object()?.keys().next()?;
    if entry.get("crate_id")? != 0 || text("visibility") != Some("public") || !KINDS.contains(&kind.as_str()) {
        return None;
    }
    let file = entry.pointer("/span/filename")?.as_str()?;
    let line = entry.pointer("/span/begin/0")?.as_u64()?;
    let place = format!("{file}:{line}: {kind} {}", text("name")?);
    Some((file, line, Item { place, has_example: text("docs").is_some_and(has_example) }))
}

/// Whether there is a block that rustdoc compiles and runs: fenced, and of no other language.
fn has_example(docs: &str) -> bool {
    let fences = docs.lines().filter_map(|line| line.trim_start().strip_prefix("```"));
    // Every other fence ends a block.
    fences.step_by(2).any(|language| matches!(language.trim(), "" | "rust"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn public_items_are_named_by_file_and_line() {
        let entry = |crate_id: u8, visibility: &str, inner: Value, name: &str, line: u8, docs: Value| {
            json!({
                "crate_id": crate_id, "visibility": visibility, "inner": inner, "name": name, "docs": docs,
                "span": { "filename": "core/src/record.rs", "begin": [line, 1], "end": [line, 9] },
            })
        };
        let shown = json!("Text.\n\n```\nassert!(true);\n```");
        let documented = json!({ "index": {
            "1": entry(0, "public", json!({ "function": {} }), "kind", 190, shown.clone()),
            "2": entry(0, "public", json!({ "enum": {} }), "Kind", 12, json!("Text.")),
            "3": entry(0, "public", json!({ "struct": {} }), "Record", 107, Value::Null),
            "4": entry(0, "default", json!({ "function": {} }), "fmt", 3, Value::Null),
            "5": entry(0, "default", json!({ "variant": {} }), "Grant", 14, Value::Null),
            "6": entry(0, "public", json!({ "struct_field": {} }), "subject", 89, Value::Null),
            "7": entry(2, "public", json!({ "trait": {} }), "Display", 1, Value::Null),
        } });
        let named = |place: &str, has_example| Item { place: place.to_owned(), has_example };
        assert_eq!(
            public_items(&documented),
            [
                named("core/src/record.rs:12: enum Kind", false),
                named("core/src/record.rs:107: struct Record", false),
                named("core/src/record.rs:190: function kind", true),
            ]
        );
        assert_eq!(public_items(&json!({ "version": 2 })), []);
    }

    #[test]
    fn only_a_block_that_runs_is_an_example() {
        assert!(has_example("```\nassert!(true);\n```"));
        assert!(has_example("```text\na\n```\n\n```rust\nassert!(true);\n```"));
        for docs in ["Text.", "A `word`.", "```text\na\n```", "```ignore\na()\n```", "```no_run\na()\n```"] {
            assert!(!has_example(docs), "{docs}");
        }
    }
}
