//! The notices that the licences of others ask of every copy: who wrote what is in a release, and under which terms.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cargo::cargo;
use crate::failure::{During, Failure, Outcome};
use crate::place::Place;

/// The file in each release.
pub(crate) const NAME: &str = "THIRD-PARTY.txt";

/// A workspace, and what `cargo tree` needs to know of one build in it.
pub(crate) type Build<'a> = (&'a str, &'a [&'a str]);

/// The widget's WASM.
pub(crate) const WIDGET: Build<'_> = (
    "",
    &["--package", "volens-widget", "--no-default-features", "--features", "csr", "--target", "wasm32-unknown-unknown"],
);

/// Writes the notices of one build into `folder`.
pub(crate) fn write(place: &Place, build: Build<'_>, folder: &Path) -> Outcome {
    let file = folder.join(NAME);
    fs::write(&file, text(place, build)?).during(|| format!("cannot write {}", file.display()))
}

fn text(place: &Place, (workspace, selection): Build<'_>) -> Outcome<String> {
    let run = |arguments: &[&str]| {
        let what = || format!("cargo {} in {workspace:?}", arguments.join(" "));
        let output = cargo(place, arguments).current_dir(place.root().join(workspace)).output().during(what)?;
        if output.status.success() {
            String::from_utf8(output.stdout).during(what)
        } else {
            Err(Failure::new(format!("{}: {}", what(), String::from_utf8_lossy(&output.stderr).trim())))
        }
    };
    let tree = ["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"];
    let linked = run(&[&tree, selection].concat())?;
    let metadata = run(&["metadata", "--locked", "--format-version", "1", "--all-features"])?;
    let metadata: Value = serde_json::from_str(&metadata).during(|| "cargo metadata".to_owned())?;
    let ours = |name: &str| {
        let path = place.root().join(name);
        fs::read_to_string(&path).during(|| format!("cannot read {}", path.display()))
    };
    let apache = ours("LICENSE-APACHE")?;
    let mut texts =
        BTreeMap::from([(apache.trim().to_owned(), BTreeSet::from(["Rust's standard library".to_owned()]))]);
    for package in others(&metadata, &linked)? {
        for text in package.texts(&apache)? {
            texts.entry(text.trim().to_owned()).or_default().insert(package.name.clone());
        }
    }
    Ok(page(&texts))
}

/// A package of `cargo metadata` that is not ours.
#[derive(Debug)]
struct Package<'a> {
    /// With its version.
    name: String,
    licence: &'a str,
    folder: &'a Path,
}

/// Those that `linked` names, in lines such as `serde v1.0.229 (*)`; ours have their folder in brackets there.
fn others<'a>(metadata: &'a Value, linked: &str) -> Outcome<Vec<Package<'a>>> {
    let mut missing: BTreeSet<String> = linked
        .lines()
        .filter(|line| line.split(" (").skip(1).all(|note| note == "*)"))
        .map(|line| line.trim_end_matches(" (*)").replacen(" v", " ", 1))
        .collect();
    let packages = metadata.get("packages").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let found: Vec<Package<'_>> = packages
        .iter()
        .filter_map(|package| {
            let text = |key| package.get(key).and_then(Value::as_str);
            let name = format!("{} {}", text("name")?, text("version")?);
            let folder = Path::new(text("manifest_path")?).parent()?;
            let licence = text("license").unwrap_or_default();
            missing.remove(&name).then_some(Package { name, licence, folder })
        })
        .collect();
    if found.is_empty() || !missing.is_empty() {
        return Err(Failure::new(format!("of what is linked, cargo metadata does not know {missing:?}")));
    }
    Ok(found)
}

