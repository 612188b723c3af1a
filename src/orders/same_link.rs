//! One order for a link at a time, at one provider, where the service wants it so: the next one stays in the queue
//! until the one before has ended. `store` finds who stands behind whom, and `claim` leaves them where they are.

use super::error::OrderError;
use super::schedule::park_by_rule;
use super::store;
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
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
        let behind =
            order.behind.ok_or_else(|| Fault::Corrupt(format!("order {} stands behind none", order.id)))?;
        park_by_rule(tx, order, &Note::BehindLink { order: behind.get(), hours: HOURS })?;
    }
    Ok(is_any)
}

fn since(tx: &ReadTx) -> Timestamp {
    tx.now().plus_seconds(-HOURS * 60 * 60)
}
