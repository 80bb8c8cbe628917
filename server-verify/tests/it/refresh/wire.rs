//! What comes over real connections. Nothing here depends on how long it takes.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use volens_verify::refresh::RefreshError;

use super::*;
use crate::live::token;

/// Waits for the whole request, then sends these bytes and hangs up.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).await.unwrap_or(0) == 0 {
            break;
        }
        request.push(byte[0]);
    }
    // The other side may have heard enough before all is said.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    String::from_utf8(request).unwrap()
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// One attempt against a server that says this; what came of it, which keys there are, and what the server was asked.
async fn attempt(bytes: Vec<u8>) -> (Result<(), Problem>, LiveKeys, String) {
    let (listener, port) = listen().await;
    let served = tokio::spawn(async move { answer(listener.accept().await.unwrap().0, &bytes).await });
    let keys = LiveKeys::new(set(&[9]));
    let url = format!("http://127.0.0.1:{port}/.well-known/jwks.json?site=1");
    let outcome = Refresher::new(&url, keys.clone()).unwrap().load().await;
    (outcome, keys, served.await.unwrap())
}

fn ok(body: &str, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}

#[tokio::test]
async fn a_key_set_arrives() {
    let (outcome, keys, request) = attempt(ok(&set(&[1, 2]).to_jwks(), "cache-control: max-age=60\r\n")).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(keys.kids(), set(&[1, 2]).kids().collect::<Vec<_>>());
    let verifier = Verifier::builder().issuer(ISSUER).audience(ISSUER).keys(&keys).build().unwrap();
    assert_eq!(verifier.verify(&token(9)).unwrap_err(), VerifyError::UnknownKey, "no longer there");
    assert!(request.starts_with("GET /.well-known/jwks.json?site=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("host: 127.0.0.1:"), "{request}");
    for absent in ["cookie", "authorization", "referer", "accept-encoding"] {
        assert!(!request.to_lowercase().contains(absent), "{request}");
    }
}

#[tokio::test]
async fn a_body_in_pieces_or_ended_by_the_connection_arrives_too() {
    let jwks = set(&[1]).to_jwks();
    let (one, two) = jwks.split_at(20);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
        one.len(),
        two.len()
    );
    for bytes in [chunked, format!("HTTP/1.1 200 OK\r\n\r\n{jwks}")] {
        let (outcome, keys, _) = attempt(bytes.clone().into_bytes()).await;
        assert_eq!((outcome, keys.kids().len()), (Ok(()), 1), "{bytes}");
        assert_ne!(keys.kids(), set(&[9]).kids().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn whatever_else_comes_the_keys_stay() {
    let jwks = set(&[1]).to_jwks();
    let whole = String::from_utf8(ok(&jwks, "")).unwrap();
    let huge = "x".repeat(64 * 1024 + 1);
    let chunks = format!("400\r\n{}\r\n", "x".repeat(1024)).repeat(99);
    let endless = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");
    let cases: Vec<(Vec<u8>, Problem)> = vec![
        (b"".to_vec(), Problem::NotHttp),
        (b"SSH-2.0-x\r\n".to_vec(), Problem::NotHttp),
        (vec![0; 40_000], Problem::NotHttp),
        (format!("HTTP/1.1 200 OK\r\nx: {huge}\r\n\r\n").into_bytes(), Problem::NotHttp),
        (whole[..whole.len() - 1].into(), Problem::NotHttp),
        (ok(&jwks, "content-encoding: gzip\r\n"), Problem::NotHttp),
        (ok(&huge, ""), Problem::TooLarge),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n".to_vec(), Problem::TooLarge),
        (format!("HTTP/1.1 200 OK\r\n\r\n{huge}").into_bytes(), Problem::TooLarge),
        (endless.into_bytes(), Problem::TooLarge),
        (ok(&jwks, "age: 99999999\r\n"), Problem::TooOld),
        (ok("[]", ""), Problem::Refused("not-a-key-set")),
    ];
    for (bytes, problem) in cases {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let (outcome, keys, _) = attempt(bytes).await;
        assert_eq!(outcome, Err(problem), "{shown}");
        assert_eq!(keys.kids(), set(&[9]).kids().collect::<Vec<_>>(), "{shown}");
    }
}

#[tokio::test]
async fn only_200_is_an_answer_and_no_redirect_is_followed() {
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let body = set(&[1]).to_jwks();
    for status in [201, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 404, 429, 500, 503] {
        let location = format!("http://{}/", elsewhere.local_addr().unwrap());
        let head = format!("HTTP/1.1 {status} Said\r\nlocation: {location}\r\ncontent-length: {}\r\n\r\n", body.len());
        let (outcome, keys, _) = attempt((head + &body).into_bytes()).await;
        let code = outcome.unwrap_err().code();
        assert_eq!(code, if (300..400).contains(&status) { "redirect" } else { "status" }, "{status}");
        assert_eq!(keys.kids(), set(&[9]).kids().collect::<Vec<_>>(), "{status}");
    }
    assert_eq!(elsewhere.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody came");
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let (listener, port) = listen().await;
    drop(listener);
    let mut refresher = Refresher::new(&format!("http://127.0.0.1:{port}/"), LiveKeys::empty()).unwrap();
    assert_eq!(refresher.load().await, Err(Problem::Unreachable));
}

/// The ten seconds are simulated: nothing else is due.
#[tokio::test(start_paused = true)]
async fn who_accepts_and_says_nothing_is_left_after_ten_seconds() {
    let (listener, port) = listen().await;
    let mut refresher = Refresher::new(&format!("http://127.0.0.1:{port}/"), LiveKeys::empty()).unwrap();
    assert_eq!(refresher.load().await, Err(Problem::Timeout));
    drop(listener);
}

/// Who signs certificates, and the certificates that it signed.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    fn certify(&self, name: &str, until: i32) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

async fn over_tls(server: Option<TlsAcceptor>, trusted: Option<&str>) -> Result<(), Problem> {
    let (listener, port) = listen().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let bytes = ok(&set(&[1]).to_jwks(), "");
        match server {
            None => stream.write_all(&bytes).await.unwrap(),
            Some(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    answer(stream, &bytes).await;
                }
            }
        }
    });
    let url = format!("https://localhost:{port}/jwks");
    let refresher = match trusted {
        None => Refresher::new(&url, LiveKeys::empty()),
        Some(pem) => Refresher::trusting(pem.as_bytes(), &url, LiveKeys::empty()),
    };
    refresher.unwrap().load().await
}

#[tokio::test]
async fn https_is_who_it_says_it_is() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let good = || Some(ours.certify("localhost", 4000));
    assert_eq!(over_tls(good(), Some(&ours.pem)).await, Ok(()));
    assert_eq!(over_tls(good(), Some(&(theirs.pem.clone() + &ours.pem))).await, Ok(()));
    assert_eq!(over_tls(good(), Some(&theirs.pem)).await, Err(Problem::Tls));
    assert_eq!(over_tls(good(), None).await, Err(Problem::Tls), "no public authority knows it");
    assert_eq!(over_tls(Some(ours.certify("shop.example", 4000)), Some(&ours.pem)).await, Err(Problem::Tls));
    assert_eq!(over_tls(Some(ours.certify("localhost", 2001)), Some(&ours.pem)).await, Err(Problem::Tls));
    assert_eq!(over_tls(None, Some(&ours.pem)).await, Err(Problem::Tls));
}

#[tokio::test]
async fn a_configuration_that_cannot_be_kept_is_refused() {
    let error = |refresher: Result<Refresher<LiveKeys>, RefreshError>| refresher.unwrap_err();
    let authority = Authority::new().pem;
    assert_eq!(error(Refresher::new("http://shop.example/jwks", LiveKeys::empty())), RefreshError::Url);
    let trusting = |pem: &str, url| error(Refresher::trusting(pem.as_bytes(), url, LiveKeys::empty()));
    assert_eq!(trusting("", "https://shop.example/"), RefreshError::Authorities);
    assert_eq!(trusting("no certificate", "https://shop.example/"), RefreshError::Authorities);
    assert_eq!(trusting(&authority.replace("MII", "MIJ"), "https://shop.example/"), RefreshError::Authorities);
    assert_eq!(trusting(&authority, "http://localhost/"), RefreshError::Authorities);
    let refresher = || Refresher::new("https://shop.example/jwks", LiveKeys::empty()).unwrap();
    assert_eq!(error(refresher().every(Duration::from_secs(1), HOUR)), RefreshError::Pace);
    assert_eq!(error(refresher().use_for(59 * MINUTE)), RefreshError::Pace);
    assert!(refresher().every(MINUTE, HOUR).unwrap().use_for(4 * HOUR).is_ok());
    assert_eq!(
        RefreshError::Url.to_string(),
        "not a URL to fetch, expected https, or http to this machine, and no user in it"
    );
    assert_eq!(Problem::Status(500).to_string(), "the endpoint answered with status 500, expected 200");
}
