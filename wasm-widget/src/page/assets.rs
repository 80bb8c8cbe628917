//! The built web assets of a folder, as `cargo xtask dist` writes it.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use serde::Deserialize;
use volens_core::signals::Declared;

/// The web assets a page refers to or carries.
#[derive(Clone, Debug)]
pub struct Assets {
    gate: String,
    local: String,
    signals: String,
    declared: Declared,
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

    /// `sha256-…`, for `integrity`.
    pub(super) fn sri(&self) -> &str {
        &self.sri
    }
}

/// Where the gate's configuration goes.
pub(super) const GATE_PLACE: &str = "__GATE__";
/// Where the declared signals go.
pub(super) const SIGNALS_PLACE: &str = "__SIGNALS__";

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
        let inline = |name, place| {
            let file = &listed(name)?.file;
            let script = read(dir, file)?.trim_end().to_owned();
            if script.contains(place) { Ok(script) } else { Err(AssetsError::new(dir, file, Reason::NoPlace(place))) }
        };
        Ok(Self {
            gate: inline("gate", GATE_PLACE)?,
            local: inline("local", GATE_PLACE)?,
            signals: inline("signals", SIGNALS_PLACE)?,
            declared: Declared::default(),
            critical_css: read(dir, &listed("banner_css")?.file)?.trim_end().to_owned(),
            loader: asset("loader")?,
            glue: asset("glue")?,
            wasm: asset("wasm")?,
            banner_css: asset("banner_css")?,
            center_css: asset("center_css")?,
        })
    }

    /// For pages that tell these vendors too, as `site.toml` declares them.
    #[must_use]
    pub fn telling(self, declared: &Declared) -> Self {
        Self { declared: declared.clone(), ..self }
    }

    pub(super) fn gate(&self) -> &str {
        &self.gate
    }

    /// What stands in for the service in `local` mode.
    pub(super) fn local(&self) -> &str {
        &self.local
    }

    pub(super) fn signals(&self) -> &str {
        &self.signals
    }

    pub(super) const fn declared(&self) -> &Declared {
        &self.declared
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
    NoPlace(&'static str),
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
            Reason::NoPlace(_) => "assets-gate-malformed",
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
            Reason::NoPlace(place) => write!(f, "no {place} in it; expected the place of its configuration"),
        }
    }
}

impl std::error::Error for AssetsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.reason {
            Reason::Read(error) => Some(error),
            Reason::Json(error) => Some(error),
            Reason::NotListed(_) | Reason::NoPlace(_) => None,
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
