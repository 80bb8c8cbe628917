//! The browser that tests drive.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{apt, in_path};
use crate::failure::{Failure, Outcome};
use crate::place::Place;
use crate::step;

/// `VOLENS_CHROMIUM`, or the first Chromium in `PATH`, or Debian's, installed.
pub(crate) fn find_or_install(place: &Place) -> Outcome<PathBuf> {
    if let Some(named) = env::var_os("VOLENS_CHROMIUM") {
        let named = PathBuf::from(named);
        return if starts(&named) {
            Ok(named)
        } else {
            Err(Failure::new(format!("VOLENS_CHROMIUM names {}, which does not start", named.display())))
        };
    }
    if let Some(found) = search() {
        return Ok(found);
    }
    apt::install("Browser for tests", &["chromium"], &place.tools().join("log"))?;
    search()
        .ok_or_else(|| Failure::new("Debian's chromium was installed, but it does not start: try `chromium --version`"))
}

fn search() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
        .into_iter()
        .filter_map(in_path)
        .find(|file| starts(file))
}

fn starts(file: &Path) -> bool {
    step::answer(Command::new(file).arg("--version")).is_some()
}
