//! The cookie center: every purpose, who takes part, what is kept, and three answers of the same weight.

use volens_core::{
    PurposeId,
    labels::fill,
    manifest::{PartyView, Role},
};
use yew::prelude::*;

use super::{
    Shared,
    form::{action, button, hidden, link, p},
    purpose::purpose,
};
use crate::state::{Layer, State};

/// What [`Center`] needs.
#[derive(Clone, Debug, PartialEq, Properties)]
#[allow(clippy::exhaustive_structs, reason = "props are made by `html!`")]
pub struct CenterProps {
    /// The texts.
    pub manifest: Shared,
    /// What the switches show.
    pub state: State,
    /// In a dialog or on a page of its own.
    pub place: Place,
    /// Whether the browser sends Global Privacy Control, which is then acknowledged.
    #[prop_or_default]
    pub gpc: Gpc,
    /// Where the form leads without script; none: where it came from.
    #[prop_or_default]
    pub return_to: Option<AttrValue>,
    /// Takes over from the form in the browser.
    #[prop_or_default]
    pub onsubmit: Option<Callback<SubmitEvent>>,
    /// A switch was moved.
    #[prop_or_default]
    pub ontoggle: Option<Callback<PurposeId>>,
    /// The close button was pressed.
    #[prop_or_default]
    pub onclose: Option<Callback<MouseEvent>>,
}

/// Where the center stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a center is one or the other")]
pub enum Place {
    /// In a dialog, with a close button.
    Dialog,
    /// On the settings page.
    Page,
}

/// Global Privacy Control, the browser's own "do not sell or share".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "it is sent or it is not")]
pub enum Gpc {
    /// The visitor has set it.
    Sent,
    /// Not set, or unknown to the browser.
    #[default]
    NotSent,
}

impl Place {
    const fn layer(self) -> Layer {
        match self {
            Self::Dialog => Layer::Center,
            Self::Page => Layer::Settings,
        }
    }
}

/// The cookie center.
#[component]
pub fn Center(props: &CenterProps) -> Html {
    center(props)
}

/// The same as a plain function: a component inside a component costs the browser kilobytes.
pub fn center(props: &CenterProps) -> Html {
    let CenterProps { manifest, state, place, .. } = props;
    let labels = &manifest.labels;
    let busy = state.busy();
    let says = state.says().map(|says| says.text(manifest).to_owned());
    html! {
        <form class="vo-center" method="post" action={action(manifest)} onsubmit={props.onsubmit.clone()}>
            { head(props) }
            <div class="vo-center-body" tabindex={(*place == Place::Dialog).then_some("0")}
                role={(*place == Place::Dialog).then_some("group")}
                aria-labelledby={(*place == Place::Dialog).then_some("vo-center-title")}>
                <p class="vo-intro">{ labels.center_intro.as_ref() }</p>
                if props.gpc == Gpc::Sent { <p class="vo-gpc">{ labels.gpc.as_ref() }</p> }
                { for manifest.purposes.iter().map(|view| purpose(manifest, view, state, *place, props.ontoggle.as_ref())) }
                { about(manifest) }
            </div>
            { hidden(manifest, place.layer(), props.return_to.as_ref()) }
            <div class="vo-center-foot">
                <p class="vo-center-says" role="status">{ says }</p>
                <div class="vo-buttons">
                    <button type="submit" class="vo-button" name="save" value="1" data-volens="save"
                        aria-disabled={busy.then_some("true")}>
                        { labels.save.as_ref() }
                    </button>
                    { button("reject", "all", &labels.reject_all, false, None) }
                    { button("accept", "all", &labels.accept_all, busy, None) }
                </div>
            </div>
        </form>
    }
}

fn head(props: &CenterProps) -> Html {
    let labels = &props.manifest.labels;
    match props.place {
        Place::Page => Html::default(),
        Place::Dialog => html! {
            <div class="vo-center-head">
                <h2 id="vo-center-title">{ labels.center_title.as_ref() }</h2>
                <button type="button" class="vo-close" aria-label={labels.close.to_string()}
                    onclick={props.onclose.clone()}></button>
            </div>
        },
    }
}

/// Who is responsible, and under which text.
fn about(manifest: &Shared) -> Html {
    let labels = &manifest.labels;
    let policy = &manifest.policy;
    let named = fill(
        &labels.policy,
        &[("title", &policy.title), ("version", &policy.version), ("effective", &policy.effective)],
    );
    html! {
        <div class="vo-about">
            { p(&labels.parties) }
            <ul>{ for manifest.controllers.iter().map(|view| party(manifest, view)) }</ul>
            { link(&policy.url, &named) }
            { link(&manifest.list_url, &labels.list_link) }
        </div>
    }
}

fn party(manifest: &Shared, view: &PartyView) -> Html {
    let labels = &manifest.labels;
    let role = match view.role {
        Role::Controller => &labels.role_controller,
        Role::Joint => &labels.role_joint,
        Role::Affiliate => &labels.role_affiliate,
        Role::Parent => &labels.role_parent,
    };
    html! { <li>{ [&view.name, " (", &view.country, "), ", role].concat() }</li> }
}
