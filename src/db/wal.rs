//! Keeps the write-ahead log short, whatever readers do.
//!
//! SQLite can begin the log anew only when no reader needs what is in it, so a slow reader under many writes would let
//! it grow without end. Two sides share the work, and the length of the file is all they have to agree on: a reader
//! that has lasted a moment gives up when the log is long, and the writer then empties it. It works across processes.

use super::{Checkpoints, DbPath};
use crate::kernel::error::Fault;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const MIB: u64 = 1024 * 1024;

/// How long the log may become.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// From here on the writer empties it.
    emptied: u64,
    /// Readers give up from here on.
    cut: u64,
    /// From here on the writer insists.
    pressed: u64,
}

/// The log as a file never shrinks by itself below the first; without slow readers it stays near the 16 MiB at which
/// the writer folds it into the database. What is written from the second on until readers have given up and the log is
/// empty again has to fit under 64 MiB.
const OWN: Bounds = Bounds { emptied: 32 * MIB, cut: 36 * MIB, pressed: 44 * MIB };
/// More than a program leaves that folds the log itself, so it has stopped, or cannot send what it copies.
const EXTERNAL: Bounds = Bounds { emptied: 512 * MIB, cut: 516 * MIB, pressed: 524 * MIB };

/// A reader may always last so long: what is short does no harm.
const ALWAYS: Duration = Duration::from_millis(200);
/// How long one attempt to empty the log waits for readers, and with it every write.
const PATIENCE: Duration = Duration::from_millis(20);
/// Attempts in a row from `Bounds::pressed` on, where many short readers take turns and a moment without any never
/// comes by itself. Nothing is written meanwhile, so those that still need the log end, and later ones do not need it.
/// They are attempts and no long one, because SQLite would wait for a place in its table that others take in turn.
const ATTEMPTS: usize = 30;
/// A reader that heeds nothing, such as a shell on the file, must not stop the panel: what was waited in vain is
/// followed by a rest that is so many times as long.
const REST: u32 = 5;

/// How often a quiet panel folds the log.
const FOLDED_EVERY: Duration = Duration::from_secs(60);

/// The log of one database.
#[derive(Debug, Clone)]
pub(super) struct Wal {
    file: Arc<Path>,
    checkpoints: Checkpoints,
    bounds: Bounds,
}

impl Wal {
    pub fn of(path: &DbPath) -> Self {
        let bounds = match path.checkpoints {
            Checkpoints::Own => OWN,
            Checkpoints::External => EXTERNAL,
        };
        Wal { file: path.beside("-wal").into(), checkpoints: path.checkpoints, bounds }
    }

    /// In bytes; 0 when there is none.
    pub fn length(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |file| file.len())
    }

    /// Whether a reader that began so long ago has to give up.
    pub fn cuts(&self, began: Instant) -> bool {
        began.elapsed() > ALWAYS && self.length() > self.bounds.cut
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
        let is_due = now.saturating_duration_since(self.folded) >= FOLDED_EVERY;
        if self.wal.checkpoints == Checkpoints::External || !is_due || self.wal.length() == 0 {
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
        if began < self.not_before || length <= self.wal.bounds.emptied {
            return;
        }
        if self.wal.checkpoints == Checkpoints::External {
            tracing::warn!(
                length,
                "the write-ahead log is folded by the panel, for nobody else does: look at what replicates it"
            );
        }
        let attempts = if length <= self.wal.bounds.pressed { 1 } else { ATTEMPTS };
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

    #[test]
    fn a_log_that_somebody_else_folds_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = DbPath::new(folder.path().join("panel.db")).with_checkpoints(Checkpoints::External);
        std::fs::write(path.as_path(), b"").unwrap();
        let conn = connect::writer(&path).unwrap();
        let (wal, began) = (Wal::of(&path), Instant::now());
        let mut keeper = Keeper::new(wal.clone());
        conn.execute_batch("CREATE TABLE t (a)").unwrap();
        // Above what SQLite and the panel would fold.
        for _ in 0..50 {
            conn.execute("INSERT INTO t VALUES (randomblob(1000000))", ()).unwrap();
            keeper.look(&conn);
        }
        keeper.rest(&conn, began + FOLDED_EVERY * 2);
        assert!(wal.length() > 50_000_000, "{}", wal.length());
        assert!(!wal.cuts(began.checked_sub(ALWAYS * 2).unwrap()));
        keeper.fold(&conn);
        assert_eq!(wal.length(), 0, "at the end");
    }
}
