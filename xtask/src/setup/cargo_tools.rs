//! Programs for cargo, built from their released sources at exact versions.

use std::path::PathBuf;

use super::{filled_for, mark_filled};
use crate::cargo::cargo;
use crate::failure::Outcome;
use crate::place::Place;
use crate::step;

/// A program and the version that this workspace is checked with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CargoTool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl CargoTool {
    /// Finds it among the tools, or builds it there: minutes.
    pub(crate) fn find_or_install(self, place: &Place) -> Outcome<PathBuf> {
        let Self { name, version } = self;
        let folder = place.tools().join(format!("{name}-{version}"));
        let program = folder.join("bin").join(name);
        if filled_for(&folder, version) && program.is_file() {
            return Ok(program);
        }
        let mut install = cargo(place, &["install", "--locked", "--force", name, "--version"]);
        install.arg(format!("={version}")).arg("--root").arg(&folder);
        install.arg("--target-dir").arg(place.tools().join("build"));
        // Run once or twice: what its optimisation takes is more than what it gives.
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_PROFILE_RELEASE_DEBUG", "false");
        let log = place.tools().join("log").join(format!("{name}.log"));
        step::quiet(&format!("{name} {version} (cargo install)"), &log, &mut install)?;
        mark_filled(&folder, version)?;
        Ok(program)
    }
}
