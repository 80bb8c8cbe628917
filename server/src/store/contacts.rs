//! Who a pseudonym is: addresses, accounts, unconfirmed subscriptions. All of it can be deleted.

use super::Write;
use crate::ServiceError;
use rusqlite::{OptionalExtension as _, params};
use volens_core::{Known, Lang, SubjectId, Timeline};

/// A confirmed address.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    pub(crate) subject: SubjectId,
    pub(crate) address: String,
    pub(crate) name: Option<String>,
    pub(crate) lang: Lang,
}

/// An address somebody typed in and nobody has confirmed.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) address: String,
    pub(crate) name: Option<String>,
    pub(crate) lang: Lang,
}

/// Unconfirmed addresses go after 7 days.
const PENDING_LIFE: i64 = 7 * 86_400_000;
/// Addresses of those who have left go after 28 days: within a month, whichever it is.
const LEFT_LIFE: i64 = 28 * 86_400_000;

impl Write<'_> {
    /// Forgets what nobody confirmed in time.
    pub(super) fn forget_pending(&self) -> Result<(), ServiceError> {
        self.tx
            .execute("DELETE FROM pending WHERE created_at <= ?1", params![self.now.unix_millis() - PENDING_LIFE])?;
        Ok(())
    }

    /// Forgets the addresses of those who have wanted nothing for 28 days.
    pub(super) fn forget_those_who_left(&self) -> Result<(), ServiceError> {
        let mut select = self.tx.prepare(
            "SELECT subject FROM contact WHERE site_id = ?1 AND NOT EXISTS (
               SELECT 1 FROM statement AS said JOIN record USING (site_id, statement)
               WHERE said.site_id = contact.site_id AND said.subject = contact.subject
                 AND (said.recorded_at > ?2 OR (record.kind = 'grant' AND NOT EXISTS (
                   SELECT 1 FROM statement AS later JOIN record AS since USING (site_id, statement)
                   WHERE later.site_id = said.site_id AND later.subject = said.subject
                     AND since.purpose = record.purpose AND later.recorded_at > said.recorded_at))))",
        )?;
        let before = self.now.unix_millis() - LEFT_LIFE;
        let rows = select.query_map(params![self.site, before], |row| row.get::<_, String>(0))?;
        for subject in rows.collect::<Result<Vec<_>, _>>()? {
            let subject: SubjectId = subject.parse().map_err(|_| ServiceError::Corrupt)?;
            // The newest record is not always the one that counts: the timeline decides.
            let wanted = |timeline: &Timeline| timeline.ask(self.now, Known::Everything, None).permitted();
            if !self.timelines(&subject)?.values().any(wanted) {
                self.tx.execute(
                    "DELETE FROM contact WHERE site_id = ?1 AND subject = ?2",
                    params![self.site, subject.as_str()],
                )?;
            }
        }
        Ok(())
    }

    /// Forgets mails that nobody fetched from the outbox.
    pub(super) fn forget_outbox(&self) -> Result<(), ServiceError> {
        self.tx.execute("DELETE FROM outbox WHERE sent_at <= ?1", params![self.now.unix_millis() - PENDING_LIFE])?;
        Ok(())
    }

    /// Keeps an address until it is confirmed; at most `most` links for one address are open.
    pub(crate) fn await_confirmation(&self, link: &[u8], pending: &Pending, most: i64) -> Result<bool, ServiceError> {
        let open: i64 = self.tx.query_row(
            "SELECT count(*) FROM pending WHERE site_id = ?1 AND address = ?2",
            params![self.site, pending.address],
            |row| row.get(0),
        )?;
        if open >= most {
            return Ok(false);
        }
        self.tx.execute(
            "INSERT INTO pending VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![self.site, link, pending.address, pending.name, pending.lang.as_str(), self.now.unix_millis()],
        )?;
        Ok(true)
    }

    /// Forgets one link and its address.
    pub(crate) fn drop_pending(&self, link: &[u8]) -> Result<(), ServiceError> {
        self.tx.execute("DELETE FROM pending WHERE site_id = ?1 AND link = ?2", params![self.site, link])?;
        Ok(())
    }

    /// The address behind a link that has not run out.
    pub(crate) fn pending(&self, link: &[u8]) -> Result<Option<Pending>, ServiceError> {
        let found = self
            .tx
            .query_row(
                "SELECT address, name, lang FROM pending WHERE site_id = ?1 AND link = ?2 AND created_at > ?3",
                params![self.site, link, self.now.unix_millis() - PENDING_LIFE],
                |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)),
            )
            .optional()?;
        found
            .map(|(address, name, lang)| {
                Ok(Pending { address, name, lang: lang.parse().map_err(|_| ServiceError::Corrupt)? })
            })
            .transpose()
    }

    /// A confirmed address: known from now on, and waiting for nothing. Returns its subject.
    pub(crate) fn confirm(&self, pending: &Pending, fresh: &SubjectId) -> Result<SubjectId, ServiceError> {
        self.tx
            .execute("DELETE FROM pending WHERE site_id = ?1 AND address = ?2", params![self.site, pending.address])?;
        self.tx.execute(
            "INSERT INTO contact VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (site_id, address) DO UPDATE SET name = coalesce(excluded.name, name), lang = excluded.lang",
            params![
                self.site,
                fresh.as_str(),
                pending.address,
                pending.name,
                pending.lang.as_str(),
                self.now.unix_millis(),
            ],
        )?;
        self.contact_of(&pending.address)?.ok_or(ServiceError::Corrupt)
    }

    /// The subject of a confirmed address.
    pub(crate) fn contact_of(&self, address: &str) -> Result<Option<SubjectId>, ServiceError> {
        self.subject("SELECT subject FROM contact WHERE site_id = ?1 AND address = ?2", address)
    }

    /// All confirmed addresses.
    pub(crate) fn contacts(&self) -> Result<Vec<Contact>, ServiceError> {
        let mut select = self.tx.prepare(
            "SELECT subject, address, name, lang FROM contact WHERE site_id = ?1 ORDER BY created_at, subject",
        )?;
        let rows = select.query_map(params![self.site], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?))
        })?;
        rows.map(|row| {
            let (subject, address, name, lang) = row?;
            Ok(Contact {
                subject: subject.parse().map_err(|_| ServiceError::Corrupt)?,
                address,
                name,
                lang: lang.parse().map_err(|_| ServiceError::Corrupt)?,
            })
        })
        .collect()
    }

    /// The subject of an account, made when it is first asked for.
    pub(crate) fn account(&self, account: &str, fresh: &SubjectId) -> Result<SubjectId, ServiceError> {
        self.tx.execute(
            "INSERT OR IGNORE INTO account VALUES (?1, ?2, ?3, ?4)",
            params![self.site, account, fresh.as_str(), self.now.unix_millis()],
        )?;
        self.subject_of_account(account)?.ok_or(ServiceError::Corrupt)
    }

    /// Forgets whose a pseudonym was.
    pub(crate) fn forget_account(&self, account: &str) -> Result<(), ServiceError> {
        self.tx.execute("DELETE FROM account WHERE site_id = ?1 AND account = ?2", params![self.site, account])?;
        Ok(())
    }

    /// Whether anything is kept under a pseudonym.
    pub(crate) fn knows(&self, subject: &SubjectId) -> Result<bool, ServiceError> {
        let known = self.tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM statement WHERE site_id = ?1 AND subject = ?2)
                 OR EXISTS (SELECT 1 FROM contact WHERE site_id = ?1 AND subject = ?2)
                 OR EXISTS (SELECT 1 FROM account WHERE site_id = ?1 AND subject = ?2)",
            params![self.site, subject.as_str()],
            |row| row.get(0),
        )?;
        Ok(known)
    }

    /// The subject of an account that has one.
    pub(crate) fn subject_of_account(&self, account: &str) -> Result<Option<SubjectId>, ServiceError> {
        self.subject("SELECT subject FROM account WHERE site_id = ?1 AND account = ?2", account)
    }

    fn subject(&self, sql: &str, key: &str) -> Result<Option<SubjectId>, ServiceError> {
        let subject: Option<String> = self.tx.query_row(sql, params![self.site, key], |row| row.get(0)).optional()?;
        subject.map(|subject| subject.parse().map_err(|_| ServiceError::Corrupt)).transpose()
    }

    /// Puts a mail into the outbox.
    pub(crate) fn post(&self, mail: &str) -> Result<(), ServiceError> {
        self.tx.execute(
            "INSERT INTO outbox (site_id, mail, sent_at) VALUES (?1, ?2, ?3)",
            params![self.site, mail, self.now.unix_millis()],
        )?;
        Ok(())
    }

    /// The outbox, newest first.
    pub(crate) fn outbox(&self) -> Result<Vec<String>, ServiceError> {
        let mut select = self.tx.prepare("SELECT mail FROM outbox WHERE site_id = ?1 ORDER BY id DESC LIMIT 200")?;
        let rows = select.query_map(params![self.site], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
