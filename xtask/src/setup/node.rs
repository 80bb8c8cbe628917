//! Node and what npm installs: build tools and browser tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{apt, filled_for, in_path, mark_filled};
use crate::failure::{During, Failure, Outcome};
use crate::place::Place;
use crate::step;

/// The oldest Node that the build tools run on.
pub(crate) const FOR_BUILDING: u32 = 18;
/// The oldest Node that the browser tests run on.
pub(crate) const FOR_TESTING: u32 = 20;

/// A Node new enough, with its npm.
#[derive(Debug)]
pub(crate) struct Node {
    program: PathBuf,
    npm: PathBuf,
    version: String,
}

/// Why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoNode {
    Missing { oldest: u32 },
    TooOld { oldest: u32, found: String },
    NoNpm,
}

impl NoNode {
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Missing { oldest } => {
                format!("Node {oldest} or newer is needed, and no `node` is in PATH")
            }
            Self::TooOld { oldest, found } => {
                format!("Node {oldest} or newer is needed, and the one in PATH is {found}")
            }
            Self::NoNpm => "Node is here, but no `npm` is in PATH".to_owned(),
        }
    }
}

impl Node {
    pub(crate) fn find(oldest: u32) -> Result<Self, NoNode> {
        let program = in_path("node").ok_or(NoNode::Missing { oldest })?;
        let version = step::answer(Command::new(&program).arg("--version")).ok_or(NoNode::Missing { oldest })?;
        if major(&version).is_none_or(|major| major < oldest) {
            return Err(NoNode::TooOld { oldest, found: version });
        }
        let npm = in_path("npm").ok_or(NoNode::NoNpm)?;
        Ok(Self { program, npm, version })
    }

    /// The same, with npm from Debian's packages where Node came without it.
    pub(crate) fn find_or_install_npm(oldest: u32, place: &Place) -> Outcome<Self> {
        let found = Self::find(oldest);
        if found.as_ref().is_err_and(|why| *why == NoNode::NoNpm) {
            apt::install("npm", &["npm"], &place.tools().join("log"))?;
            return Self::find(oldest).map_err(|why| Failure::new(why.sentence()));
        }
        found.map_err(|why| Failure::new(why.sentence()))
    }

    pub(crate) fn command(&self) -> Command {
        Command::new(&self.program)
    }

    /// Installs exactly what `folder`'s lock file names into its `node_modules`.
    pub(crate) fn install(&self, what: &str, folder: &Path, place: &Place) -> Outcome {
        let lock = folder.join("package-lock.json");
        let text = fs::read_to_string(&lock).during(|| format!("cannot read {}", lock.display()))?;
        let recipe = format!("{}\n{text}", self.version);
        let modules = folder.join("node_modules");
        if filled_for(&modules, &recipe) {
            return Ok(());
        }
        let name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let mut npm = Command::new(&self.npm);
        npm.current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        step::quiet(&format!("{what} (npm ci)"), &place.tools().join("log").join(format!("npm-{name}.log")), &mut npm)?;
        mark_filled(&modules, &recipe)
    }
}

/// 20 of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_nodes_own_way_of_saying_its_version() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("20"), None);
    }
}
