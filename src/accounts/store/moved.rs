//! The SQL of users who come from another panel.

use super::super::moved::MovedUser;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;

pub fn insert(
    tx: &Tx,
    user: &MovedUser,
    (username, email): (&str, &str),
    referral_code: &str,
) -> Result<UserId, Fault> {
    let id = tx.insert(
        "INSERT INTO users (id, username, email, password_hash, password_scheme, banned, referral_code, created_at)
         VALUES ((SELECT id FROM first_ids WHERE name = 'users'
                 AND id > (SELECT coalesce(max(id), 0) FROM users)),
             ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            username,
            email,
            user.password.as_str(),
            user.password.scheme(),
            user.banned,
            referral_code,
            user.created_at,
        ),
    )?;
    tx.insert("INSERT INTO users_search (rowid, text) VALUES (?1, ?2)", (id, format!("{username} {email}")))?;
    Ok(UserId::new(id))
}

pub fn set_spent_before(tx: &Tx, user: UserId, spent: Vnd) -> Result<(), Fault> {
    tx.execute("UPDATE accounts SET imported_spent = ?2 WHERE id = ?1", (user, spent))?;
    Ok(())
}

/// Whose key this is. `None`: nobody's.
pub fn key_holder(tx: &ReadTx, hash: &[u8; 32]) -> Result<Option<UserId>, Fault> {
    tx.one("SELECT user_id FROM api_keys WHERE hash = ?1", [hash], |row| row.get(0))
}

/// The key is nobody's any more.
pub fn delete_key(tx: &Tx, hash: &[u8; 32]) -> Result<(), Fault> {
    tx.execute("DELETE FROM api_keys WHERE hash = ?1", [hash])?;
    Ok(())
}
