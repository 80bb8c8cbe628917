//! The contract of the crate, from outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

mod bits;
mod configured;
#[cfg(feature = "es256")]
mod es256;
mod forge;
mod heap;
#[cfg(feature = "axum")]
mod layer;
mod live;
mod order;
#[cfg(feature = "refresh")]
mod refresh;
#[cfg(feature = "status")]
mod status;
mod vectors;
