//! The consent service: it asks, records, proves, and stops.
//!
//! [`Service::open`] takes a site and a data folder and gives an axum [`Router`](axum::Router) to mount on the site's
//! own origin, or on a host of its own; [`Sites`] puts several sites behind one address. The store is one SQLite file: a choice is durable before it is answered, and records are protected
//! from change by triggers. Who a pseudonym is lives in tables apart, which can be deleted.

mod accounts;
mod choices;
mod clock;
mod error;
pub mod http;
pub mod keys;
mod links;
mod log;
pub mod mail;
mod newsletter;
mod service;
mod sites;
mod store;
mod visitor;

pub use accounts::AccountChoice;
pub use clock::{Clock, SystemClock};
pub use error::ServiceError;
pub use newsletter::{AccountLetter, Sent};
pub use service::{Options, Service};
pub use sites::{Sites, hosts};
pub use store::{Count, Counted, Evidence, EvidenceEntry, Reader, Statistics};
pub use volens_core::site::ENDPOINT;
