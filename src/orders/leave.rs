//! Leaving a provider's account. Its ids of orders belong to one account at one address: asked for at another they
//! would name strangers' orders, and a stranger's "Canceled" would refund ours. So an account is left for good: what it
//! had is parked and never asked for again, and from then on orders and ids are those of the next account.
//!
//! Another address is another account. Whether another key opens the same one, only the provider knows: it does if it
//! knows our orders.

use super::drip_feed;
use super::error::OrderError;
use super::hold::forgotten;
use super::store;
use crate::audit_log::{self, Actor};
use crate::catalog;
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason as Why;
use crate::notify::{self, Notice};
use crate::provider::{self, Account, Move, Place, Provider, ProviderChange};
use serde_json::json;

/// How many orders are asked for to recognize an account.
const PROOF: i64 = 20;

/// What the provider said when it was asked with a new key.
pub struct Proof {
    /// The account whose orders it was asked for.
    pub account: Account,
    /// Whether it knows any of them. `Err`: why it did not say.
    pub knows: Result<bool, Why>,
}

/// The ids of some orders that the provider had under the old key: whether a new key knows them tells whether it opens
/// the same account. Empty: there is nothing to ask for.
pub fn ids_to_prove(tx: &ReadTx, provider: ProviderId) -> Result<Vec<String>, Fault> {
    store::newest_watched(tx, provider, PROOF)
}

/// Changes a provider as [`catalog::change_provider`] does. If that leaves its account, orders must not be open there,
/// unless they are to be abandoned: then all of them are parked.
///
/// Errors: those of `change_provider`, and `Conflict`.
pub fn change_provider(
    tx: &Tx,
    asked: &ProviderChange,
    proof: Option<Proof>,
    abandon: bool,
) -> Result<Provider, OrderError> {
    let id = asked.id;
    let moving = provider::moving(tx, id, &asked.patch)?;
    let orders = if moving == Move::None { 0 } else { open_count(tx, id, moving)? };
    let leaves = match moving {
        Move::None => false,
        Move::Key => !is_proven(proof.as_ref(), provider::account(tx, id)?),
        Move::Address => true,
    };
    let may = orders == 0 || abandon;
    if leaves && may {
        leave(tx, &asked.actor, id, moving)?;
    }
    let changed = catalog::change_provider(tx, asked)?;
    if leaves && !may { Err(OrderError::Conflict(refusal(moving, orders, proof))) } else { Ok(changed) }
}

/// What another account was asked for in the meantime proves nothing.
fn is_proven(proof: Option<&Proof>, account: Account) -> bool {
    proof.is_some_and(|proof| proof.account == account && proof.knows == Ok(true))
}

fn refusal(moving: Move, orders: i64, proof: Option<Proof>) -> Why {
    match (moving, proof.map(|proof| proof.knows)) {
        (Move::Key, Some(Ok(_))) => Why::KeyOfAnotherAccount { orders },
        (Move::Key, Some(Err(why))) => Why::KeyUnproven { orders, cause: Box::new(why) },
        (Move::Key | Move::Address | Move::None, _) => Why::OrdersOpen { orders },
    }
}

/// At start: goes by the address and the key that the environment names for a provider; `None`: it names none. Another
/// address leaves the account. Another key is in doubt until the provider was asked.
pub fn follow_environment(tx: &Tx, id: ProviderId, named: Option<&Place>) -> Result<(), Fault> {
    provider::set_address(tx, id, named.map(|place| place.url.as_str()))?;
    let Some(place) = named else { return Ok(()) };
    let known = provider::place_of(tx, id)?;
    match Move::between(known.as_ref(), place) {
        Move::Key if !ids_to_prove(tx, id)?.is_empty() => return provider::doubt(tx, id),
        Move::None => {}
        moving @ (Move::Key | Move::Address) => leave(tx, &Actor::CONSOLE, id, moving)?,
    }
    provider::set_place(tx, id, place)
}

/// The provider was asked with the environment's new key, of this fingerprint: `knows` its orders, or not.
pub fn settle_doubt(tx: &Tx, id: ProviderId, key: &str, knows: bool) -> Result<(), Fault> {
    if !knows {
        leave(tx, &Actor::CONSOLE, id, Move::Key)?;
    }
    open_with(tx, id, key)
}

/// An admin ends the doubt about the environment's new key, of this fingerprint: the account is left. Without a doubt
/// nothing happens.
pub fn abandon_doubted(tx: &Tx, actor: &Actor, id: ProviderId, key: &str) -> Result<(), Fault> {
    if !provider::is_in_doubt(tx, id)? {
        return Ok(());
    }
    leave(tx, actor, id, Move::Key)?;
    open_with(tx, id, key)
}

/// It is where it was, with this key.
fn open_with(tx: &Tx, id: ProviderId, key: &str) -> Result<(), Fault> {
    match provider::place_of(tx, id)? {
        Some(known) => provider::set_place(tx, id, &Place { key: key.to_owned(), ..known }),
        None => Ok(()),
    }
}

/// The orders that leaving would park, and those that are on their way.
fn open_count(tx: &ReadTx, id: ProviderId, moving: Move) -> Result<i64, Fault> {
    let open = store::open_count(tx, id)?;
    if moving != Move::Address {
        return Ok(open);
    }
    let waiting = store::queued_count(tx, id)?.saturating_add(store::scheduled_count(tx, id)?);
    let fed = i64::try_from(store::feeds_open_at(tx, id)?.len()).unwrap_or(i64::MAX);
    Ok(open.saturating_add(waiting).saturating_add(fed))
}

/// What is being sent is parked when its outcome comes.
fn leave(tx: &Tx, actor: &Actor, id: ProviderId, moving: Move) -> Result<(), Fault> {
    let is_elsewhere = moving == Move::Address;
    let note = if is_elsewhere { Note::NewAddress } else { Note::NewAccount };
    let mut parked = store::park_open_at(tx, id, &note)?;
    if is_elsewhere {
        parked = parked.saturating_add(store::park_queued_at(tx, id, &Note::QueuedForOldAddress)?);
        parked = parked.saturating_add(drip_feed::doubt_at(tx, id, &Note::QueuedForOldAddress)?);
    }
    store::forget_looks(tx, id)?;
    provider::begin_account(tx, id)?;
    forgotten(tx, id)?;
    let parked = i64::try_from(parked).ok().filter(|orders| *orders > 0);
    if let Some(orders) = parked {
        notify::post(tx, &Notice::Parked { orders, note })?;
        tx.changed(Change::Review);
    }
    let mut entry = actor.entry("provider.leave", format!("provider:{id}"));
    entry.after = Some(json!({ "account": provider::account(tx, id)?.number, "parked_orders": parked }));
    audit_log::record(tx, &entry)
}
