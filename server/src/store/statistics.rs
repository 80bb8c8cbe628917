//! Counts of what was said, about nobody.

use super::Reader;
use crate::ServiceError;
use rusqlite::{Connection, params};
use serde::Serialize;
use std::fmt::Write as _;
use volens_core::Timestamp;

const DAY: i64 = 86_400_000;

/// The controls that our pages, mails and administrators use. What anyone may write into a record, no count hands on.
const CONTROLS: [&str; 12] = [
    "account.end",
    "admin",
    "api",
    "banner",
    "center",
    "foot",
    "newsletter.confirm",
    "one-click",
    "page",
    "placeholder",
    "settings",
    "unsubscribe.page",
];

/// Which counts are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "made by literal by whoever asks")]
pub struct Counted {
    /// The first day (UTC); its midnight.
    pub from: Option<Timestamp>,
    /// The last day (UTC), counted too; its midnight.
    pub to: Option<Timestamp>,
    /// Counts from 1 to below this are held back: a count of one, with its day, language and variant, is somebody. 1 is for
    /// those who may read the records anyway and hand nothing on.
    pub min: u64,
}

impl Counted {
    /// The least count for whoever names none.
    pub const MIN: u64 = 5;
}

/// Counts by day, language, variant, channel, control and purpose. No identifier went into them: what is counted are
/// records, of which each statement has one per purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Statistics {
    /// Counts below this are held back.
    pub min: u64,
    /// How many rows are left out, as none of their counts reached it.
    pub left_out: usize,
    /// The rest, in the order of their columns.
    pub rows: Vec<Count>,
}

/// One row. A count is none where it is held back: it is not 0, and below `min`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Count {
    /// The day (UTC) on which it was received, as `2026-09-01`.
    pub day: String,
    /// The language of the text; none where there was none, as in a letter.
    pub lang: Option<String>,
    /// The variant of wording or position; none: the site's own.
    pub variant: Option<String>,
    /// The channel.
    pub channel: String,
    /// The control used, where it is one of ours or of the site's own account pages; `other` for whatever else was sent.
    pub control: String,
    /// The purpose.
    pub purpose: String,
    /// Consents given.
    pub grants: Option<u64>,
    /// Refusals.
    pub refusals: Option<u64>,
    /// What was taken back: withdrawals, objections and erasures.
    pub withdrawals: Option<u64>,
}

impl Statistics {
    /// Comma-separated values (RFC 4180) with a heading; what is none is empty.
    pub fn to_csv(&self) -> String {
        let mut csv = String::from("day,lang,variant,channel,control,purpose,grants,refusals,withdrawals\r\n");
        for row in &self.rows {
            let texts = [
                &row.day,
                row.lang.as_ref().unwrap_or(&String::new()),
                row.variant.as_ref().unwrap_or(&String::new()),
                &row.channel,
                &row.control,
                &row.purpose,
            ]
            .map(|text| cell(text));
            let counts = [row.grants, row.refusals, row.withdrawals]
                .map(|count| count.map_or_else(String::new, |count| count.to_string()));
            let _ = write!(csv, "{},{}\r\n", texts.join(","), counts.join(","));
        }
        csv
    }
}

/// What the columns hold needs no quotation marks as long as the service has written it.
fn cell(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

impl Reader {
    /// What was said, counted.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn statistics(&self, counted: Counted) -> Result<Statistics, ServiceError> {
        count(&self.connection, &self.site, self.variant, counted)
    }
}

/// What is counted, where `variant` is the column of that name or `NULL`.
fn query(variant: &str) -> String {
    let known = CONTROLS.map(|control| format!("'{control}'")).join(", ");
    // What stands under the channel `account` was written by the site itself.
    format!(
        "SELECT date(received_at / 1000, 'unixepoch') AS day, lang, {variant} AS shown, channel,
                CASE WHEN channel = 'account' OR control IN ({known}) THEN control ELSE 'other' END AS used, purpose,
                sum(kind = 'grant'), sum(kind = 'refuse'), sum(kind IN ('withdraw', 'object', 'erase'))
         FROM statement JOIN record USING (site_id, statement)
         WHERE site_id = ?1 AND received_at >= ?2 AND received_at < ?3
         GROUP BY day, lang, shown, channel, used, purpose
         ORDER BY day, lang, shown, channel, used, purpose"
    )
}

