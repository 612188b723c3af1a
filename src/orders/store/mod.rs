//! The orders' SQL: single rows here, lists in `pages`, the search in `links`, what a provider is to be told or asked
//! in `queue`, what waits for its time in `schedule`, leaving a provider's account in `leave`, the events in `history`.

mod drip_feed;
mod history;
mod leave;
mod links;
mod pages;
mod queue;
mod repeat;
mod same_link;
mod schedule;
mod shares;
mod slow;
mod subscription;

pub(super) use drip_feed::{
    accept_run_cost, doubt_runs, feed, feeds_due, feeds_open, feeds_open_at, insert_feed, queued_runs,
    run_begun, run_states, set_next_run, set_runs_ended, stop_feed,
};
pub use drip_feed::{is_run_due, run_ids};
pub use history::steps;
pub(super) use history::{ended_by_admin, insert_step, last_step, others_sent, was_resent};
pub(super) use leave::{forget_looks, newest_watched, open_count, park_open_at, park_queued_at};
pub(super) use links::ids_by_link;
pub use links::index_links;
pub use pages::review_count;
pub(super) use pages::{count_of_user, counts, counts_of, list};
pub(super) use queue::{
    by_any_provider_order, by_provider_order, cancels_to_ask, held, linked_to, mark_sending, park_queued,
    park_sending, queued, queued_but, queued_of_others, queued_with_a_choice,
};
pub use queue::{newest_queued, queued_count, queued_with_choices, to_poll};
pub use schedule::is_due;
pub(super) use schedule::{due, hold_back, park_due, scheduled_count};

pub(super) use shares::{is_shared, share, shared, unshare};

pub(super) use same_link::{blocker, freed, stuck_behind};
pub(super) use slow::{open_after, set_slow};

pub(super) use repeat::{by_reference, delete_contents, equal_since, keep_content, keep_reference};

pub(super) use subscription::{
    end_subscription, hear_of_post, insert_post, insert_subscription, last_post_terms, post_count,
    post_states, post_terms, post_units, see_posts,
};

use super::cancel::{CancelRequest, CancelState};
use super::history::EventKind;
use super::model::{Order, Run, State};
use super::refill::{self, RefillStatus, RefillTerms};
use super::status::{Dispatch, Progress, Reason, Status};
use crate::catalog::{self, Source};
use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;
use crate::order_types::Params;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Row, params};

word_column!(Status, Dispatch, Reason, EventKind, CancelState, RefillStatus);

/// As JSON. What is none is a corrupt row.
impl ToSql for Params {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json = serde_json::to_string(self);
        json.map(ToSqlOutput::from).map_err(|cause| rusqlite::Error::ToSqlConversionFailure(cause.into()))
    }
}

impl FromSql for Params {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map_err(|cause| FromSqlError::Other(cause.into()))
    }
}

use same_link::behind;

/// What `order` reads. Lists leave the params where they are: a page of them could be megabytes.
macro_rules! columns {
    () => {
        columns!("o.params")
    };
    (without params) => {
        columns!("'{}'")
    };
    ($params:literal) => {
        concat!(
            "o.id, o.user_id, o.service_id, o.service_name, o.service_type, o.link, o.quantity, ",
            $params,
            ", o.rate,
         o.discount_percent, o.charge, o.provider_id, o.provider_service_id, o.created_at, o.updated_at, o.status,
         o.start_count, o.remains, o.reason, o.refunded, o.dispatch, o.provider_order_id, o.cost, o.attempts,
         o.attempted_at, o.dispatch_note, o.provider_mismatch, o.recheck_round, o.final_round, o.provider_account,
         (SELECT account FROM providers WHERE id = o.provider_id),
         (SELECT cancel FROM services WHERE id = o.service_id), o.cancel_requested_at, o.cancel_state,
         o.cancel_detail, o.start_at, o.unreleased, o.completed_at,
         o.is_slow AND o.status IN ('pending', 'processing', 'in_progress'), o.parent_id, o.run, o.runs,
         o.interval_minutes, f.begun, f.ended, f.next_at, f.stopped, f.accepted_cost, f.doubtful, f.doubt,
         CASE o.dispatch WHEN 'queued' THEN ",
            $crate::orders::store::behind!(),
            " WHEN 'drip_feed' THEN (SELECT ",
            $crate::orders::store::behind!(),
            " FROM orders AS o WHERE o.parent_id = f.order_id AND o.run = f.begun AND o.dispatch = 'queued') END,
         o.posts, s.least, s.most, s.expiry, s.seen, s.ended_at, o.cancel_by_support"
        )
    };
}
use columns;

