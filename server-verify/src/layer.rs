//! A layer and extractors for axum: feature `axum`.
//!
//! # The rule of decision
//! 1. The token is the value of the cookie with **exactly** the layer's name (`__Host-consent` unless
//!    [named otherwise](ConsentLayer::cookie)). No such cookie, or more than one: there is no consent.
//! 2. It is verified with the layer's verifier and the present. Refused: there is no consent.
//! 3. [`Grant<P>`](crate::Grant) as an argument of a handler demands the purpose `P`; without it the answer is **403**
//!    with a problem document (RFC 9457) whose `code` is `consent-required` and whose `purpose` names it. The handler
//!    does not run. `Option<Grant<P>>` lets the handler run either way.
//! 4. [`Consent`](crate::Consent) demands a valid token, whatever it says, `Option<Consent>` takes what there is.
//! 5. No layer above the handler is a mistake in the program: **500** with code `consent-layer-missing`, for the
//!    optional forms too.
//!
//! The layer itself refuses no request and costs nothing until an extractor asks; several extractors in one handler
//! verify once. An answer that depends on consent should carry `Vary: Cookie` if it may be cached.
//!
//! ```
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
//! ```

pub mod cookie;
mod extract;
mod problem;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::http::Request;
use tower::{Layer, Service};

use crate::{Clock, SystemClock, Verifier};

pub use extract::ConsentRejection;

/// Makes consent available to the handlers below it; see the [module](self) for what it decides.
#[derive(Clone)]
pub struct ConsentLayer(Source);

/// What an extractor needs to find and verify the token.
#[derive(Clone)]
struct Source {
    verifier: Verifier,
    cookie: Arc<str>,
    clock: Arc<dyn Clock>,
}

impl ConsentLayer {
    /// A layer that reads the cookie `__Host-consent` and the system's clock.
    pub fn new(verifier: Verifier) -> Self {
        Self(Source { verifier, cookie: Arc::from("__Host-consent"), clock: Arc::new(SystemClock) })
    }

    /// Reads another cookie: `__Secure-consent` where `site.cookie_scope` is `"domain"`.
    #[must_use]
    pub fn cookie(mut self, name: &str) -> Self {
        self.0.cookie = Arc::from(name);
        self
    }

    /// Takes the present from another clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.0.clock = Arc::new(clock);
        self
    }
}

impl fmt::Debug for ConsentLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentLayer")
            .field("verifier", &self.0.verifier)
            .field("cookie", &self.0.cookie)
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for ConsentLayer {
    type Service = ConsentService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ConsentService { inner, source: self.0.clone() }
    }
}

/// The service that [`ConsentLayer`] makes.
#[derive(Clone)]
pub struct ConsentService<S> {
    inner: S,
    source: Source,
}

impl<S> fmt::Debug for ConsentService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentService").finish_non_exhaustive()
    }
}

impl<S, B> Service<Request<B>> for ConsentService<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let extensions = request.extensions_mut();
        extract::forget(extensions);
        extensions.insert(self.source.clone());
        self.inner.call(request)
    }
}
