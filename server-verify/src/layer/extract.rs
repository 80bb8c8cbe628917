//! `Consent` and `Grant<P>` as arguments of handlers.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::Extensions;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::{Source, cookie, problem};
use crate::{Consent, Denied, Grant, Purpose, VerifyError};

/// What the request says, kept so that several extractors verify once.
#[derive(Clone)]
struct Found(Result<Consent, Absent>);

#[derive(Clone, Copy)]
enum Absent {
    NoToken,
    Refused(VerifyError),
}

impl Absent {
    const fn code(self) -> &'static str {
        match self {
            Self::NoToken => "no-token",
            Self::Refused(error) => error.code(),
        }
    }
}

/// Why a handler was not called.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConsentRejection {
    /// No [`ConsentLayer`](super::ConsentLayer) lies above the handler: 500.
    LayerMissing,
    /// A valid token is demanded and there is none: 403.
    #[non_exhaustive]
    NoConsent {
        /// `no-token`, or a code of [`VerifyError`].
        because: &'static str,
    },
    /// A purpose is demanded and not granted: 403.
    #[non_exhaustive]
    NotGranted {
        /// The id of the purpose.
        purpose: &'static str,
        /// `no-token`, or a code of [`VerifyError`] or [`Denied`].
        because: &'static str,
    },
}

impl ConsentRejection {
    /// The stable name, as in the problem document.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LayerMissing => "consent-layer-missing",
            Self::NoConsent { .. } | Self::NotGranted { .. } => "consent-required",
        }
    }
}

impl IntoResponse for ConsentRejection {
    fn into_response(self) -> Response {
        let code = self.code();
        match self {
            Self::LayerMissing => problem::layer_missing(code),
            Self::NoConsent { because } => problem::consent_required(code, None, because),
            Self::NotGranted { purpose, because } => problem::consent_required(code, Some(purpose), because),
        }
    }
}

/// Under nested layers each answers for itself.
pub(super) fn forget(extensions: &mut Extensions) {
    extensions.remove::<Found>();
}

fn found(parts: &mut Parts) -> Result<Result<Consent, Absent>, ConsentRejection> {
    if let Some(Found(found)) = parts.extensions.get() {
        return Ok(found.clone());
    }
    let source = parts.extensions.get::<Source>().ok_or(ConsentRejection::LayerMissing)?;
    let found = match cookie::only(&parts.headers, &source.cookie) {
        None => Err(Absent::NoToken),
        Some(token) => std::str::from_utf8(token)
            .map_err(|_| VerifyError::Malformed)
            .and_then(|token| source.verifier.verify_at(token, source.clock.now()))
            .map_err(Absent::Refused),
    };
    parts.extensions.insert(Found(found.clone()));
    Ok(found)
}

impl<S: Sync> FromRequestParts<S> for Consent {
    type Rejection = ConsentRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        found(parts)?.map_err(|absent| ConsentRejection::NoConsent { because: absent.code() })
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Consent {
    type Rejection = ConsentRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(found(parts)?.ok())
    }
}

impl<S: Sync, P: Purpose> FromRequestParts<S> for Grant<P> {
    type Rejection = ConsentRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let refused = |because| ConsentRejection::NotGranted { purpose: P::ID, because };
        found(parts)?
            .map_err(|absent| refused(absent.code()))?
            .require()
            .map_err(|denied: Denied| refused(denied.code()))
    }
}

impl<S: Sync, P: Purpose> OptionalFromRequestParts<S> for Grant<P> {
    type Rejection = ConsentRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(found(parts)?.ok().and_then(|consent| consent.require().ok()))
    }
}
