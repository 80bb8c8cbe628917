//! The timeline of one subject and purpose, and the two questions it answers (DESIGN 2.3).

mod view;

use self::view::View;
use crate::{Current, Kind, NoticeHash, PurposeId, Record, SubjectId, Timestamp};
use core::cmp::{Ordering, Reverse};

/// How much of the record counts: an answer can be given as it stood at an earlier time.
///
/// A letter that arrived on Monday and was typed in on Friday counts from Monday, but on Tuesday nobody could know:
///
/// ```
/// use volens_core::{Kind, Known, Record, RecordParts, Timeline};
///
/// let letter = Record::new(RecordParts {
///     subject: "s1".parse()?,
///     purpose: "newsletter".parse()?,
///     kind: Kind::Withdraw,
///     claimed_at: None,
///     received_at: "2026-03-02T09:00:00Z".parse()?, // Monday
///     recorded_at: "2026-03-06T16:00:00Z".parse()?, // Friday
///     notice: "n1".parse()?,
///     expires_at: None,
/// })?;
/// let timeline = Timeline::new([letter]);
/// let tuesday = "2026-03-03T12:00:00Z".parse()?;
/// assert_eq!(timeline.ask(tuesday, Known::At(tuesday), None).because().code(), "unknown");
/// assert_eq!(timeline.ask(tuesday, Known::Everything, None).because().code(), "withdrawn");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "either all records count or those written by an instant")]
pub enum Known {
    /// All records.
    Everything,
    /// Records written at or before this instant.
    At(Timestamp),
}

/// Why processing is permitted or not, on consent alone (DESIGN, section 10).
///
/// ```
/// use volens_core::Because;
///
/// assert!(Because::Granted.permits());
/// assert!(!Because::Unknown.permits());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Because {
    /// A grant is in force.
    Granted,
    /// The subject said no.
    Refused,
    /// A grant was taken back.
    Withdrawn,
    /// The subject objected.
    Objected,
    /// The subject's data was erased.
    Erased,
    /// The last grant has ended by itself.
    Expired,
    /// The last grant was given under another notice than the one that counts.
    OtherNotice,
    /// Nothing is known.
    Unknown,
}

impl Because {
    /// A stable code, as `volens evaluate` prints it.
    ///
    /// ```
    /// assert_eq!(volens_core::Because::OtherNotice.code(), "other-notice");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Objected => "objected",
            Self::Erased => "erased",
            Self::Expired => "expired",
            Self::OtherNotice => "other-notice",
            Self::Unknown => "unknown",
        }
    }

    /// Whether consent permits processing; of all reasons, only a grant in force does (GDPR article 6(1)(a)).
    ///
    /// ```
    /// use volens_core::Because;
    ///
    /// assert!(![Because::Refused, Because::Expired, Because::Unknown].into_iter().any(Because::permits));
    /// ```
    pub const fn permits(self) -> bool {
        matches!(self, Self::Granted)
    }
}

