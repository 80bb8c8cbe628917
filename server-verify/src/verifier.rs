//! The check itself.

mod builder;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use volens_core::token::{Claims, HeaderRef, Parts, StatusEntry, TYPE, TokenError};
use volens_core::{NoticeHash, Timestamp};

#[cfg(feature = "std")]
use crate::Clock;
#[cfg(feature = "std")]
use crate::cache::Cache;
use crate::consent::{Life, Notice, Verified};
use crate::keys::{Alg, PublicKey};
use crate::live::{KeySource, Keys};
#[cfg(feature = "status")]
use crate::status::{self, StatusLists};
use crate::{Consent, VerifyError};

pub use builder::{VerifierBuilder, for_development};

/// Checks tokens of one issuer for one audience.
///
/// Cheap to clone, and without I/O: the same token, instant and configuration give the same answer. Clones share their
/// cache, if there is one.
#[derive(Clone, Debug)]
pub struct Verifier(Arc<Config>);

pub(crate) struct Config {
    typ: &'static str,
    issuer: String,
    audience: String,
    keys: KeySource,
    controller: Option<String>,
    notices: Option<BTreeSet<NoticeHash>>,
    #[cfg(feature = "std")]
    clock: Arc<dyn Clock>,
    leeway: i64,
    refusals: Refusals,
    #[cfg(feature = "std")]
    cache: Option<Cache>,
    #[cfg(feature = "status")]
    status: Option<StatusLists>,
}

/// Which reason is told where several hold.
#[derive(Clone, Copy, Debug, Default)]
enum Refusals {
    #[default]
    InOrder,
    Early,
}

impl Verifier {
    /// Begins a configuration; issuer, audience and keys are required.
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder::default()
    }

    #[cfg(feature = "status")]
    pub(crate) fn config(&self) -> &Config {
        &self.0
    }

    /// Verifies a token at the present, as the verifier's clock tells it.
    ///
    /// # Errors
    /// As [`verify_at`](Self::verify_at).
    #[cfg(feature = "std")]
    pub fn verify(&self, token: &str) -> Result<Consent, VerifyError> {
        self.verify_at(token, self.0.clock.now())
    }

    /// Verifies a token at the instant `now`.
    ///
    /// # Errors
    /// The first reason, in the order of [`VerifyError`]'s variants; with
    /// [`refuse_early`](VerifierBuilder::refuse_early) the one that costs least to find.
    pub fn verify_at(&self, token: &str, now: Timestamp) -> Result<Consent, VerifyError> {
        let config = &*self.0;
        // Before anything is hashed: a token that is too long can be as long as a request.
        let parts = Parts::split(token).map_err(reason)?;
        // Read once: one check, one set.
        let keys = config.keys.at(now);
        #[cfg(feature = "std")]
        if let Some(cache) = &config.cache {
            if let Refusals::Early = config.refusals {
                // A look at the header costs less than one at the cache, for which threads may wait.
                config.key(&parts, &keys)?;
            }
            if keys.in_use()
                && let Some((life, verified)) = cache.get(token, keys.generation(), now)
            {
                config.in_time(life, &verified.claims, &keys, now)?;
                return Ok(Consent::new(verified, now, config.leeway));
            }
            let verified = Arc::new(config.verified(&parts, &keys, now)?);
            cache.put(token, &verified, keys.generation(), now);
            return Ok(Consent::new(verified, now, config.leeway));
        }
        Ok(Consent::new(Arc::new(config.verified(&parts, &keys, now)?), now, config.leeway))
    }
}

impl Config {
    fn verified(&self, parts: &Parts<'_>, keys: &Keys<'_>, now: Timestamp) -> Result<Verified, VerifyError> {
        let claims = match self.refusals {
            Refusals::InOrder => {
                let signature = parts.signature().map_err(reason)?;
                let claims = parts.claims().map_err(reason)?;
                self.key(parts, keys)?.check(parts, signature)?;
                self.claims(&claims, keys, now)?;
                claims
            }
            // A token is genuine only if its signature is checked; to refuse it any reason will do.
            Refusals::Early => {
                let key = self.key(parts, keys)?;
                let claims = parts.claims().map_err(reason)?;
                self.claims(&claims, keys, now)?;
                key.check(parts, parts.signature().map_err(reason)?)?;
                claims
            }
        };
        let notice = match &self.notices {
            Some(notices) if !notices.contains(&claims.ntc) => Notice::Other,
            _ => Notice::Counts,
        };
        Ok(Verified { claims, notice })
    }

