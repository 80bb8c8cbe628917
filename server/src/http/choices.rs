//! `POST` and `GET /choices`.

use super::Problem;
use super::page::page;
use super::request::{self, Form, Sent, field};
use super::settings::{self, Said};
use crate::choices::{Asking, Chosen, Text};
use crate::visitor::Visitor;
use crate::{Service, ServiceError};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use volens_core::site::Stage;
use volens_core::token::LIFE;
use volens_core::{Asked, Channel, Choice, Lang, NoticeHash, PurposeId};
use volens_widget::view::Gpc;

pub(crate) async fn get(State(service): State<Service>, headers: HeaderMap) -> Result<Response, Problem> {
    let token = request::token(&service, &headers);
    let body = service
        .run(move |inner| {
            let visitor = inner.visitor(token.as_deref());
            inner.store.read(|read| Ok(inner.state_json(&inner.state(read, &visitor)?)))
        })
        .await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response())
}

pub(crate) async fn post(State(service): State<Service>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    request::same_site(&service, &headers)?;
    let sent = request::body(&headers, body).await?;
    match sent {
        Sent::Json(value) => {
            let asking = from_json(&service, &value)?;
            record(&service, &headers, asking, None).await
        }
        // A person is told in words.
        Sent::Form(form) => {
            let asking = from_form(&service, &form);
            let recorded = match asking {
                Ok(asking) => record(&service, &headers, asking, Some(&form)).await,
                Err(problem) => Err(problem),
            };
            Ok(recorded.unwrap_or_else(|problem| {
                let person = request::wants_page(&headers);
                if person { in_words(&service, &headers, &form, &problem) } else { problem.into_response() }
            }))
        }
    }
}

async fn record(
    service: &Service,
    headers: &HeaderMap,
    mut asking: Asking,
    form: Option<&Form>,
) -> Result<Response, Problem> {
    asking.key = idempotency_key(headers)?;
    asking.signals = signals(headers);
    let visitor = service.0.visitor(request::token(service, headers).as_deref());
    let chosen = match choose(service, &visitor, &asking).await {
        Ok(chosen) => chosen,
        Err(ServiceError::NoticeNotCurrent) => return not_current(service, &visitor, headers, asking, form).await,
        Err(error) => return Err(error.into()),
    };
    let mut response = match form {
        None => {
            let status = if chosen.changed { StatusCode::CREATED } else { StatusCode::OK };
            (status, axum::Json(chosen.body.clone())).into_response()
        }
        Some(form) => {
            let to = request::return_to(service, headers, field(form, "return_to"));
            let to = HeaderValue::from_str(&to).unwrap_or(HeaderValue::from_static("/"));
            (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    set_cookies(service, &chosen, response.headers_mut());
    Ok(response)
}

/// A form that could not be taken, said to a person: nothing was saved, and why.
fn in_words(service: &Service, headers: &HeaderMap, form: &Form, problem: &Problem) -> Response {
    let lang = request::language(service, field(form, "lang"), headers);
    let labels = &service.0.manifest_or_default(Some(&lang)).labels;
    let (title, sentence) = (labels.settings_title.as_ref(), labels.not_saved.as_ref());
    page(service, &lang, problem.status(), (title, &[sentence, problem.detail()]), None)
}

async fn choose(service: &Service, visitor: &Visitor, asking: &Asking) -> Result<Chosen, ServiceError> {
    let (visitor, asking) = (visitor.clone(), asking.clone());
    service.run(move |inner| inner.choose(&visitor, &asking)).await
}

/// A grant under a notice that was never published here: said to scripts as a problem, and to a person by the
/// settings page with the texts of today. What was refused beside it is recorded all the same: a no needs no notice.
async fn not_current(
    service: &Service,
    visitor: &Visitor,
    headers: &HeaderMap,
    mut asking: Asking,
    form: Option<&Form>,
) -> Result<Response, Problem> {
    asking.choices.retain(|_, choice| *choice == Choice::Refuse);
    asking.key = None;
    let refused = if asking.choices.is_empty() { None } else { Some(choose(service, visitor, &asking).await?) };
    let visitor = match &refused {
        Some(chosen) => service.0.visitor(Some(&chosen.token)),
        None => visitor.clone(),
    };
    let mut response = if let Some(form) = form.filter(|_| request::wants_page(headers)) {
        let lang = request::language(service, asking.lang.as_ref().map(Lang::as_str), headers);
        let to = request::return_to(service, headers, field(form, "return_to"));
        let shown = (&lang, None);
        let mut page = settings::page(service, visitor, shown, &to, Said::NoticeChanged, request::gpc(headers)).await?;
        *page.status_mut() = StatusCode::CONFLICT;
        page
    } else {
        let current = json!(service.0.site_notice());
        Problem::from(ServiceError::NoticeNotCurrent).with("current", current).into_response()
    };
    if let Some(chosen) = refused.filter(|chosen| chosen.changed) {
        set_cookies(service, &chosen, response.headers_mut());
    }
    Ok(response)
}

fn set_cookies(service: &Service, chosen: &Chosen, headers: &mut HeaderMap) {
    let site = service.site();
    let (token, summary) = site.cookie_names();
    let domain = site.cookie_domain().map(|domain| format!("; Domain={domain}")).unwrap_or_default();
    let secure = match site.stage() {
        Stage::Live => "; Secure",
        Stage::Development => "",
    };
    let common = |max_age: i64| format!("; Path=/{domain}; Max-Age={max_age}{secure}; SameSite=Lax");
    let mut set = |cookie: String| {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    };
    // The token outlives what it says, so that a withdrawal still reaches its subject. The summary does not: scripts run
    // on it, so it goes with the first grant that ends.
    set(format!("{token}={}{}; HttpOnly", chosen.token, common(LIFE)));
    set(format!("{summary}={}{}", chosen.summary, common(chosen.max_age.clamp(1, LIFE))));
    // What scripts cannot delete, the server does.
    for item in site.http_only_cookies() {
        if chosen.ended.contains(&item.purpose) && !item.name.ends_with('*') {
            let domain = item.domain.as_ref().map(|domain| format!("; Domain={domain}")).unwrap_or_default();
            // A name with a prefix is one that browsers let nobody touch but by `Secure` (RFC 6265bis, 4.1.3).
            let secure = if item.name.starts_with("__") { "; Secure" } else { "" };
            set(format!("{}=; Path=/{domain}; Max-Age=0{secure}; HttpOnly; SameSite=Lax", item.name));
        }
    }
}

fn signals(headers: &HeaderMap) -> Value {
    match request::gpc(headers) {
        Gpc::Sent => json!({ "gpc": true }),
        Gpc::NotSent => json!({}),
    }
}

/// At least 128 bits in base64url or hex; quotes of a structured header are taken off.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim_matches('"');
    if !(22..=128).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::malformed(
            "Idempotency-Key: expected 22 to 128 visible characters, at least 128 random bits",
        ));
    }
    Ok(Some(key.into()))
}

