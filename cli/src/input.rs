//! What commands read and print.

use std::fmt::Display;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tokio::runtime::Runtime;
use volens_core::manifest::{Manifest, Mode};
use volens_core::site::Site;
use volens_core::{Lang, Record, lines};

use crate::exit::Failure;

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::failed(format_args!("{}: cannot be read: {error}", path.display())))
}

/// The text of a file, without a byte order mark.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let mut bytes = read(path)?;
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        let name = path.display();
        Failure::bad(format_args!("{name}:{line}: found a byte that is no UTF-8 at offset {at}, expected text"))
    })
}

/// The records of a file, one JSON object a line: all of them good, or none used.
pub(crate) fn records(path: &Path) -> Result<Vec<Record>, Failure> {
    lines::parse(&read_text(path)?).map_err(|bad| {
        let name = path.display();
        Failure::bad(bad.iter().map(|bad| format!("{name}:{bad}")).collect::<Vec<_>>().join("\n"))
    })
}

/// Standard input, up to a limit.
pub(crate) fn standard_input(limit: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::failed(format_args!("standard input: cannot be read: {error}")))?;
    Ok(bytes)
}

/// A site's description: TOML, or JSON in a file named `….json`.
pub(crate) fn site(path: &Path) -> Result<Site, Failure> {
    let text = read_text(path)?;
    let name = path.display().to_string();
    let parsed = if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        Site::parse_json(&name, &text)
    } else {
        Site::parse(&name, &text)
    };
    parsed.map_err(Failure::bad)
}

/// The same site for a developer alone.
pub(crate) fn for_development(site: Site, path: &Path) -> Result<Site, Failure> {
    site.for_development().map_err(|elsewhere| {
        let path = path.display();
        Failure::bad(format_args!("--dev: {path} has {elsewhere}, expected localhost or a loopback address"))
    })
}

/// The site's texts in one language.
pub(crate) fn manifest(site: &Site, path: &Path, lang: &Lang, mode: Mode) -> Result<Manifest, Failure> {
    site.manifest(lang, mode).ok_or_else(|| {
        let known = site.languages().iter().map(Lang::as_str).collect::<Vec<_>>().join(", ");
        Failure::bad(format_args!("--lang: found {lang}, expected a language of {}: {known}", path.display()))
    })
}

/// Prints to standard output as it is.
pub(crate) fn print(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    write!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::failed(format_args!("standard output: cannot be written: {error}")))
}

/// Prints one line of JSON.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string(value).map_err(Failure::failed)?;
    print(json + "\n")
}

/// The folder with the web assets: as given, or from the environment.
pub(crate) fn web(given: Option<&Path>) -> Result<PathBuf, Failure> {
    given
        .map(Path::to_path_buf)
        .or_else(|| std::env::var_os("VOLENS_WEB").map(PathBuf::from))
        .ok_or_else(|| Failure::bad("--web: missing, expected the folder that `cargo xtask dist` makes, or VOLENS_WEB"))
}

/// What runs asynchronous code.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Runtime::new().map_err(|error| Failure::failed(format_args!("no worker threads: {error}")))
}
