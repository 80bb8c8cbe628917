//! One GET, as plain as can be.

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AGE, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, HOST, HeaderMap, HeaderName, USER_AGENT};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::url::{Scheme, Url};
use super::{Problem, RefreshError};

/// What a fetch brings.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Fetched, Problem>> + Send + 'a>>;

/// A way to fetch. [`Refresher::new`](super::Refresher::new) brings its own.
pub trait Fetch: Send + 'static {
    /// Fetches once. It is dropped if it takes longer than ten seconds.
    fn fetch(&mut self) -> Fetching<'_>;
}

/// What was fetched, and what the endpoint says about its age.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    pub(super) bytes: Vec<u8>,
    pub(super) max_age: Option<Duration>,
    pub(super) age: Duration,
}

impl Fetched {
    /// Bytes that come from the source itself, which does not say for how long they are fresh.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), max_age: None, age: Duration::ZERO }
    }

    /// For how long they are fresh, from when they left the source (`Cache-Control: max-age`).
    #[must_use]
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age: Some(max_age), ..self }
    }

    /// How long ago they left the source (`Age`).
    #[must_use]
    pub fn age(self, age: Duration) -> Self {
        Self { age, ..self }
    }
}

impl fmt::Debug for Fetched {
    /// Without the bytes: nobody knows yet what they are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched")
            .field("length", &self.bytes.len())
            .field("max_age", &self.max_age)
            .field("age", &self.age)
            .finish_non_exhaustive()
    }
}

/// A key set of ten keys has 1.5 kB.
const MOST_BYTES: usize = 64 * 1024;

/// Of an answer's head.
const MOST_HEAD: usize = 16 * 1024;

/// A client that does one thing: no redirects, no proxy, no cookies, no encodings, one connection for each request.
pub(super) struct Http {
    url: Url,
    host: HeaderValue,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Http {
    pub(super) fn new(url: &str) -> Result<Self, RefreshError> {
        let public = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self::with(Url::parse(url)?, public)
    }

    pub(super) fn trusting(self, authorities: &[u8]) -> Result<Self, RefreshError> {
        let mut own = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(authorities) {
            let added = certificate.ok().and_then(|certificate| own.add(certificate).ok());
            added.ok_or(RefreshError::Authorities)?;
        }
        if own.is_empty() || self.tls.is_none() {
            return Err(RefreshError::Authorities);
        }
        Self::with(self.url, own)
    }

    fn with(url: Url, roots: RootCertStore) -> Result<Self, RefreshError> {
        let authority = url.uri.authority().ok_or(RefreshError::Url)?;
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| RefreshError::Url)?;
        let tls = match url.scheme {
            Scheme::Http => None,
            Scheme::Https => {
                let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
                    .with_safe_default_protocol_versions()
                    .map_err(|_| RefreshError::Authorities)?
                    .with_root_certificates(roots)
                    .with_no_client_auth();
                let name = ServerName::try_from(url.host.clone()).map_err(|_| RefreshError::Url)?;
                Some((TlsConnector::from(Arc::new(config)), name))
            }
        };
        Ok(Self { url, host, tls })
    }

    async fn get(&self) -> Result<Fetched, Problem> {
        let connected = TcpStream::connect((self.url.host.as_str(), self.url.port)).await;
        let stream = connected.map_err(|_| Problem::Unreachable)?;
        match &self.tls {
            Some((connector, name)) => {
                self.ask(connector.connect(name.clone(), stream).await.map_err(|_| Problem::Tls)?).await
            }
            // A name such as localhost leads where the machine's configuration says.
            None if stream.peer_addr().is_ok_and(|peer| peer.ip().is_loopback()) => self.ask(stream).await,
            None => Err(Problem::Unreachable),
        }
    }

