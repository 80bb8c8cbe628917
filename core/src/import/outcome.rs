//! From a stored choice to a record or a question.

use std::collections::{BTreeMap, BTreeSet};

use super::{Preset, Said, Stored, Terms, Tool};
use crate::{Because, Kind, NoticeHash, PurposeId, RecordParts, SubjectId, TextHash, Timestamp};

/// Why a purpose is asked again.
///
/// ```
/// # use volens_core::Because;
/// # use volens_core::import::{Outcome, Preset, Reason, Stored, Terms};
/// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
/// # let now = "2026-06-01T00:00:00Z".parse()?;
/// let outcomes = Stored::tarteaucitron("!matomo=wait")?.import(&terms, now, |_| Because::Unknown);
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
        }
    }
}

/// A choice to record, marked as imported.
///
/// Only [`Stored::import`] makes one.
///
/// ```
/// # use volens_core::Because;
/// # use volens_core::import::{Outcome, Preset, Stored, Terms};
/// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
/// # let now = "2026-06-01T00:00:00Z".parse()?;
/// let outcomes = Stored::tarteaucitron("!matomo=false")?.import(&terms, now, |_| Because::Unknown);
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
    /// The record's parts: received and recorded now, claimed when the visitor chose, a grant ending as if it had been
    /// given here at that time. They always make a record.
    ///
    /// A refusal whose text nobody knows has the notice `import-` and the tool's name, which no text has.
    ///
    /// ```
    /// use volens_core::{Because, Kind, Record};
    /// use volens_core::import::{Outcome, Preset, Stored, Terms};
    /// let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// let outcomes = Stored::klaro(r#"{"matomo":false}"#)?.import(&terms, now, |_| Because::Unknown);
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
    /// # use volens_core::Because;
    /// # use volens_core::import::{Outcome, Preset, Stored, Terms, Tool};
    /// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
    /// # let outcomes = Stored::klaro(r#"{"matomo":false}"#)?
    /// #     .import(&terms, "2026-06-01T00:00:00Z".parse()?, |_| Because::Unknown);
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
    /// # use volens_core::Because;
    /// # use volens_core::import::{Outcome, Preset, Stored, Terms};
    /// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
    /// # let outcomes = Stored::klaro(r#"{"matomo":false}"#)?
    /// #     .import(&terms, "2026-06-01T00:00:00Z".parse()?, |_| Because::Unknown);
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
/// # use volens_core::Because;
/// # use volens_core::import::{Outcome, Preset, Stored, Terms};
/// # let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::Off);
/// # let now = "2026-06-01T00:00:00Z".parse()?;
/// let outcomes = Stored::tarteaucitron("!matomo=false")?.import(&terms, now, |_| Because::Refused);
/// assert_eq!(outcomes.get("analytics"), Some(&Outcome::Kept(Because::Refused)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// All three proofs are there.
    Grant(Imported),
    /// A refusal, carried over.
    Refuse(Imported),
    /// It is asked again: all that is missing, in the order of [`Reason`]; never empty.
    Ask(Vec<Reason>),
    /// The visitor has already decided here; an old cookie does not speak over that.
    Kept(Because),
}

impl Stored {
    /// What becomes of each purpose of the terms, where `standing` is the answer here now.
    ///
    /// A purpose is refused if one of its names is, granted if all are granted and the three proofs are there, and asked
    /// otherwise. Nothing is imported for a purpose on which there are records here already.
    ///
    /// ```
    /// use volens_core::Because;
    /// use volens_core::import::{Outcome, Preset, Reason, Stored, Terms};
    /// let terms = Terms::new().purpose("analytics".parse()?, ["matomo"], Preset::On);
    /// let stored = Stored::klaro(r#"{"matomo":true}"#)?;
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// let asked = stored.import(&terms, now, |_| Because::Unknown);
    /// let reasons = vec![Reason::NoTime, Reason::NoText, Reason::NoPositiveAct];
    /// assert_eq!(asked.get("analytics"), Some(&Outcome::Ask(reasons)));
    /// let kept = stored.import(&terms, now, |_| Because::Withdrawn);
    /// assert_eq!(kept.get("analytics"), Some(&Outcome::Kept(Because::Withdrawn)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn import(
        &self,
        terms: &Terms,
        now: Timestamp,
        standing: impl Fn(&PurposeId) -> Because,
    ) -> BTreeMap<PurposeId, Outcome> {
        let outcome = |(purpose, (names, preset)): (&PurposeId, &(BTreeSet<String>, Preset))| {
            let outcome = match standing(purpose) {
                Because::Unknown => self.outcome(terms, now, purpose, names, *preset),
                known => Outcome::Kept(known),
            };
            (purpose.clone(), outcome)
        };
        terms.purposes.iter().map(outcome).collect()
    }

    /// The names refused in the old tool that no purpose of the terms stands for: refusals that would be lost.
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

    fn outcome(
        &self,
        terms: &Terms,
        now: Timestamp,
        purpose: &PurposeId,
        names: &BTreeSet<String>,
        preset: Preset,
    ) -> Outcome {
        let claimed_at = self.time(now);
        let text = terms.text_of(self, claimed_at);
        let imported = |kind, notice, expires_at| Imported {
            tool: self.tool,
            purpose: purpose.clone(),
            kind,
            at: now,
            claimed_at,
            notice,
            text: text.map(|text| text.text.clone()),
            expires_at,
        };
        let said: BTreeSet<Option<Said>> = names.iter().map(|name| self.said(name)).collect();
        if said.contains(&Some(Said::No)) {
            let notice = text.map_or_else(|| unknown_notice(self.tool), |text| text.notice.clone());
            return Outcome::Refuse(imported(Kind::Refuse, notice, None));
        }
        let mut missing: BTreeSet<Reason> = said.iter().filter_map(|said| doubt(*said)).collect();
        if names.is_empty() {
            missing.insert(Reason::UnknownCategory);
        }
        // Where no yes was said there is nothing to prove.
        if missing.is_empty() {
            missing.extend(&self.doubts);
            if preset == Preset::On {
                missing.insert(Reason::NoPositiveAct);
            }
        } else {
            return Outcome::Ask(missing.into_iter().collect());
        }
        let given = claimed_at.map(|given| given.plus_seconds(terms.lasting));
        let end = given.map(|end| self.ends.map_or(end, |other| end.min(other)));
        if end.is_some_and(|end| end <= now) {
            missing.insert(Reason::Expired);
        }
        match (end, text) {
            (Some(_), Some(text)) if missing.is_empty() => {
                return Outcome::Grant(imported(Kind::Grant, text.notice.clone(), end));
            }
            (end, text) => {
                missing.extend(end.is_none().then_some(Reason::NoTime));
                missing.extend(text.is_none().then_some(Reason::NoText));
            }
        }
        Outcome::Ask(missing.into_iter().collect())
    }
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
