//! Which account a provider's order ids belong to.

use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::secret::Secret;
use crate::provider::Account;
use rusqlite::Row;

/// Where a provider is, and the fingerprint of the key that opens the account there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub url: String,
    pub key: String,
}

impl Place {
    /// A slash at the end and capitals in scheme and host make no other address.
    pub fn of(url: &str, key: &Secret) -> Self {
        let url = url.trim_end_matches('/');
        let host_ends = url.find("://").map_or(0, |at| at.saturating_add(3));
        let host_ends = url
            .get(host_ends..)
            .and_then(|rest| rest.find(['/', '?', '#']))
            .map_or(url.len(), |at| host_ends.saturating_add(at));
        let (host, path) = url.split_at(host_ends);
        Place { url: format!("{}{path}", host.to_ascii_lowercase()), key: key.fingerprint() }
    }
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

/// Whether nobody knows yet which account its key opens.
pub fn is_in_doubt(tx: &ReadTx, id: ProviderId) -> Result<bool, Fault> {
    Ok(tx.one("SELECT in_doubt FROM providers WHERE id = ?1", [id], |row| row.get(0))?.unwrap_or(false))
}

/// Where its account is, from now on without a doubt.
pub fn set_place(tx: &Tx, id: ProviderId, place: &Place) -> Result<(), Fault> {
    tx.execute(
        "UPDATE providers SET account_url = ?2, account_key = ?3, in_doubt = 0 WHERE id = ?1",
        (id, &place.url, &place.key),
    )?;
    Ok(())
}

/// The key that was given in the panel.
pub fn key(tx: &ReadTx, id: ProviderId) -> Result<Option<Secret>, Fault> {
    let key: Option<Option<String>> =
        tx.one("SELECT api_key FROM providers WHERE id = ?1", [id], |row| row.get(0))?;
    Ok(key.flatten().map(Secret::new))
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
