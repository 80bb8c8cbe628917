//! The contract of the crate, from outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

mod bits;
mod configured;
mod forge;
#[cfg(feature = "axum")]
mod layer;
mod order;
#[cfg(feature = "status")]
mod status;
mod vectors;
