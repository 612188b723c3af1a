//! How old the newest backup is.

use super::time_of;
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;

/// So many hours more than usual are no reason to worry: the panel may just have been started.
pub const GRACE_HOURS: i64 = 6;

/// How it stands with the newest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// None are made.
    Off,
    /// None is there.
    Missing,
    Late {
        hours: i64,
        at: Timestamp,
    },
    Fresh {
        at: Timestamp,
    },
}

impl Age {
    /// Of backups that are made every so many hours; 0: none are.
    pub fn of(every_hours: u32, newest: Option<Timestamp>, now: Timestamp) -> Age {
        let every = i64::from(every_hours);
        match newest {
            _ if every == 0 => Age::Off,
            None => Age::Missing,
            Some(at) => {
                let hours = now.seconds().saturating_sub(at.seconds()) / 3600;
                if hours > every.saturating_add(GRACE_HOURS) {
                    Age::Late { hours, at }
                } else {
                    Age::Fresh { at }
                }
            }
        }
    }
}

/// When the newest one was begun that the panel has proven. Nothing is read of the folder, which may lie on a disk that
/// hangs.
pub fn newest_proven(tx: &ReadTx) -> Result<Option<Timestamp>, Fault> {
    let name: Option<String> = tx.value("SELECT max(name) FROM backups", (), |row| row.get(0))?;
    Ok(name.and_then(|name| time_of(&name)))
}
