//! What every handler asks of a request: is it from this site, whose is it, how large, of which type.

use super::{MAX_BODY, Problem};
use crate::Service;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use serde_json::Value;
use volens_core::Lang;
use volens_core::site::Site;
use volens_core::token::is_object_with_each_member_once;
use volens_verify::layer::cookie;
use volens_widget::view::Gpc;

/// A body, told apart by its content type.
pub(crate) enum Sent {
    Json(Value),
    Form(Form),
}

/// A form's fields, in their order.
pub(crate) type Form = Vec<(String, String)>;

/// Whether a person waits for the answer: browsers say so when they load a page.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// `Sec-GPC`, honoured only as exactly `1`.
pub(crate) fn gpc(headers: &HeaderMap) -> Gpc {
    if headers.get_all("sec-gpc").iter().any(|value| value == "1") { Gpc::Sent } else { Gpc::NotSent }
}

/// Same site only: `Sec-Fetch-Site` if the browser sends it, else `Origin`, else no browser asks. A sibling host is the
/// same site where the site lists it and shares its choices with it.
pub(crate) fn same_site(service: &Service, headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let site = service.site();
    let own = |origin: &str| site.origins().iter().any(|own| own == origin) || site.endpoint_origin() == Some(origin);
    let passes = match (text("sec-fetch-site"), text("origin")) {
        (Some("same-site"), Some(origin)) => site.sibling(origin).is_some(),
        (Some(said), _) => said == "same-origin",
        (None, Some(origin)) => own(origin),
        (None, None) => true,
    };
    if passes {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "cross-site", "this is done from the site's own pages only"))
}

/// The visitor's token, by the cookie's exact name; two of them count as none.
pub(crate) fn token(service: &Service, headers: &HeaderMap) -> Option<String> {
    let value = cookie::only(headers, service.site().cookie_names().0)?;
    String::from_utf8(value.to_vec()).ok()
}

/// Reads a body of at most 16 KiB as JSON or a form.
pub(crate) async fn body(headers: &HeaderMap, body: Body) -> Result<Sent, Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let bytes = bytes(body).await?;
    match media.as_str() {
        "application/json" => {
            let value: Value =
                serde_json::from_slice(&bytes).map_err(|error| Problem::malformed(format!("not JSON: {error}")))?;
            if value.is_object() && !is_object_with_each_member_once(&bytes) {
                return Err(Problem::malformed("a member stands twice; expected each once"));
            }
            Ok(Sent::Json(value))
        }
        "application/x-www-form-urlencoded" => {
            serde_urlencoded(&bytes).map(Sent::Form).ok_or_else(|| Problem::malformed("not a form in UTF-8"))
        }
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            format!("{media:?} is not read here; expected application/json or application/x-www-form-urlencoded"),
        )),
    }
}

/// Reads a body of at most 16 KiB.
pub(super) async fn bytes(body: Body) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, MAX_BODY).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", format!("the body is larger than {MAX_BODY} bytes"))
    })
}

fn serde_urlencoded(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    std::str::from_utf8(bytes).ok()?;
    Some(form_urlencoded::parse(bytes).into_owned().collect())
}

/// The first value of a form's field.
pub(crate) fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A language of the site: the one asked for, else by `Accept-Language`, else the default.
pub(crate) fn language(service: &Service, asked: Option<&str>, headers: &HeaderMap) -> Lang {
    let site = service.site();
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    asked
        .and_then(|tag| own(site, tag))
        .or_else(|| by_weight(accepted).into_iter().find_map(|tag| own(site, tag)))
        .unwrap_or_else(|| site.default_lang())
        .clone()
}

