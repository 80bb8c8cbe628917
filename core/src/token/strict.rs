//! JSON in which every member of every object occurs once.

use super::TokenError;
use core::fmt;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;

/// A typed object; a duplicate member at any depth, known or not, is malformed.
pub(super) fn object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, TokenError> {
    members(bytes)?;
    serde_json::from_slice(bytes).map_err(|_| TokenError::Malformed)
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
