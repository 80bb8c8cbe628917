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
    /// Where forms and scripts reach the service: `'self'`, or the origin of its own host.
    pub service: String,
    /// Where the web assets come from: the same, unless they are kept elsewhere.
    pub assets: String,
}

impl Snippet {
    /// What a page's Content-Security-Policy has to allow, by directive. WebAssembly asks for `'wasm-unsafe-eval'` in
    /// `script-src` besides; without it the cookie center is the settings page.
    pub fn sources(&self) -> [(&'static str, Vec<String>); 4] {
        let mut both = vec![self.service.clone(), self.assets.clone()];
        both.dedup();
        [
            ("script-src", self.script_hashes.clone()),
            ("style-src", [both.clone(), self.style_hashes.clone()].concat()),
            ("connect-src", both),
            ("form-action", vec![self.service.clone()]),
        ]
    }
}

impl Snippet {
    /// Its parts and, under `csp`, its [`sources`](Self::sources), by name: what `volens render --json` prints and the
    /// service answers at `/consent/v1/snippet?format=json`.
    pub fn to_json(&self) -> serde_json::Value {
        let csp: serde_json::Value = self.sources().into_iter().collect();
        serde_json::json!({"head": self.head, "banner": self.banner, "foot": self.foot, "csp": csp})
    }

    /// The same, with `nonce` on every style, script and stylesheet of the head, for a Content-Security-Policy that
    /// names a nonce. A template engine's own mark does too, such as `{{ nonce }}`, or one that the edge replaces, such as
    /// `__NONCE__`; it is written as it stands, so what a visitor sends has no place here.
    ///
    /// The nonce also lets gated inline scripts that carry it run once they are allowed.
    #[must_use]
    pub fn with_nonce(mut self, nonce: &str) -> Self {
        // Neither styles nor the JSON and the gate, in which `<` is escaped, hold a tag.
        for tag in ["<style", "<script", "<link"] {
            self.head = self.head.replace(tag, &[tag, " nonce=\"", nonce, "\""].concat());
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
        service: source(&manifest.endpoint),
        assets: source(loader.url()),
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
        // A hash of what comes from elsewhere is checked only if it may be read.
        if origin(loader.url()).is_some() { "\" crossorigin defer></script>" } else { "\" defer></script>" },
    ]
    .concat()
}

/// Where an address is, for a policy.
fn source(address: &str) -> String {
    origin(address).unwrap_or("'self'").to_owned()
}

/// The origin of an absolute address; none for a path.
fn origin(address: &str) -> Option<&str> {
    let host = address.find("://")? + 3;
    let end = address.get(host..)?.find('/').map_or(address.len(), |at| host + at);
    address.get(..end)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_stands_on_everything_that_a_policy_asks_one_for() {
        let snippet = Snippet {
            head: "<style>a{}</style><script>1</script><noscript><link rel=\"stylesheet\"></noscript>".to_owned(),
            banner: "<section></section>".to_owned(),
            foot: String::new(),
            script_hashes: Vec::new(),
            style_hashes: Vec::new(),
            service: String::new(),
            assets: String::new(),
        };
        let with = snippet.clone().with_nonce("{{ nonce }}");
        assert_eq!(
            with.head,
            "<style nonce=\"{{ nonce }}\">a{}</style><script nonce=\"{{ nonce }}\">1</script>\
             <noscript><link nonce=\"{{ nonce }}\" rel=\"stylesheet\"></noscript>"
        );
        assert_eq!(with.banner, snippet.banner);
    }
}
