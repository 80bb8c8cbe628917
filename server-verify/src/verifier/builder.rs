//! What a verifier has to know before it checks anything.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
#[cfg(feature = "std")]
use core::num::NonZeroUsize;
use core::time::Duration;

use volens_core::NoticeHash;
use volens_core::token::{DEV_TYPE, TYPE};

use super::{Config, Refusals, Verifier};
use crate::BuildError;
#[cfg(feature = "std")]
use crate::cache::Cache;
use crate::live::KeySource;
#[cfg(feature = "status")]
use crate::status::StatusLists;
#[cfg(feature = "std")]
use crate::{Clock, SystemClock};

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
    /// [`VerifyError`](crate::VerifyError)'s variants. What is accepted is the same; of a token with several faults
    /// another may be told. For services that anybody can send tokens to.
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
