//! Backups: a copy of the database that was proven, and how far its ledger had come.

use super::audit::{self, Report};
use super::backups::BackupError;
use crate::db::backup::Part;
use crate::db::{Db, DbPath, ReadTx};
use crate::kernel::cause::BackupCause;
use crate::kernel::clock::{Clock, Timestamp};
use crate::kernel::error::Fault;
use std::path::Path;

/// How far a ledger has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Of the last transfer; `None`: there was none yet.
    pub last_transfer: Option<(i64, Timestamp)>,
    /// VND, the sum of all users' balances.
    pub liabilities: i64,
    /// VND, bank money that belongs to nobody yet.
    pub suspense: i64,
    pub orders: i64,
    pub deposits: i64,
    pub users: i64,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// In bytes.
    pub size: u64,
    pub report: Report,
    pub head: Head,
}

/// How far the ledger has come.
pub fn head(tx: &ReadTx) -> Result<Head, Fault> {
    let last = "SELECT id, created_at FROM transfers ORDER BY id DESC LIMIT 1";
    let number = |sql: &str| tx.value(sql, (), |row| row.get::<_, i64>(0));
    Ok(Head {
        last_transfer: tx.one(last, (), |row| Ok((row.get(0)?, row.get(1)?)))?,
        liabilities: number("SELECT coalesce(sum(balance), 0) FROM accounts WHERE id > 0")?,
        suspense: number("SELECT balance FROM accounts WHERE id = -5")?,
        orders: number("SELECT count(*) FROM orders")?,
        deposits: number("SELECT count(*) FROM deposits")?,
        users: number("SELECT count(*) FROM users")?,
    })
}

/// Copies the database at `path`, which may be in use, into the new file, proves the copy, and only then gives it its
/// name. A copy that does not hold is removed.
///
/// Errors: when there is a file of that name, or with the first differences; else as of the database.
pub fn make(path: &DbPath, file: &Path, clock: &Clock) -> Result<Made, BackupError> {
    let (part, report, head) = proven(path, file, clock)?;
    Ok(Made { size: part.publish()?, report, head })
}

/// A proven copy that has not got its name yet.
pub(super) fn proven(path: &DbPath, file: &Path, clock: &Clock) -> Result<(Part, Report, Head), BackupError> {
    let part = Part::of(path, file)?;
    let copy = Db::open_beside(part.path(), clock.clone())?;
    let proven = audit::run_in_parts(&copy).and_then(|report| Ok((report, copy.snapshot(head)?)));
    copy.close_blocking();
    let (report, head) = proven?;
    if !report.is_clean() {
        return Err(BackupError::Cause(BackupCause::NotProven { said: said(&report) }));
    }
    part.settle()?;
    Ok((part, report, head))
}

/// The first differences, in one sentence.
pub fn said(report: &Report) -> String {
    report.differences.iter().take(3).map(String::as_str).collect::<Vec<_>>().join("; ")
}