/// The answer at an instant, with the half-open interval `[since, until)` in which it is the same.
///
/// ```
/// # use volens_core::{Kind, Known, Record, RecordParts, Timeline, Timestamp};
/// # let march: Timestamp = "2026-03-01T09:00:00Z".parse()?;
/// # let grant = Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind: Kind::Grant,
/// #     claimed_at: None, received_at: march, recorded_at: march, notice: "n1".parse()?,
/// #     expires_at: Some("2026-08-28T09:00:00Z".parse()?) })?;
/// # let timeline = Timeline::new([grant]);
/// let in_june = timeline.ask("2026-06-01T00:00:00Z".parse()?, Known::Everything, None);
/// assert!(in_june.permitted());
/// assert_eq!(in_june.until(), Some("2026-08-28T09:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    because: Because,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Answer {
    /// Why.
    ///
    /// ```
    /// # use volens_core::{Kind, Known, Record, RecordParts, Timeline, Timestamp};
    /// # let march: Timestamp = "2026-03-01T09:00:00Z".parse()?;
    /// # let grant = Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind: Kind::Grant,
    /// #     claimed_at: None, received_at: march, recorded_at: march, notice: "n1".parse()?,
    /// #     expires_at: Some("2026-08-28T09:00:00Z".parse()?) })?;
    /// # let timeline = Timeline::new([grant]);
    /// let answer = timeline.ask("2027-01-01T00:00:00Z".parse()?, Known::Everything, None);
    /// assert_eq!(answer.because().code(), "expired");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn because(&self) -> Because {
        self.because
    }

    /// Whether consent permits processing.
    ///
    /// ```
    /// # use volens_core::{Kind, Known, Record, RecordParts, Timeline, Timestamp};
    /// # let march: Timestamp = "2026-03-01T09:00:00Z".parse()?;
    /// # let grant = Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind: Kind::Grant,
    /// #     claimed_at: None, received_at: march, recorded_at: march, notice: "n1".parse()?,
    /// #     expires_at: Some("2026-08-28T09:00:00Z".parse()?) })?;
    /// # let timeline = Timeline::new([grant]);
    /// assert!(timeline.ask(march, Known::Everything, None).permitted());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn permitted(&self) -> bool {
        self.because.permits()
    }

    /// The first instant of the longest run of the same answer; none: it has no beginning.
    ///
    /// ```
    /// # use volens_core::{Kind, Known, Record, RecordParts, Timeline, Timestamp};
    /// # let march: Timestamp = "2026-03-01T09:00:00Z".parse()?;
    /// # let grant = Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind: Kind::Grant,
    /// #     claimed_at: None, received_at: march, recorded_at: march, notice: "n1".parse()?,
    /// #     expires_at: Some("2026-08-28T09:00:00Z".parse()?) })?;
    /// # let timeline = Timeline::new([grant]);
    /// let in_june = "2026-06-01T00:00:00Z".parse()?;
    /// assert_eq!(timeline.ask(in_june, Known::Everything, None).since(), Some(march));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// The first instant after that run; none: no end is known.
    ///
    /// ```
    /// # use volens_core::{Kind, Known, Record, RecordParts, Timeline, Timestamp};
    /// # let march: Timestamp = "2026-03-01T09:00:00Z".parse()?;
    /// # let grant = Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind: Kind::Grant,
    /// #     claimed_at: None, received_at: march, recorded_at: march, notice: "n1".parse()?,
    /// #     expires_at: Some("2026-08-28T09:00:00Z".parse()?) })?;
    /// # let timeline = Timeline::new([grant]);
    /// let until = timeline.ask(march, Known::Everything, None).until();
    /// assert_eq!(until, Some("2026-08-28T09:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

/// The records of one subject and purpose, in the order in which they take effect.
///
/// | question | cost for n records |
/// |---|---|
/// | what stands now: [`current`](Self::current) | O(1) |
/// | what held at T, as known at K, since when and until when: [`ask`](Self::ask) | O(log n) |
/// | [`new`](Self::new), [`merge`](Self::merge) | O(n) if they come in order, O(n log n) if not |
///
/// To O(log n) comes one step for each statement that had arrived by K and was not yet written, and for each change of
/// notice, within the run of the answer.
///
/// ```
/// # use volens_core::{Kind, Known, Record, RecordParts, Timeline};
/// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
/// #     let received_at = at.parse()?;
/// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
/// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
/// # };
/// let timeline = Timeline::new([
///     record(Kind::Withdraw, "2026-05-01T09:00:00Z")?, // the order they come in changes nothing
///     record(Kind::Grant, "2026-03-01T09:00:00Z")?,
/// ]);
/// let april = timeline.ask("2026-04-01T00:00:00Z".parse()?, Known::Everything, None);
/// assert!(april.permitted()); // the withdrawal in May does not reach back
/// assert_eq!(april.until(), Some("2026-05-01T09:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    records: Vec<Record>,
    /// Where each stretch begins: records next to each other between which the answer cannot turn.
    stretches: Vec<usize>,
}

