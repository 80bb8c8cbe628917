//! What stands now for everybody: one pass over records of many subjects and purposes.

use crate::timeline::order;
use crate::{Current, PurposeId, Record, SubjectId};
use core::hash::BuildHasher as _;
use hashbrown::DefaultHashBuilder;
use hashbrown::hash_table::{Entry, HashTable};

/// What stands now for each subject and purpose, folded from records in any order.
///
/// Borrows the records: one entry for each subject and purpose, nothing allocated for a record.
///
/// ```
/// use volens_core::{Standings, lines};
///
/// let records = lines::parse(concat!(
///     r#"{"subject":"s1","purpose":"analytics","kind":"withdraw","received_at":"2026-05-01T09:00:00Z","notice":"n1"}"#,
///     "\n",
///     r#"{"subject":"s1","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#,
///     "\n",
///     r#"{"subject":"s2","purpose":"analytics","kind":"grant","received_at":"2026-03-01T09:00:00Z","notice":"n1"}"#,
/// ))
/// .unwrap();
/// let standings: Standings = records.iter().collect();
/// let (now, analytics) = ("2026-11-21T12:00:00Z".parse()?, "analytics".parse()?);
/// assert!(!standings.get(&"s1".parse()?, &analytics).because(now, None).permits());
/// assert!(standings.get(&"s2".parse()?, &analytics).because(now, None).permits());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Standings<'a> {
    /// Each with the hash of its subject and purpose, so that growing looks at no record again.
    table: HashTable<(u64, &'a Record)>,
    hasher: DefaultHashBuilder,
}

impl<'a> Standings<'a> {
    /// What stands for a subject and a purpose; nothing known stands where no record names both.
    ///
    /// ```
    /// # use volens_core::{Kind, Record, RecordParts, Standings};
    /// # let march = "2026-03-01T09:00:00Z".parse()?;
    /// # let records = [Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind: Kind::Grant,
    /// #     claimed_at: None, received_at: march, recorded_at: march, notice: "n1".parse()?, expires_at: None })?];
    /// let standings: Standings = records.iter().collect();
    /// let (s1, s2, analytics) = ("s1".parse()?, "s2".parse()?, "analytics".parse()?);
    /// assert!(standings.get(&s1, &analytics).because(march, None).permits());
    /// assert_eq!(standings.get(&s2, &analytics).record(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get(&self, subject: &SubjectId, purpose: &PurposeId) -> Current<'a> {
        let hash = self.hasher.hash_one((subject, purpose));
        let found = self.table.find(hash, |(_, held)| held.subject() == subject && held.purpose() == purpose);
        found.map(|(_, record)| *record).into_iter().collect()
    }

    /// How many pairs of subject and purpose have a record.
    ///
    /// ```
    /// # use volens_core::{Kind, Record, RecordParts, Standings};
    /// # let march = "2026-03-01T09:00:00Z".parse()?;
    /// # let records = [Record::new(RecordParts { subject: "s1".parse()?, purpose: "analytics".parse()?, kind: Kind::Grant,
    /// #     claimed_at: None, received_at: march, recorded_at: march, notice: "n1".parse()?, expires_at: None })?];
    /// assert_eq!(records.iter().chain(&records).collect::<Standings>().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no record.
    ///
    /// ```
    /// assert!(volens_core::Standings::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

impl<'a> FromIterator<&'a Record> for Standings<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Record>>(records: I) -> Self {
        let mut standings = Self::default();
        standings.extend(records);
        standings
    }
}

impl<'a> Extend<&'a Record> for Standings<'a> {
    fn extend<I: IntoIterator<Item = &'a Record>>(&mut self, records: I) {
        for record in records {
            let hash = self.hasher.hash_one((record.subject(), record.purpose()));
            let same =
                |(_, held): &(u64, &Record)| held.subject() == record.subject() && held.purpose() == record.purpose();
            match self.table.entry(hash, same, |(hash, _)| *hash) {
                Entry::Occupied(mut held) => {
                    let (_, held) = held.get_mut();
                    if order(held, record).is_lt() {
                        *held = record;
                    }
                }
                Entry::Vacant(free) => {
                    free.insert((hash, record));
                }
            }
        }
    }
}
