//! The way to the provider: claimed, then called without a transaction, then recorded.
//!
//! `claim` is committed before anything is sent, so that a crash at any point leaves the order in `sending`, which
//! `park_interrupted` turns into `review`: nobody can tell then whether the provider has it.

use super::drip_feed;
use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::hold::taken_again;
use super::model::{Order, State};
use super::paid::paid;
use super::route::may_go;
use super::status::{Dispatch, Progress, Reason, Status};
use super::store;
use super::transition::{commit_changed, load};
use crate::db::{ReadTx, Tx};
use crate::kernel::cause::CallCause;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason as Why;
use crate::notify::{self, Notice};
use crate::provider::{Account, Exchange, Submission, held, is_account};
use std::collections::HashSet;

/// How long before an attempt the balance may have been heard of that is told as the one before it.
const BALANCE_AGE_S: i64 = 60;
/// Stands before every order.
pub const FRONT: OrderId = OrderId::new(0);

/// A claimed order: everything its `add` needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatchable {
    pub order: OrderId,
    /// 1 for the first.
    pub attempt: i64,
    /// Who bought it.
    pub user: UserId,
    pub submission: Submission,
}

/// Whose orders, and of which of its services, a provider turned away lately.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TurnedAway {
    pub users: Vec<UserId>,
    pub services: Vec<String>,
    /// So many of theirs may go all the same.
    pub trials: usize,
}

impl TurnedAway {
    fn is_none(&self) -> bool {
        self.users.is_empty() && self.services.is_empty()
    }
}

/// What a provider may be sent.
#[derive(Debug)]
pub struct Wanted {
    /// Whether the caller knows the provider as held. Where that is not so any more, nothing is claimed.
    pub is_held: bool,
    /// Orders behind this one come first, then those up to it, each oldest first. Behind `FRONT` are all.
    pub behind: OrderId,
    pub max: usize,
    /// These are left out.
    pub except: HashSet<OrderId>,
    /// Of these only trials go, and behind all others.
    pub turned_away: TurnedAway,
}

impl Wanted {
    /// So many of a provider with which all is well.
    pub fn up_to(max: usize) -> Self {
        Wanted {
            is_held: false,
            behind: FRONT,
            max,
            except: HashSet::new(),
            turned_away: TurnedAway::default(),
        }
    }
}

/// Takes the provider's queued orders for sending to this account of it. While the provider is held, orders of
/// customers come first whom it has not refused. Those that are to go to another source are left. None if it is not the
/// account that orders go to.
pub fn claim(tx: &Tx, at: Account, wanted: &Wanted) -> Result<Vec<Dispatchable>, Fault> {
    let Wanted { is_held, behind, max, except, turned_away } = wanted;
    let (is_held, behind, max) = (*is_held, *behind, *max);
    let mut claimed: Vec<Dispatchable> = Vec::new();
    if !is_account(tx, at)? || held(tx, at.provider)?.is_some() != is_held {
        return Ok(claimed);
    }
    let most = max.saturating_add(except.len());
    let mut take = |orders: Vec<Order>, max: usize| {
        for order in orders {
            let is_taken = claimed.iter().any(|claimed| claimed.order == order.id);
            let is_free = claimed.len() < max && !is_taken && !except.contains(&order.id);
            if is_free && may_go(tx, &order)? {
                let attempt = store::mark_sending(tx, order.id, at)?;
                claimed.push(dispatchable(order, attempt)?);
            }
        }
        Ok::<_, Fault>(claimed.len())
    };
    let mut max = max;
    if is_held && take(store::queued_of_others(tx, at.provider, most)?, max)? == max {
        return Ok(claimed);
    }
    if !turned_away.is_none() {
        let TurnedAway { users, services, trials } = turned_away;
        let others = take(store::queued_but(tx, at.provider, users, services, most)?, max)?;
        max = max.min(others.saturating_add(*trials));
        // It may be the service alone that it does not take, or what the customer orders.
        for (users, services) in [(&[][..], services.as_slice()), (users, &[])] {
            if take(store::queued_but(tx, at.provider, users, services, most)?, max)? >= max {
                return Ok(claimed);
            }
        }
    }
    for behind in [behind, FRONT] {
        if take(store::queued(tx, at.provider, behind, most)?, max)? >= max {
            break;
        }
    }
    Ok(claimed)
}

