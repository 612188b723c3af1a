//! The events of orders.

use super::super::history::{Actor, Attempt, Cause, EventKind, OrderEvent};
use super::super::model::{Order, State};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId};
use crate::kernel::note::Note;
use crate::provider::Exchange;
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Row, named_params};
use std::collections::BTreeMap;
use std::time::Duration;

/// More of one order are not shown.
const MOST: i64 = 500;

pub(in super::super) fn insert_step(
    tx: &Tx,
    order: OrderId,
    after: &State,
    cause: Cause<'_>,
) -> Result<(), Fault> {
    let exchange = cause.exchange;
    // Where nobody has to decide, the balances are nobody's business.
    let balances = exchange.filter(|_| cause.kind == EventKind::Parked);
    tx.insert(
        "INSERT INTO order_events (order_id, kind, status, dispatch, refunded, note, actor_id, attempt, began_at,
             duration_ms, request, answer, balance_before, balance_after, created_at)
         VALUES (:order, :kind, :status, :dispatch, :refunded, :note, :actor, :attempt, :began, :duration, :request,
             :answer, :before, :after, :now)",
        named_params! {
            ":order": order,
            ":kind": cause.kind,
            ":status": after.progress.status,
            ":dispatch": after.dispatch,
            ":refunded": after.refunded,
            ":note": cause.note,
            ":actor": cause.actor,
            ":attempt": exchange.map(|_| after.attempts),
            ":began": exchange.and(after.attempted_at),
            ":duration": exchange.and_then(|it| it.duration).map(whole_ms),
            ":request": exchange.and_then(|it| it.request.as_ref()).map(as_json).transpose()?,
            ":answer": exchange.and_then(|it| it.answer.as_deref()),
            ":before": balances.and_then(|it| it.balance_before.as_deref()),
            ":after": balances.and_then(|it| it.balance_after.as_deref()),
            ":now": tx.now(),
        },
    )?;
    Ok(())
}

/// Whether an admin gave the order the status it has. It went there once: a final one is never left but for `canceled`.
pub(in super::super) fn ended_by_admin(tx: &ReadTx, order: &Order) -> Result<bool, Fault> {
    let kind: Option<EventKind> = tx.one(
        "SELECT kind FROM order_events WHERE order_id = ?1 AND status = ?2 ORDER BY id LIMIT 1",
        (order.id, order.state.progress.status),
        |row| row.get(0),
    )?;
    Ok(kind.is_some_and(|kind| kind.by() == Actor::Admin))
}

fn whole_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn as_json(fields: &BTreeMap<String, String>) -> Result<String, Fault> {
    serde_json::to_string(fields).map_err(|cause| Fault::Internal(format!("a request as JSON: {cause}")))
}

/// All orders of this dispatch at once; those that were being sent with their attempt, of which nothing is known but
/// the balance that was heard of last.
pub(super) fn insert_parked(tx: &Tx, dispatch: &str, note: &Note) -> Result<(), Fault> {
    tx.execute(&parked_sql(dispatch), (note, tx.now()))?;
    Ok(())
}

pub(super) fn parked_sql(dispatch: &str) -> String {
    format!(
        "INSERT INTO order_events (order_id, kind, status, dispatch, refunded, note, attempt, began_at, balance_before,
             created_at)
         SELECT o.id, 'parked', o.status, 'review', o.refunded, ?1, iif(o.dispatch = 'sending', o.attempts, NULL),
             iif(o.dispatch = 'sending', o.attempted_at, NULL), iif(o.dispatch = 'sending', p.balance, NULL), ?2
         FROM orders AS o INDEXED BY orders_{dispatch} CROSS JOIN providers AS p ON p.id = o.provider_id
         WHERE o.dispatch = '{dispatch}' ORDER BY o.id"
    )
}

/// How many other orders of this provider were on their way to it since then, at most: looked for among the newest
/// thousand steps.
pub(in super::super) fn others_sent(
    tx: &ReadTx,
    provider: ProviderId,
    order: OrderId,
    since: Timestamp,
) -> Result<i64, Fault> {
    tx.value(
        "SELECT count(*) FROM (
             SELECT o.id FROM orders AS o WHERE o.dispatch = 'sending' AND o.provider_id = ?1
             UNION
             SELECT o.id FROM (SELECT * FROM order_events ORDER BY id DESC LIMIT 1000) AS s
                 JOIN orders AS o ON o.id = s.order_id
             WHERE s.attempt IS NOT NULL AND s.created_at >= ?3 AND o.provider_id = ?1
         ) WHERE id <> ?2",
        (provider, order, since),
        |row| row.get(0),
    )
}

/// Whether a person has sent it again, having looked whether somebody has it.
pub(in super::super) fn was_resent(tx: &ReadTx, order: OrderId) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM order_events WHERE order_id = ?1 AND kind = ?2)";
    tx.value(sql, (order, EventKind::Resent), |row| row.get(0))
}

pub(in super::super) fn last_step(
    tx: &ReadTx,
    order: OrderId,
) -> Result<Option<(EventKind, Option<Note>)>, Fault> {
    tx.one(
        "SELECT kind, note FROM order_events WHERE order_id = ?1 ORDER BY id DESC LIMIT 1",
        [order],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The order's steps, oldest first: at most the newest 500, which only a provider that cannot make up its mind passes.
pub fn steps(tx: &ReadTx, order: OrderId) -> Result<Vec<OrderEvent>, Fault> {
    let mut newest_first = tx.all(
        "SELECT kind, lag(status, 1, 'pending') OVER by_id, status, dispatch,
             refunded - lag(refunded, 1, 0) OVER by_id, note, actor_id, created_at,
             attempt, began_at, duration_ms, request, answer, balance_before, balance_after
         FROM order_events WHERE order_id = ?1 WINDOW by_id AS (ORDER BY id) ORDER BY id DESC LIMIT ?2",
        (order, MOST),
        step,
    )?;
    newest_first.reverse();
    Ok(newest_first)
}

fn step(row: &Row) -> rusqlite::Result<OrderEvent> {
    Ok(OrderEvent {
        kind: row.get(0)?,
        from: row.get(1)?,
        status: row.get(2)?,
        dispatch: row.get(3)?,
        refund: row.get(4)?,
        note: row.get(5)?,
        actor: row.get(6)?,
        at: row.get(7)?,
        attempt: attempt(row)?,
    })
}

fn attempt(row: &Row) -> rusqlite::Result<Option<Attempt>> {
    let Some(number) = row.get(8)? else { return Ok(None) };
    let duration: Option<i64> = row.get(10)?;
    let duration = duration.map(|ms| u64::try_from(ms).map_err(|_| FromSqlError::OutOfRange(ms)));
    let exchange = Exchange {
        request: request(row)?,
        answer: row.get(12)?,
        duration: duration.transpose()?.map(Duration::from_millis),
        balance_before: row.get(13)?,
        balance_after: row.get(14)?,
    };
    Ok(Some(Attempt { number, began_at: row.get(9)?, exchange }))
}

fn request(row: &Row) -> rusqlite::Result<Option<BTreeMap<String, String>>> {
    let Some(text) = row.get::<_, Option<String>>(11)? else { return Ok(None) };
    let unreadable = |cause| rusqlite::Error::FromSqlConversionFailure(11, Type::Text, Box::new(cause));
    serde_json::from_str(&text).map(Some).map_err(unreadable)
}
