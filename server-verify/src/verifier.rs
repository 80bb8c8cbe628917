//! The check itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use volens_core::token::{DEV_TYPE, TYPE, TokenError, UnverifiedToken};
use volens_core::{NoticeHash, Timestamp};

use crate::consent::Notice;
use crate::{BuildError, Consent, KeySet, VerifyError};

/// Checks tokens of one issuer for one audience.
///
/// Immutable, cheap to clone, without clock and without I/O: the same token, `now` and configuration give the same
/// answer.
#[derive(Clone, Debug)]
pub struct Verifier(Arc<Config>);

#[derive(Debug)]
struct Config {
    typ: &'static str,
    issuer: String,
    audience: String,
    keys: KeySet,
    controller: Option<String>,
    notices: Option<BTreeSet<NoticeHash>>,
}

impl Verifier {
    /// Begins a configuration; issuer, audience and keys are required.
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder::default()
    }

    /// Verifies a token at the instant `now`. There is no leeway: pass an earlier `now` if your clock runs behind.
    ///
    /// # Errors
    /// The first reason, in the order of [`VerifyError`]'s variants.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Consent, VerifyError> {
        let config = &*self.0;
        let token = UnverifiedToken::parse(token).map_err(|error| match error {
            TokenError::TooLong => VerifyError::TooLong,
            TokenError::ForbiddenHeader => VerifyError::ForbiddenHeader,
            _ => VerifyError::Malformed,
        })?;
        let header = token.header();
        if header.typ != config.typ {
            return Err(VerifyError::WrongType);
        }
        if header.alg != "EdDSA" && header.alg != "Ed25519" {
            return Err(VerifyError::WrongAlg);
        }
        let key = config.keys.get(&header.kid).ok_or(VerifyError::UnknownKey)?;
        key.signed(token.signing_input().as_bytes(), token.signature()).map_err(|()| VerifyError::BadSignature)?;

        let claims = token.claims();
        if claims.iss != config.issuer {
            return Err(VerifyError::WrongIssuer);
        }
        if claims.aud != config.audience {
            return Err(VerifyError::WrongAudience);
        }
        if config.controller.as_ref().is_some_and(|controller| !claims.ctl.contains(controller)) {
            return Err(VerifyError::WrongController);
        }
        if Timestamp::from_unix_seconds(claims.iat.max(claims.nbf.unwrap_or(0))) > now {
            return Err(VerifyError::NotYetValid);
        }
        if Timestamp::from_unix_seconds(claims.exp) <= now {
            return Err(VerifyError::Expired);
        }
        if claims.status.is_some() {
            return Err(VerifyError::StatusUnknown);
        }
        let notice = match &config.notices {
            Some(notices) if !notices.contains(&claims.ntc) => Notice::Other,
            _ => Notice::Counts,
        };
        Ok(Consent::new(token.into_claims(), now, notice))
    }
}

/// Configures a [`Verifier`].
#[derive(Clone, Debug, Default)]
pub struct VerifierBuilder {
    typ: Option<&'static str>,
    issuer: Option<String>,
    audience: Option<String>,
    keys: Option<KeySet>,
    controller: Option<String>,
    notices: Option<BTreeSet<NoticeHash>>,
}

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

    /// Finishes the configuration.
    ///
    /// # Errors
    /// Names what is missing, so that it fails at start and not at the first request.
    pub fn build(self) -> Result<Verifier, BuildError> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        if self.notices.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(BuildError::Notices);
        }
        Ok(Verifier(Arc::new(Config {
            typ: self.typ.unwrap_or(TYPE),
            issuer: given(self.issuer).ok_or(BuildError::Issuer)?,
            audience: given(self.audience).ok_or(BuildError::Audience)?,
            keys: self.keys.ok_or(BuildError::Keys)?,
            controller: self.controller,
            notices: self.notices,
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
        assert!(full.build().is_ok());
    }
}
