//! The keys of a service: `DIR/keys`, readable by its owner only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::Sha256;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use volens_core::token::{self, Claims, Header, TokenError, UnverifiedToken};
use volens_core::{SubjectId, Timestamp};
use volens_verify::{KeySet, thumbprint};

/// The signing keys, the keys of links and of other services' names for visitors, and the administrator's token of one
/// service.
pub struct Keys {
    /// The last one signs; all are published.
    signing: Vec<SigningKey>,
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
}

impl std::fmt::Display for KeysError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::NotAKey(path) => {
                write!(f, "{}: not a key; expected the file as `volens keys` made it", path.display())
            }
            Self::NoEntropy => f.write_str("the system gives no random bytes, so no key can be made"),
        }
    }
}

impl std::error::Error for KeysError {}

impl Keys {
    /// Opens the keys under `data`; makes those that are missing, readable by the owner only.
    ///
    /// # Errors
    /// A [`KeysError`] names the file.
    pub fn open(data: &Path, now: Timestamp) -> Result<Self, KeysError> {
        let folder = folder(data)?;
        let mut files = signing_files(&folder)?;
        if files.is_empty() {
            files.push(create(&folder, now)?);
        }
        let signing = files.iter().map(|file| read_signing(file)).collect::<Result<_, _>>()?;
        let links = secret(folder.join("links.key"))?;
        let pairwise = secret(folder.join("pairwise.key"))?;
        let admin = URL_SAFE_NO_PAD.encode(read_or_make(&folder.join("admin.token"))?);
        Ok(Self { signing, links, pairwise, admin })
    }

    /// Makes one more signing key under `data`, which signs from the next start on; returns its file.
    ///
    /// # Errors
    /// A [`KeysError`] names the file.
    pub fn add(data: &Path, now: Timestamp) -> Result<PathBuf, KeysError> {
        create(&folder(data)?, now)
    }

    /// The public keys.
    pub fn public(&self) -> Result<KeySet, volens_verify::KeySetError> {
        KeySet::from_public_keys(self.signing.iter().map(|key| key.verifying_key().to_bytes()))
    }

    /// The bearer token of administrators.
    pub fn admin_token(&self) -> &str {
        &self.admin
    }

    /// Signs a consent token with the newest key.
    ///
    /// # Errors
    /// The token would be too long.
    pub fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        self.sign_as(token::TYPE, claims)
    }

    /// The same, under another type.
    pub(crate) fn sign_as(&self, typ: &str, claims: &Claims) -> Result<String, TokenError> {
        let (key, header) = self.newest(typ)?;
        let input = token::signing_input(&header, claims)?;
        let signature = key.sign(input.as_bytes()).to_bytes();
        Ok(token::compact(input, &signature))
    }

    /// Signs claims that are no consent token: a compact JWS of any length.
    pub(crate) fn sign_json(&self, typ: &str, claims: &impl Serialize) -> Result<String, TokenError> {
        let (key, header) = self.newest(typ)?;
        let part = |json: Result<Vec<u8>, serde_json::Error>| {
            json.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| TokenError::Malformed)
        };
        let input = format!("{}.{}", part(serde_json::to_vec(&header))?, part(serde_json::to_vec(claims))?);
        let signature = key.sign(input.as_bytes()).to_bytes();
        Ok(token::compact(input, &signature))
    }

    fn newest(&self, typ: &str) -> Result<(&SigningKey, Header), TokenError> {
        let key = self.signing.last().ok_or(TokenError::Malformed)?;
        let kid = thumbprint(&key.verifying_key().to_bytes());
        Ok((key, Header { alg: "EdDSA".into(), kid, typ: typ.into() }))
    }

    /// Whether a token of this type was signed here. It says nothing about whether the token still counts.
    pub(crate) fn signed(&self, typ: &str, token: &UnverifiedToken<'_>) -> bool {
        let header = token.header();
        let key = || self.signing.iter().find(|key| thumbprint(&key.verifying_key().to_bytes()) == header.kid);
        header.typ == typ
            && matches!(header.alg.as_str(), "EdDSA" | "Ed25519")
            && key().zip(Signature::from_slice(token.signature()).ok()).is_some_and(|(key, signature)| {
                key.verifying_key().verify_strict(token.signing_input().as_bytes(), &signature).is_ok()
            })
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

fn folder(data: &Path) -> Result<PathBuf, KeysError> {
    let folder = data.join("keys");
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).map_err(|error| KeysError::File(folder.clone(), error))?;
    Ok(folder)
}

/// Named by the time they were made, so that the last name is the newest key.
fn signing_files(folder: &Path) -> Result<Vec<PathBuf>, KeysError> {
    let at = |error| KeysError::File(folder.to_path_buf(), error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(at)? {
        let path = entry.map_err(at)?.path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn create(folder: &Path, now: Timestamp) -> Result<PathBuf, KeysError> {
    let file = folder.join(format!("signing-{:013}.pem", now.unix_millis()));
    let key = SigningKey::from_bytes(&entropy()?);
    let pem = key.to_pkcs8_pem(LineEnding::default()).map_err(|_| KeysError::NotAKey(file.clone()))?;
    write_secret(&file, pem.as_bytes())?;
    Ok(file)
}

fn read_signing(file: &Path) -> Result<SigningKey, KeysError> {
    let pem = std::fs::read_to_string(file).map_err(|error| KeysError::File(file.into(), error))?;
    SigningKey::from_pkcs8_pem(&pem).map_err(|_| KeysError::NotAKey(file.into()))
}

fn secret(file: PathBuf) -> Result<[u8; 32], KeysError> {
    read_or_make(&file)?.try_into().map_err(|_| KeysError::NotAKey(file))
}

fn read_or_make(file: &Path) -> Result<Vec<u8>, KeysError> {
    if !file.exists() {
        write_secret(file, random::<32>()?.as_bytes())?;
    }
    let text = std::fs::read_to_string(file).map_err(|error| KeysError::File(file.into(), error))?;
    URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| KeysError::NotAKey(file.into()))
}

/// Under another name first: a key file is whole or not there, whenever the power goes.
fn write_secret(file: &Path, bytes: &[u8]) -> Result<(), KeysError> {
    let part = file.with_extension("part");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&part)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, file))
        .map_err(|error| KeysError::File(file.into(), error))
}
