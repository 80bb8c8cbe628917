//! What is on record about one person, and the rules that answer from it.

use super::{Processing, Purposes, Reason, Verdict};
use crate::objection::{Lifting, Outcome, Restriction, Ruling};
use crate::{
    Basis, Because, DirectMarketing, Kind, Known, NoticeHash, PurposeId, Record, RecordParts, Timeline, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// One thing on record.
///
/// ```
/// use volens_core::law::Fact;
/// use volens_core::objection::Lifting;
/// let lifted = Fact::Lifting(Lifting::new("2026-05-01T00:00:00Z".parse()?));
/// assert_eq!(lifted.clone(), lifted);
/// # Ok::<(), volens_core::TimeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact {
    /// A decision of the person on one purpose.
    Record(Record),
    /// The controller's decision on objections.
    Ruling(Ruling),
    /// The person had processing restricted.
    Restriction(Restriction),
    /// The controller lifted the restriction.
    Lifting(Lifting),
}

/// What is on record about one person.
///
/// ```
/// use volens_core::law::{Case, Fact, Operation, Purposes, Reason, Terms};
/// use volens_core::objection::{Grounds, Outcome, Overriding, Ruling};
/// use volens_core::{Basis, DirectMarketing, Kind, Known, PurposeKind, Record, RecordParts, SubjectKind, Timestamp};
///
/// let basis = Basis::LegitimateInterest;
/// let terms = Terms::new(SubjectKind::Account, PurposeKind::Consent, DirectMarketing::No, [basis])?;
/// let purposes = Purposes::new([("survey".parse()?, terms)]);
/// let survey = purposes.processing(&"survey".parse()?, basis)?;
///
/// let received_at = "2026-03-02T09:00:00Z".parse()?;
/// let objection = Record::new(RecordParts {
///     subject: "s1".parse()?,
///     purpose: "survey".parse()?,
///     kind: Kind::Object,
///     claimed_at: None,
///     received_at,
///     recorded_at: received_at,
///     notice: "n1".parse()?,
///     expires_at: None,
/// })?;
/// let grounds = Grounds::new(Overriding::LegalClaims, "The answers are evidence in a pending case.")?;
/// let ruling = Ruling::new(&survey, Outcome::Overruled(grounds), "2026-03-20T09:00:00Z".parse()?)?;
/// let case = Case::new(&purposes, [Fact::Record(objection), Fact::Ruling(ruling)]);
///
/// let asked = |at: Timestamp| case.ask(&survey, at, Known::Everything, None);
/// assert_eq!(asked("2026-03-01T00:00:00Z".parse()?).reason(), Reason::LegitimateInterest);
/// assert_eq!(asked("2026-03-10T00:00:00Z".parse()?).reason(), Reason::ObjectionRaised);
/// assert!(asked("2026-04-01T00:00:00Z".parse()?).permits(Operation::Use));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    marketing: BTreeSet<PurposeId>,
    timelines: BTreeMap<PurposeId, Timeline>,
    rulings: Vec<Ruling>,
    restrictions: Vec<Restriction>,
    liftings: Vec<Lifting>,
}

impl Case {
    /// Puts the facts about one person in order; the order they come in and duplicates change nothing.
    ///
    /// An objection to one purpose of direct marketing is put on the timeline of every other, as if made on it (GDPR
    /// article 21(3)). Whether several pseudonyms are one person is for the caller to know.
    ///
    /// ```
    /// use volens_core::law::{Case, Purposes};
    /// let nobody = Case::new(&Purposes::default(), []);
    /// assert!(nobody.timeline(&"visits".parse()?).is_none());
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    pub fn new(purposes: &Purposes, facts: impl IntoIterator<Item = Fact>) -> Self {
        let mut records: BTreeMap<PurposeId, Vec<Record>> = BTreeMap::new();
        let (mut rulings, mut restrictions, mut liftings) = (Vec::new(), Vec::new(), Vec::new());
        for fact in facts {
            match fact {
                Fact::Record(record) => records.entry(record.purpose().clone()).or_default().push(record),
                Fact::Ruling(ruling) => rulings.push(ruling),
                Fact::Restriction(restriction) => restrictions.push(restriction),
                Fact::Lifting(lifting) => liftings.push(lifting),
            }
        }
        let marketing: Vec<&PurposeId> = purposes
            .iter()
            .filter(|(_, terms)| terms.direct_marketing() == DirectMarketing::Yes)
            .map(|(id, _)| id)
            .collect();
        let said = |id: &&PurposeId| records.get(*id).into_iter().flatten();
        let objections: Vec<&Record> =
            marketing.iter().flat_map(said).filter(|record| record.kind() == Kind::Object).collect();
        let covered: Vec<Record> =
            marketing.iter().flat_map(|id| objections.iter().filter_map(|objection| as_if_on(id, objection))).collect();
        for objection in covered {
            records.entry(objection.purpose().clone()).or_default().push(objection);
        }
        let marketing = marketing.into_iter().cloned().collect();
        rulings.sort_by(Ruling::order);
        rulings.dedup();
        restrictions.sort_unstable();
        restrictions.dedup();
        liftings.sort_unstable();
        liftings.dedup();
        let timelines = records.into_iter().map(|(id, records)| (id, Timeline::new(records))).collect();
        Self { marketing, timelines, rulings, restrictions, liftings }
    }

