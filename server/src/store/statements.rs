//! Statements and their records: written once, read into timelines.

use super::{Write, instant};
use crate::ServiceError;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::BTreeMap;
use volens_core::{
    Channel, Kind, Lang, NoticeHash, PurposeId, Record, RecordParts, SubjectId, TextHash, Timeline, Timestamp,
};

/// What someone said, once, by one channel; its records say what it means for each purpose.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) id: String,
    pub(crate) subject: SubjectId,
    pub(crate) notice: NoticeHash,
    pub(crate) text: Option<TextHash>,
    /// The variant of wording or position in which it was shown.
    pub(crate) variant: Option<String>,
    pub(crate) lang: Option<Lang>,
    pub(crate) jurisdiction: String,
    pub(crate) channel: Channel,
    pub(crate) control: String,
    pub(crate) signals: String,
    pub(crate) claimed_at: Option<Timestamp>,
    pub(crate) received_at: Timestamp,
    /// Kind and, for a grant, its end.
    pub(crate) decisions: BTreeMap<PurposeId, (Kind, Option<Timestamp>)>,
}

/// The answer given to an earlier request with the same key.
pub(crate) struct Replay {
    pub(crate) request: Vec<u8>,
    pub(crate) subject: String,
    pub(crate) asked_by: Option<String>,
    pub(crate) answer: String,
}

const DAY: i64 = 86_400_000;

impl Write<'_> {
    /// Writes a statement with the look, policy and controllers of the text it was made on. What it ends shows in the
    /// status lists and the feed of endings from then on.
    pub(crate) fn record(&self, statement: &Statement) -> Result<(), ServiceError> {
        let millis = |at: Option<Timestamp>| at.map(Timestamp::unix_millis);
        self.recorded.set(true);
        self.tell_expired()?;
        self.tx.execute(
            "INSERT INTO statement SELECT ?1, ?2, ?3, ?4, ?5, shown.look, ?6, shown.policy, shown.controllers,
               ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14
             FROM (SELECT 1) LEFT JOIN (
               SELECT look, policy, controllers FROM text
               WHERE site_id = ?1 AND notice = ?4 AND text = ?5
               ORDER BY variant IS ?14 DESC, published_at DESC LIMIT 1) AS shown",
            params![
                self.site,
                statement.id,
                statement.subject.as_str(),
                statement.notice.as_str(),
                statement.text.as_ref().map(TextHash::as_str),
                statement.lang.as_ref().map(Lang::as_str),
                statement.jurisdiction,
                statement.channel.as_str(),
                statement.control,
                statement.signals,
                millis(statement.claimed_at),
                statement.received_at.unix_millis().min(self.now.unix_millis()),
                self.now.unix_millis(),
                statement.variant,
            ],
        )?;
        for (purpose, (kind, end)) in &statement.decisions {
            self.tx.execute(
                "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5)",
                params![self.site, statement.id, purpose.as_str(), kind.as_str(), millis(*end)],
            )?;
        }
        self.settle(&statement.subject, statement.decisions.keys())
    }

    /// The timelines of a subject, by purpose.
    pub(crate) fn timelines(&self, subject: &SubjectId) -> Result<BTreeMap<PurposeId, Timeline>, ServiceError> {
        let mut by_purpose: BTreeMap<PurposeId, Vec<Record>> = BTreeMap::new();
        for record in records(&self.tx, self.site, subject)? {
            by_purpose.entry(record.purpose().clone()).or_default().push(record);
        }
        Ok(by_purpose.into_iter().map(|(purpose, records)| (purpose, Timeline::new(records))).collect())
    }

    /// The answer kept under an idempotency key; keys older than a day are forgotten.
    pub(crate) fn replay(&self, key: &str) -> Result<Option<Replay>, ServiceError> {
        let found = self
            .tx
            .query_row(
                "SELECT request, subject, asked_by, answer FROM idempotency
                 WHERE site_id = ?1 AND key = ?2 AND created_at > ?3",
                params![self.site, key, self.now.unix_millis() - DAY],
                |row| {
                    Ok(Replay {
                        request: row.get(0)?,
                        subject: row.get(1)?,
                        asked_by: row.get(2)?,
                        answer: row.get(3)?,
                    })
                },
            )
            .optional()?;
        Ok(found)
    }

    /// Forgets answers older than a day.
    pub(super) fn forget_answers(&self) -> Result<(), ServiceError> {
        self.tx.execute("DELETE FROM idempotency WHERE created_at <= ?1", params![self.now.unix_millis() - DAY])?;
        Ok(())
    }

    /// Keeps an answer under an idempotency key for a day.
    pub(crate) fn remember(&self, key: &str, replay: &Replay) -> Result<(), ServiceError> {
        let now = self.now.unix_millis();
        self.tx.execute(
            "INSERT OR REPLACE INTO idempotency VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![self.site, key, replay.request, replay.subject, replay.asked_by, replay.answer, now],
        )?;
        Ok(())
    }
}

/// Every record of a subject.
pub(super) fn records(connection: &Connection, site: &str, subject: &SubjectId) -> Result<Vec<Record>, ServiceError> {
    let mut select = connection.prepare_cached(
        "SELECT record.purpose, record.kind, statement.claimed_at, statement.received_at, statement.recorded_at,
                statement.notice, record.expires_at
         FROM statement JOIN record USING (site_id, statement)
         WHERE site_id = ?1 AND subject = ?2",
    )?;
    let rows = select.query_map(params![site, subject.as_str()], |row| Ok(read(row, subject)))?;
    rows.map(|row| row?).collect()
}

fn read(row: &Row<'_>, subject: &SubjectId) -> Result<Record, ServiceError> {
    let kind: String = row.get(1)?;
    let text = |index: usize| row.get::<_, String>(index);
    let at = |index: usize| row.get::<_, i64>(index).map(instant);
    let maybe = |index: usize| row.get::<_, Option<i64>>(index).map(|at| at.map(instant));
    Record::new(RecordParts {
        subject: subject.clone(),
        purpose: text(0)?.parse().map_err(|_| ServiceError::Corrupt)?,
        kind: kind_of(&kind).ok_or(ServiceError::Corrupt)?,
        claimed_at: maybe(2)?,
        received_at: at(3)?,
        recorded_at: at(4)?,
        notice: text(5)?.parse().map_err(|_| ServiceError::Corrupt)?,
        expires_at: maybe(6)?,
    })
    .map_err(|_| ServiceError::Corrupt)
}

fn kind_of(word: &str) -> Option<Kind> {
    [Kind::Grant, Kind::Refuse, Kind::Withdraw, Kind::Object, Kind::Erase]
        .into_iter()
        .find(|kind| kind.as_str() == word)
}
