//! The consent service: it asks, records, proves, and stops.
//!
//! [`Service::open`] takes a site and a data folder and gives an axum [`Router`](axum::Router) to mount on the site's
//! own origin. The store is one SQLite file: a choice is durable before it is answered, and records are protected from
//! change by triggers. Who a pseudonym is lives in tables apart, which can be deleted.
//!
//! # Sibling hosts, and a host of its own
//! With `cookie_scope = "domain"` the hosts of one domain share a subject: `__Secure-` cookies with its `Domain`. Either
//! each host passes `/consent/v1` on to the service, or `site.endpoint` names a host for it, which must be one that the
//! cookies reach. Then listed origins may read its answers with their cookies (CORS), `Sec-Fetch-Site: same-site`
//! passes for them, and forms lead back to the origin they came from. `/check` and `/admin` never answer a page. Pages
//! need the sources of [`Snippet::sources`](volens_widget::page::Snippet::sources) in their policy; those whose
//! `Referrer-Policy` is `no-referrer` or `same-origin` send forms without an origin, which are refused (scripts are
//! not). HTTP-only cookies without a `domain` belong to a page's own host: a service elsewhere cannot delete them.
//!
//! # Several sites
//! [`Sites`] tells them apart by `Host`, which a proxy must pass on; it answers others with 421. One data folder, one
//! set of keys: a token's issuer is the first origin of its site, and a sealed link names its site, so neither means
//! anything to another. The administrator's token is the folder's. `/check` needs the site's `Host` and so the token.
//!
//! # A developer's own machine
//! [`Site::for_development`](volens_core::site::Site::for_development): cookies `dev-consent` and `dev-volens`, not
//! `Secure`, and tokens of the type `consent-dev+jwt`, which every verifier refuses as `wrong-type` but one made by
//! [`volens_verify::dangerous`]. Its data folder is one of its own: a store that visitors have spoken into is not opened
//! for development, nor the other way ([`ServiceError::OtherStage`]).
//!
//! # Tokens and what ends
//! With `[tokens] status = true` tokens that grant something have a bit in a signed status list
//! (`GET …/status/{list}`), which is set by the transaction that records the end of a grant. The service itself asks its
//! records and never the lists. `POST …/token` gives another service, listed in `token_audiences`, a token of its own
//! that names the visitor as nobody else does. `GET …/admin/ended` tells back ends which grants ended since they last
//! asked. `docs/tokens.md` has all three.
//!
//! # Variants and counts
//! A page is made in the variant whose day it is ([`Site::variant_at`](volens_core::site::Site::variant_at)), the same
//! for every visitor, so nothing has to be stored to compare wordings. A choice is recorded with the variant that its
//! page names, if it was ever published with that text; anything else counts as the site's own.
//! `GET …/admin/statistics` counts records ([`Statistics`]). Controls are those of our own pages (`banner`, `center`,
//! `settings`, `foot`, `page`, `placeholder`, `api`, …) and of the site's account pages; whatever else was sent counts as
//! `other`, as anyone may send it. Counts below 5 are held back, as a count of one is somebody; administrators, who may read
//! the records anyway, get them by `min=1`. Rates compare days: divide by page views
//! of the same days, which the site's own server knows, to learn how many did not answer.

mod accounts;
mod audience;
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
mod status;
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
