//! The page around the widget.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, Document, Element, HtmlElement};

use crate::view::Gpc;

pub(super) fn document() -> Document {
    gloo::utils::document()
}

pub(super) fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// The first layer that the server rendered.
pub(super) fn served_banner() -> Option<Element> {
    find("[data-volens=sheet]>[data-volens=banner]")
}

/// A new root at the place of the first layer, or at the end of a page that has none.
pub(super) fn root() -> Result<Element, JsValue> {
    let root = document().create_element("div")?;
    root.set_attribute("data-volens", "live")?;
    let place = find("[data-volens=sheet]").unwrap_or_else(|| gloo::utils::body().into());
    place.append_child(&root)?;
    Ok(root)
}

/// Adds a stylesheet; resolves when it is there or has failed, as a center without styles is better than none.
pub(super) fn stylesheet(css: &[String]) -> Result<Promise, JsValue> {
    let link: HtmlElement = document().create_element("link")?.unchecked_into();
    link.set_attribute("rel", "stylesheet")?;
    // A policy may ask for the nonce that the page's own scripts carry; only the property still has it.
    if let Some(config) = find("#vo-config") {
        let nonce = JsValue::from_str("nonce");
        Reflect::set(&link, &nonce, &Reflect::get(&config, &nonce)?)?;
    }
    // The hash of what comes from another host is checked only if it may be read.
    link.set_attribute("crossorigin", "")?;
    for (name, value) in ["href", "integrity"].into_iter().zip(css) {
        link.set_attribute(name, value)?;
    }
    gloo::utils::head().append_child(&link)?;
    Ok(Promise::new(&mut |done, _| {
        link.set_onload(Some(&done));
        link.set_onerror(Some(&done));
    }))
}

/// Says `text` where the page says things.
pub(super) fn say(text: &str) {
    if let Some(status) = find("[data-volens=status]") {
        status.set_text_content(Some(text));
    }
}

/// Tells the loader.
pub(super) fn tell(event: &str, detail: &JsValue) {
    let init = object(&[("bubbles", JsValue::TRUE), ("detail", detail.clone())]);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(event, init.unchecked_ref()) {
        let _ = document().dispatch_event(&event);
    }
}

/// Whether a person has just acted; a browser that cannot tell leaves it to the event.
pub(super) fn person_acted() -> bool {
    let activation = navigator("userActivation");
    activation.is_undefined() || get(&activation, "isActive").is_truthy()
}

/// Only `true` is the signal.
pub(super) fn gpc() -> Gpc {
    if navigator("globalPrivacyControl") == JsValue::TRUE { Gpc::Sent } else { Gpc::NotSent }
}

/// What the browser has under `name`; undefined where it does not know it.
pub(super) fn navigator(name: &str) -> JsValue {
    get(&gloo::utils::window().navigator(), name)
}

pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

pub(super) fn function(object: &JsValue, name: &str) -> Option<Function> {
    get(object, name).dyn_into().ok()
}

/// An object with these members, in this order. One import does for all kinds of them.
pub(super) fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

pub(super) fn json(value: &JsValue) -> String {
    JSON::stringify(value).map(String::from).unwrap_or_default()
}
