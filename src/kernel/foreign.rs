//! JSON that somebody else wrote: the one reader for banks, providers and messengers. Pure; no bytes make it panic.
//!
//! What others send is seldom quite right: half a character in a memo, a byte order mark, a stray byte. None of that
//! may cost anybody money, so it is mended before it is read. Numbers are kept as their digits and objects with every
//! key they had: serde's derive would read an array into a struct by position, and a number through `f64` where it is
//! a text elsewhere. Both happen with real providers.
//!
//! Our own API stays strict and only asks [`has_half_character`] and [`is_too_deep`].

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// An object's fields in the order they came, each value unread.
pub struct Object<'a>(Vec<(String, &'a RawValue)>);

/// A value that is not looked into further.
#[derive(Debug, PartialEq)]
pub enum Scalar<'a> {
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
pub struct Ambiguous;

/// A body as text that can be read: without a byte order mark and blanks around it; bytes that are no UTF-8 and escapes
/// of half a character (`\ud83d` alone) count as U+FFFD.
pub fn text(body: &[u8]) -> Cow<'_, str> {
    let outer = |c: char| c.is_whitespace() || c == '\u{feff}';
    let mended = match String::from_utf8_lossy(body) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(outer)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(outer).to_owned()),
    };
    let halves = half_characters(&mended);
    if halves.is_empty() {
        return mended;
    }
    let mut mended = mended.into_owned();
    for at in halves {
        mended.replace_range(at..at.saturating_add(ESCAPE), r"\ufffd");
    }
    Cow::Owned(mended)
}

/// Whether a JSON text names half a character, which is none.
pub fn has_half_character(json: &str) -> bool {
    !half_characters(json).is_empty()
}

/// Of objects and arrays in each other. Nobody honest nests deeper, and each level takes stack of its reader.
const DEEPEST: usize = 32;

/// Whether a JSON text nests too deep to be looked into level by level.
pub fn is_too_deep(json: &str) -> bool {
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => depth = depth.saturating_add(1),
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

/// Length of `\ud83d`.
const ESCAPE: usize = 6;

/// Where the escapes stand that name one half of a surrogate pair without the other.
fn half_characters(json: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(next) = json.get(rest..).and_then(|tail| tail.find('\\')) {
        let at = rest.saturating_add(next);
        let behind = at.saturating_add(ESCAPE);
        rest = match (unit(json, at), unit(json, behind)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => behind.saturating_add(ESCAPE),
            (Some(0xd800..=0xdfff), _) => {
                found.push(at);
                behind
            }
            (Some(_), _) => behind,
            // A backslash and the one character it escapes, which may be a backslash.
            (None, _) => at.saturating_add(2),
        };
    }
    found
}

/// The number in the `\u` escape that stands here.
fn unit(json: &str, at: usize) -> Option<u32> {
    let hex = json.get(at..at.saturating_add(ESCAPE))?.strip_prefix("\\u")?;
    let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(hex, 16).ok()).flatten()
}

/// A whole text that must be one JSON object and nothing else.
pub fn object(text: &str) -> Option<Object<'_>> {
    serde_json::from_str(text).ok()
}

/// A whole text that must be one JSON array of at most `max` values and nothing else; the values are unread.
pub fn array(text: &str, max: usize) -> Option<Vec<&RawValue>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let values = reader.deserialize_seq(Values { max }).ok()?;
    reader.end().ok().map(|()| values)
}

