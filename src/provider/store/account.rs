//! Which account a provider's order ids belong to.

use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::provider::Account;
use rusqlite::Row;

/// Where a provider is, and the fingerprint of the key that opens the account there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub url: String,
    pub key: String,
}

fn place(row: &Row) -> rusqlite::Result<Option<Place>> {
    let (url, key): (Option<String>, Option<String>) = (row.get(0)?, row.get(1)?);
    Ok(url.zip(key).map(|(url, key)| Place { url, key }))
}

/// Where its present account is. `None`: it never had one.
pub fn place_of(tx: &ReadTx, id: ProviderId) -> Result<Option<Place>, Fault> {
    Ok(tx.one("SELECT account_url, account_key FROM providers WHERE id = ?1", [id], place)?.flatten())
}

/// Its present account.
pub fn account(tx: &ReadTx, provider: ProviderId) -> Result<Account, Fault> {
    let number = tx.value("SELECT account FROM providers WHERE id = ?1", [provider], |row| row.get(0))?;
    Ok(Account { provider, number })
}

/// Whether orders may go out to this account: it is the present one, and nobody doubts it.
pub fn is_account(tx: &ReadTx, at: Account) -> Result<bool, Fault> {
    let found = tx.one(
        "SELECT account = ?2 AND NOT in_doubt FROM providers WHERE id = ?1",
        (at.provider, at.number),
        |row| row.get(0),
    )?;
    Ok(found.unwrap_or(false))
}

/// Where its account is, from now on without a doubt. `None` leaves what is known.
pub fn set_place(tx: &Tx, id: ProviderId, url: Option<&str>, key: Option<&str>) -> Result<(), Fault> {
    tx.execute(
        "UPDATE providers SET account_url = coalesce(?2, account_url), account_key = coalesce(?3, account_key),
             in_doubt = 0
         WHERE id = ?1",
        (id, url, key),
    )?;
    Ok(())
}

/// From now on it is another account, of which nothing is known.
pub fn begin_account(tx: &Tx, id: ProviderId) -> Result<(), Fault> {
    tx.execute(
        "UPDATE providers SET account = account + 1, balance = NULL, in_doubt = 0 WHERE id = ?1",
        [id],
    )?;
    Ok(())
}

/// It gets no orders until it is known which account its key opens.
pub fn doubt(tx: &Tx, id: ProviderId) -> Result<(), Fault> {
    tx.execute("UPDATE providers SET in_doubt = 1 WHERE id = ?1", [id])?;
    Ok(())
}
