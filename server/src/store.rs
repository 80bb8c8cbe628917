//! The store: one SQLite file, one writer, durable before it answers.

mod contacts;
mod ended;
mod evidence;
mod notices;
mod stage;
mod statements;
mod statistics;
mod status;

pub(crate) use contacts::{Contact, Pending};
pub(crate) use ended::Ended;
pub use evidence::{Evidence, EvidenceEntry, Reader};
pub(crate) use notices::PublishedText;
pub(crate) use statements::{Replay, Statement};
pub use statistics::{Count, Counted, Statistics};
pub(crate) use status::{Life, Place};

use crate::{ServiceError, clock};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use volens_core::Timestamp;

const FILE: &str = "volens.sqlite";

/// The records of one site.
pub(crate) struct Store {
    site: String,
    data: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    connection: Connection,
    clock: Arc<dyn clock::Clock>,
    last: i64,
}

/// A write in progress: all of it becomes durable, or nothing does.
pub(crate) struct Write<'a> {
    site: &'a str,
    tx: Transaction<'a>,
    now: Timestamp,
    /// Whether a statement was written: only those have to come one after the other.
    recorded: Cell<bool>,
}

impl Store {
    pub(crate) fn open(data: &Path, site: &str, clock: Arc<dyn clock::Clock>) -> Result<Self, rusqlite::Error> {
        let connection = Connection::open(private(&data.join(FILE)))?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // Deleted addresses are overwritten, not only unlinked.
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.execute_batch(include_str!("store/schema.sql"))?;
        for table in ["text", "statement"] {
            add_variant(&connection, table)?;
        }
        let last = connection.query_row("SELECT coalesce(max(recorded_at), 0) FROM statement", [], |row| row.get(0))?;
        Ok(Self { site: site.into(), data: data.into(), inner: Mutex::new(Inner { connection, clock, last }) })
    }

    /// Runs a write. `recorded_at` is the transaction's one `now`: later than that of every earlier statement, even
    /// when the clock steps back.
    pub(crate) fn write<T>(&self, run: impl FnOnce(&Write<'_>) -> Result<T, ServiceError>) -> Result<T, ServiceError> {
        let mut guard = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = &mut *guard;
        let now = inner.clock.now().unix_millis().max(inner.last + 1);
        let tx = inner.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let write = Write { site: &self.site, tx, now: instant(now), recorded: Cell::new(false) };
        let value = run(&write)?;
        let Write { tx, recorded, .. } = write;
        tx.commit()?;
        if recorded.get() {
            inner.last = now;
        }
        Ok(value)
    }

    /// Deletes what is kept for a while only: unconfirmed addresses, addresses of those who have left, the outbox,
    /// answers to retries, whose place in a status list it was.
    pub(crate) fn sweep(&self) -> Result<(), ServiceError> {
        self.write(|write| {
            write.forget_pending()?;
            write.forget_those_who_left()?;
            write.forget_outbox()?;
            write.forget_answers()?;
            write.forget_ended_tokens()
        })
    }

    /// The lists that the first tokens will be in, so that they can be fetched before.
    pub(crate) fn make_first_lists(&self) -> Result<(), ServiceError> {
        self.write(|write| {
            write.make_first_list(Life::Browser)?;
            write.make_first_list(Life::Audience)
        })
    }

    /// Whether the store answers.
    pub(crate) fn ready(&self) -> Result<(), ServiceError> {
        self.read(|write| Ok(write.tx.query_row("SELECT 1", [], |_| Ok(()))?))
    }

    /// Counts on a connection of its own: it looks at many statements, and no choice waits for it.
    pub(crate) fn statistics(&self, counted: Counted) -> Result<Statistics, ServiceError> {
        Reader::open_site(&self.data, Some(&self.site))?.statistics(counted)
    }

    /// Runs a read on the same view; nothing of it is kept. It never looks at a time before the last statement: a
    /// withdrawal is in force as soon as it is written, and does not wait for a clock that has stepped back.
    pub(crate) fn read<T>(&self, run: impl FnOnce(&Write<'_>) -> Result<T, ServiceError>) -> Result<T, ServiceError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let now = inner.clock.now().unix_millis().max(inner.last);
        let tx = inner.connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        run(&Write { site: &self.site, tx, now: instant(now), recorded: Cell::new(false) })
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("site", &self.site).finish_non_exhaustive()
    }
}

impl Write<'_> {
    /// The instant of this transaction, whole milliseconds.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }
}

/// A store that is older than variants has none: what was written there was the site's own.
fn add_variant(connection: &Connection, table: &str) -> Result<(), rusqlite::Error> {
    if !has_variant(connection, table)? {
        connection.execute(&format!("ALTER TABLE {table} ADD COLUMN variant TEXT"), [])?;
    }
    Ok(())
}

fn has_variant(connection: &Connection, table: &str) -> Result<bool, rusqlite::Error> {
    let columns = "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?1) WHERE name = 'variant')";
    connection.query_row(columns, [table], |row| row.get(0))
}

/// The file, for its owner's eyes only: addresses are in it. What `SQLite` puts beside it takes over its mode. Whatever
/// stands in the way is left to `SQLite` to name.
fn private(file: &Path) -> &Path {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(file));
    file
}

fn read_only(data: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(
        data.join(FILE),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}

fn instant(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis)
}
