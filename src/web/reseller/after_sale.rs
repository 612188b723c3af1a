//! What is asked of orders that were bought: `cancel`, `refill`. No service offers refills yet.

use super::given::Ids;
use super::refused::Refused;
use super::views::{error, order_id};
use crate::db::{ReadTx, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::reason::Reason;
use crate::orders::{self, OrderError};
use serde_json::{Value, json};

/// Asks for each order that it be canceled. Always a list; 1 means that it is asked for, or done.
pub fn cancel(tx: &Tx, user: UserId, ids: &Ids) -> Result<Value, Refused> {
    each(ids, ["order", "cancel"], |id| cancel_one(tx, user, id).map(|()| json!(1)))
}

/// Asks for what has fallen off to be delivered again.
pub fn refill(tx: &ReadTx, user: UserId, ids: &Ids) -> Result<Value, Refused> {
    let refill_one = |id: &str| {
        let order = order_id(id).map(|id| orders::of_user(tx, user, id)).transpose()?.flatten();
        Err(order.map_or(Refused::Order, |_| Refused::RefillDisabled))
    };
    if ids.is_list { each(ids, ["order", "refill"], refill_one) } else { only(ids, refill_one) }
}

/// How far what was asked for by `refill` is.
pub fn refill_status(ids: &Ids) -> Result<Value, Refused> {
    let status_of = |_: &str| Err(Refused::NoRefill);
    if ids.is_list { each(ids, ["refill", "status"], status_of) } else { only(ids, status_of) }
}

/// One object an id: the id under its name, and what came of it, or why nothing did.
fn each(
    ids: &Ids,
    [name, answer]: [&str; 2],
    ask: impl Fn(&str) -> Result<Value, Refused>,
) -> Result<Value, Refused> {
    let told = ids.texts.iter().map(|id| match ask(id) {
        Err(fault @ (Refused::Busy | Refused::Internal(_))) => Err(fault),
        Err(refused) => Ok(json!({ name: number(id), answer: error(&refused) })),
        Ok(value) => Ok(json!({ name: number(id), answer: value })),
    });
    told.collect::<Result<Vec<_>, _>>().map(Value::from)
}

fn only(ids: &Ids, ask: impl Fn(&str) -> Result<Value, Refused>) -> Result<Value, Refused> {
    ids.texts.first().map_or(Err(Refused::Request), |id| ask(id))
}

fn cancel_one(tx: &Tx, user: UserId, id: &str) -> Result<(), Refused> {
    match orders::cancel(tx, user, order_id(id).ok_or(Refused::Order)?) {
        Ok(_) | Err(OrderError::NotCancelable(Reason::CancelIsOpen)) => Ok(()),
        Err(OrderError::NoOrder) => Err(Refused::Order),
        Err(OrderError::NotCancelable(Reason::CancelNotOffered)) => Err(Refused::CancelDisabled),
        Err(OrderError::NotCancelable(_)) => Err(Refused::NotCancelable),
        Err(OrderError::Fault(fault)) => Err(fault.into()),
        Err(other) => Err(Refused::Internal(other.to_string())),
    }
}

/// An id as a number; what is none comes back as it was.
fn number(id: &str) -> Value {
    order_id(id).map_or_else(|| id.into(), |id| id.get().into())
}
