//! Finds one cookie among the request's.

use http::{HeaderMap, header};

/// The value of the cookie with exactly this name. Two of them, even with equal values, count as none: another host
/// of the domain may have set one to overrule the other.
pub fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h [u8]> {
    crate::web::cookie::only_in(super::lines(headers, header::COOKIE.as_str()), name)
}
