//! Reads in place, on the workers that answer requests.
//!
//! A short read costs less where it stands than handed to another thread (measured: handed over, a third fewer a
//! second). But while the disk does not answer, so does nobody who reads, and if all workers read, nothing would be
//! answered any more, not even whether the panel is well. So once no read has ended for a moment, each further one
//! tells the runtime that it blocks, and the runtime puts another thread in its place.
//!
//! Why by the time, and not by the number of reads under way: on a busy panel all workers read at once all the time,
//! and each of them telling the runtime so would be the hand-over again.
//!
//! What is left: where all workers begin to read within the moment in which the disk stops to answer, they wait
//! for it.

use crate::kernel::error::Fault;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

/// Reads end much sooner, as long as the disk answers.
const STUCK_AFTER: Duration = Duration::from_millis(20);
/// Reads that may wait for a disk that does not answer; each costs a thread.
const MOST_STUCK: usize = 128;

/// How the reads are under way.
pub(super) struct InPlace {
    since: Instant,
    under_way: AtomicUsize,
    /// When one that was quick ended last, or one began alone: milliseconds.
    moved_at: AtomicU64,
}

impl Default for InPlace {
    fn default() -> Self {
        InPlace { since: Instant::now(), under_way: AtomicUsize::new(0), moved_at: AtomicU64::new(0) }
    }
}

impl InPlace {
    /// Errors: `Overloaded` when the disk does not answer and too many wait for it already.
    pub(super) fn read<T, E: From<Fault>>(&self, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let others = self.under_way.fetch_add(1, Ordering::Relaxed);
        let _until_the_end = UnderWay(self);
        if others == 0 {
            self.moved();
            return self.timed(read);
        }
        let still = self.now().saturating_sub(self.moved_at.load(Ordering::Relaxed));
        if u128::from(still) < STUCK_AFTER.as_millis() {
            return self.timed(read);
        }
        // A thread of our own may wait as long as it likes.
        let Ok(runtime) = Handle::try_current() else { return self.timed(read) };
        if others > MOST_STUCK {
            return Err(Fault::Overloaded("too many reads wait for the database").into());
        }
        if runtime.runtime_flavor() == RuntimeFlavor::MultiThread {
            block_in_place(|| self.timed(read))
        } else {
            self.timed(read)
        }
    }

    /// One that took long, or gave up, is no sign that the disk answers.
    fn timed<T>(&self, read: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = read();
        if began.elapsed() < STUCK_AFTER {
            self.moved();
        }
        done
    }

    fn moved(&self) {
        self.moved_at.store(self.now(), Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

struct UnderWay<'a>(&'a InPlace);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
