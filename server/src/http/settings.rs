//! The cookie center as a plain page, and the stylesheet that hides the banner where no script can.

use super::page::plain_headers;
use super::{Problem, request};
use crate::Service;
use crate::choices::ask;
use crate::visitor::Visitor;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse as _, Response};
use serde::Deserialize;
use std::collections::BTreeMap;
use volens_core::{Because, Lang, PurposeId};
use volens_widget::page::settings_page;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    lang: Option<String>,
    return_to: Option<String>,
}

pub(crate) async fn get(
    State(service): State<Service>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lang = request::language(&service, asked.lang.as_deref(), &headers);
    let to = request::return_to(&service, &headers, asked.return_to.as_deref());
    let visitor = service.0.visitor(request::token(&service, &headers).as_deref());
    page(&service, visitor, &lang, &to, None).await
}

/// The settings page, with what stands for a visitor.
pub(super) async fn page(
    service: &Service,
    visitor: Visitor,
    lang: &Lang,
    return_to: &str,
    said: Option<String>,
) -> Result<Response, Problem> {
    let granted: BTreeMap<PurposeId, bool> = service
        .run(move |inner| {
            let state = inner.store.read(|read| inner.state(read, &visitor))?;
            let decided = state.into_iter().filter(|(_, standing)| standing.because != Because::Unknown);
            Ok(decided.map(|(id, standing)| (id, standing.because == Because::Granted)).collect())
        })
        .await?;
    let manifest = service.0.manifest_or_default(Some(lang));
    let page = settings_page(manifest, &service.0.assets, &granted, return_to, said.as_deref()).await;
    Ok((plain_headers(), Html(page)).into_response())
}

/// Hides the banner from one who has decided. It is asked for only where scripts are off, and never kept.
pub(crate) async fn decided(State(service): State<Service>, headers: HeaderMap) -> Result<Response, Problem> {
    let token = request::token(&service, &headers);
    let decided = service
        .run(move |inner| {
            let visitor = inner.visitor(token.as_deref());
            inner.store.read(|read| Ok(ask(&inner.state(read, &visitor)?).is_empty()))
        })
        .await?;
    let css = if decided { "[data-volens=banner]{display:none!important}" } else { "" };
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], css).into_response())
}
