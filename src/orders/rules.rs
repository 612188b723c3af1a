//! The figures of an order: charge, refund, quantity. Pure; each formula stands here once, with its rounding.

use super::status::{Dispatch, Progress, Status};
use crate::catalog::Offer;
use crate::kernel::day::Day;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::money::{Overflow, Percent, Quantity, Rate, Vnd, decimal, div_ceil};
use crate::order_types::{OrderType, Params, QuantityFrom, RatePer};

/// Beyond this many rounds after it became final an order is not asked for any more.
const LAST_LOOK_ROUNDS: i64 = 20_000;

/// ⌈rate × units × (100 − discount) / 100,000⌉ dong, or for a price per order ⌈rate × (100 − discount) / 100⌉:
/// computed exactly and rounded once, upward.
fn price(kind: &OrderType, rate: Rate, units: i64, discount: Percent) -> Result<Vnd, Overflow> {
    let thousandths = match kind.rate_per {
        RatePer::Thousand => units,
        RatePer::Order => 1000,
    };
    let exact = i128::from(rate.milli())
        .checked_mul(i128::from(thousandths))
        .and_then(|product| product.checked_mul(i128::from(discount.complement())))
        .ok_or(Overflow)?;
    // Thousandths of a dong, for 1,000 units, in percent.
    Vnd::from_exact(div_ceil(exact, 1000 * 1000 * 100).ok_or(Overflow)?)
}

/// What the buyer pays: the price, at least 1. `units`: `OrderType::units`.
pub fn charge(kind: &OrderType, rate: Rate, units: i64, discount: Percent) -> Result<Vnd, Overflow> {
    Ok(price(kind, rate, units, discount)?.max(Vnd::new(1)))
}

/// The rate that a charge was made of, where nobody knows it any more: ⌊charge × 1,000 / quantity⌋, or the charge where
/// the price is for the order. `None`: beyond any rate.
pub fn rate_of(kind: &OrderType, charge: Vnd, quantity: Quantity) -> Option<Rate> {
    let (times, by) = match kind.rate_per {
        RatePer::Thousand => (1_000_000, quantity.get()),
        RatePer::Order => (1000, 1),
    };
    let milli = i128::from(charge.get()).checked_mul(times)?.checked_div(i128::from(by))?;
    Rate::from_milli(i64::try_from(milli).ok()?)
}

/// What the provider is expected to take.
pub fn expected_cost(kind: &OrderType, cost: Rate, units: i64) -> Result<Vnd, Overflow> {
    price(kind, cost, units, Percent::ZERO)
}

/// Whether the provider is expected to take more than was paid. Of a drip-feed all runs are judged at once, because the
/// share and the cost of each are rounded.
pub fn is_dear(kind: &OrderType, cost: Rate, units: i64, (runs, paid): (i64, Vnd)) -> Result<bool, Overflow> {
    Ok(expected_cost(kind, cost, units.checked_mul(runs).ok_or(Overflow)?)? > paid)
}

/// ⌊charge × remains / quantity⌋: what goes back for the undelivered part. `remains` is 0 to the quantity.
pub fn partial_refund(charge: Vnd, quantity: Quantity, remains: i64) -> Result<Vnd, Overflow> {
    let exact = of_the_charge(charge, remains)?;
    Vnd::from_exact(exact.checked_div_euclid(i128::from(quantity.get())).ok_or(Overflow)?)
}

/// Whether what goes back for the undelivered part was rounded down, by less than a dong.
pub fn is_rounded(charge: Vnd, quantity: Quantity, progress: Progress) -> Result<bool, Overflow> {
    let (Status::Partial, Some(remains)) = (progress.status, progress.remains) else { return Ok(false) };
    let exact = of_the_charge(charge, remains)?;
    Ok(exact.checked_rem_euclid(i128::from(quantity.get())).ok_or(Overflow)? != 0)
}

/// Of a charge for one unit; the quantity divides it.
fn of_the_charge(charge: Vnd, remains: i64) -> Result<i128, Overflow> {
    i128::from(charge.get()).checked_mul(i128::from(remains)).ok_or(Overflow)
}

