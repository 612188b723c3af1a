//! What an admin decides about an order. Each decision is written to the audit log in the same transaction.

use super::dispatch::{off_the_queue, taken};
use super::drip_feed;
use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::{Order, State};
use super::status::{Decision, Dispatch, Progress, Reason, Status};
use super::transition::{commit_changed, load};
use super::{for_staff, rules, status, store};
use crate::audit_log::{self, Actor, Rights};
use crate::catalog;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Rule;
use crate::kernel::ids::OrderId;
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason as Why;
use crate::ledger::{self, Entry};
use crate::referrals;
use serde_json::{Value, json};

const MAX_PROVIDER_ORDER_CHARS: usize = 64;

/// What becomes of a parked order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The provider does not have it: send it again.
    Resend,
    /// The provider has it, under this id.
    Sent(String),
    /// The provider does not have it, and shall not: refund it.
    Cancel,
}

/// Moves an order by hand, with the refund its new status brings.
///
/// Errors: `NoOrder`, `AdminsOnly`, and those of `on_decision`.
pub fn set_status(tx: &Tx, actor: &Actor, id: OrderId, decision: &Decision) -> Result<Order, OrderError> {
    let order = for_staff(tx, actor.id, id)?.ok_or(OrderError::NoOrder)?;
    let after = judged(tx, actor, &order, decision)?;
    moved(tx, actor, order, after)
}

/// Where the decision would lead, its refund aside. Nothing is written yet, and nothing but a fault stands in the way
/// of `moved`.
///
/// Errors: `AdminsOnly`, and those of `on_decision`.
pub(super) fn judged(
    tx: &ReadTx,
    actor: &Actor,
    order: &Order,
    decision: &Decision,
) -> Result<State, OrderError> {
    allow(tx, actor, order, decision)?;
    decided(tx, order, decision)
}

/// Moves an order to where it was `judged` to go.
pub(super) fn moved(tx: &Tx, actor: &Actor, order: Order, after: State) -> Result<Order, OrderError> {
    // Seen with it: the same words are no news afterwards.
    let note = order.state.provider_mismatch.clone();
    let set = |order, after| decide(tx, actor, ("order.status", EventKind::StatusSet, note), order, after);
    let is_open = !order.state.progress.status.is_final();
    if is_open && order.feed.is_some() {
        return drip_feed::stop(tx, order, Reason::CanceledByAdmin, after, set);
    }
    set(order, after)
}

/// The support says how far work by hand is. What moves money is for admins.
fn allow(tx: &ReadTx, actor: &Actor, order: &Order, decision: &Decision) -> Result<(), OrderError> {
    let is_work = order.state.dispatch == Dispatch::Manual
        && matches!(decision.status, Status::Processing | Status::InProgress | Status::Completed);
    match audit_log::rights(tx, actor.id)? {
        Rights::Support if !is_work => Err(OrderError::AdminsOnly),
        Rights::Support | Rights::All => Ok(()),
    }
}

/// The state that a decision leads to, its refund aside.
fn decided(tx: &ReadTx, order: &Order, decision: &Decision) -> Result<State, OrderError> {
    let old = &order.state;
    if order.run.is_some() {
        return Err(OrderError::Conflict(Why::RunOfDripFeed));
    }
    if order.feed.is_some() && !old.progress.status.is_final() {
        return drip_feed::decided(tx, order, decision);
    }
    let (progress, dispatch) =
        status::on_decision(old.progress, old.dispatch, order.ordered(), order.kind, decision)?;
    // What was to be done by hand is done by hand, be it before its time.
    let dispatch = if order.provider.is_none() { Dispatch::Manual } else { dispatch };
    // What no provider has costs nothing once it is over; of what one has, the provider decides.
    let unsent = dispatch == Dispatch::Refused
        || (dispatch == Dispatch::Manual && progress.status == Status::Canceled);
    Ok(State {
        progress,
        dispatch,
        reason: (progress.status == Status::Canceled).then(|| old.cancel_reason(Reason::CanceledByAdmin)),
        cost: if unsent { old.cost.map(|_| Vnd::ZERO) } else { old.cost },
        // The admin has seen it; a report that differs in another way will say so.
        provider_mismatch: None,
        ..old.clone()
    })
}

/// An order that was moved by hand, and the money that this moved.
pub struct Moved {
    pub order: Order,
    /// In the order in which they were made.
    pub transfers: Vec<Entry>,
    /// Whether the refund of the undelivered part was rounded down.
    pub is_rounded: bool,
    /// What of the commission was not taken back now, because the referrer had spent it.
    pub lost_commission: Vnd,
}

/// `set_status`, and what it moved. Errors: those of `set_status`.
pub fn set_status_telling(
    tx: &Tx,
    actor: &Actor,
    id: OrderId,
    decision: &Decision,
) -> Result<Moved, OrderError> {
    let (known, lost) = (ledger::of_order(tx, id)?.len(), referrals::lost(tx, id)?);
    let order = set_status(tx, actor, id, decision)?;
    let transfers = ledger::of_order(tx, id)?.into_iter().skip(known).collect();
    let is_rounded = rules::is_rounded(order.charge, order.ordered(), order.state.progress)?;
    let lost_commission = referrals::lost(tx, id)?.minus(lost)?.max(Vnd::ZERO);
    Ok(Moved { order, transfers, is_rounded, lost_commission })
}

