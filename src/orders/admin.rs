//! What an admin decides about an order. Each decision is written to the audit log in the same transaction.

use super::dispatch::{off_the_queue, taken};
use super::moves::{commit_changed, load};
use super::{Decision, Dispatch, Order, OrderError, Reason, State, Status, on_decision, store};
use crate::audit_log::{self, Actor};
use crate::db::Tx;
use crate::kernel::ids::OrderId;
use crate::kernel::money::Vnd;
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
/// Errors: `NoOrder`, and those of `on_decision`.
pub fn set_status(tx: &Tx, actor: &Actor, id: OrderId, decision: &Decision) -> Result<Order, OrderError> {
    let order = load(tx, id)?;
    let old = &order.state;
    let (progress, dispatch) = on_decision(old.progress, old.dispatch, order.quantity, order.kind, decision)?;
    // What no provider has costs nothing once it is over; of what one has, the provider decides.
    let unsent = dispatch == Dispatch::Refused
        || (dispatch == Dispatch::Manual && progress.status == Status::Canceled);
    let after = State {
        progress,
        dispatch,
        reason: (progress.status == Status::Canceled).then_some(Reason::CanceledByAdmin),
        cost: if unsent { old.cost.map(|_| Vnd::ZERO) } else { old.cost },
        // The admin has seen it; a report that still differs will say so again.
        contradiction: None,
        ..old.clone()
    };
    decide(tx, actor, "order.status", order, after)
}

/// Decides a parked order.
///
/// Errors: `NoOrder`, `Conflict` when it is not parked or the provider's id belongs to another order, `Fields` when
/// the id is no id.
pub fn resolve(tx: &Tx, actor: &Actor, id: OrderId, resolution: &Resolution) -> Result<Order, OrderError> {
    let order = load(tx, id)?;
    if order.state.dispatch != Dispatch::Review {
        return Err(OrderError::Conflict("the order does not wait for review"));
    }
    let after = match resolution {
        Resolution::Resend => State { dispatch: Dispatch::Queued, ..order.state.clone() },
        Resolution::Cancel => off_the_queue(&order.state, Reason::CanceledByAdmin),
        Resolution::Sent(provider_order) => {
            let chars = provider_order.chars().count();
            if !(1..=MAX_PROVIDER_ORDER_CHARS).contains(&chars) || !provider_order.chars().all(is_of_an_id) {
                let message = "must be 1 to 64 characters without spaces";
                return Err(OrderError::field("provider_order_id", message));
            }
            if store::linked_to(tx, order.provider, provider_order)?.is_some() {
                return Err(OrderError::Conflict("another order has this provider_order_id"));
            }
            taken(&order.state, provider_order)
        }
    };
    decide(tx, actor, "order.resolve", order, after)
}

fn is_of_an_id(c: char) -> bool {
    !c.is_whitespace() && !c.is_control()
}

/// Takes note of a contradiction. A final order is not asked for any more then; an open one still is, and what
/// cannot be followed is shown again.
///
/// Errors: `NoOrder`, `Conflict` when there is none.
pub fn acknowledge(tx: &Tx, actor: &Actor, id: OrderId) -> Result<Order, OrderError> {
    let order = load(tx, id)?;
    if order.state.contradiction.is_none() {
        return Err(OrderError::Conflict("the order has no contradiction"));
    }
    let after = State { contradiction: None, recheck_round: None, ..order.state.clone() };
    decide(tx, actor, "order.acknowledge", order, after)
}

fn decide(
    tx: &Tx,
    actor: &Actor,
    action: &'static str,
    order: Order,
    after: State,
) -> Result<Order, OrderError> {
    let before = as_json(&order.state);
    let order = commit_changed(tx, order, after, actor.id)?;
    let mut entry = actor.entry(action, format!("order:{}", order.id));
    entry.before = Some(before);
    entry.after = Some(as_json(&order.state));
    audit_log::record(tx, &entry)?;
    Ok(order)
}

fn as_json(state: &State) -> Value {
    json!({
        "status": state.progress.status.as_str(),
        "reason": state.reason.map(Reason::as_str),
        "refunded": state.refunded.get(),
        "start_count": state.progress.start_count,
        "remains": state.progress.remains,
        "dispatch": state.dispatch.as_str(),
        "provider_order_id": state.provider_order,
        "cost": state.cost.map(Vnd::get),
        "contradiction": state.contradiction,
    })
}
