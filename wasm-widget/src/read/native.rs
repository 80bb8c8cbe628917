//! JSON as `serde_json` reads it.

use serde_json::Value;

/// A JSON value, or nothing.
#[derive(Clone)]
pub(crate) struct Node(Value);

impl Node {
    pub(crate) fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    pub(crate) fn get(&self, key: &str) -> Self {
        Self(self.0.get(key).cloned().unwrap_or_default())
    }

    pub(crate) fn into_text(self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    pub(crate) fn into_items(self) -> Vec<Self> {
        self.0.as_array().map(|items| items.iter().cloned().map(Self).collect()).unwrap_or_default()
    }
}
