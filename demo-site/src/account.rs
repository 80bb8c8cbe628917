//! The account: signing in, two separate switches, signing out. The one page that differs from visitor to visitor.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use minijinja::context;
use minijinja::value::Value;
use serde::Deserialize;
use volens_core::{Because, Choice, PurposeId};
use volens_server::{AccountChoice, ServiceError};

use crate::App;
use crate::headers::harden;
use crate::templates::{Place, Reader};
use crate::words::Words;

/// Asked one by one: each has its own switch, and each switch its own record.
const SWITCHES: [&str; 2] = ["marketing_mail", "licence_reminder"];

#[derive(Debug, Deserialize)]
pub(crate) struct SignIn {
    email: String,
}

/// Unticked boxes are not sent, so what is absent is off.
#[derive(Debug, Deserialize)]
pub(crate) struct Preferences {
    marketing_mail: Option<String>,
    licence_reminder: Option<String>,
}

/// The page, signed in or not.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(lang): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some(words) = Words::of(&lang) else { return StatusCode::NOT_FOUND.into_response() };
    let account = app.sessions.account(&headers);
    let switches = match &account {
        Some(account) => match switches(&app, words, account).await {
            Ok(switches) => switches,
            Err(error) => return unavailable(&error),
        },
        None => Vec::new(),
    };
    let own = context! {
        user => account.map(|email| context! { email }),
        switches,
        saved => uri.query() == Some("saved"),
    };
    render(&app, words, own)
}

fn render(app: &App, words: &'static Words, own: Value) -> Response {
    let place = Place { words, slug: "account", reader: Reader::Account };
    let Some((snippet, policy)) = app.account.get(words.code) else { return StatusCode::NOT_FOUND.into_response() };
    match app.templates.page("account.html", place, snippet, own) {
        Ok(html) => {
            let mut answer = ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
            harden(answer.headers_mut(), policy.clone());
            answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            answer
        }
        Err(error) => {
            eprintln!("account page: {error:#}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn switches(app: &App, words: &Words, account: &str) -> Result<Vec<Value>, ServiceError> {
    let lang = words.lang();
    let mut rows = Vec::new();
    for id in SWITCHES {
        let Some(purpose) = purpose(id).and_then(|id| app.service.site().purpose(&id)) else { continue };
        let state = app.service.account_state(account, &purpose.id).await?;
        rows.push(context! {
            id, title => purpose.title.get(&lang), description => purpose.description.get(&lang),
            granted => state == Because::Granted,
        });
    }
    Ok(rows)
}

/// Signs in. The demonstration believes any address.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    Path(lang): Path<String>,
    Form(SignIn { email }): Form<SignIn>,
) -> Response {
    let email = email.trim().to_lowercase();
    let plausible =
        email.len() <= 254 && email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if !plausible || email.chars().any(char::is_control) {
        return (StatusCode::BAD_REQUEST, "This is no e-mail address.\n").into_response();
    }
    let Some(words) = Words::of(&lang) else { return StatusCode::NOT_FOUND.into_response() };
    match app.sessions.open(&email, words.code) {
        Some(cookie) => back(&lang, "", Some(cookie)),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Saves both switches. The service writes a record for each that was moved, and none for the other.
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    Path(lang): Path<String>,
    headers: HeaderMap,
    Form(form): Form<Preferences>,
) -> Response {
    let (Some(words), Some(account)) = (Words::of(&lang), app.sessions.account(&headers)) else {
        return back(&lang, "", None);
    };
    for (id, ticked) in SWITCHES.into_iter().zip([form.marketing_mail, form.licence_reminder]) {
        let Some(purpose) = purpose(id) else { continue };
        match app.service.account_state(&account, &purpose).await {
            // A switch that was not moved says nothing, least of all a refusal.
            Ok(state) if ticked.is_some() == (state == Because::Granted) => continue,
            Ok(_) => {}
            Err(error) => return unavailable(&error),
        }
        let choice = AccountChoice {
            account: account.clone(),
            purpose,
            choice: if ticked.is_some() { Choice::Grant } else { Choice::Refuse },
            lang: words.lang(),
            control: "account preferences".to_owned(),
        };
        if let Err(error) = app.service.choose_for_account(choice).await {
            return unavailable(&error);
        }
    }
    back(&lang, "?saved", None)
}

/// Signs out.
pub(crate) async fn sign_out(State(app): State<Arc<App>>, Path(lang): Path<String>, headers: HeaderMap) -> Response {
    back(&lang, "", Some(app.sessions.close(&headers)))
}

/// Ends the account: at once, well within the month that the policy allows.
pub(crate) async fn end(State(app): State<Arc<App>>, Path(lang): Path<String>, headers: HeaderMap) -> Response {
    if let Some(account) = app.sessions.account(&headers)
        && let Err(error) = app.service.end_account(&account).await
    {
        return unavailable(&error);
    }
    back(&lang, "", Some(app.sessions.close(&headers)))
}

fn purpose(id: &str) -> Option<PurposeId> {
    id.parse().ok()
}

fn back(lang: &str, query: &str, cookie: Option<String>) -> Response {
    let code = Words::of(lang).map_or("en", |words| words.code);
    let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, format!("/{code}/account{query}"))]).into_response();
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok()) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}

/// "Saved" is said only when it is.
fn unavailable(error: &ServiceError) -> Response {
    eprintln!("account: {error}");
    (StatusCode::SERVICE_UNAVAILABLE, "This cannot be read or saved just now. Nothing was changed. Please try again.\n")
        .into_response()
}
