//! What is asked of orders that were bought: `cancel`.

use super::given::Ids;
use super::refused::Refused;
use super::views::{error, order_id};
use crate::db::Tx;
use crate::kernel::ids::UserId;
use crate::kernel::reason::Reason;
use crate::orders::{self, OrderError};
use serde_json::{Value, json};

/// Asks for each order that it be canceled. Always a list; 1 means that it is asked for, or done.
pub fn cancel(tx: &Tx, user: UserId, ids: &Ids) -> Result<Value, Refused> {
    let each = ids.texts.iter().map(|id| {
        let canceled = match cancel_one(tx, user, id) {
            Ok(()) => json!(1),
            Err(fault @ (Refused::Busy | Refused::Internal(_))) => return Err(fault),
            Err(refused) => error(&refused),
        };
        Ok(json!({ "order": number(id), "cancel": canceled }))
    });
    each.collect::<Result<Vec<_>, _>>().map(Value::from)
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