    /// The records that count for a purpose: its own and, for direct marketing, the objections to all of it.
    ///
    /// ```
    /// # use volens_core::law::{Case, Fact, Purposes};
    /// # use volens_core::{Kind, Record, RecordParts};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let at = "2026-05-01T00:00:00Z".parse()?;
    /// # let parts = RecordParts {
    /// #     subject: "s1".parse()?, purpose: "marketing".parse()?, kind: Kind::Object, claimed_at: None,
    /// #     received_at: at, recorded_at: at, notice: "n1".parse()?, expires_at: None,
    /// # };
    /// # let objection = Record::new(parts)?;
    /// let case = Case::new(&Purposes::of(&site), [Fact::Record(objection)]);
    /// assert_eq!(case.timeline(&"marketing".parse()?).map(|timeline| timeline.records().len()), Some(1));
    /// assert!(case.timeline(&"analytics".parse()?).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn timeline(&self, purpose: &PurposeId) -> Option<&Timeline> {
        self.timelines.get(purpose)
    }

    /// The answer at `at`, as known at `known`; `notice` as in [`Timeline::ask`], for consent alone.
    ///
    /// The terms are those that this case and the processing were made with. To ask about a time when they were others,
    /// make both from the [notice of then](Purposes::of_notice). Costs O(n²) at worst for the n facts of one person.
    ///
    /// ```
    /// # use volens_core::law::{Case, Operation, Purposes};
    /// # use volens_core::{Basis, Known};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = Purposes::of(&site);
    /// let club = purposes.processing(&"club".parse()?, Basis::Contract)?;
    /// let verdict = Case::new(&purposes, []).ask(&club, "2026-05-01T00:00:00Z".parse()?, Known::Everything, None);
    /// assert_eq!(verdict.reason().code(), "contract");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ask(&self, processing: &Processing, at: Timestamp, known: Known, notice: Option<&NoticeHash>) -> Verdict {
        let reason = |turn| self.reason(processing, turn, known, notice);
        let (first, now) = (Reason::without_record(processing.basis()), reason(at));
        let same = |start: &Option<Timestamp>| start.map_or(first, reason) == now;
        let turns = self.turns(processing.purpose());
        let starts = turns.range(..=at).rev().copied().map(Some).chain([None]);
        Verdict {
            reason: now,
            since: starts.take_while(same).last().flatten(),
            until: turns.range(at..).copied().find(|turn| reason(*turn) != now),
        }
    }

    /// What stands for a switch, to be handed to [`Choice::record`](crate::Choice::record): *objected* as long as an
    /// objection stands, whatever was said after it, so that only a grant asked on its own lifts it.
    ///
    /// On a basis to which there is a right to object, any *no* is an objection. An objection that came by letter and
    /// is typed in later cannot undo what *accept all* granted in between: no record says how it was asked.
    ///
    /// ```
    /// # use volens_core::law::{Case, Fact, Purposes};
    /// # use volens_core::{Asked, Basis, Choice, Kind, Known, Record, RecordParts};
    /// # let site = volens_core::site::Site::parse("site.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/shop.toml")))?;
    /// # let purposes = Purposes::of(&site);
    /// # let record = |kind, at: &str| -> Result<Fact, Box<dyn std::error::Error>> {
    /// #     let at = at.parse()?;
    /// #     Ok(Fact::Record(Record::new(RecordParts {
    /// #         subject: "s1".parse()?, purpose: "marketing".parse()?, kind, claimed_at: None,
    /// #         received_at: at, recorded_at: at, notice: "n1".parse()?, expires_at: None,
    /// #     })?))
    /// # };
    /// let facts = [record(Kind::Object, "2026-05-01T00:00:00Z")?, record(Kind::Withdraw, "2026-05-02T00:00:00Z")?];
    /// let offers = purposes.processing(&"marketing".parse()?, Basis::Consent)?;
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// let standing = Case::new(&purposes, facts).standing(&offers, now, Known::Everything, None);
    /// assert_eq!(Choice::Grant.record(standing, Asked::Together), None);
    /// assert_eq!(Choice::Grant.record(standing, Asked::Alone), Some(Kind::Grant));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn standing(
        &self,
        processing: &Processing,
        at: Timestamp,
        known: Known,
        notice: Option<&NoticeHash>,
    ) -> Because {
        if self.granted(processing.purpose(), at, known) {
            return self.consent(processing.purpose(), at, known, notice);
        }
        match self.objection(processing, at, known) {
            None => self.consent(processing.purpose(), at, known, notice),
            // Nothing stands, so that a new no is written, and is a new objection.
            Some(Stand::Overruled) => Because::Unknown,
            Some(Stand::Raised | Stand::Firm) => Because::Objected,
        }
    }

    /// The rules, at one instant.
    fn reason(&self, processing: &Processing, at: Timestamp, known: Known, notice: Option<&NoticeHash>) -> Reason {
        let (purpose, basis) = (processing.purpose(), processing.basis());
        let granted = self.granted(purpose, at, known);
        let erase = |record: &Record| record.kind() == Kind::Erase;
        let erased = !granted && basis != Basis::LegalObligation && self.said(purpose, at, known).any(erase);
        if self.is_restricted(at, known) && !erased {
            return Reason::Restricted;
        }
        if basis == Basis::Consent {
            return self.consent(purpose, at, known, notice).into();
        }
        if granted {
            return Reason::without_record(basis);
        }
        if erased {
            return Reason::Erased;
        }
        match self.objection(processing, at, known) {
            None | Some(Stand::Overruled) => Reason::without_record(basis),
            Some(Stand::Raised) => Reason::ObjectionRaised,
            Some(Stand::Firm) => Reason::Objected,
        }
    }

    /// How the objections in effect stand; a grant may have lifted them since.
    fn objection(&self, processing: &Processing, at: Timestamp, known: Known) -> Option<Stand> {
        let (purpose, basis) = (processing.purpose(), processing.basis());
        // The flag counts whoever holds it: a processing may have been made from other purposes.
        let marketing = self.marketing.contains(purpose) || processing.direct_marketing() == DirectMarketing::Yes;
        let written = self
            .said(purpose, at, known)
            .filter(|record| match record.kind() {
                Kind::Object => true,
                Kind::Refuse | Kind::Withdraw => {
                    basis == Basis::LegitimateInterest || (marketing && basis != Basis::Consent)
                }
                Kind::Grant | Kind::Erase => false,
            })
            .map(Record::recorded_at)
            .max()?;
        if marketing || basis == Basis::Consent {
            return Some(Stand::Firm);
        }
        Some(match self.ruling(purpose, written, at, known) {
            Some(Outcome::Upheld) => Stand::Firm,
            Some(Outcome::Overruled(_)) => Stand::Overruled,
            None => Stand::Raised,
        })
    }

    /// The last decision in effect, if it was made with everything in hand that was `written` by then.
    fn ruling(&self, purpose: &PurposeId, written: Timestamp, at: Timestamp, known: Known) -> Option<&Outcome> {
        let of = |ruling: &&Ruling| ruling.purpose() == purpose && ruling.recorded_at() > written;
        let in_effect = |ruling: &&Ruling| ruling.recorded_at() <= at && holds(known, ruling.recorded_at());
        self.rulings.iter().rev().filter(of).find(in_effect).map(Ruling::outcome)
    }

    /// Whether somebody asked for restriction and nothing that was written here since lifted it.
    fn is_restricted(&self, at: Timestamp, known: Known) -> bool {
        let asked = self.restrictions.iter().filter(|restriction| restriction.received_at() <= at);
        let asked = asked.map(Restriction::recorded_at).filter(|written| holds(known, *written)).max();
        let lifted = self.liftings.iter().map(Lifting::recorded_at);
        let lifted = lifted.filter(|written| *written <= at && holds(known, *written)).max();
        asked.is_some_and(|asked| lifted.is_none_or(|lifted| lifted <= asked))
    }

    fn consent(&self, purpose: &PurposeId, at: Timestamp, known: Known, notice: Option<&NoticeHash>) -> Because {
        self.timeline(purpose).map_or(Because::Unknown, |timeline| timeline.ask(at, known, notice).because())
    }

    /// Whether the last record is a grant that still runs, under any notice.
    fn granted(&self, purpose: &PurposeId, at: Timestamp, known: Known) -> bool {
        self.consent(purpose, at, known, None).permits()
    }

    /// What the person had said by then.
    fn said(&self, purpose: &PurposeId, at: Timestamp, known: Known) -> impl Iterator<Item = &Record> {
        let records = self.timeline(purpose).map(Timeline::records).unwrap_or_default();
        records.iter().filter(move |record| record.effective() <= at && holds(known, record.recorded_at()))
    }

    /// Where an answer may turn, in order.
    fn turns(&self, purpose: &PurposeId) -> BTreeSet<Timestamp> {
        let records = self.timeline(purpose).map(Timeline::records).unwrap_or_default();
        records
            .iter()
            .flat_map(|record| [Some(record.effective()), record.expires_at()])
            .flatten()
            .chain(self.rulings.iter().map(Ruling::recorded_at))
            .chain(self.restrictions.iter().map(Restriction::received_at))
            .chain(self.liftings.iter().map(Lifting::recorded_at))
            .collect()
    }
}

/// How an objection stands.
#[derive(Clone, Copy)]
enum Stand {
    /// It awaits its decision.
    Raised,
    /// It is upheld, or needs no decision.
    Firm,
    /// It gives way.
    Overruled,
}

/// The objection as if made on another purpose; moving it breaks no rule of a record.
fn as_if_on(purpose: &PurposeId, objection: &Record) -> Option<Record> {
    Record::new(RecordParts { purpose: purpose.clone(), ..objection.clone().into_parts() }).ok()
}

/// Whether what was written at an instant counts.
fn holds(known: Known, written: Timestamp) -> bool {
    match known {
        Known::Everything => true,
        Known::At(instant) => written <= instant,
    }
}
