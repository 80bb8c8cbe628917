//! The protected header: what it has to be, and a reader that takes nothing from the heap.

use alloc::string::String;

use super::{TokenError, strict};
use serde::{Deserialize, Serialize};

pub(super) const FORBIDDEN: [&str; 6] = ["crit", "jku", "x5u", "jwk", "x5c", "b64"];

/// The protected header: exactly `alg`, `kid` and `typ`.
///
/// ```
/// use volens_core::token::{Header, TYPE};
/// let header = Header { alg: "EdDSA".into(), kid: "k1".into(), typ: TYPE.into() };
/// assert_eq!(serde_json::to_string(&header)?, r#"{"alg":"EdDSA","kid":"k1","typ":"consent+jwt"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs, reason = "the contract: exactly these members, in this order")]
pub struct Header {
    /// The signature algorithm (RFC 8037 `EdDSA`, RFC 9864 `Ed25519`, RFC 7518 `ES256`).
    pub alg: String,
    /// The key: its RFC 7638 thumbprint.
    pub kid: String,
    /// [`TYPE`](super::TYPE) in a consent token.
    pub typ: String,
}

/// A [`Header`] where it stands, for [`Parts::judge_header`](super::Parts::judge_header).
///
/// ```
/// use volens_core::token::{HeaderRef, TYPE};
/// fn ours(header: HeaderRef<'_>) -> bool {
///     header.typ == TYPE && header.alg == "EdDSA"
/// }
/// assert!(ours(HeaderRef { alg: "EdDSA", kid: "k1", typ: TYPE }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "the contract: exactly these members")]
pub struct HeaderRef<'a> {
    /// The signature algorithm.
    pub alg: &'a str,
    /// The key: its RFC 7638 thumbprint.
    pub kid: &'a str,
    /// [`TYPE`](super::TYPE) in a consent token.
    pub typ: &'a str,
}

/// The header's members by type alone: what is malformed is said before what is forbidden.
#[derive(Deserialize)]
#[allow(dead_code, reason = "read for their types")]
struct Types {
    alg: String,
    kid: String,
    typ: String,
}

pub(super) fn read(bytes: &[u8]) -> Result<Header, TokenError> {
    let members = strict::members(bytes)?;
    strict::object::<Types>(bytes)?;
    let mut others = members.iter().map(String::as_str).filter(|name| !["alg", "kid", "typ"].contains(name)).peekable();
    if others.peek().is_some() {
        // A member that no header has is malformed, which comes first.
        let forbidden = others.all(|name| FORBIDDEN.contains(&name));
        return Err(if forbidden { TokenError::ForbiddenHeader } else { TokenError::Malformed });
    }
    strict::object(bytes)
}

