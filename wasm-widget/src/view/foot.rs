//! The foot of every page: the way back, as easy as the way in.

use yew::prelude::*;

use super::{
    Shared,
    form::{action, hidden},
};
use crate::state::Layer;

/// What [`Foot`] needs.
#[derive(Clone, Debug, PartialEq, Properties)]
#[allow(clippy::exhaustive_structs, reason = "props are made by `html!`")]
pub struct FootProps {
    /// The texts.
    pub manifest: Shared,
    /// Where the form leads without script; none: where it came from.
    #[prop_or_default]
    pub return_to: Option<AttrValue>,
}

/// A link to the settings and a form that withdraws everything.
#[component]
pub fn Foot(props: &FootProps) -> Html {
    let manifest = &props.manifest;
    let labels = &manifest.labels;
    html! {
        <div class="vo-foot" id="cookie-settings" lang={manifest.lang.as_str().to_owned()} dir={manifest.lang.dir()}>
            <a class="vo-link" data-volens="show-preferences" href={manifest.settings_url.clone()}>
                { labels.foot_open.as_ref() }
            </a>
            <form method="post" action={action(manifest)}>
                { hidden(manifest, Layer::Foot, props.return_to.as_ref()) }
                <button type="submit" class="vo-link" name="reject" value="all" data-volens="reject-all"
                    data-control={Layer::Foot.control()} title={labels.withdraw_note.to_string()}>
                    { labels.withdraw_all.as_ref() }
                </button>
            </form>
        </div>
    }
}
