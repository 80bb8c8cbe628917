//! Places in status lists: one for each token that grants something, given out once.

use super::Write;
use crate::ServiceError;
use crate::keys::random_u32;
use rusqlite::{OptionalExtension as _, params};
use std::collections::BTreeSet;
use volens_core::{SubjectId, Timestamp};

/// Places in a list: 2¹⁷ (DESIGN 7), a power of two, so that a random place takes no division.
pub(crate) const SIZE: u32 = 1 << 17;
/// Places in one row of `status_part`: a token or a withdrawal writes few bytes.
const PART: u32 = 1 << 10;
const PART_BYTES: usize = PART as usize / 8;
/// So many places before a list is full the next one is there.
const AHEAD: u32 = SIZE / 16;
/// A list is read by those who remember it for this long after its last token has ended.
const AFTERGLOW: i64 = 86_400_000;

/// How long tokens live that share a list: one short-lived token may not keep a list for half a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// The browser's: at most 180 days.
    Browser,
    /// Another service's: at most 10 minutes.
    Audience,
}

/// A bit of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) list: i64,
    pub(crate) idx: u32,
}

impl Life {
    const fn word(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Audience => "audience",
        }
    }
}

impl Write<'_> {
    /// A random free place for a token of `subject` that grants `purposes`.
    pub(crate) fn place(
        &self,
        life: Life,
        subject: &SubjectId,
        purposes: &[&str],
        ends_at: Timestamp,
    ) -> Result<Place, ServiceError> {
        let ends_at = ends_at.unix_millis();
        let list = self.open_list(life)?;
        // At most half of the list is taken: 128 misses in a row do not happen.
        for _ in 0..128 {
            let idx = random_u32()? % SIZE;
            if !self.set(list, idx, Bit::Taken)? {
                continue;
            }
            self.tx.execute(
                "UPDATE status_list SET taken = taken + 1, ends_at = max(ends_at, ?3) WHERE site_id = ?1 AND list = ?2",
                params![self.site, list, ends_at],
            )?;
            self.tx.execute(
                "INSERT INTO status_entry VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![self.site, subject.as_str(), list, idx, purposes.join(" "), ends_at],
            )?;
            return Ok(Place { list, idx });
        }
        Err(ServiceError::Corrupt)
    }

    /// Whether a token still stands where it was placed: nothing it grants has ended.
    pub(crate) fn holds(&self, subject: &SubjectId, place: Place) -> Result<bool, ServiceError> {
        Ok(self.tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM status_entry WHERE site_id = ?1 AND subject = ?2 AND list = ?3 AND idx = ?4)",
            params![self.site, subject.as_str(), place.list, place.idx],
            |row| row.get(0),
        )?)
    }

    /// Sets the bit of every live token of a subject that grants one of `ended`. Whose bit it is need not be known
    /// after that.
    pub(super) fn flag(&self, subject: &SubjectId, ended: &BTreeSet<&str>) -> Result<(), ServiceError> {
        let mut select = self
            .tx
            .prepare_cached("SELECT list, idx, purposes FROM status_entry WHERE site_id = ?1 AND subject = ?2")?;
        let rows = select.query_map(params![self.site, subject.as_str()], |row| {
            Ok((Place { list: row.get(0)?, idx: row.get(1)? }, row.get::<_, String>(2)?))
        })?;
        for (place, purposes) in rows.collect::<Result<Vec<_>, _>>()? {
            if !purposes.split(' ').any(|purpose| ended.contains(purpose)) {
                continue;
            }
            self.set(place.list, place.idx, Bit::Ended)?;
            self.tx.execute(
                "UPDATE status_list SET version = version + 1 WHERE site_id = ?1 AND list = ?2",
                params![self.site, place.list],
            )?;
            self.tx.execute(
                "DELETE FROM status_entry WHERE site_id = ?1 AND subject = ?2 AND list = ?3 AND idx = ?4",
                params![self.site, subject.as_str(), place.list, place.idx],
            )?;
        }
        Ok(())
    }

    /// The numbers of the lists that there are, the smallest first.
    pub(crate) fn status_lists(&self) -> Result<Vec<i64>, ServiceError> {
        let lists = "SELECT list FROM status_list WHERE site_id = ?1 ORDER BY list";
        let mut select = self.tx.prepare_cached(lists)?;
        let rows = select.query_map(params![self.site], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The version of a list; none: there is no such list.
    pub(crate) fn status_version(&self, list: i64) -> Result<Option<i64>, ServiceError> {
        let version = "SELECT version FROM status_list WHERE site_id = ?1 AND list = ?2";
        Ok(self.tx.query_row(version, params![self.site, list], |row| row.get(0)).optional()?)
    }

    /// The bits of a list that everybody may read, lowest bit of the first byte first.
    pub(crate) fn status_bits(&self, list: i64) -> Result<Vec<u8>, ServiceError> {
        let mut bits = Vec::with_capacity(SIZE as usize / 8);
        let mut select = self
            .tx
            .prepare_cached("SELECT part, ended FROM status_part WHERE site_id = ?1 AND list = ?2 ORDER BY part")?;
        let rows =
            select.query_map(params![self.site, list], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        for row in rows {
            let (part, ended) = row?;
            bits.resize(part as usize * PART_BYTES, 0);
            bits.extend(ended);
        }
        bits.resize(SIZE as usize / 8, 0);
        Ok(bits)
    }

    /// Forgets whose place it was when a token has ended, and lists that nobody can hold a token of.
    pub(super) fn forget_ended_tokens(&self) -> Result<(), ServiceError> {
        let now = self.now.unix_millis();
        self.tx.execute("DELETE FROM status_entry WHERE ends_at <= ?1", params![now])?;
        // The newest of its kind stays, and so does the newest number.
        self.tx.execute(
            "DELETE FROM status_list AS old WHERE ends_at <= ?1 AND EXISTS (
               SELECT 1 FROM status_list AS newer
               WHERE newer.site_id = old.site_id AND newer.life = old.life AND newer.list > old.list)",
            params![now - AFTERGLOW],
        )?;
        self.tx.execute(
            "DELETE FROM status_part WHERE NOT EXISTS (
               SELECT 1 FROM status_list WHERE site_id = status_part.site_id AND list = status_part.list)",
            [],
        )?;
        Ok(())
    }

    /// The list that is being filled: half of it may be taken. The one after it is made before it is needed, so that
    /// those who fetch lists have it when its first token comes.
    fn open_list(&self, life: Life) -> Result<i64, ServiceError> {
        let mut select = self.tx.prepare_cached(
            "SELECT list, taken FROM status_list WHERE site_id = ?1 AND life = ?2 AND taken <= ?3 ORDER BY list LIMIT 2",
        )?;
        let rows = select.query_map(params![self.site, life.word(), SIZE / 2], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?))
        })?;
        let open = rows.collect::<Result<Vec<_>, _>>()?;
        let list = match open.first() {
            Some((list, _)) => *list,
            None => self.make_list(life)?,
        };
        if let [(_, taken)] = open.as_slice()
            && *taken > SIZE / 2 - AHEAD
        {
            self.make_list(life)?;
        }
        Ok(list)
    }

    /// A list for the first token.
    pub(super) fn make_first_list(&self, life: Life) -> Result<(), ServiceError> {
        self.open_list(life).map(drop)
    }

    fn make_list(&self, life: Life) -> Result<i64, ServiceError> {
        Ok(self.tx.query_row(
            "INSERT INTO status_list
             SELECT ?1, coalesce(max(list), 0) + 1, ?2, 0, 0, ?3 FROM status_list WHERE site_id = ?1 RETURNING list",
            params![self.site, life.word(), self.now.unix_millis()],
            |row| row.get(0),
        )?)
    }

    /// Sets a bit; false: it was set before.
    fn set(&self, list: i64, idx: u32, bit: Bit) -> Result<bool, ServiceError> {
        let part = idx / PART;
        let (byte, mask) = ((idx % PART / 8) as usize, 1u8 << (idx % 8));
        let key = params![self.site, list, part];
        let select = "SELECT taken, ended FROM status_part WHERE site_id = ?1 AND list = ?2 AND part = ?3";
        let found = self.tx.query_row(select, key, |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (mut taken, mut ended): (Vec<u8>, Vec<u8>) =
            found.unwrap_or_else(|| (vec![0; PART_BYTES], vec![0; PART_BYTES]));
        let bits = match bit {
            Bit::Taken => &mut taken,
            Bit::Ended => &mut ended,
        };
        let byte = bits.get_mut(byte).ok_or(ServiceError::Corrupt)?;
        if *byte & mask != 0 {
            return Ok(false);
        }
        *byte |= mask;
        self.tx.execute(
            "INSERT OR REPLACE INTO status_part VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.site, list, part, taken, ended],
        )?;
        Ok(true)
    }
}

/// Which of a place's two bits.
#[derive(Clone, Copy)]
enum Bit {
    Taken,
    Ended,
}