fn count(
    connection: &Connection,
    site: &str,
    variant: &'static str,
    counted: Counted,
) -> Result<Statistics, ServiceError> {
    let Counted { from, to, min } = counted;
    let mut select = connection.prepare(&query(variant))?;
    let from = from.map_or(i64::MIN, Timestamp::unix_millis);
    let to = to.map_or(i64::MAX, |to| to.unix_millis().saturating_add(DAY));
    let rows = select.query_map(params![site, from, to], |row| {
        let number = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(Count {
            day: row.get(0)?,
            lang: row.get(1)?,
            variant: row.get(2)?,
            channel: row.get(3)?,
            control: row.get(4)?,
            purpose: row.get(5)?,
            grants: Some(number(6)?),
            refusals: Some(number(7)?),
            withdrawals: Some(number(8)?),
        })
    })?;
    let mut statistics = Statistics { min, left_out: 0, rows: Vec::new() };
    for row in rows {
        let mut row = row?;
        let counts = [&mut row.grants, &mut row.refusals, &mut row.withdrawals];
        let reached = counts.iter().any(|count| count.is_some_and(|count| count >= min.max(1)));
        for count in counts {
            *count = count.filter(|count| *count == 0 || *count >= min);
        }
        if reached {
            statistics.rows.push(row);
        } else {
            statistics.left_out += 1;
        }
    }
    Ok(statistics)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
    use super::*;
    use crate::store::Store;
    use std::path::PathBuf;
    use std::sync::{Arc, mpsc};
    use std::time::Duration;

    const ALL: Counted = Counted { from: None, to: None, min: 1 };

    fn store(test: &str) -> (PathBuf, Store) {
        let folder = std::env::temp_dir().join(format!("volens-statistics-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let store = Store::open(&folder, "shop", Arc::new(crate::SystemClock)).unwrap();
        let notice = "Zk3vQ9aBx7mN2pLwR4tYc8hJ5sDfGe0uKiOqWzXvT1A".parse().unwrap();
        store.write(|write| write.publish_notice(&notice, "{}")).unwrap();
        (folder, store)
    }

    #[test]
    fn no_choice_waits_for_a_count_nor_a_count_for_a_choice() {
        let (folder, store) = store("waits");
        let store = Arc::new(store);
        let ((begun, begins), (done, ends)) = (mpsc::channel(), mpsc::channel());
        let writer = std::thread::spawn({
            let store = Arc::clone(&store);
            move || {
                store.write(|_| {
                    begun.send(()).unwrap();
                    // Only so that a count that waits for this does not wait forever.
                    ends.recv_timeout(Duration::from_secs(20)).map_err(|_| ServiceError::Corrupt)
                })
            }
        });
        begins.recv().unwrap();
        assert_eq!(store.statistics(ALL).unwrap().rows, []);
        done.send(()).unwrap();
        writer.join().unwrap().unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_our_pages_send_is_known() {
        use volens_widget::state::Layer;
        let loader = include_str!("../../../wasm-widget/web/loader.js");
        for layer in [Layer::Banner, Layer::Center, Layer::Settings, Layer::Foot] {
            assert!(CONTROLS.contains(&layer.control()), "{layer:?}");
        }
        for sent in ["api", "page", "placeholder"] {
            assert!(CONTROLS.contains(&sent) && loader.contains(&format!("\"{sent}\"")), "{sent}");
        }
    }

    #[test]
    fn some_days_are_found_without_a_look_at_the_others() {
        let (folder, store) = store("index");
        let plan: Vec<String> = Reader::open(&folder)
            .unwrap()
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {}", query("variant")))
            .unwrap()
            .query_map(params!["shop", 0, 1], |row| row.get("detail"))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let served = "statement_received (site_id=? AND received_at>? AND received_at<?)";
        assert!(plan.iter().any(|step| step.ends_with(served)), "{plan:#?}");
        drop(store);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
