//! Drip-feed: an order in so many runs, each an order of its own that the panel makes when its time has come.
//!
//! The money stands on the parent: it is charged for all runs at once, and a run posts none. One commit makes a run
//! and empties the time of the next one, which is set again, an interval later, when that run was sent. So at most one
//! run is unsent, what downtime delays is not caught up with, and a process that dies in between finds either the due
//! time or the run. Whatever happens to a run is followed here, in the same transaction: what it leaves undelivered
//! goes back at once, and with the last one the parent ends.

pub(super) mod rules;

use self::rules::RunState;
use super::dispatch::{noted, off_the_queue, tell_review};
use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::{Feed, Order, Run, State};
use super::place::fresh;
use super::schedule::{hindrance, is_sold_so};
use super::status::{self, Decision, Dispatch, Reason, Status};
use super::store;
use super::transition::{commit_changed, load};
use crate::catalog;
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId, UserId};
use crate::kernel::money::{Overflow, Vnd};
use crate::kernel::note::Note;
use crate::kernel::reason::Reason as Why;

/// So many runs are begun in one write, so that no other waits long.
const PORTION: i64 = 50;

/// Makes the runs whose time has come, a portion of them; whether there were any.
pub fn begin_due(tx: &Tx) -> Result<bool, Fault> {
    let due = store::feeds_due(tx, PORTION)?;
    let is_any = !due.is_empty();
    for parent in due {
        begin(tx, parent).map_err(OrderError::into_fault)?;
    }
    Ok(is_any)
}

/// Makes the next run. It goes where its service goes now; one that nobody would sell so any more waits for a person.
fn begin(tx: &Tx, parent: Order) -> Result<(), OrderError> {
    let feed = feed_of(&parent)?;
    let service = catalog::by_id(tx, parent.service)?;
    let share = rules::next_share(parent.charge, feed)?;
    let rate = service.as_ref().and_then(|service| service.offer.cost);
    let units = parent.kind.units(parent.quantity.get(), &parent.params).ok_or(Overflow)?;
    let cost = rate.map(|rate| super::rules::expected_cost(parent.kind, rate, units)).transpose()?;
    let is_dear = match rate {
        // Of several sources `route` finds the one that is not too dear.
        Some(rate) if catalog::several(tx, parent.service)?.is_empty() => {
            super::rules::is_dear(parent.kind, rate, units, (feed.runs, parent.charge))?
        }
        Some(_) | None => false,
    };
    let hindrance = service.as_ref().and_then(|service| {
        hindrance(service, parent.kind, cost.filter(|_| is_dear), share, feed.accepted_cost)
    });
    let note = feed.doubt.clone().filter(|_| feed.doubtful > 0).or(hindrance);
    let (provider, provider_service) = match service {
        Some(service) if is_sold_so(&service, parent.kind) => {
            (service.offer.provider, service.offer.provider_service)
        }
        Some(_) | None => (parent.provider, parent.provider_service.clone()),
    };
    let mut run = Order {
        charge: Vnd::ZERO,
        start_at: None,
        feed: None,
        run: Some(Run { parent: parent.id, number: feed.begun.saturating_add(1) }),
        provider,
        account: None,
        provider_service,
        can_refill: false,
        behind: None,
        refill_from: None,
        is_slow: false,
        created_at: tx.now(),
        updated_at: tx.now(),
        state: fresh(Dispatch::Queued, cost),
        ..parent.clone()
    };
    run.id = store::insert(tx, &run)?;
    store::run_begun(tx, parent.id)?;
    recompute(tx, parent.id, Cause::rule(EventKind::RunsMoved))?;
    let Some(note) = note else { return Ok(()) };
    let after = noted(&run.state, Dispatch::Review, &note);
    let run = commit_changed(tx, run, after, Cause { note: Some(&note), ..Cause::rule(EventKind::Parked) })?;
    Ok(tell_review(tx, &run, &note)?)
}

