//! JSON in which every member of every object occurs once.

use super::TokenError;
use alloc::collections::BTreeSet;
use alloc::string::String;
use core::fmt;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};

/// A typed object; a duplicate member at any depth, known or not, is malformed.
pub(super) fn object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, TokenError> {
    // As text: a reader of bytes passes over members it does not know without a look at their letters.
    let text = core::str::from_utf8(bytes).map_err(|_| TokenError::Malformed)?;
    let object = serde_json::from_str(text).map_err(|_| TokenError::Malformed)?;
    match names_once(bytes) {
        Some(true) => Ok(object),
        Some(false) => Err(TokenError::Malformed),
        None => members(bytes).map(|_| object),
    }
}

/// How many members, and how deep, [`names_once`] looks at: more than a token of ours has.
const MEMBERS: usize = 48;
const DEPTH: usize = 8;

/// Digits in a row that are a number for every reader of JSON.
const DIGITS: usize = 20;

/// Whether each member of every object occurs once, in bytes that are JSON. `None` where it cannot tell: names with
/// escapes, too many, too deep; and where a number may be too great to be one, which only who reads it finds.
///
/// A reader of JSON that collects names costs three times as much as the rest of reading a token; this one looks at the
/// quotes and brackets, and takes nothing from the heap.
pub(super) fn names_once(json: &[u8]) -> Option<bool> {
    // Each name's place, with the number of its object; objects are numbered as they begin. Small, as it is made anew
    // for each token.
    let mut names = [(0_u16, 0_u16, 0_u16); MEMBERS];
    let mut count = 0;
    // A bit for all names that look alike: most names need no comparison.
    let mut alike: u64 = 0;
    let mut open = [0_u16; DEPTH];
    let (mut depth, mut objects, mut digits) = (0, 0_u16, 0);
    let mut rest = json;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'{' | b'[' => {
                objects = objects.checked_add(1)?;
                *open.get_mut(depth)? = objects;
                depth += 1;
            }
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => {
                let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
                let (text, after) = rest.split_at(end);
                if after.first() == Some(&b'\\') {
                    // A value may have escapes; whether this is one, the members are asked.
                    return None;
                }
                rest = after.get(1..)?;
                let colon = rest.iter().find(|byte| !byte.is_ascii_whitespace());
                if colon == Some(&b':') {
                    let object = *open.get(depth.checked_sub(1)?)?;
                    let letter = |letter: Option<&u8>| letter.map_or(0, |letter| u32::from(*letter));
                    let look =
                        u32::from(object) + 5 * letter(text.first()) + 3 * letter(text.get(1)) + letter(text.last());
                    let bit = 1 << (look % 64);
                    let same = |(its, from, to): &(u16, u16, u16)| {
                        *its == object && json.get(usize::from(*from)..usize::from(*to)) == Some(text)
                    };
                    if alike & bit != 0 && names.get(..count)?.iter().any(same) {
                        return Some(false);
                    }
                    alike |= bit;
                    let to = json.len() - rest.len() - 1;
                    *names.get_mut(count)? = (object, u16::try_from(to - text.len()).ok()?, u16::try_from(to).ok()?);
                    count += 1;
                }
            }
            b'0'..=b'9' if digits == DIGITS => return None,
            b'0'..=b'9' => digits += 1,
            b'e' | b'E' if digits > 0 => return None,
            _ => digits = 0,
        }
    }
    Some(true)
}

/// A value that JSON begins with, read with the care of [`members`] but for its names, and what follows it; nothing is
/// taken from the heap for a value without escapes.
pub(super) fn value(json: &str) -> Result<&str, TokenError> {
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
    match values.next() {
        Some(Ok(Value)) => json.get(values.byte_offset()..).ok_or(TokenError::Malformed),
        _ => Err(TokenError::Malformed),
    }
}

/// Any value. Not `IgnoredAny`, which passes over numbers that are too great and over halves of letters.
struct Value;

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}

/// The names of an object's members.
pub(super) fn members(bytes: &[u8]) -> Result<BTreeSet<String>, TokenError> {
    match serde_json::from_slice(bytes) {
        Ok(Shape::Object(names)) => Ok(names),
        _ => Err(TokenError::Malformed),
    }
}

enum Shape {
    Object(BTreeSet<String>),
    Other,
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Once)
    }
}

struct Once;

impl<'de> Visitor<'de> for Once {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with each member once")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, _)) = map.next_entry::<String, Shape>()? {
            if !names.insert(name) {
                return Err(serde::de::Error::custom("duplicate member"));
            }
        }
        Ok(Shape::Object(names))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Shape, A::Error> {
        while seq.next_element::<Shape>()?.is_some() {}
        Ok(Shape::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_compared_within_their_object() {
        assert_eq!(names_once(br#"{"a":{"a":[{"a":1},{"a":2}]},"b":"a","c":["a","a"]}"#), Some(true));
        assert_eq!(names_once(br#"{"a":1,"b":{"c":1,"c":2}}"#), Some(false));
        assert_eq!(names_once(b"{ \"a\" : 1 ,\n\"a\"\t: 2 }"), Some(false));
        assert_eq!(names_once(br#"{"a":1,"\u0061":2}"#), None);
        assert_eq!(names_once(br"[[[[[[[[[1]]]]]]]]]"), None);
    }

    /// Unknown or not, escapes elsewhere or not.
    #[test]
    fn what_is_too_great_for_a_number_is_malformed_wherever_it_stands() {
        let long = format!("1{}", "0".repeat(400));
        for number in ["1e400", "1.5E400", "-1e+999", &long, &format!("[{{\"a\":{long}}}]")] {
            for other in ["1", "true", r#""\n""#] {
                let json = format!(r#"{{"o":{other},"x":{number}}}"#);
                assert_eq!(object::<Known>(json.as_bytes()).err(), Some(TokenError::Malformed), "{json}");
            }
        }
        for number in ["1e300", "0.1", "18446744073709551616", "true", "-5"] {
            assert!(object::<Known>(format!(r#"{{"x":{number}}}"#).as_bytes()).is_ok(), "{number}");
        }
    }

    #[derive(serde::Deserialize)]
    struct Known {}

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            prop::sample::select(vec!["1", "-20.5", "1e3", "1e400", "1e-400", "123456789012345678901"])
                .prop_map(String::from),
            "\"[ab{}:,\\[\\]]{0,3}\"",
            Just(r#""\"a\":""#.to_owned()),
            Just("null".to_owned())
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
                proptest::collection::vec(("[ab]{1,2}", inner), 0..4).prop_map(|all| {
                    let members: Vec<_> = all.into_iter().map(|(name, value)| format!("\"{name}\" :{value}")).collect();
                    format!("{{{}}}", members.join(", "))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_reader_that_collects_names(json in json()) {
            let object = format!("{{\"z\":{json}}}");
            if let Some(once) = names_once(object.as_bytes()) {
                prop_assert_eq!(once, members(object.as_bytes()).is_ok(), "{}", object);
            }
        }
    }
}