/// Reads the header and hands it to `judge`. One without escapes takes nothing from the heap, refused or not; only a
/// forbidden member that is no JSON may, for the reader's own error.
pub(super) fn judge<T>(bytes: &[u8], judge: impl FnOnce(HeaderRef<'_>) -> T) -> Result<T, TokenError> {
    match plain(bytes) {
        Ok(header) => Ok(judge(header)),
        Err(Unread::Refused(error)) => Err(error),
        Err(Unread::NotPlain) => {
            let Header { alg, kid, typ } = &read(bytes)?;
            Ok(judge(HeaderRef { alg, kid, typ }))
        }
    }
}

/// Why [`plain`] has no header.
enum Unread {
    Refused(TokenError),
    /// Somebody else has to read it.
    NotPlain,
}

const MALFORMED: Unread = Unread::Refused(TokenError::Malformed);

/// Reads an object without escapes. What [`read`] says is the measure: where both have an answer,
/// it is the same.
fn plain(bytes: &[u8]) -> Result<HeaderRef<'_>, Unread> {
    let text = core::str::from_utf8(bytes).map_err(|_| MALFORMED)?;
    let (mut alg, mut kid, mut typ) = (None, None, None);
    let mut forbidden = [false; FORBIDDEN.len()];
    let mut rest = space(space(text).strip_prefix('{').ok_or(MALFORMED)?);
    loop {
        let (name, after) = string(rest)?;
        let value = space(space(after).strip_prefix(':').ok_or(MALFORMED)?);
        let own = match name {
            "alg" => Some(&mut alg),
            "kid" => Some(&mut kid),
            "typ" => Some(&mut typ),
            _ => None,
        };
        let others = FORBIDDEN.iter().zip(&mut forbidden).find(|(forbidden, _)| **forbidden == name);
        let after = match (own, others) {
            (Some(own @ None), _) => {
                let (value, after) = string(value)?;
                *own = Some(value);
                after
            }
            (_, Some((_, seen @ false))) => {
                *seen = true;
                let after = strict::value(value).map_err(Unread::Refused)?;
                // Inside it, too, a name stands once.
                match value.strip_suffix(after).and_then(|value| strict::names_once(value.as_bytes())) {
                    Some(true) => after,
                    Some(false) => return Err(MALFORMED),
                    None => return Err(Unread::NotPlain),
                }
            }
            // A second time, or a member that no header has: malformed, whatever follows.
            _ => return Err(MALFORMED),
        };
        rest = space(after);
        if let Some(end) = rest.strip_prefix('}') {
            rest = space(end);
            break;
        }
        rest = space(rest.strip_prefix(',').ok_or(MALFORMED)?);
    }
    match (alg, kid, typ) {
        (Some(alg), Some(kid), Some(typ)) if rest.is_empty() => {
            if !forbidden.contains(&true) {
                return Ok(HeaderRef { alg, kid, typ });
            }
            Err(Unread::Refused(TokenError::ForbiddenHeader))
        }
        _ => Err(MALFORMED),
    }
}

/// What follows the white space of RFC 8259.
fn space(text: &str) -> &str {
    let end = text.bytes().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).unwrap_or(text.len());
    text.split_at(end).1
}