    /// The key that the header names.
    fn key<'k>(&self, parts: &Parts<'_>, keys: &'k Keys<'_>) -> Result<&'k PublicKey, VerifyError> {
        if self.typ == TYPE
            && let Some(key) = keys.of_usual_header(parts.header)
        {
            return key;
        }
        parts.judge_header(|header| named(keys, header, self.typ)).map_err(reason)?
    }

    fn claims(&self, claims: &Claims, keys: &Keys<'_>, now: Timestamp) -> Result<(), VerifyError> {
        if claims.iss != self.issuer {
            return Err(VerifyError::WrongIssuer);
        }
        if claims.aud != self.audience {
            return Err(VerifyError::WrongAudience);
        }
        if self.controller.as_ref().is_some_and(|controller| !claims.ctl.contains(controller)) {
            return Err(VerifyError::WrongController);
        }
        self.in_time(Life::of(claims), claims, keys, now)
    }

    /// What may have changed since the token was verified. Its claims, which are far away in memory, are looked at only if
    /// they name a status list.
    fn in_time(&self, life: Life, claims: &Claims, keys: &Keys<'_>, now: Timestamp) -> Result<(), VerifyError> {
        if life.begin > now.plus_seconds(self.leeway) {
            return Err(VerifyError::NotYetValid);
        }
        if life.end <= now.plus_seconds(-self.leeway) {
            return Err(VerifyError::Expired);
        }
        if !life.can_be_withdrawn {
            return Ok(());
        }
        claims.status.as_ref().map_or(Ok(()), |status| self.standing(&status.status_list, keys, now))
    }

    #[cfg(feature = "status")]
    fn standing(&self, entry: &StatusEntry, keys: &Keys<'_>, now: Timestamp) -> Result<(), VerifyError> {
        let lists = self.status.as_ref().ok_or(VerifyError::StatusUnknown)?;
        status::standing(lists, &self.issuer, keys, entry, now)
    }

    #[cfg(not(feature = "status"))]
    #[allow(clippy::unused_self, reason = "as with the feature, which asks the lists")]
    fn standing(&self, _: &StatusEntry, _: &Keys<'_>, _: Timestamp) -> Result<(), VerifyError> {
        Err(VerifyError::StatusUnknown)
    }
}

/// What a status list is held against.
#[cfg(feature = "status")]
impl Config {
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn keys_at(&self, now: Timestamp) -> Keys<'_> {
        self.keys.at(now)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The key that a header names, if it is the header of a token of type `typ`.
pub(crate) fn named<'k>(keys: &'k Keys<'_>, header: HeaderRef<'_>, typ: &str) -> Result<&'k PublicKey, VerifyError> {
    if header.typ != typ {
        return Err(VerifyError::WrongType);
    }
    let alg = Alg::named(header.alg).ok_or(VerifyError::WrongAlg)?;
    let key = keys.named(header.kid)?;
    if key.alg() == alg { Ok(key) } else { Err(VerifyError::WrongAlg) }
}

impl PublicKey {
    pub(crate) fn check(&self, parts: &Parts<'_>, signature: Option<[u8; 64]>) -> Result<(), VerifyError> {
        match signature {
            Some(signature) if self.signed(parts.signing_input.as_bytes(), &signature) => Ok(()),
            _ => Err(VerifyError::BadSignature),
        }
    }
}

fn reason(error: TokenError) -> VerifyError {
    match error {
        TokenError::TooLong => VerifyError::TooLong,
        TokenError::ForbiddenHeader => VerifyError::ForbiddenHeader,
        _ => VerifyError::Malformed,
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("keys", &self.keys)
            .field("controller", &self.controller)
            .field("notices", &self.notices)
            .finish_non_exhaustive()
    }
}
