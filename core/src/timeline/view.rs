//! A timeline as known at an instant and under a notice: finding the answer and the run it belongs to.
//!
//! What is known at K is what has taken effect by K, less the *late* records: statements that had arrived and were not
//! yet written. A grant is never late, as it takes effect when it is written.

use super::{Answer, Because, Known, reason};
use crate::{Kind, NoticeHash, Record, Timestamp};

/// Cuts ordered records where the answer may turn, whatever is known and whichever notice counts: at another kind, at
/// a grant under another notice, and after a grant that ends before the next begins.
///
/// Within a stretch only negatives can be late, and leaving some of them out turns nothing.
pub(super) fn stretches(records: &[Record]) -> Vec<usize> {
    let turns = |pair: &[Record]| match pair {
        [a, b] if a.kind() == Kind::Grant => {
            reason(a, None) != reason(b, None)
                || a.notice() != b.notice()
                || a.expires_at().is_some_and(|end| end < b.effective())
        }
        [a, b] => a.kind() != b.kind(),
        _ => false,
    };
    let cuts = records.windows(2).zip(1..).filter(|(pair, _)| turns(pair)).map(|(_, start)| start);
    records.first().map(|_| 0).into_iter().chain(cuts).collect()
}

#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// Those that have taken effect by K, the late ones too.
    records: &'a [Record],
    stretches: &'a [usize],
    known: Known,
    notice: Option<&'a NoticeHash>,
}

impl<'a> View<'a> {
    pub(super) fn new(
        records: &'a [Record],
        stretches: &'a [usize],
        known: Known,
        notice: Option<&'a NoticeHash>,
    ) -> Self {
        let all = Self { records, stretches, known, notice };
        match known {
            Known::Everything => all,
            Known::At(instant) => Self { records: records.get(..all.in_effect_at(instant)).unwrap_or(records), ..all },
        }
    }

    pub(super) fn last(self, at: Timestamp) -> Option<&'a Record> {
        self.record(self.known_before(self.in_effect_at(at))?)
    }

    pub(super) fn ask(self, at: Timestamp) -> Answer {
        let unknown = Answer { because: Because::Unknown, since: None, until: None };
        let Some(winner) = self.known_before(self.in_effect_at(at)) else {
            return Answer { until: self.winner_from(0).and_then(|next| self.start(next)), ..unknown };
        };
        let (because, since) = match self.end_before(winner, None) {
            Some(end) if end <= at => (Because::Expired, Some(end)),
            _ => {
                let because = self.reason(winner);
                (because, self.since(winner, because))
            }
        };
        Answer { because, since, until: self.until(winner, because) }
    }

    /// Goes back to where the run of `because` began that the record at `first` belongs to.
    fn since(self, mut first: usize, because: Because) -> Option<Timestamp> {
        loop {
            first = self.first_of_stretch(first);
            let start = self.start(first);
            let Some(before) = self.before(first) else { return start };
            match self.end_before(before, start) {
                Some(end) if because == Because::Expired => return Some(end),
                None if self.reason(before) == because => first = before,
                _ => return start,
            }
        }
    }

    /// Goes on to where the run of `because` ends that the record at `last` belongs to.
    fn until(self, mut last: usize, because: Because) -> Option<Timestamp> {
        loop {
            last = self.last_of_stretch(last);
            let next = self.winner_from(last + 1);
            let start = next.and_then(|next| self.start(next));
            if because == Because::Granted
                && let Some(end) = self.end_before(last, start)
            {
                return Some(end);
            }
            match next {
                Some(next) if self.reason(next) == because => last = next,
                _ => return start,
            }
        }
    }

    fn record(self, at: usize) -> Option<&'a Record> {
        self.records.get(at)
    }

    fn start(self, at: usize) -> Option<Timestamp> {
        self.record(at).map(Record::effective)
    }

    fn reason(self, at: usize) -> Because {
        self.record(at).map_or(Because::Unknown, |record| reason(record, self.notice))
    }

    /// Where the grant at this place ends by itself, if that is before `next` takes over.
    fn end_before(self, at: usize, next: Option<Timestamp>) -> Option<Timestamp> {
        let granted = self.reason(at) == Because::Granted;
        let end = self.record(at).filter(|_| granted)?.expires_at()?;
        next.is_none_or(|next| end < next).then_some(end)
    }

    /// How many records have taken effect at an instant.
    fn in_effect_at(self, at: Timestamp) -> usize {
        self.records.partition_point(|record| record.effective() <= at)
    }

    fn is_known(self, at: usize) -> bool {
        #[cfg(test)]
        super::tests::STEPS.with(|steps| steps.set(steps.get() + 1));
        self.record(at).is_some_and(|record| match self.known {
            Known::Everything => true,
            Known::At(instant) => record.recorded_at() <= instant,
        })
    }

    /// The last known record of those before a place.
    fn known_before(self, end: usize) -> Option<usize> {
        (0..end).rev().find(|at| self.is_known(*at))
    }

    /// The last known record of an earlier instant: the one that answered until the record at this place.
    fn before(self, at: usize) -> Option<usize> {
        let start = self.start(at)?;
        self.known_before(self.records.partition_point(|record| record.effective() < start))
    }

    /// The known record that wins at the first instant with one, from a place on.
    fn winner_from(self, begin: usize) -> Option<usize> {
        let first = (begin..self.records.len()).find(|at| self.is_known(*at))?;
        self.known_before(self.in_effect_at(self.start(first)?))
    }

    /// The first known record of the stretch.
    fn first_of_stretch(self, at: usize) -> usize {
        let begin = self.stretches.partition_point(|start| *start <= at);
        let begin = self.stretches.get(..begin).and_then(<[usize]>::last).copied().unwrap_or(at);
        (begin..at).find(|at| self.is_known(*at)).unwrap_or(at)
    }

    /// The last place of the stretch that has taken effect, known or late.
    fn last_of_stretch(self, at: usize) -> usize {
        let next = self.stretches.partition_point(|start| *start <= at);
        let end = self.stretches.get(next).copied().unwrap_or(self.records.len());
        end.min(self.records.len()) - 1
    }
}
