//! How values of requests are read that are neither plain texts nor plain numbers, so that a refusal names its field.

use crate::catalog::{LinkKind, ServiceKind};
use crate::kernel::money::{Quantity, Rate};
use crate::kernel::secret::Secret;
use crate::orders::Status;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// For a field that may be missing but, if it is there, must be what it says: `null` only where `T` takes it.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// For visitors of secrets: whatever is wrong, the value stays out of the message.
macro_rules! discreet {
    ($wanted:literal) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str($wanted)
        }

        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Err(E::custom($wanted))
        }

        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Err(E::custom($wanted))
        }

        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Err(E::custom($wanted))
        }

        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Err(E::custom($wanted))
        }
    };
}

/// A rate: a decimal text with at most 3 places, or an integer.
#[derive(Debug, Clone, Copy)]
pub struct RateField(pub Rate);

impl<'de> Deserialize<'de> for RateField {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Decimal).map(RateField)
    }
}

struct Decimal;

impl Visitor<'_> for Decimal {
    type Value = Rate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number as a string, or an integer")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Rate, E> {
        Rate::parse(text).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, dong: u64) -> Result<Rate, E> {
        Rate::parse(&dong.to_string()).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, dong: i64) -> Result<Rate, E> {
        Rate::parse(&dong.to_string()).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Rate, E> {
        Err(E::invalid_type(Unexpected::Float(number), &self))
    }
}

/// A key, token or password. An error never repeats what was sent.
#[derive(Clone)]
pub struct SecretField(pub Secret);

/// An object with secrets in it. An error never repeats what was sent in its place.
pub struct Discreet<T>(pub T);

impl<'de> Deserialize<'de> for SecretField {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = SecretField;

            discreet!("must be a string");

            fn visit_str<E: Error>(self, text: &str) -> Result<SecretField, E> {
                Ok(SecretField(Secret::new(text)))
            }
        }
        from.deserialize_any(Text)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Discreet<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
            type Value = Discreet<T>;

            discreet!("must be an object");

            fn visit_str<E: Error>(self, _: &str) -> Result<Discreet<T>, E> {
                Err(E::custom("must be an object"))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Discreet<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Discreet)
            }
        }
        from.deserialize_any(Object(PhantomData))
    }
}

/// A number of units.
#[derive(Debug, Clone, Copy)]
pub struct QuantityField(pub Quantity);

impl<'de> Deserialize<'de> for QuantityField {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let units = i64::deserialize(from)?;
        Quantity::new(units).map(QuantityField).ok_or_else(|| D::Error::custom("must be at least 1"))
    }
}

/// One of a set of words.
#[derive(Debug, Clone, Copy)]
pub struct Word<T>(pub T);

/// A type whose values have names.
pub trait Named: Copy + 'static {
    const ALL: &'static [Self];
    fn name(self) -> &'static str;
}

macro_rules! named {
    ($($name:ty),+) => {$(
        impl Named for $name {
            const ALL: &'static [Self] = &<$name>::ALL;

            fn name(self) -> &'static str {
                self.as_str()
            }
        }
    )+};
}

named!(ServiceKind, LinkKind);

impl Named for Status {
    const ALL: &'static [Self] = Status::ALL;

    fn name(self) -> &'static str {
        self.as_str()
    }
}

impl<'de, T: Named> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = String::deserialize(from)?;
        T::ALL.iter().copied().find(|known| known.name() == word).map(Word).ok_or_else(|| {
            let names: Vec<&str> = T::ALL.iter().map(|known| known.name()).collect();
            D::Error::custom(format!("must be one of {}", names.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_decimal_text_or_an_integer() {
        let read = |json: &str| serde_json::from_str::<RateField>(json).ok().map(|rate| rate.0.to_string());
        assert_eq!(read("\"2.5\"").as_deref(), Some("2.5"));
        assert_eq!(read("12000").as_deref(), Some("12000"));
        for json in
            ["2.5", "12000.0", "1e3", "-1", "\"-1\"", "\"1e3\"", "\"2,5\"", "\"\"", "null", "true", "[]"]
        {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn a_word_is_one_of_those_known() {
        let read = |json: &str| serde_json::from_str::<Word<Status>>(json).map(|word| word.0);
        assert_eq!(read("\"in_progress\"").ok(), Some(Status::InProgress));
        assert!(read("\"In progress\"").is_err() && read("7").is_err());
    }
}
