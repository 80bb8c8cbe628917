//! Whose words a store holds: visitors', or a developer's own clicks.

use super::Write;
use crate::ServiceError;
use rusqlite::params;
use volens_core::site::Stage;

impl Write<'_> {
    /// Marks the site's rows as of this stage. A folder holds one of them, as evidence and counts tell them apart by
    /// nothing else; what was written before there were marks was live.
    pub(crate) fn keep_stage(&self, stage: Stage) -> Result<(), ServiceError> {
        let (own, other, other_stage) = match stage {
            Stage::Live => ("live", "development", Stage::Development),
            Stage::Development => ("development", "live", Stage::Live),
        };
        let unmarked = stage == Stage::Development;
        let held: bool = self.tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM stage WHERE stage = ?1)
                 OR ?2 AND EXISTS (SELECT 1 FROM statement WHERE site_id NOT IN (SELECT site_id FROM stage))",
            params![other, unmarked],
            |row| row.get(0),
        )?;
        if held {
            return Err(ServiceError::OtherStage(other_stage));
        }
        self.tx.execute("INSERT OR IGNORE INTO stage VALUES (?1, ?2)", params![self.site, own])?;
        Ok(())
    }
}
