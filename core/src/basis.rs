//! On which ground something is processed, about whom, and what a yes means.

use serde::{Deserialize, Serialize};

/// A legal basis.
///
/// ```
/// use volens_core::Basis;
/// let basis: Basis = serde_json::from_str("\"legitimate_interest\"")?;
/// assert_eq!(basis, Basis::LegitimateInterest);
/// # Ok::<(), serde_json::Error>(())
/// ```
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

impl Basis {
    /// A stable code, the one of an answer that permits on this basis.
    ///
    /// ```
    /// assert_eq!(volens_core::Basis::LegalObligation.code(), "legal-obligation");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::LegalObligation => "legal-obligation",
            Self::LegitimateInterest => "legitimate-interest",
            Self::StrictlyNecessary => "strictly-necessary",
        }
    }
}

/// Whom a decision is about.
///
/// ```
/// use volens_core::SubjectKind;
/// assert_eq!(serde_json::to_string(&SubjectKind::Address)?, "\"address\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
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
///
/// ```
/// use volens_core::PurposeKind;
/// assert_eq!(serde_json::to_string(&PurposeKind::Preference)?, "\"preference\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PurposeKind {
    /// It is allowed.
    Consent,
    /// It is wished for; withdrawing from marketing does not touch it.
    Preference,
}

/// Whether an objection to direct marketing covers a purpose (GDPR article 21(2) and (3)).
///
/// ```
/// use volens_core::DirectMarketing;
/// assert_eq!(serde_json::to_string(&DirectMarketing::Yes)?, "\"yes\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DirectMarketing {
    /// It does.
    Yes,
    /// It does not.
    No,
}
