//! What can be shown years later: the answer, the records it rests on, and the text that was agreed to.

use super::{has_variant, instant, read_only, statements};
use crate::ServiceError;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;
use volens_core::{Kind, Known, PurposeId, SubjectId, Timeline, Timestamp};

/// Reads a store without changing it, also while a service writes to it.
#[derive(Debug)]
pub struct Reader {
    pub(super) connection: Connection,
    pub(super) site: String,
    /// Where a statement names its variant; `NULL` in a store from before there were variants, which no service has
    /// opened since.
    pub(super) variant: &'static str,
}

/// The answer for one subject and purpose at an instant, with what it rests on.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Evidence {
    /// Whether consent permitted processing.
    pub permitted: bool,
    /// Why: a code of [`volens_core::Because`].
    pub because: &'static str,
    /// The first instant of the same answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The first instant after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The records known, in the order in which they were written.
    pub records: Vec<EvidenceEntry>,
    /// The text shown for the last grant before that instant, or for what was said instead, as it was served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Value>,
    /// The material facts of its notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<Value>,
}

/// One record with its circumstances.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EvidenceEntry {
    /// The statement it belongs to.
    pub statement: String,
    /// grant, refuse, withdraw, object or erase.
    pub kind: String,
    /// The client's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<Timestamp>,
    /// When it reached the controller.
    pub received_at: Timestamp,
    /// When it was written.
    pub recorded_at: Timestamp,
    /// When a grant ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The notice.
    pub notice: String,
    /// Hash of the text served.
    #[serde(rename = "text_hash", skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Hash of the layer as rendered.
    #[serde(rename = "look_hash", skip_serializing_if = "Option::is_none")]
    pub look: Option<String>,
    /// Its language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The variant of wording or position; none: the site's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Policy id, version and date in that language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Value>,
    /// The controllers named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controllers: Option<Value>,
    /// The rule set.
    pub jurisdiction: String,
    /// The channel.
    pub channel: String,
    /// The control used.
    pub control: String,
    /// Signals seen.
    pub signals: Value,
}

impl Reader {
    /// Opens the store in a data folder that holds one site.
    ///
    /// # Errors
    /// There is none, it holds several, or it cannot be read.
    pub fn open(data: &Path) -> Result<Self, ServiceError> {
        Self::open_site(data, None)
    }

    /// Opens the store in a data folder for the site with this id; none: for the only one.
    ///
    /// # Errors
    /// There is no store or no such site, or several and none is named, or it cannot be read.
    pub fn open_site(data: &Path, site: Option<&str>) -> Result<Self, ServiceError> {
        let connection = read_only(data)?;
        let sites: Vec<String> = connection
            .prepare("SELECT DISTINCT site_id FROM notice ORDER BY site_id")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let known = match (site, sites.as_slice()) {
            (_, []) => return Err(ServiceError::EmptyStore),
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
            (Some(named), _) => sites.iter().find(|site| *site == named).cloned(),
        };
        match known {
            Some(site) => {
                let variant = if has_variant(&connection, "statement")? { "variant" } else { "NULL" };
                Ok(Self { connection, site, variant })
            }
            None => Err(ServiceError::WhichSite(sites)),
        }
    }

    /// The subject behind a confirmed e-mail address, while it is kept.
    pub fn subject_of_address(&self, address: &str) -> Result<Option<SubjectId>, ServiceError> {
        self.lookup("SELECT subject FROM contact WHERE site_id = ?1 AND address = ?2", address)
    }

    /// The subject behind an account, while it is kept.
    pub fn subject_of_account(&self, account: &str) -> Result<Option<SubjectId>, ServiceError> {
        self.lookup("SELECT subject FROM account WHERE site_id = ?1 AND account = ?2", account)
    }

    /// How many statements are kept.
    pub fn statements(&self) -> Result<u64, ServiceError> {
        let count: i64 = self.connection.query_row(
            "SELECT count(*) FROM statement WHERE site_id = ?1",
            params![self.site],
            |r| r.get(0),
        )?;
        Ok(count.unsigned_abs())
    }

