//! Walks through all orders of a round, page by page: from where the last round stopped to the end, then from the
//! beginning to there. Pure: reading is handed in.

use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;
use crate::orders::Watched;

/// Behind which order a page begins.
pub(super) type Position = (i64, OrderId);

pub(super) const START: Position = (-1, OrderId::new(0));

pub(super) struct PollCursor {
    round: i64,
    began: Position,
    position: Position,
    /// Whether the end was reached, and the beginning is what is left.
    is_around: bool,
    is_through: bool,
}

impl PollCursor {
    pub(super) fn from(round: i64, position: Position) -> Self {
        PollCursor { round, began: position, position, is_around: position == START, is_through: false }
    }

    pub(super) fn round(&self) -> i64 {
        self.round
    }

    /// Where the next round is to begin.
    pub(super) fn position(&self) -> Position {
        if self.is_through { START } else { self.position }
    }

    /// The next page; empty: there is none. `read` gives what stands behind a position, in order.
    pub(super) fn next(
        &mut self,
        read: impl Fn(Position) -> Result<Vec<Watched>, Fault>,
    ) -> Result<Vec<Watched>, Fault> {
        while !self.is_through {
            let mut page = read(self.position)?;
            if self.is_around && self.began != START {
                page.retain(|watched| at(watched) <= self.began);
            }
            if let Some(last) = page.last() {
                self.position = at(last);
                let first = first_of_page(self.round, page.len());
                page.rotate_left(first);
                return Ok(page);
            }
            self.is_through = self.is_around;
            self.is_around = true;
            self.position = START;
        }
        Ok(Vec::new())
    }
}

/// With which of so many orders a page begins in this round: a third further each time, and one more after each
/// time around.
fn first_of_page(round: i64, orders: usize) -> usize {
    let round = usize::try_from(round).unwrap_or(0);
    let step = orders.div_ceil(3);
    let around = round.checked_div(orders).unwrap_or(0);
    round.wrapping_mul(step).wrapping_add(around).checked_rem(orders).unwrap_or(0)
}

fn at(watched: &Watched) -> Position {
    (watched.recheck_round, watched.order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const LAST: i64 = 25;
    const PAGE: usize = 10;

    fn read(behind: Position) -> Result<Vec<Watched>, Fault> {
        let all = (1..=LAST).map(|id| Watched {
            order: OrderId::new(id),
            provider_order_id: id.to_string(),
            recheck_round: 0,
        });
        Ok(all.filter(|watched| at(watched) > behind).take(PAGE).collect())
    }

    /// What is left from there, page by page.
    fn rest(cursor: &mut PollCursor) -> Vec<BTreeSet<i64>> {
        let mut next = || {
            let page = cursor.next(read).unwrap();
            page.iter().map(|watched| watched.order.get()).collect::<BTreeSet<_>>()
        };
        std::iter::from_fn(|| Some(next()).filter(|page| !page.is_empty())).collect()
    }

    #[test]
    fn all_are_seen_once_wherever_a_round_begins() {
        for began in 0..=LAST + 1 {
            let mut cursor = PollCursor::from(7, (0, OrderId::new(began)));
            let seen = rest(&mut cursor).into_iter().flatten().collect::<Vec<_>>();
            assert_eq!(seen.len(), 25, "from {began}");
            assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), (1..=LAST).collect(), "from {began}");
            assert_eq!(cursor.position(), START);
        }
    }

    #[test]
    fn a_round_that_was_given_up_goes_on_behind_its_last_page() {
        let mut cursor = PollCursor::from(7, START);
        (0..2).for_each(|_| _ = cursor.next(read).unwrap());
        let then = rest(&mut PollCursor::from(8, cursor.position()));
        assert_eq!(then, [(21..=25).collect(), (1..=10).collect(), (11..=20).collect::<BTreeSet<_>>()]);
    }

    #[test]
    fn nothing_to_ask_is_the_end() {
        let mut cursor = PollCursor::from(7, START);
        assert!(cursor.next(|_| Ok(Vec::new())).unwrap().is_empty());
        assert_eq!(cursor.position(), START);
    }
}
