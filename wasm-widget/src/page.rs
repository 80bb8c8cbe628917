//! HTML for pages: the snippet every page carries, and the settings page.
//!
//! ```no_run
//! # async fn example(manifest: volens_core::manifest::Manifest) -> Result<(), volens_widget::page::AssetsError> {
//! use volens_widget::page::{Assets, snippet};
//! let assets = Assets::load("target/dist".as_ref(), "/consent/v1/web")?;
//! let snippet = snippet(&manifest, &assets, &[], None).await;
//! // First in <head>: snippet.head. First in <body>, after a skip link: snippet.banner. At the foot: snippet.foot.
//! # Ok(()) }
//! ```
//!
//! The bytes depend on the site, the language and `return_to` alone, never on the visitor.

mod assets;
mod config;
mod embed;
mod hash;
mod settings;

use volens_core::{Mark, PurposeId, manifest::Manifest};
use yew::{AttrValue, ServerRenderer};

use self::{assets::Asset, hash::csp_sha256};
pub use self::{
    assets::{Assets, AssetsError},
    embed::embed,
    settings::settings_page,
};
use crate::view::{FirstLayerProps, Foot, FootProps, Shared, Sheet};

/// An earlier notice under which some choices still count.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "made by the server, read here")]
pub struct Carried {
    /// The first 8 characters of the notice.
    pub notice8: String,
    /// The choices it asked for, in id order: those that its summary cookie marks.
    pub choices: Vec<PurposeId>,
    /// `1` for each of them whose grant still counts; `0` otherwise.
    pub mask: String,
}

/// The parts of a page that ask for consent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snippet {
    /// First in `<head>`, before any tag that listens to consent signals.
    pub head: String,
    /// First in `<body>`, after a skip link if there is one: so it is early for the keyboard and for screen readers,
    /// wherever it shows. Room is kept for it at the end of the page.
    pub banner: String,
    /// At the foot of every page.
    pub foot: String,
    /// Sources for `script-src`, quoted.
    pub script_hashes: Vec<String>,
    /// Sources for `style-src`, quoted.
    pub style_hashes: Vec<String>,
}

impl Snippet {
    /// The same for a page whose Content-Security-Policy has `'nonce-…'`: on every script and style.
    ///
    /// A nonce is another for every answer. A page that a cache keeps takes a placeholder as `__NONCE__`, and the edge
    /// puts the nonce in its place; without an edge that can, the hashes do.
    ///
    /// The nonce also lets gated inline scripts that carry it run once they are allowed.
    #[must_use]
    pub fn with_nonce(mut self, nonce: &str) -> Self {
        let nonce = [" nonce=\"", &escape(nonce), "\""].concat();
        // No text in the head can hold these: the configuration writes `<` as `\u003c`, styles and scripts have none.
        for tag in ["<style", "<script", "<link"] {
            self.head = self.head.replace(tag, &[tag, &nonce].concat());
        }
        self
    }
}

/// Renders the snippet for one language. `return_to` is where forms lead without script; none: where they came from.
pub async fn snippet(manifest: &Manifest, assets: &Assets, carried: &[Carried], return_to: Option<&str>) -> Snippet {
    let inline = config::inline(manifest, assets, carried);
    let return_to = return_to.map(str::to_owned);
    let banner = {
        let (manifest, return_to) = (manifest.clone(), return_to.clone());
        ServerRenderer::<Sheet>::with_props(move || FirstLayerProps {
            manifest: Shared::new(manifest),
            return_to: return_to.map(AttrValue::from),
            onsubmit: None,
            busy: false,
        })
    };
    let foot = {
        let manifest = manifest.clone();
        ServerRenderer::<Foot>::with_props(move || FootProps {
            manifest: Shared::new(manifest),
            return_to: return_to.map(AttrValue::from),
        })
    };
    let loader = assets.loader();
    Snippet {
        script_hashes: inline
            .iter()
            .map(|script| csp_sha256(script))
            .chain([["'", loader.sri(), "'"].concat()])
            .collect(),
        style_hashes: vec![csp_sha256(assets.critical_css())],
        head: head(manifest, assets, &inline, loader),
        banner: banner.hydratable(false).render().await,
        foot: foot.hydratable(false).render().await,
    }
}

fn head(manifest: &Manifest, assets: &Assets, inline: &[String], loader: &Asset) -> String {
    let decided = config::decided_css(manifest).map_or_else(String::new, |href| {
        ["<noscript><link rel=\"stylesheet\" href=\"", &escape(&href), "\"></noscript>"].concat()
    });
    [
        "<style>",
        assets.critical_css(),
        "</style><script>",
        &inline.join("</script><script>"),
        "</script><script type=\"application/json\" id=\"vo-config\">",
        &config::loader(manifest, assets),
        "</script>",
        &decided,
        "<script src=\"",
        &escape(loader.url()),
        "\" integrity=\"",
        loader.sri(),
        "\" defer></script>",
    ]
    .concat()
}

/// For text between double quotes in an attribute, and for text in an element.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The mark of a purpose in a map of what was said.
fn mark(said: Option<&bool>) -> Mark {
    match said {
        Some(true) => Mark::Granted,
        Some(false) => Mark::Refused,
        None => Mark::Undecided,
    }
}
