//! Makes a backup as often as the configuration says, and thins those that are there.

use crate::jobs::runtime::{JobError, JobResult};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::reports::backups::{BackupError, Folder};
use crate::state::App;

/// Its name on the board of jobs, where the pages look for it.
pub const NAME: &str = "backup";

/// Where backups are turned off, the job looks again so much later: never, while the process lives.
const NEVER_SECONDS: i64 = 100 * 365 * 24 * 60 * 60;

/// Makes one if the newest is too old, and removes those that are not kept, also when none could be made: the room may
/// be what was missing.
pub fn tick(app: &App) -> JobResult {
    let folder = Folder::of(&app.config);
    let is_due = next_at(app, &folder).map_err(failed)? <= app.db.clock().now();
    let made = if is_due { folder.make(&app.db).map(Some) } else { Ok(None) };
    let removed = folder.thin(&app.db, app.config.backups.keep);
    let (made, removed) = (made.map_err(failed)?, removed.map_err(failed)?);
    let made = made.map(|(kept, _)| format!("{} of {} bytes is proven", kept.name, kept.size));
    let removed = (removed > 0).then(|| format!("{removed} older ones were removed"));
    let said: Vec<String> = made.into_iter().chain(removed).collect();
    Ok(Some(said.join(", ")).filter(|said| !said.is_empty()))
}

/// So long after the newest one; soon after a start when that was missed, and after a failure, for somebody else may
/// have made the one that was missing.
pub fn due_at(app: &App) -> Result<Timestamp, Fault> {
    if app.job_registry.trouble(NAME).is_some() {
        return Ok(app.db.clock().now());
    }
    // What is wrong with the folder, a run meets and reports.
    Ok(next_at(app, &Folder::of(&app.config)).unwrap_or_else(|_| app.db.clock().now()))
}

fn next_at(app: &App, folder: &Folder) -> Result<Timestamp, BackupError> {
    let now = app.db.clock().now();
    let hours = i64::from(app.config.backups.every_hours);
    if hours == 0 {
        return Ok(now.plus_seconds(NEVER_SECONDS));
    }
    // One in the future was a wrong clock's.
    let last = folder.list()?.into_iter().map(|kept| kept.at).find(|at| *at <= now);
    Ok(last.map_or(now, |at| at.plus_seconds(hours * 60 * 60)))
}

fn failed(why: BackupError) -> JobError {
    let cause = why.to_string();
    JobError::new(why.into()).because(cause)
}
