//! On which ground something is processed, about whom, and what a yes means.

use serde::{Deserialize, Serialize};

/// A legal basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Basis {
    /// GDPR article 6(1)(a).
    Consent,
    /// GDPR article 6(1)(b).
    Contract,
    /// GDPR article 6(1)(c).
    LegalObligation,
    /// GDPR article 6(1)(f).
    LegitimateInterest,
    /// ePrivacy directive, article 5(3).
    StrictlyNecessary,
}

/// Whom a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SubjectKind {
    /// A browser: asked in the banner.
    Device,
    /// An account: asked where it arises.
    Account,
    /// A mail address: asked where it arises.
    Address,
}

/// What a yes means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PurposeKind {
    /// It is allowed.
    Consent,
    /// It is wished for; withdrawing from marketing does not touch it.
    Preference,
}

/// Whether an objection to direct marketing covers a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DirectMarketing {
    /// It does.
    Yes,
    /// It does not.
    No,
}