/// What a change of a run means for its drip-feed; the run as it is then. `was`: its dispatch before.
pub(super) fn follow(tx: &Tx, run: Order, was: Dispatch) -> Result<Order, OrderError> {
    let Some(Run { parent, number }) = run.run else { return Ok(run) };
    let order = load(tx, parent)?;
    if order.subscription.is_some() {
        return Ok(run);
    }
    let feed = feed_of(&order)?;
    if let Some(reason) = feed.stopped.filter(|_| run.state.dispatch == Dispatch::Queued) {
        return drop_run(tx, run, reason);
    }
    let is_settled = is_unsent(was) && !is_unsent(run.state.dispatch);
    let is_next = number == feed.begun && feed.begun < feed.runs && feed.next_at.is_none();
    if is_settled && is_next && feed.stopped.is_none() {
        let pause_s = feed.interval_minutes.saturating_mul(60);
        store::set_next_run(tx, parent, tx.now().plus_seconds(pause_s))?;
    }
    if run.state.reason == Some(Reason::ProviderRefused) && rules::is_refused(&store::run_states(tx, parent)?)
    {
        store::stop_feed(tx, parent, Reason::ProviderRefused)?;
    }
    recompute(tx, parent, Cause::rule(EventKind::RunsMoved))?;
    Ok(run)
}

/// How many runs were sold, and what was paid for them all; a run speaks for its drip-feed, any other order for itself.
pub(super) fn sold(tx: &ReadTx, order: &Order) -> Result<(i64, Vnd), Fault> {
    let Some(Run { parent, .. }) = order.run else { return Ok((1, order.charge)) };
    let parent = store::parent(tx, order.id, parent)?;
    Ok((feed_of(&parent)?.runs, parent.charge))
}

/// Up to this cost the sale of the order is somebody's wish: what it was sold at, of a run what its drip-feed was.
pub(super) fn accepted_cost(tx: &ReadTx, order: &Order) -> Result<Option<Vnd>, Fault> {
    let Some(Run { parent, .. }) = order.run else { return Ok(order.state.cost) };
    Ok(store::feed(tx, parent)?.and_then(|feed| feed.accepted_cost))
}

/// Nobody knows yet whether the provider has it, or it surely has not and is to get it.
fn is_unsent(dispatch: Dispatch) -> bool {
    match dispatch {
        Dispatch::Queued | Dispatch::Sending | Dispatch::Review => true,
        Dispatch::Scheduled | Dispatch::DripFeed | Dispatch::Manual | Dispatch::Sent | Dispatch::Refused => {
            false
        }
    }
}

/// The drip-feed as its runs say.
fn recompute(tx: &Tx, parent: OrderId, cause: Cause<'_>) -> Result<Order, OrderError> {
    let order = load(tx, parent)?;
    let (after, ended) = after_runs(tx, &order, feed_of(&order)?)?;
    store::set_runs_ended(tx, parent, ended)?;
    tx.changed(Change::Order(order.user, parent));
    commit_changed(tx, order, after, cause)
}

/// Its state by its runs, and how many of them have ended.
fn after_runs(tx: &ReadTx, order: &Order, feed: &Feed) -> Result<(State, i64), OrderError> {
    let runs: Vec<RunState> = store::run_states(tx, order.id)?;
    let standing = rules::standing(feed, order.quantity, &runs)?;
    Ok((rules::state(order, feed, &standing)?, standing.ended))
}

/// Takes the runs back that did not begin; those that were sent end by themselves. `commit` writes the parent's new
/// state.
pub(super) fn stop(
    tx: &Tx,
    order: Order,
    reason: Reason,
    after: State,
    commit: impl FnOnce(Order, State) -> Result<Order, OrderError>,
) -> Result<Order, OrderError> {
    let id = order.id;
    store::stop_feed(tx, id, reason)?;
    commit(Order { feed: store::feed(tx, id)?, ..order }, after)?;
    for run in store::queued_runs(tx, id)? {
        drop_run(tx, run, reason)?;
    }
    load(tx, id)
}

