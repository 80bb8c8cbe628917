//! Why a list was not taken in.

use std::fmt;

use volens_core::token::TokenError;

use crate::VerifyError;

/// Why a status list was not taken in; the one that is at hand, if there is one, stays.
///
/// The checks run in the order of the variants and the first that fails names the reason. No variant and no text
/// carries anything from the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusError {
    /// More than 2,097,152 bytes.
    TooLong,
    /// A header that would let the list say how to check it (`crit jku x5u jwk x5c b64`).
    ForbiddenHeader,
    /// `typ` is not `statuslist+jwt`.
    WrongType,
    /// `alg` is not one that its key signs with.
    WrongAlg,
    /// `kid` names no key of the verifier's set.
    UnknownKey,
    /// The signature does not fit.
    BadSignature,
    /// Not a compact JWS with the members and types of a status list of 1, 2, 4 or 8 bits for each token. What can be
    /// seen of it before the signature is checked is told then.
    Malformed,
    /// `iss` is there and names another.
    WrongIssuer,
    /// `sub` is not the address that it was fetched from.
    WrongList,
    /// Signed more than 300 seconds after now: one of two clocks is wrong.
    NotYetValid,
    /// `lst` is not zlib to its last byte with a true checksum.
    BadCompression,
    /// `lst` unpacks to more than 1,048,576 bytes.
    TooLarge,
    /// Signed before the list that is at hand, or in the same second with another shape.
    Older,
}

impl StatusError {
    /// The stable name, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::ForbiddenHeader => "forbidden-header",
            Self::WrongType => "wrong-type",
            Self::WrongAlg => "wrong-alg",
            Self::UnknownKey => "unknown-key",
            Self::BadSignature => "bad-signature",
            Self::Malformed => "malformed",
            Self::WrongIssuer => "wrong-issuer",
            Self::WrongList => "wrong-list",
            Self::NotYetValid => "not-yet-valid",
            Self::BadCompression => "bad-compression",
            Self::TooLarge => "too-large",
            Self::Older => "older-list",
        }
    }

    pub(super) const fn of_token(error: TokenError) -> Self {
        match error {
            TokenError::ForbiddenHeader => Self::ForbiddenHeader,
            _ => Self::Malformed,
        }
    }

    pub(super) const fn of_check(error: VerifyError) -> Self {
        match error {
            VerifyError::WrongType => Self::WrongType,
            VerifyError::WrongAlg => Self::WrongAlg,
            VerifyError::UnknownKey => Self::UnknownKey,
            _ => Self::BadSignature,
        }
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "a list that is too long, expected at most 2,097,152 bytes",
            Self::ForbiddenHeader => "the list's header holds a forbidden member, expected alg, kid and typ only",
            Self::WrongType => "another kind of token, expected typ \"statuslist+jwt\"",
            Self::WrongAlg => "signed in another way than its key signs, expected alg \"EdDSA\" or \"Ed25519\"",
            Self::UnknownKey => "signed with a key of another name, expected one of the key set",
            Self::BadSignature => "the signature does not fit the list, expected one by the key that \"kid\" names",
            Self::Malformed => "not a status list: expected a compact JWS with the members of a status list token",
            Self::WrongIssuer => "issued by another, expected the verifier's issuer",
            Self::WrongList => "the list of another address, expected \"sub\" to be the one it was fetched from",
            Self::NotYetValid => "signed more than 300 seconds after now, expected clocks that agree",
            Self::BadCompression => "\"lst\" cannot be unpacked, expected zlib (RFC 1950) and nothing after it",
            Self::TooLarge => "\"lst\" unpacks to too much, expected at most 1,048,576 bytes",
            Self::Older => "an older list, expected none older than the one at hand, which stays",
        })
    }
}

impl std::error::Error for StatusError {}
