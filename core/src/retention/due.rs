//! Whether data is due for deletion, since when and why, and what still holds it back.

use super::{Anchor, Criterion, Facts, Hold, Schedule, Term, Until};
use crate::{Basis, Timestamp};

/// What makes data due, or asks for a review.
///
/// ```
/// use volens_core::retention::Ground;
///
/// assert_eq!(Ground::ConsentEnded.code(), "consent-ended");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Ground {
    /// The last of its periods has ended: this one (GDPR, article 5(1)(e)).
    Period(Term),
    /// It is no longer needed (GDPR, article 17(1)(a)).
    NotNeeded,
    /// Consent has ended and no other basis remains (GDPR, article 17(1)(b)).
    ConsentEnded,
    /// The class has periods and none of them ever applies: a review, for nothing says when it is due.
    NoPeriod,
}

impl Ground {
    /// A stable code.
    ///
    /// ```
    /// # use volens_core::retention::Ground;
    /// assert_eq!(Ground::NotNeeded.code(), "not-needed");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Period(_) => "period-ended",
            Self::NotNeeded => "not-needed",
            Self::ConsentEnded => "consent-ended",
            Self::NoPeriod => "no-period",
        }
    }
}

/// What to do with data now.
///
/// ```
/// use volens_core::retention::State;
///
/// assert_eq!(State::Review.code(), "review");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Delete it.
    Due,
    /// Keep it; it is known when it will be due, or when its periods will have ended and its criterion counts.
    Kept,
    /// Keep it; no date is known yet.
    Open,
    /// Somebody has to judge whether the criterion of its class is still met, or how long it is kept at all.
    Review,
}

impl State {
    /// A stable code.
    ///
    /// ```
    /// # use volens_core::retention::State;
    /// assert_eq!(State::Due.code(), "due");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Kept => "kept",
            Self::Open => "open",
            Self::Review => "review",
        }
    }
}

/// What [`due_for_deletion`] says.
///
/// ```
/// use volens_core::retention::{Criterion, Facts, Schedule, State, due_for_deletion};
///
/// let proof = Schedule::new([], Criterion::Stated);
/// let verdict = due_for_deletion(&proof, &Facts::new(), "2026-11-22T00:00:00Z".parse()?);
/// assert_eq!(verdict.state(), State::Review);
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    state: State,
    due_at: Option<Timestamp>,
    ground: Option<Ground>,
    holds: Vec<Hold>,
}

impl Verdict {
    /// What to do.
    ///
    /// ```
    /// # use volens_core::{Timestamp, retention::{Criterion, Facts, Schedule, State, due_for_deletion}};
    /// let now: Timestamp = "2026-11-22T00:00:00Z".parse()?;
    /// let verdict = due_for_deletion(&Schedule::new([], Criterion::None), &Facts::new(), now);
    /// assert_eq!(verdict.state(), State::Open);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn state(&self) -> State {
        self.state
    }

    /// Since when it is due, or when it will be at the latest; none: no date is known.
    ///
    /// ```
    /// # use volens_core::{Timestamp, retention::{Criterion, Facts, Schedule, due_for_deletion}};
    /// let now: Timestamp = "2026-11-22T00:00:00Z".parse()?;
    /// let facts = Facts::new().not_needed_from(now);
    /// assert_eq!(due_for_deletion(&Schedule::new([], Criterion::None), &facts, now).due_at(), Some(now));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn due_at(&self) -> Option<Timestamp> {
        self.due_at
    }

    /// Why it is due, or will be once nothing holds it back; or why nothing says so ([`Ground::NoPeriod`]).
    ///
    /// ```
    /// # use volens_core::{Timestamp, retention::{Criterion, Facts, Ground, Schedule, due_for_deletion}};
    /// let now: Timestamp = "2026-11-22T00:00:00Z".parse()?;
    /// let facts = Facts::new().consent_ended(now);
    /// let verdict = due_for_deletion(&Schedule::new([], Criterion::None), &facts, now);
    /// assert_eq!(verdict.ground(), Some(Ground::ConsentEnded));
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub const fn ground(&self) -> Option<Ground> {
        self.ground
    }

    /// What holds it back now; nothing once it is due.
    ///
    /// ```
    /// # use volens_core::{Timestamp, retention::{Criterion, Facts, Hold, Schedule, Until, due_for_deletion}};
    /// let now: Timestamp = "2026-11-22T00:00:00Z".parse()?;
    /// let facts = Facts::new().not_needed_from(now).restricted(Until::Open);
    /// let verdict = due_for_deletion(&Schedule::new([], Criterion::None), &facts, now);
    /// assert_eq!(verdict.holds(), [Hold::Restriction(Until::Open)]);
    /// # Ok::<(), volens_core::TimeError>(())
    /// ```
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }
}

