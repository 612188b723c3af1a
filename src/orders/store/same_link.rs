//! Orders that wait for another one for the same link.

use super::super::model::Order;
use super::{columns, fed, order, select};
use crate::catalog;
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId, UserId};

/// The order that the queued order `o` stands behind, if any: the first of those for its link that are under way at its
/// provider, or were there before it in the queue, where the services of both want one at a time. What a person has
/// sent again stands behind nobody.
macro_rules! behind {
    () => {
        $crate::orders::store::behind!("")
    };
    ($more:literal) => {
        concat!(
            "(SELECT first.id FROM orders AS first INDEXED BY orders_under_way
             WHERE o.one_per_link = 1 AND first.one_per_link = 1
                 AND first.provider_id = o.provider_id AND first.link_key = o.link_key
                 AND first.dispatch IN ('queued', 'sending', 'sent')
                 AND first.status IN ('pending', 'processing', 'in_progress')
                 AND (first.dispatch <> 'queued' OR first.id < o.id) ",
            $more,
            " AND NOT EXISTS (SELECT 1 FROM order_events WHERE order_id = o.id AND kind = 'resent')
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

const BLOCKER: &str = concat!(
    "SELECT ",
    behind!("AND first.dispatch <> 'queued' AND coalesce(first.attempted_at, first.created_at) <= ?2"),
    " FROM orders AS o WHERE o.id = ?1"
);

/// Of the orders that the queued order stands behind, the one that was sent, if that was before this moment.
pub(in super::super) fn blocker(
    tx: &ReadTx,
    id: OrderId,
    since: Timestamp,
) -> Result<Option<OrderId>, Fault> {
    Ok(tx.one(BLOCKER, (id, since), |row| row.get(0))?.flatten())
}

const FREED: &str = concat!(
    "SELECT o.user_id, coalesce(o.parent_id, o.id)
     FROM (SELECT next.* FROM orders AS next INDEXED BY orders_under_way
           WHERE next.one_per_link = 1 AND next.provider_id = ?1 AND next.link_key = ?2
               AND next.dispatch IN ('queued', 'sending', 'sent') AND next.dispatch = 'queued'
               AND next.status IN ('pending', 'processing', 'in_progress')
           ORDER BY next.id LIMIT 1) AS o
     WHERE ",
    behind!(),
    " IS NULL"
);

/// Whose order waits for nobody any more, now that this one for its link is not under way at the provider, and as which
/// order that is shown.
pub(in super::super) fn freed(
    tx: &ReadTx,
    gone: &Order,
    provider: ProviderId,
) -> Result<Option<(UserId, OrderId)>, Fault> {
    let link = catalog::link_key(&gone.link);
    tx.one(FREED, (provider, link), |row| Ok((row.get(0)?, row.get(1)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan as plan_of};

    #[test]
    fn a_service_that_changes_its_mind_finds_its_open_orders_by_indexes() {
        on_empty_database(|tx| {
            for (which, index) in [
                ("dispatch = 'queued'", "orders_queued"),
                ("dispatch = 'sending'", "orders_sending"),
                ("recheck_round IS NOT NULL", "orders_to_recheck"),
            ] {
                let sql = format!("UPDATE orders SET one_per_link = ?1 WHERE {which} AND service_id = ?2");
                assert_eq!(plan_of(tx, &sql), format!("SCAN orders USING INDEX {index}"));
            }
        });
    }

    #[test]
    fn who_stands_behind_whom_is_asked_of_indexes() {
        on_empty_database(|tx| {
            let plan = plan_of(tx, STUCK);
            assert!(
                plan.contains("SEARCH first USING INDEX orders_under_way (provider_id=? AND link_key=?)"),
                "{plan}"
            );
            assert!(plan.contains("SCAN orders USING INDEX orders_queued"), "{plan}");
            let freed = plan_of(tx, FREED);
            assert!(
                freed.contains("SEARCH next USING INDEX orders_under_way (provider_id=? AND link_key=?)"),
                "{freed}"
            );
            assert!(
                plan.contains("SEARCH o USING INTEGER PRIMARY KEY") && !plan.contains("SCAN o;"),
                "{plan}"
            );
        });
    }
}
