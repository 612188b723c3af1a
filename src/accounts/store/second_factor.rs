//! The SQL of second factors and recovery codes.

use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;

/// Has no `Debug`: it holds the secret.
pub struct Factor {
    pub secret: Vec<u8>,
    /// Whether a code has shown that the user's app knows the secret.
    pub confirmed: bool,
    /// The last time step of which a code was used.
    pub last_step: i64,
}

pub fn is_on(tx: &ReadTx, user: UserId) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM second_factors WHERE user_id = ?1 AND confirmed = 1)";
    tx.value(sql, [user], |row| row.get(0))
}

pub fn find(tx: &ReadTx, user: UserId) -> Result<Option<Factor>, Fault> {
    tx.one("SELECT secret, confirmed, last_step FROM second_factors WHERE user_id = ?1", [user], |row| {
        Ok(Factor { secret: row.get(0)?, confirmed: row.get(1)?, last_step: row.get(2)? })
    })
}

pub fn begin(tx: &Tx, user: UserId, secret: &[u8]) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO second_factors (user_id, secret, created_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at",
        (user, secret, tx.now()),
    )?;
    Ok(())
}

pub fn confirm(tx: &Tx, user: UserId, step: i64) -> Result<(), Fault> {
    let sql = "UPDATE second_factors SET confirmed = 1, last_step = ?2 WHERE user_id = ?1";
    tx.execute(sql, (user, step))?;
    Ok(())
}

pub fn spend(tx: &Tx, user: UserId, step: i64) -> Result<(), Fault> {
    tx.execute("UPDATE second_factors SET last_step = ?2 WHERE user_id = ?1", (user, step))?;
    Ok(())
}

pub fn delete(tx: &Tx, user: UserId) -> Result<(), Fault> {
    drop_recovery(tx, user)?;
    tx.execute("DELETE FROM second_factors WHERE user_id = ?1", [user])?;
    Ok(())
}

pub fn drop_recovery(tx: &Tx, user: UserId) -> Result<(), Fault> {
    tx.execute("DELETE FROM recovery_codes WHERE user_id = ?1", [user])?;
    Ok(())
}

pub fn recovery_left(tx: &ReadTx, user: UserId) -> Result<i64, Fault> {
    tx.value("SELECT count(*) FROM recovery_codes WHERE user_id = ?1", [user], |row| row.get(0))
}

pub fn add_recovery(tx: &Tx, user: UserId, hash: &[u8; 32]) -> Result<(), Fault> {
    tx.execute("INSERT INTO recovery_codes (user_id, hash) VALUES (?1, ?2)", (user, hash))?;
    Ok(())
}

/// Whether there was one.
pub fn take_recovery(tx: &Tx, user: UserId, hash: &[u8; 32]) -> Result<bool, Fault> {
    let taken = tx.execute("DELETE FROM recovery_codes WHERE user_id = ?1 AND hash = ?2", (user, hash))?;
    Ok(taken > 0)
}
