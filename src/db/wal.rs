//! Keeps the write-ahead log short, whatever readers do.
//!
//! SQLite can begin the log anew only when no reader needs what is in it, so a slow reader under many writes would let
//! it grow without end. Two sides share the work, and the length of the file is all they have to agree on: a reader
//! that has lasted a moment gives up when the log is long, and the writer then empties it. It works across processes.

use super::DbPath;
use crate::kernel::error::Fault;
use rusqlite::Connection;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const MIB: u64 = 1024 * 1024;
/// The log as a file never shrinks by itself below this; without slow readers it stays near the 16 MiB at which the
/// writer folds it into the database.
const EMPTIED_FROM: u64 = 32 * MIB;
/// Readers give up from here on. What is written until they do and the log is empty again has to fit under 64 MiB.
const CUT_FROM: u64 = 40 * MIB;
/// A reader may always last so long: what is short does no harm.
const ALWAYS: Duration = Duration::from_millis(200);
/// Between two attempts to empty the log, and how long one waits for readers.
const PAUSE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_millis(20);

/// The log of one database.
#[derive(Debug, Clone)]
pub(super) struct Wal(PathBuf);

impl Wal {
    pub fn of(path: &DbPath) -> Self {
        Wal(path.beside("-wal"))
    }

    /// In bytes; 0 when there is none.
    fn length(&self) -> u64 {
        std::fs::metadata(&self.0).map_or(0, |file| file.len())
    }

    /// Whether a reader that began so long ago has to give up.
    pub fn cuts(&self, began: Instant) -> bool {
        began.elapsed() > ALWAYS && self.length() > CUT_FROM
    }
}

/// The writer's part.
pub(super) struct Keeper {
    wal: Wal,
    tried: Instant,
}

impl Keeper {
    pub fn new(wal: Wal) -> Self {
        Keeper { wal, tried: Instant::now() }
    }

    /// To be called between two commits.
    pub fn look(&mut self, conn: &Connection) {
        if self.tried.elapsed() < PAUSE || self.wal.length() <= EMPTIED_FROM {
            return;
        }
        if let Err(cause) = empty(conn) {
            tracing::error!(%cause, "the write-ahead log could not be emptied");
        }
        self.tried = Instant::now();
    }
}

/// As far as readers allow within a moment.
fn empty(conn: &Connection) -> Result<(), Fault> {
    conn.busy_timeout(PATIENCE)?;
    let emptied = conn.prepare_cached("PRAGMA wal_checkpoint(TRUNCATE)")?.query_row((), |_| Ok(()));
    conn.busy_timeout(super::connect::BUSY)?;
    Ok(emptied?)
}
