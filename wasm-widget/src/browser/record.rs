//! Records a choice: with the service, or in this browser alone.

use js_sys::Reflect;
use volens_core::manifest::{Manifest, Mode};
use wasm_bindgen::JsValue;

use super::{
    dom, http,
    pending::{Pending, as_object, forget, store, stored},
    turn::turn,
};
use crate::state::{Decisions, Outcome};

/// How a post ended, and what the loader must hear about it once the center has drawn its conclusions.
pub(super) struct Recorded {
    pub(super) outcome: Outcome,
    event: &'static str,
    detail: JsValue,
}

impl Recorded {
    /// The loader says `text` if it must load the page anew.
    fn failed(outcome: Outcome, text: &str) -> Self {
        Self { outcome, event: "volens:failed", detail: JsValue::from_str(text) }
    }

    pub(super) fn tell(&self) {
        if self.outcome != Outcome::Superseded {
            dom::tell(self.event, &self.detail);
        }
    }
}

/// Writes `decisions` down. Must be called at the click: the part that refuses counts from here on.
pub(super) fn begin(manifest: &Manifest, decisions: &Decisions) -> Pending {
    let mut pending = Pending::of(manifest, decisions);
    tell_pending(&pending.keep());
    pending.begun();
    pending
}

/// Sends it.
pub(super) async fn finish(manifest: &Manifest, pending: Pending) -> Recorded {
    let status = send(manifest, &pending).await;
    // Not even a yes that was recorded is news if a newer choice has been made since: neither the loader nor what is
    // kept may be told of the old one then, as that would drop the new one.
    if !pending.newest() {
        return Recorded { outcome: Outcome::Superseded, event: "", detail: JsValue::UNDEFINED };
    }
    let labels = &manifest.labels;
    // Only what the service itself calls malformed never will be taken. Everything else may be a firewall, a proxy, or a
    // network that asks to sign in first, and is worth another try.
    match status {
        200..=299 => {
            forget();
            Recorded { outcome: Outcome::Saved, event: "volens:recorded", detail: pending.key.into() }
        }
        409 => {
            if let Some(refusals) = refusals_of(pending)
                && send(manifest, &refusals).await / 100 == 2
                && refusals.newest()
            {
                forget();
            }
            Recorded::failed(Outcome::NoticeChanged, &labels.notice_changed)
        }
        // A yes that is said to have failed is over; its refusals, if any, are sent later.
        _ if pending.grants() => {
            let _ = refusals_of(pending);
            Recorded::failed(Outcome::Failed, &labels.not_saved)
        }
        // It still counts in this page, which without a key sends it to nobody.
        400 | 422 => {
            forget();
            tell_pending(&dom::json(&dom::object(&[("body", pending.body.object())])));
            Recorded::failed(Outcome::Declined, &labels.not_saved)
        }
        _ => Recorded::failed(Outcome::Failed, &labels.not_saved_refusal),
    }
}

/// Posts it when its turn has come; status 0 if nothing answers.
async fn send(manifest: &Manifest, pending: &Pending) -> u16 {
    let _turn = turn().await;
    match manifest.mode {
        Mode::Local => {
            here(pending);
            200
        }
        Mode::Service => {
            let url = [manifest.endpoint.as_str(), "/choices"].concat();
            let answer = http::post(&url, &pending.key, &dom::json(&pending.body.object())).await;
            answer.map_or(0, |answer| answer.status)
        }
    }
}

/// From now on only the refusals in `pending` are on their way.
fn refusals_of(pending: Pending) -> Option<Pending> {
    let refusals = pending.refusals();
    if let Some(refusals) = &refusals {
        tell_pending(&refusals.keep());
    } else {
        forget();
        tell_pending("null");
    }
    refusals
}

fn tell_pending(json: &str) {
    dom::tell("volens:pending", &JsValue::from_str(json));
}

const LOCAL: &str = "volens.local";

/// 180 days, in milliseconds.
const LIFE: f64 = 180.0 * 86_400_000.0;

/// In `local` mode the browser's own word is all there is: the last choice, and until when it holds.
fn here(pending: &Pending) {
    let body = &pending.body;
    let mut all = body.purposes.clone();
    // What this page does not ask for stays as it was said, if it was said under the same notice.
    if let Some(earlier) = stored(LOCAL)
        && earlier.text("notice") == body.notice
    {
        let others = earlier.get("purposes").into_answers().into_iter();
        all.extend(others.filter(|(id, _)| body.purposes.iter().all(|(asked, _)| asked != id)));
    }
    let record = body.object();
    for (name, value) in [("purposes", as_object(&all)), ("exp", (js_sys::Date::now() + LIFE).into())] {
        let _ = Reflect::set(&record, &name.into(), &value);
    }
    store(LOCAL, Some(&dom::json(&record)));
}
