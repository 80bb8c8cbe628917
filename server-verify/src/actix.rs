//! A middleware and extractors for actix-web: feature `actix`.
//!
//! The [rules](ConsentMiddleware) are those of the tower layer: `Grant<P>` as an argument of a handler demands the
//! purpose, `Consent` a valid token. `Option<Consent>` and `Option<Grant<P>>` take what there is; they are actix-web's
//! own, so that under no middleware they say `None` (there is no consent) where the others answer 500.
//!
//! ```
//! use actix_web::{App, web};
//! use volens_verify::actix::ConsentMiddleware;
//! use volens_verify::{Analytics, Grant, Marketing, Verifier};
//!
//! async fn track(_proof: Grant<Marketing>) -> &'static str { "runs for who agreed, 403 for others" }
//!
//! async fn page(analytics: Option<Grant<Analytics>>) -> &'static str {
//!     if let Some(_proof) = analytics { /* count the view */ }
//!     "hello"
//! }
//!
//! # fn app(verifier: Verifier) {
//! App::new()
//!     .wrap(ConsentMiddleware::new(verifier))
//!     .route("/", web::get().to(page))
//!     .route("/track", web::post().to(track));
//! # }
//! ```

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready as poll_ready};

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, VARY};
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError};

use crate::web::{Source, Visit, caching};
use crate::{Clock, Consent, Grant, Purpose, Verifier};

pub use crate::web::{ConsentRejection, SameForAll};

/// Makes consent available to the handlers below it.
///
/// The token is the value of the one cookie with exactly the name `__Host-consent`, or where [told](Self::cookie)
/// [otherwise](Self::header). Nothing is verified until an extractor asks, and once for each request. A refusal is
/// **403** with a problem document (RFC 9457) that names the purpose. Answers that depend on consent get the token's
/// header into `Vary` and are made `private` for caches, unless they say that they are the [same for all](SameForAll).
#[derive(Clone, Debug)]
pub struct ConsentMiddleware(Source);

impl ConsentMiddleware {
    /// Reads the cookie `__Host-consent` and the verifier's clock.
    pub fn new(verifier: Verifier) -> Self {
        Self(Source::cookie(verifier))
    }

    /// Reads another cookie: `__Secure-consent` where `site.cookie_scope` is `"domain"`.
    #[must_use]
    pub fn cookie(self, name: &str) -> Self {
        Self(self.0.in_cookie(name))
    }

    /// Reads a header instead of a cookie: for tokens that were made for this service.
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

impl<S, B> Transform<S, ServiceRequest> for ConsentMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type InitError = ();
    type Transform = ConsentService<S>;
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(ConsentService { inner, source: self.0.clone() }))
    }
}

/// The service that [`ConsentMiddleware`] makes.
#[derive(Debug)]
pub struct ConsentService<S> {
    inner: S,
    source: Source,
}

impl<S, B> Service<ServiceRequest> for ConsentService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Answering<S::Future>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let visit = self.source.visit();
        // Under nested middlewares each answers for itself.
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

impl<F, B> Future for Answering<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut answer = poll_ready!(self.answer.as_mut().poll(cx));
        if let (Ok(response), Some(header)) = (&mut answer, self.visit.asked())
            && response.response().extensions().get::<SameForAll>().is_none()
        {
            depends_on(response.headers_mut(), header);
        }
        Poll::Ready(answer)
    }
}

fn depends_on(headers: &mut HeaderMap, header: &str) {
    if caching::varies_anew(texts(headers, &VARY), header)
        && let Ok(name) = HeaderValue::from_str(header)
    {
        headers.append(VARY, name);
    }
    let control = caching::private(texts(headers, &CACHE_CONTROL));
    headers.insert(CACHE_CONTROL, HeaderValue::from_str(&control).unwrap_or(HeaderValue::from_static("no-store")));
}

fn texts<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).filter_map(|line| line.to_str().ok())
}

fn lines<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h [u8]> + use<'h> {
    headers.get_all(name).map(HeaderValue::as_bytes)
}

fn visit(request: &HttpRequest) -> Result<Arc<Visit>, ConsentRejection> {
    request.extensions().get::<Arc<Visit>>().cloned().ok_or(ConsentRejection::LayerMissing)
}

impl FromRequest for Consent {
    type Error = ConsentRejection;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(visit(request).and_then(|visit| visit.consent(|name| lines(request.headers(), name))))
    }
}

impl<P: Purpose> FromRequest for Grant<P> {
    type Error = ConsentRejection;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(visit(request).and_then(|visit| visit.grant(|name| lines(request.headers(), name))))
    }
}

impl ResponseError for ConsentRejection {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::build(self.status_code())
            .insert_header((CONTENT_TYPE, "application/problem+json"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(self.problem())
    }
}
