//! What the page says about itself and about where things are.

use wasm_bindgen::{JsError, JsValue};

use super::dom;
use crate::read::Node;

pub(super) struct Config {
    /// Where the texts are.
    pub(super) manifest: String,
    /// Address and hash of the center's styles.
    pub(super) css: Vec<String>,
    /// The page's notice.
    pub(super) notice: String,
    /// The ids of its choices.
    pub(super) ids: Vec<String>,
}

pub(super) fn read() -> Result<Config, JsValue> {
    let text = dom::find("#vo-config").and_then(|element| element.text_content()).unwrap_or_default();
    parse(&text).ok_or_else(|| JsError::new("volens: #vo-config is not readable").into())
}

fn parse(text: &str) -> Option<Config> {
    let node = Node::parse(text)?;
    Some(Config {
        manifest: node.text("manifest"),
        css: node.list("css", Node::to_text),
        notice: node.get("shown").text("notice"),
        ids: node.list("ids", Node::to_text),
    })
}
