//! Ways to spoil bytes, JSON and what is signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::{Map, Value};

use crate::random::Random;

/// What parsers of tokens, key sets and cookies look at.
const WORDS: [&[u8]; 40] = [
    b".",
    b"=",
    b"==",
    b";",
    b"; ",
    b",",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1e400",
    b"9223372036854775808",
    b"\\u0000",
    b"\\ud800",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\0",
    b"\n",
    b"\r\n",
    b"_",
    b"-",
    b"+",
    b"/",
    b"__Host-consent=",
    b"__Host-consent",
    b"\"alg\":\"none\"",
    b"\"crit\":[\"exp\"]",
    b"\"exp\":\"1\"",
    b"\"kty\":\"OKP\"",
    b"\"d\":\"AA\"",
    b"\"keys\":[]",
    b"eyJ",
    b"\xc2\xa0",
];

/// One to eight changes.
pub fn bytes(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len() + 1);
        let end = at + random.below(bytes.len() - at + 1).min(16);
        match random.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.next().to_le_bytes()[0],
            2 => bytes.insert(at, random.next().to_le_bytes()[0]),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            5 => drop(bytes.splice(at..end, random.pick(&WORDS).iter().copied())),
            6 => drop(bytes.splice(at..at, random.pick(&WORDS).iter().copied())),
            // The end of another input after the start of this one.
            7 if random.one_in(4) => {
                bytes.truncate(at);
                bytes.extend_from_slice(&other[random.below(other.len() + 1)..]);
            }
            8 if random.one_in(16) => bytes.truncate(at),
            _ => {}
        }
    }
    if random.one_in(5000) {
        bytes.resize(4090 + random.below(12), b'A');
    }
    bytes.truncate(16_384);
}

/// A value of any kind and size.
fn value(random: &mut Random, depth: usize) -> Value {
    const NUMBERS: [i64; 10] =
        [0, 1, -1, i64::MAX, i64::MIN, 253_402_300_799, 253_402_300_800, 1_795_294_230, 1_795_294_231, 1_810_845_630];
    match random.below(if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => Value::Bool(random.one_in(2)),
        2 => (*random.pick(&NUMBERS)).into(),
        3 => Value::from(f64::from_bits(random.next())),
        4 => String::from_utf8_lossy(WORDS[random.below(WORDS.len())]).into(),
        5 => "x".repeat(random.below(300)).into(),
        6 => Value::Array((0..random.below(4)).map(|_| value(random, depth - 1)).collect()),
        _ => {
            let mut object = Map::new();
            for _ in 0..random.below(4) {
                let name = String::from_utf8_lossy(WORDS[random.below(WORDS.len())]).into_owned();
                let inner = value(random, depth - 1);
                object.insert(name, inner);
            }
            object.into()
        }
    }
}

/// Changes one place, somewhere in it.
pub fn json(random: &mut Random, whole: &mut Value) {
    if random.one_in(6) {
        *whole = value(random, 2);
        return;
    }
    match whole {
        Value::Object(object) if !object.is_empty() => {
            let name = object.keys().nth(random.below(object.len())).cloned().unwrap_or_default();
            match random.below(5) {
                0 => drop(object.remove(&name)),
                1 => {
                    let new = value(random, 2);
                    object.insert(format!("{name}x"), new);
                }
                2 => {
                    // Two members change places.
                    let other = object.keys().nth(random.below(object.len())).cloned().unwrap_or_default();
                    let (a, b) = (object[&name].clone(), object[&other].clone());
                    object.insert(name, b);
                    object.insert(other, a);
                }
                _ => json(random, object.get_mut(&name).unwrap_or(&mut Value::Null)),
            }
        }
        Value::Array(array) if !array.is_empty() => {
            let at = random.below(array.len());
            match random.below(4) {
                0 => drop(array.remove(at)),
                1 => array.insert(at, array[at].clone()),
                _ => json(random, &mut array[at]),
            }
        }
        Value::String(text) if random.one_in(2) => {
            let mut raw = std::mem::take(text).into_bytes();
            bytes(random, &mut raw, b"");
            *text = String::from_utf8_lossy(&raw).into_owned();
        }
        Value::Number(number) if random.one_in(2) => {
            let near = [-1, 1, 86_400, -86_400][random.below(4)];
            *whole = number.as_i64().unwrap_or(0).saturating_add(near).into();
        }
        other => *other = value(random, 2),
    }
}

/// JSON text with one of its members a second time, if it is an object.
pub fn twice(random: &mut Random, text: &str, object: &Value) -> String {
    let Some((name, value)) = object.as_object().and_then(|o| o.iter().nth(random.below(o.len()))) else {
        return text.to_owned();
    };
    let value = if random.one_in(2) { value.to_string() } else { self::value(random, 1).to_string() };
    text.strip_suffix('}')
        .map_or_else(|| text.to_owned(), |open| format!("{open},{}:{value}}}", Value::from(name.as_str())))
}

/// What is between the dots of a token, decoded; none if it is no token.
pub fn parts(token: &[u8]) -> Option<[Vec<u8>; 3]> {
    let parts: Option<Vec<_>> = token.split(|byte| *byte == b'.').map(|part| B64.decode(part).ok()).collect();
    parts?.try_into().ok()
}

/// A spoilt token.
pub enum Spoilt {
    /// As it is, with whatever signature it has.
    Signed(Vec<u8>),
    /// Header and claims that somebody has to sign.
    Unsigned(Vec<u8>, Vec<u8>),
}

/// Spoils a token as text or in one of its parts, one time in `header` the first of them.
pub fn token(random: &mut Random, input: &[u8], other: &[u8], header: usize) -> Spoilt {
    let how = random.below(8);
    let (Some(mut parts), 1..) = (parts(input), how) else {
        let mut text = input.to_vec();
        bytes(random, &mut text, other);
        return Spoilt::Signed(text);
    };
    let part = usize::from(!random.one_in(header));
    if how <= 3 {
        let part = if random.one_in(4) { 2 } else { part };
        bytes(random, &mut parts[part], other);
    } else if let Ok(mut value) = serde_json::from_slice::<Value>(&parts[part]) {
        json(random, &mut value);
        let text = value.to_string();
        parts[part] = if how == 4 { twice(random, &text, &value) } else { text }.into_bytes();
    }
    if how == 1 {
        return Spoilt::Signed(parts.map(|part| B64.encode(part)).join(".").into_bytes());
    }
    let [header, claims, _] = parts;
    Spoilt::Unsigned(header, claims)
}