impl Timeline {
    /// Puts the records in order; the order they come in and duplicates change nothing.
    ///
    /// The caller passes the records of one subject and one purpose; [`of`](Self::of) picks them.
    ///
    /// ```
    /// # use volens_core::{Known, Timeline, Timestamp};
    /// let nothing = Timeline::new([]);
    /// let answer = nothing.ask(Timestamp::from_unix_seconds(0), Known::Everything, None);
    /// assert_eq!(answer.because().code(), "unknown");
    /// ```
    pub fn new(records: impl IntoIterator<Item = Record>) -> Self {
        let mut records: Vec<Record> = records.into_iter().collect();
        records.sort_by(order);
        records.dedup();
        let stretches = view::stretches(&records);
        Self { records, stretches }
    }

    /// The records of one subject and one purpose among others.
    ///
    /// ```
    /// # use volens_core::{Timeline, lines};
    /// let records = lines::parse(concat!(
    ///     r#"{"subject":"ada","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#,
    ///     "\n",
    ///     r#"{"subject":"bob","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#,
    /// ))
    /// .unwrap();
    /// let ada = Timeline::of(&"ada".parse()?, &"analytics".parse()?, records);
    /// assert_eq!(ada.records().len(), 1);
    /// # Ok::<(), volens_core::IdError>(())
    /// ```
    pub fn of(subject: &SubjectId, purpose: &PurposeId, records: impl IntoIterator<Item = Record>) -> Self {
        Self::new(records.into_iter().filter(|record| record.subject() == subject && record.purpose() == purpose))
    }

