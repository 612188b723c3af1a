//! The folder of backups that the panel makes by itself: what lies there, what is added, and what goes.

mod age;
pub(super) mod proven;
mod sent;

pub use age::{Age, GRACE_HOURS, newest_proven};
pub use proven::{Proof, Proofs, uploaded};
pub use sent::{last_sent, upload_failed, upload_trouble, upload_works};

use super::{backup, sealed};
use crate::config::{Config, Keep};
use crate::db::{Db, DbPath};
use crate::kernel::cause::BackupCause;
use crate::kernel::clock::{Clock, Timestamp};
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;
use parking_lot::Mutex;
use rustix::fs::{Access, access};
use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

const PREFIX: &str = "smm-panel-";
const SUFFIX: &str = ".db";
/// Of what is half-made.
const UNFINISHED: &str = ".part";
/// Beside the database: the copy in the clear of one that is being encrypted.
const SEALING: &str = ".sealing";

/// One at a time: each reads the whole database.
static TURN: Mutex<()> = Mutex::new(());

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// What the operator can mend.
    #[error("{0}")]
    Cause(BackupCause),
    #[error("{0}")]
    Fault(Fault),
}

impl From<Fault> for BackupError {
    fn from(fault: Fault) -> Self {
        if let Fault::Internal(said) = fault {
            return BackupError::Cause(BackupCause::Other { said });
        }
        BackupError::Fault(fault)
    }
}

impl From<BackupError> for Note {
    fn from(why: BackupError) -> Self {
        match why {
            BackupError::Cause(cause) => Note::BackupFailed { cause },
            BackupError::Fault(Fault::Overloaded(fault)) => Note::Overloaded { fault: fault.to_owned() },
            BackupError::Fault(_) => Note::JobFault,
        }
    }
}

/// A backup in the folder, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub name: String,
    /// When it was begun, by its name.
    pub at: Timestamp,
    /// In bytes.
    pub size: u64,
    /// When the file was last changed, in nanoseconds since 1970.
    pub modified: i64,
    pub is_encrypted: bool,
}

impl Kept {
    fn of(name: String, file: &Metadata) -> Option<Kept> {
        let at = time_of(&name)?;
        let is_encrypted = name.ends_with(sealed::SUFFIX);
        let modified = file.mtime().saturating_mul(1_000_000_000).saturating_add(file.mtime_nsec());
        Some(Kept { name, at, size: file.len(), modified, is_encrypted })
    }
}

/// Where the backups of a database are.
pub struct Folder {
    database: DbPath,
    path: PathBuf,
    passphrase: Option<Secret>,
}

