//! One purpose: its switch, what happens, and who takes part.

use volens_core::{
    Mark, PurposeId,
    manifest::{Control, PurposeView},
};
use yew::prelude::*;

use super::{Place, Shared, service::service};
use crate::state::{Draft, State};

pub(super) fn purpose(
    manifest: &Shared,
    view: &PurposeView,
    state: &State,
    place: Place,
    ontoggle: Option<&Callback<PurposeId>>,
) -> Html {
    let labels = &manifest.labels;
    let id = ["vo-p-", view.id.as_str()].concat();
    let about = [&id, "-about"].concat();
    let title = match view.control {
        Control::Choice => html! { <label for={id.clone()}>{ view.title.clone() }</label> },
        Control::Always => html! { { view.title.clone() } },
    };
    html! {
        <section class="vo-purpose" key={view.id.as_str()}>
            <div class="vo-purpose-head">
                { heading(place, title) }
                { control(manifest, view, state, id, &about, ontoggle) }
            </div>
            <p id={about}>{ view.description.clone() }</p>
            <p class="vo-basis">{ [labels.basis.as_ref(), ": ", &view.basis].concat() }</p>
            if !view.services.is_empty() {
                <details>
                    <summary>{ labels.details.as_ref() }{ for count(view) }</summary>
                    { for view.services.iter().map(|one| service(manifest, one)) }
                </details>
            }
        </section>
    }
}

/// Services of the page's outline: below its `h1` on the settings page, below the dialog's `h2` in the center.
fn heading(place: Place, title: Html) -> Html {
    match place {
        Place::Page => html! { <h2>{ title }</h2> },
        Place::Dialog => html! { <h3>{ title }</h3> },
    }
}

fn control(
    manifest: &Shared,
    view: &PurposeView,
    state: &State,
    id: String,
    about: &str,
    ontoggle: Option<&Callback<PurposeId>>,
) -> Html {
    let labels = &manifest.labels;
    if view.control == Control::Always {
        return html! { <span class="vo-always">{ labels.always_on.as_ref() }</span> };
    }
    let onchange = ontoggle.map(|toggle| {
        let (toggle, id) = (toggle.clone(), view.id.clone());
        Callback::from(move |_: Event| toggle.emit(id.clone()))
    });
    html! {
        <span class="vo-switch">
            if state.recorded(&view.id) == Mark::Undecided && state.draft(&view.id) == Draft::Off {
                <span class="vo-undecided">{ labels.undecided.as_ref() }</span>
            } else {
                <span class="vo-state" aria-hidden="true">
                    <span class="vo-on">{ labels.on.as_ref() }</span>
                    <span class="vo-off">{ labels.off.as_ref() }</span>
                </span>
            }
            <input type="checkbox" role="switch" {id} name={["p.", view.id.as_str()].concat()}
                checked={state.draft(&view.id) == Draft::On} aria-describedby={about.to_owned()} {onchange} />
        </span>
    }
}

/// How many items are kept, so that the summary is worth a look.
fn count(view: &PurposeView) -> Option<Html> {
    let mut left: usize = view.services.iter().map(|service| service.items.len()).sum();
    // Digit by digit: nothing else in the browser needs what is behind `to_string`.
    let mut digits = String::new();
    while left > 0 {
        digits.insert(0, char::from_digit(u32::try_from(left % 10).ok()?, 10)?);
        left /= 10;
    }
    (!digits.is_empty()).then(|| html! { <span class="vo-count">{ digits }</span> })
}
