//! By what repeated orders are known.

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};

pub fn by_reference(
    tx: &ReadTx,
    user: UserId,
    reference: &str,
) -> Result<Option<([u8; 32], OrderId)>, Fault> {
    let sql = "SELECT content, order_id FROM order_references WHERE user_id = ?1 AND reference = ?2";
    tx.one(sql, (user, reference), |row| Ok((row.get(0)?, row.get(1)?)))
}

pub fn keep_reference(
    tx: &Tx,
    user: UserId,
    reference: &str,
    content: &[u8; 32],
    order: OrderId,
) -> Result<(), Fault> {
    let sql = "INSERT INTO order_references (user_id, reference, content, order_id) VALUES (?1, ?2, ?3, ?4)";
    tx.execute(sql, (user, reference, content, order))?;
    Ok(())
}

pub fn equal_since(
    tx: &ReadTx,
    user: UserId,
    content: &[u8; 32],
    since: Timestamp,
) -> Result<Option<OrderId>, Fault> {
    let sql = "SELECT order_id FROM order_contents WHERE user_id = ?1 AND content = ?2 AND created_at > ?3";
    tx.one(sql, (user, content, since), |row| row.get(0))
}

pub fn keep_content(tx: &Tx, user: UserId, content: &[u8; 32], order: OrderId) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO order_contents (user_id, content, order_id, created_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET order_id = excluded.order_id, created_at = excluded.created_at",
        (user, content, order, tx.now()),
    )?;
    Ok(())
}

pub fn delete_contents(tx: &Tx, before: Timestamp) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM order_contents WHERE (user_id, content) IN
             (SELECT user_id, content FROM order_contents WHERE created_at < ?1 ORDER BY created_at LIMIT 500)",
        [before],
    )
}
