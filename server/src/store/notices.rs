//! Published notices and texts.

use super::Write;
use crate::ServiceError;
use rusqlite::params;
use volens_core::{Lang, NoticeHash, TextHash};

/// A text as it was served.
pub(crate) struct PublishedText<'a> {
    pub(crate) notice: &'a NoticeHash,
    pub(crate) text: &'a TextHash,
    pub(crate) lang: &'a Lang,
    pub(crate) body: &'a str,
    pub(crate) look: &'a str,
    pub(crate) policy: &'a str,
    pub(crate) controllers: &'a str,
    pub(crate) variant: Option<&'a str>,
}

impl Write<'_> {
    /// Publishes a notice for good; once is enough.
    pub(crate) fn publish_notice(&self, notice: &NoticeHash, material: &str) -> Result<(), ServiceError> {
        self.tx.execute(
            "INSERT OR IGNORE INTO notice VALUES (?1, ?2, ?3, ?4)",
            params![self.site, notice.as_str(), material, self.now.unix_millis()],
        )?;
        Ok(())
    }

    /// Publishes a text for good; once is enough.
    pub(crate) fn publish_text(&self, text: &PublishedText<'_>) -> Result<(), ServiceError> {
        self.tx.execute(
            "INSERT OR IGNORE INTO text VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                self.site,
                text.notice.as_str(),
                text.text.as_str(),
                text.lang.as_str(),
                text.body,
                text.look,
                text.policy,
                text.controllers,
                self.now.unix_millis(),
                text.variant,
            ],
        )?;
        Ok(())
    }

    /// Every notice ever published here, with its material facts.
    pub(crate) fn notices(&self) -> Result<Vec<(String, String)>, ServiceError> {
        let mut select =
            self.tx.prepare("SELECT notice, material FROM notice WHERE site_id = ?1 ORDER BY published_at")?;
        let rows = select.query_map(params![self.site], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The text of a notice in a language: the one named, or none if it was never published, as a record says nothing
    /// that cannot be shown; where none is named, the newest. And of its looks that of the variant named, else the
    /// site's own, else what it was published with.
    pub(crate) fn text(
        &self,
        notice: &NoticeHash,
        lang: &Lang,
        named: Option<&TextHash>,
        variant: Option<&str>,
    ) -> Result<Option<(TextHash, Option<String>)>, ServiceError> {
        let mut select = self.tx.prepare_cached(
            "SELECT text, variant FROM text WHERE site_id = ?1 AND notice = ?2 AND lang = ?3 AND text = coalesce(?4, text)
             ORDER BY variant IS ?5 DESC, variant IS NULL DESC, published_at DESC LIMIT 1",
        )?;
        let named = named.map(TextHash::as_str);
        let mut rows = select.query(params![self.site, notice.as_str(), lang.as_str(), named, variant])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let text: String = row.get(0)?;
        let variant: Option<String> = row.get(1)?;
        text.parse().map(|text| Some((text, variant))).map_err(|_| ServiceError::Corrupt)
    }
}
