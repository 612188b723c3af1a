//! Drip-feeds and their runs.

use super::super::drip_feed::rules::RunState;
use super::super::model::{Feed, Order};
use super::super::status::{Progress, Reason};
use super::{columns, fed, order, select};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId};
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use rusqlite::Row;

/// Those with runs to come that are not stopped.
const OPEN: &str = "drip_feeds AS f JOIN orders AS o ON o.id = f.order_id
    WHERE f.stopped IS NULL AND f.begun < o.runs";
/// While so many runs wait to be sent to a provider, no further ones begin there: what people order comes in between,
/// however many drip-feeds there are.
const MOST_QUEUED: i64 = 50;
/// Those with a run whose time has come and whose provider has room for it: that of their service, or of their sale
/// where it is by hand now.
macro_rules! due {
    ($limit:literal) => {
        concat!(
            "SELECT f.order_id FROM drip_feeds AS f CROSS JOIN orders AS p ON p.id = f.order_id
             WHERE f.next_at <= ?1
                 AND coalesce((SELECT provider_id FROM services WHERE id = p.service_id), p.provider_id, 0)
                 NOT IN (SELECT provider_id FROM orders INDEXED BY orders_queued_runs
                     WHERE dispatch = 'queued' AND parent_id IS NOT NULL GROUP BY provider_id HAVING count(*) >= ?2)
             ORDER BY f.next_at, f.order_id LIMIT ",
            $limit
        )
    };
}
const DUE: &str = select!("WHERE o.id IN (", due!("?3"), ")");
const RUNS: &str = "SELECT status, remains, reason, cost FROM orders INDEXED BY orders_by_run
    WHERE parent_id = ?1 ORDER BY run";

/// From the eighth column behind `from`; `None`: no drip-feed.
pub(super) fn feed_from(row: &Row, from: usize) -> rusqlite::Result<Option<Feed>> {
    let at = |further: usize| from.saturating_add(further);
    let Some(runs) = row.get(at(0))? else { return Ok(None) };
    let count =
        |further: usize| Ok::<i64, rusqlite::Error>(row.get::<_, Option<i64>>(at(further))?.unwrap_or(0));
    Ok(Some(Feed {
        runs,
        interval_minutes: row.get(at(1))?,
        begun: count(2)?,
        ended: count(3)?,
        next_at: row.get(at(4))?,
        stopped: row.get(at(5))?,
        accepted_cost: row.get(at(6))?,
        doubtful: count(7)?,
        doubt: row.get(at(8))?,
    }))
}

pub(in super::super) fn insert_feed(tx: &Tx, id: OrderId, feed: &Feed) -> Result<(), Fault> {
    tx.insert(
        "INSERT INTO drip_feeds (order_id, next_at, accepted_cost) VALUES (?1, ?2, ?3)",
        (id, feed.next_at, feed.accepted_cost),
    )?;
    Ok(())
}

pub(in super::super) fn feed(tx: &ReadTx, id: OrderId) -> Result<Option<Feed>, Fault> {
    Ok(super::by_id(tx, id)?.and_then(|order| order.feed))
}

/// Whether the time of a run has come that can begin: the cheap question before the write.
pub fn is_run_due(tx: &ReadTx) -> Result<bool, Fault> {
    let sql = concat!("SELECT EXISTS (", due!("1"), ")");
    tx.value(sql, (tx.now(), MOST_QUEUED), |row| row.get(0))
}

/// Those with a run whose time has come and that can begin.
pub(in super::super) fn feeds_due(tx: &ReadTx, max: i64) -> Result<Vec<Order>, Fault> {
    tx.all(DUE, (tx.now(), MOST_QUEUED, max), order)
}

/// The runs that became orders, in their order.
pub(in super::super) fn run_states(tx: &ReadTx, parent: OrderId) -> Result<Vec<RunState>, Fault> {
    tx.all(RUNS, [parent], |row| {
        Ok(RunState {
            progress: Progress { status: row.get(0)?, start_count: None, remains: row.get(1)? },
            reason: row.get(2)?,
            cost: row.get(3)?,
        })
    })
}

/// The ids of the runs that became orders, in their order.
pub fn run_ids(tx: &ReadTx, parent: OrderId) -> Result<Vec<OrderId>, Fault> {
    tx.all("SELECT id FROM orders WHERE parent_id = ?1 ORDER BY run", [parent], |row| row.get(0))
}

