//! Several sites in one service: one listener, one store, one set of keys.

use crate::http::{Problem, by_host};
use crate::{Service, ServiceError};
use axum::Router;
use std::collections::BTreeMap;
use volens_core::site::Site;

/// Services of several sites behind one address, told apart by the `Host` that was asked for: that of one of a site's
/// origins, or of its `endpoint`. Any other is answered with 421, which names what is served.
///
/// They may share one data folder. Every row says whose it is, and a token whose: its issuer is the first origin of its
/// site, so that although all sites sign with the keys of the folder, a token of one means nothing to another. The
/// administrator's token is the folder's, and so works for every site in it.
#[derive(Clone, Debug)]
pub struct Sites(BTreeMap<String, Service>);

impl Sites {
    /// Puts services behind one address.
    ///
    /// # Errors
    /// Two of them claim one host, or are of one site.
    pub fn new(services: impl IntoIterator<Item = Service>) -> Result<Self, ServiceError> {
        let mut by_host: BTreeMap<String, Service> = BTreeMap::new();
        for service in services {
            if by_host.values().any(|other| other.site().id() == service.site().id()) {
                return Err(ServiceError::Site("two sites have the same id"));
            }
            for host in hosts(service.site()) {
                if by_host.get(&host).is_some_and(|other| other.site().id() != service.site().id()) {
                    return Err(ServiceError::Site("two sites claim the same host"));
                }
                by_host.insert(host, service.clone());
            }
        }
        Ok(Self(by_host))
    }

    /// The routes of all sites, and `/healthz` and `/readyz` for whatever host they are asked of.
    pub fn router(&self) -> Router {
        by_host(self)
    }

    pub(crate) fn services(&self) -> impl Iterator<Item = &Service> {
        let mut seen = Vec::new();
        self.0.values().filter(move |service| {
            let fresh = !seen.contains(&service.site().id());
            seen.push(service.site().id());
            fresh
        })
    }

    pub(crate) fn by_host(&self) -> impl Iterator<Item = (&str, &Service)> {
        self.0.iter().map(|(host, service)| (host.as_str(), service))
    }
}

/// The hosts that a site is asked for by, as `Host` names them: without the port that goes without saying.
///
/// ```
/// # let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/it/shop.toml"));
/// let site = volens_core::site::Site::parse("shop.toml", text)?;
/// assert_eq!(volens_server::hosts(&site), ["shop.example", "www.shop.example"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn hosts(site: &Site) -> Vec<String> {
    let origins = site.origins().iter().map(String::as_str).chain(site.endpoint_origin());
    let host = |origin: &str| origin.split_once("://").map_or(origin, |(_, host)| host).to_owned();
    let mut hosts: Vec<String> = origins.map(host).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// An answer for a host that nobody here claims.
pub(crate) fn unknown<'a>(known: impl Iterator<Item = &'a str>) -> Problem {
    let known: Vec<&str> = known.collect();
    let detail = format!("no site is served under the Host of this request; expected one of {}", known.join(", "));
    Problem::new(axum::http::StatusCode::MISDIRECTED_REQUEST, "unknown-host", detail).with("hosts", known.into())
}
