//! What a refusal does to an order, and when a provider is held for its refusals.
//!
//! Words that nobody knows may speak of the operator's account. When a provider says such words to the third customer,
//! with nothing taken in between, it is its own trouble: from then on what it refuses so stays queued, until it takes
//! an order or an admin decides. The first two were refused and refunded like any other.

use super::admin::decide;
use super::dispatch::{being_sent, noted, off_the_queue};
use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::Order;
use super::route::{Unwell, follow, has_next};
use super::status::{Dispatch, Reason};
use super::store;
use super::transition::commit_changed;
use crate::audit_log::{self, Actor};
use crate::catalog;
use crate::db::Tx;
use crate::kernel::change::Change;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId};
use crate::kernel::note::Note;
use crate::notify::{self, Notice, Subject};
use crate::provider;
use crate::provider::{Exchange, Ground, ProviderError};
use serde_json::json;

/// The provider clearly said no: canceled and refunded, or kept in the queue while the provider is held.
///
/// Errors: `NoOrder`, `Conflict` when the order is not being sent.
pub fn record_refused(
    tx: &Tx,
    id: OrderId,
    ground: Ground,
    said: &str,
    exchange: &Exchange,
) -> Result<Order, OrderError> {
    let order = being_sent(tx, id)?;
    let holds = match (ground, order.provider) {
        // It says nothing about the present account.
        (_, Some(_)) if order.is_left() => false,
        (Ground::Unknown, Some(provider)) => counts(tx, &order, provider, said)?,
        (Ground::Service, Some(provider)) => {
            pause_service(tx, &order, provider, said)?;
            if has_next(tx, &order)? {
                return not_known_there(tx, order, said, exchange);
            }
            false
        }
        (Ground::Customer, _) | (_, None) => false,
    };
    let note = Note::Said { said: said.to_owned() };
    if holds {
        let after = noted(&order.state, Dispatch::Queued, &note);
        return commit_changed(tx, order, after, Cause::attempt(EventKind::Held, &note, exchange));
    }
    let mut after = off_the_queue(&order.state, Reason::ProviderRefused);
    after.dispatch_note = Some(note.clone());
    commit_changed(tx, order, after, Cause::attempt(EventKind::Refused, &note, exchange))
}

/// Another source knows the service: the order goes there.
fn not_known_there(tx: &Tx, order: Order, said: &str, exchange: &Exchange) -> Result<Order, OrderError> {
    let note = Note::Said { said: said.to_owned() };
    let after = noted(&order.state, Dispatch::Queued, &note);
    let order = commit_changed(tx, order, after, Cause::attempt(EventKind::NotSent, &note, exchange))?;
    // A run whose drip-feed was stopped meanwhile has been taken back.
    if order.state.dispatch != Dispatch::Queued {
        return Ok(order);
    }
    let queued = order.clone();
    Ok(follow(tx, order, &Unwell::new())?.unwrap_or(queued))
}

/// Whether the provider is held with this refusal.
fn counts(tx: &Tx, order: &Order, provider: ProviderId, said: &str) -> Result<bool, Fault> {
    let was_held = provider::held(tx, provider)?.is_some();
    provider::note_refusal(tx, provider, order.user, said)?;
    if was_held {
        return Ok(true);
    }
    if provider::held(tx, provider)?.is_none() {
        return Ok(false);
    }
    let notice = Notice::ProviderHeld { provider: name(tx, provider)?, said: said.to_owned() };
    notify::trouble(tx, Subject::Hold(provider), &notice)?;
    tx.changed(Change::Review);
    Ok(true)
}

fn pause_service(tx: &Tx, order: &Order, provider: ProviderId, said: &str) -> Result<(), Fault> {
    let service = order.provider_service.as_deref().unwrap_or_default();
    for (service, name) in catalog::pause_refused(tx, provider, service)? {
        notify::post(tx, &Notice::ServiceRefused { service: service.get(), name, said: said.to_owned() })?;
    }
    Ok(())
}

/// The provider took an order: what it refused before in unknown words was about those orders.
pub(super) fn taken_again(tx: &Tx, provider: ProviderId) -> Result<(), Fault> {
    if provider::forget_refusals(tx, provider)? {
        notify::over(tx, Subject::Hold(provider), &Notice::ProviderWell { provider: name(tx, provider)? })?;
        tx.changed(Change::Review);
    }
    Ok(())
}

/// Its account is left: what it refused there says nothing about the next one, and nothing about that one's health.
pub(super) fn forgotten(tx: &Tx, provider: ProviderId) -> Result<(), Fault> {
    if provider::forget_refusals(tx, provider)? {
        notify::no_more(tx, Subject::Hold(provider))?;
        tx.changed(Change::Review);
    }
    Ok(())
}

/// An admin ends the hold of a provider: its orders go out as ever, and counting begins anew. With `refuse` the
/// refusals that were held count: each queued order whose last answer was one is canceled and refunded.
///
/// Errors: `NoProvider`, `NotHeld`.
pub fn release(tx: &Tx, actor: &Actor, provider: ProviderId, refuse: bool) -> Result<(), OrderError> {
    let held = provider::by_id(tx, provider)?.ok_or(ProviderError::NoProvider)?.held;
    let held = held.ok_or(ProviderError::NotHeld)?;
    let refused = if refuse { store::held(tx, provider)? } else { Vec::new() };
    for order in &refused {
        let after = off_the_queue(&order.state, Reason::ProviderRefused);
        let note = order.state.dispatch_note.clone();
        decide(tx, actor, ("order.refuse", EventKind::Withdrawn, note), order.clone(), after)?;
    }
    taken_again(tx, provider)?;
    let mut entry = actor.entry("provider.release", format!("provider:{provider}"));
    entry.before = Some(json!({ "held_since": held.since.rfc3339(), "said": held.said }));
    let refused: Vec<i64> = refused.iter().map(|order| order.id.get()).collect();
    entry.after = Some(json!({ "refused_orders": refused }));
    Ok(audit_log::record(tx, &entry)?)
}

fn name(tx: &Tx, provider: ProviderId) -> Result<String, Fault> {
    Ok(provider::by_id(tx, provider)?.map_or_else(|| format!("#{provider}"), |listed| listed.name))
}
