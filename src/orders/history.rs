//! What an order went through: an event for each transition, written with it and never changed.
//!
//! Placing writes none, since the order and its charge tell the same; a claim writes none either, and the row comes
//! with its outcome. A report that only refines counts or cost is no event, nor is the same failure to send over and
//! over: the order counts those.

use super::error::OrderError;
use super::model::{Order, State};
use super::status::{Dispatch, Status};
use super::store;
use crate::db::Tx;
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::provider::Exchange;
use strum::{IntoStaticStr, VariantArray};

/// What happened to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum EventKind {
    /// The provider gave it an id.
    Taken,
    /// The provider said no.
    Refused,
    /// Nothing reached the provider, or our account kept it from taking anything.
    NotSent,
    /// A source of its service does not take it, so the next one is to.
    NextSource,
    /// The provider said no in words that nobody knows, as it does to others.
    Held,
    /// Nobody can tell whether the provider has it.
    Parked,
    /// The provider said how far it is.
    Reported,
    /// The provider said what cannot be followed.
    Contradicted,
    /// The provider took that back.
    Agreed,
    /// Its time has come.
    Released,
    /// Of a drip-feed: its runs moved on.
    RunsMoved,
    /// A run that was not sent yet, of a drip-feed that ends.
    RunDropped,
    /// Moved by hand.
    StatusSet,
    /// Parked, and decided: to be sent again.
    Resent,
    /// Parked, and decided: the provider has it.
    Linked,
    /// Parked, and decided: the provider does not have it and shall not.
    Withdrawn,
    /// A provider mismatch was taken note of.
    Acknowledged,
    /// The customer took it off the queue.
    CanceledByCustomer,
    /// The customer wants it canceled.
    CancelAsked,
    /// The provider will try to.
    CancelAccepted,
    /// The provider does not cancel it.
    CancelRefused,
    /// An admin does not cancel it.
    CancelDeclined,
}

/// Who caused an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Following its rules.
    Panel,
    Provider,
    Admin,
    Customer,
}

impl EventKind {
    pub fn by(self) -> Actor {
        match self {
            EventKind::NotSent
            | EventKind::NextSource
            | EventKind::Parked
            | EventKind::Released
            | EventKind::RunsMoved
            | EventKind::RunDropped => Actor::Panel,
            EventKind::Taken
            | EventKind::Refused
            | EventKind::Held
            | EventKind::Reported
            | EventKind::Contradicted
            | EventKind::Agreed
            | EventKind::CancelAccepted
            | EventKind::CancelRefused => Actor::Provider,
            EventKind::StatusSet
            | EventKind::Resent
            | EventKind::Linked
            | EventKind::Withdrawn
            | EventKind::Acknowledged
            | EventKind::CancelDeclined => Actor::Admin,
            EventKind::CanceledByCustomer | EventKind::CancelAsked => Actor::Customer,
        }
    }
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEvent {
    pub kind: EventKind,
    /// The status before it and after it.
    pub from: Status,
    pub status: Status,
    pub dispatch: Dispatch,
    /// What went back with it.
    pub refund: Vnd,
    /// For the operator.
    pub note: Option<Note>,
    /// The admin, or who did it for the customer. `None` with an admin's kind: the command line.
    pub actor: Option<UserId>,
    pub attempt: Option<Attempt>,
    pub at: Timestamp,
}

/// An attempt to send the order, for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// 1 for the first.
    pub number: i64,
    /// When it was claimed.
    pub began_at: Timestamp,
    /// Empty when the panel ended before its outcome was known.
    pub exchange: Exchange,
}

/// Why a state changes.
#[derive(Clone, Copy)]
pub(super) struct Cause<'a> {
    pub kind: EventKind,
    pub note: Option<&'a Note>,
    pub actor: Option<UserId>,
    pub exchange: Option<&'a Exchange>,
}

impl<'a> Cause<'a> {
    /// What an attempt to send came to.
    pub fn attempt(kind: EventKind, note: &'a Note, exchange: &'a Exchange) -> Self {
        Cause { kind, note: Some(note), actor: None, exchange: Some(exchange) }
    }

    /// What the provider says about an order that it took.
    pub fn report(said: Option<&'a Note>) -> Self {
        Cause { kind: EventKind::Reported, note: said, actor: None, exchange: None }
    }

    /// What the provider answers to a request of the customer's.
    pub fn answer(kind: EventKind, said: Option<&'a Note>) -> Self {
        Cause { kind, note: said, actor: None, exchange: None }
    }

    /// What the customer does, or somebody of the support for the customer.
    pub fn by_customer(kind: EventKind, support: Option<UserId>) -> Self {
        Cause { kind, note: None, actor: support, exchange: None }
    }

    /// What the panel does by its rules.
    pub fn rule(kind: EventKind) -> Self {
        Cause { kind, note: None, actor: None, exchange: None }
    }

    /// What an admin decides.
    pub fn decision(kind: EventKind, note: Option<&'a Note>, actor: Option<UserId>) -> Self {
        Cause { kind, note, actor, exchange: None }
    }
}

/// Keeps the event of a transition from one state of the order to the next, if it is one.
pub(super) fn keep(tx: &Tx, before: &Order, after: &State, cause: Cause<'_>) -> Result<(), OrderError> {
    let Some(cause) = seen(&before.state, after, cause) else { return Ok(()) };
    if matches!(cause.kind, EventKind::NotSent | EventKind::Held)
        && store::last_step(tx, before.id)? == said(cause)
    {
        return Ok(());
    }
    Ok(store::insert_step(tx, before.id, after, cause)?)
}

fn said(cause: Cause<'_>) -> Option<(EventKind, Option<Note>)> {
    Some((cause.kind, cause.note.cloned()))
}

/// What is to be seen of a change: of a report, or of runs that move on, only that it moves the order, or begins or
/// ends a provider mismatch.
fn seen<'a>(old: &State, new: &'a State, cause: Cause<'a>) -> Option<Cause<'a>> {
    let place = |state: &State| (state.progress.status, state.dispatch, state.refunded);
    let is_quiet = matches!(cause.kind, EventKind::Reported | EventKind::RunsMoved);
    if !is_quiet || place(old) != place(new) {
        return Some(cause);
    }
    match (&old.provider_mismatch, &new.provider_mismatch) {
        (None, Some(note)) => Some(Cause { kind: EventKind::Contradicted, note: Some(note), ..cause }),
        (Some(_), None) => Some(Cause { kind: EventKind::Agreed, ..cause }),
        (None, None) | (Some(_), Some(_)) => None,
    }
}
