//! The built web assets of a folder, as `cargo xtask dist` writes it.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use serde::Deserialize;

/// The web assets a page refers to or carries.
#[derive(Clone, Debug)]
pub struct Assets {
    gate: String,
    critical_css: String,
    loader: Asset,
    glue: Asset,
    wasm: Asset,
    banner_css: Asset,
    center_css: Asset,
}

/// One file, by its URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asset {
    url: String,
    sri: String,
}

impl Asset {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// `sha384-…`, for `integrity`.
    pub(super) fn sri(&self) -> &str {
        &self.sri
    }
}

/// Where the gate's configuration goes.
pub(super) const GATE_PLACE: &str = "__GATE__";

impl Assets {
    /// Reads `dir`, whose files are served below `base`, as `/consent/v1/web`.
    ///
    /// # Errors
    /// If `assets.json`, the gate or the critical styles are missing or not what `cargo xtask dist` writes.
    pub fn load(dir: &Path, base: &str) -> Result<Self, AssetsError> {
        let list: BTreeMap<String, Listed> = serde_json::from_str(&read(dir, "assets.json")?)
            .map_err(|error| AssetsError::new(dir, "assets.json", Reason::Json(error)))?;
        let listed = |name: &'static str| {
            list.get(name)
                .filter(|one| is_file_name(&one.file))
                .ok_or_else(|| AssetsError::new(dir, "assets.json", Reason::NotListed(name)))
        };
        let asset = |name| {
            let one = listed(name)?;
            Ok(Asset { url: [base, "/", &one.file].concat(), sri: one.sri.clone() })
        };
        let gate = read(dir, &listed("gate")?.file)?.trim_end().to_owned();
        if !gate.contains(GATE_PLACE) {
            return Err(AssetsError::new(dir, &listed("gate")?.file, Reason::NoPlace));
        }
        Ok(Self {
            gate,
            critical_css: read(dir, &listed("banner_css")?.file)?.trim_end().to_owned(),
            loader: asset("loader")?,
            glue: asset("glue")?,
            wasm: asset("wasm")?,
            banner_css: asset("banner_css")?,
            center_css: asset("center_css")?,
        })
    }

    pub(super) fn gate(&self) -> &str {
        &self.gate
    }

    pub(super) fn critical_css(&self) -> &str {
        &self.critical_css
    }

    pub(super) fn loader(&self) -> &Asset {
        &self.loader
    }

    pub(super) fn glue(&self) -> &Asset {
        &self.glue
    }

    pub(super) fn wasm(&self) -> &Asset {
        &self.wasm
    }

    pub(super) fn banner_css(&self) -> &Asset {
        &self.banner_css
    }

    pub(super) fn center_css(&self) -> &Asset {
        &self.center_css
    }
}

/// Why a folder holds no web assets.
#[derive(Debug)]
pub struct AssetsError {
    path: String,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Read(std::io::Error),
    Json(serde_json::Error),
    NotListed(&'static str),
    NoPlace,
}

impl AssetsError {
    fn new(dir: &Path, file: &str, reason: Reason) -> Self {
        Self { path: dir.join(file).display().to_string(), reason }
    }

    /// A stable code.
    pub const fn code(&self) -> &'static str {
        match self.reason {
            Reason::Read(_) => "assets-unreadable",
            Reason::Json(_) | Reason::NotListed(_) => "assets-list-malformed",
            Reason::NoPlace => "assets-gate-malformed",
        }
    }
}

impl fmt::Display for AssetsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path)?;
        match &self.reason {
            Reason::Read(error) => write!(f, "{error}; expected web assets as `cargo xtask dist` writes them"),
            Reason::Json(error) => write!(f, "{error}; expected a list of files with their hashes"),
            Reason::NotListed(name) => write!(f, "no file listed as {name}"),
            Reason::NoPlace => write!(f, "no {GATE_PLACE} in it; expected the place of the gate's configuration"),
        }
    }
}

impl std::error::Error for AssetsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            Reason::Read(error) => Some(error),
            Reason::Json(error) => Some(error),
            Reason::NotListed(_) | Reason::NoPlace => None,
        }
    }
}

#[derive(Deserialize)]
struct Listed {
    file: String,
    sri: String,
}

fn read(dir: &Path, file: &str) -> Result<String, AssetsError> {
    fs::read_to_string(dir.join(file)).map_err(|error| AssetsError::new(dir, file, Reason::Read(error)))
}

/// A plain name: the list may not lead out of its folder.
fn is_file_name(name: &str) -> bool {
    !name.starts_with('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}
