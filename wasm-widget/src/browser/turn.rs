//! One post at a time, in the order of the clicks: in this page, in the loader, in all tabs.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use super::dom::{function, navigator};

/// The turn to post; the next one's comes when this is dropped.
pub(super) struct Turn(Option<Function>);

/// Waits for it. Where there are no locks, or none to be had, everybody's turn is now.
pub(super) async fn turn() -> Turn {
    let locks = navigator("locks");
    let Some(request) = function(&locks, "request") else {
        return Turn(None);
    };
    let come = Promise::new(&mut |come, _| {
        let now = come.clone();
        // The lock is held until what this returns is resolved.
        let hold =
            Closure::once_into_js(move || Promise::new(&mut |done, _| drop(come.call1(&JsValue::UNDEFINED, &done))));
        if let Ok(asked) = request.call2(&locks, &JsValue::from_str("volens"), &hold)
            && let Some(catch) = function(&asked, "catch")
        {
            drop(catch.call1(&asked, &now));
        }
    });
    Turn(JsFuture::from(come).await.ok().and_then(|done| done.dyn_into().ok()))
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(done) = &self.0 {
            drop(done.call0(&JsValue::UNDEFINED));
        }
    }
}
