//! The SQL of the keys of the reseller API.

use super::super::keys::{ApiKey, DAYS_KEPT, KeyCalls, KeyHolder, KeyUse};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
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
    let sql = "SELECT id, name, created_at, last_used_at, last_address FROM api_keys WHERE user_id = ?1 ORDER BY id";
    let mut keys = tx.all(sql, [user], |row| {
        Ok(ApiKey {
            id: row.get(0)?,
            name: row.get(1)?,
            created_at: row.get(2)?,
            last_used: row.get(3)?,
            last_address: row.get(4)?,
            days: Vec::new(),
        })
    })?;
    for key in &mut keys {
        key.days = days(tx, key.id)?;
    }
    Ok(keys)
}

/// The last days on which the key was used, newest first.
fn days(tx: &ReadTx, key: ApiKeyId) -> Result<Vec<(Day, KeyCalls)>, Fault> {
    tx.all(
        "SELECT day, calls, refused, limited FROM api_key_days WHERE key_id = ?1 AND day > ?2 ORDER BY day DESC",
        (key, Day::of(tx.now()).plus(-DAYS_KEPT).number()),
        |row| {
            let calls = KeyCalls { calls: row.get(1)?, refused: row.get(2)?, limited: row.get(3)? };
            Ok((Day::from_number(row.get(0)?), calls))
        },
    )
}

pub fn count(tx: &Tx, key: ApiKeyId, day: Day, used: &KeyUse) -> Result<(), Fault> {
    let KeyCalls { calls, refused, limited } = used.calls;
    tx.execute(
        "INSERT INTO api_key_days (key_id, day, calls, refused, limited)
         SELECT id, ?2, ?3, ?4, ?5 FROM api_keys WHERE id = ?1
         ON CONFLICT (key_id, day) DO UPDATE SET calls = calls + excluded.calls,
             refused = refused + excluded.refused, limited = limited + excluded.limited",
        (key, day.number(), calls, refused, limited),
    )?;
    if let Some(address) = &used.address {
        tx.execute("UPDATE api_keys SET last_address = ?2 WHERE id = ?1", (key, address))?;
    }
    Ok(())
}

/// Deletes some counts of long ago; how many.
pub fn forget_days(tx: &Tx) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM api_key_days WHERE (key_id, day) IN
             (SELECT key_id, day FROM api_key_days WHERE day <= ?1 ORDER BY day LIMIT 500)",
        [Day::of(tx.now()).plus(-DAYS_KEPT).number()],
    )
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
