//! The orders a provider is to be told or asked about.

use super::super::cancel::CancelToAsk;
use super::super::model::Order;
use super::super::sync::Watched;
use super::history::insert_parked;
use super::{behind, columns, fed, order, select};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId, UserId};
use crate::kernel::note::Note;
use crate::provider::Account;
use serde_json::json;

const FREE: &str = select!(
    "WHERE o.provider_id = ?1 AND o.dispatch = 'queued' AND o.id > ?2 AND ",
    behind!(),
    " IS NULL ORDER BY o.id LIMIT ?3"
);
const FREE_OF_OTHERS: &str = select!(
    "WHERE o.provider_id = ?1 AND o.dispatch = 'queued' AND ",
    behind!(),
    " IS NULL AND NOT EXISTS (SELECT 1 FROM unread_refusals WHERE provider_id = ?1 AND user_id = o.user_id)
     ORDER BY o.id LIMIT ?2"
);
const FREE_BUT: &str = select!(
    "WHERE o.provider_id = ?1 AND o.dispatch = 'queued' AND o.user_id NOT IN (SELECT value FROM json_each(?2))
         AND o.provider_service_id NOT IN (SELECT value FROM json_each(?3)) AND ",
    behind!(),
    " IS NULL ORDER BY o.id LIMIT ?4"
);
const NEWEST_FREE: &str = concat!(
    "SELECT o.id FROM orders AS o WHERE o.provider_id = ?1 AND o.dispatch = 'queued' AND ",
    behind!(),
    " IS NULL ORDER BY o.id DESC LIMIT 1"
);

/// Those that stand behind no other order for their link, oldest first.
pub(in super::super) fn queued(
    tx: &ReadTx,
    provider: ProviderId,
    behind: OrderId,
    max: usize,
) -> Result<Vec<Order>, Fault> {
    tx.all(FREE, (provider, behind, limit(max)), order)
}

/// Those behind an order that may go to another source, or are their customer's who is the provider; oldest first.
pub(in super::super) fn queued_with_a_choice(
    tx: &ReadTx,
    provider: ProviderId,
    behind: OrderId,
    max: usize,
) -> Result<Vec<Order>, Fault> {
    tx.all(
        select!(
            "WHERE o.provider_id = ?1 AND o.dispatch = 'queued' AND o.id > ?2
                 AND (EXISTS (SELECT 1 FROM service_sources WHERE service_id = o.service_id)
                     OR o.user_id = (SELECT is_user_id FROM providers WHERE id = ?1))
             ORDER BY o.id LIMIT ?3"
        ),
        (provider, behind, limit(max)),
        order,
    )
}

/// The providers with orders in their queue, if any of them could be one that is to go elsewhere.
pub fn queued_with_choices(tx: &ReadTx) -> Result<Vec<ProviderId>, Fault> {
    tx.all(
        "SELECT id FROM providers AS p
         WHERE EXISTS (SELECT 1 FROM orders WHERE provider_id = p.id AND dispatch = 'queued')
             AND (is_user_id IS NOT NULL OR EXISTS (SELECT 1 FROM service_sources)) ORDER BY id",
        (),
        |row| row.get(0),
    )
}

/// Of these those of customers whose orders the provider has not refused in unknown words.
pub(in super::super) fn queued_of_others(
    tx: &ReadTx,
    provider: ProviderId,
    max: usize,
) -> Result<Vec<Order>, Fault> {
    tx.all(FREE_OF_OTHERS, (provider, limit(max)), order)
}

/// Of these those of other customers and of other services of the provider.
pub(in super::super) fn queued_but(
    tx: &ReadTx,
    provider: ProviderId,
    users: &[UserId],
    services: &[String],
    max: usize,
) -> Result<Vec<Order>, Fault> {
    let users: Vec<i64> = users.iter().map(|user| user.get()).collect();
    let (users, services) = (json!(users).to_string(), json!(services).to_string());
    tx.all(FREE_BUT, (provider, users, services, limit(max)), order)
}

/// The newest order that could be claimed, if any: the cheap question before the write.
pub fn newest_queued(tx: &ReadTx, provider: ProviderId) -> Result<Option<OrderId>, Fault> {
    tx.one(NEWEST_FREE, [provider], |row| row.get(0))
}

/// Queued orders whose last answer was a refusal that was held, oldest first.
pub(in super::super) fn held(tx: &ReadTx, provider: ProviderId) -> Result<Vec<Order>, Fault> {
    tx.all(
        select!(
            "WHERE o.provider_id = ?1 AND o.dispatch = 'queued' AND (SELECT kind FROM order_events
                 WHERE order_id = o.id ORDER BY id DESC LIMIT 1) = 'held' ORDER BY o.id"
        ),
        [provider],
        order,
    )
}

/// How many orders wait to be sent to this provider.
pub fn queued_count(tx: &ReadTx, provider: ProviderId) -> Result<i64, Fault> {
    tx.value(
        "SELECT count(*) FROM orders WHERE provider_id = ?1 AND dispatch = 'queued'",
        [provider],
        |row| row.get(0),
    )
}

/// Claims a queued order for this account; answers the number of the attempt.
pub(in super::super) fn mark_sending(tx: &Tx, id: OrderId, at: Account) -> Result<i64, Fault> {
    tx.value(
        "UPDATE orders SET dispatch = 'sending', attempts = attempts + 1, attempted_at = ?2, provider_account = ?3
         WHERE id = ?1 AND dispatch = 'queued' RETURNING attempts",
        (id, tx.now(), at.number),
        |row| row.get(0),
    )
}

/// Whatever is being sent; how many.
pub(in super::super) fn park_sending(tx: &Tx, note: &Note) -> Result<usize, Fault> {
    park(tx, "sending", note)
}

