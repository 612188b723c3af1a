//! The SQL of the keys of the reseller API.

use super::super::keys::{ApiKey, KeyHolder};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ApiKeyId, UserId};

pub fn holder(tx: &ReadTx, hash: &[u8; 32]) -> Result<Option<KeyHolder>, Fault> {
    tx.one(
        "SELECT k.id, k.user_id, u.repeat_seconds FROM api_keys AS k JOIN users AS u ON u.id = k.user_id
         WHERE k.hash = ?1 AND u.banned = 0",
        [hash],
        |row| Ok(KeyHolder { key: row.get(0)?, user: row.get(1)?, repeat_s: row.get(2)? }),
    )
}

/// The user's keys, oldest first.
pub fn list(tx: &ReadTx, user: UserId) -> Result<Vec<ApiKey>, Fault> {
    let sql = "SELECT id, name, created_at, last_used_at FROM api_keys WHERE user_id = ?1 ORDER BY id";
    tx.all(sql, [user], |row| {
        Ok(ApiKey { id: row.get(0)?, name: row.get(1)?, created_at: row.get(2)?, last_used: row.get(3)? })
    })
}

pub fn insert(tx: &Tx, user: UserId, name: &str, hash: &[u8; 32]) -> Result<ApiKeyId, Fault> {
    let sql = "INSERT INTO api_keys (user_id, name, hash, created_at) VALUES (?1, ?2, ?3, ?4)";
    tx.insert(sql, (user, name, hash, tx.now())).map(ApiKeyId::new)
}

/// `false`: the user has no such key.
pub fn delete(tx: &Tx, user: UserId, id: ApiKeyId) -> Result<bool, Fault> {
    Ok(tx.execute("DELETE FROM api_keys WHERE id = ?1 AND user_id = ?2", (id, user))? == 1)
}

pub fn delete_named(tx: &Tx, user: UserId, name: &str) -> Result<(), Fault> {
    tx.execute("DELETE FROM api_keys WHERE user_id = ?1 AND name = ?2", (user, name))?;
    Ok(())
}

pub fn delete_all(tx: &Tx, user: UserId) -> Result<(), Fault> {
    tx.execute("DELETE FROM api_keys WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Never back: the clock may have been set.
pub fn used(tx: &Tx, id: ApiKeyId, at: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1 AND coalesce(last_used_at, 0) < ?2";
    tx.execute(sql, (id, at))?;
    Ok(())
}

pub fn repeat_seconds(tx: &ReadTx, user: UserId) -> Result<i64, Fault> {
    tx.value("SELECT repeat_seconds FROM users WHERE id = ?1", [user], |row| row.get(0))
}

pub fn set_repeat_seconds(tx: &Tx, user: UserId, seconds: i64) -> Result<(), Fault> {
    tx.execute("UPDATE users SET repeat_seconds = ?2 WHERE id = ?1", (user, seconds))?;
    Ok(())
}
