//! The site's own page counter: what a back end does with a verified consent.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue};
use serde::Serialize;
use volens_verify::{Analytics, Grant};

use crate::cookies;

/// `site.toml` lists it under analytics.
const COOKIE: &str = "nv_views";

/// 30 days, as listed.
const SET: HeaderValue =
    HeaderValue::from_static("nv_views=1; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax");

/// Counts of page views of those who agreed to web analysis, and of nobody else.
#[derive(Debug, Default)]
pub(crate) struct Views(Mutex<Counts>);

/// What `/demo/views` shows. Counts only: nothing in it points to a reader.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Counts {
    views: BTreeMap<String, u64>,
    readers: u64,
}

impl Views {
    /// Counts a view. The grant in the arguments is the point: without proof of consent this cannot be called.
    ///
    /// Answers the cookie to set if this reader was not counted in the last 30 days.
    pub(crate) fn count(&self, page: &str, headers: &HeaderMap, _proof: &Grant<Analytics>) -> Option<HeaderValue> {
        let known = cookies::value(headers, COOKIE).is_some();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.views.entry(page.to_owned()).or_default() += 1;
        if known {
            return None;
        }
        counts.readers += 1;
        Some(SET)
    }

    /// The counts so far.
    pub(crate) fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
