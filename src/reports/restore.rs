//! What a restore does to a backup before it may be served: decrypted, copied, brought up to date, proven, and made so
//! that nothing is sent or credited twice. `smm-panel restore` puts it in the database's place then; the rehearsal
//! throws it away.

use super::audit;
use super::backup::{self, Head};
use super::sealed::{self, Opened};
use crate::accounts;
use crate::audit_log::{self, Actor};
use crate::db::restore::Prepared;
use crate::db::{Db, DbPath, Tx, first_ids};
use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;
use crate::kernel::secret::Secret;
use crate::mail;
use crate::notify;
use crate::{orders, refills};
use rustix::process::geteuid;
use serde_json::json;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// How many wait for a person.
pub struct Parked {
    pub orders: usize,
    pub refills: usize,
}

/// A copy of the backup in the clear, beside the database and under its name with this ending. Errors: a sentence that
/// names the backup.
pub fn unpack(
    file: &Path,
    path: &DbPath,
    ending: &str,
    passphrase: Option<&Secret>,
) -> Result<Prepared, Fault> {
    readable(file)?;
    let opened = opened(file, path, passphrase)?;
    Prepared::from(opened.as_ref().map_or(file, Opened::path), path, ending)
}

/// What SQLite says of a file that it may not read names neither the file nor the remedy.
fn readable(file: &Path) -> Result<(), Fault> {
    // To open a pipe waits for whoever writes into it.
    if fs::metadata(file).is_ok_and(|found| !found.is_file()) {
        return Err(Fault::Internal(format!("{} cannot be restored: it is no file", file.display())));
    }
    let Err(cause) = File::open(file) else { return Ok(()) };
    let shown = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let shown = shown.display();
    Err(Fault::Internal(match (cause.kind(), fs::metadata(file)) {
        (ErrorKind::PermissionDenied, Ok(found)) => format!(
            "{shown} belongs to user {} with mode {:04o}, and user {} who restores may not read it: as root, \
             install -m 600 -o smm-panel {shown} /var/lib/smm-panel/",
            found.uid(),
            found.mode() & 0o7777,
            geteuid().as_raw()
        ),
        (ErrorKind::PermissionDenied, Err(_)) => format!(
            "user {} who restores may not look into the folder of {shown}: as root, \
             install -m 600 -o smm-panel {shown} /var/lib/smm-panel/",
            geteuid().as_raw()
        ),
        (ErrorKind::NotFound, _) => format!("{shown}: there is no such file"),
        _ => format!("{shown}: {cause}"),
    }))
}

/// An encrypted backup in the clear, beside the database; `None`: it is not encrypted.
fn opened(file: &Path, path: &DbPath, passphrase: Option<&Secret>) -> Result<Option<Opened>, Fault> {
    if !sealed::is_sealed(file) {
        return Ok(None);
    }
    let Some(passphrase) = passphrase else {
        let why = "is encrypted: set BACKUP_PASSPHRASE to the passphrase with which it was made";
        return Err(Fault::Internal(format!("{} {why}", file.display())));
    };
    Opened::of(file, path.beside(".opened"), passphrase).map(Some)
}

/// Brings the copy up to date, proves it, and makes it safe to be served. `replaced` has the ids that the replaced
/// database would give next.
pub fn prepare(
    copy: &DbPath,
    clock: &Clock,
    name: String,
    replaced: Option<first_ids::Next>,
) -> Result<(Head, Parked), Fault> {
    let db = Db::open(copy, clock.clone())?;
    let done = proven(&db)
        .and_then(|head| Ok((head, db.write_blocking(move |tx| make_safe(tx, &name, replaced))?)))
        .and_then(|done| proven(&db).map(|_| done));
    db.close_blocking();
    done
}

fn proven(db: &Db) -> Result<Head, Fault> {
    let report = audit::run_in_parts(db)?;
    if report.is_clean() {
        return db.snapshot(backup::head);
    }
    Err(Fault::Internal(format!("the ledger does not hold: {}", backup::said(&report))))
}

fn make_safe(tx: &Tx, name: &str, replaced: Option<first_ids::Next>) -> Result<Parked, Fault> {
    let parked = Parked { orders: orders::park_unsure(tx)?, refills: refills::park_unsure(tx)? };
    let mut entry = Actor::CONSOLE.entry("backup.restore", format!("backup:{name}"));
    entry.after = Some(json!({
        "parked_orders": parked.orders,
        "parked_refills": parked.refills,
        "reaches_until": backup::head(tx)?.last_transfer.map(|(_, at)| at.rfc3339()),
    }));
    audit_log::record(tx, &entry)?;
    accounts::end_all_sessions(tx)?;
    // What they tell of is long over, and their links are dead.
    mail::drop_waiting(tx)?;
    notify::drop_chats(tx)?;
    first_ids::raise(tx, replaced)?;
    Ok(parked)
}
