//! Sharing an order: a link by which whoever holds it sees how far the order is, and nothing of its customer or money.

use super::error::OrderError;
use super::model::Order;
use super::{by_id, of_user, store};
use crate::accounts;
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};

/// The token of the link of the user's own order: the one it has, else `fresh`. Errors: `NoOrder`.
pub fn share(tx: &Tx, user: UserId, id: OrderId, fresh: &str) -> Result<String, OrderError> {
    of_user(tx, user, id)?.ok_or(OrderError::NoOrder)?;
    Ok(store::share(tx, id, fresh)?)
}

/// From now on the link leads nowhere. Errors: `NoOrder`.
pub fn unshare(tx: &Tx, user: UserId, id: OrderId) -> Result<(), OrderError> {
    of_user(tx, user, id)?.ok_or(OrderError::NoOrder)?;
    Ok(store::unshare(tx, id)?)
}

/// Whether somebody may hold a link of the order.
pub fn is_shared(tx: &ReadTx, id: OrderId) -> Result<bool, Fault> {
    store::is_shared(tx, id)
}

/// An admin takes the link of anybody's order back. Errors: `NoOrder`.
pub fn take_down(tx: &Tx, actor: &Actor, id: OrderId) -> Result<(), OrderError> {
    audit_log::allow(tx, actor.id)?;
    by_id(tx, id)?.ok_or(OrderError::NoOrder)?;
    if store::is_shared(tx, id)? {
        store::unshare(tx, id)?;
        audit_log::record(tx, &actor.entry("order.take_down", format!("order:{id}")))?;
    }
    Ok(())
}

/// The order that a link shows. A banned customer's show none.
pub fn shared(tx: &ReadTx, token: &str) -> Result<Option<Order>, Fault> {
    let Some(id) = store::shared(tx, token)? else { return Ok(None) };
    let Some(order) = by_id(tx, id)? else { return Ok(None) };
    Ok(if accounts::is_banned(tx, order.user)? { None } else { Some(order) })
}
