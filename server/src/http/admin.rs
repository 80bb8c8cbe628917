//! What came by mail, telephone, chat or letter, written down by a person with the administrator's token.

use super::Problem;
use super::request::{self, Sent};
use crate::Service;
use crate::mail::as_kept;
use crate::newsletter::Withdrawal;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;
use volens_core::law::Purposes;
use volens_core::objection::unsubscribe;
use volens_core::{Channel, PurposeId, SubjectId, Timestamp};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    subject: Option<SubjectId>,
    email: Option<String>,
    purpose: Option<PurposeId>,
    purposes: Option<Vec<PurposeId>>,
    received_at: Timestamp,
    channel: Channel,
}

pub(crate) async fn withdrawals(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    bearer(&service, &headers)?;
    let Sent::Json(value) = request::body(&headers, body).await? else {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "expected application/json"));
    };
    let entry: Entry = serde_json::from_value(value).map_err(|error| Problem::shape(&error))?;
    let mut purposes = entry.purposes.unwrap_or_default();
    purposes.extend(entry.purpose);
    if purposes.is_empty() {
        return Err(Problem::missing("purposes"));
    }
    if let Some(unknown) = purposes.iter().find(|id| service.site().purpose(id).is_none()) {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "unknown-purpose",
            format!("{unknown} is no purpose of this site"),
        ));
    }
    if entry.received_at > service.now() {
        return Err(Problem::malformed("received_at: lies in the future; expected when the statement arrived"));
    }
    let subject = match (entry.subject, entry.email) {
        (Some(subject), None) if service.knows(&subject).await? => subject,
        (Some(_), None) => {
            let detail =
                "no record, address or account of this subject; expected the one on the receipt or in the token";
            return Err(Problem::new(StatusCode::NOT_FOUND, "unknown-subject", detail));
        }
        (None, Some(email)) => service
            .subject_of_address(as_kept(&email).unwrap_or(email))
            .await?
            .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "unknown-address", "no confirmed address like this"))?,
        _ => return Err(Problem::malformed("expected subject or email, and one of them")),
    };
    let withdrawal = Withdrawal {
        subject: subject.clone(),
        purposes: purposes.clone(),
        channel: entry.channel,
        control: "admin".into(),
        received_at: Some(entry.received_at),
    };
    let recorded_at = service.withdraw(withdrawal).await?;
    let receipt = json!({
        "subject": subject,
        "purposes": purposes,
        "decisions": unsubscribe(&Purposes::of(service.site()), purposes.iter().cloned()),
        "channel": entry.channel,
        "received_at": entry.received_at,
        "recorded_at": recorded_at,
    });
    Ok((StatusCode::CREATED, axum::Json(json!({ "receipt": receipt }))).into_response())
}

/// The administrator's token, compared in constant time.
pub(super) fn bearer(service: &Service, headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or("", |(_, token)| token);
    let expected = service.0.keys.admin_token();
    if bool::from(subtle::ConstantTimeEq::ct_eq(given.as_bytes(), expected.as_bytes())) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "expected Authorization: Bearer with the token in keys/admin.token",
    ))
}