impl Folder {
    /// That of the configuration, or `backups` beside the database.
    pub fn of(config: &Config) -> Folder {
        let beside = || config.database.folder().join("backups");
        let path = config.backups.folder.clone().unwrap_or_else(beside);
        // What goes wrong here goes wrong again where it is told.
        let path = std::path::absolute(&path).unwrap_or(path);
        Folder { database: config.database.clone(), path, passphrase: config.backups.passphrase.clone() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn database(&self) -> &DbPath {
        &self.database
    }

    pub(super) fn passphrase(&self) -> Option<&Secret> {
        self.passphrase.as_ref()
    }

    pub(super) fn file(&self, kept: &Kept) -> PathBuf {
        self.path.join(&kept.name)
    }

    /// Does something while none is made or removed.
    pub(super) fn alone<T>(&self, work: impl FnOnce() -> T) -> T {
        let _turn = TURN.lock();
        work()
    }

    /// Whether a backup could be written there, without a trace of the look. Errors: why not.
    pub fn examine(&self) -> Result<(), BackupError> {
        // A folder that is not there yet is made with the first backup.
        let is_there = |folder: &&Path| folder.symlink_metadata().is_ok();
        let there = self.path.ancestors().find(is_there).unwrap_or(&self.path);
        let folder = fs::metadata(there).map_err(|cause| told(there, &cause))?;
        if !folder.is_dir() {
            return Err(told(there, &ErrorKind::NotADirectory.into()));
        }
        access(there, Access::WRITE_OK | Access::EXEC_OK).map_err(|cause| told(there, &cause.into()))
    }

    /// Those that are there, newest first; none where there is no folder.
    pub fn list(&self) -> Result<Vec<Kept>, BackupError> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(told(&self.path, &cause)),
        };
        // One that was made the database itself is no backup any more.
        let own = fs::metadata(self.database.as_path()).map(|file| (file.dev(), file.ino())).ok();
        let mut kept = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|cause| told(&self.path, &cause))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            // Of the name, not of what a link leads to.
            let Ok(file) = entry.metadata() else { continue };
            if file.is_file() && own != Some((file.dev(), file.ino())) {
                kept.extend(Kept::of(name, &file));
            }
        }
        kept.sort_by(|one, other| (other.at, &other.name).cmp(&(one.at, &one.name)));
        Ok(kept)
    }

    /// The backup of that name, if there is one. Whatever else lies there, or a way out of the folder, is none.
    pub fn find(&self, name: &str) -> Result<Option<(Kept, PathBuf)>, BackupError> {
        let found = self.list()?.into_iter().find(|kept| kept.name == name);
        Ok(found.map(|kept| (kept.clone(), self.file(&kept))))
    }

    /// Makes one now of this folder's database; it, and when it was proven. Waits while another is being made.
    pub fn make(&self, db: &Db) -> Result<(Kept, Timestamp), BackupError> {
        let kept = self.made(db.clock())?;
        let of_it = kept.clone();
        let proven_at = db.write_blocking(move |tx| proven::record(tx, &of_it).map(|()| tx.now()))?;
        Ok((kept, proven_at))
    }

    fn made(&self, clock: &Clock) -> Result<Kept, BackupError> {
        let _turn = TURN.lock();
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.path);
        made.map_err(|cause| told(&self.path, &cause))?;
        self.remove_unfinished();
        let mut at = Timestamp::from_millis(clock.now().seconds().saturating_mul(1000));
        // Two within a second.
        while self.list()?.iter().any(|kept| kept.at == at) {
            at = at.plus_seconds(1);
        }
        let mut name = name_at(at);
        match &self.passphrase {
            None => {
                backup::make(&self.database, &self.path.join(&name), clock)?;
            }
            Some(passphrase) => {
                name.push_str(sealed::SUFFIX);
                self.make_sealed(&name, passphrase, clock)?;
            }
        }
        let file = self.path.join(&name);
        let found = fs::metadata(&file).map_err(|cause| told(&file, &cause))?;
        let kept = Kept::of(name, &found);
        kept.ok_or_else(|| Fault::Internal("a backup's name names no time".to_owned()).into())
    }

    /// The copy in the clear stays where the database is: the folder may be a machine's that is trusted less.
    fn make_sealed(&self, name: &str, passphrase: &Secret, clock: &Clock) -> Result<(), BackupError> {
        let clear = self.database.beside(SEALING);
        let (clear, _, _) = backup::proven(&self.database, &clear, clock)?;
        let file = self.path.join(name);
        let part = self.path.join(format!("{name}{UNFINISHED}"));
        let made = sealed::seal(clear.path().as_path(), &part, passphrase).map_err(BackupError::from);
        let made = made.and_then(|_| {
            let in_place = fs::rename(&part, &file).and_then(|()| File::open(&self.path)?.sync_all());
            in_place.map_err(|cause| told(&file, &cause))
        });
        if made.is_err() {
            remove(&part);
        }
        made
    }

    /// Removes those that the rule does not keep; how many.
    pub fn thin(&self, db: &Db, rule: Keep) -> Result<usize, BackupError> {
        let mut removed = Vec::new();
        let thinned = self.thinned(rule, &mut removed);
        let count = removed.len();
        db.write_blocking(move |tx| removed.iter().try_for_each(|name| proven::forget(tx, name)))?;
        thinned.map(|()| count)
    }

    fn thinned(&self, rule: Keep, removed: &mut Vec<String>) -> Result<(), BackupError> {
        let _turn = TURN.lock();
        let all = self.list()?;
        let times: Vec<Timestamp> = all.iter().map(|kept| kept.at).collect();
        let goes = all.iter().zip(rule.of(&times)).filter(|(_, stays)| !stays);
        for (kept, _) in goes {
            let file = self.file(kept);
            fs::remove_file(&file).map_err(|cause| told(&file, &cause))?;
            removed.push(kept.name.clone());
        }
        Ok(())
    }

    /// What a process that was killed has left half-made.
    fn remove_unfinished(&self) {
        let is_part = |name: &str| {
            let backup = name.split_once(UNFINISHED).map(|(stem, _)| stem.split_once(SUFFIX));
            backup.flatten().is_some_and(|(stem, _)| time_of(&format!("{stem}{SUFFIX}")).is_some())
        };
        remove_from(&self.path, is_part);
        let clear = self.database.beside(SEALING);
        let clear = clear.file_name().unwrap_or_default().to_string_lossy().into_owned();
        remove_from(&self.database.folder(), |name| name.starts_with(&clear));
    }
}

