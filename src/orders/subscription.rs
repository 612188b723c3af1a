//! A subscription: one order at the provider, which makes one of its own for each post that it finds.
//!
//! The money stands on the subscription: it is charged in advance for the most that its posts can use. Each order that
//! the provider reports for a post is kept as an order with the subscription as its parent, without money, and is asked
//! for like any other, for what the provider takes for it says how much the post used. The provider's word that it is
//! over is remembered first; it is settled, and the rest given back, once every post has been asked for. So reports may
//! come in any order and as often as they like.

pub(super) mod rules;

use self::rules::{Heard, PostTerms};
use super::dispatch::taken;
use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::{Order, Run, State, Subscription};
use super::place::fresh;
use super::rules::partial_refund;
use super::status::{Dispatch, Status};
use super::store;
use super::sync::is_known_to_admin;
use super::transition::{commit, commit_changed, load};
use crate::catalog;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;
use crate::kernel::money::{Quantity, Rate, Vnd};
use crate::kernel::note::Note;
use crate::order_types::Params;
use crate::provider::{Report, ReportedPosts, SyncTerms};

/// Follows what the provider says about the subscription. `after`: its state but for that.
pub(super) fn follow(
    tx: &Tx,
    order: Order,
    mut after: State,
    (report, terms): (&Report, &SyncTerms),
    by_admin: bool,
) -> Result<Option<Order>, OrderError> {
    let id = order.id;
    let seen = order.subscription.as_ref().map_or(0, |sold| sold.seen);
    let heard = rules::heard(order.state.progress.status, by_admin, seen, report);
    let open = if let Heard::Open(status) = heard { Some(status) } else { None };
    match heard {
        Heard::Unclear(note) if is_known_to_admin(tx, &order, &note)? => {}
        Heard::Unclear(note) => after.provider_mismatch = Some(note),
        Heard::Nothing | Heard::Open(_) => after.provider_mismatch = None,
        Heard::Over => {
            after.provider_mismatch = None;
            store::end_subscription(tx, id)?;
        }
    }
    if !order.state.progress.status.is_final() {
        keep_posts(tx, &order, &report.posts, terms)?;
    }
    let order = load(tx, id)?;
    let said = report.note();
    moved(tx, order, after, open, Cause::report(Some(&said)))
}

/// What the provider says of a post: how much it used, and what that makes of its subscription. `said`: `None` where it
/// does not know the post any more.
pub(super) fn heard_of_post(
    tx: &Tx,
    post: &Order,
    said: Option<(&Report, &SyncTerms)>,
) -> Result<(), OrderError> {
    let Some(Run { parent, .. }) = post.run else { return Ok(()) };
    let order = load(tx, parent)?;
    let Some(sold) = order.subscription.as_ref().filter(|_| !order.state.progress.status.is_final()) else {
        return Ok(());
    };
    let units = said.map(|(report, terms)| read_units(tx, post.id, report, terms, sold)).transpose()?;
    if store::hear_of_post(tx, post.id, parent, units.flatten(), sold.most)? {
        let after = order.state.clone();
        moved(tx, order, after, None, Cause::report(None))?;
    }
    Ok(())
}

fn read_units(
    tx: &ReadTx,
    post: OrderId,
    report: &Report,
    terms: &SyncTerms,
    sold: &Subscription,
) -> Result<Option<i64>, Fault> {
    let in_terms = report.currency.as_ref().is_none_or(|named| named.eq_ignore_ascii_case(&terms.currency));
    let charge = report.charge.as_ref().filter(|_| in_terms);
    let known = store::post_terms(tx, post)?;
    Ok(charge.and_then(|charge| rules::post_units(charge.as_str(), &known, sold)))
}

