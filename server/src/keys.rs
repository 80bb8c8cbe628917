//! The keys of a service: `DIR/keys`, readable by its owner only.
//!
//! Rotation: a new key is published at once, signs when it has been published for a day ([`ANNOUNCED`]), and stays
//! published for as long as a token that it signed may be valid ([`KEPT`]). Which key signs a token is told by the
//! token's own `iat`, so that all who refuse on one day are given the same bytes, on a day of rotation too.

mod files;
mod schedule;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use files::KeyFile;
use hmac::{Hmac, KeyInit as _, Mac as _};
use schedule::Times;
use sha2::Sha256;
use std::path::{Path, PathBuf};
use volens_core::Timestamp;
use volens_core::token::{self, Claims, Header, TokenError};
use volens_verify::{KeySet, thumbprint};

pub use schedule::{ANNOUNCED, KEPT, KeyState};

/// The signing keys, the link key and the administrator's token of one service.
pub struct Keys {
    /// In the order in which they were made; all are published.
    signing: Vec<SigningKey>,
    times: Vec<Times>,
    links: [u8; 32],
    admin: String,
}

/// Why the keys cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeysError {
    /// A file or folder cannot be read or written.
    File(PathBuf, std::io::Error),
    /// A file holds no key.
    NotAKey(PathBuf),
    /// The system gives no random bytes.
    NoEntropy,
    /// No signing key in this folder.
    NoKey(PathBuf),
    /// There is a signing key already, where the first was to be made.
    HasKey,
    /// A key that was made earlier still waits for its turn.
    Waiting,
    /// A new key would sign before caches of the key set can have it; it may from this instant on.
    TooSoon(Timestamp),
    /// A token cannot be signed.
    Token(TokenError),
}

impl std::fmt::Display for KeysError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::NotAKey(path) => {
                write!(f, "{}: not a key; expected the file as `volens keys` made it", path.display())
            }
            Self::NoEntropy => f.write_str("the system gives no random bytes, so no key can be made"),
            Self::NoKey(folder) => write!(
                f,
                "{}: found no key, expected those of a service that has started once, or of `volens keys generate`",
                folder.display()
            ),
            Self::HasKey => f.write_str("found a signing key, expected none: `volens keys rotate` makes the next one"),
            Self::Waiting => f.write_str("found a key that waits for its turn, expected none: one rotation at a time"),
            Self::Token(error) => error.fmt(f),
            Self::TooSoon(earliest) => write!(
                f,
                "found a start before {earliest}, expected at least a day from now: back ends may keep the published \
                 keys for that long, and refuse what a key signs that they do not have"
            ),
        }
    }
}

impl std::error::Error for KeysError {}

/// One signing key, without its private part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyInfo {
    /// Its RFC 7638 thumbprint.
    pub kid: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// What it is for.
    pub state: KeyState,
    /// Its file, which holds the private part.
    pub file: PathBuf,
}

impl Keys {
    /// Opens the keys under `data` for a service that starts now; makes those that are missing, readable by the owner
    /// only. Keys that are retired stay out.
    ///
    /// # Errors
    /// A [`KeysError`] names the file.
    pub fn open(data: &Path, now: Timestamp) -> Result<Self, KeysError> {
        let folder = files::folder(data)?;
        let mut files = files::list(&folder)?;
        if files.is_empty() {
            files.push(files::create(&folder, now, None)?);
        }
        for file in &mut files {
            files::publish(file, now)?;
        }
        let links = folder.join("links.key");
        let links = files::read_or_make(&links)?.try_into().map_err(|_| KeysError::NotAKey(links))?;
        let admin = URL_SAFE_NO_PAD.encode(files::read_or_make(&folder.join("admin.token"))?);
        let (signing, times) = load(&files, now)?;
        Ok(Self { signing, times, links, admin })
    }

