//! Orders that wait for another one for the same link.

use super::super::model::Order;
use super::{columns, fed, order, select};
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;

/// The order that the queued order `o` stands behind, if any: the first of those for its link that are under way at its
/// provider, or were there before it in the queue, where the services of both want one at a time. What a person has
/// sent again stands behind nobody.
macro_rules! behind {
    () => {
        $crate::orders::store::behind!("")
    };
    ($more:literal) => {
        concat!(
            "(SELECT first.id FROM services AS s CROSS JOIN orders AS first INDEXED BY orders_under_way
             WHERE s.id = o.service_id AND s.exclusive_links
                 AND first.provider_id = o.provider_id AND first.link_key = o.link_key
                 AND first.dispatch IN ('queued', 'sending', 'sent')
                 AND first.status IN ('pending', 'processing', 'in_progress')
                 AND (first.dispatch <> 'queued' OR first.id < o.id) ",
            $more,
            " AND (SELECT exclusive_links FROM services WHERE id = first.service_id)
                 AND NOT EXISTS (SELECT 1 FROM order_events WHERE order_id = o.id AND kind = 'resent')
             ORDER BY first.id LIMIT 1)"
        )
    };
}
pub(super) use behind;

const STUCK: &str = select!(
    "WHERE o.id IN
         (SELECT id FROM orders INDEXED BY orders_queued WHERE dispatch = 'queued' AND updated_at <= ?1) AND ",
    behind!("AND first.dispatch <> 'queued' AND coalesce(first.attempted_at, first.created_at) <= ?1"),
    " IS NOT NULL ORDER BY o.id LIMIT ?2"
);

/// Queued orders that have stood behind one that was sent since this moment, oldest first.
pub(in super::super) fn stuck_behind(tx: &ReadTx, since: Timestamp, max: i64) -> Result<Vec<Order>, Fault> {
    tx.all(STUCK, (since, max), order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn who_stands_behind_whom_is_asked_of_indexes() {
        on_empty_database(|tx| {
            let plan = plan(tx, STUCK);
            assert!(
                plan.contains("SEARCH first USING INDEX orders_under_way (provider_id=? AND link_key=?)"),
                "{plan}"
            );
            assert!(plan.contains("SCAN orders USING INDEX orders_queued"), "{plan}");
            assert!(
                plan.contains("SEARCH o USING INTEGER PRIMARY KEY") && !plan.contains("SCAN o;"),
                "{plan}"
            );
        });
    }
}
