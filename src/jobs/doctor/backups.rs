//! Whether there are backups, how old the newest is, whether the next one can be written, whether the newest could be
//! restored, and whether they leave this machine.

use super::{Findings, Patient};
use crate::config::Storage;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::finding::Finding;
use crate::reports::backups::{self, Age, BackupError, Folder};
use crate::reports::rehearsal;

/// How old the newest is.
pub(super) fn age(patient: &Patient) -> Findings {
    let every = patient.config.backups.every_hours;
    let all = match Folder::of(patient.config).list() {
        Ok(all) => all,
        // The look at the folder says why.
        Err(BackupError::Cause(_)) if every > 0 => return Ok(Vec::new()),
        Err(BackupError::Cause(_)) => Vec::new(),
        Err(BackupError::Fault(fault)) => return Err(fault),
    };
    let now = patient.clock.now();
    // One in the future was a wrong clock's.
    let newest = all.into_iter().map(|kept| kept.at).find(|at| *at <= now);
    Ok(match Age::of(every, newest, now) {
        Age::Off => vec![Finding::BackupsOff],
        Age::Missing => vec![Finding::NoBackup],
        Age::Late { hours, at: _ } => vec![Finding::BackupLate { hours }],
        Age::Fresh { at } => vec![Finding::BackupFresh { at: at.rfc3339() }],
    })
}

/// Whether the next one can be written.
pub(super) fn folder(patient: &Patient) -> Findings {
    let folder = Folder::of(patient.config);
    let readable = folder.examine().and_then(|()| folder.list());
    Ok(vec![match readable {
        Ok(_) => Finding::BackupFolderReady { folder: folder.path().display().to_string() },
        Err(BackupError::Cause(cause)) => Finding::BackupFolderRefused { cause },
        Err(BackupError::Fault(fault)) => return Err(fault),
    }])
}

pub(super) fn encryption(patient: &Patient) -> Findings {
    let is_sealed = patient.config.backups.passphrase.is_some();
    Ok(vec![if is_sealed { Finding::BackupsSealed } else { Finding::BackupsClear }])
}

/// What came of the last rehearsal of a restore.
pub(super) fn rehearsal(patient: &Patient) -> Findings {
    let rehearsed = patient.db.map(|db| db.read_now(rehearsal::last)).transpose()?.flatten();
    let told = rehearsed.map(|(at, rehearsal)| match rehearsal.trouble {
        None => Finding::BackupRehearsed { at: at.rfc3339() },
        Some(why) => Finding::RehearsalFailed { why },
    });
    Ok(told.into_iter().collect())
}

/// Whether they arrive at the storage.
pub(super) fn storage(patient: &Patient) -> Findings {
    let Some(storage) = patient.config.backups.storage.as_ref().map(Storage::shown) else {
        return Ok(vec![Finding::BackupsStay]);
    };
    let Some(db) = patient.db else { return Ok(Vec::new()) };
    let (sent, trouble) = db.read_now(|tx| {
        let sent = backups::last_sent(tx, &storage)?.map(Timestamp::rfc3339);
        Ok::<_, Fault>((sent, backups::upload_trouble(tx)?))
    })?;
    Ok(vec![match (trouble, sent) {
        (Some((_, why)), sent) => Finding::UploadFails { why, sent },
        (None, Some(at)) => Finding::BackupSent { at },
        (None, None) => Finding::BackupUnsent,
    }])
}
