//! `volens token mint`: a token that nobody's choice stands behind, for tests and support.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::json;
use volens_core::manifest::Mode;
use volens_core::site::Site;
use volens_core::token::{Claims, Issue, Stance};
use volens_core::{Channel, Lang, PurposeId, SubjectId, Timestamp};
use volens_server::keys::{Keys, KeysError};
use volens_server::{Clock as _, SystemClock};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;

/// How long a token may live that a service's own key signs.
const SHORT: i64 = 600;

/// Make a token for a test.
///
/// It is signed by a key made for this one call, whose public half is written to --jwks: a back end under test is given
/// that file and believes it, and no other does.
///
/// --keys signs with the key of a real service instead, and then the token is a consent that nobody gave: every back end
/// of the site believes it. So it has to be asked for by --for-testing, with the site's origin said again; it is issued
/// now, lives 10 minutes at most, its "sub" and "jti" begin with "test-", and there is no record of it in the store.
#[derive(Debug, clap::Args)]
pub(crate) struct Mint {
    /// The site's description
    #[arg(long, value_name = "site.toml")]
    site: PathBuf,
    /// A purpose to grant; may be given several times, all others are refused
    #[arg(long, value_name = "ID")]
    grant: Vec<PurposeId>,
    /// The language of the text (default: the site's first)
    #[arg(long)]
    lang: Option<Lang>,
    /// Whose it is: the part of "sub" after "test-"
    #[arg(long, value_name = "NAME", default_value = "subject")]
    subject: String,
    /// When it is issued (RFC 3339; default: now)
    #[arg(long, value_name = "TIME", conflicts_with = "keys")]
    at: Option<Timestamp>,
    /// How long it lives, if less than the law of the token has it
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..=15_552_000))]
    life: Option<i64>,
    /// Where to write the public key that verifies it
    #[arg(long, value_name = "FILE", required_unless_present_any = ["keys", "json"], conflicts_with = "keys")]
    jwks: Option<PathBuf>,
    /// Sign with the key of the service that has this data folder
    #[arg(long, value_name = "DIR", requires_all = ["for_testing", "origin"])]
    keys: Option<PathBuf>,
    /// Say that the token is for a test, although a service's own key signs it
    #[arg(long, requires = "keys")]
    for_testing: bool,
    /// The site's first origin once more, so that a command that was copied does not sign for another site
    #[arg(long, value_name = "ORIGIN", requires = "keys")]
    origin: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Mint {
    pub(crate) fn run(self) -> Outcome {
        let site = input::site(&self.site)?;
        if let Some(origin) = self.origin.as_ref().filter(|origin| origin.as_str() != site.origin()) {
            let own = site.origin();
            return Err(Failure::bad(format_args!("--origin: found {origin:?}, expected the site's own, {own:?}")));
        }
        let claims = self.claims(&site)?;
        let (token, jwks) = match &self.keys {
            None => {
                let keys = Keys::temporary().map_err(Failure::failed)?;
                let jwks = keys.public().map_err(Failure::failed)?.to_jwks();
                (keys.sign(&claims).map_err(Failure::bad)?, jwks)
            }
            Some(data) => signed_by_service(data, &claims)?,
        };
        if let Some(file) = &self.jwks {
            std::fs::write(file, jwks.clone() + "\n")
                .map_err(|error| Failure::failed(format_args!("{}: cannot be written: {error}", file.display())))?;
        }
        if self.json {
            let jwks: serde_json::Value = serde_json::from_str(&jwks).map_err(Failure::failed)?;
            input::print_json(&json!({"token": token, "jwks": jwks, "claims": claims}))?;
        } else {
            input::print(token + "\n")?;
        }
        Ok(Exit::Ok)
    }

    fn claims(&self, site: &Site) -> Result<Claims, Failure> {
        let now = self.at.unwrap_or_else(|| SystemClock.now());
        let lang = self.lang.as_ref().unwrap_or_else(|| site.default_lang());
        let manifest = input::manifest(site, &self.site, lang, Mode::Service)?;
        let asked: BTreeSet<PurposeId> = site.device_choices().into_iter().map(|purpose| purpose.id.clone()).collect();
        if let Some(unknown) = self.grant.iter().find(|id| !asked.contains(*id)) {
            let known = asked.iter().map(PurposeId::as_str).collect::<Vec<_>>().join(", ");
            return Err(Failure::bad(format_args!(
                "--grant: found {unknown}, expected a purpose that the banner asks for: {known}"
            )));
        }
        let issue = Issue {
            origin: site.origin().to_owned(),
            controllers: manifest.controllers.iter().map(|party| party.id.clone()).collect(),
            policy: manifest.policy.version.clone(),
            notice: manifest.notice.clone(),
            text: manifest.text.clone(),
            lang: manifest.lang.clone(),
            jurisdiction: site.rule_set().code().into(),
        };
        let most = self.keys.as_ref().map(|_| SHORT);
        if let (Some(life), Some(most)) = (self.life, most)
            && life > most
        {
            return Err(Failure::bad(format_args!("--life: found {life}, expected at most {most} with --keys")));
        }
        let end = self.life.or(most).map(|life| now.plus_seconds(life));
        let mut claims = if self.grant.is_empty() {
            Claims::refused(issue, now, asked)
        } else {
            let stance = |id: &PurposeId| {
                if self.grant.contains(id) { Stance::Granted(whole(now)) } else { Stance::Refused }
            };
            let decided: BTreeMap<_, _> = asked.iter().map(|id| (id.clone(), stance(id))).collect();
            Claims::granted(
                issue,
                (self.sub()?, format!("test-{}", now.unix_millis())),
                Channel::Support,
                now,
                decided,
                [],
            )
        };
        if let Some(end) = end {
            claims.exp = claims.exp.min(end.unix_seconds());
        }
        Ok(claims)
    }

    fn sub(&self) -> Result<SubjectId, Failure> {
        let sub = format!("test-{}", self.subject);
        sub.parse().map_err(|error| Failure::bad(format_args!("--subject: found {:?}, {error}", self.subject)))
    }
}

fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_unix_seconds(at.unix_seconds())
}

fn signed_by_service(data: &Path, claims: &Claims) -> Result<(String, String), Failure> {
    let now = SystemClock.now();
    let failed = |error: KeysError| Failure::failed(error);
    let token = Keys::sign_under(data, now, claims).map_err(failed)?;
    let jwks = Keys::published(data, now).map_err(failed)?.to_jwks();
    eprintln!(
        "volens: warning: back ends of {} believe this token until {}, and nobody gave this consent",
        claims.iss,
        Timestamp::from_unix_seconds(claims.exp)
    );
    Ok((token, jwks))
}