/// Joins what `columns` reads of a drip-feed, and of a subscription.
macro_rules! fed {
    () => {
        "LEFT JOIN drip_feeds AS f ON f.order_id = o.id LEFT JOIN subscriptions AS s ON s.order_id = o.id "
    };
}
use fed;

macro_rules! select {
    ($($rest:tt)+) => {
        concat!("SELECT ", columns!(), " FROM orders AS o ", fed!(), $($rest)+)
    };
}
use select;

fn order(row: &Row) -> rusqlite::Result<Order> {
    Ok(Order {
        id: row.get(0)?,
        user: row.get(1)?,
        service: row.get(2)?,
        service_name: row.get(3)?,
        kind: row.get(4)?,
        link: row.get(5)?,
        quantity: row.get(6)?,
        params: row.get(7)?,
        rate: row.get(8)?,
        discount: row.get(9)?,
        charge: row.get(10)?,
        start_at: row.get(35)?,
        feed: drip_feed::feed_from(row, 41)?,
        subscription: subscription::subscription_from(row, 51)?,
        run: run(row)?,
        provider: row.get(11)?,
        account: row.get(30)?,
        provider_service: row.get(12)?,
        cancel_offered: row.get(31)?,
        can_refill: false,
        behind: row.get(50)?,
        refill_from: None,
        is_slow: row.get(38)?,
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
        state: State {
            progress: Progress { status: row.get(15)?, start_count: row.get(16)?, remains: row.get(17)? },
            reason: row.get(18)?,
            refunded: row.get(19)?,
            unreleased: row.get(36)?,
            dispatch: row.get(20)?,
            account: row.get(29)?,
            provider_order: row.get(21)?,
            cost: row.get(22)?,
            attempts: row.get(23)?,
            attempted_at: row.get(24)?,
            dispatch_note: row.get(25)?,
            provider_mismatch: row.get(26)?,
            recheck_round: row.get(27)?,
            final_round: row.get(28)?,
            completed_at: row.get(37)?,
            cancel: cancel_request(row)?,
        },
    })
}

fn run(row: &Row) -> rusqlite::Result<Option<Run>> {
    let Some(parent) = row.get(39)? else { return Ok(None) };
    Ok(Some(Run { parent, number: row.get(40)? }))
}

fn cancel_request(row: &Row) -> rusqlite::Result<Option<CancelRequest>> {
    let Some(requested_at) = row.get(32)? else { return Ok(None) };
    let by_support = row.get("cancel_by_support")?;
    Ok(Some(CancelRequest { requested_at, state: row.get(33)?, detail: row.get(34)?, by_support }))
}

/// `None`: no such order, whoever asks.
pub fn by_id(tx: &ReadTx, id: OrderId) -> Result<Option<Order>, Fault> {
    tx.one(select!("WHERE o.id = ?1"), [id], order)?.map(|order| refill::judged(tx, order)).transpose()
}

/// What a run or post is a part of.
pub(super) fn parent(tx: &ReadTx, part: OrderId, parent: OrderId) -> Result<Order, Fault> {
    by_id(tx, parent)?.ok_or_else(|| Fault::Corrupt(format!("order {part} is part of none")))
}

/// Those of these that there are, without their params and how their refills stand.
pub(super) fn by_ids(tx: &ReadTx, ids: &[OrderId]) -> Result<Vec<Order>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let sql = concat!(
        "SELECT ",
        columns!(without params),
        " FROM json_each(?1) AS asked CROSS JOIN orders AS o ON o.id = asked.value ",
        fed!()
    );
    tx.all(sql, [serde_json::json!(ids).to_string()], order)
}

/// A fresh order, under the next id: what has not happened yet keeps the columns' defaults.
pub(super) fn insert(tx: &Tx, order: &Order) -> Result<OrderId, Fault> {
    insert_as(tx, None, order)
}

