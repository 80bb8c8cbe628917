//! A choice on its way, written down before it is posted so that it survives a closed tab, a dead network, and a
//! second click. The loader reads and writes the same.

use volens_core::manifest::Manifest;
use wasm_bindgen::JsValue;
use web_sys::Storage;

use super::dom::{function, get, json, object};
use crate::{
    read::Node,
    state::{Decisions, Draft},
};

const ITEM: &str = "volens.pending";

pub(super) struct Pending {
    /// 128 random bits, made at the click.
    pub(super) key: String,
    pub(super) body: Body,
    /// How much of what it names the page held to be refused once it was told of it.
    refused: usize,
}

/// What is posted.
#[derive(PartialEq)]
pub(super) struct Body {
    pub(super) lang: String,
    pub(super) notice: String,
    pub(super) text: String,
    pub(super) variant: Option<String>,
    pub(super) control: String,
    pub(super) purposes: Said,
    pub(super) claimed_at: String,
}

/// Yes or no by purpose, in id order.
pub(super) type Said = Vec<(String, bool)>;

impl Body {
    /// The members are in the loader's order, as it compares texts.
    pub(super) fn object(&self) -> JsValue {
        object(&[
            ("lang", self.lang.as_str().into()),
            ("notice", self.notice.as_str().into()),
            ("text", self.text.as_str().into()),
            // Left out where there is none: JSON knows no undefined.
            ("variant", self.variant.as_deref().map_or(JsValue::UNDEFINED, Into::into)),
            ("control", self.control.as_str().into()),
            ("purposes", as_object(&self.purposes)),
            ("claimed_at", self.claimed_at.as_str().into()),
        ])
    }
}

impl Pending {
    /// The pending choice if it says the same, so that it arrives once; a new one otherwise.
    pub(super) fn of(manifest: &Manifest, decisions: &Decisions) -> Self {
        let said = decisions.purposes().iter().map(|(id, draft)| (id.as_str().to_owned(), *draft == Draft::On));
        Self::waiting_or_new(Body {
            lang: manifest.lang.as_str().to_owned(),
            notice: manifest.notice.as_str().to_owned(),
            text: manifest.text.as_str().to_owned(),
            variant: manifest.variant.clone(),
            control: decisions.layer().control().to_owned(),
            purposes: said.collect(),
            claimed_at: String::from(js_sys::Date::new_0().to_iso_string()),
        })
    }

    /// The refusals in it alone; they count under any text.
    pub(super) fn refusals(self) -> Option<Self> {
        let mut body = self.body;
        body.purposes.retain(|(_, yes)| !*yes);
        (!body.purposes.is_empty()).then(|| Self::new(body))
    }

    pub(super) fn grants(&self) -> bool {
        self.body.purposes.iter().any(|(_, yes)| *yes)
    }

    /// Must be called once the loader has been told of it.
    pub(super) fn begun(&mut self) {
        self.refused = self.refused_now();
    }

    /// Whether no other choice, here or in another tab, has taken its place. Where storage keeps nothing, the page's own
    /// word has to do: a no that came later shows in it.
    pub(super) fn newest(&self) -> bool {
        waiting().map_or_else(|| self.refused_now() <= self.refused, |last| last.key == self.key)
    }

    fn refused_now(&self) -> usize {
        let purposes = get(&page_state(), "purposes");
        let refused = JsValue::from_str("refused");
        self.body.purposes.iter().filter(|(id, _)| get(&purposes, id) == refused).count()
    }

    pub(super) fn keep(&self) -> String {
        let text = json(&object(&[("key", self.key.as_str().into()), ("body", self.body.object())]));
        store(ITEM, Some(&text));
        text
    }

    /// What was refused before and is still on its way stays refused, unless `body` says otherwise.
    fn waiting_or_new(mut body: Body) -> Self {
        if let Some(mut last) = waiting() {
            for (id, yes) in &last.body.purposes {
                if !*yes && body.purposes.iter().all(|(named, _)| named != id) {
                    body.purposes.push((id.clone(), false));
                }
            }
            let claimed_at = std::mem::replace(&mut last.body.claimed_at, body.claimed_at.clone());
            if last.body == body {
                last.body.claimed_at = claimed_at;
                return last;
            }
        }
        Self::new(body)
    }

    fn new(body: Body) -> Self {
        Self { key: key(), body, refused: 0 }
    }
}

/// Nothing is on its way any more.
pub(super) fn forget() {
    store(ITEM, None);
}

/// What is kept under `item`; nothing where storage is blocked.
pub(super) fn stored(item: &str) -> Option<Node> {
    Node::parse(&storage()?.get_item(item).ok()??)
}

/// Keeps `text` as `item`, or nothing. A full storage takes nothing new; what was kept before must not stay for it. It
/// goes only then: other tabs would act on a moment without it.
pub(super) fn store(item: &str, text: Option<&str>) {
    if let Some(storage) = storage()
        && text.is_none_or(|text| storage.set_item(item, text).is_err())
    {
        let _ = storage.remove_item(item);
    }
}

/// What the loader says that holds.
fn page_state() -> JsValue {
    let volens = get(&gloo::utils::window(), "volens");
    function(&volens, "state").and_then(|state| state.call0(&volens).ok()).unwrap_or(JsValue::UNDEFINED)
}

fn storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok().flatten()
}

fn waiting() -> Option<Pending> {
    let node = stored(ITEM)?;
    let body = node.get("body");
    Some(Pending {
        key: node.get("key").into_text()?,
        body: Body {
            lang: body.text("lang"),
            notice: body.text("notice"),
            text: body.text("text"),
            variant: body.get("variant").into_text(),
            control: body.text("control"),
            purposes: body.get("purposes").into_answers(),
            claimed_at: body.text("claimed_at"),
        },
        refused: 0,
    })
}

pub(super) fn as_object(said: &Said) -> JsValue {
    let members: Vec<_> = said.iter().map(|(id, yes)| (id.as_str(), JsValue::from_bool(*yes))).collect();
    object(&members)
}

fn key() -> String {
    let mut bits = [0; 16];
    // Without it the server makes no difference between a retry and a new choice, and still records what was said.
    if let Ok(crypto) = gloo::utils::window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bits);
    }
    let digits = bits.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
