//! The command as it is run: the real binary, its output and its exit code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

mod evaluate;
mod export;
mod inspect;
mod keys;
mod mint;
mod notice;
mod run;
mod service;
mod site;
mod status;
mod token;
mod usage;
