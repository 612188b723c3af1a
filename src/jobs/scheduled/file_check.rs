//! Looks for damage in the database file: every night at three, and soon after a start at which there was no time to.

use super::audit::next_night;
use crate::jobs::runtime::{JobError, JobResult};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::state::App;

/// Checks the whole file. Damage fails the job, so that it stays in sight and the operator is told.
pub fn tick(app: &App) -> JobResult {
    match app.db.check(None)?.damage {
        Some(said) => Err(JobError::new(Note::FileDamaged { said })),
        None => Ok(Some("the file is whole".to_owned())),
    }
}

pub fn due_at(app: &App) -> Result<Timestamp, Fault> {
    let now = app.db.clock().now();
    // One in the future was a wrong clock's.
    let last = app.db.condition().whole_at.filter(|at| *at <= now);
    Ok(last.map_or(now, next_night))
}