/// The same under this id. `None`: the next one.
pub(super) fn insert_as(tx: &Tx, id: Option<OrderId>, order: &Order) -> Result<OrderId, Fault> {
    let id = tx.insert(
        "INSERT INTO orders (id, user_id, service_id, service_name, service_type, link, quantity, params,
             rate, discount_percent, charge, status, dispatch, provider_id, provider_service_id, cost, created_at,
             updated_at, start_at, runs, interval_minutes, parent_id, run, link_key, posts, one_per_link)
         VALUES (coalesce(?24, (SELECT id FROM first_ids WHERE name = 'orders'
                 AND id > (SELECT coalesce(max(id), 0) FROM orders))),
             ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16, ?17, ?18, ?19, ?20, ?21,
             ?22, ?23, coalesce((SELECT exclusive_links FROM services WHERE id = ?2), 0))",
        params![
            order.user,
            order.service,
            order.service_name,
            order.kind,
            order.link,
            order.quantity,
            order.params,
            order.rate,
            order.discount,
            order.charge,
            order.state.progress.status,
            order.state.dispatch,
            order.provider,
            order.provider_service,
            order.state.cost,
            order.created_at,
            order.start_at,
            order.feed.as_ref().map(|feed| feed.runs),
            order.feed.as_ref().map(|feed| feed.interval_minutes),
            order.run.map(|run| run.parent),
            order.run.map(|run| run.number),
            catalog::link_key(&order.link),
            order.subscription.as_ref().map(|sold| sold.posts),
            id,
        ],
    )?;
    Ok(OrderId::new(id))
}

/// From now on it is queued at this source.
pub(super) fn set_source(tx: &Tx, id: OrderId, source: &Source) -> Result<(), Fault> {
    tx.execute(
        "UPDATE orders SET provider_id = ?2, provider_service_id = ?3, provider_account = NULL WHERE id = ?1",
        (id, source.provider, &source.provider_service),
    )?;
    Ok(())
}

/// The id that the order's service has at the provider now.
pub(super) fn set_provider_service(tx: &Tx, id: OrderId, provider_service: &str) -> Result<(), Fault> {
    tx.execute("UPDATE orders SET provider_service_id = ?2 WHERE id = ?1", (id, provider_service))?;
    Ok(())
}

pub(super) fn update(tx: &Tx, id: OrderId, state: &State, updated_at: Timestamp) -> Result<(), Fault> {
    let changed = tx.execute(
        "UPDATE orders SET status = ?2, start_count = ?3, remains = ?4, reason = ?5, refunded = ?6, dispatch = ?7,
             provider_order_id = ?8, cost = ?9, attempts = ?10, attempted_at = ?11, dispatch_note = ?12,
             provider_mismatch = ?13, recheck_round = ?14, final_round = ?15, updated_at = ?16,
             provider_account = ?17, cancel_requested_at = ?18, cancel_state = ?19, cancel_detail = ?20,
             unreleased = ?21, completed_at = ?22, cancel_by_support = ?23
         WHERE id = ?1",
        params![
            id,
            state.progress.status,
            state.progress.start_count,
            state.progress.remains,
            state.reason,
            state.refunded,
            state.dispatch,
            state.provider_order,
            state.cost,
            state.attempts,
            state.attempted_at,
            state.dispatch_note,
            state.provider_mismatch,
            state.recheck_round,
            state.final_round,
            updated_at,
            state.account,
            state.cancel.as_ref().map(|wish| wish.requested_at),
            state.cancel.as_ref().map(|wish| wish.state),
            state.cancel.as_ref().and_then(|wish| wish.detail.as_deref()),
            state.unreleased,
            state.completed_at,
            state.cancel.as_ref().is_some_and(|wish| wish.by_support),
        ],
    )?;
    assert_eq!(changed, 1, "the order that was read is there");
    Ok(())
}

/// What the order's service offers now, and the order's last refill.
pub(super) fn refill_terms(tx: &ReadTx, order: &Order) -> Result<RefillTerms, Fault> {
    let last = "SELECT status, iif(status = 'rejected', updated_at, created_at) FROM refills
         WHERE order_id = ?1 ORDER BY id DESC LIMIT 1";
    let last = tx.one(last, [order.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let offered = "SELECT refill, refill_days, active FROM services WHERE id = ?1";
    tx.value(offered, [order.service], |row| {
        Ok(RefillTerms { is_offered: row.get(0)?, days: row.get(1)?, is_sold: row.get(2)?, last })
    })
}
