//! Objections (GDPR article 21) and restriction (article 18).
//!
//! A record of the kind `object` is an objection raised. What the controller decides on it is a [`Ruling`]; that
//! processing is restricted, and no longer so, a [`Restriction`] and a [`Lifting`]. [`Case`](crate::law::Case) answers
//! from all of them. A decision of the controller speaks of what was written here *before* it: whatever came in, or
//! was only typed in, at that instant or later awaits another.
//!
//! ```
//! use volens_core::law::{Purposes, Terms};
//! use volens_core::objection::{Grounds, Outcome, Overriding, Right, Ruling};
//! use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
//!
//! let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [Basis::LegitimateInterest])?;
//! let logs = Purposes::new([("visits".parse()?, terms)]).processing(&"visits".parse()?, Basis::LegitimateInterest)?;
//! assert_eq!(Right::of(&logs)?, Right::LegitimateInterest);
//!
//! let grounds = Grounds::new(Overriding::LegitimateGrounds, "Without them a break-in would go unseen.")?;
//! let ruling = Ruling::new(&logs, Outcome::Overruled(grounds), "2026-05-20T12:00:00Z".parse()?)?;
//! assert_eq!(ruling.purpose().as_str(), "visits");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod restriction;
mod ruling;

pub use restriction::{Lifting, Restriction};
pub use ruling::{Grounds, Outcome, Overriding, Ruling};

use crate::law::{Processing, Purposes};
use crate::{Basis, DirectMarketing, Kind, PurposeId};
use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

/// Why an objection, a decision on one or a restriction is refused.
///
/// ```
/// use volens_core::objection::ObjectionError;
/// assert_eq!(ObjectionError::Absolute.code(), "objection-absolute");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectionError {
    /// Article 21 gives no right to object to what rests on this basis.
    NoRight(Basis),
    /// An objection to direct marketing cannot be overruled.
    Absolute,
    /// An objection is overruled without a word on why.
    NoGrounds,
    /// `received_at` lies after `recorded_at`: written before it arrived.
    ReceivedAfterRecorded,
}

impl ObjectionError {
    /// A stable code.
    ///
    /// ```
    /// use volens_core::{Basis, objection::ObjectionError};
    /// assert_eq!(ObjectionError::NoRight(Basis::Contract).code(), "no-right-to-object");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoRight(_) => "no-right-to-object",
            Self::Absolute => "objection-absolute",
            Self::NoGrounds => "no-grounds",
            Self::ReceivedAfterRecorded => "received-after-recorded",
        }
    }
}

impl fmt::Display for ObjectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRight(Basis::Consent) => {
                f.write_str("an objection to what rests on consent; expected a withdrawal (GDPR article 7(3))")
            }
            Self::NoRight(basis) => write!(
                f,
                "an objection to what rests on {}; expected legitimate-interest or direct marketing (GDPR article 21)",
                basis.code()
            ),
            Self::Absolute => f.write_str(
                "an objection to direct marketing, overruled; expected it to be upheld (GDPR article 21(3))",
            ),
            Self::NoGrounds => {
                f.write_str("an empty text; expected the grounds that override the objection (GDPR article 21(1))")
            }
            Self::ReceivedAfterRecorded => {
                f.write_str("received_at is after recorded_at; a statement cannot be written before it arrives")
            }
        }
    }
}

impl core::error::Error for ObjectionError {}

/// The right under which a person objects.
///
/// ```
/// use volens_core::law::{Purposes, Terms};
/// use volens_core::objection::{ObjectionError, Right};
/// use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
///
/// let bases = [Basis::Contract, Basis::LegitimateInterest];
/// let terms = Terms::new(SubjectKind::Account, PurposeKind::Consent, DirectMarketing::No, bases)?;
/// let purposes = Purposes::new([("support".parse()?, terms)]);
/// let right = |basis| purposes.processing(&"support".parse().unwrap(), basis).map(|support| Right::of(&support));
/// assert_eq!(right(Basis::LegitimateInterest)?, Ok(Right::LegitimateInterest));
/// assert_eq!(right(Basis::Contract)?, Err(ObjectionError::NoRight(Basis::Contract)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Right {
    /// To legitimate interest, on grounds of the person's own situation; the controller decides (article 21(1)).
    LegitimateInterest,
    /// To direct marketing, absolute, whatever the basis (article 21(2) and (3)).
    DirectMarketing,
}

impl Right {
    /// The right to object to a processing; ask before an objection is taken in.
    ///
    /// ```
    /// # use volens_core::{Basis, law::Purposes, objection::Right};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = Purposes::of(&site);
    /// let offers = purposes.processing(&"marketing".parse()?, Basis::Consent)?;
    /// assert_eq!(Right::of(&offers), Ok(Right::DirectMarketing));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ObjectionError::NoRight`]; an objection that is on record all the same counts.
    pub const fn of(processing: &Processing) -> Result<Self, ObjectionError> {
        match (processing.direct_marketing(), processing.basis()) {
            (DirectMarketing::Yes, _) => Ok(Self::DirectMarketing),
            (DirectMarketing::No, Basis::LegitimateInterest) => Ok(Self::LegitimateInterest),
            (DirectMarketing::No, basis) => Err(ObjectionError::NoRight(basis)),
        }
    }
}

/// What unsubscribing from purposes records: under consent a withdrawal, on any other basis an objection.
///
/// An objection to direct marketing is recorded for every purpose flagged so that is about the same kind of subject
/// (GDPR article 21(3)). A purpose that rests on consent among others, or is not known, is withdrawn from.
///
/// ```
/// use volens_core::law::Purposes;
/// use volens_core::objection::unsubscribe;
/// use volens_core::{Kind, PurposeId};
///
/// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
/// let (offers, club): (PurposeId, PurposeId) = ("marketing".parse()?, "club".parse()?);
/// let decisions = unsubscribe(&Purposes::of(&site), [offers.clone(), club.clone()]);
/// assert_eq!(decisions.get(&offers), Some(&Kind::Withdraw));
/// assert_eq!(decisions.get(&club), Some(&Kind::Object));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn unsubscribe(purposes: &Purposes, from: impl IntoIterator<Item = PurposeId>) -> BTreeMap<PurposeId, Kind> {
    let mut decisions = BTreeMap::new();
    let mut objected = BTreeSet::new();
    for id in from {
        let terms = purposes.get(&id).filter(|terms| !terms.bases().contains(&Basis::Consent));
        if let Some(terms) = terms.filter(|terms| terms.direct_marketing() == DirectMarketing::Yes) {
            objected.insert(terms.subject());
        }
        decisions.insert(id, if terms.is_some() { Kind::Object } else { Kind::Withdraw });
    }
    let covered = purposes
        .iter()
        .filter(|(_, terms)| terms.direct_marketing() == DirectMarketing::Yes && objected.contains(&terms.subject()));
    decisions.extend(covered.map(|(id, _)| (id.clone(), Kind::Object)));
    decisions
}

#[cfg(test)]
mod tests;