/// Decides a parked order. One whose provider's account was left goes out anew with the id that its service has there
/// now, or goes on by hand: its id is one of that account, which is not asked any more.
///
/// Errors: `NoOrder`, `Conflict` when it is not parked or the provider's id belongs to another order, `Fields` when
/// the id is no id.
pub fn resolve(tx: &Tx, actor: &Actor, id: OrderId, resolution: &Resolution) -> Result<Order, OrderError> {
    let order = load(tx, id)?;
    if order.state.dispatch != Dispatch::Review {
        return Err(OrderError::Conflict(Why::OrderNotInReview));
    }
    let (kind, after) = match resolution {
        // It is the provider that makes the orders of posts.
        Resolution::Resend if order.run.is_some() && order.kind.is_for_posts() => {
            return Err(OrderError::Conflict(Why::RunOfDripFeed));
        }
        Resolution::Resend => {
            drip_feed::accept_cost(tx, &order)?;
            (EventKind::Resent, queued_anew(tx, &order)?)
        }
        Resolution::Cancel => {
            let reason = order.state.cancel_reason(Reason::CanceledByAdmin);
            (EventKind::Withdrawn, off_the_queue(&order.state, reason))
        }
        Resolution::Sent(provider_order) => {
            let chars = provider_order.chars().count();
            if !(1..=MAX_PROVIDER_ORDER_CHARS).contains(&chars) || !provider_order.chars().all(is_of_an_id) {
                let rule = Rule::NoBlanks { min: 1, max: MAX_PROVIDER_ORDER_CHARS };
                return Err(OrderError::field("provider_order_id", rule));
            }
            // Whoever looks an order of an account that was left up does so there.
            let account = if order.is_left() { order.state.account } else { order.account };
            let is_its_own = order.state.provider_order.as_deref() == Some(provider_order);
            if !is_its_own && store::linked_to(tx, order.provider, account, provider_order)?.is_some() {
                return Err(OrderError::Conflict(Why::ProviderOrderLinked));
            }
            (EventKind::Linked, State { account, ..taken(&order.state, provider_order) })
        }
    };
    let id = after.provider_order.clone().filter(|_| kind == EventKind::Linked);
    let note = id.map(|id| Note::ProviderOrder { id });
    decide(tx, actor, ("order.resolve", kind, note), order, after)
}

/// Nothing that an account which was left knows of it counts any more. Its time, if it has one, still does. A wish that
/// it be canceled was one about the order that was sent: the customer can have the new one canceled at once.
fn queued_anew(tx: &Tx, order: &Order) -> Result<State, OrderError> {
    let is_early = order.start_at.is_some_and(|start| start > tx.now());
    let dispatch = if is_early { Dispatch::Scheduled } else { Dispatch::Queued };
    let queued = State { dispatch, cancel: None, ..order.state.clone() };
    if !order.is_left() {
        return Ok(queued);
    }
    let service = catalog::by_id(tx, order.service)?;
    let sources = service.map(|service| catalog::sources(tx, &service)).transpose()?.unwrap_or_default();
    let known = sources.into_iter().find(|source| Some(source.provider) == order.provider);
    let known =
        known.map(|source| source.provider_service).ok_or(OrderError::Conflict(Why::ServiceElsewhere))?;
    store::set_provider_service(tx, order.id, &known)?;
    let progress = Progress { start_count: None, remains: None, ..queued.progress };
    Ok(State { progress, account: None, provider_order: None, ..queued })
}

fn is_of_an_id(c: char) -> bool {
    !c.is_whitespace() && !c.is_control()
}

/// Takes note of a provider mismatch. A final order is not asked for any more then; an open one still is, and what
/// cannot be followed is shown again when the provider says it in other words.
///
/// Errors: `NoOrder`, `Conflict` when there is none.
pub fn acknowledge(tx: &Tx, actor: &Actor, id: OrderId) -> Result<Order, OrderError> {
    let order = load(tx, id)?;
    if order.state.provider_mismatch.is_none() {
        return Err(OrderError::Conflict(Why::NoContradiction));
    }
    let after = State { provider_mismatch: None, recheck_round: None, ..order.state.clone() };
    let note = order.state.provider_mismatch.clone();
    decide(tx, actor, ("order.acknowledge", EventKind::Acknowledged, note), order, after)
}

/// `what`: the action for the audit log, the kind of the order's event, and the event's note.
pub(super) fn decide(
    tx: &Tx,
    actor: &Actor,
    what: (&'static str, EventKind, Option<Note>),
    order: Order,
    after: State,
) -> Result<Order, OrderError> {
    let before = as_json(&order.state);
    let (action, kind, note) = what;
    let order = commit_changed(tx, order, after, Cause::decision(kind, note.as_ref(), actor.id))?;
    let mut entry = actor.entry(action, format!("order:{}", order.id));
    entry.before = Some(before);
    entry.after = Some(as_json(&order.state));
    audit_log::record(tx, &entry)?;
    Ok(order)
}

pub(super) fn as_json(state: &State) -> Value {
    json!({
        "status": state.progress.status.into_str(),
        "reason": state.reason.map(<&str>::from),
        "refunded": state.refunded.get(),
        "start_count": state.progress.start_count,
        "remains": state.progress.remains,
        "dispatch": state.dispatch.into_str(),
        "provider_order_id": state.provider_order,
        "cost": state.cost.map(Vnd::get),
        "contradiction": state.provider_mismatch,
        "cancel_request": state.cancel.as_ref().map(|wish| wish.state.shown()),
    })
}
