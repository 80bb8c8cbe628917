//! `volens keys`: the keys of a service. Private parts are read where a service reads them, and never printed.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use volens_core::Timestamp;
use volens_server::keys::{ANNOUNCED, KeyInfo, KeyState, Keys as Store, KeysError};
use volens_server::{Clock as _, SystemClock};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Show the public keys of a consent service, make new ones, clear up old ones.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Keys {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    folder: Option<Folder>,
}

#[derive(Debug, clap::Args)]
struct Folder {
    /// The data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Print JSON; of the public keys the JWK set (RFC 7517), as served at /.well-known/jwks.json
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Make the first signing key, as a service's first start would
    Generate(Folder),
    /// List the signing keys, the oldest first, and what each is for
    ///
    /// next: it is published when the service next starts, and signs later. signing. retiring: it signs no more, and
    /// is published until the last token that it signed has ended. retired: `volens keys prune` deletes it.
    List(Folder),
    /// Make the next signing key
    ///
    /// The service publishes it when it next starts: start it soon. It signs from --from on, or 24 hours after that
    /// start if this is later, so that every back end has fetched it by then. The key before it is published for
    /// 181 days more.
    Rotate {
        #[command(flatten)]
        folder: Folder,
        /// When it begins to sign (RFC 3339), at least 24 hours from now (default: then)
        #[arg(long, value_name = "TIME")]
        from: Option<Timestamp>,
        /// Sign with it from the service's next start on, although no back end has fetched it yet: after a leak. To
        /// have the leaked key believed no more, delete its file too
        #[arg(long, conflicts_with = "from")]
        unannounced: bool,
    },
    /// Delete the files of keys that are retired
    Prune(Folder),
}

impl Keys {
    pub(crate) fn run(self) -> Outcome {
        let now = SystemClock.now();
        match (self.action, self.folder) {
            (None, Some(folder)) => show(&folder, now),
            (None, None) => Err(Failure::bad("--data: missing, expected the data folder of the service")),
            (Some(Action::Generate(folder)), _) => {
                let made = Store::generate(&folder.data, now).map_err(|error| in_folder(&folder.data, error))?;
                tell_one(&folder, &made)
            }
            (Some(Action::List(folder)), _) => {
                let keys = Store::list(&folder.data, now).map_err(Failure::failed)?;
                tell(&folder, "keys", &keys)
            }
            (Some(Action::Rotate { folder, from, unannounced }), _) => {
                let made = rotate(&folder.data, now, from, unannounced)?;
                tell_one(&folder, &made)
            }
            (Some(Action::Prune(folder)), _) => {
                let gone = Store::prune(&folder.data, now).map_err(Failure::failed)?;
                tell(&folder, "deleted", &gone)
            }
        }
    }
}

fn show(folder: &Folder, now: Timestamp) -> Outcome {
    let public = Store::published(&folder.data, now).map_err(Failure::failed)?;
    if folder.json {
        input::print(public.to_jwks() + "\n")?;
    } else {
        input::print(public.kids().map(|kid| format!("{kid}  Ed25519\n")).collect::<String>())?;
    }
    Ok(Exit::Ok)
}

fn rotate(data: &Path, now: Timestamp, from: Option<Timestamp>, unannounced: bool) -> Result<KeyInfo, Failure> {
    let failed = |error| in_folder(data, error);
    if !unannounced {
        let from = from.unwrap_or_else(|| now.plus_seconds(ANNOUNCED));
        return Store::rotate(data, now, from).map_err(failed);
    }
    Store::list(data, now).map_err(failed)?;
    let file = Store::add(data, now).map_err(failed)?;
    let keys = Store::list(data, now).map_err(failed)?;
    keys.into_iter().find(|key| key.file == file).ok_or_else(|| failed(KeysError::NotAKey(file)))
}

/// What was asked for does not fit what is there; the rest could not be done.
fn in_folder(data: &Path, error: KeysError) -> Failure {
    match error {
        KeysError::HasKey | KeysError::Waiting => Failure::bad(format_args!("--data {}: {error}", data.display())),
        KeysError::TooSoon(_) => Failure::bad(format_args!("--from: {error}; after a leak: --unannounced")),
        _ => Failure::failed(error),
    }
}

fn tell_one(folder: &Folder, made: &KeyInfo) -> Outcome {
    if folder.json {
        input::print_json(&as_json(made))?;
    } else {
        input::print(line(made))?;
    }
    Ok(Exit::Ok)
}

fn tell(folder: &Folder, name: &str, keys: &[KeyInfo]) -> Outcome {
    if folder.json {
        input::print_json(&json!({name: keys.iter().map(as_json).collect::<Vec<_>>()}))?;
    } else {
        input::print(keys.iter().map(line).collect::<String>())?;
    }
    Ok(Exit::Ok)
}

fn as_json(key: &KeyInfo) -> Value {
    let mut shown = json!({
        "kid": key.kid, "made_at": key.made_at, "state": key.state.code(), "file": key.file.display().to_string(),
    });
    let (name, at) = match key.state {
        KeyState::Next { from, .. } => ("from", from),
        KeyState::Retiring { until, .. } => ("until", Some(until)),
        _ => return shown,
    };
    if let (Some(at), Some(members)) = (at, shown.as_object_mut()) {
        members.insert(name.into(), at.to_string().into());
    }
    shown
}

fn line(key: &KeyInfo) -> String {
    let state = match key.state {
        KeyState::Next { from: Some(from), .. } => format!("next from {from}"),
        KeyState::Next { from: None, .. } => "next, 24 hours after the service's next start at the earliest".to_owned(),
        KeyState::Retiring { until, .. } => format!("retiring until {until}"),
        state => state.code().to_owned(),
    };
    format!("{}  made {}  {state}\n", key.kid, key.made_at)
}
