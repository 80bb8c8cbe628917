//! Stills: a state of banner, center or settings page, made by the components that visitors meet, held in place.

use std::collections::BTreeMap;

use volens_core::Mark;
use volens_core::labels::fill;
use volens_core::manifest::Manifest;
use volens_widget::page::{Assets, escape, settings_page, snippet};
use volens_widget::state::{Action, Button, Effect, Layer, OnRecord, Outcome, State};
use volens_widget::view::{Center, CenterProps, Gpc, Place, Shared};
use yew::ServerRenderer;

/// What a still shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    /// The first layer, nothing decided.
    FirstLayer(Gpc),
    /// A message, with the first layer still there or gone.
    Said(Message, Asks),
    /// The center, open.
    Center(Draft),
    /// What stands in the place of a frame that is not allowed.
    Placeholder,
    /// The settings page.
    Settings(Draft),
}

/// The messages of the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    Saving,
    All,
    None,
    Some,
    Failed,
    Later,
    Changed,
    Provider,
    Blocked,
    Discarded,
}

/// Whether the first layer still asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    Still,
    NoMore,
}

/// What the switches show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Draft {
    /// Nothing decided.
    Fresh,
    /// Nothing decided, and the browser sends Global Privacy Control.
    Signal,
    /// One allowed, two refused.
    Some,
    /// All allowed.
    All,
    /// Nothing decided, and what is behind each purpose unfolded.
    Unfolded,
    /// A choice on its way.
    Saving,
    /// A choice that could not be saved.
    Failed,
}

/// All scenes, by the name in the address.
pub(super) const SCENES: [(&str, Scene); 24] = [
    ("first-layer", Scene::FirstLayer(Gpc::NotSent)),
    ("first-layer-gpc", Scene::FirstLayer(Gpc::Sent)),
    ("said-saving", Scene::Said(Message::Saving, Asks::NoMore)),
    ("said-all", Scene::Said(Message::All, Asks::NoMore)),
    ("said-none", Scene::Said(Message::None, Asks::NoMore)),
    ("said-some", Scene::Said(Message::Some, Asks::NoMore)),
    ("said-provider", Scene::Said(Message::Provider, Asks::NoMore)),
    ("said-discarded", Scene::Said(Message::Discarded, Asks::Still)),
    ("error-failed", Scene::Said(Message::Failed, Asks::Still)),
    ("error-later", Scene::Said(Message::Later, Asks::NoMore)),
    ("error-changed", Scene::Said(Message::Changed, Asks::Still)),
    ("error-blocked", Scene::Said(Message::Blocked, Asks::NoMore)),
    ("center", Scene::Center(Draft::Fresh)),
    ("center-gpc", Scene::Center(Draft::Signal)),
    ("center-some", Scene::Center(Draft::Some)),
    ("center-all", Scene::Center(Draft::All)),
    ("center-many", Scene::Center(Draft::Unfolded)),
    ("center-saving", Scene::Center(Draft::Saving)),
    ("center-failed", Scene::Center(Draft::Failed)),
    ("placeholder", Scene::Placeholder),
    ("settings", Scene::Settings(Draft::Fresh)),
    ("settings-some", Scene::Settings(Draft::Some)),
    ("settings-all", Scene::Settings(Draft::All)),
    ("settings-many", Scene::Settings(Draft::Unfolded)),
];

/// The parts of a still.
#[derive(Debug)]
pub(super) enum Still {
    /// The banner, the foot, and what stands in the page between them.
    Page { banner: String, foot: String, inside: String, asks: Asks, gpc: Gpc },
    /// A page of its own.
    Whole(String),
}

