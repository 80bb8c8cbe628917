//! The widget in the browser: carries out what [`State`] decides.

use gloo::events::EventListener;
use js_sys::Function;
use volens_core::{Mark, PurposeId};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlButtonElement, HtmlDialogElement};
use yew::prelude::*;

use super::{
    dom, http,
    pending::Pending,
    record::{self, Recorded},
};
use crate::{
    state::{Action, Button, Effect, Layer, OnRecord, Says, State, Turn},
    view::{CenterProps, FirstLayerProps, Place, Shared, center, first_layer},
};

/// The texts, and where they came from.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    manifest: Shared,
    url: AttrValue,
}

impl Props {
    pub(super) fn new(manifest: Shared, url: String) -> Self {
        Self { manifest, url: AttrValue::from(url) }
    }
}

pub(super) struct App {
    manifest: Shared,
    state: State,
    dialog: NodeRef,
    /// Gives the focus back, if the center was opened.
    back: Option<Function>,
    first_layer: FirstLayerOf,
    listeners: Vec<EventListener>,
}

/// Whose first layer is shown.
#[derive(PartialEq)]
enum FirstLayerOf {
    Server,
    Ours,
}

pub(super) enum Msg {
    Do(Action),
    Open(OnRecord, Function),
    Submit(SubmitEvent, Layer),
    Hide,
    Hidden,
    Posted(Turn, Recorded),
    Fresh(Shared),
    MayTakeOver,
}

impl Component for App {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let manifest = ctx.props().manifest.clone();
        let state = State::new(&manifest, |_| Mark::Undecided);
        let first_layer = FirstLayerOf::Server;
        Self { manifest, state, dialog: NodeRef::default(), back: None, first_layer, listeners: Vec::new() }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Do(action) => self.act(ctx, action),
            Msg::Open(record, back) => {
                self.back = Some(back);
                self.act(ctx, Action::Open(record));
            }
            Msg::Submit(event, layer) => self.submit(ctx, &event, layer),
            Msg::Hide => self.hide(),
            Msg::Hidden => {
                self.act(ctx, Action::Close);
                if let Some(back) = &self.back {
                    let _ = back.call0(&JsValue::NULL);
                }
            }
            Msg::Posted(turn, recorded) => {
                self.act(ctx, Action::Posted(turn, recorded.outcome));
                recorded.tell();
            }
            Msg::Fresh(manifest) => {
                self.state = self.state.under(&manifest);
                self.manifest = manifest;
            }
            Msg::MayTakeOver => return self.may_take_over(),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let first = FirstLayerProps {
            manifest: self.manifest.clone(),
            return_to: None,
            onsubmit: Some(link.callback(|event| taken_over(event, Layer::Banner))),
            busy: self.state.busy(),
        };
        let center_props = CenterProps {
            manifest: self.manifest.clone(),
            state: self.state.clone(),
            place: Place::Dialog,
            gpc: dom::gpc(),
            return_to: None,
            onsubmit: Some(link.callback(|event| taken_over(event, Layer::Center))),
            ontoggle: Some(link.callback(|id: PurposeId| Msg::Do(Action::Toggle(id)))),
            onclose: Some(link.callback(|_| Msg::Hide)),
        };
        html! {
            <>
                if self.first_layer == FirstLayerOf::Ours { { first_layer(&first) } }
                <dialog ref={self.dialog.clone()} class="vo-dialog" data-volens="center"
                    lang={self.manifest.lang.as_str().to_owned()} aria-labelledby="vo-center-title">
                    { center(&center_props) }
                </dialog>
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first_render: bool) {
        if first_render {
            self.listen(ctx);
        }
        // Both are in the page for no longer than it takes to get here: nothing is painted in between.
        if self.first_layer == FirstLayerOf::Ours
            && let Some(served) = dom::served_banner()
        {
            served.remove();
        }
    }
}

impl App {
    fn listen(&mut self, ctx: &Context<Self>) {
        if let Some(dialog) = self.dialog.get() {
            let link = ctx.link().clone();
            // `close` does not bubble, so Yew's delegation cannot be relied on for it.
            self.listeners.push(EventListener::new(&dialog, "close", move |_| link.send_message(Msg::Hidden)));
        }
        if dom::served_banner().is_some() {
            for event in ["pointerover", "focusin"] {
                let link = ctx.link().clone();
                let listener =
                    EventListener::new(&dom::document(), event, move |_| link.send_message(Msg::MayTakeOver));
                self.listeners.push(listener);
            }
        }
    }

    /// The first layer changes hands while nobody is at it: not under the pointer or a finger, not with the focus
    /// inside, nor behind the open center, which gives the focus back to the link it came from. The nodes of a button
    /// must be the same at pointer-down and at the click. Nor while the page hides it, which ours would not know of.
    fn may_take_over(&mut self) -> bool {
        let open = self.dialog.cast::<HtmlDialogElement>().is_some_and(|dialog| dialog.open());
        let in_use = |banner: Element| banner.matches(":hover,:active,:focus-within,[hidden]").unwrap_or(true);
        let free = !open && dom::served_banner().is_some_and(|banner| !in_use(banner));
        if free {
            self.first_layer = FirstLayerOf::Ours;
            // The dialog's own listener is the first.
            self.listeners.truncate(1);
        }
        free
    }

    fn submit(&mut self, ctx: &Context<Self>, event: &SubmitEvent, layer: Layer) {
        event.prevent_default();
        let name = event.submitter().and_then(|element| element.dyn_into::<HtmlButtonElement>().ok());
        let button = Button::named(&name.map(|button| button.name()).unwrap_or_default());
        // A yes needs a person; what a script submits may only refuse.
        if button == Button::RejectAll || (event.is_trusted() && dom::person_acted()) {
            self.act(ctx, Action::Press(button, layer));
        }
    }

    fn act(&mut self, ctx: &Context<Self>, action: Action) {
        match self.state.apply(action) {
            None => {}
            Some(Effect::Show) => self.show(),
            Some(Effect::Hide) => self.hide(),
            Some(Effect::Announce(says)) => dom::say(says.text(&self.manifest)),
            Some(Effect::Post(decisions)) => {
                let pending = record::begin(&self.manifest, &decisions);
                // The center says it by itself.
                if decisions.layer() == Layer::Banner {
                    dom::say(Says::Saving.text(&self.manifest));
                }
                self.later(ctx, Some((decisions.turn(), pending)));
            }
            Some(Effect::Refresh) => self.later(ctx, None),
        }
    }

    /// Sends what is pending, or asks for the texts anew. One future for both: each kind costs the browser half a
    /// kilobyte.
    fn later(&self, ctx: &Context<Self>, pending: Option<(Turn, Pending)>) {
        let (url, manifest) = (ctx.props().url.clone(), self.manifest.clone());
        ctx.link().send_future(async move {
            match pending {
                Some((turn, pending)) => Msg::Posted(turn, record::finish(&manifest, pending).await),
                None => Msg::Fresh(http::manifest(&url).await.unwrap_or(manifest)),
            }
        });
    }

    fn show(&self) {
        if let Some(dialog) = self.dialog.cast::<HtmlDialogElement>()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
            dom::tell("volens:ui", &dom::object(&[("center", JsValue::TRUE)]));
        }
    }

    fn hide(&self) {
        if let Some(dialog) = self.dialog.cast::<HtmlDialogElement>() {
            dialog.close();
        }
    }
}

/// The browser must not post the form too. Said while the event is on its way: a message comes too late for that.
fn taken_over(event: SubmitEvent, layer: Layer) -> Msg {
    event.prevent_default();
    Msg::Submit(event, layer)
}
