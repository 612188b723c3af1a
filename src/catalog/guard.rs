//! What a provider's present list does to a service we sell of it: the price guard. Pure.
//!
//! Cost and limits follow the provider, and a refill or a cancel that it does not offer any more is not offered here.
//! The rate stays the operator's: where it does not fit the cost any more, the sale is paused and a person is told,
//! because a price that moves by itself is nobody's decision.

use super::offered::Offered;
use super::rules::{self, has_jumped, in_dong, with_margin};
use super::{GuardState, Offer, Pause, Service};
use crate::kernel::money::Rate;
use crate::settings::PriceGuard;

/// What the list says about a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed<'a> {
    Listed(&'a Offered),
    /// Its line is there and says nothing that it could be sold by: no rate, no limits, a type unknown here.
    Unusable,
    Gone,
}

/// Whether the sale has to stop, and the cost before the jump that it has to stop for.
type Verdict = (Option<Pause>, Option<Rate>);

/// The service as it is after the look at the list.
pub(super) fn evaluate(service: &Service, seen: Observed, guard: PriceGuard) -> (Offer, GuardState) {
    let (mut offer, mut state) = (service.offer.clone(), service.guard_state.clone());
    if state.paused.is_some_and(Pause::waits_for_admin) {
        return (offer, state);
    }
    let verdict = match seen {
        Observed::Gone => (Some(Pause::Vanished), state.cost_before),
        Observed::Unusable => (Some(Pause::Changed), state.cost_before),
        Observed::Listed(offered) if offered.kind != offer.kind => (Some(Pause::Changed), state.cost_before),
        Observed::Listed(offered) => {
            let known = state.cost_before.or(offer.cost);
            follow(&mut offer, &mut state, offered);
            judged(&offer, &state, known, guard)
        }
    };
    obeyed(offer, state, verdict, guard)
}

/// The service as it is when a unit of its provider's currency is worth `now` instead of `before`. That is no jump: all
/// costs before it are taken at the new rate too. What is gone or something else stays so.
pub(super) fn exchanged(
    service: &Service,
    before: &str,
    now: &str,
    guard: PriceGuard,
) -> (Offer, GuardState) {
    let (mut offer, mut state) = (service.offer.clone(), service.guard_state.clone());
    let Some(cost) = cost_at(service, before, now) else { return (offer, state) };
    let at_new_rate = |cost: Rate| rules::exchanged(cost, before, now);
    let known = state.cost_before.or(offer.cost).and_then(at_new_rate);
    state.cost_before = state.cost_before.and_then(at_new_rate);
    let verdict = match (cost, state.paused) {
        (None, _) => (Some(Pause::Changed), state.cost_before),
        (Some(_), Some(away @ (Pause::Vanished | Pause::Changed | Pause::Refused))) => {
            offer.cost = cost;
            (Some(away), state.cost_before)
        }
        (Some(_), Some(Pause::CostJump | Pause::BelowMargin) | None) => {
            offer.cost = cost;
            judged(&offer, &state, known, guard)
        }
    };
    obeyed(offer, state, verdict, guard)
}

/// What a service costs then. `None`: nobody knows what it costs; the inner `None`: beyond any rate.
pub(super) fn cost_at(service: &Service, before: &str, now: &str) -> Option<Option<Rate>> {
    match (&service.guard_state.listed_rate, service.offer.cost) {
        (Some(listed), _) => Some(in_dong(listed, now)),
        (None, Some(cost)) => Some(rules::exchanged(cost, before, now)),
        (None, None) => None,
    }
}

fn follow(offer: &mut Offer, state: &mut GuardState, offered: &Offered) {
    offer.cost = Some(offered.cost);
    (offer.min, offer.max) = (offered.min, offered.max);
    // What the provider does not offer cannot be promised; what the operator does not want to offer stays so.
    offer.refill &= offered.refill.unwrap_or(true);
    offer.cancel &= offered.cancel.unwrap_or(true);
    state.listed_rate = Some(offered.listed_rate.clone());
}

/// What the guard says to the present cost, given the one that was known before.
fn judged(offer: &Offer, state: &GuardState, known: Option<Rate>, guard: PriceGuard) -> Verdict {
    let jumped = |known: &Rate| offer.cost.is_some_and(|now| has_jumped(*known, now, guard.price_jump));
    match known.filter(jumped) {
        Some(known) => (Some(Pause::CostJump), Some(known)),
        None if is_too_low(offer, state, guard) => (Some(Pause::BelowMargin), None),
        None => (None, None),
    }
}

/// Applies the verdict. What an admin turned off stays off, and what was paused resumes by itself only where that is
/// wanted.
fn obeyed(
    mut offer: Offer,
    mut state: GuardState,
    verdict: Verdict,
    guard: PriceGuard,
) -> (Offer, GuardState) {
    if offer.active || state.paused.is_some() {
        let (problem, cost_before) = verdict;
        let stays = problem.is_none() && state.paused.is_some() && !guard.auto_resume;
        state.paused = if stays { state.paused } else { problem };
        state.cost_before = cost_before;
        offer.active = state.paused.is_none();
    }
    (offer, state)
}

/// Whether the rate lies below what the cost asks for, without the operator's word for it.
pub(super) fn is_too_low(offer: &Offer, state: &GuardState, guard: PriceGuard) -> bool {
    let is_accepted =
        offer.cost.is_some_and(|cost| state.accepted_cost.is_some_and(|accepted| cost <= accepted));
    is_below_margin(offer, guard) && !is_accepted
}

/// A rate of 0, or one less than the cost and the least margin; without a cost any other will do.
fn is_below_margin(offer: &Offer, guard: PriceGuard) -> bool {
    let least = offer.cost.map(|cost| with_margin(cost, guard.min_margin));
    offer.rate.milli() == 0 || least.is_some_and(|least| least.is_none_or(|least| offer.rate < least))
}

/// What the guard remembers after an admin has decided. Turning a service on, pricing it or naming its cost is the
/// word that it shall be sold so; turning it off, too, ends a pause.
pub(super) fn admin_override(
    before: GuardState,
    offer: &Offer,
    is_priced: bool,
    is_switched: bool,
    guard: PriceGuard,
) -> GuardState {
    let mut state = before;
    if offer.active || is_switched {
        (state.paused, state.cost_before) = (None, None);
    }
    if is_priced || (is_switched && offer.active) {
        state.cost_before = None;
        state.accepted_cost = offer.cost.filter(|_| is_below_margin(offer, guard));
    }
    state
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