/// Renders a scene; none if the components' markup is not what this module knows.
pub(super) async fn still(scene: Scene, manifest: Manifest, assets: &Assets) -> Option<Still> {
    if let Scene::Settings(draft) = scene {
        let said = matches!(draft, Draft::Some | Draft::All).then(|| message(Message::Some, &manifest));
        let granted = manifest
            .choices()
            .enumerate()
            .filter(|_| !matches!(draft, Draft::Fresh | Draft::Unfolded))
            .map(|(place, purpose)| (purpose.id.clone(), draft == Draft::All || place == 0))
            .collect::<BTreeMap<_, _>>();
        // One of the states shows that the signal was seen.
        let gpc = if draft == Draft::Fresh { Gpc::Sent } else { Gpc::NotSent };
        let here = "/demo/gallery";
        let page = settings_page(&manifest, assets, &granted, here, here, said.as_deref(), gpc).await;
        return Some(Still::Whole(if draft == Draft::Unfolded { unfolded(&page) } else { page }));
    }
    let parts = snippet(&manifest, assets, &[], None).await;
    let (mut banner, mut inside, mut shown, mut seen) = (parts.banner, String::new(), Asks::NoMore, Gpc::NotSent);
    match scene {
        Scene::FirstLayer(gpc) => (shown, seen) = (Asks::Still, gpc),
        Scene::Said(what, asks) => {
            let (before, after) = banner.split_once("role=\"status\" tabindex=\"-1\">")?;
            banner = [before, "role=\"status\" tabindex=\"-1\">", &escape(&message(what, &manifest)), after].concat();
            shown = asks;
        }
        Scene::Center(draft) => {
            banner = [banner.strip_suffix("</div>")?, &center(draft, manifest).await, "</div>"].concat();
        }
        Scene::Placeholder => inside = placeholder(&banner, &manifest)?,
        Scene::Settings(_) => {}
    }
    Some(Still::Page { banner, foot: parts.foot, inside, asks: shown, gpc: seen })
}

fn message(what: Message, manifest: &Manifest) -> String {
    let labels = &manifest.labels;
    let name = |title: &str| [("names", title.to_owned())];
    let title = manifest.choices().next().map_or("", |purpose| purpose.title.as_str());
    let (text, values) = match what {
        Message::Saving => (&labels.saving, name("")),
        Message::All => (&labels.saved_all, name("")),
        Message::None => (&labels.saved_none, name("")),
        Message::Some => (&labels.saved_some, name(title)),
        Message::Failed => (&labels.not_saved, name("")),
        Message::Later => (&labels.not_saved_refusal, name("")),
        Message::Changed => (&labels.notice_changed, name("")),
        Message::Blocked => (&labels.no_storage, name("")),
        Message::Discarded => (&labels.discarded, name("")),
        Message::Provider => (&labels.provider_deletes, name("_lysning_uid (Lysning ApS)")),
    };
    let [(key, value)] = &values;
    let said = fill(text, &[(key, value)]);
    if what == Message::Provider { [&labels.saved_none, " ", &said].concat() } else { said }
}

/// The open dialog, as the browser's own code puts it around the center.
async fn center(draft: Draft, manifest: Manifest) -> String {
    let (lang, marks) = (manifest.lang.clone(), manifest.choices().enumerate());
    let marks = marks.map(|(place, purpose)| {
        let mark = match draft {
            Draft::Fresh | Draft::Signal | Draft::Unfolded => Mark::Undecided,
            Draft::All => Mark::Granted,
            _ if place == 0 => Mark::Granted,
            _ => Mark::Refused,
        };
        (purpose.id.as_str().to_owned(), mark)
    });
    let record = OnRecord { notice: manifest.notice.as_str().to_owned(), marks: marks.collect() };
    let (mut state, _) = State::new(&manifest, |_| Mark::Undecided).reduce(Action::Open(record));
    if matches!(draft, Draft::Saving | Draft::Failed) {
        let (pressed, effect) = state.reduce(Action::Press(Button::AcceptAll, Layer::Center));
        state = pressed;
        if draft == Draft::Failed
            && let Some(Effect::Post(decisions)) = effect
        {
            (state, _) = state.reduce(Action::Posted(decisions.turn(), Outcome::Failed));
        }
    }
    let html = ServerRenderer::<Center>::with_props(move || CenterProps {
        manifest: Shared::new(manifest),
        state,
        place: Place::Dialog,
        gpc: if draft == Draft::Signal { Gpc::Sent } else { Gpc::NotSent },
        return_to: None,
        onsubmit: None,
        ontoggle: None,
        onclose: None,
    });
    let html = html.hydratable(false).render().await;
    let html = if draft == Draft::Unfolded { unfolded(&html) } else { html };
    let open = "<dialog open class=\"vo-dialog\" data-volens=\"center\" aria-labelledby=\"vo-center-title\" lang=\"";
    [open, lang.as_str(), "\">", &html, "</dialog>"].concat()
}

fn unfolded(html: &str) -> String {
    html.replace("<details>", "<details open>")
}

/// What the loader makes of the template in the sheet.
fn placeholder(banner: &str, manifest: &Manifest) -> Option<String> {
    let (_, from) = banner.split_once("<template id=\"vo-frame\">")?;
    let (template, _) = from.split_once("</template>")?;
    let purpose = manifest.choices().nth(1)?;
    let provider = purpose.services.first().map_or("", |service| service.provider.as_str());
    Some(fill(template, &[("provider", &escape(provider)), ("purpose", &escape(&purpose.title))]))
}
