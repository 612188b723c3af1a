//! The providers' SQL.

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use rusqlite::Row;

/// A provider as the operator sees it. The key is not in here, nor in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: ProviderId,
    pub name: String,
    /// `None`: not configured, nothing can be ordered from it.
    pub api_url: Option<String>,
    pub currency: String,
    /// VND per unit of the currency, a decimal number.
    pub exchange_rate: String,
    pub active: bool,
    /// As the provider wrote it last, in its currency.
    pub balance: Option<String>,
    pub last_sync_at: Option<Timestamp>,
    /// Why the last call failed; `None` while all is well.
    pub trouble: Option<String>,
}

const LISTED: &str =
    "SELECT id, name, api_url, currency, exchange_rate, active, balance, last_sync_at, trouble
    FROM providers";

fn listed(row: &Row) -> rusqlite::Result<Listed> {
    Ok(Listed {
        id: row.get(0)?,
        name: row.get(1)?,
        api_url: row.get(2)?,
        currency: row.get(3)?,
        exchange_rate: row.get(4)?,
        active: row.get(5)?,
        balance: row.get(6)?,
        last_sync_at: row.get(7)?,
        trouble: row.get(8)?,
    })
}

/// All providers, oldest first.
pub fn all(tx: &ReadTx) -> Result<Vec<Listed>, Fault> {
    tx.all(&format!("{LISTED} ORDER BY id"), (), listed)
}

pub fn by_id(tx: &ReadTx, id: ProviderId) -> Result<Option<Listed>, Fault> {
    tx.one(&format!("{LISTED} WHERE id = ?1"), [id], listed)
}

/// Whether orders may be sold that this provider is to deliver.
pub fn configured(tx: &ReadTx, id: ProviderId) -> Result<bool, Fault> {
    let found =
        tx.one("SELECT api_url IS NOT NULL AND active FROM providers WHERE id = ?1", [id], |row| row.get(0))?;
    Ok(found.unwrap_or(false))
}

/// Writes down where the environment says a provider is; `None` takes it out of sale.
pub fn set_address(tx: &Tx, id: ProviderId, api_url: Option<&str>) -> Result<(), Fault> {
    tx.execute("UPDATE providers SET api_url = ?2 WHERE id = ?1 AND api_url IS NOT ?2", (id, api_url))?;
    Ok(())
}

/// What the last call came to: `None` clears the trouble. Writes only what is new.
pub fn set_trouble(tx: &Tx, id: ProviderId, trouble: Option<&str>) -> Result<(), Fault> {
    tx.execute("UPDATE providers SET trouble = ?2 WHERE id = ?1 AND trouble IS NOT ?2", (id, trouble))?;
    Ok(())
}

pub fn set_balance(tx: &Tx, id: ProviderId, balance: &str) -> Result<(), Fault> {
    tx.execute("UPDATE providers SET balance = ?2 WHERE id = ?1 AND balance IS NOT ?2", (id, balance))?;
    Ok(())
}

/// The number of the sync round that begins now.
pub fn next_round(tx: &Tx, id: ProviderId) -> Result<i64, Fault> {
    tx.value(
        "UPDATE providers SET sync_round = sync_round + 1 WHERE id = ?1 RETURNING sync_round",
        [id],
        |row| row.get(0),
    )
}

/// A round of the status sync went through.
pub fn set_synced(tx: &Tx, id: ProviderId) -> Result<(), Fault> {
    tx.execute("UPDATE providers SET last_sync_at = ?2 WHERE id = ?1", (id, tx.now()))?;
    Ok(())
}

/// What a report needs to be read by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncTerms {
    /// The round of the status sync that is on.
    pub round: i64,
    pub currency: String,
    /// VND per unit of the currency, a decimal number.
    pub exchange_rate: String,
}

pub fn sync_terms(tx: &ReadTx, id: ProviderId) -> Result<SyncTerms, Fault> {
    tx.value("SELECT sync_round, currency, exchange_rate FROM providers WHERE id = ?1", [id], |row| {
        Ok(SyncTerms { round: row.get(0)?, currency: row.get(1)?, exchange_rate: row.get(2)? })
    })
}
