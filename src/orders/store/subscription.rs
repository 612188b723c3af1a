//! Subscriptions and their posts.

use super::super::model::Subscription;
use super::super::subscription::rules::{PostState, PostTerms};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;
use crate::order_types::Posts;
use rusqlite::Row;

/// From the fifth column behind `from`; `None`: no subscription.
pub(super) fn subscription_from(row: &Row, from: usize) -> rusqlite::Result<Option<Subscription>> {
    let at = |further: usize| from.saturating_add(further);
    let (Some(posts), Some(least)) = (row.get(at(0))?, row.get(at(1))?) else { return Ok(None) };
    Ok(Some(Subscription {
        posts,
        least,
        most: row.get(at(2))?,
        expiry: row.get(at(3))?,
        seen: row.get(at(4))?,
        ended_at: row.get(at(5))?,
    }))
}

pub(in super::super) fn insert_subscription(tx: &Tx, id: OrderId, sold: &Posts) -> Result<(), Fault> {
    tx.insert(
        "INSERT INTO subscriptions (order_id, least, most, expiry) VALUES (?1, ?2, ?3, ?4)",
        (id, sold.least, sold.most, &sold.expiry),
    )?;
    Ok(())
}

/// It is over, since now unless that was known before. What the provider says of its posts from now on is final, so
/// those that are looked at now and then are due in the next round.
pub(in super::super) fn end_subscription(tx: &Tx, id: OrderId) -> Result<(), Fault> {
    let ended = tx.execute(
        "UPDATE subscriptions SET ended_at = ?2 WHERE order_id = ?1 AND ended_at IS NULL",
        (id, tx.now()),
    )?;
    if ended > 0 {
        tx.execute(
            "UPDATE orders SET recheck_round = 0 WHERE parent_id = ?1 AND final_round IS NOT NULL",
            [id],
        )?;
    }
    Ok(())
}

/// So many posts were reported, if that is more than before.
pub(in super::super) fn see_posts(tx: &Tx, id: OrderId, count: i64) -> Result<(), Fault> {
    tx.execute("UPDATE subscriptions SET seen = ?2 WHERE order_id = ?1 AND seen < ?2", (id, count))?;
    Ok(())
}

/// A post that is heard of for the first time: what 1,000 units cost, and what the provider's currency is worth.
pub(in super::super) fn insert_post(tx: &Tx, id: OrderId, terms: &PostTerms) -> Result<(), Fault> {
    let sql = "INSERT INTO subscription_posts (order_id, unit_cost, exchange_rate) VALUES (?1, ?2, ?3)";
    tx.insert(sql, (id, terms.unit_cost, &terms.exchange_rate))?;
    Ok(())
}

pub(in super::super) fn post_count(tx: &ReadTx, parent: OrderId) -> Result<i64, Fault> {
    tx.value("SELECT count(*) FROM orders WHERE parent_id = ?1", [parent], |row| row.get(0))
}

/// What 1,000 units cost when the post was first heard of, and what the provider's currency was worth then.
pub(in super::super) fn post_terms(tx: &ReadTx, id: OrderId) -> Result<PostTerms, Fault> {
    let sql = "SELECT unit_cost, exchange_rate FROM subscription_posts WHERE order_id = ?1";
    tx.value(sql, [id], |row| Ok(PostTerms { unit_cost: row.get(0)?, exchange_rate: row.get(1)? }))
}

/// Of the subscription's newest post.
pub(in super::super) fn last_post_terms(tx: &ReadTx, parent: OrderId) -> Result<Option<PostTerms>, Fault> {
    let sql = "SELECT p.unit_cost, p.exchange_rate FROM orders AS o INDEXED BY orders_by_run
         JOIN subscription_posts AS p ON p.order_id = o.id WHERE o.parent_id = ?1 ORDER BY o.run DESC LIMIT 1";
    tx.one(sql, [parent], |row| Ok(PostTerms { unit_cost: row.get(0)?, exchange_rate: row.get(1)? }))
}

/// It used so many units; `None`: nobody can say, so the most unless something was read before. Whether that changes
/// anything.
pub(in super::super) fn hear_of_post(
    tx: &Tx,
    post: OrderId,
    parent: OrderId,
    units: Option<i64>,
    most: i64,
) -> Result<bool, Fault> {
    let sql = "UPDATE subscription_posts SET units = coalesce(?2, units, ?3),
             is_final = (SELECT ended_at IS NOT NULL FROM subscriptions WHERE order_id = ?4)
         WHERE order_id = ?1 AND (units IS NOT coalesce(?2, units, ?3)
             OR is_final <> (SELECT ended_at IS NOT NULL FROM subscriptions WHERE order_id = ?4))";
    Ok(tx.execute(sql, (post, units, most, parent))? > 0)
}

/// Of all posts that are orders.
pub(in super::super) fn post_states(tx: &ReadTx, parent: OrderId) -> Result<Vec<PostState>, Fault> {
    tx.all(POSTS, [parent], |row| {
        Ok(PostState { units: row.get(0)?, is_final: row.get(1)?, cost: row.get(2)? })
    })
}

const POSTS: &str = "SELECT p.units, p.is_final, o.cost FROM orders AS o INDEXED BY orders_by_run
    JOIN subscription_posts AS p ON p.order_id = o.id WHERE o.parent_id = ?1 ORDER BY o.run";

/// How many units a post used; `None`: nobody knows yet.
pub(in super::super) fn post_units(tx: &ReadTx, id: OrderId) -> Result<Option<i64>, Fault> {
    tx.value("SELECT units FROM subscription_posts WHERE order_id = ?1", [id], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::POSTS;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn the_posts_of_a_subscription_are_found_by_their_index() {
        on_empty_database(|tx| {
            let plan = plan(tx, POSTS);
            assert!(plan.contains("SEARCH o USING INDEX orders_by_run (parent_id=?)"), "{plan}");
            assert!(!plan.contains("SCAN"), "{plan}");
        });
    }
}
