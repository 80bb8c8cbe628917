//! From a stored choice to a record or a question.

use std::collections::{BTreeMap, BTreeSet};

use super::{Preset, Said, Stored, Terms, Tool};
use crate::law::{self, Case, Fact, Purposes};
use crate::{
    Asked, Basis, Because, Choice, Kind, Known, NoticeHash, PurposeId, RecordParts, SubjectId, SubjectKind, TextHash,
    Timeline, Timestamp,
};

/// Why a purpose is asked again.
///
/// ```
/// # use volens_core::law::Purposes;
/// # use volens_core::import::{Outcome, Preset, Reason, Stored, Terms};
/// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
/// # let now = "2026-06-01T00:00:00Z".parse()?;
/// let outcomes = Stored::tarteaucitron("!matomo=wait")?.import(&terms, &Purposes::default(), [], now);
/// assert_eq!(outcomes.get("analytics"), Some(&Outcome::Ask(vec![Reason::Unanswered])));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The tool does not speak of a name that the purpose stands for.
    UnknownCategory,
    /// It was shown and not answered.
    Unanswered,
    /// Some services of a category were accepted, and the terms do not name them.
    ServicesUnnamed,
    /// No time, one in the future, or an absurd one.
    NoTime,
    /// Nobody says which text it was given under.
    NoText,
    /// Nobody can show that the visitor acted.
    NoPositiveAct,
    /// It has ended.
    Expired,
    /// The old tool was about to ask again itself.
    AwaitingReconsent,
    /// The browser said no (Global Privacy Control) where the tool says yes.
    SignalAgainst,
    /// Something in the cookie cannot be read, or contradicts itself.
    Unreadable,
    /// It is none of the site's purposes.
    UnknownPurpose,
    /// It is decided by account or address, where it arises and not in a banner (DESIGN 2.1).
    NotDevice,
    /// It does not rest on consent.
    NotConsent,
}

impl Reason {
    /// A stable code.
    ///
    /// ```
    /// assert_eq!(volens_core::import::Reason::NoText.code(), "no-text");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownCategory => "unknown-category",
            Self::Unanswered => "unanswered",
            Self::ServicesUnnamed => "services-unnamed",
            Self::NoTime => "no-time",
            Self::NoText => "no-text",
            Self::NoPositiveAct => "no-positive-act",
            Self::Expired => "expired",
            Self::AwaitingReconsent => "awaiting-reconsent",
            Self::SignalAgainst => "signal-against",
            Self::Unreadable => "unreadable",
            Self::UnknownPurpose => "unknown-purpose",
            Self::NotDevice => "not-device",
            Self::NotConsent => "not-consent",
        }
    }
}

/// A choice to record, marked as imported.
///
/// Only [`Stored::import`] makes one.
///
/// ```
/// # use volens_core::law::Purposes;
/// # use volens_core::import::{Outcome, Preset, Stored, Terms};
/// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
/// # let now = "2026-06-01T00:00:00Z".parse()?;
/// let outcomes = Stored::tarteaucitron("!matomo=false")?.import(&terms, &Purposes::default(), [], now);
/// let Some(Outcome::Refuse(imported)) = outcomes.get("analytics") else { panic!() };
/// assert_eq!(imported.tool().control(), "import.tarteaucitron");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    tool: Tool,
    purpose: PurposeId,
    kind: Kind,
    at: Timestamp,
    claimed_at: Option<Timestamp>,
    notice: NoticeHash,
    text: Option<TextHash>,
    expires_at: Option<Timestamp>,
}

