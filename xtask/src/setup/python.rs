//! Python and the outside readers that tests compare with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{apt, filled_for, in_path, mark_filled};
use crate::failure::{During, Failure, Outcome};
use crate::place::Place;
use crate::step;

/// A Python and the folder for its `PYTHONPATH`.
#[derive(Debug)]
pub(crate) struct Python {
    pub(crate) program: PathBuf,
    pub(crate) packages: PathBuf,
}

/// Finds or installs Python, and installs the pinned packages into a folder of their own.
pub(crate) fn find_or_install(place: &Place) -> Outcome<Python> {
    let logs = place.tools().join("log");
    if with_pip().is_none() {
        apt::install("Python for tests", &["python3", "python3-pip"], &logs)?;
    }
    let program = with_pip()
        .ok_or_else(|| Failure::new("python3 and python3-pip were installed, but `python3 -m pip` does not start"))?;
    let packages = install_into(&program, "python", &place.root().join("tests/python/requirements.txt"), place)?;
    Ok(Python { program, packages })
}

/// Installs exactly what `requirements` names into a folder of its own among the tools.
pub(crate) fn install_into(program: &Path, name: &str, requirements: &Path, place: &Place) -> Outcome<PathBuf> {
    let packages = place.tools().join(name);
    let text = fs::read_to_string(requirements).during(|| format!("cannot read {}", requirements.display()))?;
    let version = step::answer(Command::new(program).arg("--version")).unwrap_or_default();
    let recipe = format!("{version}\n{text}");
    if filled_for(&packages, &recipe) {
        return Ok(packages);
    }
    if packages.exists() {
        fs::remove_dir_all(&packages).during(|| format!("cannot empty {}", packages.display()))?;
    }
    let mut pip = Command::new(program);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--target"])
        .arg(&packages)
        .arg("--requirement")
        .arg(requirements);
    let log = place.tools().join("log").join(format!("pip-{name}.log"));
    step::quiet(&format!("{name} packages for tests (pip install --target)"), &log, &mut pip)?;
    mark_filled(&packages, &recipe)?;
    Ok(packages)
}

/// The first Python that has pip; Debian's own may have it where an earlier one in `PATH` has not.
fn with_pip() -> Option<PathBuf> {
    in_path("python3")
        .into_iter()
        .chain([Path::new("/usr/bin/python3").to_path_buf()])
        .find(|program| step::answer(Command::new(program).args(["-m", "pip", "--version"])).is_some())
}
