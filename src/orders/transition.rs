//! The one way an order's state changes: what the new state owes is paid in the same transaction.

use super::cancel;
use super::drip_feed;
use super::error::OrderError;
use super::history::{self, Cause};
use super::model::{Order, State};
use super::refill;
use super::same_link;
use super::status::{Dispatch, Status};
use super::{rules, store};
use crate::accounts;
use crate::bonuses;
use crate::db::Tx;
use crate::kernel::change::Change;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::money::Percent;
use crate::ledger::{self, Posting};
use crate::notify::{End, News, Topic};
use crate::provider;
use crate::referrals::{self, Accrual};
use crate::settings;

pub(super) fn load(tx: &Tx, id: OrderId) -> Result<Order, OrderError> {
    store::by_id(tx, id)?.ok_or(OrderError::NoOrder)
}

/// Writes the event and the order in its new state, refunds up to what that state says, and settles the commission of a
/// final one. `None`: nothing was different.
pub(super) fn commit(
    tx: &Tx,
    before: Order,
    mut after: State,
    cause: Cause<'_>,
) -> Result<Option<Order>, OrderError> {
    let old = &before.state;
    let known = after.refunded.max(old.refunded);
    after.refunded = rules::refund_target(before.charge, before.ordered(), known, after.progress)?;
    after.unreleased =
        rules::unreleased(before.charge.minus(after.refunded)?, after.unreleased, after.dispatch);
    plan_looks(tx, &before, &mut after)?;
    cancel::close(&mut after);
    if after.progress.status == Status::Completed {
        after.completed_at = after.completed_at.or(Some(tx.now()));
    }
    if after == *old {
        return Ok(None);
    }
    let refund = after.refunded.minus(old.refunded)?;
    let ends = after.progress.status.is_final() && after.progress.status != old.progress.status;
    // The schema lets an order move only to where its newest event says.
    history::keep(tx, &before, &after, cause)?;
    let is_seen = seen(&after) != seen(old);
    let updated_at = if is_seen { tx.now() } else { before.updated_at };
    store::update(tx, before.id, &after, updated_at)?;
    if is_seen {
        tx.changed(Change::Order(before.user, before.shown_as()));
    }
    if after.unreleased != old.unreleased {
        tx.changed(Change::Balance(before.user));
    }
    if waits(&after) != waits(old) {
        tx.changed(Change::Review);
    }
    if let Some(provider) = before.provider.filter(|_| old.is_under_way() && !after.is_under_way()) {
        same_link::freed(tx, &before, provider)?;
    }
    if refund.is_positive() {
        let posting = Posting::refund(before.user, before.id, refund, after.refunded).by(cause.actor);
        ledger::post(tx, &posting)?;
    }
    let was = old.dispatch;
    let order = refill::judged(tx, Order { state: after, updated_at, ..before })?;
    if ends && order.run.is_none() {
        settle_commission(tx, &order)?;
        tell(tx, &order)?;
    }
    drip_feed::follow(tx, order, was).map(Some)
}

/// All by which it may wait for a person. What is queued does where its provider gets no orders.
fn waits(state: &State) -> [bool; 4] {
    let is_queued = state.dispatch == Dispatch::Queued;
    [state.waits_for_admin(), is_queued, state.is_to_do_by_hand(), state.is_cancel_open()]
}

/// The state but for the plan when to look again, which is no change of the order.
pub(super) fn seen(state: &State) -> State {
    State { recheck_round: None, final_round: None, ..state.clone() }
}

/// `commit` where the caller knows that something is different.
pub(super) fn commit_changed(
    tx: &Tx,
    before: Order,
    after: State,
    cause: Cause<'_>,
) -> Result<Order, OrderError> {
    let unchanged = before.clone();
    Ok(commit(tx, before, after, cause)?.unwrap_or(unchanged))
}

/// A sent order is asked for in every round until it is final, and from then on ever more seldom; at an account that
/// was left, never.
fn plan_looks(tx: &Tx, before: &Order, after: &mut State) -> Result<(), OrderError> {
    let (was, is) = (before.state.progress.status, after.progress.status);
    let is_asked_for = after.dispatch == Dispatch::Sent && after.account == before.account;
    let Some(provider) = before.provider.filter(|_| is_asked_for) else {
        (after.recheck_round, after.final_round) = (None, None);
        return Ok(());
    };
    if !is.is_final() {
        (after.recheck_round, after.final_round) = (Some(0), None);
    } else if is != was {
        let round = provider::sync_terms(tx, provider)?.round;
        (after.recheck_round, after.final_round) = (Some(round.saturating_add(1)), Some(round));
    }
    Ok(())
}

/// Tells the customer that it is over.
fn tell(tx: &Tx, order: &Order) -> Result<(), Fault> {
    let end = match order.state.progress.status {
        Status::Completed => End::Completed,
        Status::Partial => End::Partial,
        Status::Canceled => End::Canceled,
        Status::Pending | Status::Processing | Status::InProgress => return Ok(()),
    };
    accounts::tell_chat(tx, order.user, Topic::Orders, || {
        let service = order.service_name.clone();
        Ok(News::OrderEnded { order: order.id.get(), service, end, refunded: order.state.refunded.get() })
    })
}

fn settle_commission(tx: &Tx, order: &Order) -> Result<(), OrderError> {
    let referrer = accounts::referrer(tx, order.user)?;
    let referrer = referrer.ok_or_else(|| Fault::Corrupt(format!("order {} has no buyer", order.id)))?;
    let Some(referrer) = referrer else { return Ok(()) };
    let accrual = Accrual {
        order: order.id,
        referrer,
        referred: order.user,
        paid: order.charge.minus(order.state.refunded)?,
        percent: commission_percent(tx, referrer)?,
    };
    referrals::settle(tx, &accrual)?;
    // What is taken back of it was own money, as far as there is any.
    Ok(bonuses::keep_within_balance(tx, referrer)?)
}

/// What the referrer would get of an order that is settled now: nothing while banned, unless the operator pays all the
/// same.
fn commission_percent(tx: &Tx, referrer: UserId) -> Result<Percent, Fault> {
    if accounts::is_banned(tx, referrer)? && !settings::flag(tx, &settings::table::PAY_BANNED_REFERRERS)? {
        return Ok(Percent::ZERO);
    }
    settings::commission_percent(tx)
}
