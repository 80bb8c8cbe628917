//! What every form of ours carries, so that it works without script.

use volens_core::manifest::Manifest;
use yew::prelude::*;

use crate::state::Layer;

/// Where forms post to.
pub(super) fn action(manifest: &Manifest) -> String {
    [manifest.endpoint.as_str(), "/choices"].concat()
}

/// Under which text the choice is made, and where to go afterwards.
pub(super) fn hidden(manifest: &Manifest, layer: Layer, return_to: Option<&AttrValue>) -> Html {
    html! {
        <>
            { field("notice", manifest.notice.as_str()) }
            { field("text", manifest.text.as_str()) }
            { field("lang", manifest.lang.as_str()) }
            { for manifest.variant.as_deref().map(|id| field("variant", id)) }
            { field("control", layer.control()) }
            { for return_to.map(|path| field("return_to", path.as_str())) }
        </>
    }
}

/// A paragraph of plain text.
pub(super) fn p(text: &str) -> Html {
    html! { <p>{ text }</p> }
}

/// A link.
pub(super) fn link(href: &str, text: &str) -> Html {
    html! { <p><a class="vo-link" href={href.to_owned()}>{ text }</a></p> }
}

fn field(name: &'static str, value: &str) -> Html {
    html! { <input type="hidden" {name} value={value.to_owned()} /> }
}

/// A button that submits its form; all of them look the same. `busy`: it has to wait, as a no never does. `hook`: by what
/// the loader knows it, and where it stands; none: not the loader's.
pub(super) fn button(
    name: &'static str,
    value: &'static str,
    text: &str,
    busy: bool,
    hook: Option<(&'static str, Layer)>,
) -> Html {
    html! {
        <button type="submit" class="vo-button" {name} {value} data-volens={hook.map(|(act, _)| act)}
            data-control={hook.map(|(_, layer)| layer.control())}
            aria-disabled={busy.then_some("true")}>
            { text }
        </button>
    }
}
