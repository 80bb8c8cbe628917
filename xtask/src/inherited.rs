//! What children must not inherit from `cargo run`.

use std::env;
use std::ffi::{OsStr, OsString};
use std::process::Command;

/// What cargo told xtask about xtask. Build scripts that watch these (ring's does) would run again each time.
fn is_about_xtask(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || name.starts_with("CARGO_BIN_")
        || matches!(name, "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "OUT_DIR")
}

/// What steers a build, as against where cargo keeps and fetches things. The WASM build sets all of it itself.
fn steers_a_build(name: &str) -> bool {
    const FETCHING: [&str; 9] = [
        "CARGO_HOME",
        "CARGO_HTTP_",
        "CARGO_NET_",
        "CARGO_REGISTRY_",
        "CARGO_REGISTRIES_",
        "CARGO_SOURCE_",
        "CARGO_TERM_",
        "CARGO_BUILD_JOBS",
        "CARGO_CACHE_",
    ];
    let rust = [
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "RUSTC",
        "RUSTDOC",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_BOOTSTRAP",
    ];
    rust.contains(&name)
        || name == "CARGO"
        || (name.starts_with("CARGO_") && !FETCHING.iter().any(|kept| name.starts_with(kept)))
}

/// Entries that `cargo run` put before the user's own: the target folder's and the toolchain's libraries.
fn library_path_without_cargo(value: &OsStr) -> OsString {
    let users = env::split_paths(value).filter(|entry| {
        !entry
            .components()
            .any(|part| matches!(part.as_os_str().to_str(), Some("rustlib" | "debug" | "release" | "toolchains")))
    });
    env::join_paths(users).unwrap_or_default()
}

/// A child that builds or runs something of this workspace.
pub(crate) fn forget_xtask(command: &mut Command) -> &mut Command {
    remove(command, is_about_xtask);
    if let Some(value) = env::var_os("LD_LIBRARY_PATH") {
        let users = library_path_without_cargo(&value);
        if users.is_empty() {
            command.env_remove("LD_LIBRARY_PATH");
        } else {
            command.env("LD_LIBRARY_PATH", users);
        }
    }
    command
}

/// A child that builds for the browser: its flags and compiler are named in one place, and nothing else counts.
pub(crate) fn forget_build_settings(command: &mut Command) -> &mut Command {
    remove(forget_xtask(command), steers_a_build)
}

fn remove(command: &mut Command, unwanted: fn(&str) -> bool) -> &mut Command {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(unwanted) {
            command.env_remove(name);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_compilers_are_left_behind() {
        for name in [
            "RUSTFLAGS",
            "RUSTC",
            "RUSTC_WRAPPER",
            "CARGO",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_TARGET_DIR",
            "CARGO_PROFILE_RELEASE_LTO",
        ] {
            assert!(steers_a_build(name), "{name}");
        }
    }

    #[test]
    fn where_crates_come_from_is_kept() {
        for name in [
            "CARGO_HOME",
            "CARGO_HTTP_CAINFO",
            "CARGO_NET_OFFLINE",
            "CARGO_REGISTRIES_CRATES_IO_PROTOCOL",
            "CARGO_TERM_COLOR",
            "PATH",
            "HOME",
            "RUSTUP_HOME",
        ] {
            assert!(!steers_a_build(name), "{name}");
        }
    }

    #[test]
    fn a_package_forgets_that_it_was_xtask() {
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH"] {
            assert!(is_about_xtask(name), "{name}");
        }
        assert!(!is_about_xtask("CARGO_HOME"));
    }

    #[test]
    fn only_the_users_own_library_folders_stay() {
        let value = OsStr::new("/w/target/debug/deps:/w/target/debug:/r/toolchains/stable/lib/rustlib/x/lib:/opt/lib");
        assert_eq!(library_path_without_cargo(value), "/opt/lib");
    }
}
