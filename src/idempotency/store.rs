//! The kept answers' SQL.

use super::{Request, StoredAnswer};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;

pub(super) fn by_key(
    tx: &ReadTx,
    user: UserId,
    key: &str,
) -> Result<Option<([u8; 32], StoredAnswer)>, Fault> {
    tx.one(
        "SELECT fingerprint, status, body FROM idempotency_keys WHERE user_id = ?1 AND key = ?2",
        (user, key),
        |row| Ok((row.get(0)?, StoredAnswer { status: row.get(1)?, body: row.get(2)? })),
    )
}

/// Keeps the answer, in the transaction that earned it.
pub fn keep(tx: &Tx, request: &Request, answer: &StoredAnswer) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO idempotency_keys (user_id, key, fingerprint, status, body, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (request.user, request.key.as_str(), request.fingerprint, answer.status, &answer.body, tx.now()),
    )?;
    Ok(())
}

/// Answers hold bodies, so few at a time.
pub(super) fn delete_some(tx: &Tx, before: Timestamp) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM idempotency_keys WHERE (user_id, key) IN
             (SELECT user_id, key FROM idempotency_keys WHERE created_at < ?1 ORDER BY created_at LIMIT 200)",
        [before],
    )
}
