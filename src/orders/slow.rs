//! Orders that are open for much longer than their service takes, for the operator's eyes.

use super::status::Status;
use super::store;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;

/// So many times the median of its service, and at least so many seconds, an order takes to be slow.
const TIMES: i64 = 3;
const LEAST_SECONDS: i64 = 60 * 60;
/// So many orders are looked at in one read.
const PORTION: i64 = 1000;

/// An open order as the look for slow ones sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenOrder {
    pub id: OrderId,
    /// Since it was placed, or was to begin; negative before that.
    pub seconds: i64,
    /// The median of its service. `None`: nobody knows what is usual.
    pub usual: Option<i64>,
    pub is_marked: bool,
}

impl OpenOrder {
    fn is_slow(&self) -> bool {
        self.usual.is_some_and(|usual| self.seconds > usual.saturating_mul(TIMES).max(LEAST_SECONDS))
    }
}

/// What came of a look at some orders.
#[derive(Debug, Default)]
pub struct Glance {
    /// The mark that is to be set, by order.
    pub changed: Vec<(OrderId, bool)>,
    /// The last one looked at. `None`: there are no more.
    pub last: Option<OrderId>,
}

/// Looks at the next open orders of a status, by id.
pub fn look_for_slow(tx: &ReadTx, status: Status, after: OrderId) -> Result<Glance, Fault> {
    let open = store::open_after(tx, status, after, PORTION)?;
    let changed = open.iter().filter(|one| one.is_slow() != one.is_marked).map(|one| (one.id, one.is_slow()));
    Ok(Glance { changed: changed.collect(), last: open.last().map(|one| one.id) })
}

/// Sets the marks that a look found wrong.
pub fn mark_slow(tx: &Tx, marks: &[(OrderId, bool)]) -> Result<(), Fault> {
    marks.iter().try_for_each(|(id, is_slow)| store::set_slow(tx, *id, *is_slow))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_is_more_than_three_times_the_median_and_more_than_an_hour() {
        let is_slow =
            |seconds, usual| OpenOrder { id: OrderId::new(1), seconds, usual, is_marked: false }.is_slow();
        assert!(!is_slow(1_000_000, None));
        assert!(!is_slow(3600, Some(1)) && is_slow(3601, Some(1)));
        assert!(!is_slow(30_000, Some(10_000)) && is_slow(30_001, Some(10_000)));
        assert!(!is_slow(-5, Some(0)) && !is_slow(i64::MAX, Some(i64::MAX)));
    }
}
