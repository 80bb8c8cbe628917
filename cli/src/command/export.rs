//! `volens export`: what one subject is handed, from a file of records.

use std::path::PathBuf;

use volens_core::export::{Dossier, DossierError, Entry, Sensitive};
use volens_core::{SubjectId, Timestamp};
use volens_server::{Clock as _, SystemClock};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Print everything recorded about one subject, or receipts for other systems.
///
/// The file of records is that of `volens evaluate`; the site's description adds controllers, purposes, recipients,
/// storage and rights. It is that of one notice: what was decided under another is told of by name alone, so for an old
/// record hand over the description of then; formats that must describe a record and cannot name it: exit 4. The same
/// records, description and --at give the same bytes. One bad record anywhere makes the whole file bad: exit 4. No
/// record of the subject, or none that the format can tell of: exit 1.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The records, one JSON object a line
    #[arg(long, value_name = "FILE.jsonl")]
    events: PathBuf,
    /// Whose records
    #[arg(long, value_name = "SUBJECT", allow_hyphen_values = true)]
    subject: SubjectId,
    /// The site's description, as of the notice that the records were made under
    #[arg(long, value_name = "site.toml")]
    site: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// The time of the export (RFC 3339), such as 2026-11-21T20:50:30Z, and what was known then: records written later
    /// are left out; now if not given
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// A special category among the data (GDPR article 9), such as health, or none; may be repeated; kantara needs it
    #[arg(long, value_name = "CATEGORY")]
    sensitive: Vec<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// Everything, as plain JSON (GDPR articles 15 and 20)
    Json,
    /// Consent records by ISO/IEC TS 27560:2023, as JSON-LD in the terms of DPV
    Dpv,
    /// A consent receipt around those records
    DpvReceipt,
    /// Kantara receipts v1.1.0, one for each statement with a consent that stands
    Kantara,
}

impl Export {
    pub(crate) fn run(self) -> Outcome {
        let sensitive = self.sensitive()?;
        let records = input::records(&self.events)?;
        let site = input::site(&self.site)?;
        let own = records.into_iter().filter(|record| *record.subject() == self.subject).map(Entry::from);
        let at = self.at.unwrap_or_else(|| SystemClock.now());
        let dossier = match Dossier::new(&site, own, at) {
            Ok(dossier) => dossier,
            Err(DossierError::Empty) => {
                eprintln!("volens: {}: found no record of {} written by {at}", self.events.display(), self.subject);
                return Ok(Exit::Refused);
            }
            Err(error) => return Err(Failure::bad(error)),
        };
        let text = match self.format {
            Format::Json => Ok(dossier.access().to_string()),
            Format::Dpv => dossier.consent_records().map(|records| records.to_string()),
            Format::DpvReceipt => dossier.consent_receipt().map(|receipt| receipt.to_string()),
            Format::Kantara => dossier.kantara(&sensitive).map(|receipts| receipts.to_string()),
        };
        match text {
            Ok(text) => {
                input::print(text)?;
                Ok(Exit::Ok)
            }
            Err(error @ (DossierError::NothingGranted | DossierError::NoConsent)) => {
                eprintln!("volens: {}: {error}", self.events.display());
                Ok(Exit::Refused)
            }
            Err(error @ (DossierError::UnknownPurpose(_) | DossierError::OtherNotice(_))) => {
                Err(Failure::bad(format_args!("{}: {error}", self.events.display())))
            }
            Err(error) => Err(Failure::bad(format_args!("{}: {error}", self.site.display()))),
        }
    }

    /// Only somebody who knows can say that nothing is sensitive, so nothing is taken for granted.
    fn sensitive(&self) -> Result<Sensitive, Failure> {
        let given: Vec<&str> = self.sensitive.iter().map(|category| category.trim()).collect();
        match (self.format, given.as_slice()) {
            (Format::Kantara, []) => {
                Err(Failure::bad("--sensitive: missing, expected none or each special category with --format kantara"))
            }
            (Format::Kantara, ["none"]) => Ok(Sensitive::None),
            (Format::Kantara, given) => match given.iter().find(|category| category.is_empty() || **category == "none")
            {
                Some(odd) => Err(Failure::bad(format_args!(
                    "--sensitive: found {odd:?}, expected none alone, or categories such as health"
                ))),
                None => Ok(Sensitive::Categories(given.iter().map(|&category| category.to_owned()).collect())),
            },
            (_, []) => Ok(Sensitive::None),
            _ => Err(Failure::bad("--sensitive: found with another format, expected --format kantara with it")),
        }
    }
}
