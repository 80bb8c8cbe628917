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
    /// A period of the class that lasts; open where its end is not known, or lies after the year 9999.
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
/// An anchor that is not here has not happened yet; consent of which no end is here lasts. Instants may lie ahead, such
/// as the end of a licence that runs. The order of the calls changes nothing: of several instants for one thing the
/// latest counts, and an instant counts before *never*.
///
/// ```
/// use volens_core::{Basis, retention::{Anchor, Criterion, Facts, Schedule, Until, due_for_deletion}};
///
/// let contract_ends = "2026-12-31T23:00:00Z".parse()?;
/// let facts = Facts::new()
///     .at(Anchor::Withdrawal, "2026-05-01T09:00:00Z".parse()?)
///     .basis(Basis::Contract, Until::At(contract_ends));
/// let verdict = due_for_deletion(&Schedule::new([], Criterion::None), &facts, "2026-06-01T00:00:00Z".parse()?);
/// assert_eq!(verdict.due_at(), Some(contract_ends));
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

    /// An anchor happens at this instant, the latest given counting. A withdrawal ends consent too.
    ///
    /// ```
    /// # use volens_core::{Timestamp, retention::{Anchor, Facts}};
    /// let (january, june): (Timestamp, Timestamp) = ("2026-01-01T00:00:00Z".parse()?, "2026-06-01T00:00:00Z".parse()?);
    /// let facts = Facts::new().at(Anchor::Request, june);
    /// assert_eq!(facts.clone().at(Anchor::Request, january), facts);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn at(mut self, anchor: Anchor, at: Timestamp) -> Self {
        let known = self.anchors.entry(anchor).or_default();
        *known = (*known).max(Some(at));
        self
    }

    /// An anchor never will happen, as where there was no licence that could end: its periods do not count.
    ///
    /// ```
    /// # use volens_core::retention::{Anchor, Criterion, Facts, Schedule, State, Term, due_for_deletion};
    /// let month = |from| Term::new("P1M".parse()?, from).map_err(Box::<dyn std::error::Error>::from);
    /// let class = Schedule::new([month(Anchor::AccountEnd)?, month(Anchor::LicenceEnd)?], Criterion::None);
    /// let facts = Facts::new().at(Anchor::AccountEnd, "2026-01-01T00:00:00Z".parse()?);
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// assert_eq!(due_for_deletion(&class, &facts, now).state(), State::Open);
    /// assert_eq!(due_for_deletion(&class, &facts.never(Anchor::LicenceEnd), now).state(), State::Due);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn never(mut self, anchor: Anchor) -> Self {
        self.anchors.entry(anchor).or_default();
        self
    }

    /// It is not needed from this instant on (GDPR, article 17(1)(a)); so is said too that a criterion is no longer met.
    ///
    /// ```
    /// # use volens_core::retention::{Criterion, Facts, Ground, Schedule, State, due_for_deletion};
    /// let march = "2026-03-01T00:00:00Z".parse()?;
    /// let verdict = due_for_deletion(&Schedule::new([], Criterion::Stated), &Facts::new().not_needed_from(march), march);
    /// assert_eq!((verdict.state(), verdict.ground()), (State::Due, Some(Ground::NotNeeded)));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn not_needed_from(mut self, at: Timestamp) -> Self {
        self.not_needed = self.not_needed.max(Some(at));
        self
    }

    /// The consent that it rests on ends at this instant, withdrawn or expired (GDPR, article 17(1)(b)); or the interest
    /// that it rests on, by an objection that counts (17(1)(c)). Leave it out where consent was given anew.
    ///
    /// ```
    /// # use volens_core::retention::{Criterion, Facts, Ground, Schedule, State, due_for_deletion};
    /// let march = "2026-03-01T00:00:00Z".parse()?;
    /// let verdict = due_for_deletion(&Schedule::new([], Criterion::None), &Facts::new().consent_ended(march), march);
    /// assert_eq!((verdict.state(), verdict.ground()), (State::Due, Some(Ground::ConsentEnded)));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn consent_ended(mut self, at: Timestamp) -> Self {
        self.consent_ended = self.consent_ended.max(Some(at));
        self
    }

    /// The data rests on another basis too, until then.
    ///
    /// ```
    /// # use volens_core::{Basis, Timestamp, retention::{Criterion, Facts, Schedule, Until, due_for_deletion}};
    /// let end: Timestamp = "2034-01-01T00:00:00Z".parse()?;
    /// let now = "2026-03-01T00:00:00Z".parse()?;
    /// let facts = Facts::new().not_needed_from(now).basis(Basis::LegalObligation, Until::At(end));
    /// assert_eq!(due_for_deletion(&Schedule::new([], Criterion::None), &facts, now).due_at(), Some(end));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn basis(self, basis: Basis, until: Until) -> Self {
        self.holding(Hold::Basis(basis, until))
    }

    /// It is proof until a stated date (GDPR, article 17(3)(b) and (e)).
    ///
    /// ```
    /// # use volens_core::{Timestamp, retention::{Criterion, Facts, Schedule, due_for_deletion}};
    /// let stated: Timestamp = "2029-01-01T00:00:00Z".parse()?;
    /// let now = "2026-03-01T00:00:00Z".parse()?;
    /// let facts = Facts::new().consent_ended(now).proof_until(stated);
    /// assert_eq!(due_for_deletion(&Schedule::new([], Criterion::None), &facts, now).due_at(), Some(stated));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    #[must_use]
    pub fn proof_until(self, until: Timestamp) -> Self {
        self.holding(Hold::Proof(until))
    }

    /// Its processing is restricted, until then; storing goes on (GDPR, article 18).
    ///
    /// ```
    /// # use volens_core::retention::{Criterion, Facts, Hold, Schedule, Until, due_for_deletion};
    /// let now = "2026-03-01T00:00:00Z".parse()?;
    /// let facts = Facts::new().not_needed_from(now).restricted(Until::Open);
    /// let verdict = due_for_deletion(&Schedule::new([], Criterion::None), &facts, now);
    /// assert_eq!(verdict.holds(), [Hold::Restriction(Until::Open)]);
    /// # Ok::<(), volens_core::TimeError>(())
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

    /// When it ended by withdrawal.
    pub(super) fn withdrawn(&self) -> Option<Timestamp> {
        self.anchor(Anchor::Withdrawal).filter(|at| self.consent_end() == Some(*at))
    }

    /// Bases, proof and restrictions.
    pub(super) fn holds(&self) -> &[Hold] {
        &self.holds
    }
}
