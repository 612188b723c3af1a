//! How the process ends when nobody knows what the disk holds: the next start finds out.

use std::sync::OnceLock;

/// The process's exit code then.
const UNKNOWN_OUTCOME: i32 = 70;

static BEFORE: OnceLock<fn()> = OnceLock::new();

/// Has this done before such an end, which nothing else can delay: writing the log's last lines.
pub fn before_end(work: fn()) {
    // The first one counts; there is only one log.
    let _ = BEFORE.set(work);
}

pub(super) fn end() -> ! {
    if let Some(work) = BEFORE.get() {
        work();
    }
    std::process::exit(UNKNOWN_OUTCOME);
}
