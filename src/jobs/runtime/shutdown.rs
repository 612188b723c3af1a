//! The request to stop, as a flag that can be waited for.

use parking_lot::{Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Default)]
pub(in crate::jobs) struct Shutdown {
    since: Mutex<Option<Instant>>,
    changed: Condvar,
}

impl Shutdown {
    pub(in crate::jobs) fn request(&self) {
        self.since.lock().get_or_insert_with(Instant::now);
        self.changed.notify_all();
    }

    pub(in crate::jobs) fn is_requested(&self) -> bool {
        self.since().is_some()
    }

    /// Whether it was set so long ago.
    pub(in crate::jobs) fn is_older_than(&self, time: Duration) -> bool {
        self.since().is_some_and(|since| since.elapsed() > time)
    }

    /// Until it is set, at most `limit`; whether it is.
    pub(in crate::jobs) fn wait(&self, limit: Duration) -> bool {
        let mut since = self.since.lock();
        self.changed.wait_while_for(&mut since, |since| since.is_none(), limit);
        since.is_some()
    }

    fn since(&self) -> Option<Instant> {
        *self.since.lock()
    }
}