impl Package<'_> {
    /// The texts that it brings, those of Apache's licence only where there is no MIT. One that brings none, as only its
    /// repository holds them, is taken under `apache`.
    fn texts(&self, apache: &str) -> Outcome<Vec<String>> {
        let what = || format!("cannot read {}", self.folder.display());
        let mut names = Vec::new();
        for entry in fs::read_dir(self.folder).during(what)? {
            let name = entry.during(what)?.file_name().to_string_lossy().into_owned();
            let upper = name.to_uppercase();
            if ["LICENSE", "LICENCE", "UNLICENSE", "COPYING", "NOTICE"].iter().any(|stem| upper.starts_with(stem)) {
                names.push((upper, self.folder.join(name)));
            }
        }
        let mit = names.iter().any(|(name, _)| name.contains("MIT"));
        names.retain(|(name, path)| path.is_file() && !(mit && name.contains("APACHE")));
        names.sort();
        if names.is_empty() {
            return if self.licence.contains("Apache-2.0") {
                Ok(vec![apache.to_owned()])
            } else {
                Err(Failure::new(format!("{} under {:?} brings no text of its licence", self.name, self.licence)))
            };
        }
        names
            .iter()
            .map(|(_, path)| fs::read_to_string(path).during(|| format!("cannot read {}", path.display())))
            .collect()
    }
}

/// Each text once, after the names of those who use it.
fn page(texts: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut parts: Vec<(&BTreeSet<String>, &str)> = texts.iter().map(|(text, names)| (names, text.as_str())).collect();
    parts.sort();
    let parts = parts.iter().map(|(names, text)| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        format!("\n{}\n\n{}\n\n{text}\n", "=".repeat(79), names.join(", "))
    });
    ["Compiled into this release is code of others, under the licences below.\n".to_owned()]
        .into_iter()
        .chain(parts)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::env;

    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_linked_and_not_ours_is_named() {
        let package = |name: &str| json!({ "name": name, "version": "1.0.0", "license": "MIT", "manifest_path": "/x/Cargo.toml" });
        let all = json!({ "packages": [package("used"), package("unused"), package("own")] });
        let names =
            |linked| others(&all, linked).map(|found| found.into_iter().map(|one| one.name).collect::<Vec<_>>());
        let tree = "own v1.0.0 (/x)\nused v1.0.0\nown v1.0.0 (/x) (*)\nused v1.0.0 (*)\n";
        assert_eq!(names(tree).unwrap(), ["used 1.0.0"]);
        assert!(names("own v1.0.0 (/x)\n").is_err());
        assert!(names("used v1.0.0\nused v2.0.0\n").unwrap_err().to_string().contains("used 2.0.0"));
    }

    #[test]
    fn mit_stands_for_apache_and_all_else_is_kept() {
        let folder = env::temp_dir().join(format!("volens-notices-{}", std::process::id()));
        let texts = |licence, files: &[&str]| {
            fs::create_dir_all(&folder).unwrap();
            for name in files {
                fs::write(folder.join(name), name).unwrap();
            }
            let found = Package { name: "x 1.0.0".to_owned(), licence, folder: &folder }.texts("ours");
            fs::remove_dir_all(&folder).unwrap();
            found
        };
        assert_eq!(texts("", &["LICENSE-APACHE", "LICENSE-MIT", "README"]).unwrap(), ["LICENSE-MIT"]);
        assert_eq!(texts("", &["LICENSE-APACHE", "LICENSE-BOOST"]).unwrap(), ["LICENSE-APACHE", "LICENSE-BOOST"]);
        assert_eq!(texts("", &["LICENSE-MIT", "license-unicode"]).unwrap(), ["LICENSE-MIT", "license-unicode"]);
        assert_eq!(texts("MIT OR Apache-2.0", &["README"]).unwrap(), ["ours"]);
        assert!(texts("MIT", &["README"]).unwrap_err().to_string().contains("x 1.0.0 under \"MIT\""));
    }

    #[test]
    fn a_text_that_several_share_is_there_once() {
        let texts = [("Terms", &["b 1", "a 1"][..]), ("Other terms", &["c 1"])];
        let texts = texts.map(|(text, names)| (text.to_owned(), names.iter().map(|&name| name.to_owned()).collect()));
        let page = page(&BTreeMap::from(texts));
        assert!(page.contains("\n\na 1, b 1\n\nTerms\n"), "{page}");
        assert_eq!(page.matches("erms\n").count(), 2);
    }
}
