//! A complete example site: Nordvakt, a security company that does not exist, with a consent service in it.
//!
//! One process answers on two ports of this computer. On the first is the site: its pages in three languages under a
//! strict Content-Security-Policy, its account portal, its page counter, and the consent service at `/consent/v1`.
//! On the next port are the pretended companies whose tags the pages carry.
//!
//! `site.toml` describes the site; `templates/` and `assets/` hold what it looks like. Public pages are rendered once
//! and are the same bytes for every visitor.

mod account;
mod assets;
mod build;
mod cookies;
mod error;
mod gallery;
mod guard;
mod headers;
mod language;
mod outbox;
mod pages;
mod parties;
mod provider;
mod random;
mod serve;
mod sessions;
mod templates;
mod views;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;

use axum::http::HeaderValue;
use volens_server::Service;
use volens_widget::page::{Assets, Snippet};

pub use error::DemoError;
pub use serve::Demo;

/// How the demo runs.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "made by literal where the program starts")]
pub struct Options {
    /// Where the site listens; the pretended providers listen on the next port.
    pub port: u16,
    /// The folder for records and keys.
    pub data: PathBuf,
    /// The folder with the built web assets.
    pub web: PathBuf,
    /// A mail server (`smtp://host:port`) instead of the outbox.
    pub mail: Option<String>,
}

/// What `site.toml` says when the site listens on `port`.
///
/// ```
/// assert!(volens_demo_site::site_toml(9000).contains("http://127.0.0.1:9001/analytics/"));
/// ```
pub fn site_toml(port: u16) -> String {
    include_str!("../site.toml")
        .replace("127.0.0.1:8081", &format!("127.0.0.1:{}", u32::from(port) + 1))
        .replace("localhost:8080", &format!("localhost:{port}"))
}

/// What the handlers share.
#[derive(Debug)]
struct App {
    service: Service,
    templates: templates::Templates,
    shelf: pages::Shelf,
    /// The account page's snippet and policy, by language.
    account: BTreeMap<&'static str, (Snippet, HeaderValue)>,
    assets: templates::Addresses,
    /// What the gallery's stills are made with.
    gallery: Assets,
    sessions: sessions::Sessions,
    views: views::Views,
}