pub(in super::super) fn queued_runs(tx: &ReadTx, parent: OrderId) -> Result<Vec<Order>, Fault> {
    tx.all(select!("WHERE o.parent_id = ?1 AND o.dispatch = 'queued' ORDER BY o.run"), [parent], order)
}

/// Another run became an order; when the next one is due is not known yet.
pub(in super::super) fn run_begun(tx: &Tx, id: OrderId) -> Result<(), Fault> {
    tx.execute(
        "UPDATE drip_feeds SET begun = begun + 1, next_at = NULL, doubtful = max(doubtful - 1, 0)
         WHERE order_id = ?1",
        [id],
    )?;
    Ok(())
}

pub(in super::super) fn set_next_run(tx: &Tx, id: OrderId, at: Timestamp) -> Result<(), Fault> {
    tx.execute("UPDATE drip_feeds SET next_at = ?2 WHERE order_id = ?1", (id, at))?;
    Ok(())
}

pub(in super::super) fn set_runs_ended(tx: &Tx, id: OrderId, ended: i64) -> Result<(), Fault> {
    tx.execute("UPDATE drip_feeds SET ended = ?2 WHERE order_id = ?1 AND ended <> ?2", (id, ended))?;
    Ok(())
}

/// No further run begins. What was stopped before keeps its reason.
pub(in super::super) fn stop_feed(tx: &Tx, id: OrderId, reason: Reason) -> Result<(), Fault> {
    tx.execute(
        "UPDATE drip_feeds SET stopped = ?2, next_at = NULL WHERE order_id = ?1 AND stopped IS NULL",
        (id, reason),
    )?;
    Ok(())
}

pub(in super::super) fn accept_run_cost(tx: &Tx, id: OrderId, cost: Vnd) -> Result<(), Fault> {
    tx.execute(
        "UPDATE drip_feeds SET accepted_cost = max(coalesce(accepted_cost, 0), ?2) WHERE order_id = ?1",
        (id, cost),
    )?;
    Ok(())
}

/// Those with runs to come, and when the next one was due at the earliest: of an unsent one, when it was made.
pub(in super::super) fn feeds_open(tx: &ReadTx) -> Result<Vec<(OrderId, Feed, Timestamp)>, Fault> {
    let sql = format!(
        "SELECT o.id, coalesce(f.next_at, (SELECT created_at FROM orders WHERE parent_id = o.id AND run = f.begun),
             o.created_at), o.runs, o.interval_minutes, f.begun, f.ended, f.next_at, f.stopped, f.accepted_cost,
             f.doubtful, f.doubt FROM {OPEN} ORDER BY o.id"
    );
    let rows = tx.all(&sql, (), |row| Ok((row.get(0)?, feed_from(row, 2)?, row.get(1)?)))?;
    Ok(rows.into_iter().filter_map(|(id, feed, due)| Some((id, feed?, due))).collect())
}

/// Those whose next run goes to the provider: by their service, or by their sale where that is by hand now.
pub(in super::super) fn feeds_open_at(tx: &ReadTx, provider: ProviderId) -> Result<Vec<OrderId>, Fault> {
    let sql = format!(
        "SELECT o.id FROM {OPEN}
             AND coalesce((SELECT s.provider_id FROM services AS s WHERE s.id = o.service_id), o.provider_id) = ?1
         ORDER BY o.id"
    );
    tx.all(&sql, [provider], |row| row.get(0))
}

/// So many of its next runs wait for a person.
pub(in super::super) fn doubt_runs(tx: &Tx, id: OrderId, runs: i64, note: &Note) -> Result<(), Fault> {
    tx.execute(
        "UPDATE drip_feeds SET doubtful = max(doubtful, ?2), doubt = ?3 WHERE order_id = ?1",
        (id, runs, note),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn due_runs_and_those_of_a_drip_feed_are_found_by_their_indexes() {
        on_empty_database(|tx| {
            let due = plan(tx, DUE);
            assert!(due.contains("drip_feeds_due (next_at<?)"), "{due}");
            let queued = "SCAN orders USING INDEX orders_queued_runs";
            assert!(due.contains(queued) && !due.replace(queued, "").contains("SCAN"), "{due}");
            let runs = plan(tx, RUNS);
            assert_eq!(runs, "SEARCH orders USING INDEX orders_by_run (parent_id=?)");
        });
    }
}
