//! Yesterday in figures, told once a day from eight in the morning on.

use crate::jobs::runtime::JobResult;
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::notice::NoticeKind;
use crate::notify::{self, Notice};
use crate::reports;
use crate::state::App;

/// Hours after midnight in Asia/Ho_Chi_Minh.
const HOUR: i64 = 8;

/// Tells of yesterday, if it is time and was not done.
pub fn tick(app: &App) -> JobResult {
    let now = app.db.clock().now();
    if now < due(now) || !is_open(app, now)? {
        return Ok(None);
    }
    let day = Day::of(now).plus(-1);
    let summary = app.db.snapshot(|tx| reports::summary(tx, day))?;
    let key = key(now);
    app.db.write_blocking(move |tx| notify::post_once(tx, &key, &Notice::DailySummary(summary)))?;
    Ok(Some(format!("told of {}", day.iso())))
}

/// Today at eight; tomorrow when today's is done or nobody wants it.
pub fn due_at(app: &App) -> Result<Timestamp, Fault> {
    let now = app.db.clock().now();
    let today = due(now);
    Ok(if is_open(app, now)? { today } else { today.plus_seconds(24 * 60 * 60) })
}

/// Whether it is wanted and was not told yet.
fn is_open(app: &App, now: Timestamp) -> Result<bool, Fault> {
    let key = key(now);
    app.db.read_now(|tx| Ok(notify::wants(tx, NoticeKind::DailySummary) && !notify::is_posted(tx, &key)?))
}

/// Under which yesterday is told.
fn key(now: Timestamp) -> String {
    format!("daily_summary:{}", Day::of(now).plus(-1).iso())
}

/// When the summary of the day before is due, on the day of `now`.
fn due(now: Timestamp) -> Timestamp {
    Day::of(now).start().plus_seconds(HOUR * 60 * 60)
}
