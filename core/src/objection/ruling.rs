//! What the controller decides on objections.

use super::{ObjectionError, Right};
use crate::law::Processing;
use crate::{Basis, PurposeId, Timestamp};
use core::cmp::Ordering;

/// What overrides an objection; for legitimate interest article 21(1) knows the first two.
///
/// ```
/// use volens_core::objection::Overriding;
/// assert_eq!(Overriding::LegalClaims.code(), "legal-claims");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Overriding {
    /// Compelling legitimate grounds that override the interests, rights and freedoms of the person.
    LegitimateGrounds,
    /// The establishment, exercise or defence of legal claims.
    LegalClaims,
    /// Article 21 gives no right to object to what rests on this basis.
    NoRight,
}

impl Overriding {
    /// A stable code.
    ///
    /// ```
    /// use volens_core::objection::Overriding;
    /// assert_eq!(Overriding::LegitimateGrounds.code(), "compelling-legitimate-grounds");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::LegitimateGrounds => "compelling-legitimate-grounds",
            Self::LegalClaims => "legal-claims",
            Self::NoRight => "no-right-to-object",
        }
    }
}

/// The grounds that override an objection, which the controller has to demonstrate (GDPR article 21(1)).
///
/// ```
/// use volens_core::objection::{Grounds, ObjectionError, Overriding};
/// let grounds = Grounds::new(Overriding::LegitimateGrounds, "Without the log, fraud goes unseen.")?;
/// assert_eq!(grounds.overriding(), Overriding::LegitimateGrounds);
/// # Ok::<(), ObjectionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grounds {
    overriding: Overriding,
    text: String,
}

impl Grounds {
    /// The grounds with the controller's own words.
    ///
    /// ```
    /// use volens_core::objection::{Grounds, ObjectionError, Overriding};
    /// assert_eq!(Grounds::new(Overriding::LegalClaims, " "), Err(ObjectionError::NoGrounds));
    /// ```
    ///
    /// # Errors
    /// [`ObjectionError::NoGrounds`] if the text is blank.
    pub fn new(overriding: Overriding, text: &str) -> Result<Self, ObjectionError> {
        match text.trim() {
            "" => Err(ObjectionError::NoGrounds),
            text => Ok(Self { overriding, text: text.to_owned() }),
        }
    }

    /// Which of the two.
    ///
    /// ```
    /// # use volens_core::objection::{Grounds, ObjectionError, Overriding};
    /// let grounds = Grounds::new(Overriding::LegalClaims, "A claim is pending.")?;
    /// assert_eq!(grounds.overriding(), Overriding::LegalClaims);
    /// # Ok::<(), ObjectionError>(())
    /// ```
    pub const fn overriding(&self) -> Overriding {
        self.overriding
    }

    /// The controller's own words.
    ///
    /// ```
    /// # use volens_core::objection::{Grounds, ObjectionError, Overriding};
    /// let grounds = Grounds::new(Overriding::LegalClaims, "A claim is pending.")?;
    /// assert_eq!(grounds.text(), "A claim is pending.");
    /// # Ok::<(), ObjectionError>(())
    /// ```
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What the controller decided on an objection.
///
/// ```
/// use volens_core::objection::{Grounds, Outcome, Overriding};
/// let overruled = Outcome::Overruled(Grounds::new(Overriding::LegalClaims, "A claim is pending.")?);
/// assert_ne!(overruled, Outcome::Upheld);
/// # Ok::<(), volens_core::objection::ObjectionError>(())
/// ```
// The order is that in which decisions of one instant count: the protective one comes last and wins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums, reason = "an objection prevails or it does not")]
pub enum Outcome {
    /// Grounds override it: processing goes on.
    Overruled(Grounds),
    /// It prevails: processing stays stopped.
    Upheld,
}

/// The controller's decision on every objection to a purpose that was written here before it.
///
/// ```
/// # use volens_core::law::{Purposes, Terms};
/// # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
/// use volens_core::objection::{Outcome, Ruling};
/// # let basis = Basis::LegitimateInterest;
/// # let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [basis])?;
/// # let purposes = Purposes::new([("visits".parse()?, terms)]);
/// let visits = purposes.processing(&"visits".parse()?, Basis::LegitimateInterest)?;
/// let ruling = Ruling::new(&visits, Outcome::Upheld, "2026-05-01T00:00:00Z".parse()?)?;
/// assert_eq!(ruling.purpose().as_str(), "visits");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    purpose: PurposeId,
    outcome: Outcome,
    recorded_at: Timestamp,
}

