//! `GET /admin/ended`: which grants ended, for back ends that hold what came from them.

use super::query::Query;
use super::{Problem, admin};
use crate::service::Inner;
use crate::store::Ended;
use crate::{Service, ServiceError};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    after: Option<String>,
    limit: Option<String>,
}

const LIMIT: usize = 100;
const MOST: usize = 1000;

pub(crate) async fn get(
    State(service): State<Service>,
    asked: Result<Query<Asked>, Problem>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    admin::bearer(&service, &headers)?;
    let Query(asked) = asked?;
    let after = asked.after.as_deref().map_or(Ok(0), cursor)?;
    let limit = asked.limit.as_deref().map_or(Ok(LIMIT), limit)?;
    let page = service.run(move |inner| page(inner, after, limit)).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(page)).into_response())
}

fn page(inner: &Inner, after: i64, limit: usize) -> Result<Value, ServiceError> {
    let mut ended = inner.store.write(|write| {
        write.tell_expired()?;
        write.ended(after, limit + 1)
    })?;
    let more = ended.len() > limit;
    ended.truncate(limit);
    let next = ended.last().map_or(after, |last| last.seq).to_string();
    let ended = ended.iter().map(|ended| entry(inner, ended)).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "ended": ended, "next": next, "more": more }))
}

fn entry(inner: &Inner, ended: &Ended) -> Result<Value, ServiceError> {
    let audiences = inner.site.token_audiences().iter();
    let audiences = audiences
        .map(|audience| Ok((audience.as_str(), inner.pairwise(&ended.subject, audience)?)))
        .collect::<Result<BTreeMap<_, _>, ServiceError>>()?;
    Ok(json!({
        "cursor": ended.seq.to_string(),
        "subject": ended.subject,
        "purpose": ended.purpose,
        "because": ended.because,
        "at": ended.at,
        "audiences": audiences,
    }))
}

fn cursor(said: &str) -> Result<i64, Problem> {
    let found: String = said.chars().take(60).collect();
    let wrong =
        || Problem::malformed(format!("after: found {found:?}, expected next or a cursor of an earlier answer"));
    said.parse().ok().filter(|after| *after >= 0).ok_or_else(wrong)
}

fn limit(said: &str) -> Result<usize, Problem> {
    let found: String = said.chars().take(60).collect();
    let wrong = || Problem::malformed(format!("limit: found {found:?}, expected a number from 1 to {MOST}"));
    said.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or_else(wrong)
}
