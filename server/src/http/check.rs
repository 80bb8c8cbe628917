//! `POST /check`: may this purpose run, now? For back ends that do not link the verifier; asked of the live records.

use super::request::{self, Sent};
use super::{Problem, admin};
use crate::Service;
use crate::choices::State as Standings;
use crate::visitor::Visitor;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use volens_core::{Because, Known, PurposeId, Timestamp};

#[derive(Debug, Deserialize)]
struct Question {
    token: String,
    purpose: PurposeId,
}

pub(crate) async fn post(
    State(service): State<Service>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if !on_loopback(&extensions, &headers) {
        admin::bearer(&service, &headers)?;
    }
    let Sent::Json(value) = request::body(&headers, body).await? else {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "expected application/json"));
    };
    let question: Question = serde_json::from_value(value).map_err(|error| Problem::shape(&error))?;
    if service.site().purpose(&question.purpose).is_none() {
        let detail = format!("{} is no purpose of this site", question.purpose);
        return Err(Problem::new(StatusCode::BAD_REQUEST, "unknown-purpose", detail));
    }
    let answer = service
        .run(move |inner| {
            let now = inner.clock.now();
            // Status lists tell of withdrawals to those who cannot ask the records.
            if let Err(error) = inner.verifier.verify_at(&question.token, now)
                && !matches!(error.code(), "status-unknown" | "status-stale" | "withdrawn")
            {
                return Ok(json!({ "permitted": false, "because": error.code() }));
            }
            let visitor = inner.visitor(Some(&question.token));
            let state = inner.store.read(|read| {
                let state = inner.state(read, &visitor)?;
                let until = match visitor.subject() {
                    Some(subject) => read
                        .timelines(subject)?
                        .get(&question.purpose)
                        .and_then(|timeline| timeline.ask(now, Known::Everything, None).until()),
                    None => None,
                };
                Ok((state, until))
            })?;
            Ok(answer(&question.purpose, &visitor, &state))
        })
        .await?;
    Ok(axum::Json(answer).into_response())
}

fn answer(purpose: &PurposeId, visitor: &Visitor, (state, until): &(Standings, Option<Timestamp>)) -> Value {
    let because = match (state.get(purpose), visitor) {
        (Some(standing), _) => standing.because,
        (None, _) => Because::Unknown,
    };
    let mut answer = json!({ "permitted": because.permits(), "because": because.code() });
    if let (true, Some(until), Some(members)) = (because.permits(), until, answer.as_object_mut()) {
        members.insert("until".into(), json!(until));
    }
    answer
}

/// What proxies add, and what browsers do: with one of these the caller is not a back end on this machine.
const FROM_ELSEWHERE: [&str; 6] = ["forwarded", "x-forwarded-for", "x-real-ip", "via", "origin", "sec-fetch-site"];

/// Asked from this machine, and not through a proxy or by a page on it.
fn on_loopback(extensions: &Extensions, headers: &HeaderMap) -> bool {
    let forwarded = FROM_ELSEWHERE.iter().any(|name| headers.contains_key(*name));
    let host = headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    let named = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    named && !forwarded && peer.is_some_and(|ip| ip.to_canonical().is_loopback())
}