    /// The answer at `at` as known at `known`, and what it rests on.
    pub fn evidence(
        &self,
        subject: &SubjectId,
        purpose: &PurposeId,
        at: Timestamp,
        known: Known,
    ) -> Result<Evidence, ServiceError> {
        let records = statements::records(&self.connection, &self.site, subject)?;
        let timeline = Timeline::new(records.into_iter().filter(|record| record.purpose() == purpose));
        let answer = timeline.ask(at, known, None);
        let deciding = timeline.last(at, known);
        let entries: Vec<EvidenceEntry> = self
            .entries(subject, purpose)?
            .into_iter()
            .filter(|entry| match known {
                Known::Everything => true,
                Known::At(instant) => entry.recorded_at <= instant,
            })
            .collect();
        // A withdrawal shows the text of the grant that it ended.
        let granted = timeline
            .records()
            .iter()
            .filter(|record| record.kind() == Kind::Grant && record.effective() <= at)
            .rfind(|record| entries.iter().any(|entry| entry.recorded_at == record.recorded_at()));
        let shown = granted.or(deciding).and_then(|record| {
            entries
                .iter()
                .find(|entry| entry.recorded_at == record.recorded_at() && entry.kind == record.kind().as_str())
        });
        let text = shown.map(|entry| self.text(&entry.notice, entry.text.as_deref())).transpose()?.flatten();
        let material = shown.map(|entry| self.material(&entry.notice)).transpose()?.flatten();
        Ok(Evidence {
            permitted: answer.permitted(),
            because: answer.because().code(),
            since: answer.since(),
            until: answer.until(),
            records: entries,
            text,
            material,
        })
    }

    fn lookup(&self, sql: &str, key: &str) -> Result<Option<SubjectId>, ServiceError> {
        let found: Option<String> =
            self.connection.query_row(sql, params![self.site, key], |row| row.get(0)).optional()?;
        found.map(|subject| subject.parse().map_err(|_| ServiceError::Corrupt)).transpose()
    }

    fn entries(&self, subject: &SubjectId, purpose: &PurposeId) -> Result<Vec<EvidenceEntry>, ServiceError> {
        let mut select = self.connection.prepare(&format!(
            "SELECT statement, kind, claimed_at, received_at, recorded_at, expires_at, notice, text, look, lang,
                    policy, controllers, jurisdiction, channel, control, signals, {}
             FROM statement JOIN record USING (site_id, statement)
             WHERE site_id = ?1 AND subject = ?2 AND purpose = ?3 ORDER BY recorded_at",
            self.variant,
        ))?;
        let rows = select.query_map(params![self.site, subject.as_str(), purpose.as_str()], entry)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn text(&self, notice: &str, text: Option<&str>) -> Result<Option<Value>, ServiceError> {
        let body = self
            .connection
            .query_row(
                "SELECT body FROM text WHERE site_id = ?1 AND notice = ?2 AND text = ?3 LIMIT 1",
                params![self.site, notice, text],
                |row| row.get::<_, String>(0),
            )
            .optional()?;
        Ok(body.map(json))
    }

    fn material(&self, notice: &str) -> Result<Option<Value>, ServiceError> {
        let material = self
            .connection
            .query_row(
                "SELECT material FROM notice WHERE site_id = ?1 AND notice = ?2",
                params![self.site, notice],
                |row| row.get::<_, String>(0),
            )
            .optional()?;
        Ok(material.map(json))
    }
}

fn entry(row: &Row<'_>) -> Result<EvidenceEntry, rusqlite::Error> {
    let maybe = |index: usize| row.get::<_, Option<i64>>(index).map(|at| at.map(instant));
    let value = |index: usize| row.get::<_, Option<String>>(index).map(|text| text.map(json));
    Ok(EvidenceEntry {
        statement: row.get(0)?,
        kind: row.get(1)?,
        claimed_at: maybe(2)?,
        received_at: instant(row.get(3)?),
        recorded_at: instant(row.get(4)?),
        expires_at: maybe(5)?,
        notice: row.get(6)?,
        text: row.get(7)?,
        look: row.get(8)?,
        lang: row.get(9)?,
        policy: value(10)?,
        controllers: value(11)?,
        jurisdiction: row.get(12)?,
        channel: row.get(13)?,
        control: row.get(14)?,
        signals: json(row.get(15)?),
        variant: row.get(16)?,
    })
}

/// What was written as JSON; anything else is shown as it stands.
fn json(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
