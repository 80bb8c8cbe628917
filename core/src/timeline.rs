//! The timeline of one subject and purpose, and the two questions it answers (DESIGN 2.3).

use crate::{Kind, NoticeHash, Record, Timestamp};
use core::cmp::{Ordering, Reverse};

/// How much of the record counts: an answer can be given as it stood at an earlier time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "either all records count or those written by an instant")]
pub enum Known {
    /// All records.
    Everything,
    /// Records written at or before this instant.
    At(Timestamp),
}

/// Why processing is permitted or not, on consent alone.
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
    /// A stable code.
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

    /// Whether consent permits processing; of all reasons, only a grant in force does.
    pub const fn permits(self) -> bool {
        matches!(self, Self::Granted)
    }
}

/// The answer at an instant, with the half-open interval `[since, until)` in which it is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    because: Because,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Answer {
    /// Why.
    pub const fn because(&self) -> Because {
        self.because
    }

    /// Whether consent permits processing.
    pub const fn permitted(&self) -> bool {
        self.because.permits()
    }

    /// The first instant of the longest run of the same answer; none: it has no beginning.
    pub const fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// The first instant after that run; none: no end is known.
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

/// The records of one subject and purpose, in the order in which they take effect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    records: Vec<Record>,
}

impl Timeline {
    /// Puts the records in order; the order they come in and duplicates change nothing.
    ///
    /// The caller passes the records of one subject and one purpose.
    pub fn new(records: impl IntoIterator<Item = Record>) -> Self {
        let mut records: Vec<Record> = records.into_iter().collect();
        records.sort_by(order);
        records.dedup();
        Self { records }
    }

    /// The records, in the order in which they take effect.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The answer at `at`, as known at `known`; a last grant under another notice than `notice` does
    /// not count, if one is given.
    pub fn ask(&self, at: Timestamp, known: Known, notice: Option<&NoticeHash>) -> Answer {
        let mut run = Answer { because: Because::Unknown, since: None, until: None };
        for (start, because) in self.turns(known, notice) {
            if because == run.because {
                continue;
            }
            if start > at {
                run.until = Some(start);
                break;
            }
            run = Answer { because, since: Some(start), until: None };
        }
        run
    }

    /// The last record that counts at `at`.
    pub fn last(&self, at: Timestamp, known: Known) -> Option<&Record> {
        self.known(known).take_while(|record| record.effective() <= at).last()
    }

    fn known(&self, known: Known) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |record| match known {
            Known::Everything => true,
            Known::At(instant) => record.recorded_at() <= instant,
        })
    }

    /// Where the answer may turn, in order: at each instant the record that wins there, and the end
    /// of a grant that nothing ended before.
    fn turns<'a>(
        &'a self,
        known: Known,
        notice: Option<&'a NoticeHash>,
    ) -> impl Iterator<Item = (Timestamp, Because)> + 'a {
        let mut records = self.known(known).peekable();
        core::iter::from_fn(move || {
            let mut record = records.next()?;
            while let Some(later) = records.next_if(|next| next.effective() == record.effective()) {
                record = later;
            }
            let start = record.effective();
            let because = reason(record, notice);
            let next = records.peek().map(|next| next.effective());
            let end = record
                .expires_at()
                .filter(|end| because == Because::Granted && next.is_none_or(|next| *end < next))
                .map(|end| (end, Because::Expired));
            Some([Some((start, because)), end])
        })
        .flatten()
        .flatten()
    }
}

fn reason(record: &Record, notice: Option<&NoticeHash>) -> Because {
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
fn order(a: &Record, b: &Record) -> Ordering {
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
}

#[cfg(test)]
mod tests;
