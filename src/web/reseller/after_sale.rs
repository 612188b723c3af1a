//! What is asked of orders that were bought: `cancel`, `refill`.

use super::given::Ids;
use super::refused::Refused;
use super::views::{error, number_of, order_id};
use crate::db::{ReadTx, Tx};
use crate::kernel::ids::{RefillId, UserId};
use crate::kernel::reason::Reason;
use crate::orders::{self, OrderError, RefillStatus};
use crate::refills::{self, RefillError};
use serde_json::{Value, json};

/// Asks for each order that it be canceled. Always a list; 1 means that it is asked for, or done.
pub fn cancel(tx: &Tx, user: UserId, ids: &Ids) -> Result<Value, Refused> {
    each(ids, ["order", "cancel"], |id| cancel_one(tx, user, id).map(|()| json!(1)))
}

/// Asks for what has fallen off to be delivered again.
pub fn refill(tx: &Tx, user: UserId, ids: &Ids) -> Result<Value, Refused> {
    let refill_one = |id: &str| {
        let asked = refills::request(tx, user, order_id(id).ok_or(Refused::Order)?);
        asked.map(|refill| refill.id.get().into()).map_err(refill_refused)
    };
    if ids.is_list { each(ids, ["order", "refill"], refill_one) } else { one(ids, "refill", refill_one) }
}

/// How far what was asked for by `refill` is.
pub fn refill_status(tx: &ReadTx, user: UserId, ids: &Ids) -> Result<Value, Refused> {
    let status_of = |id: &str| {
        let id = number_of(id).map(RefillId::new).ok_or(Refused::NoRefill)?;
        let refill = refills::find(tx, id)?.filter(|refill| refill.user == user);
        refill.map(|refill| refill_word(refill.status).into()).ok_or(Refused::NoRefill)
    };
    if ids.is_list { each(ids, ["refill", "status"], status_of) } else { one(ids, "status", status_of) }
}

fn refill_refused(error: RefillError) -> Refused {
    match error {
        RefillError::NoOrder | RefillError::NoRefill => Refused::Order,
        RefillError::NotPossible(Reason::RefillNotCompleted) => Refused::NotCompleted,
        RefillError::NotPossible(Reason::RefillTooSoon { .. }) => Refused::RefillTooSoon,
        RefillError::NotPossible(Reason::RefillIsOpen) => Refused::RefillIsOpen,
        RefillError::NotPossible(Reason::RefillDaysOver) => Refused::RefillDaysOver,
        RefillError::NotPossible(_) => Refused::RefillDisabled,
        RefillError::Fault(fault) => fault.into(),
        RefillError::Conflict(_) | RefillError::Fields(_) => Refused::Internal(error.to_string()),
    }
}

/// Exactly these words.
fn refill_word(status: RefillStatus) -> &'static str {
    match status {
        RefillStatus::Pending => "Pending",
        RefillStatus::InProgress => "In progress",
        RefillStatus::Completed => "Completed",
        RefillStatus::Rejected => "Rejected",
    }
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

/// What came of the only one, under its name.
fn one(ids: &Ids, answer: &str, ask: impl Fn(&str) -> Result<Value, Refused>) -> Result<Value, Refused> {
    let id = ids.texts.first().ok_or(Refused::Request)?;
    Ok(json!({ answer: ask(id)? }))
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
