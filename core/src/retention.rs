//! Retention: how long data is kept, from when, and what still holds it back.

use serde::{Deserialize, Serialize};

/// When the time of a retention begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Anchor {
    /// When it was collected.
    Creation,
    /// When it was delivered.
    Delivery,
    /// When consent was given.
    Grant,
    /// When the request was made.
    Request,
    /// When the account ends.
    AccountEnd,
    /// When the licence ends.
    LicenceEnd,
    /// When the trial ends.
    TrialEnd,
    /// When consent was withdrawn.
    Withdrawal,
}
