//! Today against yesterday and the same day of last week, each up to this time of day: a day that has just begun is no
//! bad one. Orders count with what has become of them since, as in the sums by day.

use super::{Figures, beyond, by_day, store};
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::Fault;

const WEEK: i64 = 7;

/// The figures of three days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today {
    /// Up to when.
    pub at: Timestamp,
    pub today: (Day, Figures),
    pub yesterday: (Day, Figures),
    /// The same day of last week.
    pub last_week: (Day, Figures),
}

/// Today up to now, and both days before it up to this time of day.
pub fn today(tx: &ReadTx) -> Result<Today, Fault> {
    let at = tx.now();
    let day = Day::of(at);
    let so_far = by_day(tx, day, day)?.pop().map(|(_, figures)| figures).unwrap_or_default();
    let before = |days: i64| {
        let then = day.plus(days.saturating_neg());
        Ok::<_, Fault>((then, part(tx, then, at.millis().saturating_sub(day.start().millis()))?))
    };
    Ok(Today { at, today: (day, so_far), yesterday: before(1)?, last_week: before(WEEK)? })
}

/// The figures of a day up to so many milliseconds after its beginning, this one included.
fn part(tx: &ReadTx, day: Day, elapsed_ms: i64) -> Result<Figures, Fault> {
    let from = day.start();
    let until = Timestamp::from_millis(from.millis().saturating_add(elapsed_ms).saturating_add(1));
    let mut figures = Figures { sold: store::sold_between(tx, from, until)?, ..Figures::default() };
    for moved in store::moved_between(tx, day, from, until)? {
        figures.count(&moved).map_err(beyond)?;
    }
    figures.new_users = store::registered_between(tx, from, until)?;
    Ok(figures)
}
