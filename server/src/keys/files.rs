//! The key files: a folder that only its owner opens, each file whole or not there.

use super::KeysError;
use super::schedule::{From, Times};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use volens_core::Timestamp;

/// A signing key's file, without the key. Its name says when it was made and from when it may sign.
#[derive(Clone, Debug)]
pub(super) struct KeyFile {
    pub(super) path: PathBuf,
    pub(super) times: Times,
}

/// The folder of keys, made if it is missing.
pub(super) fn folder(data: &Path) -> Result<PathBuf, KeysError> {
    let folder = data.join("keys");
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).map_err(at(&folder))?;
    Ok(folder)
}

/// The same for a new key: a folder that stands open is closed first.
pub(super) fn closed_folder(data: &Path) -> Result<PathBuf, KeysError> {
    let folder = folder(data)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open = std::fs::metadata(&folder).map_err(at(&folder))?.permissions().mode() & 0o077 != 0;
        if open {
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).map_err(at(&folder))?;
        }
    }
    Ok(folder)
}

/// The signing keys of a folder in the order in which they were made; none if there is no folder.
pub(super) fn list(folder: &Path) -> Result<Vec<KeyFile>, KeysError> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(at(folder))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            let times = times(&path)?;
            files.push(KeyFile { path, times });
        }
    }
    files.sort_by_key(|file| file.times.made);
    Ok(files)
}

/// Makes a key.
pub(super) fn create(folder: &Path, now: Timestamp, from: Option<Timestamp>) -> Result<KeyFile, KeysError> {
    let newest = list(folder)?.last().map(|file| file.times.made.unix_millis());
    // Never under a name that stands, and always the newest, whatever the clock says.
    let made = newest.map_or(now.unix_millis(), |newest| now.unix_millis().max(newest + 1));
    let path = folder.join(match from {
        None => format!("signing-{made:013}.pem"),
        Some(from) => format!("signing-{made:013}-{:013}.pem", from.unix_millis()),
    });
    let key = SigningKey::from_bytes(&super::entropy()?);
    let pem = key.to_pkcs8_pem(LineEnding::default()).map_err(|_| KeysError::NotAKey(path.clone()))?;
    write_secret(&path, pem.as_bytes())?;
    Ok(KeyFile { times: times(&path)?, path })
}

pub(super) fn read(file: &Path) -> Result<SigningKey, KeysError> {
    let pem = std::fs::read_to_string(file).map_err(at(file))?;
    SigningKey::from_pkcs8_pem(&pem).map_err(|_| KeysError::NotAKey(file.into()))
}

/// Notes that a service serves the key from now on, unless that is noted already.
pub(super) fn publish(file: &mut KeyFile, now: Timestamp) -> Result<(), KeysError> {
    if let From::Announced { published: published @ None, .. } = &mut file.times.from {
        write_secret(&beside(&file.path), now.unix_millis().to_string().as_bytes())?;
        *published = Some(now);
    }
    Ok(())
}

/// Deletes a key and its note.
pub(super) fn remove(file: &KeyFile) -> Result<(), KeysError> {
    std::fs::remove_file(&file.path).map_err(at(&file.path))?;
    let note = beside(&file.path);
    match std::fs::remove_file(&note) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(&note)(error)),
        _ => Ok(()),
    }
}

/// A secret of 32 bytes, made if it is missing.
pub(super) fn read_or_make(file: &Path) -> Result<Vec<u8>, KeysError> {
    if !file.exists() {
        write_secret(file, super::random::<32>()?.as_bytes())?;
    }
    let text = std::fs::read_to_string(file).map_err(at(file))?;
    URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| KeysError::NotAKey(file.into()))
}

/// `signing-MADE.pem`, or `signing-MADE-FROM.pem` for one that is announced first; Unix milliseconds.
fn times(path: &Path) -> Result<Times, KeysError> {
    let bad = || KeysError::NotAKey(path.into());
    let instant = |text: &str| text.parse().map(Timestamp::from_unix_millis).map_err(|_| bad());
    let name = path.file_stem().and_then(|stem| stem.to_str()?.strip_prefix("signing-")).ok_or_else(bad)?;
    let Some((made, from)) = name.split_once('-') else {
        return Ok(Times { made: instant(name)?, from: From::Once });
    };
    let note = beside(path);
    let published = match std::fs::read_to_string(&note) {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        text => Some(
            text.map_err(at(&note))?
                .trim()
                .parse()
                .map(Timestamp::from_unix_millis)
                .map_err(|_| KeysError::NotAKey(note))?,
        ),
    };
    Ok(Times { made: instant(made)?, from: From::Announced { from: instant(from)?, published } })
}

fn beside(key: &Path) -> PathBuf {
    key.with_extension("published")
}

/// Under another name first: a key file is whole or not there, whenever the power goes.
fn write_secret(file: &Path, bytes: &[u8]) -> Result<(), KeysError> {
    let part = file.with_extension("part");
    // Made anew, so that it is never somebody else's file with other permissions.
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(at(&part)(error)),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&part)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, file))
        .map_err(at(file))
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> KeysError {
    move |error| KeysError::File(path.into(), error)
}
