//! Consent in tonic's handlers: feature `tonic`.
//!
//! [`ConsentLayer`](crate::ConsentLayer) goes around the server, told which metadata key the token comes in; the
//! [rules](crate::layer) are the same. A call without the consent that it needs ends with `PERMISSION_DENIED`, never
//! `UNAUTHENTICATED`, and with what a problem document would say in its metadata: `consent-code`
//! (`consent-required`), `consent-purpose` and `consent-because`.
//!
//! ```
//! use tonic::{Request, Response, Status};
//! use volens_verify::grpc::RequestExt as _;
//! use volens_verify::{Analytics, ConsentLayer, Grant, Verifier};
//!
//! fn count(_: &Grant<Analytics>) { /* … */ }
//!
//! async fn track(request: Request<()>) -> Result<Response<()>, Status> {
//!     count(&request.require::<Analytics>()?);
//!     Ok(Response::new(()))
//! }
//!
//! fn layer(verifier: Verifier) -> ConsentLayer {
//!     ConsentLayer::new(verifier).header("consent-token") // for `Server::builder().layer(…)`
//! }
//! ```

use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Request, Status};

use crate::layer::{self, ConsentRejection};
use crate::{Consent, Grant, Purpose};

/// Asks a call for consent.
pub trait RequestExt {
    /// A valid token's consent, whatever it says.
    ///
    /// # Errors
    /// `PERMISSION_DENIED`; `INTERNAL` if no [`ConsentLayer`](crate::ConsentLayer) lies above.
    // A status is what a handler of tonic's returns.
    #[allow(clippy::result_large_err, reason = "tonic's own error, and handlers return it")]
    fn consent(&self) -> Result<Consent, Status>;

    /// The grant of a purpose.
    ///
    /// # Errors
    /// As [`consent`](Self::consent).
    #[allow(clippy::result_large_err, reason = "tonic's own error, and handlers return it")]
    fn require<P: Purpose>(&self) -> Result<Grant<P>, Status>;
}

impl<T> RequestExt for Request<T> {
    fn consent(&self) -> Result<Consent, Status> {
        Ok(layer::consent(self.extensions(), self.metadata().as_ref())?)
    }

    fn require<P: Purpose>(&self) -> Result<Grant<P>, Status> {
        Ok(layer::require(self.extensions(), self.metadata().as_ref())?)
    }
}

impl From<ConsentRejection> for Status {
    fn from(rejection: ConsentRejection) -> Self {
        let code = if rejection.status() == 403 { Code::PermissionDenied } else { Code::Internal };
        let mut metadata = MetadataMap::new();
        metadata.insert("cache-control", MetadataValue::from_static("no-store"));
        metadata.insert("consent-code", MetadataValue::from_static(rejection.code()));
        if let Some(because) = rejection.because() {
            metadata.insert("consent-because", MetadataValue::from_static(because));
        }
        // Whatever a purpose of somebody's own is called.
        if let Some(purpose) = rejection.purpose().and_then(|purpose| purpose.parse().ok()) {
            metadata.insert("consent-purpose", purpose);
        }
        Self::with_metadata(code, rejection.to_string(), metadata)
    }
}
