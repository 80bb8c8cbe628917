//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{During, Failure, Outcome};

/// The folders xtask reads and writes.
#[derive(Debug)]
pub(crate) struct Place {
    root: PathBuf,
    target: PathBuf,
}

impl Place {
    /// The workspace this xtask was built in, and the target folder it lies in (`CARGO_TARGET_DIR` and
    /// cargo's own configuration are thus followed without being read).
    pub(crate) fn find() -> Outcome<Self> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .map(Path::to_path_buf)
            .ok_or_else(|| Failure::new(format!("{} lies in no workspace", manifest.display())))?;
        let exe = env::current_exe().during(|| "xtask cannot find its own file".to_owned())?;
        let target = exe
            .ancestors()
            .nth(2)
            .map(Path::to_path_buf)
            .ok_or_else(|| Failure::new(format!("{} lies in no target folder", exe.display())))?;
        Ok(Self { root, target })
    }

    #[cfg(test)]
    pub(crate) fn of(root: PathBuf, target: PathBuf) -> Self {
        Self { root, target }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The assets that demo and tests serve.
    pub(crate) fn web(&self) -> PathBuf {
        self.target.join("web")
    }

    /// The assets that a release ships.
    pub(crate) fn dist(&self) -> PathBuf {
        self.target.join("dist")
    }

    /// The target folder of the WASM build, apart because its compiler may be another one.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// What set-up installed, and its logs.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The npm build tools, with their lock file.
    pub(crate) fn npm_tools(&self) -> PathBuf {
        self.root.join("tools")
    }

    /// The browser tests, with their lock file.
    pub(crate) fn browser_tests(&self) -> PathBuf {
        self.root.join("tests").join("browser")
    }

    /// A binary of this workspace, built with cargo's `dev` profile.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }
}
