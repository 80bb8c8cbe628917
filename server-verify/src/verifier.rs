//! The check itself.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
#[cfg(feature = "std")]
use core::num::NonZeroUsize;
use core::time::Duration;

use volens_core::token::{Claims, DEV_TYPE, HeaderRef, Parts, StatusEntry, TYPE, TokenError};
use volens_core::{NoticeHash, Timestamp};

#[cfg(feature = "std")]
use crate::cache::Cache;
use crate::consent::{Life, Notice, Verified};
use crate::keys::{Alg, PublicKey};
use crate::live::{KeySource, Keys};
#[cfg(feature = "status")]
use crate::status::{self, StatusLists};
use crate::{BuildError, Consent, VerifyError};
#[cfg(feature = "std")]
use crate::{Clock, SystemClock};

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

/// Configures a [`Verifier`].
#[derive(Clone, Default)]
pub struct VerifierBuilder {
    typ: Option<&'static str>,
    issuer: Option<String>,
    audience: Option<String>,
    keys: Option<KeySource>,
    controller: Option<String>,
    notices: Option<BTreeSet<NoticeHash>>,
    #[cfg(feature = "std")]
    clock: Option<Arc<dyn Clock>>,
    leeway: Duration,
    refusals: Refusals,
    #[cfg(feature = "std")]
    cache: Option<NonZeroUsize>,
    #[cfg(feature = "status")]
    status: Option<StatusLists>,
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

    /// The keys that may have signed it: a [`KeySet`](crate::KeySet), or [`LiveKeys`](crate::LiveKeys) to change them
    /// while the verifier is in use.
    #[must_use]
    pub fn keys(mut self, keys: impl Into<KeySource>) -> Self {
        self.keys = Some(keys.into());
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
    #[cfg(feature = "std")]
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
    #[cfg(feature = "std")]
    #[must_use]
    pub fn cache(mut self, most: NonZeroUsize) -> Self {
        self.cache = Some(most);
        self
    }

    /// The status lists that say which tokens were withdrawn since they were issued; without this call a token that names
    /// one is refused as `status-unknown`. Feature `status`.
    #[cfg(feature = "status")]
    #[must_use]
    pub fn status(mut self, lists: StatusLists) -> Self {
        self.status = Some(lists);
        self
    }

    /// Makes a table of multiples for each Ed25519 key when the verifier is built, from which signatures are checked in
    /// half the time. The answers are the same.
    ///
    /// Each key takes 2 MiB and some two milliseconds, and all of them together as much once more: for services that
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
        #[cfg(feature = "status")]
        if self.status.as_ref().is_some_and(|lists| !lists.age_is_bounded()) {
            return Err(BuildError::StatusAge);
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
            keys,
            controller: self.controller,
            notices: self.notices,
            #[cfg(feature = "std")]
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            leeway: leeway.cast_signed(),
            refusals: self.refusals,
            #[cfg(feature = "std")]
            cache: self.cache.map(Cache::new),
            #[cfg(feature = "status")]
            status: self.status,
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
    use crate::KeySet;

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
