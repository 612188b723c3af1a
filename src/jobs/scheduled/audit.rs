//! Proves the ledger: every night at three, and soon after a start when that was missed.

use crate::jobs::runtime::JobResult;
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::notify;
use crate::reports::audit;
use crate::state::App;
use std::time::Instant;

/// Hours after midnight in Asia/Ho_Chi_Minh.
const HOUR: i64 = 3;

/// Proves it now, keeps what came of it, and tells the operator of a ledger that does not hold.
pub fn tick(app: &App) -> JobResult {
    let began = Instant::now();
    let report = audit::run_in_parts(&app.db)?;
    let took = began.elapsed();
    for difference in &report.differences {
        tracing::error!(difference, "the ledger does not hold");
    }
    let said = match report.differences.len() {
        0 => format!("proven: {} transfers, {} orders", report.transfers, report.orders),
        count => format!("the ledger does NOT hold: {count} differences"),
    };
    app.db.write_blocking(move |tx| -> Result<(), Fault> {
        audit::keep(tx, &report, took)?;
        notify::audited(tx, &report.differences)
    })?;
    Ok(Some(said))
}

/// At the first three o'clock after the last one; a last one in the future was a wrong clock's.
pub fn due_at(app: &App) -> Result<Timestamp, Fault> {
    let now = app.db.clock().now();
    let last = app.db.read_now(audit::last)?.map(|(at, _)| at).filter(|at| *at <= now);
    Ok(last.map_or(now, next_night))
}

/// The first three o'clock after a moment.
pub(super) fn next_night(after: Timestamp) -> Timestamp {
    next_at(HOUR, after)
}

/// The first time that it is so many hours after midnight in Asia/Ho_Chi_Minh.
pub(super) fn next_at(hour: i64, after: Timestamp) -> Timestamp {
    let on = |day: Day| day.start().plus_seconds(hour * 60 * 60);
    let today = on(Day::of(after));
    if after < today { today } else { on(Day::of(after).plus(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_after_is_the_next_three_oclock_in_vietnam() {
        let next = |text: &str| next_night(Timestamp::parse_rfc3339(text).unwrap()).rfc3339();
        assert_eq!(next("2026-11-22T19:59:59Z"), "2026-11-22T20:00:00Z");
        assert_eq!(next("2026-11-22T20:00:00Z"), "2026-11-23T20:00:00Z");
        assert_eq!(next("2026-11-22T17:00:00Z"), "2026-11-22T20:00:00Z");
    }
}
