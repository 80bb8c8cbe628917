//! What the site tells of the banner it had.

use std::collections::{BTreeMap, BTreeSet};

use super::{Stored, TermsError};
use crate::token::LIFE;
use crate::{Lang, NoticeHash, PurposeId, TextHash, Timestamp};

/// What the old banner told, in each of its languages, kept by the site.
///
/// ```
/// use volens_core::import::{OldText, Terms};
/// let text = OldText::new("notice".parse()?, [("en".parse()?, "words".parse()?), ("sv".parse()?, "ord".parse()?)])?;
/// let terms = Terms::new().revision("1", text)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldText {
    pub(super) notice: NoticeHash,
    texts: BTreeMap<Lang, TextHash>,
}

impl OldText {
    /// The hash of the facts it told, and of its exact words by language.
    ///
    /// Where the tool stores the language, only the text in that language counts; where it stores none, only a text that
    /// there was in one language alone. A notice that this site never published is legitimate here; a grant under it then
    /// counts as `other-notice` wherever the current one is demanded.
    ///
    /// # Errors
    /// [`TermsError::RepeatedLanguage`].
    ///
    /// ```
    /// use volens_core::import::{OldText, TermsError};
    /// let twice = [("en".parse()?, "words".parse()?), ("en".parse()?, "others".parse()?)];
    /// assert_eq!(OldText::new("notice".parse()?, twice), Err(TermsError::RepeatedLanguage));
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    pub fn new(notice: NoticeHash, texts: impl IntoIterator<Item = (Lang, TextHash)>) -> Result<Self, TermsError> {
        let mut known = BTreeMap::new();
        for (lang, text) in texts {
            if known.insert(lang, text).is_some() {
                return Err(TermsError::RepeatedLanguage);
            }
        }
        Ok(Self { notice, texts: known })
    }

    /// The words in a language; without one, the only words there are.
    pub(super) fn words(&self, lang: Option<&Lang>) -> Option<&TextHash> {
        match lang {
            Some(lang) => self.texts.get(lang),
            None => self.texts.values().next().filter(|_| self.texts.len() == 1),
        }
    }
}

/// How the switches of a purpose stood in the old banner before the visitor touched them.
///
/// ```
/// use volens_core::import::{Preset, Terms};
/// // The video player was on until switched off: a yes proves nothing (CJEU C-673/17).
/// let terms = Terms::new().purpose("functional".parse()?, ["youtube"], Preset::On);
/// # Ok::<(), volens_core::IdError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "they were known to be off, or they were not")]
pub enum Preset {
    /// All off, for everybody: a yes is the visitor's own.
    Off,
    /// One of them on, for somebody, or nobody knows: a yes may be nobody's.
    On,
}

/// What the site knows of the old banner: its texts, its names and how long its choices may last.
///
/// ```
/// use volens_core::import::{OldText, Preset, Terms};
/// let terms = Terms::new()
///     .lasting_days(120)
///     .revision("0", OldText::new("notice".parse()?, [("en".parse()?, "words".parse()?)])?)?
///     .purpose("analytics".parse()?, ["matomo", "hotjar"], Preset::Off);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub(super) lasting: i64,
    revisions: BTreeMap<String, OldText>,
    periods: Vec<(Timestamp, Timestamp, OldText)>,
    pub(super) purposes: BTreeMap<PurposeId, (BTreeSet<String>, Preset)>,
}

impl Terms {
    /// No text and no purpose known; a grant ends 180 days after it was given.
    ///
    /// ```
    /// use volens_core::import::{Stored, Terms};
    /// use volens_core::law::Purposes;
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// assert!(Stored::klaro(r#"{"matomo":true}"#)?.import(&Terms::new(), &Purposes::default(), [], now).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn new() -> Self {
        Self { lasting: LIFE, revisions: BTreeMap::new(), periods: Vec::new(), purposes: BTreeMap::new() }
    }

    /// Days after which a grant ends, counted from the first choice; 180 at most, as for a choice made here
    /// ([`LIFE`]).
    ///
    /// ```
    /// use volens_core::import::Terms;
    /// assert_eq!(Terms::new().lasting_days(365), Terms::new().lasting_days(180));
    /// ```
    #[must_use]
    pub fn lasting_days(mut self, days: u16) -> Self {
        self.lasting = LIFE.min(i64::from(days) * 86_400);
        self
    }

    /// The text behind what the tool calls a revision.
    ///
    /// Where a cookie names a revision, no other text stands for it.
    ///
    /// # Errors
    /// [`TermsError::RepeatedRevision`].
    ///
    /// ```
    /// use volens_core::import::{OldText, Terms, TermsError};
    /// let text = OldText::new("notice".parse()?, [("en".parse()?, "words".parse()?)])?;
    /// let terms = Terms::new().revision("2", text.clone())?;
    /// assert_eq!(terms.revision("2", text), Err(TermsError::RepeatedRevision));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn revision(mut self, revision: &str, text: OldText) -> Result<Self, TermsError> {
        match self.revisions.insert(revision.to_owned(), text) {
            Some(_) => Err(TermsError::RepeatedRevision),
            None => Ok(self),
        }
    }

    /// The text shown from one time until before another, where the cookie names no revision.
    ///
    /// It stands for a choice only if the choice was made and last changed in that time.
    ///
    /// # Errors
    /// [`TermsError::EmptyPeriod`], [`TermsError::OverlappingPeriods`].
    ///
    /// ```
    /// use volens_core::import::{OldText, Terms, TermsError};
    /// let text = OldText::new("notice".parse()?, [("en".parse()?, "words".parse()?)])?;
    /// let (from, until) = ("2025-01-01T00:00:00Z".parse()?, "2026-06-01T00:00:00Z".parse()?);
    /// let terms = Terms::new().between(from, until, text.clone())?;
    /// assert_eq!(terms.between(from, until, text.clone()), Err(TermsError::OverlappingPeriods { from, until }));
    /// assert_eq!(Terms::new().between(until, from, text), Err(TermsError::EmptyPeriod));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn between(mut self, from: Timestamp, until: Timestamp, text: OldText) -> Result<Self, TermsError> {
        if until <= from {
            return Err(TermsError::EmptyPeriod);
        }
        if let Some((from, until, _)) = self.periods.iter().find(|known| known.0 < until && from < known.1) {
            return Err(TermsError::OverlappingPeriods { from: *from, until: *until });
        }
        self.periods.push((from, until, text));
        Ok(self)
    }

    /// The old names that together stand for a purpose: it was granted only if all of them were.
    ///
    /// Naming a purpose twice adds to its names. A purpose without names is always asked.
    ///
    /// ```
    /// use volens_core::import::{Preset, Terms};
    /// let terms = Terms::new().purpose("marketing".parse()?, ["C0004", "C0005"], Preset::Off);
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    #[must_use]
    pub fn purpose<'a>(mut self, purpose: PurposeId, names: impl IntoIterator<Item = &'a str>, preset: Preset) -> Self {
        let (known, before) = self.purposes.entry(purpose).or_insert((BTreeSet::new(), preset));
        known.extend(names.into_iter().map(str::to_owned));
        if preset == Preset::On {
            *before = preset;
        }
        self
    }

    /// The text shown for a choice first made and last changed at these times.
    pub(super) fn text_of(&self, stored: &Stored, times: Option<(Timestamp, Timestamp)>) -> Option<&OldText> {
        if let Some(revision) = &stored.revision {
            return self.revisions.get(revision);
        }
        let (first, last) = times?;
        let shown = self.periods.iter().find(|(from, until, _)| *from <= first && last < *until);
        shown.map(|(_, _, text)| text)
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self::new()
    }
}