impl Imported {
    /// The record's parts: received and recorded now, claimed when the visitor last chose, a grant ending as if it had
    /// been given here at the first choice. They always make a record.
    ///
    /// A refusal under a notice that nobody knows has the notice `import-` and the tool's name, which no text has.
    ///
    /// ```
    /// use volens_core::{Kind, Record, law::Purposes};
    /// use volens_core::import::{Outcome, Preset, Stored, Terms};
    /// let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// let outcomes = Stored::klaro(r#"{"matomo":false}"#)?.import(&terms, &Purposes::default(), [], now);
    /// let Some(Outcome::Refuse(imported)) = outcomes.get("analytics") else { panic!() };
    /// let record = Record::new(imported.parts("s1".parse()?))?;
    /// assert_eq!((record.kind(), record.effective()), (Kind::Refuse, now));
    /// assert_eq!(record.notice().as_str(), "import-klaro");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parts(&self, subject: SubjectId) -> RecordParts {
        RecordParts {
            subject,
            purpose: self.purpose.clone(),
            kind: self.kind,
            claimed_at: self.claimed_at,
            received_at: self.at,
            recorded_at: self.at,
            notice: self.notice.clone(),
            expires_at: self.expires_at,
        }
    }

    /// Where it comes from; [`Tool::control`] is what the record names as the control that was used.
    ///
    /// ```
    /// # use volens_core::law::Purposes;
    /// # use volens_core::import::{Outcome, Preset, Stored, Terms, Tool};
    /// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
    /// # let outcomes = Stored::klaro(r#"{"matomo":false}"#)?
    /// #     .import(&terms, &Purposes::default(), [], "2026-06-01T00:00:00Z".parse()?);
    /// # let Some(Outcome::Refuse(imported)) = outcomes.get("analytics") else { panic!() };
    /// assert_eq!(imported.tool(), Tool::Klaro);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn tool(&self) -> Tool {
        self.tool
    }

    /// The words it was given under; never none for a grant.
    ///
    /// ```
    /// # use volens_core::law::Purposes;
    /// # use volens_core::import::{Outcome, Preset, Stored, Terms};
    /// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
    /// # let outcomes = Stored::klaro(r#"{"matomo":false}"#)?
    /// #     .import(&terms, &Purposes::default(), [], "2026-06-01T00:00:00Z".parse()?);
    /// # let Some(Outcome::Refuse(imported)) = outcomes.get("analytics") else { panic!() };
    /// assert_eq!(imported.text(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn text(&self) -> Option<&TextHash> {
        self.text.as_ref()
    }
}

/// What becomes of a purpose.
///
/// ```
/// # use volens_core::law::Purposes;
/// # use volens_core::import::{Outcome, Preset, Stored, Terms};
/// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
/// # let now = "2026-06-01T00:00:00Z".parse()?;
/// let outcomes = Stored::tarteaucitron("!matomo=false")?.import(&terms, &Purposes::default(), [], now);
/// assert!(matches!(outcomes.get("analytics"), Some(Outcome::Refuse(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// All three proofs are there.
    Grant(Imported),
    /// A refusal, carried over; a withdrawal where a grant stands here.
    Refuse(Imported),
    /// It is asked again: all that is missing, in the order of [`Reason`]; never empty.
    Ask(Vec<Reason>),
    /// What stands here stays: a no already, or a decision over which an old cookie has nothing to say.
    Kept(Because),
}

