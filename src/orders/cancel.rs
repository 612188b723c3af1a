//! What a customer asks for: that an order ends before it is done.
//!
//! What was not sent yet is canceled at once. Anything else is a request to whoever delivers: the provider is asked in
//! the background, as often as it takes to get an answer, and money moves when the provider's status or the operator
//! says that the order is canceled, never for the request.

use super::admin::{as_json, decide};
use super::dispatch::off_the_queue;
use super::drip_feed;
use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::{Order, State};
use super::status::{Dispatch, Reason, Status};
use super::transition::{commit_changed, load};
use super::{for_staff, store};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::note::Note;
use crate::kernel::reason::Reason as Why;
use crate::kernel::text::trimmed;
use crate::notify::{self, Notice};
use crate::provider::Account;
use strum::{IntoStaticStr, VariantArray};

const MAX_DETAIL_CHARS: usize = 500;

/// A customer's wish that an order be canceled, which whoever delivers it has to grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelRequest {
    pub requested_at: Timestamp,
    pub state: CancelState,
    /// What the operator says to it.
    pub detail: Option<String>,
    /// Whether the support asked for the customer.
    pub by_support: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CancelState {
    /// The provider is still to be asked.
    Wanted,
    /// Whoever delivers the order knows.
    Asked,
    /// It goes on, or it was completed all the same.
    Refused,
    /// The order ended canceled or in part.
    Done,
}

impl CancelState {
    /// What clients are told of it.
    pub fn shown(self) -> &'static str {
        match self {
            CancelState::Wanted | CancelState::Asked | CancelState::Done => "asked",
            CancelState::Refused => "refused",
        }
    }
}

/// How an order can be canceled by its customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CancelWay {
    /// It was not sent yet: canceled and refunded. Of a drip-feed, what has not begun.
    AtOnce,
    /// Whoever delivers it is asked.
    Request,
}

/// What asking a provider to cancel an order came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancelAnswer {
    /// It will try; its status tells what came of it.
    Accepted,
    /// Its words.
    Refused(String),
}

/// An order that a provider is to be asked to cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelToAsk {
    pub order: OrderId,
    pub provider_order_id: String,
}

/// How the customer can cancel the order now, or why not. Pure.
pub fn cancel_way(order: &Order) -> Result<CancelWay, Why> {
    let state = &order.state;
    if order.run.is_some() {
        return Err(Why::RunOfDripFeed);
    }
    if state.progress.status.is_final() {
        return Err(Why::OrderOver);
    }
    if let Some(feed) = &order.feed {
        return match feed.stopped {
            Some(_) => Err(Why::CancelIsOpen),
            None if feed.begun == feed.runs => Err(Why::RunsAllBegun),
            None => Ok(CancelWay::AtOnce),
        };
    }
    match state.dispatch {
        Dispatch::Scheduled | Dispatch::Queued => Ok(CancelWay::AtOnce),
        Dispatch::Sending => Err(Why::CancelWhileSending),
        Dispatch::Review => Err(Why::CancelInReview),
        Dispatch::DripFeed | Dispatch::Manual | Dispatch::Sent | Dispatch::Refused
            if state.is_cancel_open() =>
        {
            Err(Why::CancelIsOpen)
        }
        Dispatch::DripFeed | Dispatch::Manual | Dispatch::Sent | Dispatch::Refused
            if !order.cancel_offered =>
        {
            Err(Why::CancelNotOffered)
        }
        Dispatch::DripFeed | Dispatch::Manual | Dispatch::Sent | Dispatch::Refused => Ok(CancelWay::Request),
    }
}

/// Cancels the user's order, or asks whoever delivers it to.
///
/// Errors: `NoOrder`, also for somebody else's; `NotCancelable` with the reason.
pub fn cancel(tx: &Tx, user: UserId, id: OrderId) -> Result<Order, OrderError> {
    let order = Some(load(tx, id)?).filter(|order| order.user == user).ok_or(OrderError::NoOrder)?;
    ask(tx, order, None)
}

/// The same for the customer, by somebody of the support. Errors: `NoOrder`; `NotCancelable` with the reason.
pub fn cancel_for(tx: &Tx, actor: &Actor, id: OrderId) -> Result<Order, OrderError> {
    let order = for_staff(tx, actor.id, id)?.ok_or(OrderError::NoOrder)?;
    let before = as_json(&order.state);
    let order = ask(tx, order, actor.id)?;
    let mut entry = actor.entry("order.cancel", format!("order:{id}"));
    (entry.before, entry.after) = (Some(before), Some(as_json(&order.state)));
    audit_log::record(tx, &entry)?;
    Ok(order)
}

