//! The cookie center as a plain page, and the stylesheet that hides the banner where no script can.

use super::page::plain_headers;
use super::query::Query;
use super::{Problem, request};
use crate::Service;
use crate::choices::ask;
use crate::visitor::Visitor;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse as _, Response};
use serde::Deserialize;
use std::collections::BTreeMap;
use volens_core::labels::{Wording, fill};
use volens_core::manifest::Manifest;
use volens_core::{Because, Lang, PurposeId};
use volens_widget::page::settings_page;
use volens_widget::view::Gpc;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    lang: Option<String>,
    return_to: Option<String>,
    saved: Option<String>,
    variant: Option<String>,
}

pub(crate) async fn get(
    State(service): State<Service>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lang = request::language(&service, asked.lang.as_deref(), &headers);
    let to = request::return_to(&service, &headers, asked.return_to.as_deref());
    let token = request::token(&service, &headers);
    let visitor = service.0.visitor(token.as_deref());
    // "Saved" is said only when it is: a browser that keeps no cookies is told so.
    let said = match (asked.saved, token) {
        (None, _) => Said::Nothing,
        (Some(_), Some(_)) => Said::Saved,
        (Some(_), None) => Said::NotKept,
    };
    let shown = (&lang, asked.variant.as_deref());
    page(&service, visitor, shown, &to, said, request::gpc(&headers)).await
}

/// What the page says of what was just done.
pub(super) enum Said {
    Nothing,
    Saved,
    NotKept,
    NoticeChanged,
}

impl Said {
    fn text(&self, wording: &Wording, manifest: &Manifest, granted: &BTreeMap<PurposeId, bool>) -> Option<String> {
        let labels = &manifest.labels;
        let on = |id: &PurposeId| granted.get(id) == Some(&true);
        let (choices, allowed): (usize, Vec<&str>) = (
            manifest.choices().count(),
            manifest.choices().filter(|purpose| on(&purpose.id)).map(|purpose| purpose.title.as_str()).collect(),
        );
        match self {
            Self::Nothing => None,
            Self::Saved if allowed.is_empty() => Some(labels.saved_none.to_string()),
            Self::Saved if allowed.len() == choices => Some(labels.saved_all.to_string()),
            Self::Saved => Some(fill(&labels.saved_some, &[("names", &wording.list(&allowed))])),
            Self::NotKept => Some(labels.no_storage.to_string()),
            Self::NoticeChanged => Some(labels.notice_changed.to_string()),
        }
    }
}

/// The settings page, with what stands for a visitor.
pub(super) async fn page(
    service: &Service,
    visitor: Visitor,
    (lang, variant): (&Lang, Option<&str>),
    return_to: &str,
    said: Said,
    gpc: Gpc,
) -> Result<Response, Problem> {
    let granted: BTreeMap<PurposeId, bool> = service
        .run(move |inner| {
            let state = inner.store.read(|read| inner.state(read, &visitor))?;
            let decided = state.into_iter().filter(|(_, standing)| standing.because != Because::Unknown);
            Ok(decided.map(|(id, standing)| (id, standing.because == Because::Granted)).collect())
        })
        .await?;
    let manifest = service.0.manifest_in(Some(lang), variant);
    let again: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("lang", lang.as_str()), ("saved", "1"), ("return_to", return_to)])
        .extend_pairs(manifest.variant.as_deref().map(|id| ("variant", id)))
        .finish();
    let again = format!("{}/settings?{again}", service.site().endpoint_path());
    let page = settings_page(
        manifest,
        &service.0.assets,
        &granted,
        return_to,
        &again,
        said.text(service.0.wording(&manifest.lang)?, manifest, &granted).as_deref(),
        gpc,
    )
    .await;
    Ok((plain_headers(), Html(page)).into_response())
}

/// Hides the banner from one who has decided, and gives back the room kept for it. It is asked for only where scripts are off, and never kept.
pub(crate) async fn decided(
    State(service): State<Service>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = request::token(&service, &headers);
    let lang = request::language(&service, asked.lang.as_deref(), &headers);
    let decided = service
        .run(move |inner| {
            let visitor = inner.visitor(token.as_deref());
            let state = inner.store.read(|read| inner.state(read, &visitor))?;
            Ok(!ask(&state).into_iter().any(|id| inner.site.offered(id, &lang)))
        })
        .await?;
    let css = if decided { "[data-volens=banner]{display:none!important}:root{--vo-room:0px!important}" } else { "" };
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], css).into_response())
}
