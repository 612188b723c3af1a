//! The links by which strangers see how far an order is.

use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;

/// Keeps `token` for the order unless it has one; the one it has.
pub(in super::super) fn share(tx: &Tx, order: OrderId, token: &str) -> Result<String, Fault> {
    tx.execute(
        "INSERT INTO order_shares (order_id, token) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        (order, token),
    )?;
    let kept = tx.one("SELECT token FROM order_shares WHERE order_id = ?1", (order,), |row| row.get(0))?;
    kept.ok_or_else(|| Fault::Corrupt("a link that was just kept is not there".to_owned()))
}

pub(in super::super) fn unshare(tx: &Tx, order: OrderId) -> Result<(), Fault> {
    tx.execute("DELETE FROM order_shares WHERE order_id = ?1", (order,))?;
    Ok(())
}

pub(in super::super) fn is_shared(tx: &ReadTx, order: OrderId) -> Result<bool, Fault> {
    Ok(tx.one("SELECT 1 FROM order_shares WHERE order_id = ?1", (order,), |_| Ok(()))?.is_some())
}

pub(in super::super) fn shared(tx: &ReadTx, token: &str) -> Result<Option<OrderId>, Fault> {
    tx.one("SELECT order_id FROM order_shares WHERE token = ?1", (token,), |row| row.get(0))
}
