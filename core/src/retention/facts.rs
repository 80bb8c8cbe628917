//! What is known about data of a class.

use std::collections::BTreeMap;

use super::{Anchor, Term};
use crate::{Basis, Timestamp};

/// Until when something lasts: up to an instant and not including it, or without a known end.
///
/// ```
/// use volens_core::retention::Until;
///
/// assert!(Until::Open > Until::At("9999-12-31T23:59:59Z".parse()?));
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums, reason = "an end is known or it is not")]
pub enum Until {
    /// This instant.
    At(Timestamp),
    /// No end is known.
    Open,
}

impl Until {
    /// Whether it still lasts at an instant.
    ///
    /// ```
    /// # use volens_core::{Timestamp, retention::Until};
    /// let end: Timestamp = "2026-12-01T00:00:00Z".parse()?;
    /// assert!(Until::At(end).lasts(end.plus_seconds(-1)) && !Until::At(end).lasts(end));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub fn lasts(self, now: Timestamp) -> bool {
        self > Self::At(now)
    }
}

/// What holds data back from deletion.
///
/// ```
/// use volens_core::{Basis, retention::{Hold, Until}};
///
/// assert_eq!(Hold::Basis(Basis::Contract, Until::Open).code(), "basis");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hold {
    /// A period of the class that lasts; open where its beginning has not happened, or its end lies after the year 9999.
    Term(Term, Until),
    /// The criterion of the class: somebody has to judge.
    Criterion,
    /// Another legal basis.
    Basis(Basis, Until),
    /// Proof kept until a stated date (GDPR, article 17(3)(b) and (e)).
    Proof(Timestamp),
    /// Processing is restricted, storing goes on (GDPR, article 18).
    Restriction(Until),
}

impl Hold {
    /// A stable code.
    ///
    /// ```
    /// # use volens_core::retention::{Hold, Until};
    /// assert_eq!(Hold::Restriction(Until::Open).code(), "restriction");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Term(..) => "term",
            Self::Criterion => "criterion",
            Self::Basis(..) => "basis",
            Self::Proof(_) => "proof",
            Self::Restriction(_) => "restriction",
        }
    }

    /// Until when it holds.
    ///
    /// ```
    /// # use volens_core::retention::{Hold, Until};
    /// assert_eq!(Hold::Criterion.until(), Until::Open);
    /// ```
    pub const fn until(self) -> Until {
        match self {
            Self::Term(_, until) | Self::Basis(_, until) | Self::Restriction(until) => until,
            Self::Proof(at) => Until::At(at),
            Self::Criterion => Until::Open,
        }
    }
}

/// What is known about data of a class: instants by anchor, what has ended, what still holds it back.
///
/// An anchor that is not here has not happened yet. Instants may lie ahead, such as the end of a licence that runs.
///
/// ```
/// use volens_core::{Basis, retention::{Anchor, Facts, Until}};
///
/// let facts = Facts::new()
///     .at(Anchor::Withdrawal, "2026-05-01T09:00:00Z".parse()?)
///     .basis(Basis::Contract, Until::At("2026-12-31T23:00:00Z".parse()?));
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Under none: it never will happen.
    anchors: BTreeMap<Anchor, Option<Timestamp>>,
    not_needed: Option<Timestamp>,
    consent_ended: Option<Timestamp>,
    /// Bases, proof and restrictions.
    holds: Vec<Hold>,
}

impl Facts {
    /// Nothing is known: nothing has happened yet.
    ///
    /// ```
    /// # use volens_core::retention::Facts;
    /// assert_eq!(Facts::new(), Facts::default());
    /// ```
    pub const fn new() -> Self {
        Self { anchors: BTreeMap::new(), not_needed: None, consent_ended: None, holds: Vec::new() }
    }

    /// An anchor happens at this instant. A withdrawal ends consent too.
    ///
    /// ```
    /// # use volens_core::retention::{Anchor, Facts};
    /// let facts = Facts::new().at(Anchor::Creation, "2026-01-01T00:00:00Z".parse()?);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn at(mut self, anchor: Anchor, at: Timestamp) -> Self {
        self.anchors.insert(anchor, Some(at));
        self
    }

    /// An anchor never will happen, as where there was no licence that could end: its periods do not count.
    ///
    /// ```
    /// # use volens_core::retention::{Anchor, Facts};
    /// let facts = Facts::new().never(Anchor::LicenceEnd);
    /// ```
    #[must_use]
    pub fn never(mut self, anchor: Anchor) -> Self {
        self.anchors.insert(anchor, None);
        self
    }

    /// It is not needed from this instant on (GDPR, article 17(1)(a)); so is said too that a criterion is no longer met.
    ///
    /// ```
    /// # use volens_core::retention::Facts;
    /// let facts = Facts::new().not_needed_from("2026-03-01T00:00:00Z".parse()?);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub const fn not_needed_from(mut self, at: Timestamp) -> Self {
        self.not_needed = Some(at);
        self
    }

    /// The consent that it rests on ends at this instant, withdrawn or expired (GDPR, article 17(1)(b)); or the interest
    /// that it rests on, by an objection that counts (17(1)(c)). Leave it out where consent was given anew.
    ///
    /// ```
    /// # use volens_core::retention::Facts;
    /// let facts = Facts::new().consent_ended("2026-03-01T00:00:00Z".parse()?);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub const fn consent_ended(mut self, at: Timestamp) -> Self {
        self.consent_ended = Some(at);
        self
    }

    /// The data rests on another basis too, until then.
    ///
    /// ```
    /// # use volens_core::{Basis, retention::{Facts, Until}};
    /// let facts = Facts::new().basis(Basis::LegalObligation, Until::At("2034-01-01T00:00:00Z".parse()?));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn basis(self, basis: Basis, until: Until) -> Self {
        self.holding(Hold::Basis(basis, until))
    }

    /// It is proof until a stated date (GDPR, article 17(3)(b) and (e)).
    ///
    /// ```
    /// # use volens_core::retention::Facts;
    /// let facts = Facts::new().proof_until("2029-01-01T00:00:00Z".parse()?);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn proof_until(self, until: Timestamp) -> Self {
        self.holding(Hold::Proof(until))
    }

    /// Its processing is restricted, until then; storing goes on (GDPR, article 18).
    ///
    /// ```
    /// # use volens_core::retention::{Facts, Until};
    /// let facts = Facts::new().restricted(Until::Open);
    /// ```
    #[must_use]
    pub fn restricted(self, until: Until) -> Self {
        self.holding(Hold::Restriction(until))
    }

    fn holding(mut self, hold: Hold) -> Self {
        self.holds.push(hold);
        self
    }
}

#[cfg(feature = "calendar")]
impl Facts {
    pub(super) fn never_happens(&self, anchor: Anchor) -> bool {
        self.anchors.get(&anchor) == Some(&None)
    }

    pub(super) fn anchor(&self, anchor: Anchor) -> Option<Timestamp> {
        self.anchors.get(&anchor).copied().flatten()
    }

    /// The end of a term; none: not begun, or after the year 9999.
    pub(super) fn end_of(&self, term: Term) -> Option<Timestamp> {
        term.period().after(self.anchor(term.from())?)
    }

    pub(super) const fn not_needed(&self) -> Option<Timestamp> {
        self.not_needed
    }

    /// When consent ended: by withdrawal, or by itself before one.
    pub(super) fn consent_end(&self) -> Option<Timestamp> {
        self.consent_ended.into_iter().chain(self.anchor(Anchor::Withdrawal)).min()
    }

    /// Bases, proof and restrictions.
    pub(super) fn holds(&self) -> &[Hold] {
        &self.holds
    }
}
