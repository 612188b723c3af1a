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

use crate::kernel::day::Day;
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
    /// The field that says for whom it is, where an order has no link.
    pub link_from: Option<&'static str>,
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
    /// Paid in advance for posts that are yet to come.
    Posts(PerPost),
}

/// The fields of an order for the posts that somebody is going to publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerPost {
    /// So many units each post gets at least, and at most; the service's limits hold for both.
    pub least: &'static str,
    pub most: &'static str,
    /// How many posts; the sum of these.
    pub posts: &'static [&'static str],
    /// On which day it ends, whatever was published by then.
    pub expiry: &'static str,
}

/// What an order for posts comes to, of fields that `check` takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posts {
    pub count: i64,
    pub least: i64,
    pub most: i64,
    /// As it was given, `2026-11-22`.
    pub expiry: String,
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

    /// The field that says how many units an order has: `quantity`, the one whose lines count, or the one with the most
    /// for a post. `None`: always one.
    pub fn quantity_field(&self) -> Option<&'static str> {
        match self.quantity {
            QuantityFrom::Buyer => Some("quantity"),
            QuantityFrom::Lines(field) => Some(field),
            QuantityFrom::One => None,
            QuantityFrom::Posts(PerPost { most, .. }) => Some(most),
        }
    }

    fn per_post(&self) -> Option<PerPost> {
        match self.quantity {
            QuantityFrom::Posts(fields) => Some(fields),
            QuantityFrom::Buyer | QuantityFrom::Lines(_) | QuantityFrom::One => None,
        }
    }

    /// Whether it is ordered for posts that are yet to come: only a provider can deliver that.
    pub fn is_for_posts(&self) -> bool {
        self.per_post().is_some()
    }

    /// Whether an order can be split up into runs.
    pub fn can_have_runs(&self) -> bool {
        self.has_parts && !self.is_for_posts()
    }

    /// The fields whose sum the quantity of each post is multiplied by.
    pub fn posts_from(&self) -> Option<&'static [&'static str]> {
        self.per_post().map(|fields| fields.posts)
    }

    /// `None`: it is for no posts, or for more than can be counted.
    pub fn posts(&self, params: &Params) -> Option<Posts> {
        let fields = self.per_post()?;
        let number = |name: &str| params.get(name).map_or(Some(0), serde_json::Value::as_i64);
        let count = fields.posts.iter().try_fold(0_i64, |sum, name| sum.checked_add(number(name)?))?;
        let (least, most) = (number(fields.least)?, number(fields.most)?);
        Some(Posts { count, least, most, expiry: params.shown(fields.expiry)? })
    }

    /// Everything an order needs beside the service, for a form. `min` and `max`: the service's limits.
    pub fn form(&self, min: i64, max: i64) -> Vec<Field> {
        let mut form: Vec<Field> = self.link_from.is_none().then_some(Field::LINK).into_iter().collect();
        if self.quantity == QuantityFrom::Buyer {
            form.push(Field::integer("quantity", min, max));
        }
        form.extend(self.fields_within(min, max));
        form
    }

    /// The type's own fields, with the service's limits where they hold.
    fn fields_within(&self, min: i64, max: i64) -> impl Iterator<Item = Field> {
        self.fields.iter().map(move |field| {
            let kind = match self.quantity {
                QuantityFrom::Lines(name) if name == field.name => FieldKind::Lines { min, max },
                QuantityFrom::Posts(PerPost { least, most, .. }) if [least, most].contains(&field.name) => {
                    FieldKind::Integer { min, max }
                }
                QuantityFrom::Buyer | QuantityFrom::Lines(_) | QuantityFrom::One | QuantityFrom::Posts(_) => {
                    field.kind
                }
            };
            Field { kind, ..*field }
        })
    }

    /// Everything about the given fields that an order of today does not take. `min` and `max`: the service's limits.
    pub fn check(&self, params: &Params, min: i64, max: i64, today: Day) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        for name in params.names().filter(|name| !self.fields.iter().any(|field| field.name == *name)) {
            let is_known = all_fields().any(|field| field.name == name);
            wrong.push(FieldError::new(name, if is_known { Rule::NotTaken } else { Rule::UnknownField }));
        }
        for field in self.fields_within(min, max) {
            let value = params.get(field.name);
            let belongs = field.belongs(|name| params.shown(name));
            let checked = match value {
                Some(_) if !belongs => Err(Rule::NotTaken),
                None if !belongs => Ok(()),
                _ => field.check(value, today),
            };
            wrong.extend(checked.err().map(|rule| FieldError::new(field.name, rule)));
        }
        wrong.extend(params.too_long());
        if let (Some(fields), true) = (self.per_post(), wrong.is_empty())
            && self.posts(params).is_some_and(|posts| posts.most < posts.least)
        {
            wrong.push(FieldError::new(fields.most, Rule::not_below(fields.least)));
        }
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
            (QuantityFrom::Posts(fields), asked) => {
                let units = self.posts(params).and_then(|posts| posts.most.checked_mul(posts.count));
                let units = units.ok_or_else(|| FieldError::new(fields.most, Rule::Needed))?;
                match asked {
                    Some(asked) if asked != units => wrong(Rule::Exactly { value: units }),
                    Some(_) | None => Ok(units),
                }
            }
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
