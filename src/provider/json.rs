//! JSON read the careful way: numbers as their digits, objects with every key they had.
//!
//! serde's derive would read an array into a struct by position, and a number through `f64` where it is a text
//! elsewhere. Both happen with real providers.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// An object's fields in the order they came, each value unread.
pub(super) struct Object<'a>(Vec<(String, &'a RawValue)>);

/// A value that is not looked into further.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    /// `null`, or no such field.
    Absent,
    Bool(bool),
    Text(String),
    /// As written: digits, perhaps with sign, point and exponent.
    Number(&'a str),
    /// An object, an array, or a text with broken escapes.
    Other,
}

/// The same key twice with different values: the object says two things.
#[derive(Debug, PartialEq)]
pub(super) struct Ambiguous;

/// Reads a whole body that must be one JSON object, nothing before it but a byte order mark, nothing after it.
pub(super) fn object(body: &[u8]) -> Option<Object<'_>> {
    let text = str::from_utf8(body).ok()?;
    serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).ok()
}

/// Reads a whole body that must be one JSON array of at most `max` values; the values are unread.
pub(super) fn array(body: &[u8], max: usize) -> Option<Vec<&RawValue>> {
    let text = str::from_utf8(body).ok()?;
    let mut reader = serde_json::Deserializer::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    let values = reader.deserialize_seq(Values { max }).ok()?;
    reader.end().ok().map(|()| values)
}

/// An object inside another one.
pub(super) fn nested(raw: &RawValue) -> Option<Object<'_>> {
    serde_json::from_str(raw.get()).ok()
}

pub(super) fn scalar(raw: &RawValue) -> Scalar<'_> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).map_or(Scalar::Other, Scalar::Text),
        Some(b'n') => Scalar::Absent,
        Some(b't' | b'f') => Scalar::Bool(text == "true"),
        Some(b'-' | b'0'..=b'9') => Scalar::Number(text),
        _ => Scalar::Other,
    }
}

impl<'a> Object<'a> {
    pub fn fields(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), *value))
    }

    /// The value of `key`; an error when the object has several that differ.
    pub fn get(&self, key: &str) -> Result<Scalar<'a>, Ambiguous> {
        let mut values = self.fields().filter(|(name, _)| *name == key).map(|(_, value)| value);
        let Some(first) = values.next() else { return Ok(Scalar::Absent) };
        if values.all(|other| other.get() == first.get()) { Ok(scalar(first)) } else { Err(Ambiguous) }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
            fields.push((key, value));
        }
        Ok(Object(fields))
    }
}

struct Values {
    max: usize,
}

impl<'de> Visitor<'de> for Values {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an array of at most {} values", self.max)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = array.next_element()? {
            if values.len() == self.max {
                return Err(A::Error::invalid_length(self.max, &self));
            }
            values.push(value);
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_whole_object_is_an_object() {
        for body in [
            "",
            "null",
            "5",
            "\"a\"",
            "[]",
            "[{}]",
            "{",
            "{}x",
            "{}{}",
            "<b>{}</b>",
            "{\"a\":}",
            "{\"a\":1,}",
        ] {
            assert!(object(body.as_bytes()).is_none(), "{body:?}");
        }
        assert!(object(b"{\"a\":\"\xff\"}").is_none());
        assert!(object("\u{feff} {} \r\n".as_bytes()).is_some());
    }

    #[test]
    fn values_keep_their_kind_and_their_digits() {
        let object = object(br#"{"a":1.10,"b":"1.10","c":null,"d":[1],"e":true,"f":1e400}"#).unwrap();
        assert_eq!(object.get("a"), Ok(Scalar::Number("1.10")));
        assert_eq!(object.get("b"), Ok(Scalar::Text("1.10".to_owned())));
        assert_eq!(object.get("c"), Ok(Scalar::Absent));
        assert_eq!(object.get("d"), Ok(Scalar::Other));
        assert_eq!(object.get("e"), Ok(Scalar::Bool(true)));
        assert_eq!(object.get("f"), Ok(Scalar::Number("1e400")));
        assert_eq!(object.get("g"), Ok(Scalar::Absent));
    }

    #[test]
    fn a_key_with_two_values_is_ambiguous() {
        let object = object(br#"{"a":1,"b":2,"a":2,"b":2}"#).unwrap();
        assert_eq!(object.get("a"), Err(Ambiguous));
        assert_eq!(object.get("b"), Ok(Scalar::Number("2")));
    }
}
