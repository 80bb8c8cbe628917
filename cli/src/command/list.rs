//! `volens list`: cookie lists.

use std::path::PathBuf;

use clap::ValueEnum;
use volens_core::Lang;
use volens_core::manifest::Mode;

use crate::exit::{Exit, Outcome};
use crate::input;

/// Make cookie lists from a site's description.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum List {
    Generate(Generate),
}

/// Print the cookie list of a site in one language.
#[derive(Debug, clap::Args)]
pub(crate) struct Generate {
    /// The site's description
    #[arg(long, value_name = "site.toml")]
    site: PathBuf,
    /// One of the site's languages, such as en
    #[arg(long)]
    lang: Lang,
    /// For people (an HTML fragment with no script and no style) or for programs
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Html,
    Json,
}

impl List {
    pub(crate) fn run(self) -> Outcome {
        match self {
            Self::Generate(generate) => generate.run(),
        }
    }
}

impl Generate {
    fn run(self) -> Outcome {
        let site = input::site(&self.site)?;
        let manifest = input::manifest(&site, &self.site, &self.lang, Mode::Service)?;
        input::print(match self.format {
            Format::Html => volens_cookie_list::html(&manifest),
            Format::Json => volens_cookie_list::json(&manifest),
        })?;
        Ok(Exit::Ok)
    }
}
