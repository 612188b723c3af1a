//! Refills: what fell off after an order was completed is topped up again.
//!
//! When an order can be refilled is a rule of `orders`. Here a refill is asked for at the account that took the order,
//! at most once, for whatever a provider makes of a second question is charged or delivered twice: `queued` becomes
//! `sending` in a commit of its own, and what is found there later, or was answered by nothing clear, waits for a
//! person. One that was taken is asked about until it ends. Refills move no money.

mod admin;
mod dispatch;
mod error;
mod store;
mod track;

pub use admin::{RefillDecision, decide};
pub use dispatch::{RefillToSend, claim, has_queued, park_interrupted, park_left, park_unsure, record};
pub use error::RefillError;
pub use store::{Desk, DeskCounts, Filter, Kept, desk_counts, find, kept_by_service, list};
pub use track::{RefillWatched, apply, is_neglected, tell_late, to_poll};

use crate::audit_log::{self, Actor};
use crate::db::Tx;
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId, RefillId, ServiceId, UserId};
use crate::kernel::note::Note;
use crate::notify::{self, Notice};
use crate::orders::{self, Dispatch, Order, RefillStatus};
use serde_json::json;

/// A refill as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refill {
    pub id: RefillId,
    pub order: OrderId,
    pub user: UserId,
    pub service: ServiceId,
    pub status: RefillStatus,
    /// What the operator says to it.
    pub reason: Option<String>,
    /// How far it is on its way to the provider.
    pub dispatch: Dispatch,
    /// Who took the order, and its id of it; none where it is done by hand.
    pub provider: Option<ProviderId>,
    pub account: Option<i64>,
    pub provider_order: Option<String>,
    /// The provider's id of the refill.
    pub provider_refill: Option<String>,
    pub attempts: i64,
    pub attempted_at: Option<Timestamp>,
    /// What the last attempt, or the provider's last word, came to; for the operator.
    pub note: Option<Note>,
    pub is_told: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Asks for a refill of the user's order.
///
/// Errors: `NoOrder`, also for somebody else's; `NotPossible` with the reason.
pub fn request(tx: &Tx, user: UserId, order: OrderId) -> Result<Refill, RefillError> {
    let order = orders::of_user(tx, user, order)?.ok_or(RefillError::NoOrder)?;
    ask(tx, order)
}

/// The same for the customer, by somebody of the support. Errors: `NoOrder`; `NotPossible` with the reason.
pub fn request_for(tx: &Tx, actor: &Actor, order: OrderId) -> Result<Refill, RefillError> {
    let order = orders::for_staff(tx, actor.id, order)?.ok_or(RefillError::NoOrder)?;
    let refill = ask(tx, order)?;
    let mut entry = actor.entry("refill.ask", format!("order:{}", refill.order));
    entry.after = Some(json!({ "refill": refill.id.get() }));
    audit_log::record(tx, &entry)?;
    Ok(refill)
}

fn ask(tx: &Tx, order: Order) -> Result<Refill, RefillError> {
    if let Some(why) = orders::refill_refusal(tx, &order)? {
        return Err(RefillError::NotPossible(why));
    }
    let refill = fresh(tx.now(), &order);
    let id = store::insert(tx, &refill)?;
    let refill = Refill { id, ..refill };
    changed(tx, &refill);
    if refill.dispatch == Dispatch::Manual {
        let notice = Notice::RefillAsked {
            refill: id.get(),
            order: order.id.get(),
            service: order.service_name,
            link: order.link,
        };
        notify::post(tx, &notice)?;
    }
    Ok(refill)
}

/// One that the provider has an order for goes there; all others are done by hand.
fn fresh(now: Timestamp, order: &Order) -> Refill {
    let state = &order.state;
    let theirs =
        state.provider_order.clone().filter(|_| state.dispatch == Dispatch::Sent && !order.is_left());
    let provider = order.provider.filter(|_| theirs.is_some());
    Refill {
        id: RefillId::new(0),
        order: order.id,
        user: order.user,
        service: order.service,
        status: RefillStatus::Pending,
        reason: None,
        dispatch: if provider.is_some() { Dispatch::Queued } else { Dispatch::Manual },
        provider,
        account: state.account.filter(|_| provider.is_some()),
        provider_order: theirs.filter(|_| provider.is_some()),
        provider_refill: None,
        attempts: 0,
        attempted_at: None,
        note: None,
        is_told: false,
        created_at: now,
        updated_at: now,
    }
}

/// Writes the refill as it is from now on. News are a change that the customer can see.
fn save(tx: &Tx, before: &Refill, after: Refill) -> Result<Refill, Fault> {
    if *before == after {
        return Ok(after);
    }
    let is_news = before.status != after.status || before.reason != after.reason;
    let after = if is_news { Refill { updated_at: tx.now(), is_told: false, ..after } } else { after };
    store::update(tx, &after)?;
    if is_news {
        changed(tx, &after);
    }
    if before.dispatch != after.dispatch {
        tx.changed(Change::Review);
    }
    Ok(after)
}

/// Whether the order can be refilled has changed with it.
fn changed(tx: &Tx, refill: &Refill) {
    tx.changed(Change::Refill(refill.user, refill.id));
    tx.changed(Change::Order(refill.user, refill.order));
}
