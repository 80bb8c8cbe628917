//! `volens statistics`: consent rates without any identifier.

use std::path::PathBuf;

use volens_core::Timestamp;
use volens_server::{Counted, Reader};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Count what was said, by day, language, variant, channel, control and purpose.
///
/// Prints CSV. Reads the store only, also while a service writes to it. The counts are of records, about nobody; small
/// ones are held back, as a count of one is somebody. --min 1 shows them to those who may read the records anyway.
#[derive(Debug, clap::Args)]
pub(crate) struct Statistics {
    /// The data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Which site, by its id, where the store holds several
    #[arg(long, value_name = "ID")]
    site: Option<String>,
    /// The first day (UTC), such as 2026-09-01
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Timestamp>,
    /// The last day (UTC), counted too
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: Option<Timestamp>,
    /// Hold back counts below this, and rows that have no other
    #[arg(long, value_name = "COUNT", default_value_t = Counted::MIN)]
    min: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Statistics {
    pub(crate) fn run(self) -> Outcome {
        let failed = |error| Failure::failed(format_args!("{}: {error}", self.data.display()));
        let reader = Reader::open_site(&self.data, self.site.as_deref()).map_err(failed)?;
        let counted = Counted { from: self.from, to: self.to, min: self.min };
        let statistics = reader.statistics(counted).map_err(failed)?;
        if self.json {
            input::print_json(&statistics)?;
        } else {
            input::print(statistics.to_csv())?;
        }
        Ok(Exit::Ok)
    }
}

fn day(text: &str) -> Result<Timestamp, &'static str> {
    format!("{text}T00:00:00Z").parse().map_err(|_| "expected a day such as 2026-09-01")
}
