//! What a provider's present list does to a service we sell of it: the price guard. Pure.
//!
//! Cost and limits follow the provider. The rate stays the operator's: where it does not fit the cost any more, the
//! sale is paused and a person is told, because a price that moves by itself is nobody's decision.

use super::offered::Offered;
use super::rules::{has_jumped, with_margin};
use super::{Hold, Offer, Pause, Service};
use crate::settings::PriceGuard;

/// What the list says about a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<'a> {
    Listed(&'a Offered),
    /// Its line is there and says nothing that it could be sold by: no rate, no limits, a type unknown here.
    Unusable,
    Gone,
}

/// The service as it is after the look at the list.
pub(super) fn looked_at(service: &Service, seen: Seen, guard: PriceGuard) -> (Offer, Hold) {
    let mut offer = service.offer.clone();
    let is_guarded = offer.active || service.hold.paused.is_some();
    let (problem, cost_before) = match seen {
        Seen::Gone => (Some(Pause::Vanished), service.hold.cost_before),
        Seen::Unusable => (Some(Pause::Changed), service.hold.cost_before),
        Seen::Listed(offered) if offered.kind != offer.kind => {
            (Some(Pause::Changed), service.hold.cost_before)
        }
        Seen::Listed(offered) => {
            let known = service.hold.cost_before.or(offer.cost);
            follow(&mut offer, offered);
            match known.filter(|known| has_jumped(*known, offered.cost, guard.price_jump)) {
                Some(known) => (Some(Pause::CostJump), Some(known)),
                None if is_too_low(&offer, service.hold, guard) => (Some(Pause::BelowMargin), None),
                None => (None, None),
            }
        }
    };
    let mut hold = service.hold;
    if is_guarded {
        let stays = problem.is_none() && hold.paused.is_some() && !guard.auto_resume;
        hold.paused = if stays { hold.paused } else { problem };
        hold.cost_before = cost_before;
        offer.active = hold.paused.is_none();
    }
    (offer, hold)
}

fn follow(offer: &mut Offer, offered: &Offered) {
    offer.cost = Some(offered.cost);
    (offer.min, offer.max) = (offered.min, offered.max);
    offer.refill = offered.refill.unwrap_or(offer.refill);
    offer.cancel = offered.cancel.unwrap_or(offer.cancel);
}

/// Whether the rate lies below what the cost asks for, without the operator's word for it.
fn is_too_low(offer: &Offer, hold: Hold, guard: PriceGuard) -> bool {
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
