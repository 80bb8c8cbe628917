//! Which grants ended: told once each, in the order in which the store came to know.

use super::{Write, instant};
use crate::ServiceError;
use rusqlite::params;
use std::collections::BTreeSet;
use volens_core::{Because, Kind, Known, PurposeId, Record, SubjectId, Timeline, Timestamp};

/// The end of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Its place in the feed.
    pub(crate) seq: i64,
    pub(crate) subject: SubjectId,
    pub(crate) purpose: PurposeId,
    /// A code of DESIGN 10: `withdrawn`, `objected`, `erased`, `expired`, `refused`.
    pub(crate) because: String,
    /// When it took effect.
    pub(crate) at: Timestamp,
}

impl Write<'_> {
    /// Tells of grants that have ended by themselves, oldest first. Before every statement, so that what ended before
    /// it is told before it.
    pub(crate) fn tell_expired(&self) -> Result<(), ServiceError> {
        let due = params![self.site, self.now.unix_millis()];
        self.tx.execute(
            "INSERT INTO ended (site_id, subject, purpose, because, at)
             SELECT site_id, subject, purpose, 'expired', ends_at FROM standing
             WHERE site_id = ?1 AND ends_at <= ?2 ORDER BY ends_at, subject, purpose",
            due,
        )?;
        self.tx.execute("DELETE FROM standing WHERE site_id = ?1 AND ends_at <= ?2", due)?;
        Ok(())
    }

    /// Follows a statement that was just written: what it ended is told, and shows in the status lists.
    pub(super) fn settle<'a>(
        &self,
        subject: &SubjectId,
        touched: impl Iterator<Item = &'a PurposeId>,
    ) -> Result<(), ServiceError> {
        let timelines = self.timelines(subject)?;
        let mut ended = BTreeSet::new();
        for purpose in touched {
            let Some(timeline) = timelines.get(purpose) else { continue };
            if self.stands(subject, purpose, timeline)? {
                continue;
            }
            ended.insert(purpose.as_str());
            let answer = timeline.ask(self.now, Known::Everything, None);
            let key = params![self.site, subject.as_str(), purpose.as_str()];
            // A grant whose end was told is not there: nothing is told twice, even after the clock has stepped back.
            let stood =
                self.tx.execute("DELETE FROM standing WHERE site_id = ?1 AND subject = ?2 AND purpose = ?3", key)?;
            if stood > 0 {
                self.tell(subject, purpose, answer.because(), answer.since().unwrap_or(self.now))?;
            }
        }
        if ended.is_empty() { Ok(()) } else { self.flag(subject, &ended) }
    }

    /// Endings after a place in the feed, at most so many.
    pub(crate) fn ended(&self, after: i64, most: usize) -> Result<Vec<Ended>, ServiceError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut select = self.tx.prepare_cached(
            "SELECT seq, subject, purpose, because, at FROM ended WHERE site_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
        )?;
        let rows = select.query_map(params![self.site, after, most], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get(3)?, row.get(4)?))
        })?;
        rows.map(|row| {
            let (seq, subject, purpose, because, at) = row?;
            Ok(Ended {
                seq,
                subject: subject.parse().map_err(|_| ServiceError::Corrupt)?,
                purpose: purpose.parse().map_err(|_| ServiceError::Corrupt)?,
                because,
                at: instant(at),
            })
        })
        .collect()
    }

    /// Once, for a store that is older than the feed: what stands, and for each subject and purpose the last end.
    pub(crate) fn begin_feed(&self) -> Result<(), ServiceError> {
        if self.tx.execute("INSERT OR IGNORE INTO feed VALUES (?1)", params![self.site])? == 0 {
            return Ok(());
        }
        let mut select = self.tx.prepare("SELECT DISTINCT subject FROM statement WHERE site_id = ?1")?;
        let subjects = select.query_map(params![self.site], |row| row.get::<_, String>(0))?;
        let mut ends = Vec::new();
        for subject in subjects {
            let subject: SubjectId = subject?.parse().map_err(|_| ServiceError::Corrupt)?;
            for (purpose, timeline) in self.timelines(&subject)? {
                let granted = timeline.records().iter().any(|record| record.kind() == Kind::Grant);
                if granted && !self.stands(&subject, &purpose, &timeline)? {
                    let answer = timeline.ask(self.now, Known::Everything, None);
                    ends.push((answer.since().unwrap_or(self.now), subject.clone(), purpose, answer.because()));
                }
            }
        }
        ends.sort_by(|a, b| (a.0, &a.1, &a.2).cmp(&(b.0, &b.1, &b.2)));
        ends.iter().try_for_each(|(at, subject, purpose, because)| self.tell(subject, purpose, *because, *at))
    }

    /// Whether a grant stands now; if so it is kept until its end can be told.
    fn stands(&self, subject: &SubjectId, purpose: &PurposeId, timeline: &Timeline) -> Result<bool, ServiceError> {
        if !timeline.ask(self.now, Known::Everything, None).permitted() {
            return Ok(false);
        }
        let ends = timeline.last(self.now, Known::Everything).and_then(Record::expires_at).map(Timestamp::unix_millis);
        self.tx.execute(
            "INSERT OR REPLACE INTO standing VALUES (?1, ?2, ?3, ?4)",
            params![self.site, subject.as_str(), purpose.as_str(), ends],
        )?;
        Ok(true)
    }

    fn tell(
        &self,
        subject: &SubjectId,
        purpose: &PurposeId,
        because: Because,
        at: Timestamp,
    ) -> Result<(), ServiceError> {
        self.tx.execute(
            "INSERT INTO ended (site_id, subject, purpose, because, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.site, subject.as_str(), purpose.as_str(), because.code(), at.unix_millis()],
        )?;
        Ok(())
    }
}
