//! The settings page: the same center as a plain form, for browsers without script or WASM.

use std::collections::BTreeMap;

use volens_core::{PurposeId, manifest::Manifest};
use yew::{AttrValue, ServerRenderer};

use super::{Assets, assets::Asset, escape, mark};
use crate::{
    state::State,
    view::{Center, CenterProps, Gpc, Place, Shared},
};

/// The whole page. `granted` is what is on record, `back` where the link back leads, `return_to` where the form does,
/// `saved` what was just said, and `gpc` whether the request came with `Sec-GPC: 1`.
pub async fn settings_page(
    manifest: &Manifest,
    assets: &Assets,
    granted: &BTreeMap<PurposeId, bool>,
    back: &str,
    return_to: &str,
    saved: Option<&str>,
    gpc: Gpc,
) -> String {
    let center = {
        let (manifest, granted) = (manifest.clone(), granted.clone());
        let return_to = return_to.to_owned();
        ServerRenderer::<Center>::with_props(move || CenterProps {
            state: State::new(&manifest, |id| mark(granted.get(id))),
            manifest: Shared::new(manifest),
            place: Place::Page,
            gpc,
            return_to: Some(AttrValue::from(return_to)),
            onsubmit: None,
            ontoggle: None,
            onclose: None,
        })
    };
    let center = center.hydratable(false).render().await;
    let labels = &manifest.labels;
    let title = escape(&labels.settings_title);
    let saved = saved.map_or_else(String::new, |text| {
        ["<p class=\"vo-saved\" data-volens=\"status\" role=\"status\">", &escape(text), "</p>"].concat()
    });
    [
        "<!DOCTYPE html><html lang=\"",
        manifest.lang.as_str(),
        "\" dir=\"",
        manifest.lang.dir(),
        "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>",
        &title,
        "</title>",
        &assets.stylesheets(),
        "</head><body class=\"vo-page\"><main><p><a class=\"vo-link\" href=\"",
        &escape(back),
        "\">",
        &escape(&labels.settings_back),
        "</a></p><h1>",
        &title,
        "</h1>",
        &saved,
        "<p class=\"vo-intro\">",
        &escape(&labels.settings_intro),
        "</p>",
        &center,
        "</main></body></html>",
    ]
    .concat()
}

impl Assets {
    /// The `<link>` elements of the service's own pages, whose `<body>` has the class `vo-page`.
    pub fn stylesheets(&self) -> String {
        [stylesheet(self.banner_css()), stylesheet(self.center_css())].concat()
    }
}

fn stylesheet(asset: &Asset) -> String {
    ["<link rel=\"stylesheet\" href=\"", &escape(asset.url()), "\" integrity=\"", asset.sri(), "\">"].concat()
}
