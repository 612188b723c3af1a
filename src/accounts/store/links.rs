//! The SQL of links that serve once.

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;

pub fn insert(
    tx: &Tx,
    hash: &[u8; 32],
    user: UserId,
    epoch: i64,
    made_by: Option<UserId>,
    expires_at: Timestamp,
) -> Result<(), Fault> {
    let sql = "INSERT INTO account_links (hash, user_id, epoch, made_by, made_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    tx.execute(sql, (hash, user, epoch, made_by, tx.now(), expires_at))?;
    Ok(())
}

/// Whose it is, the user's epoch when it was made, and by whom. One from the future tells of a clock that was set back;
/// one of somebody who is no admin any more serves no more.
pub fn find(tx: &ReadTx, hash: &[u8; 32]) -> Result<Option<(UserId, i64, Option<UserId>)>, Fault> {
    let sql = "SELECT user_id, epoch, made_by FROM account_links WHERE hash = ?1 AND made_at <= ?2 AND expires_at > ?2
         AND NOT EXISTS (SELECT 1 FROM users WHERE id = made_by AND (role <> 'admin' OR banned = 1))";
    tx.one(sql, (hash, tx.now()), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

pub fn delete_of(tx: &Tx, user: UserId) -> Result<(), Fault> {
    tx.execute("DELETE FROM account_links WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Deletes some that serve no more; how many.
pub fn forget_old(tx: &Tx) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM account_links WHERE hash IN
             (SELECT hash FROM account_links WHERE expires_at < ?1 ORDER BY expires_at LIMIT 500)",
        [tx.now()],
    )
}