fn from_json(service: &Service, value: &Value) -> Result<Asking, Problem> {
    let Some(members) = value.as_object() else {
        return Err(Problem::malformed("expected a JSON object with notice and purposes"));
    };
    let notice: String = member(members, "notice")?.ok_or_else(|| Problem::missing("notice"))?;
    let named: BTreeMap<String, bool> = member(members, "purposes")?.ok_or_else(|| Problem::missing("purposes"))?;
    let lang: Option<Lang> = member(members, "lang")?;
    let choices = named
        .into_iter()
        .map(|(id, on)| {
            let grant = || Ok((offered_id(service, &id, lang.as_ref())?, Choice::Grant));
            if on { grant() } else { Ok((choice_id(service, &id)?, Choice::Refuse)) }
        })
        .collect::<Result<BTreeMap<_, _>, Problem>>()?;
    if choices.is_empty() {
        return Err(Problem::malformed("purposes: expected at least one"));
    }
    let control = member::<String>(members, "control")?.unwrap_or_else(|| "api".into());
    // Of the page's controls these two name a purpose by itself; a banner may happen to have one purpose only.
    let alone = choices.len() == 1 && matches!(control.as_str(), "api" | "placeholder");
    let asked = if alone { Asked::Alone } else { Asked::Together };
    let asking = asking(service, (choices, asked, &notice), lang, &control)?;
    Ok(Asking {
        text: text(&asking, members.get("text").unwrap_or(&Value::Null))?,
        // What no page of ours has is not worth a refusal; the store knows which there were.
        variant: members.get("variant").and_then(Value::as_str).map(str::to_owned),
        claimed_at: member(members, "claimed_at")?,
        ..asking
    })
}

