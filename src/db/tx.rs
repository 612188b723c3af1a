//! Transactions as values: who holds a `&ReadTx` can look, who holds a `&Tx` can also write.

use super::slow;
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use rusqlite::{CachedStatement, Connection, ErrorCode, OptionalExtension, Params, Row};
use std::cell::RefCell;
use std::ops::Deref;
use std::panic::Location;
use std::time::Instant;

/// A consistent view of the database.
pub struct ReadTx<'c> {
    conn: &'c Connection,
    now: Timestamp,
}

impl<'c> ReadTx<'c> {
    /// Opens a snapshot, runs `work`, closes it whatever happens.
    pub(super) fn run<T, E: From<Fault>>(
        conn: &'c Connection,
        now: Timestamp,
        work: impl FnOnce(&ReadTx) -> Result<T, E>,
    ) -> Result<T, E> {
        struct End<'c>(&'c Connection);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                if let Err(cause) = run_cached(self.0, "COMMIT") {
                    tracing::error!(%cause, "a read transaction did not end");
                }
            }
        }
        run_cached(conn, "BEGIN").map_err(Fault::from)?;
        let _end = End(conn);
        work(&ReadTx { conn, now })
    }

    /// The moment this transaction began; the same for everything in it.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The first row, if any.
    #[track_caller]
    pub fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Fault> {
        self.timed(sql, |statement| statement.query_row(params, read).optional())
    }

    /// The one row of a query that always has one (aggregates).
    #[track_caller]
    pub fn value<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        self.timed(sql, |statement| statement.query_row(params, read))
    }

    /// All rows.
    #[track_caller]
    pub fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Fault> {
        self.timed(sql, |statement| statement.query_map(params, read)?.collect())
    }

    /// For tests: a statement whose parameters need no values.
    #[cfg(test)]
    pub(super) fn prepare(&self, sql: &str) -> rusqlite::Statement<'_> {
        self.conn.prepare(sql).unwrap()
    }

    /// Runs a statement under the name of whoever asks for it.
    #[track_caller]
    fn timed<T>(
        &self,
        sql: &str,
        run: impl FnOnce(&mut CachedStatement) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        let (at, began) = (Location::caller(), Instant::now());
        let done = run(&mut self.statement(sql)?);
        slow::statement(began, at);
        Ok(done?)
    }

    /// A full disk takes the transaction away, and what is written then would be written alone.
    fn statement(&self, sql: &str) -> Result<CachedStatement<'_>, Fault> {
        if self.conn.is_autocommit() {
            return Err(Fault::Overloaded("the transaction is gone"));
        }
        Ok(self.conn.prepare_cached(sql)?)
    }
}

/// The writer's transaction. Functions take it, they never open one.
pub struct Tx<'c> {
    read: ReadTx<'c>,
    /// What can be seen to have changed so far.
    changes: RefCell<Vec<Change>>,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c Connection, now: Timestamp) -> Self {
        Tx { read: ReadTx { conn, now }, changes: RefCell::default() }
    }

    /// Says that something to be seen has changed. Listeners hear it after the commit; of a write that is taken back
    /// they hear nothing.
    pub fn changed(&self, change: Change) {
        self.changes.borrow_mut().push(change);
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
        self.changes.into_inner()
    }

    /// How much was said so far.
    pub(super) fn mark(&self) -> usize {
        self.changes.borrow().len()
    }

    /// Forgets what was said since `mark`.
    pub(super) fn forget_since(&self, mark: usize) {
        self.changes.borrow_mut().truncate(mark);
    }

    /// Whether the transaction still stands: who goes on after a failed statement has to ask.
    pub fn is_open(&self) -> bool {
        !self.conn.is_autocommit()
    }

    /// Runs one statement; how many rows it changed.
    #[track_caller]
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<usize, Fault> {
        self.timed(sql, |statement| statement.execute(params))
    }

    /// Runs one INSERT that may do nothing; the id of the new row if there is one.
    #[track_caller]
    pub fn insert_unless_known(&self, sql: &str, params: impl Params) -> Result<Option<i64>, Fault> {
        let inserted = self.execute(sql, params)?;
        Ok((inserted > 0).then(|| self.read.conn.last_insert_rowid()))
    }

    /// Runs one INSERT; the id of the new row.
    #[track_caller]
    pub fn insert(&self, sql: &str, params: impl Params) -> Result<i64, Fault> {
        self.timed(sql, |statement| statement.insert(params))
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = ReadTx<'c>;

    fn deref(&self) -> &ReadTx<'c> {
        &self.read
    }
}

/// A full-text query that finds `text` literally, whatever it holds.
pub fn fts_phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

pub(super) fn run_cached(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(sql)?.execute(())?;
    Ok(())
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Fault::Overloaded("the disk is full"),
            Some(ErrorCode::DatabaseBusy) => Fault::Overloaded("the database is locked by another process"),
            Some(ErrorCode::OperationInterrupted) => Fault::Overloaded("a read took too long"),
            _ if is_unreadable_row(&error) => Fault::Corrupt(error.to_string()),
            _ => Fault::Database(Box::new(error)),
        }
    }
}

fn is_unreadable_row(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
    )
}
