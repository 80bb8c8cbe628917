//! `volens evidence`: what the store proves.

use std::path::PathBuf;

use clap::ArgGroup;
use serde_json::{Value, json};
use volens_core::SubjectId;
use volens_server::mail::as_kept;
use volens_server::{Evidence as Proof, EvidenceEntry, Reader};

use super::evaluate::Question;
use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Say from the store whether processing was permitted at a time, with the records and the text that prove it.
///
/// Reads the store only, also while a service writes to it. Exit 0 whatever the answer is; 1 if no subject is kept for
/// the address or account.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("whose").required(true).args(["subject", "email", "account"])))]
pub(crate) struct Evidence {
    /// The data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Which site, by its id, where the store holds several
    #[arg(long, value_name = "ID")]
    site: Option<String>,
    /// Whose consent, by pseudonym
    #[arg(long, value_name = "SUBJECT", allow_hyphen_values = true)]
    subject: Option<SubjectId>,
    /// Whose consent, by confirmed e-mail address
    #[arg(long, value_name = "ADDRESS", allow_hyphen_values = true)]
    email: Option<String>,
    /// Whose consent, by account
    #[arg(long, value_name = "ACCOUNT", allow_hyphen_values = true)]
    account: Option<String>,
    #[command(flatten)]
    question: Question,
}

impl Evidence {
    pub(crate) fn run(self) -> Outcome {
        let failed = |error| Failure::failed(format_args!("{}: {error}", self.data.display()));
        let reader = Reader::open_site(&self.data, self.site.as_deref()).map_err(failed)?;
        let Some(subject) = self.subject(&reader).map_err(failed)? else {
            eprintln!(
                "volens: no subject is kept for this address or account: it was never confirmed here, or was deleted"
            );
            return Ok(Exit::Refused);
        };
        let question = &self.question;
        let proof = reader.evidence(&subject, &question.purpose, question.at, question.known()).map_err(failed)?;
        if question.json {
            input::print_json(&self.json(&subject, &proof)?)?;
        } else {
            input::print(text(&subject, question, &proof))?;
        }
        Ok(Exit::Ok)
    }

    fn subject(&self, reader: &Reader) -> Result<Option<SubjectId>, volens_server::ServiceError> {
        match (&self.subject, &self.email, &self.account) {
            (Some(subject), _, _) => Ok(Some(subject.clone())),
            (None, Some(address), _) => {
                reader.subject_of_address(&as_kept(address).unwrap_or_else(|| address.to_owned()))
            }
            (None, None, Some(account)) => reader.subject_of_account(account),
            (None, None, None) => Ok(None),
        }
    }

    /// The answer's members first, as `evaluate` prints them, then the question and the proof.
    fn json(&self, subject: &SubjectId, proof: &Proof) -> Result<Value, Failure> {
        let mut answer = serde_json::to_value(proof).map_err(Failure::failed)?;
        let question = json!({
            "subject": subject,
            "purpose": self.question.purpose,
            "at": self.question.at,
            "known_at": self.question.known_at,
        });
        if let Some(members) = answer.as_object_mut() {
            members.insert("question".into(), question);
        }
        Ok(answer)
    }
}

fn text(subject: &SubjectId, question: &Question, proof: &Proof) -> String {
    let word = if proof.permitted { "permitted" } else { "not permitted" };
    let mut out = format!("subject  {subject}\npurpose  {}\nat       {}\n", question.purpose, question.at);
    if let Some(known_at) = question.known_at {
        out += &format!("known at {known_at}\n");
    }
    out += &format!("answer   {word}: {}", proof.because);
    if let Some(since) = proof.since {
        out += &format!(", since {since}");
    }
    if let Some(until) = proof.until {
        out += &format!(", until {until}");
    }
    out += "\n\nrecords\n";
    if proof.records.is_empty() {
        out += "  none\n";
    }
    for entry in &proof.records {
        out += &record(entry);
    }
    for (heading, value) in [("text shown", &proof.text), ("facts of the notice", &proof.material)] {
        if let Some(value) = value {
            out += &format!("\n{heading}\n{value:#}\n");
        }
    }
    out
}

fn record(entry: &EvidenceEntry) -> String {
    let mut out = format!("  {}  {:<8}  by {} ({})", entry.recorded_at, entry.kind, entry.channel, entry.control);
    if entry.received_at != entry.recorded_at {
        out += &format!(", received {}", entry.received_at);
    }
    if let Some(claimed_at) = entry.claimed_at {
        out += &format!(", client's clock {claimed_at}");
    }
    if let Some(expires_at) = entry.expires_at {
        out += &format!(", ends {expires_at}");
    }
    out += &format!("\n    notice {}", entry.notice);
    if let (Some(text), Some(lang)) = (&entry.text, &entry.lang) {
        out += &format!(", text {text} ({lang})");
    }
    if let Some(variant) = &entry.variant {
        out += &format!(", variant {variant}");
    }
    out += &format!(", statement {}\n", entry.statement);
    out
}
