//! The SQL of links that serve once.

use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use strum::{IntoStaticStr, VariantArray};

/// What following a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Purpose {
    /// Another password is set.
    Password,
    /// Another e-mail address counts.
    Email,
}

word_column!(Purpose);

/// `of`: whose it is, and the user's epoch.
pub fn insert(
    tx: &Tx,
    hash: &[u8; 32],
    of: (UserId, i64),
    purpose: Purpose,
    made_by: Option<UserId>,
    expires_at: Timestamp,
) -> Result<(), Fault> {
    let sql = "INSERT INTO account_links (hash, user_id, epoch, purpose, made_by, made_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    tx.execute(sql, (hash, of.0, of.1, purpose, made_by, tx.now(), expires_at))?;
    Ok(())
}

/// Whose it is, the user's epoch when it was made, and by whom. One from the future tells of a clock that was set back;
/// one of somebody who is no admin any more serves no more.
pub fn find(
    tx: &ReadTx,
    hash: &[u8; 32],
    purpose: Purpose,
) -> Result<Option<(UserId, i64, Option<UserId>)>, Fault> {
    let sql = "SELECT user_id, epoch, made_by FROM account_links
         WHERE hash = ?1 AND purpose = ?2 AND made_at <= ?3 AND expires_at > ?3
           AND NOT EXISTS (SELECT 1 FROM users WHERE id = made_by AND (role <> 'admin' OR banned = 1))";
    tx.one(sql, (hash, purpose, tx.now()), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

pub fn delete_of(tx: &Tx, user: UserId) -> Result<(), Fault> {
    tx.execute("DELETE FROM account_links WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Those of one purpose.
pub fn delete_for(tx: &Tx, user: UserId, purpose: Purpose) -> Result<(), Fault> {
    tx.execute("DELETE FROM account_links WHERE user_id = ?1 AND purpose = ?2", (user, purpose))?;
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
