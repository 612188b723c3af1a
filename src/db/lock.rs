//! One serving process per database: an advisory lock on a file beside it, gone with the process.

use super::DbPath;
use crate::kernel::error::Fault;
use std::fs::{File, OpenOptions, TryLockError};

/// Held for as long as the value lives.
pub struct ProcessLock(#[expect(dead_code, reason = "the open file is the lock")] File);

/// Takes the lock; a second process gets a sentence that says so.
pub fn take(path: &DbPath) -> Result<ProcessLock, Fault> {
    let beside = path.beside(".lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(|cause| Fault::Internal(format!("cannot open {}: {cause}", beside.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(ProcessLock(file)),
        Err(TryLockError::WouldBlock) => Err(Fault::Internal(format!(
            "another smm-panel process is using {}; stop it first",
            path.as_path().display()
        ))),
        Err(TryLockError::Error(cause)) => {
            Err(Fault::Internal(format!("cannot lock {}: {cause}", beside.display())))
        }
    }
}
