//! Mails: through SMTP when it is configured, else into an outbox in the store.

use crate::store::Store;
use crate::{Service, ServiceError};
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where mails go.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Mail {
    /// Into the store's outbox, for demonstrations and tests.
    Outbox,
    /// To a mail server.
    #[non_exhaustive]
    Smtp {
        /// `smtps://user:password@host:465`, or `smtp://host:587?tls=required`.
        url: String,
        /// The sender, such as `Nordvakt <news@nordvakt.example>`.
        from: String,
    },
}

impl Mail {
    /// To a mail server. `url`: `smtps://user:password@host:465` or `smtp://host:587?tls=required`.
    pub fn smtp(url: impl Into<String>, from: impl Into<String>) -> Self {
        Self::Smtp { url: url.into(), from: from.into() }
    }
}

/// A mail: plain text, with the headers that its kind calls for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// Further headers, such as `List-Unsubscribe` (RFC 8058).
    pub headers: Vec<(String, String)>,
    /// The text.
    pub body: String,
}

/// Why a mail cannot be sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum MailError {
    /// The mail server's address cannot be read.
    Url(lettre::transport::smtp::Error),
    /// Sender, recipient or a header is not one.
    Letter(String),
    /// The mail server did not take it.
    Refused(lettre::transport::smtp::Error),
}

impl fmt::Display for MailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(error) => {
                write!(
                    f,
                    "not a mail server: {error}; expected smtps://user:password@host:465 or smtp://host:587?tls=required"
                )
            }
            Self::Letter(found) => write!(f, "not an address or header: {found}"),
            Self::Refused(error) => write!(f, "the mail server did not take the mail: {error}"),
        }
    }
}

impl std::error::Error for MailError {}

pub(crate) enum Mailer {
    Outbox,
    Smtp { transport: Box<AsyncSmtpTransport<Tokio1Executor>>, from: Mailbox },
}

impl Mailer {
    pub(crate) fn new(mail: Mail) -> Result<Self, MailError> {
        match mail {
            Mail::Outbox => Ok(Self::Outbox),
            Mail::Smtp { url, from } => Ok(Self::Smtp {
                transport: Box::new(
                    AsyncSmtpTransport::<Tokio1Executor>::from_url(&url).map_err(MailError::Url)?.build(),
                ),
                from: from.parse().map_err(|_| MailError::Letter(from))?,
            }),
        }
    }
}

/// An address as it is kept: without spaces around it, its domain in lower case. None: mail cannot be sent to it.
pub fn as_kept(address: &str) -> Option<String> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    let address = format!("{local}@{}", domain.to_lowercase());
    let reachable = |address: lettre::Address| address.domain().contains('.');
    (address.len() <= 254 && address.parse().is_ok_and(reachable)).then_some(address)
}

impl Service {
    /// Sends a letter, or keeps it in the outbox.
    pub(crate) async fn send(&self, letter: Letter) -> Result<(), ServiceError> {
        match &self.0.mailer {
            Mailer::Outbox => self.run(move |inner| keep(&inner.store, &letter)).await,
            Mailer::Smtp { transport, from } => {
                let message = message(&letter, from.clone()).map_err(ServiceError::Mail)?;
                transport.send(message).await.map_err(|error| ServiceError::Mail(MailError::Refused(error)))?;
                Ok(())
            }
        }
    }

    /// The letters in the outbox, newest first; empty when mails go to a mail server.
    pub async fn outbox(&self) -> Result<Vec<Letter>, ServiceError> {
        self.run(|inner| {
            #[expect(
                clippy::redundant_closure_for_method_calls,
                reason = "the method alone is not general enough over its lifetime"
            )]
            let letters = inner.store.read(|read| read.outbox())?;
            letters.iter().map(|letter| serde_json::from_str(letter).map_err(|_| ServiceError::Corrupt)).collect()
        })
        .await
    }
}

fn keep(store: &Store, letter: &Letter) -> Result<(), ServiceError> {
    let letter = serde_json::to_string(letter).map_err(|_| ServiceError::Corrupt)?;
    store.write(|write| write.post(&letter))
}

fn message(letter: &Letter, from: Mailbox) -> Result<Message, MailError> {
    let bad = |text: &str| MailError::Letter(text.to_owned());
    let to: Mailbox = letter.to.parse().map_err(|_| bad(&letter.to))?;
    let mut builder = Message::builder().from(from).to(to).subject(&letter.subject).header(ContentType::TEXT_PLAIN);
    for (name, value) in &letter.headers {
        let header = HeaderName::new_from_ascii(name.clone()).map_err(|_| bad(name))?;
        builder = builder.raw_header(HeaderValue::new(header, value.clone()));
    }
    builder.body(letter.body.clone()).map_err(|error| bad(&error.to_string()))
}
