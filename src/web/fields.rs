//! How values of requests are read that are neither plain texts nor plain numbers, so that a refusal names its field.

use super::json::demand;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Rule;
use crate::kernel::money::{Quantity, Rate};
use crate::kernel::secret::Secret;
use crate::order_types::OrderType;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;
use strum::VariantArray;

/// For a field that may be missing but, if it is there, must be what it says: `null` only where `T` takes it.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// A rate: a decimal text with at most 3 places, or an integer.
#[derive(Debug, Clone, Copy)]
pub struct RateField(pub Rate);

impl<'de> Deserialize<'de> for RateField {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = from.deserialize_any(TextOrInteger(Rate::RULE))?;
        Rate::parse(&text).map(RateField).ok_or_else(|| demand(&Rate::RULE))
    }
}

/// An id that is a text at its owner, who may write it as a number.
#[derive(Debug, Clone)]
pub struct IdText(pub String);

impl<'de> Deserialize<'de> for IdText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = from.deserialize_any(TextOrInteger(Rule::Text))?;
        Ok(IdText(text.trim().to_owned()))
    }
}

/// With what is said of anything else. That a field is missing is no matter of its value, and passes through.
struct TextOrInteger(Rule);

impl<'de> Visitor<'de> for TextOrInteger {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or an integer")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<String, E> {
        Err(demand(&self.0))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<String, E> {
        Err(demand(&self.0))
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Err(demand(&self.0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(demand(&self.0))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<String, A::Error> {
        Err(demand(&self.0))
    }
}

/// A key, token or password.
#[derive(Clone)]
pub struct SecretField(pub Secret);

impl<'de> Deserialize<'de> for SecretField {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| SecretField(Secret::new(text)))
    }
}

/// A moment, in RFC 3339.
#[derive(Debug, Clone, Copy)]
pub struct TimeField(pub Timestamp);

impl<'de> Deserialize<'de> for TimeField {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Timestamp::parse_rfc3339(text.trim()).map(TimeField).ok_or_else(|| demand(&Rule::Time))
    }
}

/// A number of units.
#[derive(Debug, Clone, Copy)]
pub struct QuantityField(pub Quantity);

impl<'de> Deserialize<'de> for QuantityField {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let units = i64::deserialize(from)?;
        Quantity::new(units).map(QuantityField).ok_or_else(|| demand(&Rule::AtLeast { min: 1 }))
    }
}

/// One of a set of words.
#[derive(Debug, Clone, Copy)]
pub struct Word<T>(pub T);

/// The word of a type of order.
#[derive(Debug, Clone, Copy)]
pub struct TypeWord(pub &'static OrderType);

impl<'de> Deserialize<'de> for TypeWord {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = String::deserialize(from)?;
        let known = || OrderType::all().iter().map(|kind| kind.word);
        OrderType::parse(&word).map(TypeWord).ok_or_else(|| demand(&Rule::one_of(known())))
    }
}

impl<'de, T: VariantArray + Copy + Into<&'static str>> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let word = String::deserialize(from)?;
        let found = T::VARIANTS.iter().copied().find(|known| (*known).into() == word);
        found.map(Word).ok_or_else(|| demand(&Rule::one_of(T::VARIANTS.iter().map(|known| (*known).into()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::Status;

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