/// Its customer takes it back, or the support for the customer. Errors: `NotCancelable` is for the caller to say.
pub(super) fn cancel(tx: &Tx, order: Order, support: Option<UserId>) -> Result<Order, OrderError> {
    let reason = super::cancel::reason(support.is_some());
    let after = stopped(tx, &order, reason)?;
    let cause = Cause::by_customer(EventKind::CanceledByCustomer, support);
    stop(tx, order, reason, after, |order, after| commit_changed(tx, order, after, cause))
}

/// How an open one would stand once it is stopped, but for what is queued.
fn stopped(tx: &ReadTx, order: &Order, reason: Reason) -> Result<State, OrderError> {
    let feed = Feed { stopped: Some(reason), ..feed_of(order)?.clone() };
    Ok(after_runs(tx, order, &feed)?.0)
}

/// What an admin makes of an open one: `canceled` stops it, and another end ends it whatever its runs come to.
///
/// Errors: those of `on_decision`, and `Conflict` where only the runs can say so, or it is stopped already.
pub(super) fn decided(tx: &ReadTx, order: &Order, decision: &Decision) -> Result<State, OrderError> {
    let old = &order.state;
    let (progress, _) =
        status::on_decision(old.progress, old.dispatch, order.ordered(), order.kind, decision)?;
    match decision.status {
        Status::Canceled if feed_of(order)?.stopped.is_some() => Err(OrderError::Conflict(Why::CancelIsOpen)),
        Status::Canceled => stopped(tx, order, Reason::CanceledByAdmin),
        Status::Completed | Status::Partial => Ok(State { progress, unreleased: Vnd::ZERO, ..old.clone() }),
        Status::Pending | Status::Processing | Status::InProgress => {
            Err(OrderError::Conflict(Why::RunsDecide))
        }
    }
}

fn drop_run(tx: &Tx, run: Order, reason: Reason) -> Result<Order, OrderError> {
    let after = off_the_queue(&run.state, reason);
    commit_changed(tx, run, after, Cause::rule(EventKind::RunDropped))
}

/// A person sends a run for what it costs now: so may the next ones.
pub(super) fn accept_cost(tx: &Tx, run: &Order) -> Result<(), Fault> {
    match (run.run, run.state.cost) {
        (Some(Run { parent, .. }), Some(cost)) => store::accept_run_cost(tx, parent, cost),
        _ => Ok(()),
    }
}

/// After a restore: each run that may have become an order since the backup waits for a person. In how many
/// drip-feeds.
pub(super) fn doubt_since_backup(tx: &Tx, note: &Note) -> Result<usize, Fault> {
    let mut parked: usize = 0;
    for (id, feed, due) in store::feeds_open(tx)? {
        let runs = rules::due_since(&feed, due.millis(), tx.now().millis());
        // The run that is unsent is one of them, and parked by itself.
        let further = if feed.next_at.is_some() { runs } else { runs.saturating_sub(1) };
        if further > 0 {
            store::doubt_runs(tx, id, further, note)?;
            parked = parked.saturating_add(1);
        }
    }
    Ok(parked)
}

/// The provider is elsewhere: the next run of each that goes there waits for a person. How many.
pub(super) fn doubt_at(tx: &Tx, provider: ProviderId, note: &Note) -> Result<usize, Fault> {
    let open = store::feeds_open_at(tx, provider)?;
    for id in &open {
        store::doubt_runs(tx, *id, 1, note)?;
    }
    Ok(open.len())
}

/// What was paid for a run of it.
pub(super) fn share(parent: &Order, number: i64) -> Result<Vnd, Fault> {
    rules::share(parent.charge, feed_of(parent)?.runs, number)
        .map_err(|_| Fault::Overflow("the share of a run"))
}

fn feed_of(order: &Order) -> Result<&Feed, Fault> {
    let none = || Fault::Corrupt(format!("order {} is no drip-feed", order.id));
    order.feed.as_ref().ok_or_else(none)
}
