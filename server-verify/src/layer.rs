//! A tower layer, with extractors for axum: features `tower`, `axum` and `tonic`.
//!
//! # The rule of decision
//! 1. The token is the value of the cookie with **exactly** the layer's name (`__Host-consent` unless
//!    [named otherwise](ConsentLayer::cookie)), or of [a header](ConsentLayer::header). No such cookie or header, or
//!    more than one: there is no consent.
//! 2. It is verified with the layer's verifier and the present. Refused: there is no consent.
//! 3. [`Grant<P>`](Grant) as an argument of a handler demands the purpose `P`; without it the answer is **403**
//!    with a problem document (RFC 9457) whose `code` is `consent-required` and whose `purpose` names it. The handler
//!    does not run. `Option<Grant<P>>` lets the handler run either way.
//! 4. [`Consent`] demands a valid token, whatever it says, `Option<Consent>` takes what there is.
//! 5. No layer above the handler is a mistake in the program: **500** with code `consent-layer-missing`, for the
//!    optional forms too.
//!
//! The layer itself refuses no request and verifies nothing until an extractor asks; several extractors in one handler
//! verify once. **An answer that depends on consent is kept by nobody but the visitor's own browser**: once an extractor
//! has asked, whatever it found, the layer adds the token's header to `Vary` and makes `Cache-Control` `private`
//! (`public` and `s-maxage` go; `no-store` stays, and is what a refusal has). Other answers are left as they are, and so is
//! one that says that it is the [same for all](SameForAll).
//!
//! ```
//! # #[cfg(feature = "axum")] {
//! use axum::{Router, routing::{get, post}};
//! use volens_verify::{Analytics, ConsentLayer, Grant, Marketing, Verifier};
//!
//! async fn track(_proof: Grant<Marketing>) { /* runs for who agreed, 403 for others */ }
//!
//! async fn page(analytics: Option<Grant<Analytics>>) -> &'static str {
//!     if let Some(_proof) = analytics { /* count the view */ }
//!     "hello"
//! }
//!
//! fn app(verifier: Verifier) -> Router {
//!     Router::new()
//!         .route("/", get(page))
//!         .route("/track", post(track))
//!         .layer(ConsentLayer::new(verifier))
//! }
//! # }
//! ```
//!
//! Without axum, [`consent`] and [`require`] ask in place of the extractors.

pub mod cookie;
#[cfg(feature = "axum")]
mod extract;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::header::{CACHE_CONTROL, VARY};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Request, Response};
use tower::{Layer, Service};

use crate::web::{Source, Visit, caching};
use crate::{Clock, Consent, Grant, Purpose, Verifier};

pub use crate::web::{ConsentRejection, SameForAll};

/// Makes consent available to the handlers below it; see the [module](self) for what it decides.
#[derive(Clone, Debug)]
pub struct ConsentLayer(Source);

impl ConsentLayer {
    /// A layer that reads the cookie `__Host-consent` and the verifier's clock.
    pub fn new(verifier: Verifier) -> Self {
        Self(Source::cookie(verifier))
    }

    /// Reads another cookie: `__Secure-consent` where `site.cookie_scope` is `"domain"`.
    #[must_use]
    pub fn cookie(self, name: &str) -> Self {
        Self(self.0.in_cookie(name))
    }

    /// Reads a header, or in gRPC a metadata key, instead of a cookie: for tokens that were made for this service.
    #[must_use]
    pub fn header(self, name: &str) -> Self {
        Self(self.0.in_header(name))
    }

    /// Reads `Authorization: Bearer TOKEN` instead of a cookie, where nothing else is authorised by it.
    #[must_use]
    pub fn authorization(self) -> Self {
        Self(self.0.in_authorization())
    }

    /// Takes the present from another clock than the verifier's.
    #[must_use]
    pub fn clock(self, clock: impl Clock) -> Self {
        Self(self.0.clock(clock))
    }
}

impl<S> Layer<S> for ConsentLayer {
    type Service = ConsentService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ConsentService { inner, source: self.0.clone() }
    }
}

/// The service that [`ConsentLayer`] makes.
#[derive(Clone, Debug)]
pub struct ConsentService<S> {
    inner: S,
    source: Source,
}

impl<S, B, R> Service<Request<B>> for ConsentService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Answering<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let visit = self.source.visit();
        // Under nested layers each answers for itself.
        request.extensions_mut().insert(Arc::clone(&visit));
        Answering { answer: Box::pin(self.inner.call(request)), visit }
    }
}

/// The answer of a [`ConsentService`].
pub struct Answering<F> {
    /// Pinned in a box, so that no pin has to be projected.
    answer: Pin<Box<F>>,
    visit: Arc<Visit>,
}

impl<F> std::fmt::Debug for Answering<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answering").finish_non_exhaustive()
    }
}

impl<F, R, E> Future for Answering<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut answer = ready!(self.answer.as_mut().poll(cx));
        if let (Ok(response), Some(header)) = (&mut answer, self.visit.asked())
            && response.extensions().get::<SameForAll>().is_none()
        {
            depends_on(response.headers_mut(), header);
        }
        Poll::Ready(answer)
    }
}

fn depends_on(headers: &mut HeaderMap, header: &str) {
    let name = HeaderValue::from_str(header);
    if caching::varies_anew(texts(headers, &VARY), header)
        && let Ok(name) = name
    {
        headers.append(VARY, name);
    }
    let control = caching::private(texts(headers, &CACHE_CONTROL));
    headers.insert(CACHE_CONTROL, HeaderValue::from_str(&control).unwrap_or(HeaderValue::from_static("no-store")));
}

fn texts<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|line| line.to_str().ok())
}

fn lines<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h [u8]> + use<'h> {
    headers.get_all(name).iter().map(HeaderValue::as_bytes)
}

/// The consent of a request that has passed a [`ConsentLayer`]: what the extractors ask.
///
/// # Errors
/// No layer above, no token, or one that is refused.
pub fn consent(extensions: &Extensions, headers: &HeaderMap) -> Result<Consent, ConsentRejection> {
    visit(extensions)?.consent(|name| lines(headers, name))
}

/// The grant of a purpose in a request that has passed a [`ConsentLayer`].
///
/// # Errors
/// As [`consent`]; the purpose is not granted.
pub fn require<P: Purpose>(extensions: &Extensions, headers: &HeaderMap) -> Result<Grant<P>, ConsentRejection> {
    visit(extensions)?.grant(|name| lines(headers, name))
}

fn visit(extensions: &Extensions) -> Result<&Visit, ConsentRejection> {
    extensions.get::<Arc<Visit>>().map(Arc::as_ref).ok_or(ConsentRejection::LayerMissing)
}