fn dispatchable(order: Order, attempt: i64) -> Result<Dispatchable, Fault> {
    let no_service = || Fault::Corrupt(format!("order {} is queued without a service", order.id));
    let submission = Submission {
        provider_service_id: order.provider_service.clone().ok_or_else(no_service)?,
        fields: order.kind.sent(order.quantity.get(), &order.params),
        link: Some(order.link).filter(|_| order.kind.link_from.is_none()),
    };
    Ok(Dispatchable { order: order.id, attempt, user: order.user, submission })
}

/// The provider took it under this id. An id that another order has already proves that one of both answers is wrong,
/// so a person decides.
///
/// Errors: `NoOrder`, `Conflict` when the order is not being sent.
pub fn record_sent(
    tx: &Tx,
    id: OrderId,
    provider_order_id: &str,
    exchange: &Exchange,
) -> Result<Order, OrderError> {
    let order = being_sent(tx, id)?;
    let account = order.state.account;
    if let Some(other) = store::linked_to(tx, order.provider, account, provider_order_id)? {
        let note = Note::IdTaken { id: provider_order_id.to_owned(), order: other.get() };
        return to_review(tx, order, &note, exchange);
    }
    if order.is_left() {
        let note = Note::TakenAtLeft { id: provider_order_id.to_owned() };
        let after = State {
            provider_order: Some(provider_order_id.to_owned()),
            ..noted(&order.state, Dispatch::Review, &note)
        };
        return park(tx, order, after, &note, exchange);
    }
    if let Some(provider) = order.provider {
        taken_again(tx, provider)?;
    }
    let after = taken(&order.state, provider_order_id);
    let note = Note::ProviderOrder { id: provider_order_id.to_owned() };
    commit_changed(tx, order, after, Cause::attempt(EventKind::Taken, &note, exchange))
}

/// Provably nothing left the machine, or the provider would not take anything of ours now: back to the queue, or parked
/// when the account was left meanwhile, for its queue was too. Errors: as `record_sent`.
pub fn record_not_sent(tx: &Tx, id: OrderId, note: &Note, exchange: &Exchange) -> Result<Order, OrderError> {
    let order = being_sent(tx, id)?;
    if order.is_left() {
        let note = Note::LeftNotTaken { why: Box::new(note.clone()) };
        return to_review(tx, order, &note, exchange);
    }
    let after = noted(&order.state, Dispatch::Queued, note);
    commit_changed(tx, order, after, Cause::attempt(EventKind::NotSent, note, exchange))
}

/// The provider wants another order for the same link to end first: back to the queue. Errors: as `record_sent`.
pub fn record_same_link(tx: &Tx, id: OrderId, said: &str, exchange: &Exchange) -> Result<Order, OrderError> {
    let note = Note::SameLink { said: said.to_owned() };
    let order = record_not_sent(tx, id, &note, exchange)?;
    if order.state.dispatch != Dispatch::Queued {
        return Ok(order);
    }
    let notice = Notice::SameLink {
        order: order.id.get(),
        service: order.service_name.clone(),
        link: order.link.clone(),
        said: said.to_owned(),
    };
    notify::post_once(tx, &format!("same-link:{id}"), &notice)?;
    Ok(order)
}

/// Nobody can tell whether the provider has it: parked for a person. Errors: as `record_sent`.
pub fn record_unknown(
    tx: &Tx,
    id: OrderId,
    cause: &CallCause,
    exchange: &Exchange,
) -> Result<Order, OrderError> {
    let order = being_sent(tx, id)?;
    let note = Note::OutcomeUnknown {
        cause: cause.clone(),
        balance_before: exchange.balance_before.clone(),
        balance_after: exchange.balance_after.clone(),
        others: among_others(tx, &order, exchange)?,
    };
    to_review(tx, order, &note, exchange)
}

/// A difference of the provider's balance is not this order's alone when others were on their way at that time: how
/// many.
fn among_others(tx: &ReadTx, order: &Order, exchange: &Exchange) -> Result<Option<i64>, Fault> {
    let (Some(provider), Some(began)) = (order.provider, order.state.attempted_at) else { return Ok(None) };
    if exchange.balance_before.is_none() || exchange.balance_after.is_none() {
        return Ok(None);
    }
    let others = store::others_sent(tx, provider, order.id, began.plus_seconds(-BALANCE_AGE_S))?;
    Ok(Some(others).filter(|others| *others > 0))
}