impl Ruling {
    /// A decision, written at `recorded_at`.
    ///
    /// ```
    /// # use volens_core::{Basis, law::Purposes};
    /// use volens_core::objection::{Grounds, ObjectionError, Outcome, Overriding, Ruling};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = Purposes::of(&site);
    /// let offers = purposes.processing(&"marketing".parse()?, Basis::Consent)?;
    /// let overruled = Outcome::Overruled(Grounds::new(Overriding::LegitimateGrounds, "Offers pay for the shop.")?);
    /// let ruling = Ruling::new(&offers, overruled, "2026-05-01T00:00:00Z".parse()?);
    /// assert_eq!(ruling, Err(ObjectionError::Absolute));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ObjectionError::Absolute`] for direct marketing overruled; [`ObjectionError::NoRight`] for consent, which is
    /// withdrawn and not objected to. Where article 21 gives no right, an objection on record is decided all the same.
    pub fn new(processing: &Processing, outcome: Outcome, recorded_at: Timestamp) -> Result<Self, ObjectionError> {
        match (Right::of(processing), &outcome) {
            (Ok(Right::DirectMarketing), Outcome::Overruled(_)) => Err(ObjectionError::Absolute),
            (Err(ObjectionError::NoRight(Basis::Consent)), _) => Err(ObjectionError::NoRight(Basis::Consent)),
            _ => Ok(Self { purpose: processing.purpose().clone(), outcome, recorded_at }),
        }
    }

    /// The purpose objected to.
    ///
    /// ```
    /// # use volens_core::law::{Purposes, Terms};
    /// # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
    /// # use volens_core::objection::{Grounds, Outcome, Overriding, Ruling};
    /// # let basis = Basis::LegitimateInterest;
    /// # let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [basis])?;
    /// # let visits = Purposes::new([("visits".parse()?, terms)]).processing(&"visits".parse()?, basis)?;
    /// let grounds = Grounds::new(Overriding::LegitimateGrounds, "Fraud would go unseen.")?;
    /// let ruling = Ruling::new(&visits, Outcome::Overruled(grounds.clone()), "2026-05-01T00:00:00Z".parse()?)?;
    /// assert_eq!(ruling.purpose(), visits.purpose());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn purpose(&self) -> &PurposeId {
        &self.purpose
    }

    /// What was decided.
    ///
    /// ```
    /// # use volens_core::law::{Purposes, Terms};
    /// # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
    /// # use volens_core::objection::{Grounds, Outcome, Overriding, Ruling};
    /// # let basis = Basis::LegitimateInterest;
    /// # let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [basis])?;
    /// # let visits = Purposes::new([("visits".parse()?, terms)]).processing(&"visits".parse()?, basis)?;
    /// let grounds = Grounds::new(Overriding::LegitimateGrounds, "Fraud would go unseen.")?;
    /// let ruling = Ruling::new(&visits, Outcome::Overruled(grounds.clone()), "2026-05-01T00:00:00Z".parse()?)?;
    /// assert_eq!(ruling.outcome(), &Outcome::Overruled(grounds));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// When it was written here, from when on it counts.
    ///
    /// ```
    /// # use volens_core::law::{Purposes, Terms};
    /// # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind};
    /// # use volens_core::objection::{Grounds, Outcome, Overriding, Ruling};
    /// # let basis = Basis::LegitimateInterest;
    /// # let terms = Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [basis])?;
    /// # let visits = Purposes::new([("visits".parse()?, terms)]).processing(&"visits".parse()?, basis)?;
    /// let grounds = Grounds::new(Overriding::LegitimateGrounds, "Fraud would go unseen.")?;
    /// let ruling = Ruling::new(&visits, Outcome::Overruled(grounds.clone()), "2026-05-01T00:00:00Z".parse()?)?;
    /// assert_eq!(ruling.recorded_at().to_string(), "2026-05-01T00:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    pub(crate) fn order(&self, other: &Self) -> Ordering {
        (self.recorded_at, &self.outcome, &self.purpose).cmp(&(other.recorded_at, &other.outcome, &other.purpose))
    }
}
