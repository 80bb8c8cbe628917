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
/// storage and rights, as they are now. The same records, description and --at give the same bytes. One bad record
/// anywhere makes the whole file bad: exit 4. No record of the subject, or none that the format can tell of: exit 1.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The records, one JSON object a line
    #[arg(long, value_name = "FILE.jsonl")]
    events: PathBuf,
    /// Whose records
    #[arg(long, value_name = "SUBJECT", allow_hyphen_values = true)]
    subject: SubjectId,
    /// The site's description
    #[arg(long, value_name = "site.toml")]
    site: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// The time of the export (RFC 3339), such as 2026-11-21T20:50:30Z; now if not given
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// A special category among the data (GDPR article 9), such as health; may be repeated; for kantara
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
    /// Kantara receipts v1.1.0, one for each statement that granted something
    Kantara,
}

impl Export {
    pub(crate) fn run(self) -> Outcome {
        let records = input::records(&self.events)?;
        let site = input::site(&self.site)?;
        let own = records.into_iter().filter(|record| *record.subject() == self.subject).map(Entry::from);
        let dossier = match Dossier::new(&site, own, self.at.unwrap_or_else(|| SystemClock.now())) {
            Ok(dossier) => dossier,
            Err(DossierError::Empty) => {
                eprintln!("volens: {}: found no record of {}", self.events.display(), self.subject);
                return Ok(Exit::Refused);
            }
            Err(error) => return Err(Failure::bad(error)),
        };
        let text = match self.format {
            Format::Json => Ok(dossier.access().to_string()),
            Format::Dpv => dossier.consent_records().map(|records| records.to_string()),
            Format::DpvReceipt => dossier.consent_receipt().map(|receipt| receipt.to_string()),
            Format::Kantara => dossier.kantara(&self.sensitive()).map(|receipts| receipts.to_string()),
        };
        match text {
            Ok(text) => {
                input::print(text)?;
                Ok(Exit::Ok)
            }
            Err(error @ DossierError::NothingGranted) => {
                eprintln!("volens: {}: {error}", self.events.display());
                Ok(Exit::Refused)
            }
            Err(error) => Err(Failure::bad(format_args!("{}: {error}", self.site.display()))),
        }
    }

    fn sensitive(&self) -> Sensitive {
        if self.sensitive.is_empty() { Sensitive::None } else { Sensitive::Categories(self.sensitive.clone()) }
    }
}
