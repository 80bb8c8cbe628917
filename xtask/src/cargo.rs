//! Cargo, for this workspace's own native builds.

use std::env;
use std::process::Command;

use crate::inherited;
use crate::place::Place;

/// The cargo that runs xtask, at the workspace's root.
pub(crate) fn cargo(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    inherited::forget_xtask(&mut command).current_dir(place.root()).args(arguments);
    command
}
