//! Whether there are backups, how old the newest is, whether it could be restored, and whether the next one can be
//! written.

use super::{Findings, Patient};
use crate::kernel::finding::Finding;
use crate::reports::backups::{BackupError, Folder};
use crate::reports::rehearsal;

/// So many hours more than usual are no reason to worry: the panel may just have been started.
const GRACE_HOURS: i64 = 6;

pub(super) fn look(patient: &Patient) -> Findings {
    let (folder, settings) = (Folder::of(patient.config), &patient.config.backups);
    let age = match folder.examine().and_then(|()| age_hours(patient, &folder)) {
        Ok(age) => age,
        Err(BackupError::Cause(cause)) => return Ok(vec![Finding::BackupFolderRefused { cause }]),
        Err(BackupError::Fault(fault)) => return Err(fault),
    };
    let every = i64::from(settings.every_hours);
    let age = match age {
        _ if every == 0 => Finding::BackupsOff,
        None => Finding::NoBackup,
        Some(hours) if hours > every.saturating_add(GRACE_HOURS) => Finding::BackupLate { hours },
        Some(hours) => Finding::BackupFresh { hours },
    };
    let is_sealed = settings.passphrase.is_some();
    let ready = Finding::BackupFolderReady { folder: folder.path().display().to_string() };
    let mut found = vec![age, ready, if is_sealed { Finding::BackupsSealed } else { Finding::BackupsClear }];
    let rehearsed = patient.db.map(|db| db.read_now(rehearsal::last)).transpose()?.flatten();
    found.extend(rehearsed.map(|(at, rehearsal)| match rehearsal.trouble {
        None => Finding::BackupRehearsed { at: at.rfc3339() },
        Some(why) => Finding::RehearsalFailed { why },
    }));
    Ok(found)
}

/// Of the newest; one in the future was a wrong clock's.
fn age_hours(patient: &Patient, folder: &Folder) -> Result<Option<i64>, BackupError> {
    let now = patient.clock.now();
    let newest = folder.list()?.into_iter().map(|kept| kept.at).find(|at| *at <= now);
    Ok(newest.map(|at| now.seconds().saturating_sub(at.seconds()) / 3600))
}
