//! Yesterday in figures, told once a day from eight in the morning on.

use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::notice::NoticeKind;
use crate::notify::{self, Notice};
use crate::state::App;

/// Hours after midnight in Asia/Ho_Chi_Minh.
const HOUR: i64 = 8;

/// Tells of yesterday, if it is time and was not done.
pub fn tick(app: &App) -> Result<(), Fault> {
    let now = app.db.clock().now();
    if now < due(now) {
        return Ok(());
    }
    let day = Day::of(now).plus(-1);
    let key = format!("daily_summary:{}", day.iso());
    let known = key.clone();
    let is_due = app.db.read_now(move |tx| {
        Ok::<_, Fault>(notify::wants(tx, NoticeKind::DailySummary) && !notify::is_posted(tx, &known)?)
    });
    if is_due? {
        let summary = app.db.snapshot(|tx| notify::summary(tx, day))?;
        app.db.write_blocking(move |tx| notify::post_once(tx, &key, &Notice::DailySummary(summary)))?;
    }
    Ok(())
}

/// When the summary of the day before is due, on the day of `now`.
fn due(now: Timestamp) -> Timestamp {
    Day::of(now).start().plus_seconds(HOUR * 60 * 60)
}
