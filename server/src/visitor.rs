//! Who asks: a subject, one who refused, or somebody new. Decided by our own signature alone.

use std::collections::BTreeSet;
use volens_core::token::Claims;
use volens_core::{PurposeId, SubjectId, Timestamp};

/// A visitor, as the token in their browser tells.
#[derive(Clone, Debug)]
pub(crate) enum Visitor {
    /// No token, or none of ours.
    New,
    /// A token that grants nothing and names nobody.
    Refuser {
        /// The start of the day on which it was given.
        since: Timestamp,
        /// What it refuses.
        refused: BTreeSet<PurposeId>,
    },
    /// A token of a subject.
    Known(SubjectId),
}

impl Visitor {
    /// The visitor of a token. An expired token still tells who holds it, so that a withdrawal reaches grants that
    /// outlived it; so does one whose bit is set in a status list: what stands is asked of the store.
    pub(crate) fn of(claims: Option<&Claims>, now: Timestamp) -> Self {
        let Some(claims) = claims else { return Self::New };
        match claims.sub.clone() {
            Some(subject) => Self::Known(subject),
            // A refusal is remembered for as long as the token says, no longer.
            None if claims.exp > now.unix_seconds() => Self::Refuser {
                since: Timestamp::from_unix_seconds(claims.iat),
                refused: claims.g.keys().cloned().collect(),
            },
            None => Self::New,
        }
    }

    /// The subject, if the browser knows one.
    pub(crate) fn subject(&self) -> Option<&SubjectId> {
        match self {
            Self::Known(subject) => Some(subject),
            Self::New | Self::Refuser { .. } => None,
        }
    }
}
