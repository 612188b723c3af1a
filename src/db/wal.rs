//! Keeps the write-ahead log short, whatever readers do.
//!
//! SQLite can begin the log anew only when no reader needs what is in it, so a slow reader under many writes would let
//! it grow without end. Two sides share the work, and the length of the file is all they have to agree on: a reader
//! that has lasted a moment gives up when the log is long, and the writer then empties it. It works across processes.

use super::DbPath;
use crate::kernel::error::Fault;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const MIB: u64 = 1024 * 1024;
/// The log as a file never shrinks by itself below this; without slow readers it stays near the 16 MiB at which the
/// writer folds it into the database.
const EMPTIED_FROM: u64 = 32 * MIB;
/// Readers give up from here on. What is written until they do and the log is empty again has to fit under 64 MiB.
const CUT_FROM: u64 = 36 * MIB;
/// A reader may always last so long: what is short does no harm.
const ALWAYS: Duration = Duration::from_millis(200);
/// How long one attempt to empty the log waits for readers, and with it every write.
const PATIENCE: Duration = Duration::from_millis(20);
/// Attempts in a row from `PRESSED_FROM` on, where many short readers take turns and a moment without any never comes
/// by itself. Nothing is written meanwhile, so those that still need the log end, and later ones do not need it. They
/// are attempts and no long one, because SQLite would wait for a place in its table that others take in turn.
const ATTEMPTS: usize = 30;
const PRESSED_FROM: u64 = 44 * MIB;
/// A reader that heeds nothing, such as a shell on the file, must not stop the panel: what was waited in vain is
/// followed by a rest that is so many times as long.
const REST: u32 = 5;

/// How often a quiet panel folds the log.
const FOLDED_EVERY: Duration = Duration::from_secs(60);

/// The log of one database.
#[derive(Debug, Clone)]
pub(super) struct Wal(Arc<Path>);

impl Wal {
    pub fn of(path: &DbPath) -> Self {
        Wal(path.beside("-wal").into())
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
    not_before: Instant,
    folded: Instant,
}

impl Keeper {
    pub fn new(wal: Wal) -> Self {
        Keeper { wal, not_before: Instant::now(), folded: Instant::now() }
    }

    /// To be called while nothing is written: once a minute all of the log goes into the file, so that a copy of the
    /// file alone is never much older than the panel.
    pub fn rest(&mut self, conn: &Connection, now: Instant) {
        if now.saturating_duration_since(self.folded) < FOLDED_EVERY || self.wal.length() == 0 {
            return;
        }
        self.folded = now;
        if let Err(cause) = empty(conn, 1) {
            tracing::error!(%cause, "the write-ahead log could not be folded into the database");
        }
    }

    /// All of the log into the file, at the end.
    pub fn fold(&self, conn: &Connection) {
        match empty(conn, ATTEMPTS) {
            Ok(true) => {}
            Ok(false) => tracing::warn!(
                "somebody reads the database, so the last writes stay in its -wal file: keep both together"
            ),
            Err(cause) => {
                tracing::error!(%cause, "the write-ahead log could not be folded into the database");
            }
        }
    }

    /// To be called between two commits.
    pub fn look(&mut self, conn: &Connection) {
        let (began, length) = (Instant::now(), self.wal.length());
        if began < self.not_before || length <= EMPTIED_FROM {
            return;
        }
        let attempts = if length <= PRESSED_FROM { 1 } else { ATTEMPTS };
        match empty(conn, attempts) {
            Ok(true) => return,
            Ok(false) => {}
            Err(cause) => tracing::error!(%cause, "the write-ahead log could not be emptied"),
        }
        self.not_before = Instant::now() + began.elapsed() * REST;
    }
}

/// Whether readers allowed it.
fn empty(conn: &Connection, attempts: usize) -> Result<bool, Fault> {
    conn.busy_timeout(PATIENCE)?;
    let emptied = attempt(conn, attempts);
    conn.busy_timeout(super::connect::BUSY)?;
    Ok(emptied?)
}

fn attempt(conn: &Connection, attempts: usize) -> rusqlite::Result<bool> {
    let mut checkpoint = conn.prepare_cached("PRAGMA wal_checkpoint(TRUNCATE)")?;
    for _ in 0..attempts {
        let is_busy: bool = checkpoint.query_row((), |row| row.get(0))?;
        if !is_busy {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::connect;

    #[test]
    fn a_quiet_minute_leaves_everything_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = DbPath::new(folder.path().join("panel.db"));
        std::fs::write(path.as_path(), b"").unwrap();
        let conn = connect::writer(&path).unwrap();
        let (wal, began) = (Wal::of(&path), Instant::now());
        let mut keeper = Keeper::new(wal.clone());
        conn.execute_batch("CREATE TABLE t (a)").unwrap();
        keeper.rest(&conn, began + FOLDED_EVERY - Duration::from_secs(1));
        assert!(wal.length() > 0, "not yet");
        keeper.rest(&conn, began + FOLDED_EVERY + Duration::from_secs(1));
        assert_eq!(wal.length(), 0);
        let copy = folder.path().join("copy.db");
        let bytes = std::fs::read(path.as_path()).unwrap();
        std::fs::write(&copy, bytes).unwrap();
        let copy = connect::plain(&DbPath::new(copy)).unwrap();
        assert!(copy.prepare("SELECT a FROM t").is_ok());
        conn.execute_batch("CREATE TABLE u (a)").unwrap();
        keeper.rest(&conn, began + FOLDED_EVERY + Duration::from_secs(30));
        assert!(wal.length() > 0, "once a minute is enough");
    }
}
