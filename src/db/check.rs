//! Whether the file is whole: SQLite's own check, whose last result the health check shows.

use super::{Db, connect};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use rusqlite::{Connection, ErrorCode};
use std::time::{Duration, Instant};

/// What the last check of the whole file found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// When a check last found nothing; `None`: none has ended yet, or the last one found damage.
    pub whole_at: Option<Timestamp>,
    /// In SQLite's words.
    pub damage: Option<String>,
}

impl Db {
    /// What the last check found.
    pub fn condition(&self) -> Condition {
        self.condition.lock().clone()
    }

    /// Checks the whole file, table by table and page by page, but not whether every index agrees with its table: the
    /// audit does. Takes about a second for each GB.
    ///
    /// Errors: `Overloaded` after `limit`, or when the write-ahead log became too long meanwhile; what was known stays.
    pub fn check(&self, limit: Option<Duration>) -> Result<Condition, Fault> {
        let damage = match self.quick_check(limit) {
            Ok(damage) => damage,
            Err(cause) => match cause.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Some(cause.to_string()),
                _ => return Err(cause.into()),
            },
        };
        let whole_at = damage.is_none().then(|| self.clock.now());
        let condition = Condition { whole_at, damage };
        self.condition.lock().clone_from(&condition);
        Ok(condition)
    }

    fn quick_check(&self, limit: Option<Duration>) -> rusqlite::Result<Option<String>> {
        let conn = connect::reader(&self.path)?;
        let (began, wal) = (Instant::now(), self.wal.clone());
        let watch = move || limit.is_some_and(|limit| began.elapsed() > limit) || wal.cuts(began);
        conn.progress_handler(super::STEPS_PER_CHECK, Some(watch))?;
        found(&conn)
    }
}

/// The first things that are wrong; `None`: nothing is.
fn found(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let mut check = conn.prepare("PRAGMA quick_check(3)")?;
    let found = check.query_map((), |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Some(found.join("; ")).filter(|found| found != "ok"))
}
