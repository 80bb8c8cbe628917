//! The one place that reads a clock.

pub use volens_verify::{Clock, SystemClock};
