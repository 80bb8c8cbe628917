//! The widget's own requests.

use wasm_bindgen::{JsCast, JsError, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::dom::object;
use crate::{read, view::Shared};

/// What a server answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
}

/// The texts, asked for anew if the server may have newer ones.
pub(super) async fn manifest(url: &str) -> Result<Shared, JsValue> {
    let answer = fetch(url, &JsValue::UNDEFINED).await?;
    read::manifest(&answer.text).ok_or_else(|| JsError::new("volens: the manifest is not readable").into())
}

/// Posts JSON; the request outlives the page.
pub(super) async fn post(url: &str, key: &str, body: &str) -> Result<Answer, JsValue> {
    let headers = object(&[("Content-Type", "application/json".into()), ("Idempotency-Key", key.into())]);
    let init = object(&[
        ("method", "POST".into()),
        ("headers", headers),
        ("body", body.into()),
        ("keepalive", JsValue::TRUE),
        // To a host of its own too; "same-origin" is what goes without saying.
        ("credentials", "include".into()),
    ]);
    fetch(url, &init).await
}

async fn fetch(url: &str, init: &JsValue) -> Result<Answer, JsValue> {
    let promise = gloo::utils::window().fetch_with_str_and_init(url, init.unchecked_ref());
    let response: Response = JsFuture::from(promise).await?.unchecked_into();
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok(Answer { status: response.status(), text })
}