    /// The history that knows what both know: of an offline device and the service, or of two replicas.
    ///
    /// Commutative, associative and idempotent: replicas that exchange what they have, in any order and any number of
    /// times, end with the same answers. [`recorded_at`](Record::recorded_at) is the word of whoever wrote the record:
    /// what comes from a device whose clock is not trusted is recorded anew when it arrives, with the device's time as
    /// [`claimed_at`](Record::claimed_at).
    ///
    /// ```
    /// # use volens_core::{Kind, Known, Record, RecordParts, Timeline};
    /// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
    /// #     let received_at = at.parse()?;
    /// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
    /// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
    /// # };
    /// # let grant = record(Kind::Grant, "2026-03-01T09:00:00Z")?;
    /// # let withdrawal = record(Kind::Withdraw, "2026-05-01T09:00:00Z")?;
    /// let (device, service) = (Timeline::new([grant]), Timeline::new([withdrawal]));
    /// let both = device.clone().merge(service.clone());
    /// assert_eq!(both, service.merge(device));
    /// assert_eq!(both.clone().merge(both.clone()), both);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self::new(self.records.into_iter().chain(other.records))
    }

    /// The records, in the order in which they take effect.
    ///
    /// ```
    /// # use volens_core::{Kind, Known, Record, RecordParts, Timeline};
    /// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
    /// #     let received_at = at.parse()?;
    /// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
    /// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
    /// # };
    /// # let grant = record(Kind::Grant, "2026-03-01T09:00:00Z")?;
    /// # let withdrawal = record(Kind::Withdraw, "2026-05-01T09:00:00Z")?;
    /// let timeline = Timeline::new([withdrawal.clone(), grant.clone(), grant.clone()]);
    /// assert_eq!(timeline.records(), [grant, withdrawal]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// What stands after all records, in O(1).
    ///
    /// ```
    /// # use volens_core::{Kind, Known, Record, RecordParts, Timeline};
    /// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
    /// #     let received_at = at.parse()?;
    /// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
    /// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
    /// # };
    /// # let grant = record(Kind::Grant, "2026-03-01T09:00:00Z")?;
    /// # let withdrawal = record(Kind::Withdraw, "2026-05-01T09:00:00Z")?;
    /// let timeline = Timeline::new([grant, withdrawal]);
    /// let now = "2026-11-21T12:00:00Z".parse()?;
    /// assert_eq!(timeline.current().because(now, None).code(), "withdrawn");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn current(&self) -> Current<'_> {
        self.records.last().into_iter().collect()
    }

    /// The answer at `at`, as known at `known`; a last grant under another notice than `notice` does
    /// not count, if one is given.
    ///
    /// ```
    /// # use volens_core::{Kind, Known, Record, RecordParts, Timeline};
    /// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
    /// #     let received_at = at.parse()?;
    /// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
    /// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
    /// # };
    /// # let grant = record(Kind::Grant, "2026-03-01T09:00:00Z")?;
    /// # let withdrawal = record(Kind::Withdraw, "2026-05-01T09:00:00Z")?;
    /// let timeline = Timeline::new([grant, withdrawal]);
    /// let april = "2026-04-01T00:00:00Z".parse()?;
    /// assert!(timeline.ask(april, Known::Everything, None).permitted());
    /// // Granted under the notice n1; for who must rely on n2, that is not enough.
    /// let n2 = "n2".parse()?;
    /// assert_eq!(timeline.ask(april, Known::Everything, Some(&n2)).because().code(), "other-notice");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ask(&self, at: Timestamp, known: Known, notice: Option<&NoticeHash>) -> Answer {
        self.view(known, notice).ask(at)
    }

    /// The last record that counts at `at`.
    ///
    /// ```
    /// # use volens_core::{Kind, Known, Record, RecordParts, Timeline};
    /// # let record = |kind, at: &str| -> Result<Record, Box<dyn std::error::Error>> {
    /// #     let received_at = at.parse()?;
    /// #     Ok(Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind, claimed_at: None,
    /// #         received_at, recorded_at: received_at, notice: "n1".parse()?, expires_at: None })?)
    /// # };
    /// # let grant = record(Kind::Grant, "2026-03-01T09:00:00Z")?;
    /// # let withdrawal = record(Kind::Withdraw, "2026-05-01T09:00:00Z")?;
    /// let timeline = Timeline::new([grant.clone(), withdrawal]);
    /// let april = "2026-04-01T00:00:00Z".parse()?;
    /// assert_eq!(timeline.last(april, Known::Everything), Some(&grant));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn last(&self, at: Timestamp, known: Known) -> Option<&Record> {
        self.view(known, None).last(at)
    }

    fn view<'a>(&'a self, known: Known, notice: Option<&'a NoticeHash>) -> View<'a> {
        View::new(&self.records, &self.stretches, known, notice)
    }
}

/// What a record says where it is the last: a grant that ends when it begins has always ended.
pub(crate) fn reason(record: &Record, notice: Option<&NoticeHash>) -> Because {
    match record.kind() {
        Kind::Grant if notice.is_some_and(|wanted| wanted != record.notice()) => Because::OtherNotice,
        Kind::Grant if record.expires_at().is_some_and(|end| end <= record.effective()) => Because::Expired,
        Kind::Grant => Because::Granted,
        Kind::Refuse => Because::Refused,
        Kind::Withdraw => Because::Withdrawn,
        Kind::Object => Because::Objected,
        Kind::Erase => Because::Erased,
    }
}

/// DESIGN 2.3: by effect, then writing, then kind; among grants the earlier expiry comes later (no
/// expiry is the latest), then the notice bytewise. The rest only brings equal records together.
pub(crate) fn order(a: &Record, b: &Record) -> Ordering {
    let key = |record: &Record| {
        (
            record.effective(),
            record.recorded_at(),
            record.kind(),
            Reverse((record.expires_at().is_none(), record.expires_at())),
        )
    };
    key(a)
        .cmp(&key(b))
        .then_with(|| a.notice().cmp(b.notice()))
        .then_with(|| (a.received_at(), a.claimed_at()).cmp(&(b.received_at(), b.claimed_at())))
        .then_with(|| (a.subject(), a.purpose()).cmp(&(b.subject(), b.purpose())))
}

#[cfg(test)]
mod tests;