/// Whatever waits; how many.
pub(in super::super) fn park_queued(tx: &Tx, note: &Note) -> Result<usize, Fault> {
    park(tx, "queued", note)
}

/// `from` is a dispatch that has an index of its own.
fn park(tx: &Tx, from: &str, note: &Note) -> Result<usize, Fault> {
    insert_parked(tx, from, note)?;
    tx.execute(&park_sql(from), (note, tx.now()))
}

/// The dispatch stands in the text: with a parameter SQLite would walk the table.
fn park_sql(from: &str) -> String {
    format!(
        "UPDATE orders INDEXED BY orders_{from} SET dispatch = 'review', dispatch_note = ?1, updated_at = ?2
         WHERE dispatch = '{from}'"
    )
}

/// The newest order that any provider knows by this id.
pub(in super::super) fn by_any_provider_order(
    tx: &ReadTx,
    provider_order: &str,
) -> Result<Option<OrderId>, Fault> {
    tx.one(
        "SELECT id FROM orders INDEXED BY orders_by_provider_order
         WHERE provider_id IN (SELECT id FROM providers) AND provider_order_id = ?1 ORDER BY id DESC LIMIT 1",
        [provider_order],
        |row| row.get(0),
    )
}

const LINKED: &str = "SELECT o.id FROM providers AS p
    CROSS JOIN orders AS o INDEXED BY orders_by_provider_order ON o.provider_id = p.id AND o.provider_order_id = ?2
        AND o.provider_account = iif(p.id = ?1, ?3, p.account)
    WHERE p.id = ?1 OR EXISTS (SELECT 1 FROM providers AS this WHERE this.id = ?1 AND this.account = ?3
        AND this.account_url = p.account_url AND this.account_key = p.account_key)
    LIMIT 1";

/// The order that has this id at an account of the provider, which may have been entered twice.
pub(in super::super) fn linked_to(
    tx: &ReadTx,
    provider: Option<ProviderId>,
    account: Option<i64>,
    provider_order: &str,
) -> Result<Option<OrderId>, Fault> {
    tx.one(LINKED, (provider, provider_order, account), |row| row.get(0))
}

pub(in super::super) fn by_provider_order(
    tx: &ReadTx,
    at: Account,
    provider_order: &str,
) -> Result<Option<Order>, Fault> {
    tx.one(
        select!("WHERE o.provider_id = ?1 AND o.provider_order_id = ?2 AND o.provider_account = ?3"),
        (at.provider, provider_order, at.number),
        order,
    )
}

/// The orders of a provider's account that are due in this round, in pages: those behind `after`, at most `max`. Start
/// at `(-1, 0)`.
pub fn to_poll(
    tx: &ReadTx,
    at: Account,
    round: i64,
    after: (i64, OrderId),
    max: usize,
) -> Result<Vec<Watched>, Fault> {
    tx.all(
        "SELECT id, provider_order_id, recheck_round FROM orders
         WHERE provider_id = ?1 AND recheck_round <= ?2 AND (recheck_round, id) > (?3, ?4)
             AND provider_account = ?6
         ORDER BY recheck_round, id LIMIT ?5",
        (at.provider, round, after.0, after.1, limit(max), at.number),
        |row| Ok(Watched { order: row.get(0)?, provider_order_id: row.get(1)?, recheck_round: row.get(2)? }),
    )
}

/// Orders of an account that it is to be asked to cancel, oldest first.
pub(in super::super) fn cancels_to_ask(
    tx: &ReadTx,
    at: Account,
    most: usize,
) -> Result<Vec<CancelToAsk>, Fault> {
    tx.all(CANCELS_TO_ASK, (at.provider, at.number, limit(most)), |row| {
        Ok(CancelToAsk { order: row.get(0)?, provider_order_id: row.get(1)? })
    })
}

const CANCELS_TO_ASK: &str = "SELECT id, provider_order_id FROM orders INDEXED BY orders_to_cancel
    WHERE provider_id = ?1 AND cancel_state = 'wanted' AND dispatch = 'sent' AND provider_account = ?2
    ORDER BY id LIMIT ?3";

fn limit(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::history::parked_sql;
    use super::{FREE, FREE_BUT, FREE_OF_OTHERS, LINKED, NEWEST_FREE, park_sql};
    use crate::db::plan::{on_empty_database, plan};

    /// However many orders there are, and however many stand behind others.
    #[test]
    fn a_claim_reads_the_queue_in_its_order_and_asks_indexes_about_each() {
        on_empty_database(|tx| {
            for sql in [FREE, FREE_BUT, FREE_OF_OTHERS, NEWEST_FREE] {
                let plan = plan(tx, sql);
                assert!(plan.contains("SEARCH o USING INDEX orders_queued (provider_id=?"), "{plan}");
                let first = "SEARCH first USING INDEX orders_under_way (provider_id=? AND link_key=?)";
                assert!(plan.contains(first), "{plan}");
                let plan = plan.replace("SCAN json_each", "");
                assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{plan}");
            }
        });
    }

    #[test]
    fn whose_an_id_is_each_provider_is_asked_by_the_index() {
        on_empty_database(|tx| {
            let plan = plan(tx, LINKED);
            let index =
                "orders_by_provider_order (provider_id=? AND provider_order_id=? AND provider_account=?)";
            assert!(plan.contains("SCAN p") && plan.contains(index), "{plan}");
        });
    }

    #[test]
    fn a_start_does_not_walk_the_orders() {
        on_empty_database(|tx| {
            for dispatch in ["sending", "queued"] {
                for sql in [park_sql(dispatch), parked_sql(dispatch)] {
                    let plan = plan(tx, &sql);
                    assert!(plan.contains(&format!("INDEX orders_{dispatch}")), "{plan}");
                }
            }
        });
    }
}
