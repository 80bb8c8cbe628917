//! What single texts of `site.toml` must look like.

pub(super) fn id(text: &str) -> bool {
    text.len() <= 48
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
}
pub(super) const ID: &str = "an id: a small letter, then small letters, digits, \"_\" or \"-\", at most 48 in all";

pub(super) fn country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}
pub(super) const COUNTRY: &str = "a country as two capital letters, such as \"SE\"";

pub(super) fn email(text: &str) -> bool {
    let visible = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    visible
        && text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
}
pub(super) const EMAIL: &str = "an e-mail address";

pub(super) fn host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    text.len() <= 253 && text.split('.').all(label)
}
pub(super) const HOST: &str = "a host name in small letters, without scheme, port or path";

/// A domain that cookies can be shared under: at least two labels, and no address.
pub(super) fn domain(text: &str) -> bool {
    host(text) && text.contains('.') && !text.rsplit('.').any(|label| label.bytes().all(|b| b.is_ascii_digit()))
}
pub(super) const DOMAIN: &str = "a domain in small letters without a leading dot, such as \"example.com\"";

/// Scheme and the rest of an `http` or `https` URL without spaces, quotation marks or a user.
fn web(text: &str) -> Option<(&str, &str)> {
    let clean = text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'`' | b'@'));
    let (scheme, rest) = text.split_once("://")?;
    (clean && matches!(scheme, "http" | "https")).then_some((scheme, rest))
}

fn host_and_port(text: &str) -> bool {
    let (name, port) = match text.strip_prefix("[::1]") {
        Some(port) => ("localhost", port),
        None => text.find(':').map_or((text, ""), |at| text.split_at(at)),
    };
    let port_fits =
        port.is_empty() || port.strip_prefix(':').is_some_and(|n| n.parse::<u16>().is_ok() && !n.starts_with('0'));
    host(name) && port_fits
}

/// The host of an origin or URL, without its port.
pub(super) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    if authority.starts_with('[') {
        return authority.split_inclusive(']').next().unwrap_or(authority);
    }
    authority.split(':').next().unwrap_or(authority)
}

pub(super) fn origin(text: &str) -> bool {
    let Some((scheme, authority)) = web(text) else { return false };
    host_and_port(authority) && (scheme == "https" || loopback(host_of(text)))
}
pub(super) const ORIGIN: &str =
    "an origin such as \"https://www.example.com\", without a path (\"http://\" on localhost only)";

/// The same URL without a port that its scheme has anyway, if it names one: browsers leave it out wherever they say
/// where they are, so it would equal nothing they send.
pub(super) fn without_usual_port(url: &str) -> Option<String> {
    let origin = origin_of(url);
    let usual = if origin.starts_with("https:") { ":443" } else { ":80" };
    Some([origin.strip_suffix(usual)?, url.strip_prefix(origin)?].concat())
}

/// Where the consent service answers: an origin and a path, without a slash at the end.
pub(super) fn endpoint(text: &str) -> bool {
    let plain = |part: &str| {
        !matches!(part, "" | "." | "..") && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
    };
    let start = origin_of(text);
    let path = text.strip_prefix(start).and_then(|path| path.strip_prefix('/'));
    origin(start) && path.is_some_and(|path| path.split('/').all(plain))
}
pub(super) const ENDPOINT: &str =
    "an origin and a path such as \"https://consent.example.com/consent/v1\", without a \"/\" at its end";

/// Scheme, host and port of a URL.
pub(super) fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url)
}

/// A name of this machine for itself.
pub(super) fn loopback(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
}

/// Where code may come from. A prefix must end in `/`: `https://a.example` would allow `https://a.example.evil`.
pub(super) fn source(text: &str) -> bool {
    let Some((_, rest)) = web(text) else { return false };
    let Some((authority, path)) = rest.split_once('/') else { return false };
    let plain = !path.contains('#') && !path.split('/').any(|part| part == "." || part == "..");
    host_and_port(authority) && plain && !(path.contains('?') && path.ends_with('/'))
}
pub(super) const SOURCE: &str = "a URL prefix with scheme, host and a path that ends in \"/\", or one exact URL";

pub(super) fn url(text: &str) -> bool {
    web(text).is_some_and(|(_, rest)| host_and_port(rest.split(['/', '?', '#']).next().unwrap_or(rest)))
}
pub(super) const URL: &str = "a URL that begins with \"https://\" or \"http://\"";

/// A path on the site or a URL. `//host` and `/\host` would lead elsewhere.
pub(super) fn link(text: &str) -> bool {
    let clean = text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'`'));
    url(text) || (clean && text.starts_with('/') && !text.starts_with("//"))
}
pub(super) const LINK: &str = "a path that begins with one \"/\", or a URL";

