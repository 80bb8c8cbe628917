//! Why a token, or a use of it, was refused.

use alloc::borrow::Cow;
use core::fmt;

/// Why a token was refused as a whole.
///
/// The checks run in the order of the variants and the first that fails names the reason. No variant and no text
/// carries anything from the token.
///
/// What to make of them, if you count them by [`code`](Self::code):
///
/// | codes | who sees them | worth an alarm |
/// |---|---|---|
/// | `expired`, `withdrawn` | visitors, every day: ask them anew | no |
/// | `not-yet-valid` | visitors, if a clock is behind: compare it with the issuer's, allow some leeway | if there are many |
/// | `too-long`, `malformed` | whoever tries out what you accept; a proxy that cuts cookies short | if there are many at once |
/// | `wrong-type`, `wrong-alg`, `forbidden-header`, `bad-signature` | whoever forges tokens: our service signs none like these (`wrong-type` is also a token of `volens serve --dev`) | a look at each; if there are many |
/// | `unknown-key` | the same; and every visitor, if the keys here are not those the issuer signs with | at once, if true visitors meet it |
/// | `wrong-issuer`, `wrong-audience`, `wrong-controller` | genuine tokens in the wrong place, or a wrong configuration; under [`refuse_early`](crate::VerifierBuilder::refuse_early) forged ones too | after a change at once, else a look |
/// | `status-unknown`, `status-stale` | every visitor whose tokens name the list, while you have no fresh one | at once |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyError {
    /// More than 4,096 bytes.
    TooLong,
    /// Not a compact JWS with the members and types of a consent token.
    Malformed,
    /// A header that would let the token say how to check it (`crit jku x5u jwk x5c b64`).
    ForbiddenHeader,
    /// `typ` is not `consent+jwt`.
    WrongType,
    /// `alg` is neither `EdDSA` nor `Ed25519` (nor `ES256`, with that feature), or not that of the key named.
    WrongAlg,
    /// `kid` names no key of the set.
    UnknownKey,
    /// The signature does not fit.
    BadSignature,
    /// Issued by another.
    WrongIssuer,
    /// Issued for another.
    WrongAudience,
    /// The controller acted for is not one that the token's text named.
    WrongController,
    /// Issued later than now.
    NotYetValid,
    /// Ended at or before now.
    Expired,
    /// It can be withdrawn through a status list, and none at hand says how it stands.
    StatusUnknown,
    /// The status list at hand is too old to say that it has not been withdrawn.
    StatusStale,
    /// The status list says that it is no longer valid.
    Withdrawn,
}

impl VerifyError {
    /// The stable name, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Malformed => "malformed",
            Self::ForbiddenHeader => "forbidden-header",
            Self::WrongType => "wrong-type",
            Self::WrongAlg => "wrong-alg",
            Self::UnknownKey => "unknown-key",
            Self::BadSignature => "bad-signature",
            Self::WrongIssuer => "wrong-issuer",
            Self::WrongAudience => "wrong-audience",
            Self::WrongController => "wrong-controller",
            Self::NotYetValid => "not-yet-valid",
            Self::Expired => "expired",
            Self::StatusUnknown => "status-unknown",
            Self::StatusStale => "status-stale",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the token has more than 4,096 bytes",
            Self::Malformed => "not a consent token: expected a compact JWS with the members of a consent token",
            Self::ForbiddenHeader => "the token's header holds a forbidden member, expected alg, kid and typ only",
            Self::WrongType => "another kind of token, expected typ \"consent+jwt\"",
            Self::WrongAlg => "signed in another way, expected the alg of our keys such as \"EdDSA\" or \"Ed25519\"",
            Self::UnknownKey => "signed with a key that is not in the key set",
            Self::BadSignature => "the signature does not fit the token",
            Self::WrongIssuer => "issued by another than the one expected",
            Self::WrongAudience => "issued for another audience",
            Self::WrongController => "the text agreed to did not name this controller",
            Self::NotYetValid => "issued later than now",
            Self::Expired => "no longer valid",
            Self::StatusUnknown => "may have been withdrawn: it names a status list that is not at hand",
            Self::StatusStale => "may have been withdrawn: the status list at hand is too old to tell",
            Self::Withdrawn => "withdrawn since it was issued",
        })
    }
}

impl core::error::Error for VerifyError {}

/// Why a valid token does not permit a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    purpose: Cow<'static, str>,
    reason: DeniedReason,
}

/// What stands against the purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeniedReason {
    /// Granted under a notice that does not count.
    OtherNotice,
    /// Refused, never asked, or granted later than now.
    NotGranted,
}

impl DeniedReason {
    /// The stable name, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OtherNotice => "other-notice",
            Self::NotGranted => "not-granted",
        }
    }
}

impl Denied {
    pub(crate) fn new(purpose: impl Into<Cow<'static, str>>, reason: DeniedReason) -> Self {
        Self { purpose: purpose.into(), reason }
    }

    /// The purpose asked for.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// What stands against it.
    pub const fn reason(&self) -> DeniedReason {
        self.reason
    }

    /// The stable name, for programs.
    pub const fn code(&self) -> &'static str {
        self.reason.code()
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let purpose = &self.purpose;
        match self.reason {
            DeniedReason::OtherNotice => write!(f, "purpose {purpose}: granted under another notice"),
            DeniedReason::NotGranted => write!(f, "purpose {purpose}: not granted"),
        }
    }
}

impl core::error::Error for Denied {}

/// What a [`VerifierBuilder`](crate::VerifierBuilder) lacks: a mistake in the caller's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// No issuer, or an empty one.
    Issuer,
    /// No audience, or an empty one.
    Audience,
    /// No keys.
    Keys,
    /// A list of notices that count, with none in it.
    Notices,
    /// A leeway of more than 300 seconds, or not of whole ones.
    Leeway,
    /// An age of status lists of no second, of more than 86,400 of them, or not of whole ones.
    StatusAge,
}

impl BuildError {
    /// The stable name, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Issuer => "missing-issuer",
            Self::Audience => "missing-audience",
            Self::Keys => "missing-keys",
            Self::Notices => "missing-notices",
            Self::Leeway => "bad-leeway",
            Self::StatusAge => "bad-status-age",
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issuer => "no issuer, expected the first origin of the site such as \"https://shop.example\"",
            Self::Audience => "no audience, expected the one the tokens are issued for",
            Self::Keys => "no key set, expected KeySet::from_jwks or KeySet::from_public_keys",
            Self::Notices => "an empty list of notices, expected those that count, or no list at all",
            Self::Leeway => "not a leeway, expected whole seconds, at most 300",
            Self::StatusAge => "not an age of status lists, expected whole seconds, from 1 to 86400",
        })
    }
}

impl core::error::Error for BuildError {}