    /// A signing key of its own that is kept nowhere, for tests: what it signs convinces only those who are given
    /// [`public`](Self::public).
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn temporary() -> Result<Self, KeysError> {
        let times = Times { made: Timestamp::from_unix_seconds(0), from: schedule::From::Once };
        let admin = random::<32>()?;
        Ok(Self { signing: vec![SigningKey::from_bytes(&entropy()?)], times: vec![times], links: entropy()?, admin })
    }

    /// The signing keys under `data`, the oldest first; reads only.
    ///
    /// # Errors
    /// A file cannot be read or holds no key; [`KeysError::NoKey`].
    pub fn list(data: &Path, now: Timestamp) -> Result<Vec<KeyInfo>, KeysError> {
        infos(&existing(data)?, now)
    }

    /// Makes the first signing key under `data`, as a service's first start would.
    ///
    /// # Errors
    /// [`KeysError::HasKey`], or a file cannot be written.
    pub fn generate(data: &Path, now: Timestamp) -> Result<KeyInfo, KeysError> {
        if !files::list(&data.join("keys"))?.is_empty() {
            return Err(KeysError::HasKey);
        }
        let folder = files::closed_folder(data)?;
        newest(&folder, files::create(&folder, now, None)?, now)
    }

    /// Makes the next signing key under `data`. A service publishes it when it next starts, and signs with it from
    /// `from` on, or a day after that start if that is later.
    ///
    /// # Errors
    /// [`KeysError::NoKey`], [`KeysError::Waiting`], [`KeysError::TooSoon`], or a file cannot be read or written.
    pub fn rotate(data: &Path, now: Timestamp, from: Timestamp) -> Result<KeyInfo, KeysError> {
        let earliest = now.plus_seconds(ANNOUNCED);
        if from < earliest {
            return Err(KeysError::TooSoon(earliest));
        }
        if Self::list(data, now)?.iter().any(|key| matches!(key.state, KeyState::Next { .. })) {
            return Err(KeysError::Waiting);
        }
        let folder = files::closed_folder(data)?;
        newest(&folder, files::create(&folder, now, Some(from))?, now)
    }

    /// Makes one more signing key under `data`, which signs from the service's next start on although nobody has
    /// heard of it: after a leak, where a token refused is better than one believed. Returns its file.
    ///
    /// # Errors
    /// A [`KeysError`] names the file.
    pub fn add(data: &Path, now: Timestamp) -> Result<PathBuf, KeysError> {
        Ok(files::create(&files::closed_folder(data)?, now, None)?.path)
    }

    /// Deletes the files of retired keys under `data`, and says which.
    ///
    /// # Errors
    /// A file cannot be read or deleted; [`KeysError::NoKey`].
    pub fn prune(data: &Path, now: Timestamp) -> Result<Vec<KeyInfo>, KeysError> {
        let files = existing(data)?;
        let mut gone = Vec::new();
        for (file, info) in files.iter().zip(infos(&files, now)?) {
            if info.state == KeyState::Retired {
                files::remove(file)?;
                gone.push(info);
            }
        }
        Ok(gone)
    }

    /// The public keys under `data`, as a service that starts now would serve them; reads only.
    ///
    /// # Errors
    /// A file cannot be read or holds no key; [`KeysError::NoKey`].
    pub fn published(data: &Path, now: Timestamp) -> Result<KeySet, KeysError> {
        let files = existing(data)?;
        public(&load(&files, now)?.0).map_err(|_| KeysError::NotAKey(data.join("keys")))
    }

    /// Signs a token with the key that is under `data`, and makes nothing there.
    ///
    /// # Errors
    /// A file cannot be read or holds no key; [`KeysError::NoKey`]; [`KeysError::Token`].
    pub fn sign_under(data: &Path, now: Timestamp, claims: &Claims) -> Result<String, KeysError> {
        let (signing, times) = load(&existing(data)?, now)?;
        sign(&signing, &times, token::TYPE, claims).map_err(KeysError::Token)
    }

