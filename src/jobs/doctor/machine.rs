//! Room on the disks.

use super::{Findings, Patient};
use crate::kernel::error::Fault;
use crate::kernel::finding::Finding;
use crate::reports::backups::Folder;
use rustix::fs::statvfs;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

const MB: u64 = 1_000_000;
/// With less than this the panel is about to stop taking orders.
const FULL: u64 = 100 * MB;
/// So much should be left beside two more databases: a backup, and its copy in the clear while it is encrypted.
const LOW: u64 = 1000 * MB;
/// So many more files can be made, at least.
const FEW_NAMES: u64 = 1000;

/// Where the database is, and where the backups are, if that is another disk.
pub(super) fn disk(patient: &Patient) -> Findings {
    let database = &patient.config.database;
    let size = fs::metadata(database.as_path()).map_or(0, |file| file.len());
    let mut found = vec![room(&database.folder(), size)?];
    let backups = Folder::of(patient.config);
    let (here, there) = (device(&database.folder()), device(backups.path()));
    if there.is_some() && there != here {
        found.push(room(backups.path(), size)?);
    }
    Ok(found)
}

fn device(folder: &Path) -> Option<u64> {
    fs::metadata(folder).ok().map(|folder| folder.dev())
}

fn room(path: &Path, database: u64) -> Result<Finding, Fault> {
    let folder = std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
    let disk = statvfs(path).map_err(|cause| Fault::Internal(format!("{folder}: {cause}")))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let mb = i64::try_from(free / MB).unwrap_or(i64::MAX);
    // Some file systems count no names.
    Ok(if disk.f_files > 0 && disk.f_favail < FEW_NAMES {
        Finding::DiskNames { folder }
    } else if free < FULL {
        Finding::DiskFull { folder, mb }
    } else if free < database.saturating_mul(2).saturating_add(LOW) {
        Finding::DiskLow { folder, mb }
    } else {
        Finding::DiskFree { folder, mb }
    })
}
