//! What the adapters share: where a token is found, what is answered without it, and who may keep the answer.

pub(crate) mod caching;
pub(crate) mod cookie;
mod rejection;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{Clock, Consent, Denied, Grant, Purpose, Verifier, VerifyError};

pub use rejection::ConsentRejection;

/// In the extensions of an answer: it is the same whatever consent was found, although a handler asked, for instance to
/// count a view. `Vary` and `Cache-Control` are then left as they are, and caches between may keep it for everybody.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs, reason = "a mark")]
pub struct SameForAll;

/// How an adapter finds and verifies the token of a request.
#[derive(Clone)]
pub(crate) struct Source {
    verifier: Verifier,
    place: Place,
    /// The verifier's own, unless told otherwise.
    clock: Option<Arc<dyn Clock>>,
}

/// Where in a request the token is.
#[derive(Clone)]
enum Place {
    Cookie(Cow<'static, str>),
    Header(Cow<'static, str>),
    /// `Authorization: Bearer …`
    Bearer,
}

impl Source {
    pub(crate) fn cookie(verifier: Verifier) -> Self {
        Self { verifier, place: Place::Cookie("__Host-consent".into()), clock: None }
    }

    pub(crate) fn in_cookie(self, name: &str) -> Self {
        Self { place: Place::Cookie(name.to_owned().into()), ..self }
    }

    /// Header names are compared, and sent back in `Vary`, in lower case.
    pub(crate) fn in_header(self, name: &str) -> Self {
        Self { place: Place::Header(name.to_ascii_lowercase().into()), ..self }
    }

    pub(crate) fn in_authorization(self) -> Self {
        Self { place: Place::Bearer, ..self }
    }

    pub(crate) fn clock(self, clock: impl Clock) -> Self {
        Self { clock: Some(Arc::new(clock)), ..self }
    }

    /// For one request.
    pub(crate) fn visit(&self) -> Arc<Visit> {
        Arc::new(Visit { source: self.clone(), found: OnceLock::new() })
    }

    /// The header that the token comes in.
    fn header(&self) -> &str {
        match &self.place {
            Place::Cookie(_) => "cookie",
            Place::Header(name) => name,
            Place::Bearer => "authorization",
        }
    }

    fn verify(&self, token: &[u8]) -> Result<Consent, Absent> {
        let token = std::str::from_utf8(token).map_err(|_| Absent::Refused(VerifyError::Malformed))?;
        let verified = match &self.clock {
            Some(clock) => self.verifier.verify_at(token, clock.now()),
            None => self.verifier.verify(token),
        };
        verified.map_err(Absent::Refused)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("verifier", &self.verifier).field("in", &self.header()).finish_non_exhaustive()
    }
}

/// One request: whether anything asked for its consent, and what was found, so that several askers verify once.
pub(crate) struct Visit {
    source: Source,
    found: OnceLock<Result<Consent, Absent>>,
}

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

impl Visit {
    /// The header that the answer depends on, if it does.
    pub(crate) fn asked(&self) -> Option<&str> {
        self.found.get().map(|_| self.source.header())
    }

    /// `lines` are the values of the header with this name.
    fn found<'h, H>(&self, lines: impl Fn(&str) -> H) -> &Result<Consent, Absent>
    where
        H: Iterator<Item = &'h [u8]>,
    {
        self.found.get_or_init(|| {
            let mut lines = lines(self.source.header());
            let token = match &self.source.place {
                Place::Cookie(name) => cookie::only_in(lines, name),
                place => match (lines.next(), lines.next()) {
                    (Some(line), None) if matches!(place, Place::Bearer) => bearer(line),
                    (Some(line), None) => Some(line.trim_ascii()),
                    // Of two, either could have been added on the way.
                    _ => None,
                },
            };
            token.map_or(Err(Absent::NoToken), |token| self.source.verify(token))
        })
    }

    pub(crate) fn consent<'h, H>(&self, lines: impl Fn(&str) -> H) -> Result<Consent, ConsentRejection>
    where
        H: Iterator<Item = &'h [u8]>,
    {
        self.found(lines).clone().map_err(|absent| ConsentRejection::NoConsent { because: absent.code() })
    }

    pub(crate) fn grant<'h, H, P>(&self, lines: impl Fn(&str) -> H) -> Result<Grant<P>, ConsentRejection>
    where
        H: Iterator<Item = &'h [u8]>,
        P: Purpose,
    {
        let refused = |because| ConsentRejection::NotGranted { purpose: P::ID, because };
        let consent = self.found(lines).as_ref().map_err(|absent| refused(absent.code()))?;
        consent.require().map_err(|denied: Denied| refused(denied.code()))
    }
}

/// The token of `Bearer TOKEN`; the name of the scheme in any case (RFC 9110).
fn bearer(line: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = line.trim_ascii().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_bearer() {
        assert_eq!(bearer(b"Bearer x.y.z"), Some(&b"x.y.z"[..]));
        assert_eq!(bearer(b" bEARER  x "), Some(&b"x"[..]));
        for other in [&b""[..], b"x.y.z", b"Basic x", b"Bearerx", b"Bearer"] {
            assert_eq!(bearer(other), None);
        }
    }
}
