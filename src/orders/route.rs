//! Which source of its service a queued order goes to.
//!
//! An order stays with the source that it was sold from until something keeps that one from taking it; then the next in
//! order of preference is to, and after the last the first again. It moves only while it is `queued`, so no source
//! has it: whoever may have it (`sending`, `review`) keeps it, and so does one that a person has sent again. A
//! customer's fault, a busy provider and refusals in unknown words move nothing.

use super::dispatch::{noted, off_the_queue};
use super::drip_feed;
use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::{Order, State};
use super::paid::paid;
use super::same_link;
use super::schedule::park_by_rule;
use super::status::{Dispatch, Reason};
use super::transition::{commit_changed, load};
use super::{rules, store};
use crate::catalog::{self, Service, Source};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId};
use crate::kernel::money::{Overflow, Vnd};
use crate::kernel::note::Note;
use crate::provider;
use std::collections::BTreeMap;

/// The providers that take no orders at present, and why, as far as whoever calls them knows.
pub type Unwell = BTreeMap<ProviderId, Note>;

/// What is to become of a queued order.
enum Route {
    /// It goes where it is queued, if anywhere.
    Stay,
    Next(Box<Source>, Note),
    /// It would be sold below cost wherever it went: a person decides.
    Park(Note),
    /// Nobody may have it.
    Refuse(Note),
}

/// Of the orders queued at a provider behind this one those that are to go elsewhere, and the last one looked at;
/// `None`: there are no more.
pub fn misplaced(
    tx: &ReadTx,
    provider: ProviderId,
    behind: OrderId,
    unwell: &Unwell,
) -> Result<(Vec<OrderId>, Option<OrderId>), Fault> {
    const PORTION: usize = 200;
    let orders = store::queued_with_a_choice(tx, provider, behind, PORTION)?;
    let last = orders.last().map(|order| order.id).filter(|_| orders.len() == PORTION);
    let mut found = Vec::new();
    for order in orders {
        if !matches!(route(tx, &order, unwell)?, Route::Stay) {
            found.push(order.id);
        }
    }
    Ok((found, last))
}

/// Moves these orders to where they are to go, as far as they are still queued; those that moved.
pub fn move_on(tx: &Tx, ids: &[OrderId], unwell: &Unwell) -> Result<Vec<OrderId>, OrderError> {
    let mut moved = Vec::new();
    for id in ids {
        let order = load(tx, *id)?;
        if order.state.dispatch == Dispatch::Queued && follow(tx, order, unwell)?.is_some() {
            moved.push(*id);
        }
    }
    Ok(moved)
}

/// Whether the order may be sent where it is queued, as far as the database knows.
pub(super) fn may_go(tx: &ReadTx, order: &Order) -> Result<bool, Fault> {
    Ok(matches!(route(tx, order, &Unwell::new())?, Route::Stay))
}

/// Whether another source of its service takes the order once this one has refused it for good.
pub(super) fn has_next(tx: &ReadTx, order: &Order) -> Result<bool, Fault> {
    Ok(matches!(route(tx, order, &Unwell::new())?, Route::Next(..)))
}

/// `None`: it stays.
pub(super) fn follow(tx: &Tx, order: Order, unwell: &Unwell) -> Result<Option<Order>, OrderError> {
    match route(tx, &order, unwell)? {
        Route::Stay => Ok(None),
        Route::Next(source, why) => hand_on(tx, order, &source, why).map(Some),
        Route::Park(note) => park_by_rule(tx, order, &note).map(Some),
        Route::Refuse(note) => {
            let mut after = off_the_queue(&order.state, Reason::ProviderRefused);
            after.dispatch_note = Some(note.clone());
            let cause = Cause { note: Some(&note), ..Cause::rule(EventKind::Refused) };
            commit_changed(tx, order, after, cause).map(Some)
        }
    }
}

fn hand_on(tx: &Tx, order: Order, source: &Source, why: Note) -> Result<Order, OrderError> {
    let from = order.provider.map(|provider| name(tx, provider)).transpose()?.unwrap_or_default();
    let note = Note::NextSource { from, to: name(tx, source.provider)?, why: Box::new(why) };
    store::set_source(tx, order.id, source)?;
    if let Some(left) = order.provider {
        same_link::freed(tx, &order, left)?;
    }
    let order = Order {
        provider: Some(source.provider),
        provider_service: Some(source.provider_service.clone()),
        account: Some(provider::account(tx, source.provider)?.number),
        ..order
    };
    let cost = cost_at(&order, source)?;
    let after = State { account: None, cost, ..noted(&order.state, Dispatch::Queued, &note) };
    commit_changed(tx, order, after, Cause { note: Some(&note), ..Cause::rule(EventKind::NextSource) })
}

fn name(tx: &ReadTx, id: ProviderId) -> Result<String, Fault> {
    Ok(provider::by_id(tx, id)?.map_or_else(|| format!("#{id}"), |listed| listed.name))
}

