//! A request's JSON as its types ask for it. serde_json's own errors are sentences; here every refusal is a rule.

use crate::kernel::error::Rule;
use crate::kernel::foreign;
use serde::Deserialize;
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, Expected, IntoDeserializer, Unexpected, Visitor};
use serde_json::Number;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// Reads JSON that is known to be well-formed. The error says where in it what is wrong.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, (String, Rule)> {
    let whole: &RawValue = serde_json::from_slice(json).map_err(|_| ("body".to_owned(), Rule::Unreadable))?;
    serde_path_to_error::deserialize(Value(whole)).map_err(|error| {
        let path = error.path().to_string();
        error.into_inner().at(&path)
    })
}

/// An object in a list that is read by itself, so that what is wrong with one is no fault of the others.
#[derive(Debug)]
pub struct Apart<T>(pub Result<T, (String, Rule)>);

/// By this name the reader hands out a value as its JSON.
const APART: &str = "Apart";

impl<'de, T: DeserializeOwned> Deserialize<'de> for Apart<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_newtype_struct(APART, ApartVisitor(PhantomData))
    }
}

struct ApartVisitor<T>(PhantomData<T>);

impl<T: DeserializeOwned> Visitor<'_> for ApartVisitor<T> {
    type Value = Apart<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_str<E: Error>(self, json: &str) -> Result<Apart<T>, E> {
        Ok(Apart(if json.starts_with('{') {
            read(json.as_bytes())
        } else {
            Err(("line".to_owned(), Rule::Object))
        }))
    }
}

/// For readers of single fields: what the value must be.
pub fn demand<E: Error>(rule: &Rule) -> E {
    // An error of serde carries nothing but a text, so the rule travels as its JSON.
    E::custom(serde_json::to_string(rule).unwrap_or_default())
}

/// What is wrong.
#[derive(Debug)]
enum Wrong {
    /// With the value at hand, and what it must be.
    Value(Rule),
    /// With the value at hand, which is not what was asked for.
    Kind,
    /// A field of the object at hand is missing or there twice.
    Field(&'static str, Rule),
    /// The field at hand has no business here.
    Unknown(String),
}

impl Wrong {
    fn or(self, rule: Rule) -> Wrong {
        match self {
            Wrong::Kind => Wrong::Value(rule),
            Wrong::Value(_) | Wrong::Field(..) | Wrong::Unknown(_) => self,
        }
    }

    /// The field's whole name. An unknown one may or may not be the end of the path already.
    fn at(self, path: &str) -> (String, Rule) {
        let inside = |object: &str, field: &str| match object {
            "" | "." => field.to_owned(),
            _ => format!("{object}.{field}"),
        };
        match self {
            Wrong::Value(rule) => (path.to_owned(), rule),
            Wrong::Kind => (path.to_owned(), Rule::Unreadable),
            Wrong::Field(field, rule) if path == field || path.ends_with(&format!(".{field}")) => {
                (path.to_owned(), rule)
            }
            Wrong::Field(field, rule) => (inside(path, field), rule),
            Wrong::Unknown(field) => {
                let object = path.strip_suffix(field.as_str()).unwrap_or(path);
                (inside(object.strip_suffix('.').unwrap_or(object), &field), Rule::UnknownField)
            }
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Wrong {}

impl Error for Wrong {
    fn custom<T: fmt::Display>(rule: T) -> Self {
        serde_json::from_str(&rule.to_string()).map_or(Wrong::Kind, Wrong::Value)
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Wrong::Kind
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Wrong::Kind
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        Wrong::Value(Rule::one_of(known.iter().copied()))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Wrong::Unknown(field.to_owned())
    }

    fn missing_field(field: &'static str) -> Self {
        Wrong::Field(field, Rule::Needed)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Wrong::Field(field, Rule::Repeated)
    }
}

/// Any value of the JSON, looked into only as far as it is asked for.
#[derive(Clone, Copy)]
struct Value<'de>(&'de RawValue);

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> IntoDeserializer<'de, Wrong> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Value<'de> {
    fn parsed<T: Deserialize<'de>>(self) -> Result<T, Wrong> {
        serde_json::from_str(self.0.get()).map_err(|_| Wrong::Kind)
    }

    fn is_null(self) -> bool {
        self.0.get() == "null"
    }

    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let number: Number = self.parsed()?;
        match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => visitor.visit_i64(number),
            (None, Some(number), _) => visitor.visit_u64(number),
            (None, None, Some(number)) => visitor.visit_f64(number),
            (None, None, None) => Err(Wrong::Kind),
        }
    }
}

/// A method that says, when it fails, what was asked for.
macro_rules! asked {
    ($($method:ident)+ => $rule:expr) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            self.deserialize_any(visitor).map_err(|wrong| wrong.or($rule))
        }
    )+};
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0.get().as_bytes().first() {
            Some(b'{') => {
                let fields = self.parsed::<foreign::Object<'de>>()?.into_fields();
                visitor.visit_map(MapDeserializer::new(fields.map(|(name, value)| (name, Value(value)))))
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = self.parsed()?;
                visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(Value)))
            }
            Some(b'"') => match self.parsed::<Text<'de>>()?.0 {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Some(b't') => visitor.visit_bool(true),
            Some(b'f') => visitor.visit_bool(false),
            Some(b'n') => visitor.visit_unit(),
            _ => self.number(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    asked!(deserialize_bool => Rule::Boolean);
    asked!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 => Rule::Integer);
    asked!(deserialize_char deserialize_str deserialize_string deserialize_identifier => Rule::Text);
    asked!(deserialize_seq => Rule::List);
    asked!(deserialize_map => Rule::Object);

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        // A list of the values would be taken for the object otherwise.
        if self.0.get().starts_with('{') {
            self.deserialize_map(visitor)
        } else {
            Err(Wrong::Value(Rule::Object))
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        if name == APART {
            return visitor.visit_str(self.0.get());
        }
        visitor.visit_newtype_struct(self)
    }

    /// A word of a set.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let rule = || Rule::one_of(known.iter().copied());
        let word = self.parsed::<Text<'de>>().map_err(|wrong| wrong.or(rule()))?;
        let word: StrDeserializer<'_, Wrong> = word.0.as_ref().into_deserializer();
        visitor.visit_enum(word)
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 bytes byte_buf unit unit_struct tuple tuple_struct ignored_any
    }
}
