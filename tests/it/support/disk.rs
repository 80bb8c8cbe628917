//! Folders of a test's own, and the store as it lies on the disk.

use std::path::{Path, PathBuf};

/// An empty folder of the test's own.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("it-{name}"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The store, past the service: what anyone with the file can do.
pub(crate) fn sqlite(data: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(data.join("volens.sqlite")).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    connection
}

/// How many rows a table has.
pub(crate) fn count(data: &Path, table: &str) -> i64 {
    sqlite(data).query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}
