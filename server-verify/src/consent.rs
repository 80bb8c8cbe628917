//! What a verified token permits.

use alloc::string::ToString as _;
use alloc::sync::Arc;
use core::fmt;
use core::marker::PhantomData;

use volens_core::token::{Claims, Stance};
use volens_core::{NoticeHash, PurposeId, Timestamp};

use crate::{Denied, DeniedReason, Purpose};

/// A verified consent token, at the instant it was verified.
///
/// Only [`Verifier::verify`](crate::Verifier::verify) makes one. That it exists says that the token is genuine and
/// valid, not that anything was granted: a refusal is a valid token too. Ask [`require`](Self::require).
#[derive(Clone)]
pub struct Consent {
    verified: Arc<Verified>,
    at: Timestamp,
    /// The present of the issuer, whose clock may be ahead.
    latest: Timestamp,
}

/// What a token says that passed every check which does not depend on the time.
pub(crate) struct Verified {
    pub(crate) claims: Claims,
    pub(crate) notice: Notice,
}

impl Verified {
    pub(crate) fn expires_at(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.claims.exp)
    }
}

/// When a token counts: all that can have changed since it was verified.
#[derive(Clone, Copy)]
pub(crate) struct Life {
    /// The later of `iat` and `nbf`.
    pub(crate) begin: Timestamp,
    pub(crate) end: Timestamp,
    /// Whether it names a status list.
    pub(crate) can_be_withdrawn: bool,
}

impl Life {
    pub(crate) fn of(claims: &Claims) -> Self {
        Self {
            begin: Timestamp::from_unix_seconds(claims.iat.max(claims.nbf.unwrap_or(0))),
            end: Timestamp::from_unix_seconds(claims.exp),
            can_be_withdrawn: claims.status.is_some(),
        }
    }
}

/// Whether the token's notice is among those that count.
#[derive(Clone, Copy)]
pub(crate) enum Notice {
    Counts,
    Other,
}

impl Consent {
    pub(crate) fn new(verified: Arc<Verified>, at: Timestamp, leeway: i64) -> Self {
        Self { verified, at, latest: at.plus_seconds(leeway) }
    }

    /// Proof that the purpose was granted.
    ///
    /// # Errors
    /// `other-notice` if it was granted under a notice that does not count; `not-granted` if it was refused, not
    /// asked, or granted later than the instant of verification.
    pub fn require<P: Purpose>(&self) -> Result<Grant<P>, Denied> {
        let granted_at = self.granted(P::ID).map_err(|reason| Denied::new(P::ID, reason))?;
        Ok(Grant { consent: self.clone(), granted_at, purpose: PhantomData })
    }

    /// When the purpose was granted, for purposes known only at run time.
    ///
    /// # Errors
    /// As [`require`](Self::require).
    pub fn require_id(&self, purpose: &PurposeId) -> Result<Timestamp, Denied> {
        self.granted(purpose.as_str()).map_err(|reason| Denied::new(purpose.to_string(), reason))
    }

    /// Whether the purpose is granted, for purposes known only at run time.
    pub fn permits(&self, purpose: &PurposeId) -> bool {
        self.granted(purpose.as_str()).is_ok()
    }

    /// The instant of verification.
    pub fn verified_at(&self) -> Timestamp {
        self.at
    }

    /// When the token ends. A `Consent` kept longer than this must be verified again.
    pub fn expires_at(&self) -> Timestamp {
        self.verified.expires_at()
    }

    /// The notice that was answered.
    pub fn notice(&self) -> &NoticeHash {
        &self.verified.claims.ntc
    }

    /// All that the token claims.
    pub fn claims(&self) -> &Claims {
        &self.verified.claims
    }

    fn granted(&self, purpose: &str) -> Result<Timestamp, DeniedReason> {
        let granted_at = match self.verified.claims.g.get(purpose) {
            Some(Stance::Granted(at)) => *at,
            Some(Stance::Refused) | None => return Err(DeniedReason::NotGranted),
        };
        match self.verified.notice {
            Notice::Other => Err(DeniedReason::OtherNotice),
            Notice::Counts if granted_at > self.latest => Err(DeniedReason::NotGranted),
            Notice::Counts => Ok(granted_at),
        }
    }
}

impl fmt::Debug for Consent {
    /// Without the subject: consents end up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consent")
            .field("verified_at", &self.at)
            .field("expires_at", &self.expires_at())
            .field("notice", &self.verified.claims.ntc)
            .field("g", &self.verified.claims.g)
            .finish_non_exhaustive()
    }
}

/// Proof that the visitor granted the purpose `P`: take it as an argument of what needs consent.
///
/// Nothing but a check makes one, so code that has it has checked:
///
/// ```
/// use volens_verify::{Analytics, Consent, Denied, Grant};
/// fn count_view(_: &Grant<Analytics>) {}
/// fn viewed(consent: &Consent) -> Result<(), Denied> {
///     count_view(&consent.require()?);
///     Ok(())
/// }
/// ```
///
/// Code that forgot to check does not compile,
///
/// ```compile_fail
/// use volens_verify::{Analytics, Consent, Denied, Grant};
/// fn count_view(_: &Grant<Analytics>) {}
/// fn viewed(consent: &Consent) -> Result<(), Denied> {
///     count_view();
///     Ok(())
/// }
/// ```
///
/// nor does what was checked for something else,
///
/// ```compile_fail
/// use volens_verify::{Analytics, Consent, Denied, Grant, Marketing};
/// fn count_view(_: &Grant<Analytics>) {}
/// fn viewed(consent: &Consent) -> Result<(), Denied> {
///     count_view(&consent.require::<Marketing>()?);
///     Ok(())
/// }
/// ```
///
/// nor a grant, or a consent, of one's own making. Of what it would take (here all of it), every part is private:
///
/// ```compile_fail,E0451
/// use volens_verify::{Analytics, Consent, Grant};
/// fn forge(consent: Consent) -> Grant<Analytics> {
///     Grant { granted_at: consent.verified_at(), consent, purpose: std::marker::PhantomData }
/// }
/// ```
///
/// ```compile_fail,E0451
/// use volens_verify::{Consent, Grant};
/// fn later(known: Consent) -> Consent {
///     Consent { at: known.expires_at(), ..known }
/// }
/// ```
pub struct Grant<P> {
    consent: Consent,
    granted_at: Timestamp,
    purpose: PhantomData<fn() -> P>,
}

impl<P: Purpose> Grant<P> {
    /// When it was granted.
    pub fn granted_at(&self) -> Timestamp {
        self.granted_at
    }

    /// The consent it stands in.
    pub fn consent(&self) -> &Consent {
        &self.consent
    }
}

impl<P> Clone for Grant<P> {
    fn clone(&self) -> Self {
        Self { consent: self.consent.clone(), granted_at: self.granted_at, purpose: PhantomData }
    }
}

impl<P: Purpose> fmt::Debug for Grant<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").field("purpose", &P::ID).field("granted_at", &self.granted_at).finish_non_exhaustive()
    }
}
