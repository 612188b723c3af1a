//! From a provider's line to what it means for us: our type of order, its cost in VND. Pure.

use super::rules::{MAX_QUANTITY, in_dong, is_one};
use crate::kernel::money::{Quantity, Rate};
use crate::kernel::note::Note;
use crate::order_types::{OrderType, QuantityFrom};
use crate::provider::{Decimal, Line, ListedService};

/// What a provider offers, in our terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The provider's own id of it.
    pub id: String,
    pub name: String,
    pub category: String,
    pub description: String,
    pub kind: &'static OrderType,
    /// Above 0, as the provider lists it, in its currency.
    pub listed_rate: String,
    /// Above 0, in VND, rounded up to a thousandth.
    pub cost: Rate,
    pub min: Quantity,
    pub max: Quantity,
    /// `None`: the provider does not say.
    pub refill: Option<bool>,
    pub cancel: Option<bool>,
    /// Whether it sells it in runs.
    pub dripfeed: bool,
}

/// A line and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `None`: the id cannot be read.
    pub id: Option<String>,
    pub name: String,
    pub offered: Result<Offered, Note>,
}

impl Entry {
    /// Reads a line of a provider whose currency is worth `exchange_rate` VND.
    pub fn of(line: Line, exchange_rate: &str) -> Entry {
        let offered = line.read.and_then(|listed| offered(listed, exchange_rate));
        Entry { id: line.id, name: line.name, offered }
    }
}

fn offered(listed: ListedService, exchange_rate: &str) -> Result<Offered, Note> {
    let kind = OrderType::of_provider(&listed.kind);
    let kind = kind.ok_or_else(|| Note::LineOtherType { said: listed.kind.clone() })?;
    if is_one(exchange_rate) && could_be_thousands(&listed.rate) {
        return Err(Note::LineAmbiguousRate { said: listed.rate.to_string() });
    }
    let cost = in_dong(listed.rate.as_str(), exchange_rate).ok_or(Note::LineRateTooHigh)?;
    let (min, max) = limits(kind, listed.min, listed.max)?;
    Ok(Offered {
        id: listed.id,
        name: listed.name,
        category: listed.category,
        description: listed.description,
        kind,
        listed_rate: listed.rate.to_string(),
        cost,
        min,
        max,
        refill: listed.refill,
        cancel: listed.cancel,
        dripfeed: listed.dripfeed.unwrap_or(false),
    })
}

/// In dong `12.500` is as likely twelve thousand five hundred as twelve and a half; in other currencies nobody writes
/// thousands.
fn could_be_thousands(rate: &Decimal) -> bool {
    let parts = rate.as_str().split_once('.');
    parts.is_some_and(|(whole, places)| {
        places.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
    })
}

/// Nobody buys a part of a package, whatever limits its line has. A maximum beyond ours is ours.
fn limits(kind: &OrderType, min: Option<i64>, max: Option<i64>) -> Result<(Quantity, Quantity), Note> {
    if kind.quantity == QuantityFrom::One {
        return Ok((Quantity::ONE, Quantity::ONE));
    }
    let least = min.and_then(Quantity::new).ok_or(Note::LineNoMin)?;
    let most = max.map(|max| max.min(MAX_QUANTITY)).and_then(Quantity::new).ok_or(Note::LineNoMax)?;
    if most < least {
        return Err(Note::LineMaxBelowMin { min: least.get(), max: most.get() });
    }
    Ok((least, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(kind: &str, rate: &str) -> ListedService {
        ListedService {
            id: "101".to_owned(),
            name: "Likes".to_owned(),
            category: "TikTok".to_owned(),
            description: String::new(),
            kind: kind.to_owned(),
            rate: Decimal::parse(rate).unwrap(),
            min: Some(10),
            max: Some(2_147_483_647),
            refill: None,
            cancel: None,
            dripfeed: None,
        }
    }

    #[test]
    fn a_line_is_read_in_our_terms() {
        let likes = offered(listed("Default", "0.90"), "25000").unwrap();
        assert_eq!((likes.cost.to_string().as_str(), likes.max.get()), ("22500", MAX_QUANTITY));
        let bundle =
            offered(ListedService { min: Some(0), max: None, ..listed("Package", "5") }, "1").unwrap();
        assert_eq!((bundle.min, bundle.max, bundle.cost.milli()), (Quantity::ONE, Quantity::ONE, 5000));
    }

    #[test]
    fn types_the_panel_does_not_sell_are_refused_by_name() {
        for kind in ["Drip-feed", "Reviews", "Polls", "Custom", ""] {
            assert!(offered(listed(kind, "1"), "1").unwrap_err().to_string().ends_with(kind), "{kind}");
        }
        for kind in
            ["default", "DEFAULT", "custom_comments", "Custom Comments", "mentions-custom LIST", "Poll"]
        {
            assert!(offered(listed(kind, "1"), "1").is_ok(), "{kind}");
        }
    }

    #[test]
    fn a_rate_in_dong_that_could_mean_thousands_is_refused() {
        for rate in ["12.500", "1.234", "999.000"] {
            assert!(offered(listed("Default", rate), "1").is_err(), "{rate}");
            assert!(offered(listed("Default", rate), "25000").is_ok(), "{rate}");
        }
        for rate in ["0.125", "12.5", "12.50", "1234.500", "12500", "12.5000"] {
            assert!(offered(listed("Default", rate), "1").is_ok(), "{rate}");
        }
    }

    #[test]
    fn limits_that_nobody_could_order_within_are_refused() {
        for (min, max) in
            [(None, Some(1)), (Some(0), Some(1)), (Some(1), None), (Some(5), Some(4)), (Some(1), Some(0))]
        {
            assert!(
                offered(ListedService { min, max, ..listed("Default", "1") }, "1").is_err(),
                "{min:?} {max:?}"
            );
        }
    }
}
