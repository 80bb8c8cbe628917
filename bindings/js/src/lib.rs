//! The verifier as JavaScript calls it: text in, JSON out. `npm/verifier.js` makes objects and errors of it.

mod answer;
mod options;

use volens_core::Timestamp;
use volens_verify::Verifier;
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
        options::verifier(options, jwks).map(Self).map_err(|error| answer::json(&error))
    }

    /// `{"consent"}` or `{"refused"}`, as JSON, at so many milliseconds after 1970-01-01T00:00:00Z.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whoever calls has looked: finite; beyond i64 is held at its ends"
    )]
    pub fn verify(&self, token: &str, now: f64) -> String {
        let now = Timestamp::from_unix_millis(now.floor() as i64);
        answer::of(&self.0.verify_at(token, now))
    }
}
