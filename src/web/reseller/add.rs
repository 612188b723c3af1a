//! `add`: the parameters of the field become one of our orders.

use super::given::Given;
use super::refused::Refused;
use crate::catalog::{self, Offer};
use crate::db::Tx;
use crate::kernel::day::Day;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::{OrderId, ServiceId, UserId};
use crate::ledger::LedgerError;
use crate::order_types::{FieldKind, OrderType, Params, QuantityFrom};
use crate::orders::{self, Attempted, Mark, OrderError, Placement, Reference, Timing};

/// Buys what is asked for, or finds that it was bought before. `repeat_s`: see `Mark::Within`.
pub fn add(tx: &Tx, user: UserId, repeat_s: i64, given: &Given) -> Result<OrderId, Refused> {
    let mark = match given.text("order_reference") {
        None => Mark::Within(repeat_s),
        Some(text) => Reference::parse(text)
            .map(Mark::Reference)
            .map_err(|rule| Refused::Field(FieldError::new("order_reference", rule)))?,
    };
    let attempted = Attempted { user, mark, content: given.content() };
    if let Some(first) = orders::repeated(tx, &attempted)? {
        return Ok(first);
    }
    let order = place(tx, user, given)?;
    orders::remember(tx, &attempted, order)?;
    Ok(order)
}

fn place(tx: &Tx, user: UserId, given: &Given) -> Result<OrderId, Refused> {
    let service = given.integer("service").map(ServiceId::new).ok_or(Refused::Service)?;
    let offer = catalog::visible(tx, service, Some(user))?.ok_or(Refused::Service)?.offer;
    let timing = timing(given, &offer)?;
    let params = params(offer.kind, given, Day::of(tx.now()));
    let quantity = quantity(&offer, given)?;
    let units = offer.kind.count(quantity, &params).ok();
    // Nor where it says for whom.
    let link = given.text("link").filter(|_| offer.kind.link_from.is_none()).unwrap_or_default().to_owned();
    let placement = Placement { user, service, link, quantity, params, timing, expected_charge: None };
    Ok(orders::place(tx, placement).map_err(|error| refused(error, &offer, units))?.id)
}

/// Many clients send a 0 with every order that has no runs.
fn timing(given: &Given, offer: &Offer) -> Result<Timing, Refused> {
    let said = |name: &str| given.text(name).is_some_and(|text| text.trim() != "0");
    if !said("runs") {
        return Ok(Timing::default());
    }
    if !offer.dripfeed {
        return Err(Refused::NoDripFeed);
    }
    let whole = |name: &str| {
        let wrong = || Refused::Field(FieldError::new(name, Rule::Integer));
        given.text(name).map(|_| given.integer(name).ok_or_else(wrong)).transpose()
    };
    Ok(Timing { start_at: None, runs: whole("runs")?, interval: whole("interval")? })
}

/// Clients send a quantity with every type; where the type says how many, it is not asked. Errors: `Quantity` when it
/// cannot be read, `TooMany` when it is beyond all numbers.
fn quantity(offer: &Offer, given: &Given) -> Result<Option<i64>, Refused> {
    let asked = given.text("quantity").filter(|_| offer.kind.quantity == QuantityFrom::Buyer);
    let Some(text) = asked.map(str::trim) else { return Ok(None) };
    match given.integer("quantity") {
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => Err(Refused::TooMany(offer.max.get())),
        None => Err(Refused::Quantity),
        units => Ok(units),
    }
}

/// The fields of the type that belong to an order like this. Many clients name no last day, which is then the last one
/// that may be named.
fn params(kind: &OrderType, given: &Given, today: Day) -> Params {
    let shown = |name: &str| given.text(name).map(|text| text.trim().to_owned());
    let fields = kind.fields.iter().filter(|field| field.belongs(shown));
    let values = fields.filter_map(|field| {
        let value = match (given.text(field.name), field.kind) {
            (Some(text), _) => field.received(text),
            (None, FieldKind::Date { days }) => today.plus(days).iso().into(),
            (None, _) => return None,
        };
        Some((field.name.to_owned(), value))
    });
    Params::of(values.collect())
}

/// `units`: how many were asked for, where that can be said.
fn refused(error: OrderError, offer: &Offer, units: Option<i64>) -> Refused {
    match error {
        OrderError::Fields(fields) => fields.into_iter().next().map_or(Refused::Request, |field| {
            let (min, max) = (offer.min.get(), offer.max.get());
            match field.field.as_str() {
                "link" => Refused::Link,
                "quantity" if units.is_some_and(|units| units > max) => Refused::TooMany(max),
                "quantity" => Refused::TooFew(min),
                _ => Refused::Field(field),
            }
        }),
        OrderError::ServiceInactive | OrderError::ServiceInMaintenance | OrderError::NotConfigured => {
            Refused::Disabled
        }
        OrderError::Maintenance => Refused::Busy,
        OrderError::Ledger(LedgerError::Insufficient { .. }) => Refused::Funds,
        OrderError::Fault(fault) | OrderError::Ledger(LedgerError::Fault(fault)) => fault.into(),
        OrderError::NoOrder
        | OrderError::PriceChanged { .. }
        | OrderError::Final
        | OrderError::Conflict(_)
        | OrderError::Ledger(_)
        | OrderError::NotCancelable(_)
        | OrderError::AdminsOnly
        | OrderError::Provider(_) => Refused::Internal(error.to_string()),
    }
}
