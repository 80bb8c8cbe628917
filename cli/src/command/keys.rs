//! `volens keys`: the keys of a service.

use std::path::{Path, PathBuf};

use serde_json::json;
use volens_server::keys::Keys as Store;
use volens_server::{Clock as _, SystemClock};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Show the public keys of a consent service, or make a new key.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Keys {
    #[command(subcommand)]
    action: Option<Action>,
    /// The data folder of the service
    #[arg(long, value_name = "DIR", required = true)]
    data: Option<PathBuf>,
    /// Print the JWK set (RFC 7517), as served at /.well-known/jwks.json
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Make a signing key; it signs from the service's next start on, and the older ones go on being published
    New {
        /// The data folder of the service
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl Keys {
    pub(crate) fn run(self) -> Outcome {
        match (self.action, self.data) {
            (Some(Action::New { data, json }), _) => new(&data, json),
            (None, Some(data)) => show(&data, self.json),
            (None, None) => Err(Failure::bad("--data: missing, expected the data folder of the service")),
        }
    }
}

fn show(data: &Path, json: bool) -> Outcome {
    let folder = data.join("keys");
    let has_key = folder.read_dir().is_ok_and(|mut files| {
        files.any(|file| file.is_ok_and(|file| file.path().extension().is_some_and(|extension| extension == "pem")))
    });
    if !has_key {
        return Err(Failure::failed(format_args!(
            "{}: found no key, expected those of a service that has started once, or of `volens keys new`",
            folder.display()
        )));
    }
    let public = Store::open(data, SystemClock.now())
        .map_err(Failure::failed)?
        .public()
        .map_err(|error| Failure::failed(format_args!("{}: {error}", folder.display())))?;
    if json {
        input::print(public.to_jwks() + "\n")?;
    } else {
        input::print(public.kids().map(|kid| format!("{kid}  Ed25519\n")).collect::<String>())?;
    }
    Ok(Exit::Ok)
}

fn new(data: &Path, json: bool) -> Outcome {
    let file = Store::add(data, SystemClock.now()).map_err(Failure::failed)?;
    if json {
        input::print_json(&json!({"file": file.display().to_string()}))?;
    } else {
        input::print(format_args!("{}: made; it signs from the service's next start on\n", file.display()))?;
    }
    Ok(Exit::Ok)
}
