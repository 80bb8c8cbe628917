//! Why there is no consent, and how that is told: as a problem document (RFC 9457), or in a protocol's own way.

use std::fmt;

use serde_json::json;

/// Why a handler was not called.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConsentRejection {
    /// No layer or middleware of this crate lies above the handler: 500.
    LayerMissing,
    /// A valid token is demanded and there is none: 403.
    #[non_exhaustive]
    NoConsent {
        /// `no-token`, or a code of [`VerifyError`](crate::VerifyError).
        because: &'static str,
    },
    /// A purpose is demanded and not granted: 403.
    #[non_exhaustive]
    NotGranted {
        /// The id of the purpose.
        purpose: &'static str,
        /// `no-token`, or a code of [`VerifyError`](crate::VerifyError) or [`Denied`](crate::Denied).
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

    /// The purpose that is not granted, if one was demanded.
    pub const fn purpose(&self) -> Option<&'static str> {
        match self {
            Self::NotGranted { purpose, .. } => Some(purpose),
            Self::LayerMissing | Self::NoConsent { .. } => None,
        }
    }

    /// `no-token`, or a code of [`VerifyError`](crate::VerifyError) or [`Denied`](crate::Denied).
    pub const fn because(&self) -> Option<&'static str> {
        match self {
            Self::NotGranted { because, .. } | Self::NoConsent { because } => Some(because),
            Self::LayerMissing => None,
        }
    }

    /// The HTTP status: 403, or 500 for a mistake in the program. Never 401: nobody has to say who they are.
    pub const fn status(&self) -> u16 {
        match self {
            Self::LayerMissing => 500,
            Self::NoConsent { .. } | Self::NotGranted { .. } => 403,
        }
    }

    /// The problem document (RFC 9457), as text: `application/problem+json`.
    pub fn problem(&self) -> String {
        let mut problem = json!({
            "type": "about:blank",
            "title": if self.status() == 403 { "Consent required" } else { "Internal server error" },
            "status": self.status(),
            "code": self.code(),
            "detail": self.to_string(),
        });
        if let Some(members) = problem.as_object_mut() {
            let facts = [("because", self.because()), ("purpose", self.purpose())];
            members.extend(facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?.into()))));
        }
        problem.to_string()
    }
}

impl fmt::Display for ConsentRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LayerMissing => f.write_str(
                "This handler asks for consent, but no ConsentLayer or ConsentMiddleware lies above it: wrap the \
                 routes in one, such as `.layer(ConsentLayer::new(verifier))`.",
            ),
            Self::NoConsent { .. } => f.write_str("This needs a valid answer to the consent banner."),
            Self::NotGranted { purpose, .. } => write!(f, "This needs consent to the purpose \"{purpose}\"."),
        }
    }
}

impl std::error::Error for ConsentRejection {}
