//! Rehearses a restore: every night at four, and soon after a start when that was missed.

use super::audit::next_at;
use crate::jobs::runtime::{JobError, JobResult};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::reports::backups::Folder;
use crate::reports::rehearsal;
use crate::state::App;

pub const NAME: &str = "rehearsal";

/// Hours after midnight in Asia/Ho_Chi_Minh: when the ledger's own proof is over.
const HOUR: i64 = 4;

/// Restores the newest backup into a scratch file. One that a restore could not use fails the job, so that it stays in
/// sight and the operator is told; so does none at all, and one that is too old.
pub fn tick(app: &App) -> JobResult {
    let made = rehearsal::run(&app.db, &Folder::of(&app.config), app.config.backups.every_hours)?;
    match made {
        Some(made) => match (made.trouble, made.name) {
            (Some(trouble), _) => Err(JobError::new(trouble)),
            (None, name) => Ok(name.map(|name| format!("{name} can be restored"))),
        },
        None => Ok(None),
    }
}

/// At the first four o'clock after the last one, or after the first backup; at once while it fails, for somebody may
/// have mended it.
pub fn due_at(app: &App) -> Result<Timestamp, Fault> {
    let now = app.db.clock().now();
    if app.job_registry.trouble(NAME).is_some() {
        return Ok(now);
    }
    // One in the future was a wrong clock's.
    if let Some((at, _)) = app.db.read_now(rehearsal::last)?.filter(|(at, _)| *at <= now) {
        return Ok(next_at(HOUR, at));
    }
    // The first backup of all is the backup job's affair.
    let all = Folder::of(&app.config).list().unwrap_or_default();
    let first = all.last().map(|kept| kept.at.min(now));
    Ok(next_at(HOUR, first.unwrap_or(now)))
}
