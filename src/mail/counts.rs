//! What became of letters since the start, for whoever watches.

use std::sync::atomic::{AtomicU64, Ordering};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Sent,
    /// Tries that brought nothing.
    Failed,
    /// Letters that nobody tries any more.
    GivenUp,
}

#[derive(Debug, Default)]
pub struct Counts([AtomicU64; 3]);

impl Counts {
    pub fn add(&self, what: Counted) {
        if let Some(count) = self.0.get(what as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub fn of(&self, what: Counted) -> u64 {
        self.0.get(what as usize).map_or(0, |count| count.load(Ordering::Relaxed))
    }
}
