//! Sends the backups that are encrypted and proven to the storage, and removes there what the rule does not keep. The
//! file here stays whatever happens there.

use crate::config::Storage;
use crate::jobs::runtime::{JobError, JobResult};
use crate::reports::backups::{self, Folder, Kept, Proofs};
use crate::state::App;
use crate::storage::{Bucket, Patience, StorageError};

pub const NAME: &str = "backup-upload";

/// Sends what is not there yet, the newest first; each that arrived stays so when a later one fails. How it went is
/// kept, for those who look from outside.
pub fn tick(app: &App) -> JobResult {
    let Some(storage) = &app.config.backups.storage else { return Ok(None) };
    let was_failing = app.db.read_now(backups::upload_trouble)?.is_some();
    let sent = send(app, storage, was_failing);
    match &sent {
        Ok(_) if !was_failing => {}
        Ok(_) => app.db.write_blocking(backups::upload_works)?,
        Err(why) => {
            let note = why.note.clone();
            app.db.write_blocking(move |tx| backups::upload_failed(tx, &note))?;
        }
    }
    sent
}

/// `even_nothing`: whether the storage answers is asked even where nothing waits.
fn send(app: &App, storage: &Storage, even_nothing: bool) -> JobResult {
    let (folder, place) = (Folder::of(&app.config), storage.shown());
    let waiting = waiting(app, &folder, &place)?;
    if waiting.is_empty() && !even_nothing {
        return Ok(None);
    }
    let bucket = Bucket::of(storage, Patience::default())?;
    let sent = waiting.len();
    for kept in waiting {
        let file = folder.path().join(&kept.name);
        bucket.put(&kept.name, &file).map_err(|why| failed(why, &kept.name))?;
        let place = place.clone();
        app.db.write_blocking(move |tx| backups::uploaded(tx, &kept, &place))?;
    }
    let thinned = thinned(app, &bucket)?;
    Ok(Some(format!("{sent} sent to {place}, {thinned}")))
}

fn waiting(app: &App, folder: &Folder, place: &str) -> Result<Vec<Kept>, JobError> {
    let all = folder.list().map_err(|why| JobError::new(why.into()))?;
    let proofs = app.db.read_now(Proofs::read)?;
    let waits = |kept: &Kept| {
        let proof = proofs.of(kept);
        kept.is_encrypted && proof.is_some_and(|proof| proof.uploaded_at(place).is_none())
    };
    Ok(all.into_iter().filter(waits).collect())
}

/// The same rule as in the folder. A key that may not remove anything is a way to keep an intruder from doing so.
fn thinned(app: &App, bucket: &Bucket) -> Result<String, JobError> {
    let stored = bucket.list().map_err(|why| failed(why, ""))?;
    let mut removed: usize = 0;
    for name in backups::not_kept(stored.into_iter().map(|stored| stored.name), app.config.backups.keep) {
        match bucket.remove(&name) {
            Ok(()) => removed = removed.saturating_add(1),
            Err(why) if why.is_forbidden() => return Ok("whose key may not remove older ones".to_owned()),
            Err(why) => return Err(failed(why, &name)),
        }
    }
    Ok(format!("{removed} older ones removed there"))
}

fn failed(why: StorageError, name: &str) -> JobError {
    let cause = format!("{name}: {why}");
    JobError::new(why.note()).because(cause)
}
