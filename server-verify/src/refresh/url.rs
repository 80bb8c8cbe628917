//! The one URL that is fetched.

use std::net::IpAddr;

use http::Uri;

use super::RefreshError;

/// Where to connect and what to ask for.
pub(super) struct Url {
    /// A name or an address, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) scheme: Scheme,
    pub(super) uri: Uri,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Https,
    /// To this machine itself.
    Http,
}

impl Url {
    pub(super) fn parse(text: &str) -> Result<Self, RefreshError> {
        Self::parsed(text).ok_or(RefreshError::Url)
    }

    fn parsed(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let authority = uri.authority()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let host = authority.host();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).to_owned();
        let scheme = match uri.scheme_str()? {
            "https" => Scheme::Https,
            "http" if loopback(&host) => Scheme::Http,
            _ => return None,
        };
        // `authority.port()` is none where there is one that is too large.
        let port = match (authority.as_str().strip_prefix(authority.host())?.strip_prefix(':'), scheme) {
            (Some(port), _) => port.parse().ok().filter(|port| *port != 0)?,
            (None, Scheme::Https) => 443,
            (None, Scheme::Http) => 80,
        };
        (!host.is_empty()).then_some(Self { host, port, scheme, uri })
    }
}

/// By its name: where it leads is looked at again once connected.
fn loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, u16, Scheme)> {
        Url::parse(text).ok().map(|url| (url.host, url.port, url.scheme))
    }

    #[test]
    fn https_anywhere_and_http_here() {
        let expect = |text, host: &str, port, scheme| assert_eq!(parsed(text), Some((host.to_owned(), port, scheme)));
        expect("https://shop.example/.well-known/jwks.json", "shop.example", 443, Scheme::Https);
        expect("https://shop.example:8443", "shop.example", 8443, Scheme::Https);
        expect("https://[2001:db8::1]/", "2001:db8::1", 443, Scheme::Https);
        expect("http://127.0.0.1:8080/jwks", "127.0.0.1", 8080, Scheme::Http);
        expect("http://[::1]/jwks", "::1", 80, Scheme::Http);
        expect("http://localhost:1/jwks", "localhost", 1, Scheme::Http);
    }

    #[test]
    fn nothing_else() {
        for text in [
            "",
            "/jwks",
            "shop.example",
            "shop.example:443",
            "http://shop.example/",
            "http://localhost.shop.example/",
            "http://127.0.0.1.shop.example/",
            "http://10.0.0.1/",
            "http://169.254.169.254/latest",
            "http://[::ffff:10.0.0.1]/",
            "ftp://127.0.0.1/",
            "file:///etc/keys",
            "https://",
            "https:///jwks",
            "https://user@shop.example/",
            "https://user:secret@shop.example/",
            "https://shop.example:0/",
            "https://shop.example:65536/",
            "https://shop.example:port/",
            "https://shop example/",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
