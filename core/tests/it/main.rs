//! What `site.toml` means: errors, manifests, notices and texts.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a helper of a test fails as a test does; tables of cases are long"
)]

mod deploy;
mod errors;
mod folds;
mod import;
mod labels;
mod law;
mod manifest;
mod naive;
mod notice;
mod retention;
mod rules;
mod schema;
mod signals;

use volens_core::site::Site;

/// A small shop with everything in it once.
const SHOP: &str = include_str!("shop.toml");

fn shop() -> Site {
    Site::parse("shop.toml", SHOP).unwrap()
}

/// The shop with one piece of its text replaced.
fn shop_with(old: &str, new: &str) -> Site {
    Site::parse("shop.toml", &replaced(old, new)).unwrap()
}

fn replaced(old: &str, new: &str) -> String {
    assert_eq!(SHOP.matches(old).count(), 1, "{old:?} must be in the shop once");
    SHOP.replace(old, new)
}

fn demo() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo-site/site.toml");
    std::fs::read_to_string(path).unwrap()
}

/// A site in every built-in language, in the built-in words.
fn every_language() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/sites/every-language.toml");
    std::fs::read_to_string(path).unwrap()
}
