//! A compiler that can build `std` for the browser.
//!
//! `std` is built from source (`-Zbuild-std`): it works where no WASM target can be downloaded, and gives the
//! smallest file. All it needs is a compiler with its matching sources.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{apt, in_path};
use crate::failure::{Failure, Outcome};
use crate::inherited;
use crate::place::Place;
use crate::step;

const DEBIAN_PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/// Which compiler builds the WASM.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The toolchain that runs xtask.
    Active,
    /// Debian's packages under this root (`/`, but for tests).
    Debian(PathBuf),
}

impl Compiler {
    /// In this order: the active toolchain, the same with `rust-src` added, Debian's packages.
    pub(crate) fn find_or_install(place: &Place) -> Outcome<Self> {
        first_that_works(&mut [
            &mut active,
            &mut || {
                add_rust_src()?;
                active()
            },
            &mut || {
                debian(Path::new("/"), version_of).or_else(|_| {
                    apt::install("Compiler for WASM", &DEBIAN_PACKAGES, &place.tools().join("log"))
                        .map_err(|failure| failure.to_string())?;
                    debian(Path::new("/"), version_of)
                })
            },
        ])
    }

    /// `cargo`, set up so that nothing inherited changes what it builds.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = match self {
            Self::Active => Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
            Self::Debian(root) => Command::new(root.join("usr/bin/cargo")),
        };
        inherited::forget_build_settings(&mut command);
        if let Self::Debian(root) = self {
            let bin = root.join("usr/bin");
            let others = env::var_os("PATH").unwrap_or_default();
            let path = env::join_paths(std::iter::once(bin.clone()).chain(env::split_paths(&others))).unwrap_or(others);
            command.env("RUSTC", bin.join("rustc")).env("PATH", path).env_remove("RUSTUP_TOOLCHAIN");
        }
        command.env("RUSTC_BOOTSTRAP", "1");
        command
    }
}

fn active() -> Result<Compiler, String> {
    let sysroot = step::answer(Command::new("rustc").args(["--print", "sysroot"]))
        .ok_or("the active toolchain's rustc does not start")?;
    complete(Path::new(&sysroot)).map_err(|lack| format!("the active toolchain ({sysroot}) has no {lack}"))?;
    Ok(Compiler::Active)
}

fn add_rust_src() -> Result<(), String> {
    if in_path("rustup").is_none() {
        return Err("`rustup component add rust-src`: no rustup in PATH".to_owned());
    }
    step::say("Compiler for WASM: rustup component add rust-src");
    step::answer(Command::new("rustup").args(["component", "add", "rust-src"])).map(|_| ()).ok_or_else(|| {
        step::say("Compiler for WASM: rustup cannot add it here; going on without");
        "`rustup component add rust-src` failed".to_owned()
    })
}

fn debian(root: &Path, version_of: fn(&Path) -> Option<String>) -> Result<Compiler, String> {
    let packages = DEBIAN_PACKAGES.join(" ");
    let bin = root.join("usr/bin");
    for program in ["cargo", "rustc"] {
        if !bin.join(program).is_file() {
            return Err(format!("Debian's {packages}: there is no {}", bin.join(program).display()));
        }
    }
    complete(&root.join("usr"))
        .map_err(|lack| format!("Debian's {packages}: {} has no {lack}", root.join("usr").display()))?;
    let version = version_of(&bin.join("rustc")).ok_or("Debian's rustc does not start")?;
    let oldest = env!("CARGO_PKG_RUST_VERSION");
    if release(&version) < release(&format!("rustc {oldest}.0")) {
        return Err(format!("Debian's compiler is {version}, and {oldest} or newer is needed"));
    }
    Ok(Compiler::Debian(root.to_path_buf()))
}

fn version_of(rustc: &Path) -> Option<String> {
    let mut command = Command::new(rustc);
    inherited::forget_build_settings(&mut command);
    step::answer(command.arg("--version"))
}

/// What a sysroot lacks to build and link `std` for the browser.
fn complete(sysroot: &Path) -> Result<(), &'static str> {
    let libraries = sysroot.join("lib/rustlib");
    if !libraries.join("src/rust/library/Cargo.lock").is_file() {
        return Err("rust-src");
    }
    let bundled = libraries
        .read_dir()
        .is_ok_and(|mut hosts| hosts.any(|host| host.is_ok_and(|host| host.path().join("bin/rust-lld").is_file())));
    if bundled || sysroot.join("bin/rust-lld").is_file() { Ok(()) } else { Err("rust-lld") }
}

