//! The browser build: what the loader calls.

mod app;
mod config;
mod dom;
mod http;
mod pending;
mod record;
mod turn;

use std::cell::RefCell;

use js_sys::{Function, Promise};
use volens_core::Mark;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use yew::AppHandle;

use self::{
    app::{App, Msg},
    config::Config,
};
use crate::state::OnRecord;

#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

thread_local! {
    static APP: RefCell<Option<(AppHandle<App>, Config)>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &Function);
}

/// Fetches texts and styles and renders into a root of its own, next to the first layer.
#[wasm_bindgen]
pub async fn load() -> Result<(), JsValue> {
    let config = config::read()?;
    let styled = dom::stylesheet(&config.css)?;
    let manifest = http::manifest(&config.manifest).await?;
    // Rendering is not in the task that read the texts.
    let later = Promise::new(&mut |done, _| set_timeout(&done));
    for ready in [styled, later] {
        JsFuture::from(ready).await?;
    }
    let root = dom::root()?;
    let props = app::Props::new(manifest, config.manifest.clone());
    let handle = yew::Renderer::<App>::with_root_and_props(root, props).render();
    APP.with(|app| app.replace(Some((handle, config))));
    Ok(())
}

/// Opens the center on what is on record: a mark for each of the page's choices. `back` is called once it is closed: the
/// focus is the page's.
#[wasm_bindgen]
pub fn open(marks: &str, back: Function) {
    let marks = marks.bytes().map(|mark| match mark {
        b'1' => Mark::Granted,
        b'0' => Mark::Refused,
        _ => Mark::Undecided,
    });
    APP.with(|app| {
        if let Some((app, page)) = &*app.borrow() {
            let marks = page.ids.iter().cloned().zip(marks).collect();
            app.send_message(Msg::Open(OnRecord { notice: page.notice.clone(), marks }, back));
        }
    });
}
