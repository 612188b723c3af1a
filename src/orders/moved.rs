//! Open orders that come from another panel. None is ever sent: what a provider has is followed, and all else waits
//! for a person.

use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::{Order, State};
use super::place::fresh;
use super::status::{Dispatch, Progress, Status};
use super::transition::{commit_changed, load};
use super::{rules, store};
use crate::catalog::Service;
use crate::db::Tx;
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::money::{Percent, Quantity, Rate, Vnd};
use crate::kernel::note::Note;
use crate::ledger::{self, Posting};
use crate::order_types::{OrderType, Params};
use crate::provider::Account;

/// An order that somebody paid for there, and that is not over.
#[derive(Debug, Clone)]
pub struct MovedOrder {
    /// Kept, if it is free and lies above all that were given here before any came.
    pub wanted: Option<OrderId>,
    /// The highest of these.
    pub above: OrderId,
    pub user: UserId,
    pub service: Service,
    pub link: String,
    pub quantity: Quantity,
    pub charge: Vnd,
    /// Not a final one.
    pub status: Status,
    pub start_count: Option<i64>,
    pub remains: Option<i64>,
    pub way: MovedWay,
    /// Names its charge and the correction that pays for it in the ledger.
    pub key: String,
    /// What is known of it, for the operator.
    pub note: Note,
}

/// Where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MovedWay {
    /// A provider has it under this id of that account.
    At(Account, String),
    /// Its provider is known here, and nobody knows whether it has the order.
    Unclear,
    /// Its provider is not known here.
    ByHand,
}

/// Writes the order and its charge; a correction of as much comes before, so that the balance stays as it is. Another
/// order that has the provider's id already makes it one that waits for a person.
///
/// Errors: the ledger's, and faults.
pub fn move_in(tx: &Tx, moved: MovedOrder) -> Result<Order, OrderError> {
    let MovedOrder { user, service, quantity, charge, key, note, .. } = moved;
    let provider = service.offer.provider.zip(service.offer.provider_service.clone());
    let provider = provider.filter(|_| moved.way != MovedWay::ByHand);
    // What a type needs besides did not come along, and posts to come cannot be told apart from the rest.
    let kind = if service.offer.kind.is_for_posts() { OrderType::usual() } else { service.offer.kind };
    let dispatch = if provider.is_some() { Dispatch::Queued } else { Dispatch::Manual };
    let id = match moved.wanted {
        Some(id) if id > moved.above && store::by_id(tx, id)?.is_none() => Some(id),
        Some(_) | None => None,
    };
    let (provider, provider_service) = provider.unzip();
    let mut order = Order {
        id: OrderId::new(0),
        user,
        service: service.id,
        service_name: service.offer.name,
        kind,
        link: moved.link,
        quantity,
        params: Params::default(),
        rate: rules::rate_of(kind, charge, quantity).unwrap_or(Rate::MAX),
        discount: Percent::ZERO,
        charge,
        start_at: None,
        feed: None,
        subscription: None,
        run: None,
        provider,
        account: None,
        provider_service,
        cancel_offered: service.offer.cancel,
        can_refill: false,
        behind: None,
        refill_from: None,
        is_slow: false,
        created_at: tx.now(),
        updated_at: tx.now(),
        state: fresh(dispatch, None),
    };
    order.id = store::insert_as(tx, id, &order)?;
    ledger::post(tx, &Posting::adjustment_up(user, charge, "Paid before the move", &key))?;
    ledger::post(tx, &Posting::order_charge(user, order.id, charge))?;
    let order = load(tx, order.id)?;
    let progress = Progress { status: moved.status, start_count: moved.start_count, remains: moved.remains };
    let (kind, after) = way(tx, &order, moved.way, progress, &note)?;
    commit_changed(tx, order, after, Cause::decision(kind, Some(&note), None))
}

fn way(
    tx: &Tx,
    order: &Order,
    way: MovedWay,
    progress: Progress,
    note: &Note,
) -> Result<(EventKind, State), OrderError> {
    let moved = State { progress, ..order.state.clone() };
    let noted = State { dispatch_note: Some(note.clone()), ..moved.clone() };
    match way {
        MovedWay::At(account, id)
            if store::linked_to(tx, order.provider, Some(account.number), &id)?.is_none() =>
        {
            let state = State {
                dispatch: Dispatch::Sent,
                account: Some(account.number),
                provider_order: Some(id),
                ..moved
            };
            Ok((EventKind::Linked, state))
        }
        MovedWay::At(..) | MovedWay::Unclear => {
            Ok((EventKind::Parked, State { dispatch: Dispatch::Review, ..noted }))
        }
        MovedWay::ByHand => Ok((EventKind::StatusSet, noted)),
    }
}
