//! Whether the process may still open files: each connection is one, and when there are none left nobody gets in.

use crate::jobs::runtime::{JobError, JobResult};
use crate::kernel::note::Note;
use crate::state::App;
use rustix::process::{Resource, getrlimit};

/// So many have to be left for calls to other machines, copies and checks.
const RESERVE: u64 = 64;

/// Fails while few are left, so that it is logged, shown, and told to the operator.
pub fn tick(_: &App) -> JobResult {
    let Some(limit) = getrlimit(Resource::Nofile).current else { return Ok(None) };
    // Looking takes a file too; where there is none, the answer is known.
    let open = std::fs::read_dir("/proc/self/fd")
        .map_or(limit, |entries| u64::try_from(entries.count()).unwrap_or(u64::MAX));
    if open.saturating_add(RESERVE) > limit {
        return Err(JobError::new(Note::FewFiles { open, limit }));
    }
    Ok(Some(format!("{open} of {limit}")))
}
