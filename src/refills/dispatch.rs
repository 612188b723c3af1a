//! The way to the provider: claimed, then called without a transaction, then recorded.

use super::error::RefillError;
use super::{Refill, save, store};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::RefillId;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason as Why;
use crate::notify::{self, Notice};
use crate::orders::{Dispatch, RefillStatus};
use crate::provider::{Account, SubmitError, is_account};

/// A claimed refill: all that its call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefillToSend {
    pub refill: RefillId,
    pub provider_order_id: String,
}

/// Whether the account has any to claim, behind this one.
pub fn has_queued(tx: &ReadTx, at: Account, behind: RefillId) -> Result<bool, Fault> {
    Ok(store::next_queued(tx, at, behind)?.is_some())
}

/// Takes the account's oldest queued refill behind this one for sending.
pub fn claim(tx: &Tx, at: Account, behind: RefillId) -> Result<Option<RefillToSend>, Fault> {
    if !is_account(tx, at)? {
        return Ok(None);
    }
    let Some(refill) = store::next_queued(tx, at, behind)? else { return Ok(None) };
    let no_order = || Fault::Corrupt(format!("refill {} is queued without the provider's order", refill.id));
    let provider_order_id = refill.provider_order.clone().ok_or_else(no_order)?;
    let (id, attempts) = (refill.id, refill.attempts.saturating_add(1));
    let sending =
        Refill { dispatch: Dispatch::Sending, attempts, attempted_at: Some(tx.now()), ..refill.clone() };
    save(tx, &refill, sending)?;
    Ok(Some(RefillToSend { refill: id, provider_order_id }))
}

/// What the call came to. Errors: `NoRefill`, `Conflict` when it is not being sent.
pub fn record(tx: &Tx, id: RefillId, outcome: &Result<String, SubmitError>) -> Result<Refill, RefillError> {
    let before = store::find(tx, id)?.ok_or(RefillError::NoRefill)?;
    if before.dispatch != Dispatch::Sending {
        return Err(RefillError::Conflict(Why::RefillEnded));
    }
    match outcome {
        Ok(theirs) => taken(tx, before, theirs),
        Err(error @ SubmitError::Refused(..)) => {
            let (dispatch, status, note) = (Dispatch::Refused, RefillStatus::Rejected, Some(error.note()));
            Ok(save(tx, &before, Refill { dispatch, status, note, ..before.clone() })?)
        }
        // Another order for the link is no way of the field to answer this; nothing was made all the same.
        Err(
            error @ (SubmitError::AccountTrouble(_)
            | SubmitError::Busy(_)
            | SubmitError::SameLink(_)
            | SubmitError::NotSent(_)),
        ) => {
            let (dispatch, note) = (Dispatch::Queued, Some(error.note()));
            Ok(save(tx, &before, Refill { dispatch, note, ..before.clone() })?)
        }
        Err(error @ SubmitError::Unknown(_)) => Ok(park(tx, before, error.note())?),
    }
}

/// An id that another refill has already proves that one of both answers is wrong.
fn taken(tx: &Tx, before: Refill, theirs: &str) -> Result<Refill, RefillError> {
    if let Some(other) = store::linked_to(tx, &before, theirs)? {
        return Ok(park(tx, before, Note::IdTaken { id: theirs.to_owned(), order: other.get() })?);
    }
    let (dispatch, provider_refill) = (Dispatch::Sent, Some(theirs.to_owned()));
    Ok(save(tx, &before, Refill { dispatch, provider_refill, note: None, ..before.clone() })?)
}

fn park(tx: &Tx, before: Refill, note: Note) -> Result<Refill, Fault> {
    let notice =
        Notice::RefillParked { refill: before.id.get(), order: before.order.get(), note: note.clone() };
    notify::post(tx, &notice)?;
    save(tx, &before, Refill { dispatch: Dispatch::Review, note: Some(note), ..before.clone() })
}

/// At start: what was being sent when the process ended may have arrived. How many were parked.
pub fn park_interrupted(tx: &Tx) -> Result<usize, Fault> {
    park_all(tx, store::sending(tx)?, &Note::Interrupted)
}

/// After a restore: what was only queued in the backup may have been asked for since, and what the provider had may
/// have ended and been asked for again. How many were parked.
pub fn park_unsure(tx: &Tx) -> Result<usize, Fault> {
    let (there, unsure): (Vec<_>, Vec<_>) =
        store::unsure(tx)?.into_iter().partition(|refill| refill.dispatch == Dispatch::Sent);
    let there = park_all(tx, there, &Note::OpenInBackup)?;
    Ok(there.saturating_add(park_all(tx, unsure, &Note::QueuedInBackup)?))
}

/// Those on their way at an account that was left: its ids mean nothing any more. How many were parked.
pub fn park_left(tx: &Tx) -> Result<usize, Fault> {
    park_all(tx, store::left(tx)?, &Note::NewAccount)
}

fn park_all(tx: &Tx, refills: Vec<Refill>, note: &Note) -> Result<usize, Fault> {
    let parked = refills.len();
    for before in refills {
        park(tx, before, note.clone())?;
    }
    Ok(parked)
}