/// Why an order is canceled that its customer takes back, or the support for the customer.
pub(super) fn reason(by_support: bool) -> Reason {
    if by_support { Reason::CanceledBySupport } else { Reason::CanceledByCustomer }
}

fn ask(tx: &Tx, order: Order, support: Option<UserId>) -> Result<Order, OrderError> {
    match cancel_way(&order).map_err(OrderError::NotCancelable)? {
        CancelWay::AtOnce if order.feed.is_some() => drip_feed::cancel(tx, order, support),
        CancelWay::AtOnce => {
            let mut after = off_the_queue(&order.state, reason(support.is_some()));
            if order.provider.is_none() {
                after.dispatch = Dispatch::Manual;
            }
            commit_changed(tx, order, after, Cause::by_customer(EventKind::CanceledByCustomer, support))
        }
        CancelWay::Request => request(tx, order, support),
    }
}

fn request(tx: &Tx, order: Order, support: Option<UserId>) -> Result<Order, OrderError> {
    let is_asked_by_panel = order.state.dispatch == Dispatch::Sent;
    let state = if is_asked_by_panel { CancelState::Wanted } else { CancelState::Asked };
    let wish = CancelRequest { requested_at: tx.now(), state, detail: None, by_support: support.is_some() };
    let after = State { cancel: Some(wish), ..order.state.clone() };
    let order = commit_changed(tx, order, after, Cause::by_customer(EventKind::CancelAsked, support))?;
    if !is_asked_by_panel {
        let notice = Notice::CancelAsked {
            order: order.id.get(),
            service: order.service_name.clone(),
            link: order.link.clone(),
            charge: order.charge.get(),
        };
        notify::post(tx, &notice)?;
    }
    Ok(order)
}

/// What a provider's account is to be asked to cancel, oldest first.
pub fn cancels_to_ask(tx: &ReadTx, at: Account, most: usize) -> Result<Vec<CancelToAsk>, Fault> {
    store::cancels_to_ask(tx, at, most)
}

/// The provider's account has answered. What has changed since the question is left as it is.
pub fn record_cancel(tx: &Tx, at: Account, id: OrderId, answer: &CancelAnswer) -> Result<(), OrderError> {
    let order = load(tx, id)?;
    let is_of_account = order.provider == Some(at.provider) && order.state.account == Some(at.number);
    let Some(wish) = order.state.cancel.clone().filter(|wish| wish.state == CancelState::Wanted) else {
        return Ok(());
    };
    if !is_of_account || order.state.dispatch != Dispatch::Sent {
        return Ok(());
    }
    let (kind, state, said) = match answer {
        CancelAnswer::Accepted => (EventKind::CancelAccepted, CancelState::Asked, None),
        CancelAnswer::Refused(said) => {
            (EventKind::CancelRefused, CancelState::Refused, Some(Note::Said { said: said.clone() }))
        }
    };
    let after = State { cancel: Some(CancelRequest { state, ..wish }), ..order.state.clone() };
    commit_changed(tx, order, after, Cause::answer(kind, said.as_ref()))?;
    Ok(())
}

/// The operator does not cancel it; the customer reads `detail`.
///
/// Errors: `NoOrder`, `Conflict` when nobody waits for it, `Fields` when the text is too long.
pub fn refuse_cancel(tx: &Tx, actor: &Actor, id: OrderId, detail: Option<&str>) -> Result<Order, OrderError> {
    let detail = detail.map(trimmed).filter(|text| !text.is_empty());
    if detail.is_some_and(|text| text.chars().count() > MAX_DETAIL_CHARS) {
        return Err(OrderError::field("detail", Rule::CharsAtMost { max: MAX_DETAIL_CHARS }));
    }
    let order = load(tx, id)?;
    let open = order.state.cancel.clone().filter(|_| order.state.is_cancel_open());
    let wish = open.ok_or(OrderError::Conflict(Why::NoCancelOpen))?;
    let refused = CancelRequest { state: CancelState::Refused, detail: detail.map(str::to_owned), ..wish };
    let after = State { cancel: Some(refused), ..order.state.clone() };
    let note = detail.map(|said| Note::Said { said: said.to_owned() });
    decide(tx, actor, ("order.refuse_cancel", EventKind::CancelDeclined, note), order, after)
}

/// With the end of an order the wish is fulfilled or in vain.
pub(super) fn close(state: &mut State) {
    let is_open = state.is_cancel_open();
    let Some(wish) = state.cancel.as_mut().filter(|_| is_open) else { return };
    match state.progress.status {
        Status::Completed => wish.state = CancelState::Refused,
        Status::Partial | Status::Canceled => wish.state = CancelState::Done,
        Status::Pending | Status::Processing | Status::InProgress => {}
    }
}
