//! `GET /admin/statistics`: consent rates without any identifier.

use super::query::Query;
use super::{Problem, admin};
use crate::Service;
use crate::store::Counted;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use volens_core::Timestamp;

// A misspelt `min` may not hand out counts of one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    from: Option<String>,
    to: Option<String>,
    min: Option<String>,
    format: Option<String>,
}

pub(crate) async fn get(
    State(service): State<Service>,
    asked: Result<Query<Asked>, Problem>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    admin::bearer(&service, &headers)?;
    let Query(asked) = asked?;
    let wrong = |min: &str| Problem::malformed(format!("min: found {min:?}, expected a whole number"));
    let min = asked.min.map_or(Ok(Counted::MIN), |min| min.parse().map_err(|_| wrong(&min)))?;
    let counted = Counted { from: day("from", asked.from.as_deref())?, to: day("to", asked.to.as_deref())?, min };
    let csv = match asked.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(other) => {
            return Err(Problem::malformed(format!("format: found {other:?}, expected \"json\" or \"csv\"")));
        }
    };
    let statistics = service.run(move |inner| inner.store.statistics(counted)).await?;
    let kept = (header::CACHE_CONTROL, "no-store");
    Ok(if csv {
        ([kept, (header::CONTENT_TYPE, "text/csv; charset=utf-8")], statistics.to_csv()).into_response()
    } else {
        ([kept], axum::Json(statistics)).into_response()
    })
}

fn day(name: &str, said: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let wrong = |day| Problem::malformed(format!("{name}: found {day:?}, expected a day such as 2026-09-01"));
    said.map(|day| format!("{day}T00:00:00Z").parse().map_err(|_| wrong(day))).transpose()
}
