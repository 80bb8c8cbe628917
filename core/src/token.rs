//! Consent tokens: compact JWS, header and claims (DESIGN 7). Signatures are made and checked elsewhere.
//!
//! ```
//! # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
//! # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).ok_or("no token")?;
//! use volens_core::token::{Stance, UnverifiedToken};
//! let token = UnverifiedToken::parse(text)?;
//! assert_eq!(token.header().typ, "consent+jwt");
//! assert_eq!(token.claims().g.get("marketing"), Some(&Stance::Refused)); // if its signature holds
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claims;
mod header;
mod strict;

pub use claims::{Claims, Issue, LIFE, Stance, Status, StatusEntry};
pub use header::{Header, HeaderRef};

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::fmt;

/// The longest token that is looked at, in bytes.
pub const MAX_LENGTH: usize = 4096;
/// The longest token that is minted, in bytes.
pub const MAX_MINTED: usize = 4000;
/// The only `typ` of a consent token.
pub const TYPE: &str = "consent+jwt";

/// The `typ` of a token that a service made for a developer's own machine. It is no consent token: whoever accepts it
/// anywhere else accepts cookies that were sent in the clear.
pub const DEV_TYPE: &str = "consent-dev+jwt";

/// Why a text is not a consent token; the first that matches.
///
/// ```
/// use volens_core::token::{TokenError, UnverifiedToken};
/// assert_eq!(UnverifiedToken::parse("not.a.token").unwrap_err(), TokenError::Malformed);
/// assert_eq!(UnverifiedToken::parse(&"a".repeat(4097)).unwrap_err(), TokenError::TooLong);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// More than [`MAX_LENGTH`] bytes.
    TooLong,
    /// Not three parts of canonical base64url, a duplicate member, a wrong JSON type, trailing data.
    Malformed,
    /// One of the headers `crit`, `jku`, `x5u`, `jwk`, `x5c`, `b64`.
    ForbiddenHeader,
}

impl TokenError {
    /// A stable code, for programs.
    ///
    /// ```
    /// use volens_core::token::TokenError;
    /// assert_eq!(TokenError::ForbiddenHeader.code(), "forbidden-header");
    /// ```
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Malformed => "malformed",
            Self::ForbiddenHeader => "forbidden-header",
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "longer than the 4096 bytes that a consent token may have",
            Self::Malformed => "not a consent token; expected a compact JWS with each member once and of its type",
            Self::ForbiddenHeader => "a header that names its own keys or extensions; expected alg, kid and typ only",
        })
    }
}

impl core::error::Error for TokenError {}

/// The parts of a compact JWS, not yet decoded: for verifiers that look at them one by one.
///
/// ```
/// use volens_core::token::Parts;
/// let parts = Parts::split("e30.e30.AA")?;
/// assert_eq!((parts.header, parts.signing_input, parts.signature), ("e30", "e30.e30", "AA"));
/// # Ok::<(), volens_core::token::TokenError>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "RFC 7515 has these parts")]
pub struct Parts<'a> {
    /// The protected header, base64url.
    pub header: &'a str,
    /// The claims, base64url.
    pub payload: &'a str,
    /// The signature, base64url.
    pub signature: &'a str,
    /// Header, dot and claims as they came: what was signed.
    pub signing_input: &'a str,
}

