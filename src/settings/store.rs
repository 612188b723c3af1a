//! The settings' SQL: a table of names and texts, and the tiers.

use super::Tier;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;

pub(super) fn text(tx: &ReadTx, name: &str) -> Result<Option<String>, Fault> {
    tx.one("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0))
}

pub(super) fn insert_if_absent(tx: &Tx, name: &str, value: &str) -> Result<(), Fault> {
    tx.execute("INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING", (name, value))?;
    Ok(())
}

/// `None`: back to the default.
pub(super) fn put(tx: &Tx, name: &str, value: Option<&str>) -> Result<(), Fault> {
    match value {
        None => tx.execute("DELETE FROM settings WHERE name = ?1", [name])?,
        Some(value) => tx.execute(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )?,
    };
    Ok(())
}

pub(super) fn tiers(tx: &ReadTx) -> Result<Vec<Tier>, Fault> {
    tx.all("SELECT level, name, min_spent, discount_percent FROM tiers ORDER BY level", (), |row| {
        Ok(Tier { level: row.get(0)?, name: row.get(1)?, min_spent: row.get(2)?, discount: row.get(3)? })
    })
}

pub(super) fn put_tier(tx: &Tx, tier: &Tier) -> Result<usize, Fault> {
    tx.execute(
        "UPDATE tiers SET name = ?2, min_spent = ?3, discount_percent = ?4 WHERE level = ?1",
        (tier.level, &tier.name, tier.min_spent, tier.discount),
    )
}
