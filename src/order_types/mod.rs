//! How services are ordered and priced: one value for each type, in `table`, and no other code names a type. Pure.
//!
//! Prices, checks, what goes to providers, the practice provider, the API's description and the browser's forms are
//! all made of these values. It stands below the domains because the catalog, the orders and the practice provider
//! read it. How a type is added: `docs/CONTRIBUTING.md`.

mod field;
mod params;
mod table;

pub use field::{Field, FieldKind};
pub use params::{Params, lines};

use crate::kernel::error::{FieldError, Rule};
use std::fmt;
use strum::IntoStaticStr;

/// A type of order. There is one value of each, so it is passed on as `&'static OrderType`.
pub struct OrderType {
    /// Our word for it, in the API and in rows.
    pub word: &'static str,
    /// What providers call it, the usual spelling first.
    pub provider_names: &'static [&'static str],
    pub quantity: QuantityFrom,
    pub rate_per: RatePer,
    /// The number that the quantity is multiplied by for the price.
    pub times: Option<&'static str>,
    /// Whether a part of an order can stay undelivered; if not, it is all or nothing.
    pub has_parts: bool,
    /// What an order needs beside its link, and beside the quantity where the buyer says it.
    pub fields: &'static [Field],
    /// What the practice provider and the demo sell of it.
    pub samples: &'static [Sample],
}

/// Who says how many units an order has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityFrom {
    Buyer,
    /// One unit for each line of this field.
    Lines(&'static str),
    /// Always one.
    One,
}

/// What a rate is the price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum RatePer {
    Thousand,
    /// The whole order.
    Order,
}

/// A service of the practice provider, and how the demo sells it.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    pub listed_name: &'static str,
    pub sold_name: &'static str,
    pub category: &'static str,
    /// VND, as `rate_per` says.
    pub cost: i64,
    pub rate: i64,
    pub min: i64,
    pub max: i64,
    pub refill: bool,
    pub cancel: bool,
    /// Whether its links may be user names.
    pub takes_handles: bool,
}

impl PartialEq for OrderType {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for OrderType {}

impl fmt::Debug for OrderType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)
    }
}

/// All fields of all types; a name has the same kind wherever it is used.
pub fn all_fields() -> impl Iterator<Item = &'static Field> {
    OrderType::all().iter().flat_map(|kind| kind.fields)
}

impl OrderType {
    pub fn all() -> &'static [OrderType] {
        table::TYPES
    }

    /// What a service is unless somebody says otherwise.
    pub fn usual() -> &'static OrderType {
        table::TYPES.first().expect("the table is not empty")
    }

    pub fn parse(word: &str) -> Option<&'static OrderType> {
        Self::all().iter().find(|kind| kind.word == word)
    }

    /// By a provider's word for it, without regard to case, blanks, `_` and `-`. `None`: the panel does not sell it.
    pub fn of_provider(name: &str) -> Option<&'static OrderType> {
        let ignored = |c: char| c.is_whitespace() || matches!(c, '_' | '-');
        let folded = |name: &str| {
            name.chars().filter(|c| !ignored(*c)).flat_map(char::to_lowercase).collect::<String>()
        };
        let wanted = folded(name);
        Self::all().iter().find(|kind| kind.provider_names.iter().any(|known| folded(known) == wanted))
    }

    /// As providers write it.
    pub fn provider_name(&self) -> &'static str {
        self.provider_names.first().copied().unwrap_or(self.word)
    }

    /// The field that says how many units an order has: `quantity`, or the one whose lines count. `None`: always one.
    pub fn quantity_field(&self) -> Option<&'static str> {
        match self.quantity {
            QuantityFrom::Buyer => Some("quantity"),
            QuantityFrom::Lines(field) => Some(field),
            QuantityFrom::One => None,
        }
    }

    /// Everything an order needs beside the service, for a form. `min` and `max`: the service's limits.
    pub fn form(&self, min: i64, max: i64) -> Vec<Field> {
        let mut form = vec![Field::LINK];
        if self.quantity == QuantityFrom::Buyer {
            form.push(Field::integer("quantity", min, max));
        }
        form.extend(self.fields.iter().map(|field| {
            let counts = self.quantity == QuantityFrom::Lines(field.name);
            if counts { Field { kind: FieldKind::Lines { min, max }, ..*field } } else { *field }
        }));
        form
    }

    /// Everything about the given fields that the type does not take.
    pub fn check(&self, params: &Params) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        for name in params.names().filter(|name| !self.fields.iter().any(|field| field.name == *name)) {
            let is_known = all_fields().any(|field| field.name == name);
            wrong.push(FieldError::new(name, if is_known { Rule::NotTaken } else { Rule::UnknownField }));
        }
        for field in self.fields {
            let value = params.get(field.name);
            let belongs = field.belongs(|name| params.shown(name));
            let checked = match value {
                Some(_) if !belongs => Err(Rule::NotTaken),
                None if !belongs => Ok(()),
                _ => field.check(value),
            };
            wrong.extend(checked.err().map(|rule| FieldError::new(field.name, rule)));
        }
        wrong.extend(params.too_long());
        wrong
    }

    /// How many units an order comes to. `asked` may repeat what follows from the fields, and must not contradict it.
    pub fn count(&self, asked: Option<i64>, params: &Params) -> Result<i64, FieldError> {
        let wrong = |rule| Err(FieldError::new("quantity", rule));
        match (self.quantity, asked) {
            (QuantityFrom::Buyer, Some(units)) => Ok(units),
            (QuantityFrom::Buyer, None) => wrong(Rule::Needed),
            (QuantityFrom::One, None | Some(1)) => Ok(1),
            (QuantityFrom::One, Some(_)) => wrong(Rule::PackageOfOne),
            (QuantityFrom::Lines(field), asked) => {
                let count = lines(params.text(field).unwrap_or_default()).count();
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                match asked {
                    Some(units) if units != count => wrong(Rule::LinesCounted { lines: count }),
                    Some(_) | None => Ok(count),
                }
            }
        }
    }

    /// What an order is priced by, of fields that `check` takes: its quantity, times a number where the type says so,
    /// or 1 where the rate is for the order. `None`: beyond all measure.
    pub fn units(&self, quantity: i64, params: &Params) -> Option<i64> {
        match (self.rate_per, self.times) {
            (RatePer::Order, _) => Some(1),
            (RatePer::Thousand, None) => Some(quantity),
            (RatePer::Thousand, Some(name)) => quantity.checked_mul(params.get(name)?.as_i64()?),
        }
    }

    /// What a provider is sent beside the service and the link: its names and the values.
    pub fn sent(&self, quantity: i64, params: &Params) -> Vec<(&'static str, String)> {
        let mut sent = Vec::new();
        if self.quantity == QuantityFrom::Buyer {
            sent.push(("quantity", quantity.to_string()));
        }
        for field in self.fields {
            if let Some(value) = params.get(field.name) {
                sent.push((field.sent_as, field.sent(value)));
            }
        }
        sent
    }
}

#[cfg(test)]
mod tests;
