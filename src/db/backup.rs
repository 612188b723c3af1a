//! A copy of the whole database as one plain file, made beside a panel at work.
//!
//! All pages are read in one snapshot, as fast as the disk gives them: SQLite begins its online backup anew whenever
//! another connection commits between two steps, so without one it would never end under load. A snapshot keeps the
//! write-ahead log from being begun anew, so while it can be hoped for a quieter moment, one that lets the log become
//! long is given up.

use super::wal::Wal;
use super::{DbPath, connect, copy, files, migrate};
use crate::kernel::error::Fault;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use rustix::fs::{Access, access};
use rustix::io::Errno;
use rustix::process::geteuid;
use std::ffi::c_int;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Pages between two looks at the log: 16 MiB.
const PAGES: c_int = 4096;
/// So often a copy is given up for the log's sake; after that it is more important than the log.
const YIELDS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// A copy that has not got its name yet. Without it, it is removed.
pub struct Part {
    file: PathBuf,
    part: DbPath,
    is_published: bool,
}

impl Part {
    /// Of the database at `from`, which may be in use, for the name `file`. Errors: `Internal` when there is a file of
    /// that name, or this user may not write there.
    pub fn of(from: &DbPath, file: &Path) -> Result<Part, Fault> {
        refuse_existing(file)?;
        refuse_closed(&DbPath::new(file).folder(), &from.folder())?;
        let from = super::examined(from)?;
        migrate::require_current(&from)?;
        let suffix = format!(".{}.part", std::process::id());
        let part = Part {
            file: file.to_owned(),
            part: DbPath::new(DbPath::new(file).beside(&suffix)),
            is_published: false,
        };
        // One of a process that had this number before and was killed.
        part.remove();
        let source = connect::reader(&from)?;
        let wal = Wal::of(&from);
        for _ in 0..YIELDS {
            if pages(&source, part.path(), Some(&wal))? {
                return Ok(part);
            }
            part.remove();
            std::thread::sleep(PAUSE);
        }
        pages(&source, part.path(), None)?;
        Ok(part)
    }

    /// Where it is meanwhile.
    pub fn path(&self) -> &DbPath {
        &self.part
    }

    /// Makes it one file without a log beside it. Nobody may have it open.
    pub fn settle(&self) -> Result<(), Fault> {
        connect::plain(&self.part).and_then(|conn| connect::settle(&conn))
    }

    /// On disk and under its name; its length in bytes. To be settled before.
    pub fn publish(mut self) -> Result<u64, Fault> {
        refuse_existing(&self.file)?;
        let folder = DbPath::new(&self.file).folder();
        copy::publish(self.part.as_path(), &self.file, &folder)
            .map_err(|why| Fault::Internal(format!("{}: {why}", self.file.display())))?;
        self.is_published = true;
        fs::metadata(&self.file)
            .map(|file| file.len())
            .map_err(|cause| Fault::Internal(format!("{}: {cause}", self.file.display())))
    }

    fn remove(&self) {
        files::files_of(&self.part).iter().for_each(|file| copy::remove(file));
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_published {
            self.remove();
        }
    }
}

fn refuse_existing(file: &Path) -> Result<(), Fault> {
    match fs::symlink_metadata(file) {
        Ok(_) => Err(Fault::Internal(format!("{} is there already; name another file", file.display()))),
        Err(_) => Ok(()),
    }
}

/// What the system says of a folder that this user may not write to names no remedy. `own` is where the database is.
fn refuse_closed(folder: &Path, own: &Path) -> Result<(), Fault> {
    match access(folder, Access::WRITE_OK | Access::EXEC_OK) {
        Err(Errno::ACCESS | Errno::PERM | Errno::ROFS) => Err(Fault::Internal(format!(
            "user {} may not write to {}: name a file in a folder of that user, as {}",
            geteuid().as_raw(),
            folder.display(),
            own.display()
        ))),
        _ => Ok(()),
    }
}

/// All pages of a snapshot into a new file, which is on disk only when it was synced. `false`: it was given up because
/// of the log.
pub(super) fn pages(source: &Connection, to: &DbPath, wal: Option<&Wal>) -> Result<bool, Fault> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    options
        .open(to.as_path())
        .map_err(|cause| Fault::Internal(format!("{}: {cause}", to.as_path().display())))?;
    let mut copy = connect::plain(to)?;
    copy.pragma_update(None, "journal_mode", "OFF")?;
    copy.pragma_update(None, "synchronous", "OFF")?;
    source.execute_batch("BEGIN")?;
    let copied = copied(source, &mut copy, wal);
    source.execute_batch("COMMIT")?;
    copied
}

fn copied(source: &Connection, copy: &mut Connection, wal: Option<&Wal>) -> Result<bool, Fault> {
    // Only a read begins the snapshot.
    source.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get::<_, i64>(0))?;
    let began = Instant::now();
    let backup = Backup::new(source, copy)?;
    loop {
        match backup.step(PAGES)? {
            StepResult::Done => return Ok(true),
            StepResult::More if wal.is_some_and(|wal| wal.cuts(began)) => return Ok(false),
            StepResult::More => {}
            StepResult::Busy | StepResult::Locked | _ => {
                return Err(Fault::Overloaded("the database was locked while it was copied"));
            }
        }
    }
}
