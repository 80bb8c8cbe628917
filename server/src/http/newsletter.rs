//! Newsletter: double opt-in and one-click unsubscribe (RFC 8058). A GET never acts; answers do not tell whether an
//! address is known.

use super::Problem;
use super::page::{Button, page};
use super::query::Query;
use super::request::{self, Sent, field};
use crate::Service;
use crate::links::{Sealed, Unsubscribe};
use crate::mail::as_kept;
use crate::store::Pending;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::json;
use volens_core::Lang;
use volens_core::labels::fill;

#[derive(Debug, Deserialize)]
pub(crate) struct InLanguage {
    lang: Option<String>,
}

pub(crate) async fn subscribe(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    request::same_site(&service, &headers)?;
    service
        .0
        .newsletter()
        .map_err(|_| Problem::new(StatusCode::NOT_FOUND, "no-newsletter", "this site has no newsletter"))?;
    let sent = request::body(&headers, body).await?;
    let text = |name: &str| match &sent {
        Sent::Json(value) => value.get(name).and_then(|value| value.as_str()).map(str::to_owned),
        Sent::Form(form) => field(form, name).map(str::to_owned),
    };
    let address = text("email").ok_or_else(|| Problem::missing("email"))?;
    let lang = request::language(&service, text("lang").as_deref(), &headers);
    let words = service.0.words(&lang)?;
    let Some(address) = as_kept(&address) else {
        return Ok(match sent {
            Sent::Json(_) => Problem::malformed("email: not an address that mail can be sent to").into_response(),
            Sent::Form(_) => {
                page(&service, &lang, StatusCode::BAD_REQUEST, (&words.sent_title, &[&words.address_bad]), None)
            }
        });
    };
    let name = text("name").map(|name| name.chars().filter(|c| !c.is_control()).take(80).collect::<String>());
    let name = name.filter(|name| !name.trim().is_empty());
    service.subscribe(Pending { address, name, lang: lang.clone() }).await?;
    Ok(match sent {
        Sent::Json(_) => (StatusCode::ACCEPTED, axum::Json(json!({ "message": &words.sent }))).into_response(),
        Sent::Form(_) => {
            let to = HeaderValue::from_str(&format!("{}/newsletter/sent?lang={lang}", service.site().endpoint_path()))
                .unwrap_or(HeaderValue::from_static("/"));
            (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
        }
    })
}

pub(crate) async fn sent(
    State(service): State<Service>,
    Query(asked): Query<InLanguage>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lang = request::language(&service, asked.lang.as_deref(), &headers);
    let words = service.0.words(&lang)?;
    Ok(page(&service, &lang, StatusCode::OK, (&words.sent_title, &[&words.sent]), None))
}

pub(crate) async fn ask(
    State(service): State<Service>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(lang) = service.pending(&link).await? else { return gone(&service, &headers) };
    let words = service.0.words(&lang)?;
    let names = service.0.names(&lang, &[service.0.newsletter()?])?;
    let question = fill(&words.confirm_question, &[("controller", controller(&service)), ("names", &names)]);
    let button = Button { label: &words.confirm_button, fields: &[] };
    let paragraphs = [question.as_str(), &words.confirm_ignore];
    Ok(page(&service, &lang, StatusCode::OK, (&words.confirm_title, &paragraphs), Some(&button)))
}

pub(crate) async fn confirm(
    State(service): State<Service>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    request::same_site(&service, &headers)?;
    let Some(lang) = service.confirm(&link).await? else { return gone(&service, &headers) };
    let words = service.0.words(&lang)?;
    let names = service.0.names(&lang, &[service.0.newsletter()?])?;
    let done = fill(&words.confirmed, &[("controller", controller(&service)), ("names", &names)]);
    Ok(page(&service, &lang, StatusCode::OK, (&words.confirmed_title, &[&done]), None))
}

pub(crate) async fn ask_unsubscribe(
    State(service): State<Service>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(link) = open(&service, &link).await? else {
        return gone(&service, &headers);
    };
    let lang = request::language(&service, None, &headers);
    let words = service.0.words(&lang)?;
    let names = service.0.names(&lang, &link.purposes)?;
    let question = fill(&words.unsubscribe_question, &[("controller", controller(&service)), ("names", &names)]);
    let button = Button { label: &words.unsubscribe_button, fields: &[("control", "page")] };
    Ok(page(&service, &lang, StatusCode::OK, (&words.unsubscribe_title, &[&question]), Some(&button)))
}

/// By the page's button or by a mail program (`List-Unsubscribe=One-Click`); the sealed link is all it takes.
pub(crate) async fn unsubscribe(
    State(service): State<Service>,
    Path(link): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = request::bytes(body).await?;
    let Some(link) = open(&service, &link).await? else {
        return gone(&service, &headers);
    };
    let one_click =
        form_urlencoded::parse(&body).any(|(name, value)| name == "List-Unsubscribe" && value == "One-Click");
    service.unsubscribe(&link, if one_click { "one-click" } else { "unsubscribe.page" }).await?;
    let lang = request::language(&service, None, &headers);
    let words = service.0.words(&lang)?;
    let names = service.0.names(&lang, &link.purposes)?;
    let done = fill(&words.unsubscribed, &[("controller", controller(&service)), ("names", &names)]);
    Ok(page(&service, &lang, StatusCode::OK, (&words.unsubscribed_title, &[&done]), None))
}

/// What an unsubscribe link says, if it is one of this site.
async fn open(service: &Service, link: &str) -> Result<Option<Unsubscribe>, Problem> {
    Ok(match Unsubscribe::open(link, &service.0.keys, service.site().id()) {
        Some((link, Sealed::ForThisSite)) => Some(link),
        Some((link, Sealed::BeforeSites)) if service.knows(&link.subject).await? => Some(link),
        _ => None,
    })
}

fn gone(service: &Service, headers: &HeaderMap) -> Result<Response, Problem> {
    let lang: Lang = request::language(service, None, headers);
    let words = service.0.words(&lang)?;
    Ok(page(service, &lang, StatusCode::GONE, (&words.link_bad_title, &[&words.link_bad]), None))
}

fn controller(service: &Service) -> &str {
    service.site().controller().name()
}
