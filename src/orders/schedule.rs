//! Orders that wait for their time. They are charged like any other, but their charge counts as spent only when they
//! are released: what is canceled before would buy a tier otherwise.
//!
//! The time is one of the wall clock. A clock that jumps brings the release forward or delays it; released an order is
//! only once, for then it is `queued` or `manual`. What would be sold below its cost by then waits for a person.

use super::dispatch::{noted, tell_review};
use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::{Feed, Order, State};
use super::status::Dispatch;
use super::transition::commit_changed;
use super::{drip_feed, rules, store};
use crate::catalog::{self, Offer, Service};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::money::{Overflow, Vnd};
use crate::kernel::note::Note;
use crate::order_types::OrderType;

/// How far ahead an order may be scheduled.
const MOST_DAYS: i64 = 30;
/// So many are released in one write, so that no other waits long.
const PORTION: i64 = 200;

/// When an order is to be carried out, as it was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// Not before this time; `None`: at once.
    pub start_at: Option<Timestamp>,
    /// In so many runs, and so many minutes between them; `None`: at once.
    pub runs: Option<i64>,
    pub interval: Option<i64>,
}

impl Timing {
    /// Where an order stands that is not to be sent at once, or not as a whole.
    pub(super) fn later(self) -> Option<Dispatch> {
        match (self.runs, self.start_at) {
            (Some(_), _) => Some(Dispatch::DripFeed),
            (None, Some(_)) => Some(Dispatch::Scheduled),
            (None, None) => None,
        }
    }

    /// How it is split up, if it is. `cost`: what a run is expected to cost.
    pub(super) fn feed(self, now: Timestamp, cost: Option<Vnd>) -> Option<Feed> {
        Some(Feed {
            runs: self.runs?,
            interval_minutes: self.interval?,
            begun: 0,
            ended: 0,
            next_at: Some(self.start_at.unwrap_or(now)),
            stopped: None,
            accepted_cost: cost,
            doubtful: 0,
            doubt: None,
        })
    }

    /// Everything about it that is not taken.
    pub(super) fn check(self, tx: &ReadTx, offer: &Offer) -> Vec<FieldError> {
        let mut wrong = drip_feed::rules::check(self.runs, self.interval, offer.dripfeed);
        let latest = tx.now().plus_seconds(MOST_DAYS.saturating_mul(24 * 60 * 60));
        let fits = self.start_at.is_none_or(|start| start > tx.now() && start <= latest);
        if !fits {
            wrong.push(FieldError::new("start_at", Rule::TimeAhead { days: MOST_DAYS }));
        }
        wrong
    }
}

/// Lets the orders go whose time has come, a portion of them; whether there were any.
pub fn release_due(tx: &Tx) -> Result<bool, Fault> {
    let due = store::due(tx, PORTION)?;
    let is_any = !due.is_empty();
    for order in due {
        release(tx, order).map_err(OrderError::into_fault)?;
    }
    Ok(is_any)
}

/// Nobody wished for a sale below cost that only time has made one: it waits for a person.
fn release(tx: &Tx, order: Order) -> Result<(), OrderError> {
    let Some(note) = hindrance_of(tx, &order)? else {
        let after = State { dispatch: order.first_dispatch(), ..order.state.clone() };
        commit_changed(tx, order, after, Cause::rule(EventKind::Released))?;
        return Ok(());
    };
    park_by_rule(tx, order, &note)?;
    Ok(())
}

/// What was not sent yet waits for a person.
pub(super) fn park_by_rule(tx: &Tx, order: Order, note: &Note) -> Result<Order, OrderError> {
    let after = noted(&order.state, Dispatch::Review, note);
    let cause = Cause { note: Some(note), ..Cause::rule(EventKind::Parked) };
    let order = commit_changed(tx, order, after, cause)?;
    tell_review(tx, &order, note)?;
    Ok(order)
}

fn hindrance_of(tx: &ReadTx, order: &Order) -> Result<Option<Note>, OrderError> {
    let Some(service) = catalog::by_id(tx, order.service)?.filter(|_| order.provider.is_some()) else {
        return Ok(None);
    };
    let units = order.kind.units(order.quantity.get(), &order.params).ok_or(Overflow)?;
    // Of several sources `route` finds the one that is not too dear.
    let rate = if catalog::several(tx, order.service)?.is_empty() { service.offer.cost } else { None };
    let cost = rate.map(|rate| rules::expected_cost(order.kind, rate, units)).transpose()?;
    Ok(hindrance(&service, order.kind, cost, order.charge, order.state.cost))
}

/// Whether a provider still delivers the service as this type.
pub(super) fn is_sold_so(service: &Service, kind: &OrderType) -> bool {
    service.offer.provider.is_some() && service.offer.kind == kind
}

/// What came up since it was sold: its service is delivered in another way, the price guard paused it, or it costs more
/// than was paid for it, and more than was accepted.
pub(super) fn hindrance(
    service: &Service,
    kind: &OrderType,
    cost: Option<Vnd>,
    paid: Vnd,
    accepted: Option<Vnd>,
) -> Option<Note> {
    if !is_sold_so(service, kind) {
        return Some(Note::DueChanged);
    }
    if service.guard_state.paused.is_some() {
        return Some(Note::DuePaused);
    }
    let is_wish = service.offer.cost <= service.guard_state.accepted_cost;
    let cost =
        cost.filter(|cost| !is_wish && *cost > paid && accepted.is_none_or(|accepted| *cost > accepted))?;
    Some(Note::DueAboveCharge { cost: cost.get(), charge: paid.get() })
}
