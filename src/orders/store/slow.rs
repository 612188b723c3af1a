//! Open orders and how long their services take.

use super::super::slow::OpenOrder;
use super::super::status::Status;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;

/// Of a drip-feed its runs, of a subscription its posts, for those are what is delivered.
const OPEN_AFTER: &str =
    "SELECT o.id, (?4 - coalesce(o.start_at, o.created_at)) / 1000, s.average_seconds, o.is_slow
     FROM orders AS o INDEXED BY orders_by_status CROSS JOIN services AS s ON s.id = o.service_id
     WHERE o.status = ?1 AND o.id > ?2 AND o.parent_id IS NULL AND coalesce(o.runs, o.posts) IS NULL
     UNION ALL
     SELECT o.id, (?4 - o.created_at) / 1000, s.average_seconds, o.is_slow
     FROM orders AS o INDEXED BY orders_runs_by_status CROSS JOIN services AS s ON s.id = o.service_id
     WHERE o.status = ?1 AND o.id > ?2 AND o.parent_id IS NOT NULL
     ORDER BY 1 LIMIT ?3";

/// The next orders with the status, by id.
pub(in super::super) fn open_after(
    tx: &ReadTx,
    status: Status,
    after: OrderId,
    max: i64,
) -> Result<Vec<OpenOrder>, Fault> {
    tx.all(OPEN_AFTER, (status, after, max, tx.now()), |row| {
        Ok(OpenOrder { id: row.get(0)?, seconds: row.get(1)?, usual: row.get(2)?, is_marked: row.get(3)? })
    })
}

pub(in super::super) fn set_slow(tx: &Tx, id: OrderId, is_slow: bool) -> Result<(), Fault> {
    tx.execute("UPDATE orders SET is_slow = ?2 WHERE id = ?1", (id, is_slow))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::OPEN_AFTER;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn open_orders_are_read_by_their_status_in_the_order_of_ids() {
        on_empty_database(|tx| {
            let plan = plan(tx, OPEN_AFTER);
            assert!(plan.contains("SEARCH o USING INDEX orders_by_status (status=? AND id>?)"), "{plan}");
            assert!(
                plan.contains("SEARCH o USING INDEX orders_runs_by_status (status=? AND id>?)"),
                "{plan}"
            );
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        });
    }
}
