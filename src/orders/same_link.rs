//! One order for a link at a time, at one provider, where the service wants it so: the next one stays in the queue
//! until the one before has ended. `store` finds who stands behind whom, and `claim` leaves them where they are.

use super::error::OrderError;
use super::model::Order;
use super::schedule::park_by_rule;
use super::store;
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::note::Note;

/// So long an order waits for one that was sent; then a person decides.
const HOURS: i64 = 24;
/// So many are parked in one write, so that no other waits long.
const PORTION: i64 = 200;

/// Whether an order waits too long for another: the cheap question before the write.
pub fn is_stuck(tx: &ReadTx) -> Result<bool, Fault> {
    Ok(!store::stuck_behind(tx, since(tx), 1)?.is_empty())
}

/// Parks those that wait too long, a portion of them; whether there were any.
pub fn park_stuck(tx: &Tx) -> Result<bool, OrderError> {
    let stuck = store::stuck_behind(tx, since(tx), PORTION)?;
    let is_any = !stuck.is_empty();
    for order in stuck {
        let behind = store::blocker(tx, order.id, since(tx))?;
        // The one before it may have been parked just now.
        let Some(behind) = behind.or(order.behind) else { continue };
        park_by_rule(tx, order, &Note::BehindLink { order: behind.get(), hours: HOURS })?;
    }
    Ok(is_any)
}

/// The order is not under way at the provider any more: who waited for it is told, unless another one is in front.
pub(super) fn freed(tx: &Tx, gone: &Order, provider: ProviderId) -> Result<(), Fault> {
    if let Some((user, order)) = store::freed(tx, gone, provider)? {
        tx.changed(Change::Order(user, order));
    }
    Ok(())
}

fn since(tx: &ReadTx) -> Timestamp {
    tx.now().plus_seconds(-HOURS * 60 * 60)
}
