//! The widget's own requests.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsError, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

use crate::{read, view::Shared};

/// What a server answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
}

/// The texts, asked for anew if the server may have newer ones.
pub(super) async fn manifest(url: &str) -> Result<Shared, JsValue> {
    let answer = fetch(url, &RequestInit::new()).await?;
    read::manifest(&answer.text).ok_or_else(|| JsError::new("volens: the manifest is not readable").into())
}

/// Posts JSON; the request outlives the page.
pub(super) async fn post(url: &str, key: &str, body: &str) -> Result<Answer, JsValue> {
    let headers = Headers::new()?;
    headers.set("Content-Type", "application/json")?;
    headers.set("Idempotency-Key", key)?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(body));
    Reflect::set(&init, &JsValue::from_str("keepalive"), &JsValue::TRUE)?;
    // To a host of its own too; "same-origin" is what goes without saying.
    Reflect::set(&init, &JsValue::from_str("credentials"), &JsValue::from_str("include"))?;
    fetch(url, &init).await
}

async fn fetch(url: &str, init: &RequestInit) -> Result<Answer, JsValue> {
    let promise = gloo::utils::window().fetch_with_str_and_init(url, init);
    let response: Response = JsFuture::from(promise).await?.unchecked_into();
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok(Answer { status: response.status(), text })
}
