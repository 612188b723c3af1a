//! Orders that wait for their time. They are charged like any other, but their charge counts as spent only when they
//! are released: what is canceled before would buy a tier otherwise.
//!
//! The time is one of the wall clock. A clock that jumps brings the release forward or delays it; released an order is
//! only once, for then it is `queued` or `manual`. What would be sold below its cost by then waits for a person.

use super::dispatch::{noted, tell_review};
use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::{Order, State};
use super::status::Dispatch;
use super::transition::commit_changed;
use super::{rules, store};
use crate::catalog;
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::money::Overflow;
use crate::kernel::note::Note;

/// How far ahead an order may be scheduled.
const MOST_DAYS: i64 = 30;
/// So many are released in one write, so that no other waits long.
const PORTION: i64 = 200;

/// When an order is to be carried out, as it was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// Not before this time; `None`: at once.
    pub start_at: Option<Timestamp>,
}

impl Timing {
    /// Everything about it that is not taken.
    pub(super) fn check(self, tx: &ReadTx) -> Option<FieldError> {
        let start = self.start_at?;
        let latest = tx.now().plus_seconds(MOST_DAYS.saturating_mul(24 * 60 * 60));
        let fits = start > tx.now() && start <= latest;
        (!fits).then(|| FieldError::new("start_at", Rule::TimeAhead { days: MOST_DAYS }))
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
    let Some(note) = hindrance(tx, &order)? else {
        let after = State { dispatch: order.first_dispatch(), ..order.state.clone() };
        commit_changed(tx, order, after, Cause::rule(EventKind::Released))?;
        return Ok(());
    };
    let after = noted(&order.state, Dispatch::Review, &note);
    let cause = Cause { note: Some(&note), ..Cause::rule(EventKind::Parked) };
    let order = commit_changed(tx, order, after, cause)?;
    Ok(tell_review(tx, &order, &note)?)
}

/// What came up since it was sold: the price guard paused its service, or it costs more than was paid for it, and more
/// than it did then.
fn hindrance(tx: &ReadTx, order: &Order) -> Result<Option<Note>, OrderError> {
    let Some(service) = catalog::by_id(tx, order.service)?.filter(|_| order.provider.is_some()) else {
        return Ok(None);
    };
    if service.guard_state.paused.is_some() {
        return Ok(Some(Note::DuePaused));
    }
    let Some(rate) = service.offer.cost.filter(|rate| Some(*rate) > service.guard_state.accepted_cost) else {
        return Ok(None);
    };
    let units = order.kind.units(order.quantity.get(), &order.params).ok_or(Overflow)?;
    let cost = rules::expected_cost(order.kind, rate, units)?;
    let is_dearer = cost > order.charge && order.state.cost.is_none_or(|then| cost > then);
    Ok(is_dearer.then(|| Note::DueAboveCharge { cost: cost.get(), charge: order.charge.get() }))
}
