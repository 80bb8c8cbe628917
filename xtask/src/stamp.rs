//! Whether the web assets are still those of today's sources.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::digest;
use crate::failure::{During, Outcome};
use crate::place::Place;

/// All that a byte of the assets may come from.
const SOURCES: [&str; 13] = [
    "Cargo.lock",
    "Cargo.toml",
    "core/Cargo.toml",
    "core/src",
    "tools/package-lock.json",
    "wasm-widget/Cargo.toml",
    "wasm-widget/src",
    "wasm-widget/web",
    "xtask/src/assets.rs",
    "xtask/src/digest.rs",
    "xtask/src/minify.rs",
    "xtask/src/wasm.rs",
    "xtask/src/wasm",
];

/// A hash over the names and contents of the sources.
pub(crate) fn of_sources(place: &Place) -> Outcome<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&place.root().join(source), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(&file).during(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(place.root()).unwrap_or(&file).to_string_lossy().into_owned();
        // Lengths first, so that no two sets of files look alike end to end.
        hash.update(format!("{}:{name}{}:", name.len(), bytes.len()));
        hash.update(&bytes);
    }
    Ok(digest::hex(&hash.finalize()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    let what = || format!("cannot read {}", path.display());
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path).during(what)? {
        collect(&entry.during(what)?.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(name: &str) -> Place {
        let root = std::env::temp_dir().join(format!("volens-stamp-{name}-{}", std::process::id()));
        for source in SOURCES {
            let path = root.join(source);
            let file = if path.extension().is_some() { path } else { path.join("one.rs") };
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, source).unwrap();
        }
        Place::of(root.clone(), root.join("target"))
    }

    #[test]
    fn a_changed_renamed_or_added_source_shows_and_others_do_not() {
        let place = workspace("all");
        let before = of_sources(&place).unwrap();
        assert_eq!(of_sources(&place).unwrap(), before);

        fs::write(place.root().join("README.md"), "anything").unwrap();
        assert_eq!(of_sources(&place).unwrap(), before);

        let one = place.root().join("core/src/one.rs");
        fs::rename(&one, place.root().join("core/src/two.rs")).unwrap();
        let renamed = of_sources(&place).unwrap();
        assert_ne!(renamed, before);

        fs::write(&one, "").unwrap();
        assert_ne!(of_sources(&place).unwrap(), renamed);
        fs::remove_dir_all(place.root()).unwrap();
    }
}
