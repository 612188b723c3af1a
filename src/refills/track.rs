//! What the provider says about refills that it took.

use super::store;
use super::{Refill, save};
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::RefillId;
use crate::kernel::note::Note;
use crate::notify::{self, Notice};
use crate::orders::{Dispatch, RefillStatus};
use crate::provider::{Account, NoReport, RefillWord};

const LATE_DAYS: i64 = 2;

/// A refill to ask the provider about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefillWatched {
    pub refill: RefillId,
    pub provider_refill_id: String,
}

/// Open ones that the account has, behind this one, oldest first.
pub fn to_poll(tx: &ReadTx, at: Account, behind: RefillId, most: usize) -> Result<Vec<RefillWatched>, Fault> {
    store::to_poll(tx, at, behind, most)
}

/// Follows what an account says about its refill. It never moves back, and an end is final.
pub fn apply(
    tx: &Tx,
    at: Account,
    theirs: &str,
    said: &Result<RefillWord, NoReport>,
) -> Result<Option<Refill>, Fault> {
    let found = store::by_provider_refill(tx, at, theirs)?;
    let is_open = |refill: &Refill| refill.dispatch == Dispatch::Sent && !refill.status.is_final();
    let Some(before) = found.filter(is_open) else { return Ok(None) };
    let (status, note) = match said {
        Ok(RefillWord::Pending) => (before.status, None),
        Ok(RefillWord::InProgress) => (RefillStatus::InProgress, None),
        Ok(RefillWord::Completed) => (RefillStatus::Completed, None),
        Ok(RefillWord::Rejected) => (RefillStatus::Rejected, None),
        Ok(RefillWord::Unknown(said)) => (before.status, Some(Note::UnknownStatus { said: said.clone() })),
        Err(said) => (before.status, Some(said.note())),
    };
    save(tx, &before, Refill { status, note, ..before.clone() }).map(Some)
}

/// Whether there is anything for `tell_late` or `park_left`: the cheap question before the write.
pub fn is_neglected(tx: &ReadTx) -> Result<bool, Fault> {
    Ok(!store::late(tx, late_since(tx))?.is_empty() || !store::left(tx)?.is_empty())
}

fn late_since(tx: &ReadTx) -> Timestamp {
    tx.now().plus_seconds(-LATE_DAYS * 24 * 60 * 60)
}

/// Tells the operator of refills that have been open for two days without news, each once.
pub fn tell_late(tx: &Tx) -> Result<(), Fault> {
    for before in store::late(tx, late_since(tx))? {
        let notice = Notice::RefillLate { refill: before.id.get(), order: before.order.get() };
        notify::post(tx, &notice)?;
        save(tx, &before, Refill { is_told: true, ..before.clone() })?;
        tx.changed(Change::Review);
    }
    Ok(())
}
