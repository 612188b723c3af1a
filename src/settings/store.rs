//! The settings' SQL.

use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;

pub(super) fn text(tx: &ReadTx, name: &str) -> Result<Option<String>, Fault> {
    tx.one("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0))
}

pub(super) fn integer(tx: &ReadTx, name: &str) -> Result<Option<i64>, Fault> {
    let Some(text) = text(tx, name)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Fault::Corrupt(format!("setting {name} is no number")))
}

pub(super) fn insert_if_absent(tx: &Tx, name: &str, value: &str) -> Result<(), Fault> {
    tx.execute("INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING", (name, value))?;
    Ok(())
}
