//! Records a choice: with the service, or in this browser alone.

use js_sys::JSON;
use serde::Serialize;
use volens_core::manifest::{Manifest, Mode};
use wasm_bindgen::JsValue;

use super::{
    dom, http,
    pending::{Body, Pending, Said, as_object, storage},
};
use crate::{
    read::Node,
    state::{Decisions, Outcome},
};

/// How a post ended, and what the loader must hear about it once the center has drawn its conclusions.
pub(super) struct Recorded {
    pub(super) outcome: Outcome,
    event: &'static str,
    detail: JsValue,
}

impl Recorded {
    fn new(outcome: Outcome, event: &'static str) -> Self {
        Self { outcome, event, detail: JsValue::UNDEFINED }
    }

    pub(super) fn tell(&self) {
        dom::tell(self.event, &self.detail);
    }
}

/// Writes `decisions` down. Must be called at the click: the part that refuses counts from here on.
pub(super) fn begin(manifest: &Manifest, decisions: &Decisions) -> Pending {
    let pending = Pending::of(manifest, decisions);
    dom::tell("volens:pending", &JsValue::from_str(&pending.keep()));
    pending
}

/// Sends it.
pub(super) async fn finish(manifest: &Manifest, pending: Pending) -> Recorded {
    match manifest.mode {
        Mode::Local => here(&pending),
        Mode::Service => there(manifest, pending).await,
    }
}

async fn there(manifest: &Manifest, pending: Pending) -> Recorded {
    let url = [manifest.endpoint.as_str(), "/choices"].concat();
    let body = serde_json::to_string(&pending.body).unwrap_or_default();
    let Ok(answer) = http::post(&url, &pending.key, &body).await else {
        return Recorded::new(Outcome::Failed, "volens:failed");
    };
    match answer.status {
        200..=299 => {
            pending.forget();
            let detail = JSON::parse(&answer.text).unwrap_or(JsValue::UNDEFINED);
            Recorded { outcome: Outcome::Saved, event: "volens:recorded", detail }
        }
        409 => {
            pending.forget();
            if let Some(refusals) = pending.refusals() {
                let text = refusals.keep();
                dom::tell("volens:pending", &JsValue::from_str(&text));
                let body = serde_json::to_string(&refusals.body).unwrap_or_default();
                if http::post(&url, &refusals.key, &body).await.is_ok_and(|answer| answer.status < 300) {
                    refusals.forget();
                }
            }
            Recorded::new(Outcome::NoticeChanged, "volens:failed")
        }
        // Too many requests and a server in trouble are worth another try; anything else never will be.
        status => {
            if (400..500).contains(&status) && status != 429 {
                pending.forget();
            }
            Recorded::new(Outcome::Failed, "volens:failed")
        }
    }
}

/// In `local` mode the browser's own word is all there is: the last choice, and until when it holds.
#[derive(Serialize)]
struct Local<'a> {
    notice: &'a str,
    lang: &'a str,
    text: &'a str,
    control: &'a str,
    #[serde(serialize_with = "as_object")]
    purposes: Said,
    claimed_at: &'a str,
    exp: u64,
}

const LOCAL: &str = "volens.local";

/// 180 days, in milliseconds.
const LIFE: u64 = 180 * 86_400_000;

fn here(pending: &Pending) -> Recorded {
    let Body { notice, lang, text, control, purposes, claimed_at } = &pending.body;
    if let Some(storage) = storage() {
        let mut all = purposes.clone();
        // What this page does not ask for stays as it was said, if it was said under the same notice.
        let earlier = storage.get_item(LOCAL).ok().flatten().and_then(|text| Node::parse(&text));
        if let Some(earlier) = earlier
            && earlier.text("notice") == *notice
        {
            let others = earlier.get("purposes").into_answers().into_iter();
            all.extend(others.filter(|(id, _)| purposes.iter().all(|(asked, _)| asked != id)));
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since 1970 fit")]
        let exp = js_sys::Date::now() as u64 + LIFE;
        let record = Local { notice, lang, text, control, purposes: all, claimed_at, exp };
        if let Ok(text) = serde_json::to_string(&record) {
            let _ = storage.set_item(LOCAL, &text);
        }
    }
    pending.forget();
    Recorded::new(Outcome::Saved, "volens:recorded")
}