pub fn scalar(raw: &RawValue) -> Scalar<'_> {
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
    pub fn into_fields(self) -> impl Iterator<Item = (String, &'a RawValue)> {
        self.0.into_iter()
    }

    pub fn fields(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), *value))
    }

    /// The value of `key`; an error when the object has several that differ.
    pub fn get(&self, key: &str) -> Result<Scalar<'a>, Ambiguous> {
        Ok(self.raw(key)?.map_or(Scalar::Absent, scalar))
    }

    /// The same, unread; `None`: there is no such field.
    pub fn raw(&self, key: &str) -> Result<Option<&'a RawValue>, Ambiguous> {
        let mut values = self.fields().filter(|(name, _)| *name == key).map(|(_, value)| value);
        let first = values.next();
        if values.all(|other| first.is_some_and(|first| first.get() == other.get())) {
            Ok(first)
        } else {
            Err(Ambiguous)
        }
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
    use proptest::prelude::*;
    use serde_json::Value;

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
            assert!(object(body).is_none(), "{body:?}");
        }
        assert!(object(&text("\u{feff} {} \r\n".as_bytes())).is_some());
    }

    #[test]
    fn values_keep_their_kind_and_their_digits() {
        let object = object(r#"{"a":1.10,"b":"1.10","c":null,"d":[1],"e":true,"f":1e400}"#).unwrap();
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
        let object = object(r#"{"a":1,"b":2,"a":2,"b":2}"#).unwrap();
        assert_eq!(object.get("a"), Err(Ambiguous));
        assert_eq!(object.get("b"), Ok(Scalar::Number("2")));
    }

    fn read(body: &[u8]) -> String {
        let text = text(body);
        let read: Result<String, _> = serde_json::from_str(&text);
        read.unwrap_or_else(|cause| panic!("{text}: {cause}"))
    }

    #[test]
    fn half_a_character_counts_as_a_replacement_mark() {
        for (body, text) in [
            (r#""CODE \ud83d""#, "CODE \u{fffd}"),
            (r#""\uDE00x""#, "\u{fffd}x"),
            (r#""\ud83d\ude00""#, "😀"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ud83dude00""#, "\u{fffd}ude00"),
            (r#""\\ud83d""#, r"\ud83d"),
            (r#""\\\ud83d""#, "\\\u{fffd}"),
            (r#""\ud83d\\ude00""#, "\u{fffd}\\ude00"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
        ] {
            assert_eq!(read(body.as_bytes()), text, "{body}");
            assert_eq!(has_half_character(body), text.contains('\u{fffd}'), "{body}");
        }
    }

    #[test]
    fn what_stands_around_a_text_and_is_no_utf8_does_no_harm() {
        assert_eq!(read("\u{feff}\r\n\t \"a\"\u{a0}\n".as_bytes()), "a");
        assert_eq!(read(b"\"a\xffb\xed\xa0\xbd\""), "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(text(b""), "");
        assert!(object(&text(br#"{"\ud83d":1,"a\udfff":2}"#)).is_some());
    }

    #[test]
    fn what_nests_too_deep_is_known_and_brackets_in_texts_are_no_nesting() {
        let nested = |open: &str, close: &str, depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"{"a":["#, "]}")] {
            let levels = open.matches(['[', '{']).count();
            assert!(!is_too_deep(&nested(open, close, DEEPEST / levels)));
            assert!(is_too_deep(&nested(open, close, DEEPEST / levels + 1)));
        }
        assert!(!is_too_deep(&format!("[{}1]", "[1],".repeat(100))));
        assert!(!is_too_deep(&format!("[{:?}, {:?}]", "\"[{".repeat(100), "\\")));
        assert!(is_too_deep(&format!(r#"["\\",{}"#, "[".repeat(DEEPEST))));
    }

    proptest! {
        #[test]
        fn mending_ends_every_half_and_touches_nothing_else(body in r#"(\\|u|d83d|de00|\\ud83d|\\udE00|"|é|a){0,12}"#) {
            let mended = text(body.as_bytes());
            prop_assert!(!has_half_character(&mended));
            prop_assert_eq!(has_half_character(&body), mended != body);
            if serde_json::from_str::<Value>(&body).is_ok() {
                prop_assert_eq!(&mended, &body);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(body: Vec<u8>) {
            let text = text(&body);
            drop((object(&text), array(&text, 5)));
        }
    }
}
