//! The figures of an order: what it costs, what goes back, how many units it has. Pure; each formula stands here once,
//! with its rounding.

use super::status::{Progress, Status};
use crate::catalog::{Offer, QuantityFrom, RatePer, ServiceKind};
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::money::{Overflow, Percent, Quantity, Rate, Vnd, decimal, div_ceil};

/// All texts of an order together: far more than the longest list anybody orders.
const MAX_TEXT_BYTES: usize = 64 * 1024;
/// Beyond this many rounds after it became final an order is not asked for any more.
const LAST_LOOK_ROUNDS: i64 = 20_000;

/// ⌈rate × quantity × (100 − discount) / 100,000⌉ dong, or for a price per order ⌈rate × (100 − discount) / 100⌉:
/// computed exactly and rounded once, upward.
fn price(kind: ServiceKind, rate: Rate, quantity: Quantity, discount: Percent) -> Result<Vnd, Overflow> {
    let units = match kind.rate_per() {
        RatePer::Thousand => quantity.get(),
        RatePer::Order => 1000,
    };
    let exact = i128::from(rate.milli())
        .checked_mul(i128::from(units))
        .and_then(|product| product.checked_mul(i128::from(discount.complement())))
        .ok_or(Overflow)?;
    // Thousandths of a dong, for 1,000 units, in percent.
    Vnd::from_exact(div_ceil(exact, 1000 * 1000 * 100).ok_or(Overflow)?)
}

/// What the buyer pays: the price, at least 1.
pub fn charge(kind: ServiceKind, rate: Rate, quantity: Quantity, discount: Percent) -> Result<Vnd, Overflow> {
    Ok(price(kind, rate, quantity, discount)?.max(Vnd::new(1)))
}

/// What the provider is expected to take.
pub fn expected_cost(kind: ServiceKind, cost: Rate, quantity: Quantity) -> Result<Vnd, Overflow> {
    price(kind, cost, quantity, Percent::ZERO)
}

/// ⌊charge × remains / quantity⌋: what goes back for the undelivered part. `remains` is 0 to the quantity.
pub fn partial_refund(charge: Vnd, quantity: Quantity, remains: i64) -> Result<Vnd, Overflow> {
    let product = i128::from(charge.get()).checked_mul(i128::from(remains)).ok_or(Overflow)?;
    Vnd::from_exact(product.checked_div_euclid(i128::from(quantity.get())).ok_or(Overflow)?)
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

/// ⌈charge × exchange rate⌉ in dong, from two decimal texts. `None` when one of them is no such number, below zero or
/// beyond all measure.
pub fn reported_cost(charge: &str, exchange_rate: &str) -> Option<Vnd> {
    let (charge, charge_places) = decimal(charge)?;
    let (rate, rate_places) = decimal(exchange_rate)?;
    let scale = 10_i128.checked_pow(charge_places.checked_add(rate_places)?)?;
    Vnd::from_exact(div_ceil(charge.checked_mul(rate)?, scale)?).ok()
}

/// The comments of an order, one each. Whatever a provider may take for the end of a line ends one here too, so that
/// nobody pays for one and gets two.
pub fn comment_lines(comments: &str) -> impl Iterator<Item = &str> {
    let ends_line = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    comments.split(ends_line).map(str::trim).filter(|line| !line.is_empty())
}

/// What a buyer asks for, beside the service.
#[derive(Debug, Clone, Copy)]
pub struct OrderRequest<'a> {
    pub link: &'a str,
    pub quantity: Option<i64>,
    pub comments: Option<&'a str>,
}

/// How many units the request comes to, or everything about it that the service does not take.
pub fn quantity(offer: &Offer, request: OrderRequest<'_>) -> Result<Quantity, Vec<FieldError>> {
    let mut wrong = Vec::new();
    if let Err(rule) = offer.link_kind.check(request.link) {
        wrong.push(FieldError::new("link", rule));
    }
    let counted = match offer.kind.quantity_from() {
        QuantityFrom::Buyer => no_comments(request).and(bounded(offer, request.quantity)),
        QuantityFrom::One => no_comments(request).and(one(request.quantity)),
        QuantityFrom::Comments => count_comments(request).and_then(|lines| bounded(offer, Some(lines))),
    };
    match counted {
        Ok(quantity) if wrong.is_empty() => Ok(quantity),
        Ok(_) => Err(wrong),
        Err(error) => {
            wrong.push(error);
            Err(wrong)
        }
    }
}

fn bounded(offer: &Offer, units: Option<i64>) -> Result<Quantity, FieldError> {
    let units = units.ok_or_else(|| FieldError::new("quantity", Rule::Needed))?;
    let fits = Quantity::new(units).filter(|quantity| (offer.min..=offer.max).contains(quantity));
    fits.ok_or_else(|| {
        let (min, max) = (offer.min.get(), offer.max.get());
        FieldError::new("quantity", Rule::Range { min, max })
    })
}

fn one(units: Option<i64>) -> Result<Quantity, FieldError> {
    match units {
        None | Some(1) => Ok(Quantity::ONE),
        Some(_) => Err(FieldError::new("quantity", Rule::PackageOfOne)),
    }
}

fn no_comments(request: OrderRequest<'_>) -> Result<(), FieldError> {
    match request.comments {
        Some(text) if !text.trim().is_empty() => Err(FieldError::new("comments", Rule::NotTaken)),
        Some(_) | None => Ok(()),
    }
}

fn count_comments(request: OrderRequest<'_>) -> Result<i64, FieldError> {
    let comments = request.comments.unwrap_or_default();
    if comments.len() > MAX_TEXT_BYTES {
        return Err(FieldError::new("comments", Rule::BytesAtMost { max: MAX_TEXT_BYTES }));
    }
    if comment_lines(comments).any(|line| line.chars().any(|c| c.is_control() && c != '\t')) {
        return Err(FieldError::new("comments", Rule::NoControl));
    }
    let lines = i64::try_from(comment_lines(comments).count()).unwrap_or(i64::MAX);
    match request.quantity {
        _ if lines == 0 => Err(FieldError::new("comments", Rule::Lines)),
        Some(units) if units != lines => Err(FieldError::new("quantity", Rule::CommentsCounted { lines })),
        Some(_) | None => Ok(lines),
    }
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
