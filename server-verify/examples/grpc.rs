//! A tonic service that counts views for who agreed, with keys fetched from the consent service.
//!
//! ```sh
//! cargo run --example grpc --features tonic,refresh -- http://localhost:8080   # the site, and its consent service
//! ```
//!
//! It has one method, `/views.Views/Count`, which takes and gives an empty message. The token is in the metadata
//! `consent-token`, and was made for this service (`POST /consent/v1/token`). What stands between the two lines below
//! is what `tonic-prost-build` would make of a `.proto` file.

use std::convert::Infallible;
use std::error::Error;
use std::task::{Context, Poll};

use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http, tokio_stream};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::Server;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use volens_verify::grpc::RequestExt as _;
use volens_verify::refresh::Refresher;
use volens_verify::{Analytics, ConsentLayer, Grant, LiveKeys, Verifier};

/// The name by which the site knows this service (`site.token_audiences`).
const AUDIENCE: &str = "views";

/// Cannot be called without proof.
fn count(_proof: &Grant<Analytics>) {
    println!("counted");
}

/// `PERMISSION_DENIED` for who did not agree.
#[allow(clippy::result_large_err, reason = "tonic's own error")]
fn answer(request: &Request<()>) -> Result<Response<()>, Status> {
    count(&request.require()?);
    Ok(Response::new(()))
}

// ---

#[derive(Clone)]
struct Views;

struct Count;

impl UnaryService<()> for Count {
    type Response = ();
    type Future = BoxFuture<Response<()>, Status>;

    fn call(&mut self, request: Request<()>) -> Self::Future {
        Box::pin(async move { answer(&request) })
    }
}

impl Service<http::Request<Body>> for Views {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            match request.uri().path() {
                "/views.Views/Count" => Ok(Grpc::new(ProstCodec::<(), ()>::default()).unary(Count, request).await),
                _ => Ok(Status::unimplemented("no such method").into_http()),
            }
        })
    }
}

impl NamedService for Views {
    const NAME: &'static str = "views.Views";
}

// ---

async fn serve(listener: TcpListener, verifier: Verifier) -> Result<(), tonic::transport::Error> {
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    let layer = ConsentLayer::new(verifier).header("consent-token");
    Server::builder().layer(layer).add_service(Views).serve_with_incoming(incoming).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let site = std::env::args().nth(1).ok_or("which site? expected an origin such as https://shop.example")?;
    let keys = LiveKeys::empty();
    let mut refresher = Refresher::new(&format!("{site}/.well-known/jwks.json"), keys.clone())?
        .on_attempt(|outcome| outcome.unwrap_or_else(|problem| eprintln!("keys: {problem}")));
    refresher.load().await?;
    tokio::spawn(refresher.run());
    let verifier = Verifier::builder().issuer(&site).audience(AUDIENCE).keys(keys).build()?;
    Ok(serve(TcpListener::bind("127.0.0.1:4000").await?, verifier).await?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "a test that cannot go on should stop")]
#[path = "../tests/it/forge.rs"]
mod forge;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use tonic::Code;
    use tonic::codegen::http::uri::PathAndQuery;
    use tonic::transport::{Channel, Endpoint};

    use super::*;
    use crate::forge::{Forge, ISSUER, keys, now};

    async fn call(channel: Channel, token: Option<String>) -> Result<Response<()>, Status> {
        let mut client = tonic::client::Grpc::new(channel);
        client.ready().await.unwrap();
        let mut request = Request::new(());
        if let Some(token) = token {
            request.metadata_mut().insert("consent-token", token.parse().unwrap());
        }
        let method = PathAndQuery::from_static("/views.Views/Count");
        client.unary(request, method, ProstCodec::<(), ()>::default()).await
    }

    /// Over a real connection.
    #[tokio::test]
    async fn it_does_what_was_agreed_to() {
        let verifier = Verifier::builder().issuer(ISSUER).audience(AUDIENCE).keys(keys()).clock(now).build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint::from_shared(format!("http://{}", listener.local_addr().unwrap())).unwrap();
        tokio::spawn(serve(listener, verifier));
        let channel = endpoint.connect().await.unwrap();
        let granted = Forge::good().claim("aud", AUDIENCE);
        let done = call(channel.clone(), Some(granted.token())).await.unwrap();
        assert_eq!(done.metadata().get("cache-control").unwrap(), "private");
        for (token, because) in [
            (None, "no-token"),
            (Some(Forge::refuser().claim("aud", AUDIENCE).token()), "not-granted"),
            (Some(Forge::good().token()), "wrong-audience"),
        ] {
            let status = call(channel.clone(), token).await.unwrap_err();
            assert_eq!(status.code(), Code::PermissionDenied);
            let said = |key| status.metadata().get(key).unwrap().to_str().unwrap();
            assert_eq!((said("consent-code"), said("consent-because")), ("consent-required", because));
            assert_eq!((said("consent-purpose"), said("vary")), ("analytics", "consent-token"));
        }
    }
}
