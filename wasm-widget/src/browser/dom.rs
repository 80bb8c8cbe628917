//! The page around the widget.

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Document, Element, HtmlElement};

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
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(event, &init) {
        let _ = document().dispatch_event(&event);
    }
}

/// Back to `opener`; if it is gone, to what was said.
pub(super) fn focus_back(opener: Option<&HtmlElement>) {
    let visible = |element: &&HtmlElement| element.is_connected() && element.get_client_rects().length() > 0;
    if let Some(opener) = opener.filter(visible) {
        let _ = opener.focus();
    } else if let Some(status) = find("[data-volens=status]") {
        let _ = status.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Whether a person has just acted; a browser that cannot tell leaves it to the event.
pub(super) fn person_acted() -> bool {
    let read =
        |object: &JsValue, key: &str| Reflect::get(object, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED);
    let activation = read(&gloo::utils::window().navigator(), "userActivation");
    activation.is_undefined() || read(&activation, "isActive").is_truthy()
}
