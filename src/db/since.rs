//! Moments as bounds of ids: ids rise with time, so a list that is newest first needs no index by time.

use super::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;

/// The id of the table's first row of `moment` or later, or above all ids; found by halving. The table has an `id` and
/// a `created_at`.
pub fn first_since(tx: &ReadTx, table: &'static str, moment: Timestamp) -> Result<i64, Fault> {
    let next = format!("SELECT id, created_at FROM {table} WHERE id > ?1 ORDER BY id LIMIT 1");
    let newest: Option<i64> = tx.value(&format!("SELECT max(id) FROM {table}"), (), |row| row.get(0))?;
    let (mut low, mut high) = (0_i64, newest.unwrap_or(0));
    while low < high {
        let middle = low.midpoint(high);
        match tx.one(&next, [middle], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Timestamp>(1)?)))? {
            Some((id, at)) if at < moment => low = id,
            Some(_) | None => high = middle,
        }
    }
    // Everything up to `low` is older.
    Ok(low.saturating_add(1))
}
