//! The mails that the site would have sent, for the eyes of this computer.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use minijinja::context;
use minijinja::value::Value;
use volens_core::Lang;
use volens_server::AccountLetter;
use volens_server::mail::Letter;

use crate::App;
use crate::headers::{PLAIN_POLICY, harden};
use crate::words::{LANGUAGES, Words};

/// The outbox, newest first.
pub(crate) async fn show(State(app): State<Arc<App>>, uri: Uri) -> Response {
    let letters = match app.service.outbox().await {
        Ok(letters) => letters,
        Err(error) => return unavailable(&error),
    };
    let sent = uri.query().and_then(|query| query.strip_prefix("sent=")).and_then(|count| count.parse::<u32>().ok());
    let page = context! {
        css => app.assets.css.as_str(),
        icon => app.assets.icon.as_str(),
        sent,
        mails => letters.iter().map(mail).collect::<Vec<_>>(),
    };
    match app.templates.render("outbox.html", page) {
        Ok(html) => {
            let mut answer = ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
            harden(answer.headers_mut(), PLAIN_POLICY);
            answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            answer
        }
        Err(error) => {
            eprintln!("outbox: {error:#}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn mail(letter: &Letter) -> Value {
    let headers: Vec<Value> = std::iter::once(("To", letter.to.as_str()))
        .chain(letter.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .map(|(name, value)| context! { name, value })
        .collect();
    context! { subject => letter.subject.as_str(), headers, text => letter.body.as_str() }
}

/// Sends the November newsletter to those who may be sent one now.
pub(crate) async fn send(State(app): State<Arc<App>>) -> Response {
    let issue = |lang: &Lang| {
        let letter = &Words::of(lang.as_str()).unwrap_or(LANGUAGES[0]).letter;
        (letter.subject.to_owned(), letter.text.to_owned())
    };
    match app.service.send_newsletter(issue).await {
        Ok(sent) => back(sent.recipients),
        Err(error) => unavailable(&error),
    }
}

/// Sends the offer to those signed in who allow offers at this moment.
pub(crate) async fn offer(State(app): State<Arc<App>>) -> Response {
    let Ok(purpose) = "marketing_mail".parse() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut recipients = 0;
    for (account, lang) in app.sessions.accounts() {
        let words = Words::of(lang).unwrap_or(LANGUAGES[0]);
        let letter = AccountLetter {
            to: account.clone(),
            lang: words.lang(),
            subject: words.offer.subject.to_owned(),
            text: words.offer.text.to_owned(),
        };
        match app.service.send_to_account(&account, &purpose, letter).await {
            Ok(sent) => recipients += sent.recipients,
            Err(error) => return unavailable(&error),
        }
    }
    back(recipients)
}

fn back(recipients: usize) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, format!("/demo/outbox?sent={recipients}"))]).into_response()
}

fn unavailable(error: &volens_server::ServiceError) -> Response {
    eprintln!("outbox: {error}");
    (StatusCode::SERVICE_UNAVAILABLE, "The store cannot be used just now.\n").into_response()
}
