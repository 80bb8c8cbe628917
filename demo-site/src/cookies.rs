//! Reading the site's own cookies.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// The value of the cookie with exactly this name; none if there is no such cookie or more than one.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_by_its_exact_name_and_a_double_is_none() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "a=1; nordvakt_session=x; a=2".parse().unwrap());
        assert_eq!(value(&headers, "nordvakt_session"), Some("x"));
        assert_eq!(value(&headers, "session"), None);
        assert_eq!(value(&headers, "a"), None);
    }
}
