//! One script tag for pages that cannot include the snippet.

use volens_core::manifest::Manifest;

use super::{Assets, Carried, Snippet, config, escape};

/// Asks for the rest of the snippet, and names the gate's configuration.
const EMBED: &str = include_str!("embed.js");

/// The script of `<script src="/consent/v1/embed.js"></script>`: the gate, at once, and the rest of the snippet when it
/// has come from `snippet_url` + language. `manifests`: the site's languages, the default first.
///
/// A banner that stands in the page is seen sooner and needs no script: this is for pages that can only name a script.
pub fn embed(manifests: &[&Manifest], assets: &Assets, carried: &[Carried], snippet_url: &str) -> String {
    let gates: Vec<_> =
        manifests.iter().map(|manifest| (manifest.lang.as_str(), config::gate_config(manifest, carried))).collect();
    let gates = config::script_json(&gates);
    let url = config::script_json(&serde_json::json!(snippet_url));
    let gate = assets.gate().replace(super::assets::GATE_PLACE, "volensGate");
    ["(() => { const volensGate = ", EMBED.trim_end(), "(", &gates, ", ", &url, ");\n", &gate, "\n})();\n"].concat()
}

impl Snippet {
    /// All parts as a page of their own, for `embed`. What belongs into a head stands in a template: there it does
    /// nothing, and no policy has to allow it.
    pub fn document(&self, lang: &str) -> String {
        [
            "<!doctype html><html lang=\"",
            &escape(lang),
            "\"><head><meta charset=\"utf-8\"><title>Volens</title></head><body><template>",
            &self.head,
            "</template>",
            &self.banner,
            &self.foot,
            "</body></html>",
        ]
        .concat()
    }
}
