//! What the site tells of the banner it had.

use std::collections::{BTreeMap, BTreeSet};

use super::Stored;
use crate::{NoticeHash, PurposeId, TextHash, Timestamp};

/// The text that a revision of the old banner stood for, kept by the site.
///
/// ```
/// use volens_core::import::{OldText, Terms};
/// let terms = Terms::new().revision("1", OldText::new("notice".parse()?, "text".parse()?));
/// # Ok::<(), volens_core::IdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldText {
    pub(super) notice: NoticeHash,
    pub(super) text: TextHash,
}

impl OldText {
    /// The hash of the facts it told, and of its exact words.
    ///
    /// A notice that this site never published is legitimate here; a grant under it then counts as `other-notice`
    /// wherever the current one is demanded.
    ///
    /// ```
    /// let text = volens_core::import::OldText::new("notice".parse()?, "text".parse()?);
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    pub const fn new(notice: NoticeHash, text: TextHash) -> Self {
        Self { notice, text }
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
///     .revision("0", OldText::new("notice".parse()?, "text".parse()?))
///     .purpose("analytics".parse()?, ["matomo", "hotjar"], Preset::Off);
/// # Ok::<(), volens_core::IdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub(super) lasting: i64,
    revisions: BTreeMap<String, OldText>,
    periods: Vec<(Timestamp, Timestamp, OldText)>,
    pub(super) purposes: BTreeMap<PurposeId, (BTreeSet<String>, Preset)>,
}

const DAY: i64 = 86_400;

impl Terms {
    /// No text and no purpose known; a grant ends 180 days after it was given.
    ///
    /// ```
    /// use volens_core::Because;
    /// use volens_core::import::{Stored, Terms};
    /// let now = "2026-06-01T00:00:00Z".parse()?;
    /// assert!(Stored::klaro(r#"{"matomo":true}"#)?.import(&Terms::new(), now, |_| Because::Unknown).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn new() -> Self {
        Self { lasting: 180 * DAY, revisions: BTreeMap::new(), periods: Vec::new(), purposes: BTreeMap::new() }
    }

    /// Days after which a grant ends, counted from the choice itself.
    ///
    /// ```
    /// let terms = volens_core::import::Terms::new().lasting_days(90);
    /// ```
    #[must_use]
    pub fn lasting_days(mut self, days: u16) -> Self {
        self.lasting = i64::from(days) * DAY;
        self
    }

    /// The text behind what the tool calls a revision.
    ///
    /// ```
    /// use volens_core::import::{OldText, Terms};
    /// let terms = Terms::new().revision("2", OldText::new("notice".parse()?, "text".parse()?));
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    #[must_use]
    pub fn revision(mut self, revision: &str, text: OldText) -> Self {
        self.revisions.insert(revision.to_owned(), text);
        self
    }

    /// The text shown from one time until before another, for tools that number none.
    ///
    /// It stands for a choice only if the choice was made and last changed in that time.
    ///
    /// ```
    /// use volens_core::import::{OldText, Terms};
    /// let text = OldText::new("notice".parse()?, "text".parse()?);
    /// let terms = Terms::new().between("2025-01-01T00:00:00Z".parse()?, "2026-06-01T00:00:00Z".parse()?, text);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn between(mut self, from: Timestamp, until: Timestamp, text: OldText) -> Self {
        self.periods.push((from, until, text));
        self
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

    /// The text that was agreed to.
    pub(super) fn text_of(&self, stored: &Stored, first: Option<Timestamp>) -> Option<&OldText> {
        let numbered = stored.revision.as_ref().and_then(|revision| self.revisions.get(revision));
        numbered.or_else(|| {
            let (first, last) = (first?, stored.last.or(first)?);
            let shown = self.periods.iter().find(|(from, until, _)| *from <= first && last < *until);
            shown.map(|(_, _, text)| text)
        })
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self::new()
    }
}
