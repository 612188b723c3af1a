//! Orders: what was bought, how far it is, and what goes back.
//!
//! An order, its charge and its way to the provider begin in one transaction. What was sold never changes; what moves
//! is the `State`, and every change of it goes through `transition`, which pays the difference of refunds and settles
//! the referrer's commission. What a report or an admin's decision means is decided in `status`, the figures in
//! `rules`.
//!
//! Invariants:
//! - Refunds move to a cumulative target between 0 and the charge, so no repetition pays twice.
//! - A provider is asked for an order at most once, unless it refused clearly or provably never heard of it:
//!   `queued` becomes `sending` in a commit of its own, and whatever is found in `sending` later waits for a person.
//! - Final is final for providers; after that only an admin moves money.
//! - It goes to another source of its service only while it is `queued`, and a person's `resend` binds it to the one
//!   that may have it.
//! - An order moves together with a row of `order_events`, in the schema and not by good will.
//! - The money of a drip-feed stands on the order that was bought. Its runs are orders without money; each belongs to
//!   one parent and number, and every change of one is followed by the parent in the same transaction.
//! - Where a service wants one order for a link at a time, none is claimed while another one is under way at its
//!   provider; whoever is parked holds up nobody.
//! - The money of a subscription stands on it, and the orders of its posts have none. What no post used goes back once,
//!   in the transaction that makes it final.
//! - What waits for its time counts as spent when it is released, and is released once.
//! - `recheck_round` is set exactly while a sent order is to be asked for: never at an account that was left.

mod admin;
mod bulk;
mod cancel;
mod dispatch;
mod drip_feed;
mod error;
#[cfg(test)]
mod examples;
mod history;
mod hold;
mod leave;
mod mass;
mod model;
mod moved;
mod paid;
mod place;
mod refill;
mod repeat;
mod route;
mod rules;
mod same_link;
mod schedule;
mod search;
mod share;
mod slow;
mod status;
mod store;
mod subscription;
mod sync;
mod transition;

pub use admin::{Moved, Resolution, acknowledge, resolve, set_status, set_status_telling};
pub use bulk::{Chosen, Goal, Settled, count, set_status_of_all};
pub use cancel::{
    CancelAnswer, CancelRequest, CancelState, CancelToAsk, CancelWay, cancel, cancel_for, cancel_way,
    cancels_to_ask, record_cancel, refuse_cancel,
};
pub use dispatch::{
    Dispatchable, FRONT, TurnedAway, Wanted, claim, park_interrupted, park_unsure, record_not_sent,
    record_same_link, record_sent, record_unknown,
};
pub use drip_feed::begin_due;
pub use error::OrderError;
pub use history::{Actor, Attempt, EventKind, OrderEvent};
pub use hold::{record_refused, release};
pub use leave::{Proof, abandon_doubted, change_provider, follow_environment, ids_to_prove, settle_doubt};
pub use mass::{Basket, Line, look, place_all};
pub use model::{Feed, Order, Run, State, Subscription};
pub use moved::{MovedOrder, MovedWay, move_in};
pub use paid::{all_paid, paid};
pub use place::{Placement, Quote, place, price_list, quote};
pub use refill::{RefillStatus, refill_refusal};
pub use repeat::{Attempted, Mark, Reference, RepeatError, forget_repeatable, remember, repeated};
pub use route::{Unwell, misplaced, move_on};
pub use same_link::{is_stuck, park_stuck};
pub use schedule::{Timing, release_due};
pub use search::{Filter, Search, list};
pub use share::{is_shared, share, shared, take_down, unshare};
pub use slow::{Glance, look_for_slow, mark_slow};
pub use status::{Decision, Dispatch, Outcome, Progress, Reason, Status, on_decision, on_report};
pub use store::{
    by_id, index_links, is_due, is_run_due, newest_queued, queued_count, queued_with_choices, review_count,
    run_ids, steps, to_poll,
};
pub use sync::{Watched, apply_refusal, apply_report, no_report};

use crate::accounts;
use crate::audit_log::{self, Rights};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId, UserSet};
use std::collections::HashMap;
use strum::VariantArray;

/// The user's own order; `None` also when it is somebody else's.
pub fn of_user(tx: &ReadTx, user: UserId, id: OrderId) -> Result<Option<Order>, Fault> {
    Ok(by_id(tx, id)?.filter(|order| order.user == user))
}

/// An order as somebody who works here may see it: for the support, colleagues have bought nothing. Errors: `Denied`
/// for whoever does not work here.
pub fn for_staff(tx: &ReadTx, actor: Option<UserId>, id: OrderId) -> Result<Option<Order>, Fault> {
    let Some(order) = by_id(tx, id)? else { return Ok(None) };
    let hides = audit_log::rights(tx, actor)? == Rights::Support && accounts::works_here(tx, order.user)?;
    Ok(Some(order).filter(|_| !hides))
}

/// Those of these orders that are the user's own, without their params.
pub fn some_of_user(tx: &ReadTx, user: UserId, ids: &[OrderId]) -> Result<Vec<Order>, Fault> {
    let mut found = store::by_ids(tx, ids)?;
    found.retain(|order| order.user == user);
    Ok(found)
}

/// Where counting a user's orders of one status ends, so that it costs the same however many there are.
pub const MOST_COUNTED: i64 = 1000;

/// How many orders have each status: everybody's but those of some exactly, a user's up to `MOST_COUNTED`.
pub fn counts(tx: &ReadTx, user: Option<UserId>, without: &UserSet) -> Result<Vec<(Status, i64)>, Fault> {
    let Some(user) = user else {
        let hidden: HashMap<Status, i64> = store::counts_of(tx, without)?.into_iter().collect();
        let left = |(status, count): (Status, i64)| {
            (status, count.saturating_sub(hidden.get(&status).copied().unwrap_or(0)))
        };
        return Ok(store::counts(tx)?.into_iter().map(left).collect());
    };
    if without.contains(user) {
        return Ok(Vec::new());
    }
    let count = |status: &Status| Ok((*status, store::count_of_user(tx, user, *status, MOST_COUNTED)?));
    Status::VARIANTS.iter().map(count).collect()
}