    /// The public keys.
    pub fn public(&self) -> Result<KeySet, volens_verify::KeySetError> {
        public(&self.signing)
    }

    /// The bearer token of administrators.
    pub fn admin_token(&self) -> &str {
        &self.admin
    }

    /// Signs a consent token with the key whose turn it was when the token says that it was issued.
    ///
    /// # Errors
    /// The token would be too long.
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        self.sign_as(token::TYPE, claims)
    }

    /// The same, under another type.
    pub(crate) fn sign_as(&self, typ: &str, claims: &Claims) -> Result<String, TokenError> {
        sign(&self.signing, &self.times, typ, claims)
    }

    /// The keyed hash by which links prove that they came from here: 128 bits, base64url.
    pub(crate) fn seal(&self, message: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.links) else {
            unreachable!("HMAC takes a key of any length")
        };
        mac.update(message.as_bytes());
        let tag = mac.finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(tag.get(..16).unwrap_or_default())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("signing", &self.signing.len()).finish_non_exhaustive()
    }
}

/// Fresh random bytes, base64url.
pub(crate) fn random<const N: usize>() -> Result<String, KeysError> {
    Ok(URL_SAFE_NO_PAD.encode(entropy::<N>()?))
}

fn entropy<const N: usize>() -> Result<[u8; N], KeysError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| KeysError::NoEntropy)?;
    Ok(bytes)
}

fn existing(data: &Path) -> Result<Vec<KeyFile>, KeysError> {
    let folder = data.join("keys");
    let files = files::list(&folder)?;
    if files.is_empty() { Err(KeysError::NoKey(folder)) } else { Ok(files) }
}

/// The keys that are not retired.
fn load(files: &[KeyFile], now: Timestamp) -> Result<(Vec<SigningKey>, Vec<Times>), KeysError> {
    let times: Vec<Times> = files.iter().map(|file| file.times).collect();
    let states = schedule::states(&times, now);
    let kept = files.iter().zip(states).filter(|(_, state)| *state != KeyState::Retired);
    let keys: Vec<_> = kept.map(|(file, _)| Ok((files::read(&file.path)?, file.times))).collect::<Result<_, _>>()?;
    Ok(keys.into_iter().unzip())
}

fn infos(files: &[KeyFile], now: Timestamp) -> Result<Vec<KeyInfo>, KeysError> {
    let times: Vec<Times> = files.iter().map(|file| file.times).collect();
    files
        .iter()
        .zip(schedule::states(&times, now))
        .map(|(file, state)| {
            let kid = thumbprint(&files::read(&file.path)?.verifying_key().to_bytes());
            Ok(KeyInfo { kid, made_at: file.times.made, state, file: file.path.clone() })
        })
        .collect()
}

/// What is to be said of the key that was just made.
fn newest(folder: &Path, made: KeyFile, now: Timestamp) -> Result<KeyInfo, KeysError> {
    let all = infos(&files::list(folder)?, now)?;
    all.into_iter().find(|info| info.file == made.path).ok_or(KeysError::NotAKey(made.path))
}

fn public(keys: &[SigningKey]) -> Result<KeySet, volens_verify::KeySetError> {
    KeySet::from_public_keys(keys.iter().map(|key| key.verifying_key().to_bytes()))
}

fn sign(keys: &[SigningKey], times: &[Times], typ: &str, claims: &Claims) -> Result<String, TokenError> {
    let issued = Timestamp::from_unix_seconds(claims.iat);
    let key = schedule::signing(times, issued).and_then(|place| keys.get(place)).ok_or(TokenError::Malformed)?;
    let kid = thumbprint(&key.verifying_key().to_bytes());
    let header = Header { alg: "EdDSA".into(), kid, typ: typ.into() };
    let input = token::signing_input(&header, claims)?;
    let signature = key.sign(input.as_bytes()).to_bytes();
    Ok(token::compact(input, &signature))
}
