//! Another file in the database's place, so that at any moment the one or the other is there, whole.
//!
//! What is to take its place is prepared beside it, under another name, and put there by one exchange of names. Before
//! that the file that is replaced takes in its own log, for a log that is left behind would be taken for the new
//! file's. All of it under the lock of `lock::take`.

use super::{DbPath, ReadTx, backup, connect, copy, files, migrate};
use crate::kernel::clock::{Clock, Timestamp};
use crate::kernel::error::Fault;
use rusqlite::{Connection, ErrorCode};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What a file is called that is to take the database's place, behind its name.
pub const PREPARED: &str = ".restoring";

/// A file that is to take the database's place. Without that it is removed.
pub struct Prepared {
    path: DbPath,
    prepared: DbPath,
}

impl Prepared {
    /// A copy of the backup, looked at for damage and for its schema; the database is left as it is. `ending`: of its
    /// name, behind the database's. Errors: a sentence that names the backup.
    pub fn from(file: &Path, path: &DbPath, ending: &str) -> Result<Prepared, Fault> {
        let backup = DbPath::new(file).resolve()?;
        let refused = |why: &dyn std::fmt::Display| {
            Fault::Internal(format!("{} cannot be restored: {why}", file.display()))
        };
        let Some(found) = backup.metadata()? else { return Err(refused(&"there is no such file")) };
        if path.metadata()?.is_some_and(|own| (own.dev(), own.ino()) == (found.dev(), found.ino())) {
            return Err(refused(&"it is the database itself"));
        }
        let schema = migrate::Schema::current();
        let version = migrate::known_version(&backup, &schema).map_err(|why| refused(&why))?;
        if version == 0 {
            return Err(refused(&"it is empty"));
        }
        if version > schema.version() {
            return Err(refused(&migrate::is_newer(&backup, version, schema.version())));
        }
        let prepared = Prepared { path: path.clone(), prepared: DbPath::new(path.beside(ending)) };
        // Of a restore that was killed.
        prepared.remove();
        let source = connect::plain(&backup)?;
        backup::pages(&source, &prepared.prepared, None).map_err(|why| refused(&why))?;
        let copied = connect::plain(&prepared.prepared)?;
        let check = copied.query_row("PRAGMA quick_check(1)", (), |row| row.get::<_, String>(0));
        match check {
            Ok(ok) if ok == "ok" => {}
            Ok(damage) => return Err(refused(&damage)),
            Err(cause) => return Err(refused(&cause)),
        }
        match migrate::strange_part(&copied, version)? {
            None => Ok(prepared),
            Some(part) => Err(refused(&format_args!("its schema is not the panel's: {part}"))),
        }
    }

    /// The copy, under its other name.
    pub fn copy(&self) -> &DbPath {
        &self.prepared
    }

    /// Puts it in the database's place; where the replaced file is kept, if there was any. Nobody may have the prepared
    /// file open.
    ///
    /// Errors: `Overloaded` when another program has the database open; nothing was changed then.
    pub fn swap(self, now: Timestamp) -> Result<Option<PathBuf>, Fault> {
        connect::plain(&self.prepared).and_then(|conn| connect::settle(&conn))?;
        let told = |cause: io::Error| self.path.refused(&cause);
        File::open(self.prepared.as_path()).and_then(|file| file.sync_all()).map_err(told)?;
        let kept = self.exchange(now)?;
        File::open(self.path.folder()).and_then(|folder| folder.sync_all()).map_err(told)?;
        Ok(kept)
    }

    fn exchange(&self, now: Timestamp) -> Result<Option<PathBuf>, Fault> {
        let (own, prepared) = (self.path.as_path(), self.prepared.as_path());
        let told = |cause: io::Error| self.path.refused(&cause);
        if self.path.metadata()?.is_none_or(|file| file.len() == 0) {
            fs::rename(prepared, own).map_err(told)?;
            return Ok(None);
        }
        let kept = self.kept_name(now);
        // Held until the names are exchanged: nobody else opens the old file meanwhile.
        let held = shut(&self.path)?;
        if held.is_none() {
            set_aside(&self.path.beside("-wal"), &kept, "-wal").map_err(told)?;
            set_aside(&self.path.beside("-journal"), &kept, "-journal").map_err(told)?;
        }
        fs::rename(prepared, &kept).map_err(told)?;
        match renameat_with(CWD, &kept, CWD, own, RenameFlags::EXCHANGE) {
            Ok(()) => {}
            // A file system that cannot exchange. A kill in between leaves the old file under both names, which the
            // next start says.
            Err(_) => {
                fs::rename(&kept, prepared).map_err(told)?;
                fs::hard_link(own, &kept).map_err(told)?;
                fs::rename(prepared, own).map_err(told)?;
            }
        }
        drop(held);
        Ok(Some(kept))
    }

    /// `panel.db.replaced-20261122T073900Z`, which nobody has yet.
    fn kept_name(&self, now: Timestamp) -> PathBuf {
        let stamp: String = now.rfc3339().chars().filter(char::is_ascii_alphanumeric).collect();
        let mut kept = self.path.beside(&format!(".replaced-{stamp}"));
        for number in 2_u32.. {
            if fs::symlink_metadata(&kept).is_err() {
                break;
            }
            kept = self.path.beside(&format!(".replaced-{stamp}-{number}"));
        }
        kept
    }

    fn remove(&self) {
        files::files_of(&self.prepared).iter().for_each(|file| copy::remove(file));
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        self.remove();
    }
}

fn set_aside(file: &Path, kept: &Path, suffix: &str) -> io::Result<()> {
    if !fs::exists(file)? {
        return Ok(());
    }
    fs::rename(file, DbPath::new(kept).beside(suffix))
}

/// Makes the file whole without its log, and keeps everybody else out until the connection is dropped. `None`: SQLite
/// takes it for no database any more.
fn shut(path: &DbPath) -> Result<Option<Connection>, Fault> {
    let close = || {
        let conn = connect::plain(path)?;
        connect::settle(&conn)?;
        conn.execute_batch("BEGIN EXCLUSIVE")?;
        Ok(conn)
    };
    match close() {
        Ok(conn) => Ok(Some(conn)),
        Err(fault) if is_damage(&fault) => Ok(None),
        Err(fault) if is_busy(&fault) => Err(Fault::Internal(format!(
            "another program has {} open; end it and run this again: nothing was changed",
            path.as_path().display()
        ))),
        Err(fault) => Err(fault),
    }
}

fn code(fault: &Fault) -> Option<ErrorCode> {
    let Fault::Database(cause) = fault else { return None };
    cause.downcast_ref::<rusqlite::Error>()?.sqlite_error_code()
}

fn is_damage(fault: &Fault) -> bool {
    matches!(fault, Fault::Corrupt(_))
        || matches!(code(fault), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

fn is_busy(fault: &Fault) -> bool {
    matches!(fault, Fault::Overloaded(_))
        || matches!(code(fault), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Reads what a file says, of whatever schema: where the query does not fit it, that is an error.
pub fn look<T>(
    path: &DbPath,
    clock: &Clock,
    work: impl FnOnce(&ReadTx) -> Result<T, Fault>,
) -> Result<T, Fault> {
    // A log beside it belongs to the file; without one no look begins one.
    let has_log = fs::exists(path.beside("-wal")).unwrap_or(true);
    let conn = if has_log { connect::plain(path)? } else { connect::untouched(path)? };
    ReadTx::run(&conn, clock.now(), work)
}
