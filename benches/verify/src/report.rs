//! Tables for people, JSON for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::promises::Promise;
use crate::scaling;
use crate::turns::{Contender, Spread};

/// All that was measured.
pub struct Report {
    pub rounds: u32,
    /// Of the token that the contenders verify, as ours is.
    pub bytes: usize,
    pub contenders: Vec<Contender>,
    pub scaling: Vec<scaling::Row>,
    pub promises: Vec<Promise>,
}

impl Report {
    /// Markdown, so that it can be recorded as it is.
    pub fn markdown(&self) -> String {
        let mut text = format!("One token of {} bytes; {} rounds.\n\n", self.bytes, self.rounds);
        text += "| one call | median, µs | least–most | a second | heap allocations | bytes |\n";
        text += "| --- | ---: | ---: | ---: | ---: | ---: |\n";
        for row in &self.contenders {
            let Spread { median, least, most } = row.spread();
            let a_second = grouped(&format!("{:.0}", 1e9 / median));
            let (title, allocations, bytes) = (&row.title, row.allocations, row.bytes);
            let _ = writeln!(
                text,
                "| {title} | {} | {}–{} | {a_second} | {allocations} | {bytes} |",
                micros(median),
                micros(least),
                micros(most)
            );
        }
        text +=
            "\n| two threads against one | gain (least–most) | of the raw signature's gain |\n| --- | ---: | ---: |\n";
        for row in &self.scaling {
            let Spread { median, least, most } = row.speed_up;
            let _ = writeln!(text, "| {} | {median:.2} ({least:.2}–{most:.2}) | {:.3} |", row.title, row.of_raw.median);
        }
        text += "\n| promise | measured | limit | |\n| --- | ---: | ---: | --- |\n";
        for Promise { says, value, limit, kept } in &self.promises {
            let value = value.map_or_else(|| "not measured".to_owned(), |value| format!("{value:.3}"));
            let how = if *kept { "kept" } else { "**broken**" };
            let _ = writeln!(text, "| {says} | {value} | {limit} | {how} |");
        }
        text
    }

    pub fn json(&self) -> Value {
        let spread = |Spread { median, least, most }| json!({ "median": median, "least": least, "most": most });
        let contenders: Vec<_> = self
            .contenders
            .iter()
            .map(|row| {
                json!({
                    "id": row.id,
                    "title": row.title,
                    "ns": spread(row.spread()),
                    "allocations": row.allocations,
                    "allocated_bytes": row.bytes,
                })
            })
            .collect();
        let scaling: Vec<_> = self
            .scaling
            .iter()
            .map(|row| {
                json!({ "id": row.id, "title": row.title, "gain": spread(row.speed_up), "of_raw": spread(row.of_raw) })
            })
            .collect();
        json!({
            "rounds": self.rounds,
            "token_bytes": self.bytes,
            "contenders": contenders,
            "scaling": scaling,
            "promises": self.promises,
        })
    }

    pub fn broken(&self) -> usize {
        self.promises.iter().filter(|promise| !promise.kept).count()
    }
}

/// Microseconds, with as many digits as say something.
fn micros(nanos: f64) -> String {
    if nanos < 10_000.0 { format!("{:.3}", nanos / 1000.0) } else { format!("{:.1}", nanos / 1000.0) }
}

/// 1,234,567.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_to_be_read() {
        assert_eq!(["1", "999", "1000", "1234567"].map(grouped), ["1", "999", "1,000", "1,234,567"]);
        assert_eq!([431.7, 9_999.0, 48_312.0].map(micros), ["0.432", "9.999", "48.3"]);
    }

    #[test]
    fn a_broken_promise_is_seen_in_both_forms() {
        let promise = Promise { says: "x", value: None, limit: 1.0, kept: false };
        let report = Report { rounds: 1, bytes: 1, contenders: vec![], scaling: vec![], promises: vec![promise] };
        assert!(report.markdown().contains("| x | not measured | 1 | **broken** |"));
        assert_eq!(report.json()["promises"][0]["kept"], false);
        assert_eq!(report.broken(), 1);
    }
}
