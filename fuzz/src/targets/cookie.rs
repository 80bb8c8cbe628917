//! Cookie headers, several lines of them.

use http::{HeaderMap, HeaderValue, header};
use volens_verify::layer::cookie::only;

use super::Target;
use crate::mutate;
use crate::random::Random;

const NAME: &str = "__Host-consent";

pub struct Cookie;

/// The same rule, put as plainly as can be: all cookies as pairs, then those of the name.
fn plain(lines: &[&[u8]]) -> Option<Vec<u8>> {
    let mut found = Vec::new();
    for line in lines {
        let mut rest = *line;
        loop {
            let end = rest.iter().position(|byte| *byte == b';').unwrap_or(rest.len());
            let mut pair = &rest[..end];
            while let [b' ' | b'\t' | b'\n' | b'\x0c' | b'\r', inner @ ..] = pair {
                pair = inner;
            }
            while let [inner @ .., b' ' | b'\t' | b'\n' | b'\x0c' | b'\r'] = pair {
                pair = inner;
            }
            if let Some(value) = pair.strip_prefix(NAME.as_bytes()).and_then(|rest| rest.strip_prefix(b"=")) {
                found.push(value.to_vec());
            }
            if end == rest.len() {
                break;
            }
            rest = &rest[end + 1..];
        }
    }
    (found.len() == 1).then(|| found.remove(0))
}

impl Target for Cookie {
    fn seeds(&self) -> Vec<Vec<u8>> {
        [
            "a=b; __Host-consent=x.y.z; c=d",
            "__Host-consent=x\n__Host-consent=y",
            "a=b\n__Host-consent=x=y;",
            "=;=; ;;",
            "",
        ]
        .map(|text| text.as_bytes().to_vec())
        .into()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        mutate::bytes(random, &mut bytes, other);
        bytes.truncate(1024);
        bytes
    }

    /// A line of the input is a line of the header, if HTTP lets it through.
    fn run(&self, input: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        let mut lines = Vec::new();
        for line in input.split(|byte| *byte == b'\n') {
            if let Ok(value) = HeaderValue::from_bytes(line) {
                headers.append(header::COOKIE, value);
                lines.push(line);
            }
        }
        let found = only(&headers, NAME);
        assert_eq!(found.map(<[u8]>::to_vec), plain(&lines));
        let named = input.windows(NAME.len()).filter(|window| *window == NAME.as_bytes()).count();
        format!(
            "{:?} found, {} named, {} lines",
            found.map(|value| value.len().min(3)),
            named.min(4),
            lines.len().min(4)
        )
    }
}