impl<'a> Parts<'a> {
    /// Splits a token of at most [`MAX_LENGTH`] bytes.
    ///
    /// # Errors
    /// [`TokenError::TooLong`]; [`TokenError::Malformed`] if it has less than three parts.
    ///
    /// ```
    /// use volens_core::token::{Parts, TokenError};
    /// assert_eq!(Parts::split("e30.e30").unwrap_err(), TokenError::Malformed);
    /// ```
    pub fn split(text: &'a str) -> Result<Self, TokenError> {
        if text.len() > MAX_LENGTH {
            return Err(TokenError::TooLong);
        }
        let (signing_input, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = signing_input.split_once('.').ok_or(TokenError::Malformed)?;
        Ok(Self { header, payload, signature, signing_input })
    }

    /// The header, unverified.
    ///
    /// # Errors
    /// [`TokenError::Malformed`], [`TokenError::ForbiddenHeader`].
    ///
    /// ```
    /// use volens_core::token::{Parts, TokenError};
    /// assert_eq!(Parts::split("e30.e30.AA")?.header(), Err(TokenError::Malformed)); // an empty object
    /// # Ok::<(), TokenError>(())
    /// ```
    pub fn header(&self) -> Result<Header, TokenError> {
        header::read(Decoded::of(self.header)?.bytes())
    }

    /// Lets `judge` look at the header, unverified. A header without escapes takes nothing from the heap, refused or not.
    ///
    /// # Errors
    /// As [`header`](Self::header).
    ///
    /// ```
    /// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
    /// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).ok_or("no token")?;
    /// use volens_core::token::{Parts, TYPE};
    /// assert!(Parts::split(text)?.judge_header(|header| header.typ == TYPE)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge_header<T>(&self, judge: impl FnOnce(HeaderRef<'_>) -> T) -> Result<T, TokenError> {
        header::judge(Decoded::of(self.header)?.bytes(), judge)
    }

    /// The claims, unverified.
    ///
    /// # Errors
    /// [`TokenError::Malformed`].
    ///
    /// ```
    /// use volens_core::token::{Parts, TokenError};
    /// assert_eq!(Parts::split("e30.e30.AA")?.claims(), Err(TokenError::Malformed)); // an empty object
    /// # Ok::<(), TokenError>(())
    /// ```
    pub fn claims(&self) -> Result<Claims, TokenError> {
        strict::object(Decoded::of(self.payload)?.bytes())
    }

    /// The signature in bytes, if it has as many as Ed25519 and ES256 ask for.
    ///
    /// # Errors
    /// [`TokenError::Malformed`] if it is not canonical base64url. Another length is `None`: no signature that fits.
    ///
    /// ```
    /// use volens_core::token::Parts;
    /// assert_eq!(Parts::split("e30.e30.AA")?.signature(), Ok(None));
    /// # Ok::<(), volens_core::token::TokenError>(())
    /// ```
    pub fn signature(&self) -> Result<Option<[u8; 64]>, TokenError> {
        Ok(Decoded::of(self.signature)?.bytes().try_into().ok())
    }
}

/// What a part decodes to, on the stack: of 4,096 bytes come at most 3,072.
struct Decoded {
    buffer: [u8; Self::MOST],
    length: usize,
}

impl Decoded {
    const MOST: usize = MAX_LENGTH / 4 * 3;

    fn of(part: &str) -> Result<Self, TokenError> {
        let mut buffer = [0; Self::MOST];
        let length = URL_SAFE_NO_PAD.decode_slice(part, &mut buffer).map_err(|_| TokenError::Malformed)?;
        Ok(Self { buffer, length })
    }

    fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }
}

/// A token whose signature nobody has checked: nothing may be decided from it.
///
/// ```
/// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
/// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).ok_or("no token")?;
/// use volens_core::token::UnverifiedToken;
/// let token = UnverifiedToken::parse(text)?;
/// assert_eq!(token.signature().len(), 64); // not yet a true one
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct UnverifiedToken<'a> {
    header: Header,
    claims: Claims,
    signing_input: &'a str,
    signature: Vec<u8>,
}

impl<'a> UnverifiedToken<'a> {
    /// Reads a compact JWS (RFC 7515, section 7.1).
    ///
    /// # Errors
    /// [`TokenError`], the first that matches in the order of its variants.
    ///
    /// ```
    /// use volens_core::token::UnverifiedToken;
    /// let error = UnverifiedToken::parse("eyJhbGciOiJub25lIn0.e30.").unwrap_err();
    /// assert_eq!(error.code(), "malformed");
    /// ```
    pub fn parse(text: &'a str) -> Result<Self, TokenError> {
        let parts = Parts::split(text)?;
        let signature = decode(parts.signature)?;
        let claims = parts.claims()?;
        let header = parts.header()?;
        Ok(Self { header, claims, signing_input: parts.signing_input, signature })
    }