/// Whether data of a class is due for deletion at `now`, by the [rules of this module](super). Feature `calendar`.
///
/// ```
/// use volens_core::Timestamp;
/// use volens_core::retention::{Anchor, Criterion, Facts, Ground, Schedule, State, Term, due_for_deletion};
///
/// let term = Term::new("P1M".parse()?, Anchor::AccountEnd)?;
/// let account = Schedule::new([term], Criterion::None);
/// let facts = Facts::new().at(Anchor::AccountEnd, "2026-01-31T10:00:00Z".parse()?);
/// let end: Timestamp = "2026-02-28T10:00:00Z".parse()?;
///
/// assert_eq!(due_for_deletion(&account, &facts, end.plus_seconds(-1)).state(), State::Kept);
/// let verdict = due_for_deletion(&account, &facts, end);
/// assert_eq!(verdict.state(), State::Due);
/// assert_eq!(verdict.due_at(), Some(end));
/// assert_eq!(verdict.ground(), Some(Ground::Period(term)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn due_for_deletion(class: &Schedule, facts: &Facts, now: Timestamp) -> Verdict {
    let not_needed = facts.not_needed().map(|at| (at, Ground::NotNeeded));
    let grounds = [periods_ended(class, facts), not_needed, consent_ended(class, facts)];
    let first = grounds.into_iter().flatten().min();
    let due_at = first.and_then(|(at, _)| held_back(at, facts));
    let arisen = first.is_some_and(|(at, _)| at <= now);
    let terms: Vec<Hold> = applying(class, facts).map(|term| Hold::Term(term, lasting(term, facts))).collect();
    let running: Vec<Hold> = terms.iter().copied().filter(|hold| hold.until().lasts(now)).collect();
    let stated = class.criterion() == Criterion::Stated;
    let no_period = first.is_none() && terms.is_empty() && !class.terms().is_empty();
    let state = match due_at {
        Some(at) if at <= now => State::Due,
        _ if no_period || (stated && !arisen && running.is_empty()) => State::Review,
        Some(_) => State::Kept,
        None if stated && !arisen && terms.iter().all(|hold| hold.until() != Until::Open) => State::Kept,
        None => State::Open,
    };
    let mut holds = Vec::new();
    if state != State::Due {
        if !arisen {
            holds.extend(running);
            holds.extend(stated.then_some(Hold::Criterion));
        }
        let consent_over = facts.consent_end().is_some_and(|end| end <= now);
        let counts = |hold: &Hold| always_holds(*hold) || (!arisen && consent_over);
        holds.extend(facts.holds().iter().copied().filter(|hold| hold.until().lasts(now)).filter(counts));
    }
    let ground = first.map(|(_, ground)| ground).or(no_period.then_some(Ground::NoPeriod));
    Verdict { state, due_at, ground, holds }
}

/// Rule 1: the last of its periods, once all have an end.
fn periods_ended(class: &Schedule, facts: &Facts) -> Option<(Timestamp, Ground)> {
    let ends = applying(class, facts).map(|term| match lasting(term, facts) {
        Until::At(end) if term.from() == Anchor::Withdrawal && facts.withdrawn().is_none() => {
            Some((end, Ground::ConsentEnded))
        }
        Until::At(end) => Some((end, Ground::Period(term))),
        Until::Open => None,
    });
    let ends: Vec<(Timestamp, Ground)> = ends.collect::<Option<_>>()?;
    ends.into_iter().max().filter(|_| class.criterion() == Criterion::None)
}

/// Until when a term lasts.
fn lasting(term: Term, facts: &Facts) -> Until {
    match facts.consent_end() {
        // Consent that ended by itself leaves nothing to withdraw: the term ends with what the data still rests on.
        Some(ended) if term.from() == Anchor::Withdrawal && facts.withdrawn().is_none() => other_bases(ended, facts),
        _ => facts.end_of(term).map_or(Until::Open, Until::At),
    }
}

/// Rule 3: when consent has ended, what is promised from withdrawal has run, and no other basis remains.
fn consent_ended(class: &Schedule, facts: &Facts) -> Option<(Timestamp, Ground)> {
    let ended = facts.consent_end()?;
    let mut last = (ended, Ground::ConsentEnded);
    if facts.withdrawn().is_some() {
        for term in applying(class, facts).filter(|term| term.from() == Anchor::Withdrawal) {
            let end = facts.end_of(term)?;
            if end > last.0 {
                last = (end, Ground::Period(term));
            }
        }
    }
    match other_bases(last.0, facts) {
        Until::At(end) if end > last.0 => Some((end, Ground::ConsentEnded)),
        Until::At(_) => Some(last),
        Until::Open => None,
    }
}

/// The same instant, or the end of the last basis where that is later.
fn other_bases(at: Timestamp, facts: &Facts) -> Until {
    let bases = facts.holds().iter().filter(|hold| matches!(hold, Hold::Basis(..)));
    bases.map(|hold| hold.until()).fold(Until::At(at), Until::max)
}

/// The terms whose anchor can happen.
fn applying<'a>(class: &'a Schedule, facts: &'a Facts) -> impl Iterator<Item = Term> + 'a {
    class.terms().iter().copied().filter(|term| !facts.never_happens(term.from()))
}

/// Whether it holds whatever makes data due.
fn always_holds(hold: Hold) -> bool {
    match hold {
        Hold::Basis(basis, _) => basis == Basis::LegalObligation,
        Hold::Proof(_) | Hold::Restriction(_) => true,
        Hold::Term(..) | Hold::Criterion => false,
    }
}

/// The same instant, or the end of the last hold where that is later; none: one has no end.
fn held_back(at: Timestamp, facts: &Facts) -> Option<Timestamp> {
    let holds = facts.holds().iter().copied().filter(|hold| always_holds(*hold)).map(Hold::until);
    match holds.fold(Until::At(at), Until::max) {
        Until::At(at) => Some(at),
        Until::Open => None,
    }
}
