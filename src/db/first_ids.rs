//! From which ids on new rows are numbered after a restore.

use super::{ReadTx, Tx};
use crate::kernel::error::Fault;

/// So many ids may have been given since a backup that was restored.
const GAP: i64 = 1_000_000;

/// The tables whose ids other people know.
const TABLES: [&str; 5] = ["orders", "refills", "deposits", "users", "tickets"];

/// The ids that would be given next, of each table.
pub type Next = [i64; TABLES.len()];

pub fn next(tx: &ReadTx) -> Result<Next, Fault> {
    let mut next = [0; TABLES.len()];
    for (table, next) in TABLES.into_iter().zip(&mut next) {
        let sql = format!(
            "SELECT max(coalesce((SELECT max(id) FROM {table}), 0) + 1,
                 coalesce((SELECT id FROM first_ids WHERE name = '{table}'), 1))"
        );
        *next = tx.value(&sql, (), |row| row.get(0))?;
    }
    Ok(next)
}

/// From now on new orders are numbered above this one, which somebody knows from elsewhere.
pub fn orders_above(tx: &Tx, known: i64) -> Result<(), Fault> {
    let first = known.checked_add(1).ok_or(Fault::Overflow("the next ids"))?;
    tx.execute(
        "INSERT INTO first_ids (name, id) VALUES ('orders', ?1) ON CONFLICT (name) DO UPDATE SET id = max(id, ?1)",
        [first],
    )?;
    Ok(())
}

/// Leaves a gap before the next ids, which lies above those of the database that is replaced too, where they are known.
pub fn raise(tx: &Tx, replaced: Option<Next>) -> Result<(), Fault> {
    let own = next(tx)?;
    for ((table, own), other) in TABLES.into_iter().zip(own).zip(replaced.unwrap_or_default()) {
        let first = own.max(other).checked_add(GAP).ok_or(Fault::Overflow("the next ids"))?;
        tx.execute("INSERT OR REPLACE INTO first_ids (name, id) VALUES (?1, ?2)", (table, first))?;
    }
    Ok(())
}
