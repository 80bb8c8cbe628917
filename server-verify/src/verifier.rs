//! The check itself.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use volens_core::token::{Claims, DEV_TYPE, Parts, TYPE, TokenError};
use volens_core::{NoticeHash, Timestamp};

use crate::cache::Cache;
use crate::consent::{Notice, Verified};
use crate::keys::{Alg, PublicKey};
use crate::{BuildError, Clock, Consent, KeySet, SystemClock, VerifyError};

/// Checks tokens of one issuer for one audience.
///
/// Cheap to clone, and without I/O: the same token, instant and configuration give the same answer. Clones share their
/// cache, if there is one.
#[derive(Clone, Debug)]
pub struct Verifier(Arc<Config>);

struct Config {
    typ: &'static str,
    issuer: String,
    audience: String,
    keys: KeySet,
    /// What most tokens begin with, and the key that it names.
    usual_headers: Vec<(String, String)>,
    controller: Option<String>,
    notices: Option<BTreeSet<NoticeHash>>,
    clock: Arc<dyn Clock>,
    leeway: i64,
    refusals: Refusals,
    cache: Option<Cache>,
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

    /// Verifies a token at the present, as the verifier's clock tells it.
    ///
    /// # Errors
    /// As [`verify_at`](Self::verify_at).
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
        let Some(cache) = &config.cache else {
            return Ok(Consent::new(Arc::new(config.verified(&parts, now)?), now, config.leeway));
        };
        if let Refusals::Early = config.refusals {
            // A hash costs more than a look at the header.
            config.key(&parts)?;
        }
        let fingerprint = Cache::fingerprint(token);
        if let Some(verified) = cache.get(&fingerprint, now) {
            config.in_time(&verified.claims, now)?;
            return Ok(Consent::new(verified, now, config.leeway));
        }
        let verified = Arc::new(config.verified(&parts, now)?);
        cache.put(fingerprint, &verified, now);
        Ok(Consent::new(verified, now, config.leeway))
    }
}

