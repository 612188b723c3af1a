//! The orders that wait for their time.

use super::super::model::Order;
use super::{columns, fed, order, select};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId};
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;

/// Whose time has come, by the clock of the transaction; but for what is done by hand, which goes to no provider.
const DUE_AT_PROVIDERS: &str = "orders AS o INDEXED BY orders_scheduled
     WHERE o.dispatch = 'scheduled' AND o.start_at <= ?2 AND o.provider_id IS NOT NULL";

/// Whether the time of one has come: the cheap question before the write.
pub fn is_due(tx: &ReadTx) -> Result<bool, Fault> {
    tx.value(
        "SELECT EXISTS (SELECT 1 FROM orders WHERE dispatch = 'scheduled' AND start_at <= ?1)",
        [tx.now()],
        |row| row.get(0),
    )
}

/// Those whose time has come, first the one that waits longest.
pub(in super::super) fn due(tx: &ReadTx, max: i64) -> Result<Vec<Order>, Fault> {
    tx.all(
        select!("WHERE o.dispatch = 'scheduled' AND o.start_at <= ?1 ORDER BY o.start_at, o.id LIMIT ?2"),
        (tx.now(), max),
        order,
    )
}

/// How many orders wait for their time and go to this provider then.
pub(in super::super) fn scheduled_count(tx: &ReadTx, provider: ProviderId) -> Result<i64, Fault> {
    tx.value(
        "SELECT count(*) FROM orders INDEXED BY orders_scheduled
         WHERE dispatch = 'scheduled' AND provider_id = ?1",
        [provider],
        |row| row.get(0),
    )
}

/// So much of an order's charge does not count as spent yet.
pub(in super::super) fn hold_back(tx: &Tx, id: OrderId, amount: Vnd) -> Result<(), Fault> {
    tx.execute("UPDATE orders SET unreleased = ?2 WHERE id = ?1", (id, amount))?;
    Ok(())
}

/// Whatever is due at a provider; how many.
pub(in super::super) fn park_due(tx: &Tx, note: &Note) -> Result<usize, Fault> {
    tx.execute(
        &format!(
            "INSERT INTO order_events (order_id, kind, status, dispatch, refunded, note, created_at)
             SELECT o.id, 'parked', o.status, 'review', o.refunded, ?1, ?2 FROM {DUE_AT_PROVIDERS} ORDER BY o.id"
        ),
        (note, tx.now()),
    )?;
    tx.execute(
        &format!(
            "UPDATE orders SET dispatch = 'review', dispatch_note = ?1, updated_at = ?2
             WHERE id IN (SELECT o.id FROM {DUE_AT_PROVIDERS})"
        ),
        (note, tx.now()),
    )
}

#[cfg(test)]
mod tests {
    use super::DUE_AT_PROVIDERS;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn what_is_due_is_found_without_walking_the_orders() {
        on_empty_database(|tx| {
            let plan = plan(tx, &format!("SELECT o.id, ?1 FROM {DUE_AT_PROVIDERS}"));
            assert!(plan.contains("SEARCH o USING INDEX orders_scheduled (start_at<?)"), "{plan}");
        });
    }
}
