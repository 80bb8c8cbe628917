//! Finding what a build or a test needs, or installing it.
//!
//! Every step says in one line what it does, is skipped when its result is there already, and fails with one
//! sentence that names what was tried.

pub(crate) mod apt;
pub(crate) mod cargo_tools;
pub(crate) mod chromium;
pub(crate) mod compiler;
pub(crate) mod node;
pub(crate) mod python;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{During, Outcome};

/// The first file called `name` in `PATH`.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Whether `folder` was filled by an earlier run for the same `recipe`.
fn filled_for(folder: &Path, recipe: &str) -> bool {
    fs::read_to_string(folder.join(MARK)).is_ok_and(|mark| mark == recipe)
}

/// Notes that `folder` is complete; written last, so that a run cut short is done again.
fn mark_filled(folder: &Path, recipe: &str) -> Outcome {
    let mark = folder.join(MARK);
    fs::write(&mark, recipe).during(|| format!("cannot write {}", mark.display()))
}

const MARK: &str = ".volens-filled";
