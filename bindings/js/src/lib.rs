//! The verifier as JavaScript calls it: text in, JSON out. `npm/verifier.js` makes objects and errors of it.

mod answer;
mod options;

use volens_core::Timestamp;
use volens_verify::{StatusLists, Verifier};
use wasm_bindgen::prelude::wasm_bindgen;

/// A configured verifier.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Core(Verifier);

#[wasm_bindgen]
impl Core {
    /// Reads options and a key set, both JSON.
    ///
    /// # Errors
    /// `{"code","message"}` as JSON: a mistake in the caller's configuration.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, jwks: &str) -> Result<Core, String> {
        options::verifier(options, jwks, None).map(Self).map_err(|error| answer::json(&error))
    }

    /// The same, asking these lists.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn asking(options: &str, jwks: &str, lists: &Lists) -> Result<Core, String> {
        options::verifier(options, jwks, Some(&lists.0)).map(Self).map_err(|error| answer::json(&error))
    }

    /// `{"consent"}` or `{"refused"}`, as JSON, at so many milliseconds after 1970-01-01T00:00:00Z.
    pub fn verify(&self, token: &str, now: f64) -> String {
        answer::of(&self.0.verify_at(token, instant(now)))
    }
}

/// The status lists that are at hand.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Lists(StatusLists);

#[wasm_bindgen]
impl Lists {
    /// Reads options, JSON.
    ///
    /// # Errors
    /// `{"code","message"}` as JSON: a mistake in the caller's configuration.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Lists, String> {
        options::lists(options).map(Self).map_err(|error| answer::json(&error))
    }

    /// `{"times"}` or `{"refused"}`, as JSON, at so many milliseconds after 1970-01-01T00:00:00Z.
    pub fn put(&self, uri: &str, token: &[u8], by: &Core, now: f64) -> String {
        answer::of_list(&self.0.put_at(uri, token, &by.0, instant(now)))
    }

    /// Drops the list of this address.
    pub fn remove(&self, uri: &str) {
        self.0.remove(uri);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "whoever calls has looked: finite; beyond i64 is held at its ends")]
fn instant(millis: f64) -> Timestamp {
    Timestamp::from_unix_millis(millis.floor() as i64)
}