fn remove_from(folder: &Path, is_left: impl Fn(&str) -> bool) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| is_left(&entry.file_name().to_string_lossy())) {
        remove(&entry.path());
    }
}

fn remove(file: &Path) {
    if let Err(cause) = fs::remove_file(file)
        && cause.kind() != ErrorKind::NotFound
    {
        tracing::error!(file = %file.display(), %cause, "a half-made backup could not be removed");
    }
}

/// Of files at a storage, those that are backups and that the rule does not keep.
pub fn not_kept(names: impl Iterator<Item = String>, rule: Keep) -> Vec<String> {
    let mut all: Vec<(Timestamp, String)> =
        names.filter_map(|name| time_of(&name).map(|at| (at, name))).collect();
    all.sort_by(|one, other| other.cmp(one));
    let times: Vec<Timestamp> = all.iter().map(|(at, _)| *at).collect();
    let goes = all.into_iter().zip(rule.of(&times)).filter(|(_, stays)| !stays);
    goes.map(|((_, name), _)| name).collect()
}

/// What is wrong with the folder or a file of it.
fn told(path: &Path, cause: &io::Error) -> BackupError {
    let shown = path.display().to_string();
    let kind = cause.kind();
    if kind == ErrorKind::StorageFull {
        return BackupError::Fault(Fault::Overloaded("the disk is full"));
    }
    BackupError::Cause(if matches!(kind, ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) {
        BackupCause::FolderDenied { path: shown }
    } else if matches!(kind, ErrorKind::NotADirectory | ErrorKind::AlreadyExists) {
        BackupCause::NoFolder { path: shown }
    } else {
        BackupCause::Other { said: format!("{shown}: {cause}") }
    })
}

/// `smm-panel-20261129T140500Z.db`.
fn name_at(at: Timestamp) -> String {
    let stamp: String = at.rfc3339().chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{PREFIX}{stamp}{SUFFIX}")
}

/// When a backup of that name, encrypted or not, was begun; `None`: it is no such name.
fn time_of(name: &str) -> Option<Timestamp> {
    let name = name.strip_suffix(sealed::SUFFIX).unwrap_or(name);
    let stamp = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let part = |range: std::ops::Range<usize>| stamp.get(range);
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0..4)?,
        part(4..6)?,
        part(6..8)?,
        part(9..11)?,
        part(11..13)?,
        part(13..15)?
    );
    Timestamp::parse_rfc3339(&text).filter(|at| name_at(*at) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_time_and_nothing_else_is_a_name() {
        let at = Timestamp::parse_rfc3339("2026-11-29T14:05:00Z").unwrap();
        assert_eq!(name_at(at), "smm-panel-20261129T140500Z.db");
        assert_eq!(time_of(&name_at(at)), Some(at));
        assert_eq!(time_of("smm-panel-20261129T140500Z.db.age"), Some(at));
        for wrong in [
            "smm-panel.db",
            "smm-panel-20261129T140500Z.db.1.part",
            "smm-panel-20261129T140500Z.db.age.part",
            "smm-panel-20261129T140500Z.age",
            "../smm-panel-20261129T140500Z.db",
            "smm-panel-20261329T140500Z.db",
            "smm-panel-20261129T140500+.db",
            "smm-panel-2026112ờ.db",
        ] {
            assert_eq!(time_of(wrong), None, "{wrong}");
        }
    }
}
