//! Orders that wait for their time. They are charged like any other, but their charge counts as spent only when they
//! are released: what is canceled before would buy a tier otherwise.
//!
//! The time is one of the wall clock. A clock that jumps brings the release forward or delays it; released an order is
//! only once, for then it is `queued` or `manual`.

use super::error::OrderError;
use super::history::{Cause, EventKind};
use super::model::State;
use super::store;
use super::transition::commit_changed;
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, FieldError, Rule};

/// How far ahead an order may be scheduled.
const MOST_DAYS: i64 = 30;
/// So many are released in one write, so that no other waits long.
const PORTION: i64 = 200;

/// When an order is to be carried out, as it was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// Not before this time; `None`: at once.
    pub start_at: Option<Timestamp>,
}

impl Timing {
    /// Everything about it that is not taken.
    pub(super) fn check(self, tx: &ReadTx) -> Option<FieldError> {
        let start = self.start_at?;
        let latest = tx.now().plus_seconds(MOST_DAYS.saturating_mul(24 * 60 * 60));
        let fits = start > tx.now() && start <= latest;
        (!fits).then(|| FieldError::new("start_at", Rule::TimeAhead { days: MOST_DAYS }))
    }
}

/// Lets the orders go whose time has come, a portion of them; whether there were any.
pub fn release_due(tx: &Tx) -> Result<bool, Fault> {
    let due = store::due(tx, PORTION)?;
    for order in &due {
        let after = State { dispatch: order.first_dispatch(), ..order.state.clone() };
        commit_changed(tx, order.clone(), after, Cause::rule(EventKind::Released))
            .map_err(OrderError::into_fault)?;
    }
    Ok(!due.is_empty())
}