fn from_form(service: &Service, form: &Form) -> Result<Asking, Problem> {
    let said = |name| field(form, name);
    let notice = said("notice").ok_or_else(|| Problem::missing("notice"))?;
    let lang =
        said("lang").map(str::parse).transpose().map_err(|error| Problem::malformed(format!("lang: {error}")))?;
    let on: Vec<PurposeId> = form
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("p.")?, value)))
        .map(|(id, value)| match value.as_str() {
            "on" => offered_id(service, id, lang.as_ref()),
            _ => Err(Problem::malformed(format!("p.{id}: expected on"))),
        })
        .collect::<Result<_, _>>()?;
    // What the visitor was shown: a purpose that is not offered in this language is neither allowed nor, by a box that
    // was not there, refused. "Reject all" means all.
    let shown = service.0.manifest_or_default(lang.as_ref()).choices();
    let shown = |choice| shown.map(|purpose| (purpose.id.clone(), choice)).collect::<BTreeMap<_, _>>();
    let choices = match (said("accept"), said("reject")) {
        (Some("all"), None) => shown(Choice::Grant),
        (None, Some("all")) => service.0.choice_ids().map(|id| (id.clone(), Choice::Refuse)).collect(),
        (None, None) => {
            let mut choices = shown(Choice::Refuse);
            choices.extend(on.into_iter().map(|id| (id, Choice::Grant)));
            choices
        }
        _ => return Err(Problem::malformed("expected accept=all, reject=all, or p.<purpose>=on, and one of them")),
    };
    let asking = asking(service, (choices, Asked::Together, notice), lang, said("control").unwrap_or("banner"))?;
    Ok(Asking { text: text(&asking, &json!(said("text")))?, variant: said("variant").map(str::to_owned), ..asking })
}

/// The hash of the text that was shown, as the page says; null or empty names none.
fn text(asking: &Asking, said: &Value) -> Result<Text, Problem> {
    if said.is_null() || *said == "" {
        return Ok(Text::Unnamed);
    }
    match said.as_str().and_then(|text| text.parse().ok()) {
        Some(text) => Ok(Text::Named(text)),
        None if asking.grants() => {
            let found: String = said.to_string().chars().take(80).collect();
            let expected = "the hash of the text that was shown: at most 64 letters, digits, \"-\" or \"_\"";
            Err(Problem::malformed(format!("text: found {found}, expected {expected}")))
        }
        // A no counts under whatever it was said under.
        None => Ok(Text::Unreadable),
    }
}

fn asking(
    service: &Service,
    (choices, asked, notice): (BTreeMap<PurposeId, Choice>, Asked, &str),
    lang: Option<Lang>,
    control: &str,
) -> Result<Asking, Problem> {
    // A yes is a yes to a text, and a text has a language. A no needs neither, and is taken in one given up since.
    let granting = choices.values().any(|choice| *choice == Choice::Grant);
    let notice = match notice.parse::<NoticeHash>() {
        Ok(notice) => notice,
        Err(error) if granting => return Err(Problem::malformed(format!("notice: {error}"))),
        // A no counts under whatever it was said under.
        Err(_) => service.0.site_notice().clone(),
    };
    let lang = match lang {
        Some(lang) if service.manifest(&lang).is_some() => Some(lang),
        Some(lang) if granting => {
            return Err(Problem::malformed(format!("lang: {lang} is not a language of this site")));
        }
        None if granting => return Err(Problem::missing("lang")),
        _ => None,
    };
    let is_word =
        (1..=40).contains(&control.len()) && control.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let control = match control {
        _ if is_word => control,
        _ if granting => {
            let expected = "expected a word of 1 to 40 ASCII letters, digits, dots, hyphens, underscores";
            return Err(Problem::malformed(format!("control: {expected}")));
        }
        // What a button calls itself must not lose a no: it came from the page.
        _ => "page",
    };
    let channel = match control.split('.').next() {
        Some("center") => Channel::Center,
        Some("settings" | "foot") => Channel::Settings,
        _ => Channel::Banner,
    };
    Ok(Asking {
        choices,
        asked,
        notice,
        text: Text::Unnamed,
        variant: None,
        lang,
        claimed_at: None,
        channel,
        control: control.into(),
        signals: Value::Null,
        key: None,
    })
}

/// A purpose that may be granted: asked here, and offered in the language of the text.
fn offered_id(service: &Service, id: &str, lang: Option<&Lang>) -> Result<PurposeId, Problem> {
    let id = choice_id(service, id)?;
    match lang {
        Some(lang) if service.manifest(lang).is_some() && !service.site().offered(&id, lang) => {
            let detail = format!("{id} is not offered in {lang}: its policy does not describe it there");
            Err(Problem::new(StatusCode::BAD_REQUEST, "unknown-purpose", detail))
        }
        _ => Ok(id),
    }
}

fn choice_id(service: &Service, id: &str) -> Result<PurposeId, Problem> {
    service.0.choice_ids().find(|known| known.as_str() == id).cloned().ok_or_else(|| {
        let known: Vec<&str> = service.0.choice_ids().map(PurposeId::as_str).collect();
        let id: String = id.chars().take(60).collect();
        Problem::new(
            StatusCode::BAD_REQUEST,
            "unknown-purpose",
            format!("{id:?} is not asked here; expected one of {}", known.join(", ")),
        )
    })
}

fn member<T: DeserializeOwned>(members: &Map<String, Value>, name: &str) -> Result<Option<T>, Problem> {
    members
        .get(name)
        .map(|value| serde_json::from_value(value.clone()))
        .transpose()
        .map_err(|error| Problem::malformed(format!("{name}: {error}")))
}
