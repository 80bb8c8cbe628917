//! `volens evaluate`: the timeline rule, on a file.

use std::path::PathBuf;

use serde::Serialize;
use volens_core::{Answer, Known, NoticeHash, PurposeId, SubjectId, Timeline, Timestamp};

use crate::exit::{Exit, Outcome};
use crate::input;

/// Say from a file of records whether processing was permitted at a time.
///
/// The file holds one JSON object a line: subject, purpose, kind (grant, refuse, withdraw, object or erase),
/// received_at, notice, and optionally claimed_at, recorded_at (received_at if missing) and expires_at. One bad record
/// anywhere makes the whole file bad: exit 4, and nothing is answered. Otherwise exit 0, whatever the answer is.
#[derive(Debug, clap::Args)]
pub(crate) struct Evaluate {
    /// The records, one JSON object a line
    #[arg(long, value_name = "FILE.jsonl")]
    events: PathBuf,
    /// Whose consent
    #[arg(long, value_name = "SUBJECT", allow_hyphen_values = true)]
    subject: SubjectId,
    #[command(flatten)]
    question: Question,
    /// The notice that is required: a last grant under another one does not count
    #[arg(long, value_name = "NOTICE", allow_hyphen_values = true)]
    notice: Option<NoticeHash>,
}

/// What is asked, of a file or of the store.
#[derive(Debug, clap::Args)]
pub(crate) struct Question {
    /// The purpose's id, such as analytics
    #[arg(long, value_name = "ID")]
    pub(crate) purpose: PurposeId,
    /// The time asked about (RFC 3339), such as 2026-11-21T20:50:30Z
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Timestamp,
    /// Answer as it was known then: only records written at or before this time count
    #[arg(long, value_name = "TIME")]
    pub(crate) known_at: Option<Timestamp>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl Question {
    pub(crate) fn known(&self) -> Known {
        self.known_at.map_or(Known::Everything, Known::At)
    }
}

impl Evaluate {
    pub(crate) fn run(self) -> Outcome {
        let records = input::records(&self.events)?;
        let question = &self.question;
        let timeline = Timeline::of(&self.subject, &question.purpose, records);
        let answer = timeline.ask(question.at, question.known(), self.notice.as_ref());
        if question.json {
            input::print_json(&Verdict::from(&answer))?;
        } else {
            input::print(sentence(&answer) + "\n")?;
        }
        Ok(Exit::Ok)
    }
}

/// An answer as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    permitted: bool,
    because: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
}

impl From<&Answer> for Verdict {
    fn from(answer: &Answer) -> Self {
        Self {
            permitted: answer.permitted(),
            because: answer.because().code(),
            since: answer.since(),
            until: answer.until(),
        }
    }
}

/// An answer as a line of text.
pub(crate) fn sentence(answer: &Answer) -> String {
    let word = if answer.permitted() { "permitted" } else { "not permitted" };
    let mut line = format!("{word}: {}", answer.because().code());
    if let Some(since) = answer.since() {
        line += &format!(", since {since}");
    }
    if let Some(until) = answer.until() {
        line += &format!(", until {until}");
    }
    line
}
