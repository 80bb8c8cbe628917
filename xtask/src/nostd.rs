//! `cargo xtask nostd`: `volens-verify` for a machine that has no standard library.

use crate::failure::Outcome;
use crate::place::Place;
use crate::setup::compiler::Compiler;
use crate::step;

/// Nothing but `core` and `alloc` exists for it; and its words have 32 bits, so that sizes are looked at as well.
const TARGET: &str = "thumbv7em-none-eabihf";

/// Builds it with `core` and `alloc` from source: one use of `std`, here or in a dependency, and it does not compile.
pub(crate) fn run(place: &Place) -> Outcome {
    let mut cargo = Compiler::find_or_install(place)?.cargo();
    cargo
        .current_dir(place.root())
        .args(["build", "--package", "volens-verify", "--lib", "--no-default-features", "--locked"])
        .args(["--target", TARGET, "-Zbuild-std=core,alloc", "--target-dir"])
        .arg(place.target().join("nostd"));
    step::loud(&format!("volens-verify without std, for {TARGET}"), &mut cargo)
}
