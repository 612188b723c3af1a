//! How the writer and the file stand, for whoever watches.

use super::Db;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use std::time::Duration;

const WRITES: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
const SECONDS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5];

/// What the writer has done since the start. Cheap to clone; all clones count together.
#[derive(Clone)]
pub struct Figures {
    /// Writes that wait for their commit now.
    pub queue: Gauge,
    /// Writes that shared a commit.
    pub batch: Histogram,
    /// How long commits took, in seconds.
    pub commit: Histogram,
}

impl Default for Figures {
    fn default() -> Self {
        Figures { queue: Gauge::default(), batch: Histogram::new(WRITES), commit: Histogram::new(SECONDS) }
    }
}

impl Figures {
    pub(super) fn committed(&self, writes: usize, took: Duration) {
        self.batch.observe(f64::from(u32::try_from(writes).unwrap_or(u32::MAX)));
        self.commit.observe(took.as_secs_f64());
    }

    pub(super) fn answered(&self, writes: usize) {
        self.queue.dec_by(i64::try_from(writes).unwrap_or(i64::MAX));
    }
}

/// In bytes.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    pub file: u64,
    pub wal: u64,
    /// What is left on the disk for the panel; `None`: the system does not say.
    pub free: Option<u64>,
}

impl Db {
    pub fn figures(&self) -> &Figures {
        self.writer.figures()
    }

    /// Asks the disk, so it may take as long as that takes.
    pub fn sizes(&self) -> Sizes {
        let path = self.path.as_path();
        let file = std::fs::metadata(path).map_or(0, |file| file.len());
        let disk = rustix::fs::statvfs(path).ok();
        let free = disk.map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        Sizes { file, wal: self.wal.length(), free }
    }
}