fn route(tx: &ReadTx, order: &Order, unwell: &Unwell) -> Result<Route, Fault> {
    let Some(provider) = order.provider else { return Ok(Route::Stay) };
    let is_own = is_own_panel(tx, order, provider)?;
    let sources = catalog::several(tx, order.service)?;
    if sources.is_empty() {
        return Ok(if is_own { Route::Refuse(Note::SourceOwnPanel) } else { Route::Stay });
    }
    let Some(service) = catalog::by_id(tx, order.service)? else { return Ok(Route::Stay) };
    let is_here = |source: &&Source| {
        source.provider == provider && order.provider_service.as_deref() == Some(&source.provider_service)
    };
    let here = sources.iter().position(|source| is_here(&source));
    let Some(why) = hindrance(tx, order, &service, here.and_then(|at| sources.get(at)), unwell)? else {
        return Ok(Route::Stay);
    };
    if store::was_resent(tx, order.id)? {
        return Ok(if is_own { Route::Refuse(why) } else { Route::Stay });
    }
    let behind = here.map_or(0, |at| at.saturating_add(1));
    let (before, after) = sources.split_at(behind);
    let (mut later, mut all_lasting) = (None, true);
    for source in after.iter().chain(before).filter(|source| !is_here(source)) {
        match obstacle(tx, order, &service, source, unwell)? {
            None => return Ok(Route::Next(Box::new(source.clone()), why)),
            Some(obstacle) if is_passing(&obstacle) => {
                all_lasting = false;
                later.get_or_insert(source);
            }
            Some(_) => {}
        }
    }
    // What keeps this one from taking it passes: it waits here. What does not, it waits at the next that may.
    Ok(match (later, why) {
        (_, why) if is_passing(&why) => Route::Stay,
        (Some(source), why) => Route::Next(Box::new(source.clone()), why),
        (None, why @ Note::SourceOwnPanel) if all_lasting => Route::Refuse(why),
        (None, why @ Note::SourceDear { .. }) => Route::Park(why),
        (None, _) => Route::Stay,
    })
}

/// What keeps the source that the order is queued at from taking it. What it was sold at was somebody's wish.
fn hindrance(
    tx: &ReadTx,
    order: &Order,
    service: &Service,
    here: Option<&Source>,
    unwell: &Unwell,
) -> Result<Option<Note>, Fault> {
    let Some(here) = here else {
        // The service has left it since; it was sold from there all the same.
        return match order.provider {
            Some(provider) => standing(tx, order, provider, unwell),
            None => Ok(None),
        };
    };
    let found = obstacle(tx, order, service, here, unwell)?;
    let Some(Note::SourceDear { cost, .. }) = found else { return Ok(found) };
    let is_wish = drip_feed::accepted_cost(tx, order)?.is_some_and(|accepted| cost <= accepted.get());
    Ok(found.filter(|_| !is_wish))
}

/// Why a source does not take the order; `None`: it may.
fn obstacle(
    tx: &ReadTx,
    order: &Order,
    service: &Service,
    source: &Source,
    unwell: &Unwell,
) -> Result<Option<Note>, Fault> {
    if let Some(note) = standing(tx, order, source.provider, unwell)?.filter(|note| !is_passing(note)) {
        return Ok(Some(note));
    }
    if source.problem.is_some() {
        return Ok(Some(Note::SourceProblem));
    }
    if order.kind != service.offer.kind {
        return Ok(Some(Note::SourceType));
    }
    let (least, most) = order.limited();
    if let (Some(min), Some(max)) = (source.min, source.max)
        && !(min.get() <= least && most <= max.get())
    {
        return Ok(Some(Note::SourceLimits { min: min.get(), max: max.get() }));
    }
    let is_accepted = source.cost <= service.guard_state.accepted_cost;
    if let Some(cost) = cost_at(order, source)?.filter(|_| !is_accepted) {
        let paid = paid(tx, order)?;
        if cost > paid && is_dear(tx, order, source)? {
            return Ok(Some(Note::SourceDear { cost: cost.get(), charge: paid.get() }));
        }
    }
    standing(tx, order, source.provider, unwell)
}

/// How a provider stands to the order, whatever it is to deliver.
fn standing(
    tx: &ReadTx,
    order: &Order,
    provider: ProviderId,
    unwell: &Unwell,
) -> Result<Option<Note>, Fault> {
    if is_own_panel(tx, order, provider)? {
        return Ok(Some(Note::SourceOwnPanel));
    }
    if !provider::takes_orders(tx, provider)? {
        return Ok(Some(Note::SourceOff));
    }
    Ok(unwell.get(&provider).cloned())
}

fn is_own_panel(tx: &ReadTx, order: &Order, provider: ProviderId) -> Result<bool, Fault> {
    Ok(provider::panel_of(tx, provider)? == Some(order.user))
}

/// Whether it may be over in a while without anybody's doing at the service.
fn is_passing(note: &Note) -> bool {
    matches!(note, Note::SourceOff | Note::SourceAccount | Note::SourceSilent)
}

fn is_dear(tx: &ReadTx, order: &Order, source: &Source) -> Result<bool, Fault> {
    let Some(rate) = source.cost else { return Ok(false) };
    let sold = drip_feed::sold(tx, order)?;
    let units = order.kind.units(order.quantity.get(), &order.params);
    let is_dear = units.ok_or(Overflow).and_then(|units| rules::is_dear(order.kind, rate, units, sold));
    is_dear.map_err(|_| beyond(order))
}

fn beyond(order: &Order) -> Fault {
    Fault::Corrupt(format!("the cost of order {} is beyond money", order.id))
}

/// What the order would cost at the source; `None`: nobody knows.
fn cost_at(order: &Order, source: &Source) -> Result<Option<Vnd>, Fault> {
    let Some(rate) = source.cost else { return Ok(None) };
    let units = order.kind.units(order.quantity.get(), &order.params);
    let cost = units.ok_or(Overflow).and_then(|units| rules::expected_cost(order.kind, rate, units));
    Ok(Some(cost.map_err(|_| beyond(order))?))
}
