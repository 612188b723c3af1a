//! The SQL of addresses that are to be confirmed.

use super::super::email::PendingEmail;
use super::User;
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;

pub fn insert(tx: &Tx, user: UserId, email: &str, epoch: i64, expires_at: Timestamp) -> Result<(), Fault> {
    let sql = "INSERT INTO email_changes (user_id, email, epoch, expires_at) VALUES (?1, ?2, ?3, ?4)";
    tx.execute(sql, (user, email, epoch, expires_at))?;
    Ok(())
}

/// Lets it wait until then; whether this address is still waited for.
pub fn extend(tx: &Tx, user: UserId, email: &str, epoch: i64, until: Timestamp) -> Result<bool, Fault> {
    let sql = "UPDATE email_changes SET expires_at = ?4 WHERE user_id = ?1 AND email = ?2 AND epoch = ?3";
    Ok(tx.execute(sql, (user, email, epoch, until))? > 0)
}

/// What the user waits for, if anything.
pub fn find(tx: &ReadTx, user: UserId) -> Result<Option<PendingEmail>, Fault> {
    tx.one(
        "SELECT c.email, c.expires_at FROM email_changes AS c
         CROSS JOIN users AS u ON u.id = c.user_id AND u.token_epoch = c.epoch
         WHERE c.user_id = ?1 AND c.expires_at > ?2",
        (user, tx.now()),
        |row| Ok(PendingEmail { email: row.get(0)?, expires_at: row.get(1)? }),
    )
}

pub fn delete(tx: &Tx, user: UserId) -> Result<(), Fault> {
    tx.execute("DELETE FROM email_changes WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Deletes some that were never confirmed; how many.
pub fn forget_old(tx: &Tx) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM email_changes WHERE user_id IN
             (SELECT user_id FROM email_changes WHERE expires_at < ?1 LIMIT 500)",
        [tx.now()],
    )
}

/// The search finds the user by it from now on.
pub fn set(tx: &Tx, user: &User, email: &str) -> Result<(), Fault> {
    let User { id, username, email: before, .. } = user;
    tx.execute("UPDATE users SET email = ?2 WHERE id = ?1", (id, email))?;
    // The index holds no text of its own, so it has to be told what it lets go of.
    let (old, new) = (format!("{username} {before}"), format!("{username} {email}"));
    tx.execute("INSERT INTO users_search (users_search, rowid, text) VALUES ('delete', ?1, ?2)", (id, old))?;
    tx.insert("INSERT INTO users_search (rowid, text) VALUES (?1, ?2)", (id, new))?;
    Ok(())
}