impl Stored {
    /// What becomes of each purpose of the terms, where `facts` is what is on record here about the person, under every
    /// pseudonym that the caller knows to be theirs. What stands by these is what [`Case::standing`] says.
    ///
    /// - **Refused** if one of its names is, whatever the purpose. A grant that stands here is withdrawn by it, unless the
    ///   old choice is known to be older. Delete the old cookie after the import: one without a time withdraws a later
    ///   grant too.
    /// - **Granted** if all of its names are, the three proofs are there, and it is a device purpose that rests on consent
    ///   with nothing on record: an old banner asked for many purposes together ([`Asked::Together`]), and so no yes in it
    ///   lifts an objection (GDPR article 21(3)), made to this purpose or to direct marketing as a whole.
    /// - **Asked** otherwise.
    ///
    /// ```
    /// use volens_core::import::{Outcome, Preset, Reason, Stored, Terms};
    /// use volens_core::law::{Fact, Purposes};
    /// use volens_core::{Because, Kind, Record};
    /// # use volens_core::{Basis, DirectMarketing, PurposeKind, SubjectKind, law};
    /// # let device = law::Terms::new(SubjectKind::Device, PurposeKind::Consent, DirectMarketing::No, [Basis::Consent])?;
    /// # let purposes = Purposes::new([("analytics".parse()?, device)]);
    /// let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::On);
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// let asked = Stored::klaro(r#"{"matomo":true}"#)?.import(&terms, &purposes, [], now);
    /// let reasons = vec![Reason::NoTime, Reason::NoText, Reason::NoPositiveAct];
    /// assert_eq!(asked.get("analytics"), Some(&Outcome::Ask(reasons)));
    ///
    /// let no = Stored::klaro(r#"{"matomo":false}"#)?;
    /// let refused = no.import(&terms, &purposes, [], now);
    /// let Some(Outcome::Refuse(imported)) = refused.get("analytics") else { panic!() };
    /// let record = Fact::Record(Record::new(imported.parts("s1".parse()?))?);
    /// let kept = no.import(&terms, &purposes, [record], now);
    /// assert_eq!(kept.get("analytics"), Some(&Outcome::Kept(Because::Refused)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn import(
        &self,
        terms: &Terms,
        purposes: &Purposes,
        facts: impl IntoIterator<Item = Fact>,
        now: Timestamp,
    ) -> BTreeMap<PurposeId, Outcome> {
        let case = Case::new(purposes, facts);
        let outcome = |(purpose, (names, preset)): (&PurposeId, &(BTreeSet<String>, Preset))| {
            let standing = standing(&case, purposes, purpose, now);
            let said: BTreeSet<Option<Said>> = names.iter().map(|name| self.said(name)).collect();
            let outcome = if said.contains(&Some(Said::No)) {
                let older = standing == Because::Granted && self.is_older(&case, purpose, now);
                Choice::Refuse
                    .record(standing, Asked::Together)
                    .filter(|_| !older)
                    .map_or(Outcome::Kept(standing), |kind| Outcome::Refuse(self.imported(kind, terms, purpose, now)))
            } else if standing == Because::Unknown {
                let mut missing: BTreeSet<Reason> = said.iter().filter_map(|said| doubt(*said)).collect();
                if names.is_empty() {
                    missing.insert(Reason::UnknownCategory);
                }
                // Where no yes was said there is nothing to prove.
                if missing.is_empty() {
                    missing.extend(self.doubts.iter().copied().chain(not_for_a_banner(purposes.get(purpose))));
                    missing.extend((*preset == Preset::On).then_some(Reason::NoPositiveAct));
                    self.grant(missing, terms, purpose, now)
                } else {
                    Outcome::Ask(missing.into_iter().collect())
                }
            } else {
                Outcome::Kept(standing)
            };
            (purpose.clone(), outcome)
        };
        terms.purposes.iter().map(outcome).collect()
    }

    /// The names refused in the old tool that no purpose of the terms stands for: refusals that would be lost.
    ///
    /// vanilla-cookieconsent 2 names only what was accepted, and version 3 no refused services: for these, whether the
    /// terms name everything is for the caller to know.
    ///
    /// ```
    /// use volens_core::import::{Stored, Terms};
    /// let stored = Stored::tarteaucitron("!matomo=true!youtube=false")?;
    /// assert_eq!(stored.refused_and_unnamed(&Terms::new()).collect::<Vec<_>>(), ["youtube"]);
    /// # Ok::<(), volens_core::import::ImportError>(())
    /// ```
    pub fn refused_and_unnamed<'a>(&'a self, terms: &'a Terms) -> impl Iterator<Item = &'a str> {
        let named = |name: &str| terms.purposes.values().any(|(names, _)| names.contains(name));
        let refused = self.names.iter().filter(|(_, said)| **said == Said::No).map(|(name, _)| name.as_str());
        refused.filter(move |name| !named(name))
    }

    /// Whether the choice is known to have been made before the grant that stands here; the earlier of the grant's own
    /// times counts, as it may have been imported too.
    fn is_older(&self, case: &Case, purpose: &PurposeId, now: Timestamp) -> bool {
        let records = case.timeline(purpose).map(Timeline::records).unwrap_or_default();
        let grant = records.iter().rev().find(|record| record.effective() <= now);
        let given = grant.map(|grant| grant.claimed_at().map_or(grant.effective(), |at| at.min(grant.effective())));
        self.time(now).zip(given).is_some_and(|(refused, given)| refused < given)
    }

    fn imported(&self, kind: Kind, terms: &Terms, purpose: &PurposeId, now: Timestamp) -> Imported {
        let told = terms.text_of(self, self.times(now));
        Imported {
            tool: self.tool,
            purpose: purpose.clone(),
            kind,
            at: now,
            claimed_at: self.time(now),
            notice: told.map_or_else(|| unknown_notice(self.tool), |told| told.notice.clone()),
            text: told.and_then(|told| told.words(self.lang.as_ref())).cloned(),
            expires_at: None,
        }
    }

    fn grant(&self, mut missing: BTreeSet<Reason>, terms: &Terms, purpose: &PurposeId, now: Timestamp) -> Outcome {
        let times = self.times(now);
        let end = times.map(|(first, _)| first.plus_seconds(terms.lasting));
        let end = end.map(|end| self.ends.map_or(end, |other| end.min(other)));
        let grant = self.imported(Kind::Grant, terms, purpose, now);
        missing.extend(end.is_some_and(|end| end <= now).then_some(Reason::Expired));
        missing.extend(end.is_none().then_some(Reason::NoTime));
        missing.extend(grant.text.is_none().then_some(Reason::NoText));
        if missing.is_empty() {
            return Outcome::Grant(Imported { expires_at: end, ..grant });
        }
        Outcome::Ask(missing.into_iter().collect())
    }
}

