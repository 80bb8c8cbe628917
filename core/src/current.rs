//! What stands now: a fold over records in any order, in one pass.

use crate::timeline::{order, reason};
use crate::{Because, NoticeHash, Record, Timestamp};

/// What stands for one subject and purpose: the record that takes effect last.
///
/// A fold that keeps one reference, allocates nothing, and comes to the same whatever the order, how often a record
/// comes, and how the records were split and [merged](Self::merge).
///
/// ```
/// use volens_core::{Current, Kind, Record, RecordParts};
///
/// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
/// #     let received_at = at.parse()?;
/// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
/// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
/// # };
/// let records = [record(Kind::Withdraw, "2026-05-01T09:00:00Z")?, record(Kind::Grant, "2026-03-01T09:00:00Z")?];
/// let current: Current = records.iter().collect();
/// assert_eq!(current.because("2026-11-21T12:00:00Z".parse()?, None).code(), "withdrawn");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Current<'a>(Option<&'a Record>);

impl<'a> Current<'a> {
    /// Takes a record in.
    ///
    /// The caller passes records of one subject and one purpose; [`Standings`](crate::Standings) keeps many apart.
    ///
    /// ```
    /// # use volens_core::{Current, Kind, Record, RecordParts};
    /// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
    /// #     let received_at = at.parse()?;
    /// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
    /// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
    /// # };
    /// # let grant = record(Kind::Grant, "2026-03-01T09:00:00Z")?;
    /// # let withdrawal = record(Kind::Withdraw, "2026-05-01T09:00:00Z")?;
    /// let mut current = Current::default();
    /// current.take(&withdrawal);
    /// current.take(&grant); // older: changes nothing
    /// assert_eq!(current.record(), Some(&withdrawal));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take(&mut self, record: &'a Record) {
        self.0 = self.0.into_iter().chain([record]).max_by(|a, b| order(a, b));
    }

    /// What stands after the records of both. Commutative, associative and idempotent.
    ///
    /// ```
    /// # use volens_core::{Current, Kind, Record, RecordParts};
    /// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
    /// #     let received_at = at.parse()?;
    /// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
    /// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
    /// # };
    /// # let grant = record(Kind::Grant, "2026-03-01T09:00:00Z")?;
    /// # let withdrawal = record(Kind::Withdraw, "2026-05-01T09:00:00Z")?;
    /// let (here, there): (Current, Current) = ([&grant].into_iter().collect(), [&withdrawal].into_iter().collect());
    /// assert_eq!(here.merge(there), there.merge(here));
    /// assert_eq!(here.merge(there).record(), Some(&withdrawal));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        self.0.into_iter().chain(other.0).collect()
    }

    /// The record that takes effect last; none: nothing is known.
    ///
    /// ```
    /// # use volens_core::{Current, Kind, Record, RecordParts};
    /// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
    /// #     let received_at = at.parse()?;
    /// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
    /// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
    /// # };
    /// # let grant = record(Kind::Grant, "2026-03-01T09:00:00Z")?;
    /// # let withdrawal = record(Kind::Withdraw, "2026-05-01T09:00:00Z")?;
    /// let current: Current = [&grant].into_iter().collect();
    /// assert_eq!(current.record(), Some(&grant));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn record(&self) -> Option<&'a Record> {
        self.0
    }

    /// Whether consent permits processing at `now`, and why, in O(1); a grant under another notice than `notice` does
    /// not count, if one is given.
    ///
    /// `now` lies at or after every record, as a clock does that wrote them. Where it does not (two clocks differ), a
    /// grant still to come is [`Unknown`](Because::Unknown) and a no still to come holds already: on the safe side. For
    /// a time in the past ask a [`Timeline`](crate::Timeline).
    ///
    /// ```
    /// # use volens_core::{Current, Kind, Record, RecordParts};
    /// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
    /// #     let received_at = at.parse()?;
    /// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
    /// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
    /// # };
    /// # let grant = record(Kind::Grant, "2026-03-01T09:00:00Z")?;
    /// # let withdrawal = record(Kind::Withdraw, "2026-05-01T09:00:00Z")?;
    /// let current: Current = [&grant].into_iter().collect();
    /// let now = "2026-04-01T00:00:00Z".parse()?;
    /// assert!(current.because(now, None).permits());
    /// assert_eq!(current.because(now, Some(&"n2".parse()?)).code(), "other-notice");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn because(&self, now: Timestamp, notice: Option<&NoticeHash>) -> Because {
        let Some(record) = self.0 else { return Because::Unknown };
        match reason(record, notice) {
            Because::Granted if record.effective() > now => Because::Unknown,
            Because::Granted if record.expires_at().is_some_and(|end| end <= now) => Because::Expired,
            because => because,
        }
    }
}

impl<'a> FromIterator<&'a Record> for Current<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Record>>(records: I) -> Self {
        Self(records.into_iter().max_by(|a, b| order(a, b)))
    }
}

impl<'a> Extend<&'a Record> for Current<'a> {
    fn extend<I: IntoIterator<Item = &'a Record>>(&mut self, records: I) {
        records.into_iter().for_each(|record| self.take(record));
    }
}