/// What all refunds of an order come to once it has got this far. They never shrink, so `refunded` is the least.
pub fn refund_target(
    charge: Vnd,
    quantity: Quantity,
    refunded: Vnd,
    progress: Progress,
) -> Result<Vnd, Overflow> {
    let due = match progress.status {
        Status::Canceled => charge,
        Status::Partial => partial_refund(charge, quantity, progress.remains.unwrap_or(0))?,
        Status::Pending | Status::Processing | Status::InProgress | Status::Completed => Vnd::ZERO,
    };
    Ok(due.max(refunded).min(charge))
}

/// What still does not count as spent, of what is paid: nothing once the order is on its way or over. A parked one is
/// where it was.
pub fn unreleased(paid: Vnd, unreleased: Vnd, dispatch: Dispatch) -> Vnd {
    match dispatch {
        Dispatch::Scheduled | Dispatch::DripFeed | Dispatch::Review => unreleased.min(paid),
        Dispatch::Manual | Dispatch::Queued | Dispatch::Sending | Dispatch::Sent | Dispatch::Refused => {
            Vnd::ZERO
        }
    }
}

/// More no order costs; a thousand of them can be added up still.
const MOST_COST: i64 = 1_000_000_000_000;

/// ⌈charge × exchange rate⌉ in dong, from two decimal texts. `None` when one of them is no such number, below zero or
/// beyond all measure.
pub fn reported_cost(charge: &str, exchange_rate: &str) -> Option<Vnd> {
    let (charge, charge_places) = decimal(charge)?;
    let (rate, rate_places) = decimal(exchange_rate)?;
    let scale = 10_i128.checked_pow(charge_places.checked_add(rate_places)?)?;
    let cost = Vnd::from_exact(div_ceil(charge.checked_mul(rate)?, scale)?).ok()?;
    Some(cost).filter(|cost| cost.get() <= MOST_COST)
}

/// How many units an order comes to, or everything about it that the service does not take. `begins`: the day on which
/// it is to be sent.
pub fn quantity(
    offer: &Offer,
    link: &str,
    asked: Option<i64>,
    params: &Params,
    begins: Day,
) -> Result<Quantity, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let link = match offer.kind.link_from {
        None => offer.link_kind.check(link),
        Some(_) if link.is_empty() => Ok(()),
        Some(_) => Err(Rule::NotTaken),
    };
    wrong.extend(link.err().map(|rule| FieldError::new("link", rule)));
    let unfit = offer.kind.check(params, offer.min.get(), offer.max.get(), begins);
    // Lines that are at fault are not worth counting, and posts are made of several fields.
    let counts = |error: &FieldError| {
        offer.kind.is_for_posts() || offer.kind.quantity_field() == Some(error.field.as_str())
    };
    let is_countable = !unfit.iter().any(counts);
    wrong.extend(unfit);
    if is_countable {
        match offer.kind.count(asked, params).and_then(|units| bounded(offer, units)) {
            Ok(quantity) if wrong.is_empty() => return Ok(quantity),
            Ok(_) => {}
            Err(error) => wrong.push(error),
        }
    }
    Err(wrong)
}

fn bounded(offer: &Offer, units: i64) -> Result<Quantity, FieldError> {
    let limits = match offer.kind.quantity {
        QuantityFrom::One => Quantity::ONE..=Quantity::ONE,
        QuantityFrom::Buyer | QuantityFrom::Lines(_) => offer.min..=offer.max,
        // The limits hold for each post.
        QuantityFrom::Posts(_) => {
            return Quantity::new(units).ok_or_else(|| FieldError::new("quantity", Rule::Needed));
        }
    };
    Quantity::new(units).filter(|quantity| limits.contains(quantity)).ok_or_else(|| {
        let (min, max) = (limits.start().get(), limits.end().get());
        FieldError::new("quantity", Rule::Range { min, max })
    })
}

/// The round of the next look at an order that became final in `final_round` and was looked at in `round`: twice as
/// far from the end as this one. `None`: it has been watched long enough.
pub fn next_look(final_round: i64, round: i64) -> Option<i64> {
    let distance = round.saturating_sub(final_round).max(1).saturating_mul(2);
    (distance <= LAST_LOOK_ROUNDS).then(|| final_round.saturating_add(distance))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
