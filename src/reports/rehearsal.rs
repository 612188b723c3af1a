//! The rehearsal of a restore: the newest backup is made ready to be served as `smm-panel restore` does it, in a file
//! that is thrown away then.

use super::backups::{Folder, Kept, proven};
use super::restore;
use crate::db::{Db, ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

/// What the scratch file is called behind the database's name.
const SCRATCH: &str = ".rehearsal";
/// So many times the time between two backups, and the newest one is too old.
const MISSED: i64 = 2;

/// A rehearsal that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// Which backup; `None`: there was none.
    pub name: Option<String>,
    pub took: Duration,
    /// Why a restore would not have brought back what it should; `None`: it would.
    pub trouble: Option<Note>,
}

/// Restores the newest backup into a scratch file, and keeps what came of it. `every_hours`: between two backups, 0 if
/// none are made. `None`: there is none, and none is expected.
pub fn run(db: &Db, folder: &Folder, every_hours: u32) -> Result<Option<Rehearsal>, Fault> {
    let began = Instant::now();
    let (newest, trouble) = folder.alone(|| match folder.list() {
        Ok(all) => match all.into_iter().next() {
            Some(kept) => {
                let trouble = trouble_of(db, folder, &kept, every_hours);
                (Some(kept), trouble)
            }
            None => (None, (every_hours > 0).then_some(Note::BackupMissing)),
        },
        Err(why) => (None, Some(Note::from(why))),
    });
    if newest.is_none() && trouble.is_none() {
        return Ok(None);
    }
    let name = newest.as_ref().map(|kept| kept.name.clone());
    let rehearsal = Rehearsal { name, took: began.elapsed(), trouble };
    let kept = rehearsal.clone();
    db.write_blocking(move |tx| keep(tx, newest.as_ref(), &kept))?;
    Ok(Some(rehearsal))
}

fn trouble_of(db: &Db, folder: &Folder, kept: &Kept, every_hours: u32) -> Option<Note> {
    if let Err(fault) = restored(db, folder, kept) {
        tracing::warn!(backup = kept.name, cause = %fault, "the newest backup could not be restored");
        return Some(match fault {
            Fault::Internal(said) => Note::BackupUnusable { name: kept.name.clone(), said },
            Fault::Overloaded(fault) => Note::Overloaded { fault: fault.to_owned() },
            Fault::Database(_) | Fault::Corrupt(_) => {
                Note::BackupUnusable { name: kept.name.clone(), said: fault.to_string() }
            }
            Fault::Overflow(_) | Fault::Denied(_) => Note::JobFault,
        });
    }
    let hours = db.clock().now().seconds().saturating_sub(kept.at.seconds()) / (60 * 60);
    let is_old = every_hours > 0 && hours >= MISSED.saturating_mul(i64::from(every_hours));
    is_old.then(|| Note::BackupOld { name: kept.name.clone(), hours, every_hours })
}

fn restored(db: &Db, folder: &Folder, kept: &Kept) -> Result<(), Fault> {
    let path = folder.database().resolve()?;
    let prepared = restore::unpack(&folder.file(kept), &path, SCRATCH, folder.passphrase())?;
    restore::prepare(prepared.copy(), db.clock(), kept.name.clone(), None).map(|_| ())
}

fn keep(tx: &Tx, newest: Option<&Kept>, rehearsal: &Rehearsal) -> Result<(), Fault> {
    if let Some(kept) = newest {
        match rehearsal.trouble {
            None | Some(Note::BackupOld { .. }) => proven::record(tx, kept)?,
            Some(Note::BackupUnusable { .. }) => proven::forget(tx, &kept.name)?,
            Some(_) => {}
        }
    }
    let json = serde_json::to_string(rehearsal)
        .map_err(|cause| Fault::Internal(format!("a rehearsal could not be kept: {cause}")))?;
    let sql = "INSERT OR REPLACE INTO last_rehearsal (one, at, report) VALUES (1, ?1, ?2)";
    tx.execute(sql, (tx.now(), json))?;
    Ok(())
}

/// The last one that was kept, and when it ended.
pub fn last(tx: &ReadTx) -> Result<Option<(Timestamp, Rehearsal)>, Fault> {
    let row = tx.one("SELECT at, report FROM last_rehearsal", (), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let read = |(at, json): (Timestamp, String)| {
        let kept = serde_json::from_str(&json);
        kept.map(|kept| (at, kept)).map_err(|cause| Fault::Corrupt(format!("the last rehearsal: {cause}")))
    };
    row.map(read).transpose()
}
