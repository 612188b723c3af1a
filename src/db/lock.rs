//! One serving process per database: a lock on the database file itself, by whatever path it is reached, gone with the
//! process.

use super::{DbPath, files};
use crate::kernel::error::Fault;
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

/// A file may be replaced under its name while its lock is taken; so often that is tried again.
const ATTEMPTS: usize = 10;

/// Takes the lock for the rest of the process; a second process gets a sentence that says so. Makes the file where
/// there is none. Returns where it really is.
///
/// To be called before SQLite opens the file. The file is never closed: closing any descriptor of it would drop the
/// locks that SQLite holds in this process.
pub fn take(path: &DbPath) -> Result<DbPath, Fault> {
    let path = path.resolve()?;
    for _ in 0..ATTEMPTS {
        files::examine(&path)?;
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(path.as_path()).map_err(|cause| path.refused(&cause))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Fault::Internal(format!(
                    "another smm-panel process is using {}; stop it first",
                    path.as_path().display()
                )));
            }
            Err(TryLockError::Error(cause)) => return Err(path.refused(&cause)),
        }
        // Whoever puts another file in its place renames: what is locked must be what the name leads to.
        let locked = file.metadata().map_err(|cause| path.refused(&cause))?;
        if path.metadata()?.is_some_and(|named| is_same(&named, &locked)) {
            let _: &'static File = Box::leak(Box::new(file));
            return Ok(path);
        }
    }
    Err(Fault::Internal(format!("{} is replaced again and again", path.as_path().display())))
}

fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}