    /// The header, unverified.
    ///
    /// ```
    /// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
    /// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).unwrap();
    /// # let token = volens_core::token::UnverifiedToken::parse(text).unwrap();
    /// assert_eq!(token.header().alg, "EdDSA");
    /// ```
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The claims, unverified.
    ///
    /// ```
    /// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
    /// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).unwrap();
    /// # let token = volens_core::token::UnverifiedToken::parse(text).unwrap();
    /// assert_eq!(token.claims().iss, "https://nordvakt.example");
    /// ```
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The claims, unverified, without a copy.
    ///
    /// ```
    /// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
    /// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).unwrap();
    /// # let token = volens_core::token::UnverifiedToken::parse(text).unwrap();
    /// assert_eq!(token.into_claims().pol, "3.2");
    /// ```
    pub fn into_claims(self) -> Claims {
        self.claims
    }

    /// The bytes that were signed: header, dot and claims as they came (RFC 7515, section 5.1).
    ///
    /// ```
    /// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
    /// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).unwrap();
    /// # let token = volens_core::token::UnverifiedToken::parse(text).unwrap();
    /// assert!(text.starts_with(token.signing_input()));
    /// ```
    pub fn signing_input(&self) -> &'a str {
        self.signing_input
    }

    /// The signature, of any length.
    ///
    /// ```
    /// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
    /// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).unwrap();
    /// # let token = volens_core::token::UnverifiedToken::parse(text).unwrap();
    /// assert_eq!(token.signature().len(), 64);
    /// ```
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)
}

/// Whether JSON is an object in which each member of every object stands once: with two, readers disagree on which
/// counts.
///
/// ```
/// use volens_core::token::is_object_with_each_member_once;
/// assert!(is_object_with_each_member_once(br#"{"aud":"a","g":{"b":1}}"#));
/// assert!(!is_object_with_each_member_once(br#"{"aud":"a","aud":"b"}"#));
/// ```
pub fn is_object_with_each_member_once(bytes: &[u8]) -> bool {
    strict::members(bytes).is_ok()
}

/// The signing input of a token: header and claims, encoded.
///
/// # Errors
/// [`TokenError::TooLong`] if the whole token, with its signature of 64 bytes, would exceed [`MAX_MINTED`].
///
/// ```
/// # let vectors = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/token.json"));
/// # let text = vectors.split('"').find(|text| text.starts_with("eyJ")).unwrap();
/// use volens_core::token::{TokenError, UnverifiedToken, signing_input};
/// # let token = UnverifiedToken::parse(text)?;
/// let (header, mut claims) = (token.header().clone(), token.into_claims());
/// assert!(signing_input(&header, &claims)?.starts_with("eyJhbGciOiJFZERTQSIs"));
/// claims.ctl = vec!["x".repeat(4000)];
/// assert_eq!(signing_input(&header, &claims), Err(TokenError::TooLong));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn signing_input(header: &Header, claims: &Claims) -> Result<String, TokenError> {
    let part = |json: Result<String, serde_json::Error>| {
        json.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| TokenError::Malformed)
    };
    let input = format!("{}.{}", part(serde_json::to_string(header))?, part(serde_json::to_string(claims))?);
    if input.len() + 1 + 86 > MAX_MINTED { Err(TokenError::TooLong) } else { Ok(input) }
}

/// The token: its signing input with the signature (RFC 8032, 64 bytes) attached.
///
/// ```
/// use volens_core::token::compact;
/// let token = compact("e30.e30".to_owned(), &[0; 64]);
/// assert_eq!(token.len(), "e30.e30.".len() + 86);
/// ```
pub fn compact(mut signing_input: String, signature: &[u8; 64]) -> String {
    signing_input.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut signing_input);
    signing_input
}

#[cfg(test)]
mod tests;