/// A text that the rest begins with, and what follows it.
fn string(text: &str) -> Result<(&str, &str), Unread> {
    let text = text.strip_prefix('"').ok_or(MALFORMED)?;
    let end = text.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).ok_or(MALFORMED)?;
    let (inner, rest) = text.split_at(end);
    if rest.starts_with('\\') {
        return Err(Unread::NotPlain);
    }
    Ok((inner, rest.strip_prefix('"').ok_or(MALFORMED)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn owned(HeaderRef { alg, kid, typ }: HeaderRef<'_>) -> Header {
        Header { alg: alg.into(), kid: kid.into(), typ: typ.into() }
    }

    /// What both readers say; the quick one perhaps nothing.
    fn both(text: &[u8]) -> (Option<Result<Header, TokenError>>, Result<Header, TokenError>) {
        let quick = match plain(text) {
            Ok(header) => Some(Ok(owned(header))),
            Err(Unread::Refused(error)) => Some(Err(error)),
            Err(Unread::NotPlain) => None,
        };
        assert_eq!(judge(text, owned), read(text), "{}", String::from_utf8_lossy(text));
        (quick, read(text))
    }

    const GOOD: &str = r#"{"alg":"EdDSA","kid":"k1","typ":"consent+jwt"}"#;

    #[test]
    fn plain_headers_are_read_as_any_other() {
        let refused = |error: TokenError| Some(Err(error));
        assert!(matches!(both(GOOD.as_bytes()), (Some(Ok(_)), Ok(_))));
        assert!(matches!(both(b" {\n\"typ\" : \"\",\t\"kid\":\"\xc3\xa9\" ,\"alg\":\"x\" }\r"), (Some(Ok(_)), Ok(_))));
        for (text, expected) in [
            (GOOD.replace('}', r#","jku":"x","x5u":""}"#), TokenError::ForbiddenHeader),
            (GOOD.replace('}', r#","crit":["exp"],"jwk":{"x":{"x":1.5}}}"#), TokenError::ForbiddenHeader),
            (GOOD.replace('}', r#","b64":false ,"x5c":null }"#), TokenError::ForbiddenHeader),
            (GOOD.replace('}', r#","jwk":{"x":1,"x":2}}"#), TokenError::Malformed),
            (GOOD.replace('}', r#","jwk":1e999}"#), TokenError::Malformed),
            (GOOD.replace('}', r#","jwk":{}"#), TokenError::Malformed),
            (GOOD.replace('}', r#","jwk":nul}"#), TokenError::Malformed),
            (GOOD.replace('}', r#","jwk":truefalse}"#), TokenError::Malformed),
            (GOOD.replace('}', r#","zip":"x","jku":"x"}"#), TokenError::Malformed),
            (GOOD.replace('}', r#","jku":"x","jku":"x"}"#), TokenError::Malformed),
            (GOOD.replace('}', r#","kid":"k1"}"#), TokenError::Malformed),
            (GOOD.replace('}', ",}"), TokenError::Malformed),
            (GOOD.replace('}', "}x"), TokenError::Malformed),
            (GOOD.replace('}', "\u{a0}}"), TokenError::Malformed),
            (GOOD.replace(r#""k1""#, "1"), TokenError::Malformed),
            (GOOD.replace("k1", "\n"), TokenError::Malformed),
            (GOOD.replace(r#","typ":"consent+jwt""#, ""), TokenError::Malformed),
            ("{}".into(), TokenError::Malformed),
            (String::new(), TokenError::Malformed),
        ] {
            assert_eq!(both(text.as_bytes()), (refused(expected), Err(expected)), "{text}");
        }
        // Left to the other reader.
        for text in [
            GOOD.replace("k1", r"k\u0031"),
            GOOD.replace('}', r#","jwk":{"\n":1}}"#),
            GOOD.replace('}', r#","jwk":1e3}"#),
            GOOD.replace("alg", r"al\u0067"),
        ] {
            assert_eq!(both(text.as_bytes()).0, None, "{text}");
        }
    }

    fn member() -> impl Strategy<Value = String> {
        let name = prop_oneof![
            8 => prop::sample::select(vec!["alg", "kid", "typ"]).prop_map(String::from),
            2 => prop::sample::select(FORBIDDEN.to_vec()).prop_map(String::from),
            1 => prop::sample::select(vec!["zip", "Alg", "", r"\u0061lg", "ki\u{301}d", "\u{1}"]).prop_map(String::from),
        ];
        let value = prop_oneof![
            8 => "\"[ -~&&[^\"\\\\]]{0,6}\"",
            2 => "\"\\PC{0,3}\"",
            1 => prop::sample::select(vec!["1", "null", "[]", r#"["a"]"#, r#"{"a":1,"a":2}"#, r#"{"a":[1e5]}"#, "1e999", "[-1,1e999]", r#"["\ud800"]"#, "[[[[[[[[[[]]]]]]]]]]", "{},", "-01", "1.", "tru", "\"", "-", r#""\q""#, r#""\n""#, "\"\u{7f}\"", "\"\t\""]).prop_map(String::from),
        ];
        (name, "[ \t\n\r]{0,1}", "[ \t\n\r\u{b}]{0,1}", value)
            .prop_map(|(name, a, b, value)| format!("\"{name}\"{a}:{b}{value}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

        #[test]
        fn both_readers_agree(
            members in prop::collection::vec(member(), 0..5).prop_shuffle(),
            whole in any::<bool>(),
            spoilt in prop_oneof![3 => Just(None), 1 => any::<(prop::sample::Index, u8)>().prop_map(Some)],
        ) {
            let own = if whole { r#""alg":"EdDSA","typ":"consent+jwt""# } else { "" };
            let all = std::iter::once(own.to_owned()).chain(members).filter(|m| !m.is_empty()).collect::<Vec<_>>();
            let mut text = format!("{{{}}}", all.join(",")).into_bytes();
            if let Some((at, byte)) = spoilt {
                let at = at.index(text.len());
                text[at] = byte;
            }
            if let (Some(quick), other) = both(&text) {
                prop_assert_eq!(quick, other, "{}", String::from_utf8_lossy(&text));
            }
        }
    }
}