pub(super) fn date(text: &str) -> bool {
    let mut parts = text
        .split('-')
        .map(|part| (part.bytes().all(|b| b.is_ascii_digit()), part.len(), part.parse::<u32>().unwrap_or_default()));
    let (Some((true, 4, year)), Some((true, 2, month)), Some((true, 2, day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    (1..=days).contains(&day)
}
pub(super) const DATE: &str = "a date such as \"2026-09-01\"";

/// A name in browser storage, `*` only at its end.
pub(super) fn item_name(text: &str) -> bool {
    let name = text.strip_suffix('*').unwrap_or(text);
    !name.is_empty() && text.len() <= 256 && !name.contains('*') && !name.chars().any(char::is_control)
}
/// The same for a cookie (RFC 6265, section 4.1.1).
pub(super) fn cookie_name(text: &str) -> bool {
    item_name(text) && text.bytes().all(|b| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&b))
}
pub(super) const NAME: &str = "a name, or the beginning of a name and \"*\"";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        for good in [
            "https://a.example",
            "https://a.example:8443",
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:80",
        ] {
            assert!(origin(good), "{good}");
        }
        for bad in [
            "https://a.example/",
            "https://a.example/x",
            "http://a.example",
            "a.example",
            "https://A.example",
            "https://",
            "https://u@a.example",
            "https://a.example:0",
            "https://a.example:99999",
            "https://a.example?x",
            "ftp://a.example",
            "http://127.evil",
            "https://a..example",
        ] {
            assert!(!origin(bad), "{bad}");
        }
    }

    #[test]
    fn ports_that_go_without_saying() {
        for (url, spelt) in [
            ("https://a.example:443", Some("https://a.example")),
            ("http://[::1]:80", Some("http://[::1]")),
            ("https://a.example:443/consent/v1", Some("https://a.example/consent/v1")),
            ("https://a.example:80", None),
            ("http://localhost:443", None),
            ("https://a.example:8443", None),
            ("https://a.example/x:443", None),
            ("https://a.example", None),
        ] {
            assert_eq!(without_usual_port(url).as_deref(), spelt, "{url}");
        }
    }

    #[test]
    fn endpoints() {
        for good in ["https://a.example/consent/v1", "http://localhost:8080/c", "https://a.example:8443/a/b-c_d~e.f"] {
            assert!(endpoint(good), "{good}");
        }
        for bad in [
            "/consent/v1",
            "https://a.example",
            "https://a.example/",
            "https://a.example/consent/",
            "https://a.example//consent",
            "https://a.example/../v1",
            "https://a.example/{v}",
            "https://a.example/v1?x",
            "http://a.example/consent/v1",
            "https://u@a.example/v1",
        ] {
            assert!(!endpoint(bad), "{bad}");
        }
        assert_eq!(origin_of("https://a.example:1/b/c"), "https://a.example:1");
    }

    #[test]
    fn sources() {
        for good in [
            "https://a.example/",
            "http://127.0.0.1:8081/analytics/",
            "https://a.example/x.js",
            "https://a.example/x.js?id=1",
        ] {
            assert!(source(good), "{good}");
        }
        for bad in [
            "https://a.example",
            "https://a.example?x/",
            "//a.example/",
            "/x.js",
            "https://a.example/../",
            "https://a.example/x?y/",
            "https://a.example/#",
            "javascript://a.example/",
            "https://u@a.example/",
        ] {
            assert!(!source(bad), "{bad}");
        }
    }

    #[test]
    fn dates_links_and_names() {
        assert!(date("2024-02-29") && date("2026-12-31"));
        assert!(
            [
                "2026-02-29",
                "2026-13-01",
                "2026-00-10",
                "2026-1-01",
                "26-01-01",
                "2026-01-01T00:00:00Z",
                "",
                "+026-01-01"
            ]
            .iter()
            .all(|bad| !date(bad))
        );
        assert!(link("/en/cookies") && link("https://a.example/x?y#z"));
        assert!(
            ["//a.example", "/\\a.example", "en/cookies", "/a b", "javascript:alert(1)"].iter().all(|bad| !link(bad))
        );
        assert!(item_name("volens.pending") && cookie_name("_nvm_*"));
        assert!(["*", "a*b", "a**", ""].iter().all(|bad| !item_name(bad)));
        assert!(["a b", "a;b", "a=b"].iter().all(|bad| !cookie_name(bad)));
        assert_eq!(host_of("http://[::1]:80"), "[::1]");
        assert_eq!(host_of("https://a.example:1/x:y"), "a.example");
    }
}
