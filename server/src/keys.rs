//! The keys of a service: `DIR/keys`, readable by its owner only.
//!
//! Rotation: a new key is published at once, signs when it has been published for a day ([`ANNOUNCED`]), and stays
//! published for as long as a token that it signed may be valid ([`KEPT`]). Which key signs a token is told by the
//! token's own `iat`, so that all who refuse on one day are given the same bytes, on a day of rotation too.

mod files;
mod ring;
mod schedule;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use files::KeyFile;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::Ring;
use schedule::Times;
use serde::Serialize;
use sha2::Sha256;
use std::path::{Path, PathBuf};
use volens_core::token::{self, Claims, TokenError, UnverifiedToken};
use volens_core::{SubjectId, Timestamp};
use volens_verify::{KeySet, thumbprint};

pub use schedule::{ANNOUNCED, KEPT, KeyState};

/// The signing keys, the keys of links and of other services' names for visitors, and the administrator's token of one
/// service.
pub struct Keys {
    signing: Ring,
    links: [u8; 32],
    /// For the names that other services know visitors by.
    pairwise: [u8; 32],
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
        let links = secret(folder.join("links.key"))?;
        let pairwise = secret(folder.join("pairwise.key"))?;
        let admin = URL_SAFE_NO_PAD.encode(files::read_or_make(&folder.join("admin.token"))?);
        Ok(Self { signing: Ring::load(&files, now)?, links, pairwise, admin })
    }

    /// A signing key of its own that is kept nowhere, for tests: what it signs convinces only those who are given
    /// [`public`](Self::public).
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn temporary() -> Result<Self, KeysError> {
        Ok(Self { signing: Ring::temporary()?, links: entropy()?, pairwise: entropy()?, admin: random::<32>()? })
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
        Ring::load(&files, now)?.public().map_err(|_| KeysError::NotAKey(data.join("keys")))
    }

    /// Signs a token with the key that is under `data`, and makes nothing there.
    ///
    /// # Errors
    /// A file cannot be read or holds no key; [`KeysError::NoKey`]; [`KeysError::Token`].
    pub fn sign_under(data: &Path, now: Timestamp, claims: &Claims) -> Result<String, KeysError> {
        Ring::load(&existing(data)?, now)?.sign(token::TYPE, claims).map_err(KeysError::Token)
    }

    /// The public keys.
    pub fn public(&self) -> Result<KeySet, volens_verify::KeySetError> {
        self.signing.public()
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
        self.signing.sign(typ, claims)
    }

    /// Signs claims that are no consent token, issued at this instant: a compact JWS of any length.
    pub(crate) fn sign_json(
        &self,
        typ: &str,
        claims: &impl Serialize,
        issued: Timestamp,
    ) -> Result<String, TokenError> {
        self.signing.sign_json(typ, claims, issued)
    }

    /// Whether a token of this type was signed here. It says nothing about whether the token still counts.
    pub(crate) fn signed(&self, typ: &str, token: &UnverifiedToken<'_>) -> bool {
        self.signing.signed(typ, token)
    }

    /// The keyed hash by which links prove that they came from here: 128 bits, base64url.
    pub(crate) fn seal(&self, message: &str) -> String {
        keyed_hash(&self.links, message)
    }

    /// The name by which one audience knows a subject: 128 bits, base64url. Two audiences cannot tell that theirs mean
    /// the same person, and neither can tell whom.
    pub(crate) fn pairwise(&self, site: &str, subject: &SubjectId, audience: &str) -> String {
        // Neither a site's id nor a subject has a space in it.
        keyed_hash(&self.pairwise, &format!("{site} {subject} {audience}"))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("signing", &self.signing.len()).finish_non_exhaustive()
    }
}

fn keyed_hash(key: &[u8; 32], message: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { unreachable!("HMAC takes a key of any length") };
    mac.update(message.as_bytes());
    let tag = mac.finalize().into_bytes();
    URL_SAFE_NO_PAD.encode(tag.get(..16).unwrap_or_default())
}

/// A random number.
pub(crate) fn random_u32() -> Result<u32, KeysError> {
    Ok(u32::from_le_bytes(entropy()?))
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

fn secret(file: PathBuf) -> Result<[u8; 32], KeysError> {
    files::read_or_make(&file)?.try_into().map_err(|_| KeysError::NotAKey(file))
}
