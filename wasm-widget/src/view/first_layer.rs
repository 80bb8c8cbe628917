//! The first layer: one question, two answers of the same weight, one way to the details.

use yew::prelude::*;

use super::{
    Shared,
    form::{action, button, hidden},
};
use crate::state::Layer;

/// What [`FirstLayer`] and [`Sheet`] need.
#[derive(Clone, Debug, PartialEq, Properties)]
#[allow(clippy::exhaustive_structs, reason = "props are made by `html!`")]
pub struct FirstLayerProps {
    /// The texts.
    pub manifest: Shared,
    /// Where the form leads without script; none: where it came from.
    #[prop_or_default]
    pub return_to: Option<AttrValue>,
    /// Takes over from the form in the browser, where the buttons are the loader's without it.
    #[prop_or_default]
    pub onsubmit: Option<Callback<SubmitEvent>>,
    /// Whether a choice is on its way.
    #[prop_or_default]
    pub busy: bool,
}

/// The first layer. A region, not a dialog: the page stays usable and keeps the focus. In a sheet something has to come
/// after it (see [`Sheet`]): while it is the last thing there, it may be half of what the page will bring.
#[component]
pub fn FirstLayer(props: &FirstLayerProps) -> Html {
    first_layer(props)
}

/// The same as a plain function: a component inside a component costs the browser kilobytes.
pub fn first_layer(props: &FirstLayerProps) -> Html {
    let FirstLayerProps { manifest, return_to, onsubmit, busy } = props;
    let labels = &manifest.labels;
    let hook = |act| onsubmit.is_none().then_some((act, Layer::Banner));
    html! {
        <section class="vo-banner" data-volens="banner" lang={manifest.lang.as_str().to_owned()}
            aria-label={labels.banner_name.to_string()}>
            <form method="post" action={action(manifest)} onsubmit={onsubmit.clone()}>
                <div class="vo-words">
                    <p class="vo-lead">{ manifest.lead.clone() }</p>
                    <p>{ manifest.rest.clone() }</p>
                    <p class="vo-gpc">{ labels.gpc.as_ref() }</p>
                </div>
                { hidden(manifest, Layer::Banner, return_to.as_ref()) }
                <div class="vo-buttons">
                    { button("reject", "all", &labels.reject_all, false, hook("reject-all")) }
                    { button("accept", "all", &labels.accept_all, *busy, hook("accept-all")) }
                    <div class="vo-links">
                        <a class="vo-link" data-volens="show-preferences" href={manifest.settings_url.clone()}>
                            { labels.choose.as_ref() }
                        </a>
                        <a class="vo-link" href={manifest.privacy_url.clone()}>{ labels.privacy_link.as_ref() }</a>
                    </div>
                </div>
            </form>
        </section>
    }
}

/// First in the page: what was said, and the first layer if there is anything to ask. The browser puts the center into
/// it too, which is why it says which way the language is written.
#[component]
pub fn Sheet(props: &FirstLayerProps) -> Html {
    let asks = props.manifest.choices().next().is_some();
    html! {
        <div class="vo-sheet" data-volens="sheet" dir={props.manifest.lang.dir()}
            data-position={props.manifest.position.code()}>
            <Status close={props.manifest.labels.dismiss.to_string()} lang={props.manifest.lang.as_str().to_owned()} />
            if asks {
                <FirstLayer ..props.clone() />
                // What follows the first layer says that it has arrived whole.
                { frame(&props.manifest) }
            }
        </div>
    }
}

/// What stands in the place of a frame that is not allowed; the loader fills it in.
fn frame(manifest: &Shared) -> Html {
    html! {
        <template id="vo-frame">
            <div class="vo-frame" lang={manifest.lang.as_str().to_owned()} dir={manifest.lang.dir()}>
                <p>{ manifest.labels.placeholder.as_ref() }</p>
                <button type="button" class="vo-button" data-volens="allow">
                    { manifest.labels.placeholder_allow.as_ref() }
                </button>
            </div>
        </template>
    }
}

/// What [`Status`] needs.
#[derive(Clone, Debug, PartialEq, Properties)]
#[allow(clippy::exhaustive_structs, reason = "props are made by `html!`")]
pub struct StatusProps {
    /// The name of its close button.
    pub close: AttrValue,
    /// Its language.
    pub lang: AttrValue,
}

/// Where messages appear. It is in the page, empty, from the start: a live region that arrives together with its
/// text is not read out.
#[component]
pub fn Status(props: &StatusProps) -> Html {
    html! {
        <div class="vo-status" lang={props.lang.clone()}>
            <p data-volens="status" role="status" tabindex="-1"></p>
            <button type="button" class="vo-close" data-volens="hide-status" aria-label={props.close.clone()}></button>
        </div>
    }
}
