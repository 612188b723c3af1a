//! What a provider's present list does to a service we sell of it: the price guard. Pure.
//!
//! Cost and limits follow the provider. The rate stays the operator's: where it does not fit the cost any more, the
//! sale is paused and a person is told, because a price that moves by itself is nobody's decision.

use super::offered::Offered;
use super::rules::{self, has_jumped, in_dong, with_margin};
use super::{Hold, Offer, Pause, Service};
use crate::kernel::money::Rate;
use crate::settings::PriceGuard;

/// What the list says about a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<'a> {
    Listed(&'a Offered),
    /// Its line is there and says nothing that it could be sold by: no rate, no limits, a type unknown here.
    Unusable,
    Gone,
}

/// Whether the sale has to stop, and the cost before the jump that it has to stop for.
type Verdict = (Option<Pause>, Option<Rate>);

/// The service as it is after the look at the list.
pub(super) fn looked_at(service: &Service, seen: Seen, guard: PriceGuard) -> (Offer, Hold) {
    let (mut offer, mut hold) = (service.offer.clone(), service.hold.clone());
    if hold.paused.is_some_and(Pause::waits_for_admin) {
        return (offer, hold);
    }
    let verdict = match seen {
        Seen::Gone => (Some(Pause::Vanished), hold.cost_before),
        Seen::Unusable => (Some(Pause::Changed), hold.cost_before),
        Seen::Listed(offered) if offered.kind != offer.kind => (Some(Pause::Changed), hold.cost_before),
        Seen::Listed(offered) => {
            let known = hold.cost_before.or(offer.cost);
            follow(&mut offer, &mut hold, offered);
            judged(&offer, &hold, known, guard)
        }
    };
    obeyed(offer, hold, verdict, guard)
}

/// The service as it is when a unit of its provider's currency is worth `now` instead of `before`. That is no jump: all
/// costs before it are taken at the new rate too. What is gone or something else stays so.
pub(super) fn exchanged(service: &Service, before: &str, now: &str, guard: PriceGuard) -> (Offer, Hold) {
    let (mut offer, mut hold) = (service.offer.clone(), service.hold.clone());
    let Some(cost) = cost_at(service, before, now) else { return (offer, hold) };
    let at_new_rate = |cost: Rate| rules::exchanged(cost, before, now);
    let known = hold.cost_before.or(offer.cost).and_then(at_new_rate);
    hold.cost_before = hold.cost_before.and_then(at_new_rate);
    let verdict = match (cost, hold.paused) {
        (None, _) => (Some(Pause::Changed), hold.cost_before),
        (Some(_), Some(away @ (Pause::Vanished | Pause::Changed | Pause::Refused))) => {
            offer.cost = cost;
            (Some(away), hold.cost_before)
        }
        (Some(_), Some(Pause::CostJump | Pause::BelowMargin) | None) => {
            offer.cost = cost;
            judged(&offer, &hold, known, guard)
        }
    };
    obeyed(offer, hold, verdict, guard)
}

/// What a service costs then. `None`: nobody knows what it costs; the inner `None`: beyond any rate.
pub(super) fn cost_at(service: &Service, before: &str, now: &str) -> Option<Option<Rate>> {
    match (&service.hold.listed_rate, service.offer.cost) {
        (Some(listed), _) => Some(in_dong(listed, now)),
        (None, Some(cost)) => Some(rules::exchanged(cost, before, now)),
        (None, None) => None,
    }
}

fn follow(offer: &mut Offer, hold: &mut Hold, offered: &Offered) {
    offer.cost = Some(offered.cost);
    (offer.min, offer.max) = (offered.min, offered.max);
    offer.refill = offered.refill.unwrap_or(offer.refill);
    offer.cancel = offered.cancel.unwrap_or(offer.cancel);
    hold.listed_rate = Some(offered.listed_rate.clone());
}

/// Over the present cost, with the one that was known before it.
fn judged(offer: &Offer, hold: &Hold, known: Option<Rate>, guard: PriceGuard) -> Verdict {
    let jumped = |known: &Rate| offer.cost.is_some_and(|now| has_jumped(*known, now, guard.price_jump));
    match known.filter(jumped) {
        Some(known) => (Some(Pause::CostJump), Some(known)),
        None if is_too_low(offer, hold, guard) => (Some(Pause::BelowMargin), None),
        None => (None, None),
    }
}

/// What an admin turned off stays off, and what was paused resumes by itself only where that is wanted.
fn obeyed(mut offer: Offer, mut hold: Hold, verdict: Verdict, guard: PriceGuard) -> (Offer, Hold) {
    if offer.active || hold.paused.is_some() {
        let (problem, cost_before) = verdict;
        let stays = problem.is_none() && hold.paused.is_some() && !guard.auto_resume;
        hold.paused = if stays { hold.paused } else { problem };
        hold.cost_before = cost_before;
        offer.active = hold.paused.is_none();
    }
    (offer, hold)
}

/// Whether the rate lies below what the cost asks for, without the operator's word for it.
fn is_too_low(offer: &Offer, hold: &Hold, guard: PriceGuard) -> bool {
    let is_accepted =
        offer.cost.is_some_and(|cost| hold.accepted_cost.is_some_and(|accepted| cost <= accepted));
    is_below_margin(offer, guard) && !is_accepted
}

/// A rate of 0, or one less than the cost and the least margin; without a cost any other will do.
fn is_below_margin(offer: &Offer, guard: PriceGuard) -> bool {
    let least = offer.cost.map(|cost| with_margin(cost, guard.min_margin));
    offer.rate.milli() == 0 || least.is_some_and(|least| least.is_none_or(|least| offer.rate < least))
}

/// What the guard remembers after an admin has decided. Turning a service on, pricing it or naming its cost is the
/// word that it shall be sold so; turning it off, too, ends a pause.
pub(super) fn decided(
    before: Hold,
    offer: &Offer,
    is_priced: bool,
    is_switched: bool,
    guard: PriceGuard,
) -> Hold {
    let mut hold = before;
    if offer.active || is_switched {
        (hold.paused, hold.cost_before) = (None, None);
    }
    if is_priced || (is_switched && offer.active) {
        hold.cost_before = None;
        hold.accepted_cost = offer.cost.filter(|_| is_below_margin(offer, guard));
    }
    hold
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
