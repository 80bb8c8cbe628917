//! What the operator reads, on standard error.

use std::fmt::Display;
use std::io::Write as _;

/// Says what went wrong inside. A log that cannot be written, as on a full disk, stops nothing: `eprintln!` would
/// panic, and the visitor would get no answer.
pub(crate) fn warn(message: impl Display) {
    drop(writeln!(std::io::stderr().lock(), "volens: {message}"));
}
