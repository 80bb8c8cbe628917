//! `volens token`: what a back end would say to a token.

mod inspect;
mod mint;
mod status;

use std::path::PathBuf;

use serde_json::{Value, json};
use volens_core::token::{Claims, MAX_LENGTH};
use volens_core::{NoticeHash, PurposeId, Timestamp};
use volens_verify::{Consent, KeySet, StatusLists, Verifier};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// Check consent tokens, read them, or make them for tests.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Token {
    Verify(Verify),
    Inspect(inspect::Inspect),
    Mint(Box<mint::Mint>),
}

/// Verify the token on standard input.
///
/// Exit 0 if it is valid (and grants the purpose, if one is named), 1 if it is refused; the code of the refusal is
/// printed. Nothing is fetched.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The keys that may have signed, as served at /.well-known/jwks.json
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
    /// Who must have issued it: the site's first origin
    #[arg(long, value_name = "ORIGIN")]
    issuer: String,
    /// For whom it must have been issued
    #[arg(long, value_name = "AUDIENCE")]
    audience: String,
    /// The time at which to verify (RFC 3339)
    #[arg(long, value_name = "TIME")]
    at: Timestamp,
    /// The status list that the token names, as served at /consent/v1/status/…; at most five minutes old at that time
    #[arg(long, value_name = "FILE")]
    status: Option<PathBuf>,
    /// Demand this purpose too
    #[arg(long, value_name = "ID")]
    purpose: Option<PurposeId>,
    /// The controller on whose behalf consent is used
    #[arg(long, value_name = "ID")]
    controller: Option<String>,
    /// A notice under which a grant counts; may be given several times
    #[arg(long, value_name = "NOTICE", allow_hyphen_values = true)]
    notice: Vec<NoticeHash>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Token {
    pub(crate) fn run(self) -> Outcome {
        match self {
            Self::Verify(verify) => verify.run(),
            Self::Inspect(inspect) => inspect.run(),
            Self::Mint(mint) => mint.run(),
        }
    }
}

enum Answer {
    Valid(Box<Consent>),
    Refused { code: &'static str, message: String },
}

impl Verify {
    fn run(self) -> Outcome {
        let verifier = self.verifier()?;
        let answer = self.ask(&verifier, &one_line(input::standard_input(MAX_LENGTH as u64 + 3)?));
        if self.json {
            input::print_json(&answer.json(self.purpose.as_ref()))?;
        } else {
            input::print(answer.text(self.purpose.as_ref()))?;
        }
        Ok(match answer {
            Answer::Valid(_) => Exit::Ok,
            Answer::Refused { .. } => Exit::Refused,
        })
    }

    fn verifier(&self) -> Result<Verifier, Failure> {
        let keys = KeySet::from_jwks(&input::read(&self.jwks)?)
            .map_err(|error| Failure::bad(format_args!("{}: {error}", self.jwks.display())))?;
        let mut builder = Verifier::builder().issuer(&self.issuer).audience(&self.audience).keys(keys);
        if let Some(controller) = &self.controller {
            builder = builder.controller(controller);
        }
        if !self.notice.is_empty() {
            builder = builder.notices(self.notice.iter().cloned());
        }
        let lists = StatusLists::new();
        let verifier = builder.status(lists.clone()).build().map_err(Failure::bad)?;
        if let Some(file) = &self.status {
            status::take_in(file, &lists, &verifier, self.at)?;
        }
        Ok(verifier)
    }

    fn ask(&self, verifier: &Verifier, token: &[u8]) -> Answer {
        // What is no text is no token; the empty one is refused for the same reason.
        let token = if token.len() > MAX_LENGTH {
            String::from_utf8_lossy(token)
        } else {
            std::str::from_utf8(token).unwrap_or_default().into()
        };
        match verifier.verify_at(&token, self.at) {
            Err(error) => Answer::Refused { code: error.code(), message: error.to_string() },
            Ok(consent) => match self.purpose.as_ref().map(|purpose| consent.require_id(purpose)) {
                Some(Err(denied)) => Answer::Refused { code: denied.code(), message: denied.to_string() },
                Some(Ok(_)) | None => Answer::Valid(Box::new(consent)),
            },
        }
    }
}

impl Answer {
    fn json(&self, purpose: Option<&PurposeId>) -> Value {
        let mut answer = match self {
            Self::Valid(consent) => json!({"valid": true, "code": "ok", "claims": consent.claims()}),
            Self::Refused { code, message } => json!({"valid": false, "code": code, "message": message}),
        };
        if let (Some(purpose), Some(members)) = (purpose, answer.as_object_mut()) {
            members.insert("purpose".into(), purpose.as_str().into());
        }
        answer
    }

    fn text(&self, purpose: Option<&PurposeId>) -> String {
        match self {
            Self::Refused { code, message } => format!("refused: {code}: {message}\n"),
            Self::Valid(consent) => {
                let granted = purpose.map_or_else(|| granted(consent.claims()), ToString::to_string);
                format!("valid until {}, granted: {granted}\n", consent.expires_at())
            }
        }
    }
}

fn granted(claims: &Claims) -> String {
    let granted = claims
        .g
        .iter()
        .filter(|(_, stance)| **stance != volens_core::token::Stance::Refused)
        .map(|(purpose, _)| purpose.as_str())
        .collect::<Vec<_>>();
    if granted.is_empty() { "nothing".to_owned() } else { granted.join(", ") }
}

/// Without the line end that `echo` and editors add; anything more belongs to the token and spoils it.
fn one_line(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    bytes
}
