//! JSON as the browser reads it.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::JsValue;

/// A JSON value, or nothing.
#[derive(Clone)]
pub(crate) struct Node(JsValue);

impl Node {
    pub(crate) fn parse(json: &str) -> Option<Self> {
        JSON::parse(json).ok().map(Self)
    }

    pub(crate) fn get(&self, key: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED))
    }

    pub(crate) fn into_text(self) -> Option<String> {
        self.0.as_string()
    }

    pub(crate) fn into_items(self) -> Vec<Self> {
        if Array::is_array(&self.0) { Array::from(&self.0).iter().map(Self).collect() } else { Vec::new() }
    }

    /// The members that are true or false.
    pub(crate) fn into_answers(self) -> Vec<(String, bool)> {
        let Some(object) = Object::try_from(&self.0) else { return Vec::new() };
        let names = Object::keys(object);
        let answer = |name: JsValue| {
            let yes = Reflect::get(&self.0, &name).ok()?.as_bool()?;
            Some((name.as_string()?, yes))
        };
        names.iter().filter_map(answer).collect()
    }
}
