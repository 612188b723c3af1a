//! What providers refused in words that nobody knows.

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, UserId};
use crate::provider::HOLDING_CUSTOMERS;

/// Why a provider is held: it gets one order a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub since: Timestamp,
    /// Its words, of the refusal that began it.
    pub said: String,
}

pub fn held(tx: &ReadTx, provider: ProviderId) -> Result<Option<Held>, Fault> {
    tx.one(
        "SELECT created_at, said FROM unread_refusals WHERE provider_id = ?1
         ORDER BY created_at, user_id LIMIT 1 OFFSET ?2 - 1",
        (provider, HOLDING_CUSTOMERS),
        |row| Ok(Held { since: row.get(0)?, said: row.get(1)? }),
    )
}

/// How many lines are held.
pub fn held_count(tx: &ReadTx) -> Result<i64, Fault> {
    tx.value(
        "SELECT count(*) FROM (SELECT 1 FROM unread_refusals GROUP BY provider_id HAVING count(*) >= ?1)",
        [HOLDING_CUSTOMERS],
        |row| row.get(0),
    )
}

/// Notes that an order of this customer was refused so; one of each counts.
pub fn note_refusal(tx: &Tx, provider: ProviderId, user: UserId, said: &str) -> Result<(), Fault> {
    tx.execute(
        "INSERT OR IGNORE INTO unread_refusals (provider_id, user_id, said, created_at) VALUES (?1, ?2, ?3, ?4)",
        (provider, user, said, tx.now()),
    )?;
    Ok(())
}

/// Whether the provider was held for them.
pub fn forget_refusals(tx: &Tx, provider: ProviderId) -> Result<bool, Fault> {
    let forgotten = tx.execute("DELETE FROM unread_refusals WHERE provider_id = ?1", [provider])?;
    Ok(i64::try_from(forgotten).is_ok_and(|customers| customers >= HOLDING_CUSTOMERS))
}