/// For answers that caches keep: whether that language was `Accept-Language`'s to say.
pub(crate) fn vary(service: &Service, asked: Option<&str>) -> Option<[(HeaderName, &'static str); 1]> {
    let said = asked.is_some_and(|tag| own(service.site(), tag).is_some());
    (!said).then_some([(header::VARY, "accept-language")])
}

/// The language of the site that a tag means.
fn own<'a>(site: &'a Site, tag: &str) -> Option<&'a Lang> {
    let primary = tag.split(['-', ';']).next().unwrap_or_default().trim();
    let is = |tag: &str| site.languages().iter().find(|lang| lang.as_str().eq_ignore_ascii_case(tag));
    let norwegian = NORWEGIAN.iter().any(|tag| tag.eq_ignore_ascii_case(primary));
    let kin: &[&str] = if norwegian { &NORWEGIAN } else { &[] };
    is(tag.trim()).or_else(|| is(primary)).or_else(|| kin.iter().find_map(|tag| is(tag)))
}

/// `no` is both of the others; who reads one reads the other.
const NORWEGIAN: [&str; 3] = ["nb", "no", "nn"];

/// The tags of an `Accept-Language` (RFC 9110, 12.5.4), the most wanted first; what is not wanted is left out.
fn by_weight(accepted: &str) -> Vec<&str> {
    let mut tags: Vec<(&str, f32)> = accepted
        .split(',')
        .map(|entry| match entry.split_once(';') {
            Some((tag, weight)) => (tag, weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0)),
            None => (entry, 1.0),
        })
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    tags.sort_by(|a, b| b.1.total_cmp(&a.1));
    tags.into_iter().map(|(tag, _)| tag).collect()
}

/// A path of this site to go back to: one leading `/`, no backslash, no control character.
pub(crate) fn own_path(path: &str) -> Option<&str> {
    let fits = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 2048
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    fits.then_some(path)
}

/// Where a form leads: what it says, else where it came from, else the start page. Where the service has a host of its
/// own, a path is one of the origin that the form came from, and a whole address on an origin of the site is taken too.
pub(crate) fn return_to(service: &Service, headers: &HeaderMap, said: Option<&str>) -> String {
    let site = service.site();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let referer = text(header::REFERER).and_then(|referer| own_address(site, referer));
    let from = text(header::ORIGIN).and_then(|origin| site.sibling(origin)).or(referer.map(|(origin, _)| origin));
    let base = match site.endpoint_origin() {
        // A form on the service's own pages stays there.
        Some(own) if text(header::ORIGIN) != Some(own) => from.or_else(|| site.origins().first().map(String::as_str)),
        _ => None,
    };
    let address = |said| own_address(site, said).filter(|(origin, _)| site.sibling(origin).is_some());
    let (base, path) = said.and_then(address).unwrap_or_else(|| {
        let path = said.and_then(own_path).or(referer.map(|(_, path)| path));
        (base.unwrap_or_default(), path.unwrap_or("/"))
    });
    [base, path].concat()
}

/// An address on an origin of the site, as the origin and the path.
fn own_address<'a>(site: &'a Site, address: &'a str) -> Option<(&'a str, &'a str)> {
    let of = |origin: &'a String| Some((origin.as_str(), own_path(address.strip_prefix(origin.as_str())?)?));
    site.origins().iter().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_means_a_language_of_the_site() {
        let text = include_str!("../../../tests/sites/every-language.toml");
        let site = Site::parse("every-language.toml", text).unwrap();
        let meant = |tag| own(&site, tag).map(Lang::as_str);
        for tag in ["nb", "no", "nn", "NO", "nn-NO", " no"] {
            assert_eq!(meant(tag), Some("nb"), "{tag:?}");
        }
        assert_eq!([meant("sv-FI"), meant("pt-BR"), meant("la"), meant("")], [Some("sv"), Some("pt"), None, None]);
        let wanted = by_weight("nn;q=0.9, la, en;q=0.5").into_iter().find_map(|tag| own(&site, tag));
        assert_eq!(wanted.map(Lang::as_str), Some("nb"));
    }

    #[test]
    fn only_own_paths_are_returned_to() {
        for good in ["/", "/en/", "/en/cookies?a=b&c=%2F#x"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in [
            "",
            "en",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/a b",
            "\t/",
        ] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
    }
}