/// The subscription as its posts say. `after`: what else has changed.
fn moved(
    tx: &Tx,
    order: Order,
    after: State,
    open: Option<Status>,
    cause: Cause<'_>,
) -> Result<Option<Order>, OrderError> {
    let Some(sold) = order.subscription.clone() else {
        return Err(Fault::Corrupt(format!("order {} is no subscription", order.id)).into());
    };
    let posts = store::post_states(tx, order.id)?;
    let next = rules::state(&Order { state: after, ..order.clone() }, &sold, &posts, open, tx.now())?;
    commit(tx, order, next, cause)
}

/// Makes an order of each post that is not one yet, up to as many as were paid for. An id that another order has
/// already is none of this subscription's, so its post is one without an order.
fn keep_posts(tx: &Tx, order: &Order, said: &ReportedPosts, terms: &SyncTerms) -> Result<(), OrderError> {
    let Some(sold) = &order.subscription else { return Ok(()) };
    let mut number = store::post_count(tx, order.id)?;
    let terms = PostTerms { unit_cost: unit_cost(tx, order)?, exchange_rate: terms.exchange_rate.clone() };
    let mut told = said.count;
    // All that were paid for are known: nothing is looked up in every round.
    let unknown = if number < sold.posts { said.orders.as_slice() } else { &[] };
    for id in unknown {
        match store::linked_to(tx, order.provider, order.state.account, id)? {
            None if number < sold.posts => {
                number = number.saturating_add(1);
                keep_post(tx, order, sold, number, id, &terms)?;
            }
            None | Some(_) => {}
        }
    }
    let listed = i64::try_from(said.orders.len()).unwrap_or(i64::MAX);
    told = told.max(listed).max(number).min(sold.posts);
    Ok(store::see_posts(tx, order.id, told)?)
}

fn keep_post(
    tx: &Tx,
    order: &Order,
    sold: &Subscription,
    number: i64,
    provider_order: &str,
    terms: &PostTerms,
) -> Result<(), OrderError> {
    let mut post = Order {
        quantity: Quantity::new(sold.most).unwrap_or(Quantity::ONE),
        params: Params::default(),
        charge: Vnd::ZERO,
        start_at: None,
        subscription: None,
        run: Some(Run { parent: order.id, number }),
        can_refill: false,
        is_slow: false,
        created_at: tx.now(),
        updated_at: tx.now(),
        state: fresh(Dispatch::Queued, None),
        ..order.clone()
    };
    post.id = store::insert(tx, &post)?;
    store::insert_post(tx, post.id, terms)?;
    let after = State { account: order.state.account, ..taken(&post.state, provider_order) };
    let note = Note::ProviderOrder { id: provider_order.to_owned() };
    commit_changed(tx, post, after, Cause { note: Some(&note), ..Cause::rule(EventKind::Taken) })?;
    Ok(())
}

/// What was paid for what a post used of it, by what is known.
pub(super) fn share(tx: &ReadTx, parent: &Order, sold: &Subscription, post: OrderId) -> Result<Vnd, Fault> {
    let units = store::post_units(tx, post)?.unwrap_or(sold.most).min(parent.quantity.get());
    partial_refund(parent.charge, parent.quantity, units).map_err(|_| Fault::Overflow("the share of a post"))
}

/// What 1,000 units cost now where the subscription is. Once its service has left that provider: what they cost when
/// its last post was found, or when it was sold.
fn unit_cost(tx: &ReadTx, order: &Order) -> Result<Option<Rate>, Fault> {
    let is_here = |source: &catalog::Source| {
        Some(source.provider) == order.provider
            && order.provider_service.as_deref() == Some(&source.provider_service)
    };
    if let Some(service) = catalog::by_id(tx, order.service)?
        && let Some(source) = catalog::sources(tx, &service)?.into_iter().find(is_here)
    {
        return Ok(source.cost);
    }
    match store::last_post_terms(tx, order.id)? {
        Some(terms) => Ok(terms.unit_cost),
        None => Ok(order.state.cost.and_then(|cost| rules::cost_of_thousand(cost, order.quantity))),
    }
}
