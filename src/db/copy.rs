//! A copy of the database as a file of its own: there under its name only when it is whole.

use super::{DbPath, connect, files, migrate};
use crate::kernel::error::Fault;
use rusqlite::Connection;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What a copy is called until it is whole.
const UNFINISHED: &str = ".part";

/// Keeps `panel.db` at version 3 as `panel.db.v3.bak`, in place of an earlier copy of that version. Made under another
/// name, checked, on disk, and only then renamed.
pub(super) fn make(conn: &Connection, path: &DbPath, version: i64) -> Result<PathBuf, Fault> {
    let copy = path.beside(&format!(".v{version}.bak"));
    let part = path.beside(&format!(".v{version}.bak{UNFINISHED}"));
    match write(conn, &part, version).and_then(|()| publish(&part, &copy, &path.folder())) {
        Ok(()) => Ok(copy),
        Err(why) => {
            remove(&part);
            Err(Fault::Internal(format!(
                "no copy of the database could be made, so it was left as it is: {}: {why}",
                copy.display()
            )))
        }
    }
}

fn write(conn: &Connection, part: &Path, version: i64) -> Result<(), String> {
    let text = |cause: &dyn std::fmt::Display| cause.to_string();
    // SQLite fills a file that is empty.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(part).map_err(|cause| text(&cause))?;
    conn.execute("VACUUM INTO ?1", [part.to_string_lossy()]).map_err(|cause| text(&cause))?;
    let copy = connect::plain(&DbPath::new(part)).map_err(|cause| text(&cause))?;
    let found = migrate::version(&copy).map_err(|cause| text(&cause))?;
    let check: String =
        copy.query_row("PRAGMA quick_check(1)", (), |row| row.get(0)).map_err(|cause| text(&cause))?;
    if check != "ok" || found != version {
        return Err(format!("the copy is not whole: version {found}, {check}"));
    }
    Ok(())
}

/// Gives a file that is whole its name. A name in a folder is on disk when the folder is.
pub(super) fn publish(part: &Path, copy: &Path, folder: &Path) -> Result<(), String> {
    let done = File::open(part)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(part, copy))
        .and_then(|()| File::open(folder)?.sync_all());
    done.map_err(|cause| cause.to_string())
}

/// Takes away what a start that was killed has left half-written.
pub(super) fn remove_leftovers(path: &DbPath) {
    let unfinished = format!(".bak{UNFINISHED}");
    let is_left = |file: &PathBuf| file.to_string_lossy().ends_with(&unfinished);
    files::files_of(path).iter().filter(|file| is_left(file)).for_each(|file| remove(file));
}

pub(super) fn remove(part: &Path) {
    if let Err(cause) = fs::remove_file(part)
        && cause.kind() != std::io::ErrorKind::NotFound
    {
        tracing::error!(file = %part.display(), %cause, "a half-written copy could not be removed");
    }
}