impl Config {
    fn verified(&self, parts: &Parts<'_>, now: Timestamp) -> Result<Verified, VerifyError> {
        let claims = match self.refusals {
            Refusals::InOrder => {
                let signature = parts.signature().map_err(reason)?;
                let claims = parts.claims().map_err(reason)?;
                self.key(parts)?.check(parts, signature)?;
                self.claims(&claims, now)?;
                claims
            }
            // A token is genuine only if its signature is checked; to refuse it any reason will do.
            Refusals::Early => {
                let key = self.key(parts)?;
                let claims = parts.claims().map_err(reason)?;
                self.claims(&claims, now)?;
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
    fn key(&self, parts: &Parts<'_>) -> Result<&PublicKey, VerifyError> {
        if let Some((_, kid)) = self.usual_headers.iter().find(|(header, _)| header == parts.header) {
            return self.keys.get(kid).ok_or(VerifyError::UnknownKey);
        }
        let judged = parts.judge_header(|header| {
            if header.typ != self.typ {
                return Err(VerifyError::WrongType);
            }
            let alg = Alg::named(header.alg).ok_or(VerifyError::WrongAlg)?;
            let key = self.keys.get(header.kid).ok_or(VerifyError::UnknownKey)?;
            if key.alg() == alg { Ok(key) } else { Err(VerifyError::WrongAlg) }
        });
        judged.map_err(reason)?
    }

    fn claims(&self, claims: &Claims, now: Timestamp) -> Result<(), VerifyError> {
        if claims.iss != self.issuer {
            return Err(VerifyError::WrongIssuer);
        }
        if claims.aud != self.audience {
            return Err(VerifyError::WrongAudience);
        }
        if self.controller.as_ref().is_some_and(|controller| !claims.ctl.contains(controller)) {
            return Err(VerifyError::WrongController);
        }
        self.in_time(claims, now)
    }

    /// What may have changed since the token was verified.
    fn in_time(&self, claims: &Claims, now: Timestamp) -> Result<(), VerifyError> {
        if Timestamp::from_unix_seconds(claims.iat.max(claims.nbf.unwrap_or(0))) > now.plus_seconds(self.leeway) {
            return Err(VerifyError::NotYetValid);
        }
        if Timestamp::from_unix_seconds(claims.exp) <= now.plus_seconds(-self.leeway) {
            return Err(VerifyError::Expired);
        }
        if claims.status.is_some() {
            return Err(VerifyError::StatusUnknown);
        }
        Ok(())
    }
}

impl PublicKey {
    fn check(&self, parts: &Parts<'_>, signature: Option<[u8; 64]>) -> Result<(), VerifyError> {
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

/// Configures a [`Verifier`].
#[derive(Clone, Default)]
pub struct VerifierBuilder {
    typ: Option<&'static str>,
    issuer: Option<String>,
    audience: Option<String>,
    keys: Option<KeySet>,
    controller: Option<String>,
    notices: Option<BTreeSet<NoticeHash>>,
    clock: Option<Arc<dyn Clock>>,
    leeway: Duration,
    refusals: Refusals,
    cache: Option<NonZeroUsize>,
    #[cfg(feature = "table")]
    tables: Tables,
}

/// Whether the keys get tables.
#[cfg(feature = "table")]
#[derive(Clone, Copy, Default)]
enum Tables {
    #[default]
    Unwanted,
    Wanted,
}

impl fmt::Debug for VerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifierBuilder")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// The most leeway, in seconds: clocks that differ by more are broken.
const MOST_LEEWAY: u64 = 300;

impl VerifierBuilder {
    /// Who must have issued the token (`iss`), compared byte by byte: the first origin of the site.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// For whom it must have been issued (`aud`), compared byte by byte: for the browser's cookie the first origin of
    /// the site, for a service of your own its name in `site.toml`.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// The keys that may have signed it.
    #[must_use]
    pub fn keys(mut self, keys: KeySet) -> Self {
        self.keys = Some(keys);
        self
    }

    /// The controller you act for, by its id in `site.toml`: a consent counts only for those its text named.
    #[must_use]
    pub fn controller(mut self, controller: impl Into<String>) -> Self {
        self.controller = Some(controller.into());
        self
    }

    /// The notices under which a grant counts; without this call, any.
    #[must_use]
    pub fn notices(mut self, notices: impl IntoIterator<Item = NoticeHash>) -> Self {
        self.notices = Some(notices.into_iter().collect());
        self
    }

    /// Takes the present from `clock`; without this call, from the system.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// By how much the issuer's clock and this one may differ, in whole seconds, at most 300: a token counts so much before
    /// it was issued and after it ends, and a grant so much before its time. None without this call.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Refuses for the reason that is cheapest to find, before any cryptography, instead of the first in the order of
    /// [`VerifyError`]'s variants. What is accepted is the same; of a token with several faults another may be told.
    /// For services that anybody can send tokens to.
    #[must_use]
    pub fn refuse_early(mut self) -> Self {
        self.refusals = Refusals::Early;
        self
    }

    /// Remembers up to so many verified tokens, each until it ends: a visitor's second request costs a hash instead of a
    /// signature. About 1 kB for each.
    #[must_use]
    pub fn cache(mut self, most: NonZeroUsize) -> Self {
        self.cache = Some(most);
        self
    }

    /// Makes a table of multiples for each Ed25519 key when the verifier is built, from which signatures are checked in
    /// half the time. The answers are the same.
    ///
    /// Each key takes 640 KiB and about a millisecond, and all of them together as much once more: for services that
    /// verify thousands of tokens a second. Off without this call.
    ///
    /// ```
    /// # let keys = volens_verify::KeySet::from_jwks(br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#)?;
    /// use volens_verify::Verifier;
    /// let shop = Verifier::builder().issuer("https://shop.example").audience("https://shop.example").keys(keys);
    /// let verifier = shop.precomputed().build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "table")]
    #[must_use]
    pub fn precomputed(mut self) -> Self {
        self.tables = Tables::Wanted;
        self
    }

    /// Finishes the configuration.
    ///
    /// # Errors
    /// Names what is missing, so that it fails at start and not at the first request.
    pub fn build(self) -> Result<Verifier, BuildError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        if self.notices.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(BuildError::Notices);
        }
        let leeway = self.leeway.as_secs();
        if leeway > MOST_LEEWAY || self.leeway.subsec_nanos() != 0 {
            return Err(BuildError::Leeway);
        }
        let typ = self.typ.unwrap_or(TYPE);
        let (issuer, audience) = (given(self.issuer), given(self.audience));
        let (issuer, audience) = (issuer.ok_or(BuildError::Issuer)?, audience.ok_or(BuildError::Audience)?);
        let keys = self.keys.ok_or(BuildError::Keys)?;
        #[cfg(feature = "table")]
        let keys = match self.tables {
            Tables::Wanted => keys.precomputed(),
            Tables::Unwanted => keys,
        };
        Ok(Verifier(Arc::new(Config {
            typ,
            issuer,
            audience,
            usual_headers: keys.usual_headers(typ),
            keys,
            controller: self.controller,
            notices: self.notices,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            leeway: leeway.cast_signed(),
            refusals: self.refusals,
            cache: self.cache.map(Cache::new),
        })))
    }
}

/// Makes a verifier accept the tokens of `volens serve --dev` **and no others**. Their cookies are not `Secure`: whoever shares the
/// network with a visitor can read and replace them. For a back end on the developer's own machine, nowhere else.
///
/// ```
/// # let keys = volens_verify::KeySet::from_jwks(br#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#)?;
/// use volens_verify::{Verifier, dangerous};
/// let here = Verifier::builder().issuer("http://localhost:8080").audience("http://localhost:8080").keys(keys);
/// let verifier = dangerous::for_development(here).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn for_development(builder: VerifierBuilder) -> VerifierBuilder {
    VerifierBuilder { typ: Some(DEV_TYPE), ..builder }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> KeySet {
        KeySet::from_public_keys([*ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key().as_bytes()]).unwrap()
    }

    #[test]
    fn a_configuration_says_what_it_lacks() {
        let error = |builder: VerifierBuilder| builder.build().unwrap_err();
        assert_eq!(error(Verifier::builder()), BuildError::Issuer);
        assert_eq!(error(Verifier::builder().issuer("")), BuildError::Issuer);
        assert_eq!(error(Verifier::builder().issuer("i")), BuildError::Audience);
        assert_eq!(error(Verifier::builder().issuer("i").audience("a")), BuildError::Keys);
        let full = Verifier::builder().issuer("i").audience("a").keys(keys());
        assert_eq!(error(full.clone().notices([])), BuildError::Notices);
        assert!(full.clone().build().is_ok());
        for wrong in [Duration::from_secs(301), Duration::from_millis(1)] {
            assert_eq!(error(full.clone().leeway(wrong)), BuildError::Leeway);
        }
        assert!(full.leeway(Duration::from_mins(5)).build().is_ok());
    }
}