/// (1, 96) of `rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)`.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix("rustc ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The first compiler found; if none is, one sentence with the reason of each attempt.
fn first_that_works(attempts: &mut [&mut dyn FnMut() -> Result<Compiler, String>]) -> Outcome<Compiler> {
    let mut reasons = Vec::new();
    for attempt in attempts {
        match attempt() {
            Ok(compiler) => return Ok(compiler),
            Err(reason) => reasons.push(reason),
        }
    }
    Err(Failure::new(format!(
        "no compiler here can build std for wasm32-unknown-unknown; tried: {}",
        reasons.join("; ")
    )))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "the shape of `version_of`")]
    fn new(_: &Path) -> Option<String> {
        Some("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)".to_owned())
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape of `version_of`")]
    fn old(_: &Path) -> Option<String> {
        Some("rustc 1.85.1 (x)".to_owned())
    }

    /// A folder that looks like a Debian root with the packages installed.
    fn root(name: &str) -> PathBuf {
        let root = env::temp_dir().join(format!("volens-root-{name}-{}", std::process::id()));
        fs::create_dir_all(root.join("usr/bin")).unwrap();
        fs::create_dir_all(root.join("usr/lib/rustlib/src/rust/library")).unwrap();
        fs::write(root.join("usr/lib/rustlib/src/rust/library/Cargo.lock"), "").unwrap();
        for program in ["cargo", "rustc", "rust-lld"] {
            fs::write(root.join("usr/bin").join(program), "").unwrap();
        }
        root
    }

    #[test]
    fn debians_packages_are_found() {
        let root = root("whole");
        assert_eq!(debian(&root, new), Ok(Compiler::Debian(root.clone())));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn each_missing_part_is_named() {
        for (part, says) in [
            ("bin/rustc", "there is no"),
            ("bin/rust-lld", "has no rust-lld"),
            ("lib/rustlib/src/rust/library/Cargo.lock", "has no rust-src"),
        ] {
            let root = root("part");
            fs::remove_file(root.join("usr").join(part)).unwrap();
            let reason = debian(&root, new).unwrap_err();
            assert!(reason.contains(says), "{part}: {reason}");
            fs::remove_dir_all(root).unwrap();
        }
    }

    #[test]
    fn a_compiler_older_than_the_workspace_is_refused() {
        let root = root("old");
        assert_eq!(
            debian(&root, old),
            Err(format!(
                "Debian's compiler is rustc 1.85.1 (x), and {} or newer is needed",
                env!("CARGO_PKG_RUST_VERSION")
            ))
        );
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn debians_cargo_runs_debians_rustc() {
        let command = Compiler::Debian(PathBuf::from("/")).cargo();
        let set: Vec<_> =
            command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?))).collect();
        assert_eq!(command.get_program(), "/usr/bin/cargo");
        assert!(set.contains(&("RUSTC", "/usr/bin/rustc")));
        assert!(set.contains(&("RUSTC_BOOTSTRAP", "1")));
        assert!(set.iter().any(|(name, value)| *name == "PATH" && value.starts_with("/usr/bin:")));
        assert!(command.get_envs().any(|(name, value)| name == "RUSTUP_TOOLCHAIN" && value.is_none()));
    }

    #[test]
    fn the_first_compiler_wins_and_later_ones_are_not_asked() {
        let found =
            first_that_works(&mut [&mut || Err("a".into()), &mut || Ok(Compiler::Active), &mut || unreachable!()]);
        assert_eq!(found.unwrap(), Compiler::Active);
    }

    #[test]
    fn with_none_every_attempt_is_named() {
        let failure =
            first_that_works(&mut [&mut || Err("a".into()), &mut || Err("b".into()), &mut || Err("c".into())])
                .unwrap_err();
        assert_eq!(failure.to_string(), "no compiler here can build std for wasm32-unknown-unknown; tried: a; b; c");
    }

    #[test]
    fn releases_compare_as_numbers() {
        assert!(release("rustc 1.100.0 (x)") > release("rustc 1.95.0"));
        assert_eq!(release("garbage"), None);
    }
}
