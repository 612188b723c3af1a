//! The request to stop, as a flag that can be waited for.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

#[derive(Default)]
pub(in crate::jobs) struct Shutdown {
    since: Mutex<Option<Instant>>,
    changed: Condvar,
}

impl Shutdown {
    pub(in crate::jobs) fn request(&self) {
        self.since.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Instant::now);
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
        let since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(since, limit, |since| since.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.is_some()
    }

    fn since(&self) -> Option<Instant> {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