    async fn ask(&self, stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<Fetched, Problem> {
        let client = http1::Builder::new().max_buf_size(MOST_HEAD).handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = client.map_err(|_| Problem::NotHttp)?;
        let mut answer = pin!(async {
            let response = sender.send_request(self.request()?).await.map_err(|_| Problem::NotHttp)?;
            read(response).await
        });
        // The connection moves the bytes; when the other side ends it, they may not all have been read yet.
        tokio::select! {
            biased;
            answer = &mut answer => answer,
            _ended = connection => answer.await,
        }
    }

    fn request(&self) -> Result<Request<Empty<Bytes>>, Problem> {
        let path = self.url.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::get(path).body(Empty::new()).map_err(|_| Problem::NotHttp)?;
        let headers = request.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/jwk-set+json, application/json;q=0.9, */*;q=0.5"));
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("volens-verify/", env!("CARGO_PKG_VERSION"))));
        Ok(request)
    }
}

impl Fetch for Http {
    fn fetch(&mut self) -> Fetching<'_> {
        Box::pin(self.get())
    }
}

async fn read(response: Response<Incoming>) -> Result<Fetched, Problem> {
    match response.status() {
        StatusCode::OK => {}
        status if status.is_redirection() => return Err(Problem::Redirect),
        status => return Err(Problem::Status(status.as_u16())),
    }
    let headers = response.headers();
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(Problem::NotHttp);
    }
    let (max_age, age) = (max_age(headers), age(headers));
    let body = response.into_body();
    if body.size_hint().lower() > MOST_BYTES as u64 {
        return Err(Problem::TooLarge);
    }
    let whole = Limited::new(body, MOST_BYTES)
        .collect()
        .await
        .map_err(|error| if error.is::<LengthLimitError>() { Problem::TooLarge } else { Problem::NotHttp })?;
    Ok(Fetched { bytes: whole.to_bytes().to_vec(), max_age, age })
}

/// The shortest that is said, so that a contradiction costs a request and not freshness.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    directives(headers, &CACHE_CONTROL)
        .filter_map(|directive| {
            if directive.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("no-cache") {
                return Some(Duration::ZERO);
            }
            let (name, value) = directive.split_once('=')?;
            name.eq_ignore_ascii_case("max-age").then(|| seconds(value.trim_matches('"')))
        })
        .min()
}

/// The longest that is said.
fn age(headers: &HeaderMap) -> Duration {
    directives(headers, &AGE).map(seconds).max().unwrap_or_default()
}

fn directives<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim)
}

/// What is no number says nothing that could be relied on; what is too long for one is as long as can be.
fn seconds(text: &str) -> Duration {
    match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds.min(u64::from(u32::MAX))),
        Err(_) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Duration::from_secs(u64::from(u32::MAX))
        }
        Err(_) => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[(&'static str, &'static str)]) -> (Option<u64>, u64) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        (max_age(&headers).map(|age| age.as_secs()), age(&headers).as_secs())
    }

    #[test]
    fn freshness_is_what_the_headers_say() {
        let control = |value| said(&[("cache-control", value)]).0;
        assert_eq!(said(&[]), (None, 0));
        assert_eq!(control("public, max-age=60"), Some(60));
        assert_eq!(control("Max-Age=\"60\" , s-maxage=9"), Some(60));
        assert_eq!(control("max-age=60, max-age=30"), Some(30));
        assert_eq!(control("max-age=60, no-cache"), Some(0));
        assert_eq!(control("no-store"), Some(0));
        assert_eq!(control("max-age=soon"), Some(0));
        assert_eq!(control("max-age=-1"), Some(0));
        assert_eq!(control("max-age=99999999999999999999999"), Some(u64::from(u32::MAX)));
        assert_eq!(control("public"), None);
        assert_eq!(said(&[("cache-control", "max-age=60"), ("cache-control", "max-age=40")]).0, Some(40));
        assert_eq!(said(&[("age", "50"), ("age", "70")]).1, 70);
        assert_eq!(said(&[("age", "x")]).1, 0);
    }
}