/// What stands here under any notice; *objected* where there is an objection on one of the bases.
fn standing(case: &Case, purposes: &Purposes, purpose: &PurposeId, now: Timestamp) -> Because {
    let bases = purposes.get(purpose).map(law::Terms::bases).into_iter().flatten();
    let mut processings = bases.filter_map(|basis| purposes.processing(purpose, *basis).ok());
    if processings.any(|processing| case.standing(&processing, now, Known::Everything, None) == Because::Objected) {
        return Because::Objected;
    }
    let timeline = case.timeline(purpose);
    timeline.map_or(Because::Unknown, |timeline| timeline.ask(now, Known::Everything, None).because())
}

/// Why no banner's yes counts for a purpose.
fn not_for_a_banner(terms: Option<&law::Terms>) -> Vec<Reason> {
    let Some(terms) = terms else { return vec![Reason::UnknownPurpose] };
    let device = (terms.subject() != SubjectKind::Device).then_some(Reason::NotDevice);
    let consent = (!terms.bases().contains(&Basis::Consent)).then_some(Reason::NotConsent);
    device.into_iter().chain(consent).collect()
}

const fn doubt(said: Option<Said>) -> Option<Reason> {
    match said {
        None => Some(Reason::UnknownCategory),
        Some(Said::Open) => Some(Reason::Unanswered),
        Some(Said::Partly) => Some(Reason::ServicesUnnamed),
        Some(Said::Yes | Said::No) => None,
    }
}

#[expect(clippy::expect_used, reason = "letters, digits and hyphens, at most 28 of them")]
fn unknown_notice(tool: Tool) -> NoticeHash {
    tool.control().replace('.', "-").parse().expect("a name in base64url characters")
}
