//! Subscriptions and their posts.

use super::super::model::Subscription;
use super::super::subscription::rules::PostState;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;
use crate::kernel::money::Rate;
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

/// It is over, since now unless that was known before.
pub(in super::super) fn end_subscription(tx: &Tx, id: OrderId) -> Result<(), Fault> {
    tx.execute(
        "UPDATE subscriptions SET ended_at = ?2 WHERE order_id = ?1 AND ended_at IS NULL",
        (id, tx.now()),
    )?;
    Ok(())
}

/// So many posts were reported, if that is more than before.
pub(in super::super) fn see_posts(tx: &Tx, id: OrderId, count: i64) -> Result<(), Fault> {
    tx.execute("UPDATE subscriptions SET seen = ?2 WHERE order_id = ?1 AND seen < ?2", (id, count))?;
    Ok(())
}

pub(in super::super) fn insert_post(tx: &Tx, id: OrderId, unit_cost: Option<Rate>) -> Result<(), Fault> {
    tx.insert("INSERT INTO subscription_posts (order_id, unit_cost) VALUES (?1, ?2)", (id, unit_cost))?;
    Ok(())
}

pub(in super::super) fn post_count(tx: &ReadTx, parent: OrderId) -> Result<i64, Fault> {
    tx.value("SELECT count(*) FROM orders WHERE parent_id = ?1", [parent], |row| row.get(0))
}

/// What 1,000 units cost when the post was first heard of.
pub(in super::super) fn post_cost(tx: &ReadTx, id: OrderId) -> Result<Option<Rate>, Fault> {
    let found =
        tx.one("SELECT unit_cost FROM subscription_posts WHERE order_id = ?1", [id], |row| row.get(0))?;
    Ok(found.flatten())
}

/// Whether that is another number than before.
pub(in super::super) fn set_post_units(tx: &Tx, id: OrderId, units: i64) -> Result<bool, Fault> {
    let sql = "UPDATE subscription_posts SET units = ?2 WHERE order_id = ?1 AND units IS NOT ?2";
    Ok(tx.execute(sql, (id, units))? > 0)
}

/// What was read once stays. Whether nothing was known before.
pub(in super::super) fn set_unread_post_units(tx: &Tx, id: OrderId, units: i64) -> Result<bool, Fault> {
    let sql = "UPDATE subscription_posts SET units = ?2 WHERE order_id = ?1 AND units IS NULL";
    Ok(tx.execute(sql, (id, units))? > 0)
}

/// Of all posts that are orders.
pub(in super::super) fn post_states(tx: &ReadTx, parent: OrderId) -> Result<Vec<PostState>, Fault> {
    tx.all(POSTS, [parent], |row| Ok(PostState { units: row.get(0)?, cost: row.get(1)? }))
}

const POSTS: &str = "SELECT p.units, o.cost FROM orders AS o INDEXED BY orders_by_run
    JOIN subscription_posts AS p ON p.order_id = o.id WHERE o.parent_id = ?1 ORDER BY o.run";

/// How many units a post used; an inner `None`: nobody knows yet. `None`: it is no post.
pub(in super::super) fn post_units(tx: &ReadTx, id: OrderId) -> Result<Option<Option<i64>>, Fault> {
    tx.one("SELECT units FROM subscription_posts WHERE order_id = ?1", [id], |row| row.get(0))
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