/// At start: whatever was being sent when the process ended may have arrived. How many were parked.
pub fn park_interrupted(tx: &Tx) -> Result<usize, Fault> {
    let parked = store::park_sending(tx, &Note::Interrupted)?;
    tell_parked(tx, parked, Note::Interrupted)?;
    Ok(parked)
}

/// After a restore: also what was only queued in the backup, or has come due, may have been sent since, runs of
/// drip-feeds too. How many were parked.
pub fn park_unsure(tx: &Tx) -> Result<usize, Fault> {
    let fed = drip_feed::doubt_since_backup(tx, &Note::QueuedInBackup)?;
    let interrupted = store::park_sending(tx, &Note::SentInBackup)?;
    let queued = store::park_queued(tx, &Note::QueuedInBackup)?;
    let due = store::park_due(tx, &Note::QueuedInBackup)?;
    let parked = interrupted.saturating_add(queued).saturating_add(due).saturating_add(fed);
    tell_parked(tx, parked, Note::QueuedInBackup)?;
    Ok(parked)
}

fn tell_parked(tx: &Tx, parked: usize, note: Note) -> Result<(), Fault> {
    if parked == 0 {
        return Ok(());
    }
    let orders = i64::try_from(parked).unwrap_or(i64::MAX);
    notify::post(tx, &Notice::Parked { orders, note })
}

pub(super) fn being_sent(tx: &Tx, id: OrderId) -> Result<Order, OrderError> {
    let order = load(tx, id)?;
    match order.state.dispatch {
        Dispatch::Sending => Ok(order),
        Dispatch::Scheduled
        | Dispatch::DripFeed
        | Dispatch::Manual
        | Dispatch::Queued
        | Dispatch::Sent
        | Dispatch::Refused
        | Dispatch::Review => Err(OrderError::Conflict(Why::OrderNotSending)),
    }
}

fn to_review(tx: &Tx, order: Order, note: &Note, exchange: &Exchange) -> Result<Order, OrderError> {
    let after = noted(&order.state, Dispatch::Review, note);
    park(tx, order, after, note, exchange)
}

fn park(tx: &Tx, order: Order, after: State, note: &Note, exchange: &Exchange) -> Result<Order, OrderError> {
    let order = commit_changed(tx, order, after, Cause::attempt(EventKind::Parked, note, exchange))?;
    tell_review(tx, &order, note)?;
    Ok(order)
}

pub(super) fn tell_review(tx: &Tx, order: &Order, note: &Note) -> Result<(), Fault> {
    let notice = Notice::Review {
        order: order.id.get(),
        service: order.service_name.clone(),
        link: order.link.clone(),
        charge: paid(tx, order)?.get(),
        note: note.clone(),
    };
    notify::post(tx, &notice)
}

pub(super) fn noted(state: &State, dispatch: Dispatch, note: &Note) -> State {
    State { dispatch, dispatch_note: Some(note.clone()), ..state.clone() }
}

/// Taken by the provider. One that was parked under way keeps its status.
pub(super) fn taken(state: &State, provider_order_id: &str) -> State {
    let status = match state.progress.status {
        Status::Pending => Status::Processing,
        known @ (Status::Processing
        | Status::InProgress
        | Status::Completed
        | Status::Partial
        | Status::Canceled) => known,
    };
    State {
        dispatch: Dispatch::Sent,
        progress: Progress { status, ..state.progress },
        provider_order: Some(provider_order_id.to_owned()),
        dispatch_note: None,
        ..state.clone()
    }
}

/// Canceled before the provider took it, so the provider takes no money either; of one that it took at an account that
/// was left, nobody hears what it took in the end.
pub(super) fn off_the_queue(state: &State, reason: Reason) -> State {
    State {
        dispatch: Dispatch::Refused,
        progress: Progress { status: Status::Canceled, ..state.progress },
        reason: Some(reason),
        cost: if state.provider_order.is_some() { state.cost } else { state.cost.map(|_| Vnd::ZERO) },
        ..state.clone()
    }
}
