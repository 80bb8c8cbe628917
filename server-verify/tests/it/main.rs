//! The contract of the crate, from outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

#[cfg(feature = "actix")]
mod actix;
mod bits;
mod configured;
#[cfg(feature = "es256")]
mod es256;
mod forge;
#[cfg(feature = "tonic")]
mod grpc;
mod heap;
#[cfg(any(feature = "actix", feature = "axum", feature = "tonic"))]
mod kept;
#[cfg(feature = "axum")]
mod layer;
mod live;
mod order;
#[cfg(feature = "refresh")]
mod refresh;
#[cfg(feature = "status")]
mod status;
mod vectors;
