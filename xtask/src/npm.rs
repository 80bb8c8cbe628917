//! The npm package, put together in `target/dist/npm`: its own modules, the widget's types, and the files of a release.

use std::fs;
use std::path::PathBuf;

use crate::assets;
use crate::failure::{During, Outcome};
use crate::notices;
use crate::place::Place;
use crate::step;

/// Where it lies, for tests and for `npm pack`.
pub(crate) fn folder(place: &Place) -> PathBuf {
    place.dist().join("npm")
}

/// Makes it anew, so that nothing of an earlier one is left in it.
pub(crate) fn ship(place: &Place) -> Outcome {
    let folder = folder(place);
    if folder.exists() {
        fs::remove_dir_all(&folder).during(|| format!("cannot empty {}", folder.display()))?;
    }
    assets::ship(place, &folder.join("assets"))?;
    let sources = place.root().join("wasm-widget/npm");
    let what = || format!("cannot read {}", sources.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&sources).during(what)? {
        let entry = entry.during(what)?;
        // What a developer installed there is no part of it.
        if entry.file_type().during(what)?.is_file() {
            files.push(entry.path());
        }
    }
    files.push(place.root().join("wasm-widget/web/volens.d.ts"));
    files.extend(["LICENSE-MIT", "LICENSE-APACHE"].map(|name| place.root().join(name)));
    for file in files {
        let name = file.file_name().unwrap_or_default();
        fs::copy(&file, folder.join(name)).during(|| format!("cannot copy {}", file.display()))?;
    }
    notices::write(place, notices::WIDGET, &folder)?;
    step::say(&format!("npm package: {}", folder.display()));
    Ok(())
}
